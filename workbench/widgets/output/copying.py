"""Copying from the output, and the pager."""

from __future__ import annotations

from textual.actions import SkipAction
from textual.containers import Vertical

from workbench.widgets.told import Told

from .lines.buffer import LineBuffer
from .lines.kinds import RESULTS
from .view import OutputView


class Copying(Vertical):
    """A pane with lines and a view whose text can be taken elsewhere."""

    buffer: LineBuffer
    view: OutputView

    class Copied(Told, namespace="output_pane"):
        """Text went to the clipboard."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class PageAsked(Told, namespace="output_pane"):
        """Open the output of this entry in the pager; `text` is what the pane has of it."""

        def __init__(self, entry_id: str, text: str) -> None:
            super().__init__()
            self.entry_id = entry_id
            self.text = text

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

    def _copy(self, text: str) -> None:
        if not text:
            self.notify("There is no output to copy.", markup=False, timeout=3)
            return
        self.app.copy_to_clipboard(text)
        self.post_message(self.Copied(text))
