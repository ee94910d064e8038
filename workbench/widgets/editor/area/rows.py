"""A text area that draws anew only the rows which look different: after a key mostly one.

Textual's TextArea (8.2) draws all of them for each key and each move of the cursor: 20 rows take 15 ms.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable
from typing import Any

from textual.document._document import EditResult, Selection
from textual.document._edit import Edit
from textual.geometry import Region, Size
from textual.reactive import Reactive, reactive
from textual.strip import Strip

from workbench.widgets.editor.area.fast import FastTextArea
from workbench.widgets.sizing import take_size


class RowsArea(FastTextArea, inherit_bindings=False):
    """Compares what each visible row is made of with what it was drawn from."""

    selection: Reactive[Selection] = reactive(Selection(), init=False, always_update=True, repaint=False)
    """TextArea's, which is drawn row by row here."""

    _looked = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._drawn: dict[int, Hashable] = {}

    def line_at(self, y: int) -> tuple[int, int] | None:
        """The line of the document at row `y` of the view, and which of its sections; None below the last."""
        info, row = self.wrapped_document._offset_to_line_info, y + self.scroll_offset.y
        return info[row] if row < len(info) else None

    def row_parts(self, y: int) -> Hashable:
        """What the row at `y` of the view is made of, beside the looks of the whole; equal parts look equal.

        Rows of the cursor, of the selection and of a bracket with its partner are like no other.
        """
        at = self.line_at(y)
        if at is None:
            return None
        line, section = at
        (top, _), (bottom, _) = sorted(self.selection)
        bracket = self._matching_bracket_location
        if top <= line <= bottom or (bracket is not None and bracket[0] == line):
            return object()
        highlights = self._highlights.get(line)
        return line, section, self.document.get_line(line), tuple(highlights or ())

    def _frame(self) -> Hashable:
        """What all rows have in common."""
        return self.size, self.scroll_offset.x, self.gutter_width, self.wrap_width

    def look_at_rows(self) -> None:
        """See to it that rows are drawn which look different now."""
        self._looked = False
        self.refresh_lines(self._cursor_offset[1])  # that of the cursor in any case

    def _mark_rows(self) -> None:
        if self._looked:
            return
        self._looked = True
        self._highlight_visible()
        drawn, frame, width = self._drawn, self._frame(), self.size.width
        rows = [y for y in range(self.size.height) if drawn.get(y) != (frame, self.row_parts(y))]
        if rows:
            self._set_dirty(*(Region(0, y, width, 1) for y in rows))

    # -- what Textual calls

    def _exchange_repaint_regions(self) -> Collection[Region]:
        self._mark_rows()
        return super()._exchange_repaint_regions()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows of a region."""
        self._mark_rows()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """A row of the view; what it is made of is kept."""
        self._drawn[y] = (self._frame(), self.row_parts(y))
        return super().render_line(y)

    def _refresh_size(self) -> None:
        if self.soft_wrap:
            take_size(self, Size(0, self.wrapped_document.height))
            return
        width, height = self.document.get_size(self.indent_width)
        take_size(self, Size(width + self.gutter_width + 1, height))  # the cursor may rest behind the end

    def _watch_selection(self, previous_selection: Selection, selection: Selection) -> None:
        super()._watch_selection(previous_selection, selection)
        self.look_at_rows()

    def edit(self, edit: Edit) -> EditResult:
        """Perform an edit."""
        result = super().edit(edit)
        self.look_at_rows()
        return result
