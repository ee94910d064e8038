"""What is looked for, as something that tells whether a line has it, and where."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from backend.records import dataclass

from .linear import Linear

TIME_LIMIT = 0.25
"""Seconds that a regular expression may take on one line: some take for ever on some texts."""

_STRETCH_LIMIT = 1.0  # seconds for a few hundred lines
_ENOUGH = 100
"""Lines that tell which way of matching is the faster one."""
_SAMPLE = 4_000
"""Characters that tell whether most lines mean something else to RE2."""

_TOO_SLOW = "the pattern takes too long here; make it simpler"

# what can see beyond a line, or is rewritten below where it would match the end of one
_BEYOND = re.compile(
    r"\(\?(?!:|i\)|P[<=]|<?[=!])|\\[AzZGKRXxuUNpPHhvOoQ0n]|[\0-\x1f]|\[\[|\[[^\]]*\\[abfrtv]-"
)
_ESCAPED = re.compile(r"\\.", re.S)
_NEARLY = re.compile(r"\{(?!\d+(?:,\d*)?\})")  # {e<2} takes anything for a letter, the end of a line too
_CLASS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\[", re.S)
_CHOICE = re.compile(r"[*+?|]|\{[^}]*,")  # what a match can be tried in several ways with
_TIMES = re.compile(r"\{(\d+)\}")
_MANY = 200
_WITHIN_LINE = {r"\s": r"[^\S\n]", r"\D": r"[^\d\n]", r"\W": r"[^\w\n]"}


def within_lines(pattern: str) -> str | None:
    """A pattern that finds in many lines at once what this one finds in each; None where there is none.

    Nothing in it matches the end of a line: many lines are then matched ten times faster than each alone.
    """
    if _BEYOND.search(pattern) or _NEARLY.search(_ESCAPED.sub("", pattern)):
        return None
    found, at = [], 0
    for piece in _CLASS.finditer(pattern):
        found.append(pattern[at : piece.start()])
        at, text = piece.end(), piece[0]
        if text[0] == "\\":
            text = _WITHIN_LINE.get(text, text)
        elif text.startswith("[^"):
            text = f"[^\\n{text[2:]}" if not text.startswith("[^]") else ""
        elif any(part in text for part in _WITHIN_LINE):
            text = ""
        if not text:
            return None
        found.append(text)
    return "".join((*found, pattern[at:]))


def brief(within: str) -> bool:
    """Whether a pattern is tried in one way only at each place, and in a few hundred steps at most.

    No text makes it slow, so `re` may match it: it has no time limit but is three times as fast as `regex`.
    """
    bare = _CLASS.sub("c", within).replace("(?", "(")
    return not _CHOICE.search(bare) and math.prod(map(int, _TIMES.findall(bare))) * len(bare) <= _MANY


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
    """Finds a regular expression: with RE2 where that can, else by a package that takes a time limit."""

    def __init__(self, query: Query) -> None:
        import regex

        flags = regex.MULTILINE | (0 if query.case else regex.IGNORECASE)
        try:
            self._pattern: Any = regex.compile(query.text, flags)
        except (regex.error, RecursionError, OverflowError) as error:
            raise QueryError(str(error)) from None
        self._ways = [self._one_by_one]
        self._linear: Linear | None = None
        self._brief: re.Pattern[str] | None = None
        if (within := within_lines(query.text)) is not None:
            # with the rest of the line each line matches once, without a call for each
            self._whole: Any = regex.compile(f"(?:{within})[^\n]*", flags)
            self._ways.append(self._together)
            with suppress(ImportError, ValueError):
                self._linear = Linear(within, case=query.case)
            if self._linear is None and within.isascii() and brief(within):  # else K is a k to `regex` only
                with suppress(re.error):
                    self._brief = re.compile(f"(?:{within})[^\n]*", flags | re.ASCII)

    def lines(self, text: str, first: int = 0) -> list[int]:
        """Which of the lines of `text` match, as of Plain. Raises QueryError when they take too long."""
        linear = self._linear
        if linear is None:
            return self._other(text, first)
        return linear.lines(text, first) if linear.reads(text) else self._apart(linear, text, first)

    def _apart(self, linear: Linear, text: str, first: int) -> list[int]:
        """As `lines`, where those that may mean something else to RE2 are matched on their own."""
        if 2 * len(linear.strange.findall(text, 0, _SAMPLE)) > text.count("\n", 0, _SAMPLE) + 1:
            return self._other(text, first)  # to take most of them out is slower than to match all so
        numbers, lines, rest = [], [], []
        at = number = 0
        for match in linear.strange.finditer(text):
            start = text.rfind("\n", at, match.start()) + 1 or at
            number += text.count("\n", at, start)
            numbers.append(number)
            lines.append(text[start : match.end()])
            rest.append(text[at:start])
            at = match.end()
        apart = set(numbers)
        found = linear.lines("".join((*rest, text[at:])), 0)  # in which they are empty
        matched = [numbers[index] for index in self._other("\n".join(lines), 0)]
        return [first + number for number in sorted((*matched, *(n for n in found if n not in apart)))]

    def _other(self, text: str, first: int) -> list[int]:
        """As `lines`, without RE2."""
        try:
            if self._brief is not None and text.isascii():
                return _numbers(self._brief.finditer(text), text, first)
            if len(self._ways) > 1 and text.count("\n") >= _ENOUGH:
                self._ways = [min(self._ways, key=lambda way: _taken(way, text))]
            return self._ways[-1](text, first)
        except TimeoutError:
            raise QueryError(_TOO_SLOW) from None

    def _together(self, text: str, first: int) -> list[int]:
        matches = self._whole.finditer(text, timeout=_STRETCH_LIMIT, concurrent=True)
        return _numbers(matches, text, first)

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
        except TimeoutError:
            if self._linear is not None and self._linear.reads(text):
                return self._linear.spans(text)
            return []  # told by the search


def _numbers(matches: Iterable[re.Match[str]], text: str, first: int) -> list[int]:
    """The lines that matches begin in, each of which goes to the end of its line."""
    found: list[int] = []
    at, number = 0, first
    for match in matches:
        start = match.start()
        number += text.count("\n", at, start)
        at = start
        if not found or found[-1] != number:  # nothing at all may match twice in a line
            found.append(number)
    return found


def _taken(way: Callable[[str, int], list[int]], text: str) -> float:
    """Seconds that a way of matching takes; a pattern decides which one is faster, up to ten times."""
    began = time.perf_counter()
    try:
        way(text, 0)
    except TimeoutError:
        return _STRETCH_LIMIT * 2
    return time.perf_counter() - began


def finder(query: Query) -> Plain | Regex:
    """What finds a query. Raises QueryError."""
    return Regex(query) if query.regex else Plain(query)
