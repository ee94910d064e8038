"""Pasting into a text area: from the terminal, from the system's clipboard, or what was copied here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.message import Message

from workbench.sanitize import sanitize
from workbench.widgets.editor.area.rows import RowsArea
from workbench.widgets.editor.text import lines

if TYPE_CHECKING:
    from workbench.clipboard import Tools

PASTE_ASKS = 1_000_000
"""Characters from which on a paste asks first; putting in 10 MB takes about a second."""


class LargePaste(Message):
    """So much was pasted that somebody should be asked: then call `put_pasted`."""

    def __init__(self, area: PastingArea, text: str) -> None:
        super().__init__()
        self.area = area
        self.text = text


class PastingArea(RowsArea, inherit_bindings=False):
    """A text area that takes what is pasted as text, and asks first when it is very much."""

    async def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self._paste(event.text)

    def action_paste(self) -> None:
        """Paste what the system's clipboard holds, else what was copied in the workbench."""
        from workbench.clipboard import find_tools

        if (tools := find_tools()).paste:
            self.run_worker(self._paste_from(tools), group="paste")
        else:
            self._paste_own()

    async def _paste_from(self, tools: Tools) -> None:
        from workbench.clipboard import paste

        if text := await paste(tools):
            self._paste(text)
        else:
            self._paste_own()

    def _paste_own(self) -> None:
        if self.app.clipboard:
            self._paste(self.app.clipboard)
            return
        self.notify(
            "Nothing was copied in the workbench yet. To paste from outside, use your terminal's own key, "
            "often ctrl+shift+v.",
            title="Paste",
            markup=False,
        )

    def _paste(self, text: str) -> None:
        if self.read_only:
            return
        if len(text) > PASTE_ASKS:
            self.post_message(LargePaste(self, lines.pasted(text)))
        else:
            self.put_pasted(text)

    def put_pasted(self, text: str) -> None:
        """Put pasted text in place of the selection."""
        if result := self._replace_via_keyboard(sanitize(lines.pasted(text)), *self.selection):
            self.move_cursor(result.end_location)
