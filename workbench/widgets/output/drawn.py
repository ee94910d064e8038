"""The rows of the output as they are drawn: only visible lines are decoded, marks are laid over them."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from textual.scroll_view import ScrollView
from textual.strip import Strip

from workbench.widgets.paint import Paint

from .lines.ansi import AnsiPalette
from .lines.blocks import Span
from .lines.buffer import LineBuffer
from .paint import COMPONENTS, Painter, component, look
from .rows import Matches, Over, Rows


class DrawnLines(ScrollView, inherit_bindings=False):
    """Draws a `LineBuffer`, and below it the headers of what has yet to begin (`waiting`)."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {component(name) for name in COMPONENTS}

    def __init__(self, buffer: LineBuffer, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.buffer = buffer
        self.waiting: tuple[tuple[Span, ...], ...] = ()
        self.notice = ""
        """What an empty view says before its hint; shown with the next refresh."""
        self.matches: Matches | None = None
        """What is marked in the lines; shown with the next refresh."""
        self._paint = Paint(self)
        self._painter = Painter(lambda: self.rich_style, self._role_style)
        self._rows = Rows(buffer, self._painter)

    @property
    def rows(self) -> int:
        """How many rows the lines take that are not hidden."""
        return self.buffer.folds.count(self.buffer.end)

    @property
    def cursor(self) -> int:
        """The number of the line with the cursor."""
        raise NotImplementedError

    def flush(self) -> None:
        """Take over what changed in the buffer."""
        raise NotImplementedError

    @property
    def _height(self) -> int:
        return self.scrollable_content_region.height

    def set_palette(self, palette: AnsiPalette) -> None:
        """Use these colours for the sixteen of ANSI. Raises textual.color.ColorParseError."""
        self._painter.set_palette(palette)
        self.refresh()

    def notify_style_update(self) -> None:
        """Forget what was painted in the old colours."""
        super().notify_style_update()
        self._paint.clear()
        self._painter.forget()

    def _role_style(self, role: str) -> Style:
        name, extra = look(role)
        return self._paint(name) + extra

    def render_line(self, y: int) -> Strip:
        """The strip of one visible row."""
        width = self.scrollable_content_region.width
        row, rows = self.scroll_offset.y + y, self.rows
        if row < rows:
            return self._strip(self.buffer.folds.number_at(row), width)
        if row < rows + len(self.waiting):
            text = self._painter.spans(self.waiting[row - rows], "header")
            return text.crop_extend(0, width, self._painter.role("header"))
        if self.virtual_size.height:
            return self._rows.empty("", width)
        return self._rows.hint(y, width, self._height, self.notice)

    def _strip(self, number: int, width: int) -> Strip:
        if (wide := self._rows.width(number)) > self.buffer.width:
            self.buffer.width = wide
            self.call_later(self.flush)
        selection = self.text_selection
        style = None if selection is None else self.screen.get_component_rich_style("screen--selection")
        cursor = self.has_focus and number == self.cursor
        over = Over(selection, style, self.matches, cursor)
        return self._rows.strip(number, width, self.scroll_offset.x, over)
