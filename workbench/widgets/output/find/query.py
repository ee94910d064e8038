"""What is looked for, as something that tells whether a line has it, and where."""

from __future__ import annotations

import time
from typing import Any

from backend.records import dataclass

TIME_LIMIT = 0.25
"""Seconds that a regular expression may take on one line: some take for ever on some texts."""

_STRETCH_LIMIT = 2.0  # seconds for a few hundred lines
_TOO_SLOW = "the pattern takes too long here; make it simpler"

# what can match or see the end of a line; without it many lines are matched at once, ten times faster
_ACROSS = ("(?", "[^", "[[", *(f"\\{letter}" for letter in "AZzGKsSWDnrRXxuUNpPHhvOoQ0"), "\n")


class QueryError(ValueError):
    """What is looked for is no regular expression, or one that takes too long; one sentence."""


@dataclass(frozen=True, slots=True)
class Query:
    """Text to find; `regex` takes it as a regular expression, `case` tells capital letters apart."""

    text: str
    regex: bool = False
    case: bool = False


class Plain:
    """Finds a text as it is."""

    def __init__(self, query: Query) -> None:
        self._case = query.case
        self._text = query.text if query.case else query.text.lower()

    def lines(self, text: str, first: int = 0) -> list[int]:
        """Which of the lines of `text` match; the first one has the number `first`."""
        if not self._case:
            text = text.lower()
        wanted = self._text
        if wanted not in text:
            return []
        return [number for number, line in enumerate(text.split("\n"), first) if wanted in line]

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Start and end of each match in a line."""
        lowered = text if self._case else text.lower()
        if len(lowered) != len(text):  # İ becomes two characters: then only what keeps its length is told
            lowered = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
        spans, at = [], lowered.find(self._text)
        while at >= 0:
            spans.append((at, at + len(self._text)))
            at = lowered.find(self._text, at + len(self._text))
        return spans


class Regex:
    """Finds a regular expression, by a package that lets others run and takes a time limit."""

    def __init__(self, query: Query) -> None:
        import regex

        flags = regex.MULTILINE | (0 if query.case else regex.IGNORECASE)
        try:
            self._pattern: Any = regex.compile(query.text, flags)
        except (regex.error, RecursionError, OverflowError) as error:
            raise QueryError(str(error)) from None
        self._within = not any(part in query.text for part in _ACROSS)

    def lines(self, text: str, first: int = 0) -> list[int]:
        """Which of the lines of `text` match, as of Plain. Raises QueryError when they take too long."""
        try:
            return self._together(text, first) if self._within else self._one_by_one(text, first)
        except TimeoutError:
            raise QueryError(_TOO_SLOW) from None

    def _together(self, text: str, first: int) -> list[int]:
        search, found, at, number = self._pattern.search, [], 0, first
        deadline = time.monotonic() + _STRETCH_LIMIT
        while (match := search(text, at, timeout=TIME_LIMIT, concurrent=True)) is not None:
            number += text.count("\n", at, match.start())
            found.append(number)
            at = text.find("\n", match.start()) + 1
            number += 1
            if not at:
                break
            if time.monotonic() > deadline:
                raise TimeoutError
        return found

    def _one_by_one(self, text: str, first: int) -> list[int]:
        search, found = self._pattern.search, []
        deadline = time.monotonic() + _STRETCH_LIMIT
        for number, line in enumerate(text.split("\n"), first):
            # to let others run takes 4 µs, which only a long line is worth
            if search(line, timeout=TIME_LIMIT, concurrent=len(line) > 200) is not None:
                found.append(number)
            if not number % 16 and time.monotonic() > deadline:
                raise TimeoutError
        return found

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Start and end of each match in a line; none where it takes too long, and none without a width."""
        try:
            found = self._pattern.finditer(text, timeout=TIME_LIMIT / 10)
            return [match.span() for match in found if match.end() > match.start()]
        except TimeoutError:  # told by the search
            return []


def finder(query: Query) -> Plain | Regex:
    """What finds a query. Raises QueryError."""
    return Regex(query) if query.regex else Plain(query)
