"""A text area that shows `# %%` cells, moves between them, and tells what a run takes."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable
from textwrap import dedent

from rich.segment import Segment
from rich.style import Style
from textual.document._document import Selection
from textual.document._edit import Edit
from textual.strip import Strip

from workbench.cells import Runnable, code_to_run
from workbench.widgets.editor.area.marked import MarkedArea
from workbench.widgets.editor.highlighting import Highlight

_RULE = "─"
_CURRENT = "▎"


class CellArea(MarkedArea, inherit_bindings=False):
    """Draws the borders of cells and a bar beside the one of the cursor."""

    _markers: tuple[list[int], list[int]] = ([], [])
    _cell: tuple[int, int] | None = None

    # -- what a run takes

    def code_to_run(self, whole: bool = False) -> Runnable:
        """The selection if there is one, else the cursor's cell; with `whole` the buffer."""
        if whole:
            return Runnable(self.document.text.rstrip(), 0)
        selection = None if self.selection.is_empty else (self.selection.start, self.selection.end)
        return code_to_run(self.document.text, selection, self.cursor_location[0])

    def code_above(self) -> Runnable:
        """All that is above the cursor's cell; where there are no cells, above the cursor's line."""
        row = self._cell_rows()[0] if self.cell_starts() else self.cursor_location[0]
        return Runnable("\n".join(self.document[index] for index in range(row)).rstrip(), 0)

    def statement_to_run(self) -> Runnable:
        """The selection if there is one, else the whole statement at the cursor."""
        if not self.selection.is_empty:
            return self.code_to_run()
        first, last = self.document.statement_rows(self.cursor_location[0])
        rows = [self.document[index] for index in range(first, min(last, self.document.line_count))]
        return Runnable(dedent("\n".join(rows)).rstrip(), first)

    def go_to_next_statement(self) -> None:
        """Move the cursor to the next line with code behind the statement at the cursor."""
        _, row = self.document.statement_rows(max(self.selection)[0])
        count = self.document.line_count
        while row < count and not self.document[row].strip():
            row += 1
        if row < count:
            self.move_cursor((row, len(self.document[row]) - len(self.document[row].lstrip())))

    def go_on(self) -> None:
        """Move into the next cell; behind the last one a new one begins. Without cells nothing moves."""
        if not self.cell_starts():
            return
        _, last = self._cell_rows()
        if last < self.document.line_count:
            self.action_next_cell()
        elif self.code_to_run().code.strip() and not self.read_only:
            end = self.document.end
            gap = "\n" * (2 - bool(self.document[end[0]] == ""))
            self.one_step(Edit(f"{gap}# %%\n", end, end, False))
            self.move_cursor(self.document.end)

    # -- where cells are

    def cell_starts(self) -> list[int]:
        """The rows of the `# %%` lines that are not inside a string; found once per edit."""
        rows = self.document.marker_rows
        if self._markers[0] is not rows:
            self._markers = (rows, [row for row in rows if self.document.is_code(row)])
        return self._markers[1]

    def _cell_rows(self) -> tuple[int, int]:
        """First row of the cursor's cell and the row after its last."""
        starts = self.cell_starts()
        index = bisect_right(starts, self.cursor_location[0])
        first = starts[index - 1] if index else 0
        return first, starts[index] if index < len(starts) else self.document.line_count

    def action_next_cell(self) -> None:
        """Move into the next cell."""
        _, last = self._cell_rows()
        if last < self.document.line_count:
            self.move_cursor((min(last + 1, self.document.line_count - 1), 0))

    def action_previous_cell(self) -> None:
        """Move to the start of this cell, or of the one above."""
        first, _ = self._cell_rows()
        if self.cursor_location[0] <= first + 1 and first > 0:
            self.move_cursor((first - 1, 0))
            first, _ = self._cell_rows()
        marked = first in self.cell_starts()
        self.move_cursor((min(first + marked, self.document.line_count - 1), 0))

    def _watch_selection(self, previous_selection: Selection, selection: Selection) -> None:
        super()._watch_selection(previous_selection, selection)
        cell = self._cell_rows() if self.cell_starts() else None
        if cell != self._cell:
            self._cell = cell
            self._line_cache.clear()
            self.refresh()

    def _decorated(self, highlights: defaultdict[int, list[Highlight]]) -> defaultdict[int, list[Highlight]]:
        for row in self.cell_starts():
            if row in highlights:
                highlights[row] = [(0, None, "cell")]
        return highlights

    def row_parts(self, y: int) -> Hashable:
        """With the border and the bar of its cell."""
        parts, at = super().row_parts(y), self.line_at(y)
        if self._cell is None or at is None:
            return parts
        return parts, self._cell[0] <= at[0] < self._cell[1], self._is_ruled(at[0])

    def _is_ruled(self, line: int) -> bool:
        """Whether a line has the border of a cell; not where it is selected, which is to be seen."""
        (top, _), (bottom, _) = sorted(self.selection)
        return line in self.cell_starts() and (self.selection.is_empty or not top <= line <= bottom)

    def _render_line(self, y: int) -> Strip:
        strip = super()._render_line(y)
        row = y + self.scroll_offset.y
        info = self.wrapped_document._offset_to_line_info
        if self._cell is None or row >= len(info) or self._theme is None:
            return strip
        style = self._theme.syntax_styles.get("cell") or Style()
        line, _section = info[row]
        if self._cell[0] <= line < self._cell[1]:
            strip = _with_bar(strip, self.gutter_width, style)
        if self._is_ruled(line):
            strip = _with_rule(strip, style)
        return strip


def _with_bar(strip: Strip, gutter: int, style: Style) -> Strip:
    """A bar between the line numbers and the text."""
    background = next(iter(strip.crop(gutter - 1, gutter)), Segment("")).style or Style()
    bar = Strip([Segment(_CURRENT, background + style)], 1)
    return Strip.join([strip.crop(0, gutter - 1), bar, strip.crop(gutter, None)])


def _with_rule(strip: Strip, style: Style) -> Strip:
    """A rule from the end of the text to the edge, with room for the cursor between."""
    blanks = len(strip.text) - len(strip.text.rstrip())
    if blanks < 4:
        return strip
    start = strip.cell_length - blanks + 2
    background = next(iter(strip.crop(start, start + 1)), Segment("")).style or Style()
    rule = Segment(_RULE * (strip.cell_length - start), background + style + Style(bold=False, dim=True))
    return Strip.join([strip.crop(0, start), Strip([rule], blanks - 2)])
