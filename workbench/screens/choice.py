"""A question with several answers, each with what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Button

from backend.records import dataclass
from workbench.screens.dialog import Dialog, title, words


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: its key (a letter), its label, and a sentence on what follows from it."""

    key: str
    label: str
    costs: str
    danger: bool = False


class ChoiceScreen(Dialog[str]):
    """Asks; dismisses with the key of the answer, None on Escape. The last one has the focus."""

    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,left", "app.focus_previous", show=False),
        Binding("down,right", "app.focus_next", show=False),
    ]

    def __init__(self, heading: str, message: str, answers: Sequence[Answer]) -> None:
        super().__init__()
        self._heading, self._message, self._answers = heading, message, answers

    def compose(self) -> ComposeResult:
        """Title, message, and each answer over what it costs."""
        with Vertical(classes="dialog -small -danger"):
            yield title(self._heading)
            yield words(self._message)
            for answer in self._answers:
                variant = "error" if answer.danger else "default"
                label = f"{answer.label} ({answer.key})"
                yield Button(label, id=f"answer-{answer.key}", variant=variant, compact=True)  # type: ignore[arg-type]  # one of two
                yield words(answer.costs, classes="answer-costs")

    def on_mount(self) -> None:
        """Enter is the safe answer."""
        self.query(Button).last().focus()

    @on(Button.Pressed)
    def _pressed(self, message: Button.Pressed) -> None:
        message.stop()
        self.dismiss(str(message.button.id).removeprefix("answer-"))

    def on_key(self, event: events.Key) -> None:
        """A letter is its answer."""
        if event.key in [answer.key for answer in self._answers]:
            event.stop()
            self.dismiss(event.key)
