"""What stands above the output when a session has lost its variables, with what can be done about it."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Static

from workbench.sanitize import sanitize_line

ANSWERS = {"rebuild": "Rebuild", "empty": "Go on empty", "new": "New session"}


class LossBanner(Vertical):
    """Says what was lost and takes one of three answers; `key` is that of a rebuild, in words."""

    DEFAULT_CSS = """
    LossBanner {
        height: auto;
        background: $warning-muted;
        color: $text-warning;
        padding: 0 1;
        & > Static { height: auto; text-style: bold; }
        & > Horizontal { height: 1; }
        Button { margin: 0 1 0 0; min-width: 8; }
    }
    """

    class Answered(Message):
        """What to do: `rebuild`, go on `empty`, or go on in a `new` session."""

        def __init__(self, answer: str) -> None:
            super().__init__()
            self.answer = answer

    def __init__(self, text: str, key: str) -> None:
        super().__init__()
        self._text = text
        self._key = key

    def compose(self) -> ComposeResult:
        """The sentence over the answers."""
        yield Static(Content(sanitize_line(self._text)), markup=False)
        with Horizontal():
            for name, label in ANSWERS.items():
                key = f" ({self._key})" if name == "rebuild" and self._key else ""
                yield Button(f"{label}{key}", id=f"loss-{name}", compact=True)

    def say(self, text: str) -> None:
        """Say something else."""
        self._text = text
        self.query_one(Static).update(Content(sanitize_line(text)))

    @on(Button.Pressed)
    def _pressed(self, message: Button.Pressed) -> None:
        message.stop()
        self.post_message(self.Answered(str(message.button.id).removeprefix("loss-")))
