"""A question with two answers; the safe one has the focus."""

from __future__ import annotations

from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button

from workbench.screens.dialog import STYLES, title, words
from workbench.screens.leaving import Leaving


class ConfirmScreen(ModalScreen[bool], Leaving[bool]):
    """Asks before something that cannot be undone. Dismisses with True for yes; Escape and Enter are no.

    `lost` says what is lost by a yes. `yes` and `no` are the labels of the buttons. A `mild` question is of
    something that does no harm: Enter is yes.
    """

    AUTO_FOCUS = "#no"
    CSS_PATH = STYLES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes"),
        Binding("n", "answer(False)", "No"),
        Binding("escape", "answer(False)", "No", show=False),
        Binding("left,up", "app.focus_previous", show=False),
        Binding("right,down", "app.focus_next", show=False),
    ]

    def __init__(
        self,
        heading: str,
        message: str,
        *,
        lost: str = "",
        yes: str = "Yes",
        no: str = "No",
        mild: bool = False,
    ) -> None:
        super().__init__()
        self._heading, self._message, self._lost = heading, message, lost
        self._yes, self._no, self._mild = yes, no, mild

    def compose(self) -> ComposeResult:
        """Title, message, what is lost, and the two buttons."""
        with Vertical(classes="dialog -small" if self._mild else "dialog -small -danger"):
            yield title(self._heading)
            yield words(self._message)
            if self._lost:
                yield words(self._lost, classes="dialog-lost")
            with Horizontal(classes="dialog-buttons"):
                yield Button(f"{self._no} (n)", id="no", compact=True)
                variant: Literal["primary", "error"] = "primary" if self._mild else "error"
                yield Button(f"{self._yes} (y)", id="yes", variant=variant, compact=True)

    def on_mount(self) -> None:
        """Enter is the safe answer, to a mild question yes."""
        if self._mild:
            self.query_one("#yes").focus()

    @on(Button.Pressed)
    def _pressed(self, message: Button.Pressed) -> None:
        message.stop()
        self.dismiss(message.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        """Answer by key."""
        self.dismiss(yes)
