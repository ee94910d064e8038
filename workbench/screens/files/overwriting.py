"""The question where a transfer finds its name taken."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Checkbox

from workbench import format
from workbench.screens.dialog import Dialog, title, words
from workbench.transfers.conflicts import Choice, Decision


class OverwriteScreen(Dialog[Decision]):
    """Asks what becomes of a file whose name is taken. Escape calls all transfers of this kind off.

    `name` is the one that is taken, `others` how many questions would follow.
    """

    AUTO_FOCUS = "#skip"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "decide('replace')", "Replace"),
        Binding("k", "decide('both')", "Keep both"),
        Binding("s", "decide('skip')", "Skip"),
        Binding("a", "for_all", "For all"),
        Binding("left,up", "app.focus_previous", show=False),
        Binding("right,down", "app.focus_next", show=False),
    ]

    def __init__(self, name: str, where: str, others: int) -> None:
        super().__init__()
        self._name_taken, self._where, self._others = name, where, others

    def compose(self) -> ComposeResult:
        """What is taken, whether the answer is for all, and the answers."""
        with Vertical(classes="dialog -small -danger"):
            yield title("Replace it?")
            yield words(f"{self._name_taken} is {self._where} already.")
            yield words("What is replaced cannot be brought back.", classes="dialog-lost")
            if self._others:
                more = format.count(self._others, "other file", "other files")
                yield Checkbox(f"The same for {more} (a)", compact=True, id="for-all")
            with Horizontal(classes="dialog-buttons"):
                yield Button("Skip (s)", id="skip", compact=True)
                yield Button("Keep both (k)", id="both", compact=True)
                yield Button("Replace (r)", id="replace", variant="error", compact=True)

    @on(Button.Pressed)
    def _pressed(self, message: Button.Pressed) -> None:
        message.stop()
        self.action_decide(str(message.button.id))

    def action_decide(self, choice: str) -> None:
        """Answer by key."""
        boxes = self.query(Checkbox)
        self.dismiss(Decision(Choice(choice), bool(boxes) and boxes.first().value))

    def action_for_all(self) -> None:
        """Have the answer count for all others, or not."""
        for box in self.query(Checkbox):
            box.toggle()
