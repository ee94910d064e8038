"""Text objects: what `iw`, `a"`, `i(` and `ap` mean at the cursor."""

from __future__ import annotations

from backend.records import dataclass
from workbench.widgets.editor.vim.motions import _class, enclosing_end, enclosing_start
from workbench.widgets.editor.vim.text import Location, Text

_BRACKETS = {"(": "(", ")": "(", "b": "(", "[": "[", "]": "[", "{": "{", "}": "{", "B": "{"}


@dataclass(frozen=True, slots=True)
class Span:
    """What an operator works on: from `start` up to `end`, or the lines of both."""

    start: Location
    end: Location
    lines: bool = False


def text_object(text: Text, at: Location, around: bool, name: str, count: int = 1) -> Span | None:
    """The object `name` at a location, with what is around it or without; None where there is none."""
    if name in "wW" and name:
        return _word(text, at, around, name == "W", count)
    if name in _BRACKETS:
        return _bracket(text, at, around, _BRACKETS[name], count)
    if name and name in "\"'`":
        return _quoted(text, at, around, name)
    if name == "p":
        return _paragraph(text, at, around, count)
    return None


def _word(text: Text, at: Location, around: bool, big: bool, count: int) -> Span:
    row, column = at
    line = text.get_line(row)
    if not line:
        return Span((row, 0), (row, 0))
    column = min(column, len(line) - 1)

    def run_end(place: int) -> int:
        kind = _class(line[place], big)
        while place < len(line) and _class(line[place], big) == kind:
            place += 1
        return place

    start = column
    while start > 0 and _class(line[start - 1], big) == _class(line[column], big):
        start -= 1
    end = start
    on_blank = line[column].isspace()
    for _ in range(max(1, count)):
        if end < len(line):
            end = run_end(end)
        if around and end < len(line) and (on_blank or line[end].isspace()):
            end = run_end(end)
    if around and not on_blank and not line[end - 1].isspace():
        while start > 0 and line[start - 1].isspace():
            start -= 1
    return Span((row, start), (row, end))


def _bracket(text: Text, at: Location, around: bool, opening: str, count: int) -> Span | None:
    row, column = at
    line = text.get_line(row)
    here = line[column] if column < len(line) else ""
    start: Location | None = at if here == opening else enclosing_start(text, at, opening)
    for _ in range(max(1, count) - 1):
        if start is not None:
            start = enclosing_start(text, start, opening)
    if start is None and (later := line.find(opening, column)) >= 0:
        start = row, later
    if start is None:
        return None
    inside = start[0], start[1] + 1
    end = enclosing_end(text, inside, opening)
    if end is None:
        return None
    if around:
        return Span(start, (end[0], end[1] + 1))
    # brackets on lines of their own keep their lines
    if inside[1] == len(text.get_line(inside[0])) and not text.get_line(end[0])[: end[1]].strip():
        if end[0] - inside[0] > 1:
            return Span((inside[0] + 1, 0), (end[0] - 1, 0), lines=True)
        return Span(inside, inside)
    return Span(inside, end)


def _quoted(text: Text, at: Location, around: bool, quote: str) -> Span | None:
    row, column = at
    line = text.get_line(row)
    places = [index for index, char in enumerate(line) if char == quote and line[:index][-1:] != "\\"]
    for left, right in zip(places[::2], places[1::2], strict=False):
        if column <= right:
            if not around:
                return Span((row, left + 1), (row, right))
            end = right + 1
            while end < len(line) and line[end].isspace():
                end += 1
            if end == right + 1:
                while left > 0 and line[left - 1].isspace():
                    left -= 1
            return Span((row, left), (row, end))
    return None


def _paragraph(text: Text, at: Location, around: bool, count: int) -> Span:
    last = text.line_count - 1

    def blank(row: int) -> bool:
        return not text.get_line(row).strip()

    first = end = at[0]
    while first > 0 and blank(first - 1) == blank(at[0]):
        first -= 1
    for turn in range(max(1, count)):
        if turn and end < last:
            end += 1
        while end < last and blank(end + 1) == blank(end):
            end += 1
        if around and end < last:
            end += 1
            while end < last and blank(end + 1) == blank(end):
                end += 1
    return Span((first, 0), (end, 0), lines=True)
