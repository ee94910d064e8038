"""The output as a line view: where it is scrolled to, its cursor, its selection."""

from __future__ import annotations

from textual import events
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.selection import Selection
from textual.strip import Strip

from workbench.widgets.sizing import take_size

from .drawn import DrawnLines
from .extract import extract
from .lines.buffer import LineBuffer
from .paint import GUTTER
from .rows import LINE_END


class OutputView(DrawnLines, can_focus=True, inherit_bindings=False):
    """Shows a `LineBuffer`, and below it the headers of what has yet to begin (`waiting`).

    Rows of a selection are line numbers of the buffer, so it stays in place while lines are dropped above.
    `flush()` brings size and position up to date after the buffer has changed.
    """

    DEFAULT_CSS = "OutputView { height: 1fr; }"
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
        super().__init__(buffer, id=id)
        self._following = True
        self._moving = False
        self._cursor: int | None = None
        self._anchor: int | None = None
        self._seen_end = 0
        self._end = 0
        self._top = 0  # the topmost line
        self._folded = (0, 0)  # the version of the folds, and lines dropped
        self._told = (True, 0)

    @property
    def following(self) -> bool:
        """Whether the view stays at the end as lines come."""
        return self._following

    def number_at(self, y: int) -> int | None:
        """The line at a row of the screen; None below the last one."""
        row = self.scroll_offset.y + y
        return self.buffer.folds.number_at(row) if 0 <= row < self.rows else None

    @property
    def cursor(self) -> int:
        """The number of the line with the cursor: the last one until it is moved."""
        last, folds = max(self.buffer.end - 1, self.buffer.dropped), self.buffer.folds
        number = last if self._cursor is None else min(max(self._cursor, self.buffer.dropped), last)
        return folds.number_at(folds.row_of(number))

    def flush(self) -> None:
        """Take over what changed in the buffer: size, position, one repaint."""
        folds = self.buffer.folds
        folded, self._folded = self._folded, (folds.version, self.buffer.dropped)
        if self._following and self.buffer.end != self._end:
            self._cursor = None
        self._end = self.buffer.end
        size = Size(self.buffer.width + GUTTER, self.rows + len(self.waiting))
        self._moving = True
        try:
            take_size(self, size)
            if self._following:
                self.scroll_to(y=self.max_scroll_y, animate=False, force=True)
            elif folded != self._folded:
                top = folds.row_of(max(self._top, self.buffer.dropped))
                self.scroll_to(y=max(0, top), animate=False, force=True)
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
        """Put the cursor on a line in sight, or on the head of what hides the line.

        `extend` selects from where it was, `top` scrolls it topmost.
        """
        if not len(self.buffer):
            return
        before, last, folds = self.cursor, self.buffer.end - 1, self.buffer.folds
        number = folds.number_at(folds.row_of(min(max(number, self.buffer.dropped), last)))
        self._select(before, number) if extend else self.clear_selection()
        self._cursor = number
        if folds.row_of(number) == self.rows - 1 and not extend:
            self.follow()
            return
        self.follow(False)
        self._cursor = number
        self._reveal(self.buffer.folds.row_of(number), top=top)

    def step_cursor(self, rows: int, *, extend: bool = False) -> None:
        """Move the cursor by rows; one that was scrolled out of sight comes back first."""
        top, folds = self.scroll_offset.y, self.buffer.folds
        start = min(max(folds.row_of(self.cursor), top), top + max(self._height - 1, 0))
        last = self.rows - 1
        if start + rows > last:
            self.move_cursor(self.buffer.end, extend=extend)
        else:
            self.move_cursor(folds.number_at(max(start + rows, 0)), extend=extend)

    def toggle(self, head: int) -> None:
        """Fold what a line is the head of, or unfold it; the cursor goes there."""
        folds = self.buffer.folds
        self.follow(False)
        if folds.set_closed(head, not folds.is_closed(head)):
            self._cursor = head
            self._anchor = None
            self.flush()
            below = 0 if folds.is_closed(head) else folds.hidden_below(head, self.buffer.end)
            self._reveal(folds.row_of(head + below), top=False)
            self._reveal(folds.row_of(head), top=False)

    def show_line(self, number: int) -> None:
        """Put the cursor on a line and unfold what hides it."""
        if self.buffer.folds.reveal(number):
            self.follow(False)
            self.flush()
        self.move_cursor(number)

    def fold_all(self, closed: bool) -> None:
        """Fold every execution, or unfold them all; the cursor stays with its own."""
        cursor, folds = self.cursor, self.buffer.folds
        start = self.buffer.blocks.start_at(cursor) if closed else cursor
        self.follow(False)
        folds.close_all(closed)
        self._cursor = cursor if start is None else start
        self.flush()
        self._reveal(folds.row_of(self._cursor), top=False)

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
        return None if selection is None else extract(self.buffer, selection, GUTTER)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text of a selection, for copying by the screen; only the selected lines are read."""
        return extract(self.buffer, selection, GUTTER), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Repaint; the text must not run away under a selection, so following stops."""
        if selection is not None and self._following:
            self.follow(False)
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scrolling up stops following, scrolling to the end takes it up again."""
        super().watch_scroll_y(old_value, new_value)
        self._top = self.buffer.folds.number_at(max(round(new_value), 0))
        if self._moving or not self.size.height:
            return
        at_end = round(new_value) >= self.max_scroll_y
        if at_end != self._following and not (at_end and self.text_selection is not None):
            self.follow(at_end)

    def watch_show_vertical_scrollbar(self, shown: bool) -> None:
        """A scrollbar that comes after the view has moved knows nothing of it, and would stand at the top."""
        if shown:
            self.vertical_scrollbar.position = self.scroll_y

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows of a region. A scrollbar that came took the last one, and no Resize told of it."""
        if self._following and round(self.scroll_y) < self.max_scroll_y:
            self.call_later(self.flush)
        return super().render_lines(crop)

    def _select(self, before: int, number: int) -> None:
        """Select whole lines from the anchor to `number`; without a selection `before` becomes the anchor."""
        if self.text_selection is None or self._anchor is None:
            self._anchor = before
        low, high = sorted((self._anchor, number))
        self.screen.selections = {self: Selection(Offset(0, low), Offset(LINE_END, high))}

    def _reveal(self, row: int, *, top: bool) -> None:
        offset = self.scroll_offset.y
        target = row if top else min(max(offset, row - self._height + 1), row)
        self._moving = True
        try:
            self.scroll_to(y=target, animate=False, force=True)
        finally:
            self._moving = False

    def _tell(self) -> None:
        state = (self._following, 0 if self._following else max(self.buffer.end - self._seen_end, 0))
        if state != self._told:
            self._told = state
            self.post_message(self.Followed(self, *state))

    def on_resize(self) -> None:
        """A view at the end stays there in its new size."""
        if self._following:
            self.call_after_refresh(self.flush)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the clicked line; a header, or another head, folds or unfolds."""
        number = self.number_at(event.y)
        if number is not None:
            self._cursor, self._anchor = number, None
            self.refresh()
            if self.text_selection is None and self.buffer.folds.head_of(number) == number:
                self.toggle(number)
