"""The bar below the text: what to find, how, how often it is there, and what to put in its place."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from workbench.sanitize import sanitize_line
from workbench.widgets.editor.find.search import Query
from workbench.widgets.line_input import LineInput

TOGGLES = {"case": "Aa", "word": "ab|", "regex": ".*"}
"""The switches, as `Query` names them, and what they look like."""


class Switch(Static):
    """A word that a click switches on and off."""

    ALLOW_SELECT = False

    def __init__(self, name: str, tooltip: str) -> None:
        super().__init__(f" {TOGGLES[name]} ", markup=False, name=name)
        self.tooltip = tooltip

    @property
    def on(self) -> bool:
        """Whether it is on."""
        return self.has_class("-on")


class Press(Static):
    """A word that a click presses."""

    ALLOW_SELECT = False


class FindBar(Vertical):
    """Two lines for input, the second only while replacing. It posts what is asked, shows what it is told."""

    DEFAULT_CSS = """
    FindBar { height: auto; background: $panel; padding: 0 1; }
    FindBar Horizontal { height: 1; }
    FindBar .label { width: 9; color: $text-muted; }
    FindBar LineInput { width: 1fr; height: 1; border: none; padding: 0; background: $surface; }
    FindBar LineInput:focus { border: none; background-tint: $foreground 6%; }
    FindBar .said { width: auto; max-width: 50%; padding: 0 1; color: $text-muted; }
    FindBar.-wrong .said { color: $text-error; }
    FindBar Switch, FindBar Press { width: auto; color: $text-muted; }
    FindBar Switch.-on { color: $text; background: $primary; text-style: bold; }
    FindBar Press { padding: 0 1; }
    FindBar Switch:hover, FindBar Press:hover { text-style: underline; }
    FindBar .second { display: none; }
    FindBar.-replacing .second { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", "Next", tooltip="Goes to the next match, or replaces this one."),
        Binding("down", "step(1)", "Next", show=False, tooltip="Goes to the next match."),
        Binding("up", "step(-1)", "Previous", tooltip="Goes to the match before."),
        Binding("shift+enter", "step(-1)", "Previous", show=False, tooltip="Goes to the match before."),
        Binding("tab,shift+tab", "other", "Find or replace", show=False),
        Binding("escape", "close", "Close", tooltip="Closes the bar; the match stays selected."),
    ]

    class Asked(Message):
        """Something else is to be found."""

        def __init__(self, query: Query) -> None:
            super().__init__()
            self.query = query

    class Stepped(Message):
        """To the next match, or with -1 to the one before."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    class ReplaceAsked(Message):
        """Replace this match, or `all`."""

        def __init__(self, all: bool = False) -> None:
            super().__init__()
            self.all = all

    class Closed(Message):
        """The bar is not needed any more."""

    once = False
    """Whether Enter closes it, as behind the `/` of vi."""

    def __init__(self) -> None:
        super().__init__()
        self.find_input = LineInput(placeholder="text", select_on_focus=True)
        self.with_input = LineInput(placeholder="with", select_on_focus=True)
        self._said = Static(classes="said", markup=False)
        tips = {
            "case": "Match case (alt+a)",
            "word": "Whole words only (alt+e)",
            "regex": "Regular expression (alt+r)",
        }
        self._switches = {name: Switch(name, tip) for name, tip in tips.items()}

    def compose(self) -> ComposeResult:
        """A line to find, a line to replace with."""
        with Horizontal():
            yield Static("Find", classes="label")
            yield self.find_input
            yield self._said
            yield from self._switches.values()
            yield Press("↑", name="previous")
            yield Press("↓", name="next")
            yield Press("×", name="close")
        with Horizontal(classes="second"):
            yield Static("Replace", classes="label")
            yield self.with_input
            yield Press("Replace ⏎", name="one")
            yield Press("All (alt+g)", name="all")

    # -- what it holds

    @property
    def asked(self) -> Query:
        """What is to be found."""
        return Query(self.find_input.value, **{name: switch.on for name, switch in self._switches.items()})

    @property
    def template(self) -> str:
        """What is put in the place of a match."""
        return self.with_input.value

    @property
    def replacing(self) -> bool:
        """Whether the second line is there."""
        return self.has_class("-replacing")

    def open(self, text: str, *, replace: bool) -> None:
        """Show the bar with this text, if there is any, and take the focus."""
        self.display = True
        self.set_class(replace or self.replacing, "-replacing")
        if text:
            self.find_input.value = text
        self.with_input.placeholder = r"with (\1 is the first group)" if self.asked.regex else "with"
        target = self.with_input if replace and self.find_input.value else self.find_input
        self.screen.set_focus(target)  # at once: focus() comes after the keys that are typed already
        target.select_all()

    def toggle(self, name: str) -> None:
        """Turn a switch over."""
        self._switches[name].toggle_class("-on")
        self.post_message(self.Asked(self.asked))

    def set_switch(self, name: str, on: bool) -> None:
        """Turn a switch on or off."""
        self._switches[name].set_class(on, "-on")

    def say(self, text: str, *, wrong: bool = False) -> None:
        """Show how many there are, or what is wrong."""
        self.set_class(wrong, "-wrong")
        self._said.update(Content(sanitize_line(text)))

    # -- what is done to it

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        if message.input is self.find_input:
            self.post_message(self.Asked(self.asked))

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.action_enter()

    def action_enter(self) -> None:
        """Replace in the second line, else go on."""
        replace = self.with_input.has_focus
        if self.once and not replace:
            self.post_message(self.Closed())
            return
        self.post_message(self.ReplaceAsked() if replace else self.Stepped(1))

    def action_step(self, step: int) -> None:
        """Go to another match."""
        self.post_message(self.Stepped(step))

    def action_other(self) -> None:
        """Move between the two lines; the second one appears."""
        if self.find_input.has_focus:
            self.add_class("-replacing")
            self.with_input.focus()
        else:
            self.find_input.focus()

    def action_close(self) -> None:
        """Ask to be closed."""
        self.post_message(self.Closed())

    def on_click(self, event: events.Click) -> None:
        """Switches and words that can be pressed."""
        event.stop()
        widget = event.widget
        if isinstance(widget, Switch) and widget.name:
            self.toggle(widget.name)
        elif isinstance(widget, Press):
            done: dict[str, Message] = {
                "previous": self.Stepped(-1),
                "next": self.Stepped(1),
                "close": self.Closed(),
                "one": self.ReplaceAsked(),
                "all": self.ReplaceAsked(all=True),
            }
            self.post_message(done[widget.name or "next"])
