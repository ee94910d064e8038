"""What the machine sees of a buffer, and what it asks to be done with it."""

from __future__ import annotations

from typing import Protocol

from backend.records import dataclass

Location = tuple[int, int]
"""Row and column, both from 0."""


class Text(Protocol):
    """A buffer: lines without their ends, at least one."""

    @property
    def line_count(self) -> int:
        """How many lines there are."""

    @property
    def text(self) -> str:
        """All of it."""

    def get_line(self, index: int) -> str:
        """One line."""

    def offset(self, location: Location) -> int:
        """How many characters come before a location."""


@dataclass(frozen=True, slots=True)
class Go:
    """Put the cursor here; `anchor` is where a selection begins, None without one."""

    cursor: Location
    anchor: Location | None = None
    whole_lines: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """Replace what is between two locations; the cursor goes to `cursor`."""

    start: Location
    end: Location
    text: str
    cursor: Location


@dataclass(frozen=True, slots=True)
class Yanked:
    """Text was copied; others may have it too."""

    text: str


@dataclass(frozen=True, slots=True)
class Do:
    """Something that is the editor's, by name: undo, redo, save, close, search, find, open…"""

    what: str
    argument: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Say:
    """Tell the person."""

    text: str


Effect = Go | Change | Yanked | Do | Say


def last_column(text: Text, row: int) -> int:
    """The last column where the cursor of normal mode can be."""
    return max(0, len(text.get_line(row)) - 1)


def clamped(text: Text, at: Location) -> Location:
    """The nearest place where the cursor of normal mode can be."""
    row = max(0, min(at[0], text.line_count - 1))
    return row, max(0, min(at[1], last_column(text, row)))


def first_word(line: str) -> int:
    """The column of the first character that is no blank; of the last one in a blank line."""
    return len(line) - len(line.lstrip()) if line.strip() else max(0, len(line) - 1)


def between(text: Text, start: Location, end: Location) -> str:
    """The text between two locations."""
    (top, left), (bottom, right) = start, end
    if top == bottom:
        return text.get_line(top)[left:right]
    middle = [text.get_line(row) for row in range(top + 1, bottom)]
    return "\n".join([text.get_line(top)[left:], *middle, text.get_line(bottom)[:right]])


def end_of(start: Location, inserted: str) -> Location:
    """Where text ends that is put in at a location."""
    rows = inserted.split("\n")
    return start[0] + len(rows) - 1, len(rows[-1]) + (start[1] if len(rows) == 1 else 0)
