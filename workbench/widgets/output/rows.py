"""A row of the output on the screen: mark, text, folds, matches, selection, cursor."""

from __future__ import annotations

from textwrap import wrap
from typing import Protocol

from rich.segment import Segment
from rich.style import Style
from textual.selection import Selection
from textual.strip import Strip

from backend.records import dataclass

from .lines.buffer import LineBuffer
from .lines.kinds import Kind
from .paint import GUTTER, Painter, overlaid, selected

LINE_END = 1 << 30
"""A column behind every line's end."""

_HINT = (
    "Nothing has run yet.",
    "Write code in the editor and press F5.",
    "What it prints, its value and its errors appear here.",
)
_CLOSED, _OPEN = "▸ ", "▾ "


class Matches(Protocol):
    """Where a search matches in a line."""

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Start and end of each match, in characters."""
        ...


@dataclass(frozen=True, slots=True)
class Over:
    """What is laid over a line: the selection and its style, matches, whether the cursor is there."""

    selection: Selection | None = None
    style: Style | None = None
    matches: Matches | None = None
    cursor: bool = False


class Rows:
    """Makes strips of the lines of a buffer."""

    def __init__(self, buffer: LineBuffer, painter: Painter) -> None:
        self._buffer = buffer
        self._painter = painter

    def width(self, number: int) -> int:
        """The cells that a line's text takes; 0 for a header, which is cut to the screen."""
        return 0 if self._buffer.kind(number) is Kind.HEADER else self._text(number).cell_length

    def strip(self, number: int, width: int, scrolled: int, over: Over) -> Strip:
        """The row of a line, `scrolled` cells of its text being left of the screen."""
        painter, kind = self._painter, self._buffer.kind(number)
        text = self._laid_over(self._text(number), number, over)
        mark, said = self._fold_marks(number, kind)
        mark = mark.apply_offsets(0, number)
        hidden = 0 if kind is Kind.HEADER else scrolled
        skipped = len(text.crop(0, hidden).text) if hidden else 0
        room = max(width - mark.cell_length - said.cell_length, 0)
        shown = text.crop(hidden, hidden + room)
        if kind is Kind.HEADER and text.cell_length > room > 0:
            shown = Strip.join([text.crop(0, room - 1), painter.spans((("…", "cut"),), "header")])
        if said.cell_length:
            shown = Strip.join([shown.apply_offsets(GUTTER + skipped, number), said])
            shown = shown.extend_cell_length(max(width - mark.cell_length, 0), painter.kind(kind))
            strip = Strip.join([mark, shown]).crop(0, width)
        else:
            shown = shown.extend_cell_length(room, painter.kind(kind))
            strip = Strip.join([mark, shown.apply_offsets(GUTTER + skipped, number)])
        return overlaid(strip, painter.look("cursor")) if over.cursor else strip

    def hint(self, y: int, width: int, height: int, notice: str) -> Strip:
        """A row of an empty view; where there is room for one thing only, the notice."""
        room = max(width - 2 * GUTTER, 1)
        rows = ["", *(line for hint in _HINT for line in wrap(hint, room))]
        if notice:
            noted = wrap(notice, room)
            rows = ["", *noted, *rows] if len(noted) + 1 + len(rows) <= height else noted
        return self.empty(" " * GUTTER + rows[y] if y < len(rows) and rows[y] else "", width)

    def empty(self, said: str, width: int) -> Strip:
        """A row without a line."""
        style = self._painter.role("empty")
        strip = Strip([Segment(said, style)]).crop_extend(0, width, style)
        # a selection dragged below the last line ends at that line's end
        return strip.apply_offsets(LINE_END, self._buffer.end - 1)

    def _text(self, number: int) -> Strip:
        buffer = self._buffer
        return self._painter.strip(number, buffer.raw(number), lambda: buffer.line(number))

    def _fold_marks(self, number: int, kind: Kind) -> tuple[Strip, Strip]:
        """What stands before a line, and behind it where lines below it are hidden."""
        painter, folds = self._painter, self._buffer.folds
        fold, closed = folds.fold_at(number), folds.is_closed(number)
        if kind is Kind.HEADER and closed:
            hidden = folds.hidden_below(number, self._buffer.end)
            behind = f"  … {hidden:,} line{'' if hidden == 1 else 's'}"
        elif fold is not None:
            behind = fold.said if closed else ""
        else:
            return painter.mark(kind), Strip([], 0)
        mark = _CLOSED if closed else _OPEN
        role = "header" if kind is Kind.HEADER else "mark-fold"
        said = painter.spans(((behind, "cut"),), "header" if kind is Kind.HEADER else "note")
        return Strip([Segment(mark, painter.role(role))], 2), said

    def _laid_over(self, text: Strip, number: int, over: Over) -> Strip:
        if over.matches is not None and self._buffer.kind(number) is not Kind.IMAGE:
            for start, end in over.matches.spans(text.text):
                text = selected(text, start, end, self._painter.look("match"))
        span = over.selection.get_span(number) if over.selection is not None else None
        if span is None:
            return text
        start, end = span
        stop = None if end in (-1, LINE_END) else max(end - GUTTER, 0)
        return selected(text, max(start - GUTTER, 0), stop, over.style or Style())
