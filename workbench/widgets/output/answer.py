"""The line at the bottom of the output in which a person answers what running code asks."""

from __future__ import annotations

import re
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from workbench.sanitize import sanitize_line
from workbench.widgets.fit import cut_middle
from workbench.widgets.line_input import LineInput

LONGEST = 100_000
"""Characters of an answer; an Input redraws all it holds at every key."""

_PROMPT = 36  # cells
_LOOKED_AT = 2_000  # characters of a prompt
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class _AnswerInput(LineInput):
    """Where the answer is typed. A secret one does not go to the clipboard."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Answer", tooltip="Gives the line to the code that asks."),
        Binding("ctrl+d", "end_input", "End", tooltip="Ends the input, in an empty line."),
        Binding("escape", "leave", "Back", tooltip="Goes back to where you were; the question stays open."),
    ]

    def action_end_input(self) -> None:
        """In an empty line the end of input; else delete a character, as everywhere."""
        if self.value:
            self.action_delete_right()
        else:
            self.post_message(AnswerLine.Answered(None))

    def action_leave(self) -> None:
        """Give the focus back."""
        self.post_message(AnswerLine.Left())

    def action_copy(self) -> None:
        """Copy what is selected, unless it is secret."""
        if not self.password:
            super().action_copy()

    def action_cut(self) -> None:
        """Cut what is selected, unless it is secret."""
        if not self.password:
            super().action_cut()


class AnswerLine(Horizontal):
    """Shows a question and takes the answer; `ask` brings it up, `close` takes it away."""

    DEFAULT_CSS = """
    AnswerLine {
        height: 1;
        & > Static { width: auto; height: 1; padding: 0 1; }
        & > Input { width: 1fr; }
    }
    """

    class Answered(Message):
        """A line was given, or None for the end of input. Not `Told`, whose repr shows its fields."""

        def __init__(self, text: str | None) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The person wants to be elsewhere; the question stays open."""

    def __init__(self) -> None:
        super().__init__()
        self.display = False
        self._label = Static(markup=False)
        self._input = _AnswerInput(compact=True, select_on_focus=False, max_length=LONGEST)

    def compose(self) -> ComposeResult:
        """Whose question it is, and room for the answer."""
        yield self._label
        yield self._input

    def ask(self, number: int, prompt: str, *, secret: bool, keep: bool) -> None:
        """Show a question of an execution; `keep` leaves what is typed already."""
        if not keep:
            self._input.value = ""
        self._input.password = secret
        self._input.placeholder = "secret, not shown" if secret else "Enter answers, Ctrl+D ends the input"
        self._label.update(Content.assemble((f"[{number}]", "$text-accent bold"), f" {_shown(prompt)}"))
        self.display = True

    def emptied(self) -> None:
        """Forget what was typed."""
        self._input.value = ""

    def close(self) -> None:
        """Take it away, with what was typed."""
        self.display = False
        self._input.value = ""

    def take_focus(self) -> None:
        """Let the person type, from the next key on."""
        self.screen.set_focus(self._input)

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.post_message(self.Answered(message.value))


def _shown(prompt: str) -> str:
    """The last line of a prompt that says anything, without colours, in one piece."""
    said = _COLOUR.sub("", prompt[-_LOOKED_AT:]).strip().rpartition("\n")[2].strip()
    return cut_middle(sanitize_line(said), _PROMPT) or "input"
