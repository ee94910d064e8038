"""What keys and palette do in the output: move, find, fold, open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual import events
from textual.actions import SkipAction

from workbench.widgets.told import Told

from .lines.links import ChangedFile, Place
from .paint import GUTTER
from .valued import ValueActions
from .values.shelf import Kept

if TYPE_CHECKING:
    from .find.bar import FindBar
    from .find.finding import Finding


class Actions(ValueActions):
    """The actions of the pane that need its lines and its view only."""

    _bar: FindBar | None = None
    _finding: Finding | None = None

    class ExchangesAsked(Told, namespace="output_pane"):
        """Show what went over the wire for this entry."""

        def __init__(self, entry_id: str) -> None:
            super().__init__()
            self.entry_id = entry_id

    class FrameOpened(Told, namespace="output_pane"):
        """Show this place of a traceback in the editor."""

        def __init__(self, place: Place) -> None:
            super().__init__()
            self.place = place

    class FileOpened(Told, namespace="output_pane"):
        """Preview this file, which an execution created, changed or deleted, or list all that it did."""

        def __init__(self, file: ChangedFile) -> None:
            super().__init__()
            self.file = file

    def action_move(self, where: str) -> None:
        """Move the cursor: up, down, page_up, page_down, first or last."""
        self._move(where, extend=False)

    def action_extend(self, where: str) -> None:
        """Move the cursor as `action_move` does and select from where it was."""
        self._move(where, extend=True)

    def action_scroll(self, columns: int) -> None:
        """Scroll sideways by columns; negative ones to the left."""
        self.view.scroll_to(x=self.view.scroll_offset.x + columns, animate=False, force=True)

    def action_next_block(self) -> None:
        """Go to the next execution; from the last one to the end of its output."""
        start = self.buffer.blocks.next_start(self.view.cursor)
        if start is None:
            self.view.follow()
        else:
            self.view.move_cursor(start, top=True)

    def action_previous_block(self) -> None:
        """Go to the header of this execution, or to the one before."""
        start = self.buffer.blocks.previous_start(self.view.cursor)
        self.view.move_cursor(self.buffer.dropped if start is None else start, top=True)

    def action_select_all(self) -> None:
        """Select all output."""
        self.view.select_all()

    def action_clear_selection(self) -> None:
        """Select nothing, or else end the search; without either the key goes on to the screen."""
        if self.view.clear_selection():
            return
        if self._bar is None or not self._bar.display:
            raise SkipAction
        self._close_finding()

    def action_open(self) -> None:
        """Go where the line leads, to a place, a file or a value, or fold what it is the head of."""
        if not len(self.buffer):
            return
        number = self.view.cursor
        link = self.buffer.links.get(number)
        if isinstance(link, Kept) and link.table is not None and link.bundle is not None:
            self.post_message(self.ValueOpened(link))
        elif self.buffer.folds.head_of(number) == number:
            self.view.toggle(number)
        elif isinstance(link, Place):
            self.post_message(self.FrameOpened(link))
        elif isinstance(link, ChangedFile):
            self.post_message(self.FileOpened(link))
        elif isinstance(link, Kept) and link.bundle is not None:
            self.post_message(self.ValueOpened(link))

    def on_click(self, event: events.Click) -> None:
        """Open the changed file whose name was clicked, or whose line was clicked twice."""
        if event.widget is not self.view or self.view.text_selection is not None:
            return
        number = self.view.number_at(event.y)
        link = None if number is None else self.buffer.links.get(number)
        if number is not None and isinstance(link, ChangedFile):
            (sign, _), (name, _), *_ = self.buffer.line(number).spans
            column = event.x + self.view.scroll_offset.x - GUTTER - len(sign)
            if event.chain == 2 or 0 <= column < cell_len(name):
                self.post_message(self.FileOpened(link))

    def action_find(self) -> None:
        """Open the line in which one says what to find."""
        self._finding_bar().take_focus()

    def action_find_step(self, step: int) -> None:
        """Go to the next line that matches, or with -1 to the one before; with nothing to find, ask."""
        if self._finding is None or not self._finding.active:
            self.action_find()
        else:
            self._finding.step(step)

    def action_find_switch(self, name: str) -> None:
        """Turn over how to look: case or regex."""
        self._finding_bar().turn(name)

    def _finding_bar(self) -> FindBar:
        """The bar, which is made when it is first needed."""
        from .find.bar import FindBar
        from .find.finding import Finding

        if self._bar is None:
            self._bar = FindBar()
            self._finding = Finding(self.view, self._bar)
            self.mount(self._bar, after=self.view)
        self._bar.display = True
        return self._bar

    def on_output_find_asked(self, message: FindBar.Asked) -> None:
        """Look for what is typed now."""
        message.stop()
        if self._bar is not None and self._finding is not None:
            self._finding.ask(self._bar.asked)

    def on_output_find_stepped(self, message: FindBar.Stepped) -> None:
        """Go to the next match, or to the one before."""
        message.stop()
        self.action_find_step(message.step)

    def on_output_find_closed(self, message: FindBar.Closed) -> None:
        """Look for nothing any more; the lines have the focus again."""
        message.stop()
        self._close_finding()

    def _close_finding(self) -> None:
        if self._finding is not None and self._bar is not None:
            self._finding.close()
            self._bar.display = False
            self.view.focus()

    def action_exchanges(self) -> None:
        """Show what went over the wire for the execution with the cursor."""
        key = self.buffer.blocks.key_at(self.view.cursor)
        if key is None:
            self.notify("There is no execution here.", markup=False)
        else:
            self.post_message(self.ExchangesAsked(key))

    def action_toggle_fold(self) -> None:
        """Fold or unfold the execution with the cursor."""
        start = self.buffer.blocks.start_at(self.view.cursor) if len(self.buffer) else None
        if start is None:
            self.notify("There is no execution here.", markup=False)
        else:
            self.view.toggle(start)

    def action_fold_all(self, closed: bool) -> None:
        """Fold or unfold every execution."""
        self.view.fold_all(closed)

    def _move(self, where: str, *, extend: bool) -> None:
        steps = {"up": -1, "down": 1, "page_up": -self.view.page, "page_down": self.view.page}
        if where in steps:
            self.view.step_cursor(steps[where], extend=extend)
        else:
            self.view.move_cursor(self.buffer.dropped if where == "first" else self.buffer.end, extend=extend)
