"""A text area that marks places in the text: what a search found, and lines where code failed."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.color import Color
from textual.document._document import Location, Selection
from textual.document._edit import Edit
from textual.strip import Strip

from workbench.widgets.editor.area.editing import EditingArea

if TYPE_CHECKING:
    from workbench.widgets.editor.find.search import Found

_FAILED = "!"
"""Beside the number of a line where code failed, for screens without colours."""


class MarkedArea(EditingArea, inherit_bindings=False):
    """Draws marks under the colours of the code. Marks of errors follow their lines while one edits."""

    _found: Found | None = None
    _failed: tuple[tuple[int, str], ...] = ()
    """Rows where code failed, with their texts."""
    _rows_before = 0
    _found_style = Style(reverse=True)
    _failed_style = Style(underline=True)

    # -- what is marked

    def mark_found(self, found: Found | None) -> None:
        """Mark the matches of a search, or none."""
        if found is not self._found:
            self._found = found
            self._redraw()

    def mark_failed(self, rows: Iterable[int]) -> None:
        """Mark these rows as those where code failed, in place of the ones marked before."""
        count = self.document.line_count
        self._failed = tuple((row, self.document[row]) for row in sorted(set(rows)) if 0 <= row < count)
        self._rows_before = count
        self._redraw()

    @property
    def failed_rows(self) -> list[int]:
        """The rows marked as failed, from the top."""
        return [row for row, _ in self._failed]

    def show_span(self, start: Location, end: Location) -> None:
        """Select a part of the text and scroll so that it can be seen with lines around it."""
        top, height = self.scroll_offset.y, self.content_size.height
        row = self.wrapped_document.location_to_offset(self.clamp_visitable(start)).y
        self.selection = Selection(self.clamp_visitable(start), self.clamp_visitable(end))
        self.record_cursor_width()
        self.scroll_cursor_visible(center=not top <= row < top + height - 1, animate=False)

    def one_step(self, edit: Edit) -> None:
        """Make an edit that undo takes back alone."""
        self.history.checkpoint()
        self.edit(edit)
        self.history.checkpoint()

    # -- looks

    def mark_colours(self, variables: Mapping[str, str]) -> None:
        """Take the colours of marks from the variables of an app theme."""
        surface = Color.parse(variables.get("surface", "#101010"))

        def tinted(name: str, share: float, fallback: str) -> Style:
            colour = Color.parse(variables.get(name, fallback))
            return Style(bgcolor=surface.blend(colour.with_alpha(1), share).rich_color)

        self._found_style = tinted("warning", 0.35, "#c0a000")
        self._failed_style = tinted("error", 0.3, "#c00000")
        self._redraw()

    def _redraw(self) -> None:
        self._line_cache.clear()
        self.refresh()

    def get_line(self, line_index: int) -> Text:
        """A line as it is drawn, with its marks below the colours of the code."""
        line = super().get_line(line_index)
        if any(row == line_index for row, _ in self._failed):
            line.stylize(self._failed_style)
        if self._found is not None:
            for left, right in self._found.rows.get(line_index, ()):
                line.stylize(self._found_style, left, right)
        return line

    def _render_line(self, y: int) -> Strip:
        strip = super()._render_line(y)
        at, gutter = self.line_at(y), self.gutter_width
        if not self._failed or gutter < 2 or at is None or at[0] not in self.failed_rows:
            return strip
        before = next(iter(strip.crop(gutter - 2, gutter - 1)), Segment("")).style or Style()
        mark = Strip([Segment(_FAILED, before + self._failed_style + Style(bold=True))], 1)
        return Strip.join([strip.crop(0, gutter - 2), mark, strip.crop(gutter - 1, None)])

    def row_parts(self, y: int) -> Hashable:
        """With the marks of its line."""
        parts, at = super().row_parts(y), self.line_at(y)
        if (not self._failed and self._found is None) or at is None:
            return parts
        found = () if self._found is None else tuple(self._found.rows.get(at[0], ()))
        return parts, at[0] in self.failed_rows, found

    # -- edits

    def _build_highlight_map(self) -> None:
        super()._build_highlight_map()
        if self._failed:
            self._follow()

    def _follow(self) -> None:
        """After an edit: a mark stays with its line, which may have moved; a changed line loses it."""
        document = self.document
        count = document.line_count
        moved = count - self._rows_before
        self._rows_before = count
        kept: list[tuple[int, str]] = []
        for row, text in self._failed:
            for place in (row, row + moved):
                if 0 <= place < count and document[place] == text:
                    kept.append((place, text))
                    break
        self._failed = tuple(kept)
