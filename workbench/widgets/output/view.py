"""The output as a line view: only visible lines are decoded, selection and cursor are laid over them."""

from __future__ import annotations

from textwrap import wrap
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from workbench.widgets.paint import Paint

from .lines.ansi import AnsiPalette
from .lines.blocks import Span
from .lines.buffer import LineBuffer
from .lines.kinds import Kind
from .paint import COMPONENTS, GUTTER, Painter, component, look, overlaid, selected, text_index

_LINE_END = 1 << 30
"""A column behind every line's end."""

_HINT = (
    "Nothing has run yet.",
    "Write code in the editor and press F5.",
    "What it prints, its value and its errors appear here.",
)


class OutputView(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows a `LineBuffer`, and below it the headers of what has yet to begin (`waiting`).

    Rows of a selection are line numbers of the buffer, so it stays in place while lines are dropped above.
    `flush()` brings size and position up to date after the buffer has changed.
    """

    DEFAULT_CSS = "OutputView { height: 1fr; }"
    COMPONENT_CLASSES: ClassVar[set[str]] = {component(name) for name in COMPONENTS}
    ALLOW_SELECT = True

    class Followed(Message):
        """Whether the view follows the end, and how many lines came since it stopped doing so."""

        def __init__(self, view: OutputView, following: bool, unseen: int) -> None:
            super().__init__()
            self.view = view
            self.following = following
            self.unseen = unseen

        def can_replace(self, message: Message) -> bool:
            """The newest state is the one that counts."""
            return isinstance(message, OutputView.Followed)

        @property
        def control(self) -> OutputView:
            """The view."""
            return self.view

    def __init__(self, buffer: LineBuffer, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.buffer = buffer
        self.waiting: tuple[tuple[Span, ...], ...] = ()
        self.notice = ""
        """What an empty view says before its hint; shown with the next refresh."""
        self._paint = Paint(self)
        self._painter = Painter(lambda: self.rich_style, self._role_style)
        self._following = True
        self._moving = False
        self._cursor: int | None = None
        self._anchor: int | None = None
        self._seen_end = 0
        self._first = self._end = 0
        self._told = (True, 0)

    @property
    def following(self) -> bool:
        """Whether the view stays at the end as lines come."""
        return self._following

    @property
    def cursor(self) -> int:
        """The number of the line with the cursor: the last one until it is moved."""
        last = max(self.buffer.end - 1, self.buffer.dropped)
        return last if self._cursor is None else min(max(self._cursor, self.buffer.dropped), last)

    def set_palette(self, palette: AnsiPalette) -> None:
        """Use these colours for the sixteen of ANSI. Raises textual.color.ColorParseError."""
        self._painter.set_palette(palette)
        self.refresh()

    def flush(self) -> None:
        """Take over what changed in the buffer: size, position, one repaint."""
        shift, self._first = self.buffer.dropped - self._first, self.buffer.dropped
        if self._following and self.buffer.end != self._end:
            self._cursor = None
        self._end = self.buffer.end
        size = Size(self.buffer.width + GUTTER, len(self.buffer) + len(self.waiting))
        self._moving = True
        try:
            if size != self.virtual_size:
                self.virtual_size = size
            if self._following:
                self.scroll_to(y=self.max_scroll_y, animate=False, force=True)
            elif shift:
                self.scroll_to(y=max(0, self.scroll_offset.y - shift), animate=False, force=True)
        finally:
            self._moving = False
        self.refresh()
        self._tell()

    def follow(self, following: bool = True) -> None:
        """Stay at the end from now on, or stop doing so."""
        if following != self._following:
            self._following = following
            self._seen_end = self.buffer.end
            if not following:
                self._cursor = self.cursor
        if following:
            self._cursor = None
        self.flush()

    def move_cursor(self, number: int, *, extend: bool = False, top: bool = False) -> None:
        """Put the cursor on a line in sight; `extend` selects from where it was, `top` scrolls it topmost."""
        if not len(self.buffer):
            return
        before, last = self.cursor, self.buffer.end - 1
        number = min(max(number, self.buffer.dropped), last)
        self._select(before, number) if extend else self.clear_selection()
        self._cursor = number
        if number == last and not extend:
            self.follow()
            return
        self.follow(False)
        self._cursor = number
        self._reveal(number - self.buffer.dropped, top=top)

    def step_cursor(self, rows: int, *, extend: bool = False) -> None:
        """Move the cursor by rows; one that was scrolled out of sight comes back first."""
        top = self.buffer.dropped + self.scroll_offset.y
        start = min(max(self.cursor, top), top + max(self._height - 1, 0))
        self.move_cursor(start + rows, extend=extend)

    @property
    def page(self) -> int:
        """Rows that page keys move by."""
        return max(self._height - 1, 1)

    def clear_selection(self) -> bool:
        """Select nothing; whether anything was selected."""
        self._anchor = None
        if self.text_selection is None:
            return False
        self.screen.clear_selection()
        return True

    def select_all(self) -> None:
        """Select every line."""
        if len(self.buffer):
            self.screen.selections = {self: Selection(None, None)}

    def selected_text(self) -> str | None:
        """The selected text, None when nothing is selected."""
        selection = self.text_selection
        return None if selection is None else self._extract(selection)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text of a selection, for copying by the screen; only the selected lines are read."""
        return self._extract(selection), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Repaint; the text must not run away under a selection, so following stops."""
        if selection is not None and self._following:
            self.follow(False)
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scrolling up stops following, scrolling to the end takes it up again."""
        super().watch_scroll_y(old_value, new_value)
        if self._moving or not self.size.height:
            return
        at_end = round(new_value) >= self.max_scroll_y
        if at_end != self._following and not (at_end and self.text_selection is not None):
            self.follow(at_end)

    def notify_style_update(self) -> None:
        """Forget what was painted in the old colours."""
        super().notify_style_update()
        self._paint.clear()
        self._painter.forget()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows of a region. A scrollbar that came took the last one, and no Resize told of it."""
        if self._following and round(self.scroll_y) < self.max_scroll_y:
            self.call_later(self.flush)
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """The strip of one visible row."""
        width = self.scrollable_content_region.width
        row = self.scroll_offset.y + y
        if row < len(self.buffer):
            return self._render_number(self.buffer.dropped + row, width)
        if row < len(self.buffer) + len(self.waiting):
            text = self._painter.spans(self.waiting[row - len(self.buffer)], "header")
            return text.crop_extend(0, width, self._painter.role("header"))
        hint = self._hint(width) if not self.virtual_size.height else []
        said = " " * GUTTER + hint[y] if y < len(hint) and hint[y] else ""
        strip = Strip([Segment(said, self._painter.role("empty"))])
        # a selection dragged below the last line ends at that line's end
        return strip.crop_extend(0, width, self._painter.role("empty")).apply_offsets(
            _LINE_END, self.buffer.end - 1
        )

    def _render_number(self, number: int, width: int) -> Strip:
        buffer, painter = self.buffer, self._painter
        text = painter.strip(number, buffer.raw(number), lambda: buffer.line(number))
        if (selection := self.text_selection) is not None:
            text = self._with_selection(text, number, selection)
        kind = buffer.kind(number)
        if kind is not Kind.HEADER and text.cell_length > buffer.width:
            buffer.width = text.cell_length
            self.call_later(self.flush)
        mark = painter.mark(kind).apply_offsets(0, number)
        hidden = 0 if kind is Kind.HEADER else self.scroll_offset.x
        skipped = len(text.crop(0, hidden).text) if hidden else 0
        shown = text.crop_extend(hidden, hidden + max(width - mark.cell_length, 0), painter.kind(kind))
        strip = Strip.join([mark, shown.apply_offsets(GUTTER + skipped, number)])
        return (
            overlaid(strip, self._role_style("cursor")) if self.has_focus and number == self.cursor else strip
        )

    def _hint(self, width: int) -> list[str]:
        """The rows of an empty view; where there is room for one thing only, the notice."""
        room = max(width - 2 * GUTTER, 1)
        rows = ["", *(line for hint in _HINT for line in wrap(hint, room))]
        if not self.notice:
            return rows
        notice = wrap(self.notice, room)
        fits = len(notice) + 1 + len(rows) <= self.scrollable_content_region.height
        return ["", *notice, *rows] if fits else notice

    def _with_selection(self, strip: Strip, number: int, selection: Selection) -> Strip:
        span = selection.get_span(number)
        if span is None:
            return strip
        start, end = span
        style = self.screen.get_component_rich_style("screen--selection")
        stop = None if end in (-1, _LINE_END) else max(end - GUTTER, 0)
        return selected(strip, max(start - GUTTER, 0), stop, style)

    def _extract(self, selection: Selection) -> str:
        first, last = self.buffer.dropped, self.buffer.end - 1
        start, end = selection.start, selection.end
        if start is not None:
            first = max(first, start.y)
        if end is not None:
            last = min(last, end.y)
        lines = list(self.buffer.texts(first, last + 1))
        if lines and end is not None and end.y == last:
            lines[-1] = lines[-1][: text_index(lines[-1], max(end.x - GUTTER, 0))]
        if lines and start is not None and start.y == first:
            lines[0] = lines[0][text_index(lines[0], max(start.x - GUTTER, 0)) :]
        return "\n".join(lines)

    def _select(self, before: int, number: int) -> None:
        """Select whole lines from the anchor to `number`; without a selection `before` becomes the anchor."""
        if self.text_selection is None or self._anchor is None:
            self._anchor = before
        low, high = sorted((self._anchor, number))
        self.screen.selections = {self: Selection(Offset(0, low), Offset(_LINE_END, high))}

    def _reveal(self, row: int, *, top: bool) -> None:
        offset = self.scroll_offset.y
        target = row if top else min(max(offset, row - self._height + 1), row)
        self._moving = True
        try:
            self.scroll_to(y=target, animate=False, force=True)
        finally:
            self._moving = False

    @property
    def _height(self) -> int:
        return self.scrollable_content_region.height

    def _tell(self) -> None:
        state = (self._following, 0 if self._following else max(self.buffer.end - self._seen_end, 0))
        if state != self._told:
            self._told = state
            self.post_message(self.Followed(self, *state))

    def _role_style(self, role: str) -> Style:
        name, extra = look(role)
        return self._paint(name) + extra

    def on_resize(self) -> None:
        """A view at the end stays there in its new size."""
        if self._following:
            self.call_after_refresh(self.flush)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the clicked line."""
        number = self.buffer.dropped + self.scroll_offset.y + event.y
        if number < self.buffer.end:
            self._cursor, self._anchor = number, None
            self.refresh()
