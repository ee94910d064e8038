"""The line at the foot of the output in which one says what to find."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from workbench.sanitize import sanitize_line
from workbench.widgets.line_input import LineInput

from .query import Query

_SWITCHES = {"case": ("Aa", "Match case (alt+a)"), "regex": (".*", "Regular expression (alt+r)")}
_PRESSES = {"previous": "↑", "next": "↓", "close": "×"}


class _Word(Static):
    """A word to click."""

    ALLOW_SELECT = False


class FindBar(Horizontal):
    """Takes what is to be found and says how often it is there."""

    DEFAULT_CSS = """
    FindBar {
        height: 1;
        background: $panel;
        padding: 0 1;
        & > .label { width: auto; color: $text-muted; padding: 0 1 0 0; }
        & > LineInput { width: 1fr; background: $surface; }
        & > .said { width: auto; max-width: 50%; padding: 0 1; color: $text-muted; }
        & > .word { width: auto; padding: 0 1; color: $text-muted; }
        & > .word.-on { color: $text; background: $primary; text-style: bold; }
        & > .word:hover { text-style: underline; }
        &.-wrong > .said { color: $text-error; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "step(1)", "Next", show=False, tooltip="Goes to the next line that matches."),
        Binding("up", "step(-1)", "Previous", tooltip="Goes to the line before that matches."),
        Binding("shift+enter", "step(-1)", "Previous", show=False, tooltip="Goes to the line before."),
        Binding("escape", "close", "Close", tooltip="Closes the search; the cursor stays where it is."),
    ]

    class Asked(Message, namespace="output_find"):
        """Something else is to be found."""

    class Stepped(Message, namespace="output_find"):
        """To the next match, or with -1 to the one before."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    class Closed(Message, namespace="output_find"):
        """Nothing is to be found any more."""

    def __init__(self) -> None:
        super().__init__()
        self._input = LineInput(placeholder="text to find", compact=True, select_on_focus=False)
        self._said = Static(classes="said", markup=False)
        self._switches = {
            name: _Word(word, markup=False, name=name, classes="word")
            for name, (word, _) in _SWITCHES.items()
        }
        for name, (_, tip) in _SWITCHES.items():
            self._switches[name].tooltip = tip

    def compose(self) -> ComposeResult:
        """What to find, what was found, and how to look."""
        yield Static("Find", classes="label")
        yield self._input
        yield self._said
        yield from self._switches.values()
        for name, word in _PRESSES.items():
            yield _Word(word, markup=False, name=name, classes="word")

    @property
    def asked(self) -> Query:
        """What is to be found."""
        return Query(
            self._input.value,
            regex=self._switches["regex"].has_class("-on"),
            case=self._switches["case"].has_class("-on"),
        )

    def take_focus(self) -> None:
        """Let the person type; what is there is selected."""
        self.screen.set_focus(self._input)
        self._input.select_all()

    def turn(self, name: str) -> None:
        """Turn a switch over: case or regex."""
        self._switches[name].toggle_class("-on")
        self.post_message(self.Asked())

    def say(self, text: str, *, wrong: bool = False) -> None:
        """Say what was found, or what is wrong with what is asked."""
        self.set_class(wrong, "-wrong")
        self._said.update(sanitize_line(text))

    def action_step(self, step: int) -> None:
        """Go to the next match, or to the one before."""
        self.post_message(self.Stepped(step))

    def action_close(self) -> None:
        """Find nothing any more."""
        self.post_message(self.Closed())

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self.post_message(self.Asked())

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.post_message(self.Stepped(1))

    def on_click(self, event: events.Click) -> None:
        """Turn a switch over, or do what a word says."""
        name = event.widget.name if isinstance(event.widget, _Word) else None
        if name in _SWITCHES:
            self.turn(str(name))
        elif name == "close":
            self.action_close()
        elif name is not None:
            self.action_step(1 if name == "next" else -1)
