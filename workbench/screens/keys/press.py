"""Asks for a key by having it pressed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from workbench.commands.command import Command
from workbench.commands.table import COMMANDS
from workbench.config.keymaps import with_keymap
from workbench.config.keys import check_keys
from workbench.format import key_words
from workbench.screens.dialog import Dialog, title, words


class PressScreen(Dialog[str]):
    """Dismisses with the key that was pressed when the command can have it, with None on Escape."""

    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, command: Command, own: Mapping[str, str], keymap: str) -> None:
        super().__init__()
        self._command, self._own, self._keymap = command, own, keymap

    def compose(self) -> ComposeResult:
        """What is asked, and why a key cannot be had."""
        with Vertical(classes="dialog -small"):
            yield title(f"Key for {self._command.label}")
            yield words("Press the key. Escape leaves it as it is.")
            yield Static(id="problem", markup=False)

    async def _on_key(self, event: events.Key) -> None:
        """Take the key before anything else does, but for those that never move."""
        event.stop()
        event.prevent_default()
        if event.key == "escape":
            self.dismiss(None)
            return
        commands = with_keymap(COMMANDS, self._keymap)
        _, problems = check_keys({**self._own, self._command.id: event.key}, commands, "")
        problem = next((each for each in problems if each.key == f"keys.{self._command.id}"), None)
        if problem is None:
            self.dismiss(event.key)
        else:
            said = f"{key_words(event.key)} cannot be had: {problem.message}"
            self.query_one("#problem", Static).update(Content(said))
