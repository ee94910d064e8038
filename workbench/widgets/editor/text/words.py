"""Words and their occurrences in a text."""

from __future__ import annotations

import re


def next_occurrence(text: str, word: str, start: int, *, whole: bool) -> int:
    """The offset where `word` stands next, from `start` on and then from the top; -1 where it does not."""
    pattern = re.escape(word)
    found = re.compile(rf"(?<!\w){pattern}(?!\w)" if whole else pattern)
    match = found.search(text, start) or found.search(text, 0)
    return match.start() if match is not None else -1


def line_and_column(text: str, lines: int) -> tuple[int, int] | None:
    """The place, from 0, that `12`, `12:5`, `:12` or `-1` (from the end) stand for; None for anything else.

    `lines` is how many there are; lines beyond the last are the last.
    """
    match = re.fullmatch(r"\s*:?(-?\d{1,9})(?:[:,](\d{1,9}))?\s*", text)
    if match is None:
        return None
    line, column = int(match[1]), int(match[2] or 1)
    row = lines + line if line < 0 else line - 1
    return max(0, min(row, lines - 1)), max(0, column - 1)
