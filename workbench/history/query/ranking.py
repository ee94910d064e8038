"""The order of hits: how well they match, by how long ago they were."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache

from workbench.history.entry import Summary

# a match as good as another counts half as much after this many days
_HALF_LIFE_DAYS = 14.0
_OLDEST_SHARE = 0.25  # of the worth of a match that its age never takes
_IN_OUTPUT, _INSIDE, _AT_BEGINNING, _WHOLE = 0.45, 0.7, 0.85, 1.0
_ON_ONE_LINE, _IN_LABEL, _PINNED = 0.3, 1.0, 0.3


def ranked(rows: Sequence[Summary], words: Sequence[str], now: float) -> list[Summary]:
    """The rows, the most wanted first; without words they stay newest first."""
    if not words:
        return list(rows)
    return sorted(rows, key=lambda row: (row.close, -worth(row, words, now), -row.sequence))


def worth(row: Summary, words: Sequence[str], now: float) -> float:
    """How much a hit is wanted: its match (about 0.5 to 3) times what its age leaves of it."""
    match = sum(_match(word, row.code) for word in words) / len(words)
    if len(words) > 1 and _line(tuple(words)).search(row.code):
        match += _ON_ONE_LINE
    if row.label and any(word.lower() in row.label.lower() for word in words):
        match += _IN_LABEL
    if row.pinned:
        match += _PINNED
    days = max(now - row.started_at, 0.0) / 86_400
    return match * (_OLDEST_SHARE + (1 - _OLDEST_SHARE) * math.exp2(-days / _HALF_LIFE_DAYS))


def _match(word: str, code: str) -> float:
    found = [match.span() for _, match in zip(range(50), _word(word).finditer(code), strict=False)]
    if not found:
        return _IN_OUTPUT
    best = _INSIDE
    for begin, end in found:
        if begin == 0 or not _is_letter(code[begin - 1]) or not _is_letter(word[0]):
            whole = end == len(code) or not _is_letter(code[end]) or not _is_letter(word[-1])
            best = max(best, _WHOLE if whole else _AT_BEGINNING)
    return best


def _is_letter(character: str) -> bool:
    return character == "_" or character.isalnum()


@lru_cache(256)
def _word(word: str) -> re.Pattern[str]:
    return re.compile(re.escape(word), re.I)


@lru_cache(256)
def _line(words: tuple[str, ...]) -> re.Pattern[str]:
    """The words in their order on one line."""
    return re.compile(".*?".join(map(re.escape, words)), re.I)
