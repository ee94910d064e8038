"""What is too long to be read while a notice is shown: it stays until it is closed, and can be copied."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from workbench.sanitize import sanitize
from workbench.screens.dialog import Dialog, title
from workbench.widgets.keys import KeyBar


class ReadingScreen(Dialog[None]):
    """Shows a text, which may come from outside, under a title."""

    AUTO_FOCUS = "VerticalScroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", "Copy", tooltip="Copies the whole text."),
    ]

    def __init__(self, heading: str, text: str) -> None:
        super().__init__()
        self._heading, self._text = heading, text

    def compose(self) -> ComposeResult:
        """Title, text, keys."""
        with Vertical(classes="dialog -danger"):
            yield title(self._heading)
            with VerticalScroll(classes="box -whole"):
                yield Static(Content(sanitize(self._text).expandtabs()), markup=False)
            yield KeyBar()

    def action_copy(self) -> None:
        """Put the text on the clipboard."""
        self.app.copy_to_clipboard(self._text)
        self.notify("Copied.", markup=False, timeout=3)
