"""Where a query matches in a text, and what replaces it: plain functions that may run in any thread.

The `regex` package lets other threads run while it matches and gives up after a time; `re` does neither, so
that one pattern such as `(a+)+$` could stop the whole app.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import lru_cache

import regex

from backend.records import dataclass

Location = tuple[int, int]
"""Row and column, both from 0, the column in characters."""

MOST = 10_000
"""Matches that are kept and counted; replacing all knows no limit."""

SECONDS = 2.0
"""How long a search may take, in seconds of the processor; a plain word in 5 MB takes 0.2."""


class QueryError(ValueError):
    """A query that cannot be answered; its text is one sentence for the bar."""


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for: a text, or with `regex` a pattern; `case` and `word` (whole words) narrow it."""

    text: str
    regex: bool = False
    case: bool = False
    word: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Matches in order as pairs of locations; `more` says that there are others beyond `MOST`.

    `rows` has, for each row that matches touch, their columns in it; an end of None is the row's end.
    """

    spans: tuple[tuple[Location, Location], ...] = ()
    more: bool = False
    rows: Mapping[int, list[tuple[int, int | None]]] = field(default_factory=dict)

    def index(self, start: Location, end: Location) -> int | None:
        """Which match lies exactly between two locations."""
        index = bisect_left(self.spans, (start, end))
        return index if index < len(self.spans) and self.spans[index] == (start, end) else None

    def after(self, location: Location) -> int:
        """The first match that begins at a location or behind it, the first of all when there is none."""
        return bisect_left(self.spans, (location, (0, 0))) % len(self.spans)

    def before(self, location: Location) -> int:
        """The last match that begins before a location, the last of all when there is none."""
        return (bisect_left(self.spans, (location, (0, 0))) - 1) % len(self.spans)


@dataclass(frozen=True, slots=True)
class Replaced:
    """One edit that replaces `count` matches: the text to put between two locations."""

    start: Location
    end: Location
    text: str
    count: int


@lru_cache(maxsize=8)
def compiled(query: Query) -> regex.Pattern[str]:
    """The pattern of a query. Raises QueryError."""
    try:
        if query.regex:
            regex.compile(query.text)  # alone first: its mistakes have their places in what was typed
        pattern = query.text if query.regex else regex.escape(query.text)
        if query.word:
            pattern = rf"(?<!\w)(?:{pattern})(?!\w)"
        return regex.compile(pattern, regex.MULTILINE | (0 if query.case else regex.IGNORECASE))
    except regex.error as error:
        raise QueryError(str(error)) from None
    except (RecursionError, OverflowError, MemoryError) as error:
        raise QueryError("the pattern is too large") from error


def search(text: str, query: Query) -> Found:
    """All matches of a query. Raises QueryError, also when it takes longer than `SECONDS`."""
    if not query.text:
        return Found()
    spans: list[tuple[Location, Location]] = []
    rows: defaultdict[int, list[tuple[int, int | None]]] = defaultdict(list)
    walk = _Walk(text)
    more = False
    for match in _matches(text, query):
        if len(spans) == MOST:
            more = True
            break
        start, end = walk.location(match.start()), walk.location(match.end())
        spans.append((start, end))
        for row in range(start[0], end[0] + 1):
            left = start[1] if row == start[0] else 0
            rows[row].append((left, end[1] if row == end[0] else None))
    return Found(tuple(spans), more, dict(rows))


def replace_all(text: str, query: Query, template: str) -> Replaced | None:
    """The edit that replaces every match, None without any. Raises QueryError."""
    pieces: list[str] = []
    first = last = -1
    count = 0
    for match in _matches(text, query):
        if first < 0:
            first = match.start()
        else:
            pieces.append(text[last : match.start()])
        pieces.append(_expanded(match, query, template))
        last = match.end()
        count += 1
    if first < 0:
        return None
    walk = _Walk(text)
    return Replaced(walk.location(first), walk.location(last), "".join(pieces), count)


def replacement(text: str, query: Query, template: str, start: int, end: int) -> str | None:
    """What replaces the match between two offsets; None when none lies exactly there. Raises QueryError."""
    try:
        match = compiled(query).match(text, start, concurrent=True, timeout=SECONDS)
    except TimeoutError:
        raise QueryError(_TOO_SLOW) from None
    return _expanded(match, query, template) if match is not None and match.end() == end else None


_TOO_SLOW = "the pattern takes too long here; make it simpler"


def _matches(text: str, query: Query) -> Iterator[regex.Match[str]]:
    pattern = compiled(query)
    deadline = time.monotonic() + SECONDS
    try:
        for match in pattern.finditer(text, concurrent=True, timeout=SECONDS):
            if time.monotonic() > deadline:  # the time limit of the library is for one match
                raise QueryError(_TOO_SLOW)
            yield match
    except TimeoutError:
        raise QueryError(_TOO_SLOW) from None


def _expanded(match: regex.Match[str], query: Query, template: str) -> str:
    if not query.regex:
        return template
    try:
        return str(match.expand(template))
    except (regex.error, IndexError) as error:
        raise QueryError(f"replacement: {error}") from None


class _Walk:
    """Turns offsets that only grow into locations, counting lines on the way."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._row = self._offset = self._line = 0

    def location(self, offset: int) -> Location:
        if newlines := self._text.count("\n", self._offset, offset):
            self._row += newlines
            self._line = self._text.rindex("\n", 0, offset) + 1
        self._offset = offset
        return self._row, offset - self._line
