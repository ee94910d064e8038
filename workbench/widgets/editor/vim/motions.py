"""Where motions lead, as functions of the text, the cursor and a count."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from backend.records import dataclass
from workbench.widgets.editor.vim.text import Location, Text, clamped, first_word, last_column

SCAN = 200_000
"""Characters that are searched for the partner of a bracket."""

_PAIRS = {"(": ")", "[": "]", "{": "}"}
_BACK = {closing: opening for opening, closing in _PAIRS.items()}


class Reach(Enum):
    """What an operator takes of the way a motion goes."""

    EXCLUSIVE = "up to the end"
    INCLUSIVE = "the end too"
    LINES = "whole lines"


@dataclass(frozen=True, slots=True)
class Motion:
    """A motion: `go(text, at, count)` gives a location, or None where it fails. Count 0 means none given."""

    go: Callable[[Text, Location, int], Location | None]
    reach: Reach = Reach.EXCLUSIVE


def _class(char: str, big: bool) -> int:
    if char.isspace():
        return 0
    return 1 if big or char.isalnum() or char == "_" else 2


def _left(text: Text, at: Location, count: int) -> Location | None:
    return at[0], max(0, at[1] - max(1, count))


def _right(text: Text, at: Location, count: int) -> Location | None:
    return at[0], min(len(text.get_line(at[0])), at[1] + max(1, count))


def _word(text: Text, at: Location, big: bool) -> Location:
    row, column = at
    line = text.get_line(row)
    if column < len(line) and (kind := _class(line[column], big)):
        while column < len(line) and _class(line[column], big) == kind:
            column += 1
    while True:
        while column < len(line) and line[column].isspace():
            column += 1
        if column < len(line):
            return row, column
        if row + 1 >= text.line_count:
            return row, len(line)
        row, column = row + 1, 0
        line = text.get_line(row)
        if not line:
            return row, 0


def _back(text: Text, at: Location, big: bool) -> Location:
    row, column = at
    line = text.get_line(row)
    while True:
        column -= 1
        while column >= 0 and line[column].isspace():
            column -= 1
        if column >= 0:
            kind = _class(line[column], big)
            while column > 0 and _class(line[column - 1], big) == kind:
                column -= 1
            return row, column
        if row == 0:
            return 0, 0
        row -= 1
        line = text.get_line(row)
        column = len(line)
        if not line:
            return row, 0


def _end(text: Text, at: Location, big: bool) -> Location:
    row, column = at
    line = text.get_line(row)
    column += 1
    while True:
        while column < len(line) and line[column].isspace():
            column += 1
        if column < len(line):
            kind = _class(line[column], big)
            while column + 1 < len(line) and _class(line[column + 1], big) == kind:
                column += 1
            return row, column
        if row + 1 >= text.line_count:
            return row, max(0, len(line) - 1)
        row, column = row + 1, 0
        line = text.get_line(row)


def _end_before(text: Text, at: Location, big: bool) -> Location:
    row, column = at
    line = text.get_line(row)
    kind = _class(line[column], big) if column < len(line) else 0
    while column >= 0 and line and _class(line[min(column, len(line) - 1)], big) == kind and kind:
        column -= 1
    if not kind:
        column -= 1
    while True:
        while column >= 0 and line[column].isspace():
            column -= 1
        if column >= 0:
            return row, column
        if row == 0:
            return 0, 0
        row -= 1
        line = text.get_line(row)
        column = len(line) - 1


def _times(
    step: Callable[[Text, Location, bool], Location], big: bool
) -> Callable[[Text, Location, int], Location | None]:
    def go(text: Text, at: Location, count: int) -> Location | None:
        for _ in range(max(1, count)):
            before, at = at, step(text, at, big)
            if at == before:
                break
        return at

    return go


def _line_start(text: Text, at: Location, count: int) -> Location | None:
    return at[0], 0


def _first(text: Text, at: Location, count: int) -> Location | None:
    return at[0], first_word(text.get_line(at[0]))


def _line_end(text: Text, at: Location, count: int) -> Location | None:
    row = min(at[0] + max(1, count) - 1, text.line_count - 1)
    return row, last_column(text, row)


def _to_line(text: Text, row: int) -> Location:
    row = max(0, min(row, text.line_count - 1))
    return row, first_word(text.get_line(row))


def _top(text: Text, at: Location, count: int) -> Location | None:
    return _to_line(text, count - 1 if count else 0)


def _bottom(text: Text, at: Location, count: int) -> Location | None:
    return _to_line(text, count - 1 if count else text.line_count - 1)


def _next_line(text: Text, at: Location, count: int) -> Location | None:
    row = at[0] + max(1, count)
    return None if row >= text.line_count else _to_line(text, row)


def _line_before(text: Text, at: Location, count: int) -> Location | None:
    row = at[0] - max(1, count)
    return None if row < 0 else _to_line(text, row)


def _paragraph(text: Text, at: Location, count: int) -> Location | None:
    row, last = at[0], text.line_count - 1
    for _ in range(max(1, count)):
        while row < last and not text.get_line(row):
            row += 1
        while row < last and text.get_line(row):
            row += 1
    return (row, 0) if not text.get_line(row) else (row, len(text.get_line(row)))


def _paragraph_back(text: Text, at: Location, count: int) -> Location | None:
    row = at[0]
    for _ in range(max(1, count)):
        while row > 0 and not text.get_line(row):
            row -= 1
        while row > 0 and text.get_line(row):
            row -= 1
    return row, 0


def partner(text: Text, at: Location) -> Location | None:
    """The bracket that belongs to the one at a location."""
    row, column = at
    line = text.get_line(row)
    bracket = line[column] if column < len(line) else ""
    if bracket in _PAIRS:
        return enclosing_end(text, (row, column + 1), bracket)
    if bracket in _BACK:
        return enclosing_start(text, at, _BACK[bracket])
    return None


def enclosing_start(text: Text, at: Location, opening: str) -> Location | None:
    """The bracket that is open at a location."""
    closing, depth, left = _PAIRS[opening], 0, SCAN
    row, column = at
    while row >= 0 and left > 0:
        line = text.get_line(row)
        for index in range(min(column, len(line)) - 1, -1, -1):
            if line[index] == closing:
                depth += 1
            elif line[index] == opening:
                if depth == 0:
                    return row, index
                depth -= 1
        left -= len(line) + 1
        row, column = row - 1, 1 << 30
    return None


def enclosing_end(text: Text, at: Location, opening: str) -> Location | None:
    """The bracket that closes what is open at a location."""
    closing, depth, left = _PAIRS[opening], 0, SCAN
    row, column = at
    while row < text.line_count and left > 0:
        line = text.get_line(row)
        for index in range(column, len(line)):
            if line[index] == opening:
                depth += 1
            elif line[index] == closing:
                if depth == 0:
                    return row, index
                depth -= 1
        left -= len(line) + 1
        row, column = row + 1, 0
    return None


def _percent(text: Text, at: Location, count: int) -> Location | None:
    if count:
        return _to_line(text, (min(count, 100) * text.line_count + 99) // 100 - 1)
    line = text.get_line(at[0])
    for column in range(at[1], len(line)):
        if line[column] in "()[]{}":
            return partner(text, (at[0], column))
    return None


def find_char(line: str, column: int, count: int, key: str, char: str, again: bool = False) -> int | None:
    """Where f, F, t or T lead in a line; `again` is for `;`, where t must not stay in its place."""
    forward, till = key in "ft", key in "tT"
    step = 1 if forward else -1
    place = column
    if again and till:
        place += step
    for _ in range(max(1, count)):
        place = line.find(char, place + 1) if forward else line.rfind(char, 0, max(0, place))
        if place < 0:
            return None
    return place - step if till else place


MOTIONS = {
    "h": Motion(_left), "left": Motion(_left), "backspace": Motion(_left),
    "l": Motion(_right), "right": Motion(_right), " ": Motion(_right),
    "w": Motion(_times(_word, False)), "W": Motion(_times(_word, True)),
    "b": Motion(_times(_back, False)), "B": Motion(_times(_back, True)),
    "e": Motion(_times(_end, False), Reach.INCLUSIVE), "E": Motion(_times(_end, True), Reach.INCLUSIVE),
    "ge": Motion(_times(_end_before, False), Reach.INCLUSIVE),
    "gE": Motion(_times(_end_before, True), Reach.INCLUSIVE),
    "0": Motion(_line_start), "home": Motion(_line_start), "^": Motion(_first),
    "$": Motion(_line_end, Reach.INCLUSIVE), "end": Motion(_line_end, Reach.INCLUSIVE),
    "gg": Motion(_top, Reach.LINES), "G": Motion(_bottom, Reach.LINES),
    "+": Motion(_next_line, Reach.LINES), "enter": Motion(_next_line, Reach.LINES),
    "-": Motion(_line_before, Reach.LINES),
    "}": Motion(_paragraph), "{": Motion(_paragraph_back),
    "%": Motion(_percent, Reach.INCLUSIVE),
}  # fmt: skip
"""Motions by their keys, but those up and down, which remember a column, and those that ask for one."""


def vertical(text: Text, at: Location, rows: int, goal: int) -> Location | None:
    """A place `rows` below in the column that the cursor would like to be in."""
    row = at[0] + rows
    if not 0 <= row < text.line_count:
        return None
    return clamped(text, (row, goal))
