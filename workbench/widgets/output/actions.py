"""What keys and palette do in the output: move, fold, copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual import events
from textual.actions import SkipAction
from textual.containers import Vertical

from workbench.format import count
from workbench.widgets.told import Told

from .lines.buffer import LineBuffer
from .lines.kinds import RESULTS
from .lines.links import ChangedFile, Place
from .paint import GUTTER
from .values.shelf import Kept
from .view import OutputView

if TYPE_CHECKING:
    from .find.bar import FindBar
    from .find.finding import Finding


class Actions(Vertical):
    """The actions of the pane that need its lines and its view only."""

    buffer: LineBuffer
    view: OutputView
    _bar: FindBar | None = None
    _finding: Finding | None = None

    class Copied(Told, namespace="output_pane"):
        """Text went to the clipboard."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

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

    class ValueOpened(Told, namespace="output_pane"):
        """Show this value on all of the screen."""

        def __init__(self, kept: Kept) -> None:
            super().__init__()
            self.kept = kept

    class ValueSaveAsked(Told, namespace="output_pane"):
        """Save this value in a file of this machine."""

        def __init__(self, kept: Kept) -> None:
            super().__init__()
            self.kept = kept

    class ValueViewAsked(Told, namespace="output_pane"):
        """Open this value in the system's viewer."""

        def __init__(self, kept: Kept) -> None:
            super().__init__()
            self.kept = kept

    class PageAsked(Told, namespace="output_pane"):
        """Open the output of this entry in the pager; `text` is what the pane has of it."""

        def __init__(self, entry_id: str, text: str) -> None:
            super().__init__()
            self.entry_id = entry_id
            self.text = text

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

    def action_copy(self) -> None:
        """Copy what is selected, or else the line with the cursor."""
        text = self.view.selected_text()
        if text is None and len(self.buffer):
            text = self.buffer.text(self.view.cursor)
        if text is not None:
            self._copy(text)

    def action_copy_selection(self) -> None:
        """Copy what is selected; where nothing is, the key goes on to the screen."""
        text = self.view.selected_text()
        if text is None:
            raise SkipAction
        self._copy(text)

    def action_copy_output(self) -> None:
        """Copy the output, value and error of the execution with the cursor, without header and notes."""
        self._copy(self._results())

    def _results(self) -> str:
        """What the execution with the cursor left in the pane, without header and notes."""
        start, end = self.buffer.blocks.at(self.view.cursor, self.buffer.end)
        numbers = range(max(start, self.buffer.dropped), min(end, self.buffer.end))
        return "\n".join(
            self.buffer.text(number) for number in numbers if self.buffer.kind(number) in RESULTS
        )

    def action_page(self) -> None:
        """Open the output of the execution with the cursor in the pager."""
        key = self.buffer.blocks.key_at(self.view.cursor)
        if key is None:
            self.notify("There is no execution here.", markup=False)
        else:
            self.post_message(self.PageAsked(key, self._results()))

    def action_view_value(self) -> None:
        """Open the value under the cursor in the system's viewer."""
        kept = self._value()
        if kept is not None:
            self.post_message(self.ValueViewAsked(kept))

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

    def action_copy_value(self) -> None:
        """Copy the value of the execution with the cursor as text."""
        kept = self._value()
        if kept is not None and kept.bundle is not None:
            from .values.file import text_of

            self._copy(text_of(kept.bundle, kept.table))

    def action_save_value(self) -> None:
        """Ask for a file to save the value under the cursor in."""
        kept = self._value()
        if kept is not None:
            self.post_message(self.ValueSaveAsked(kept))

    def _value(self) -> Kept | None:
        """The value under the cursor, else the last one of the execution; says so where there is none."""
        links = self.buffer.links
        start, end = self.buffer.blocks.at(self.view.cursor, self.buffer.end)
        numbers = (self.view.cursor, *range(end - 1, start, -1))
        kept = [link for number in numbers if isinstance(link := links.get(number), Kept)]
        if not kept:
            self.notify("This execution has no value.", markup=False, timeout=3)
            return None
        if kept[0].bundle is None:
            self.notify("This value is too old to be kept here; the history has it.", markup=False)
            return None
        return kept[0]

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

    def _copy(self, text: str) -> None:
        if not text:
            self.notify("There is no output to copy.", markup=False, timeout=3)
            return
        self.app.copy_to_clipboard(text)
        self.notify(f"Copied {count(text.count(chr(10)) + 1, 'line')}.", markup=False, timeout=3)
        self.post_message(self.Copied(text))

    def _move(self, where: str, *, extend: bool) -> None:
        steps = {"up": -1, "down": 1, "page_up": -self.view.page, "page_down": self.view.page}
        if where in steps:
            self.view.step_cursor(steps[where], extend=extend)
        else:
            self.view.move_cursor(self.buffer.dropped if where == "first" else self.buffer.end, extend=extend)
