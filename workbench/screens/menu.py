"""A context menu: the commands that fit what is chosen, with their keys, near the pointer or the cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Offset
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from workbench.commands.command import Command, Needs
from workbench.format import key_words
from workbench.sanitize import sanitize_line
from workbench.screens.dialog import STYLES
from workbench.screens.leaving import Leaving
from workbench.widgets.choice_list import ChoiceList
from workbench.widgets.fit import cut_middle

_WIDEST = 44  # cells of the heading


class MenuScreen(ModalScreen[Command | None], Leaving[Command | None]):
    """Dismisses with the command chosen by Enter, a click or its own key.

    With None it is dismissed by Escape and by a click beside it. `subject` is what the commands work on,
    `keymap` the user's keys by command id.
    """

    CSS_PATH = STYLES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", show=False),
        Binding("j", "down", show=False),
        Binding("k", "up", show=False),
    ]

    def __init__(
        self,
        subject: str,
        commands: Sequence[Command],
        keymap: Mapping[str, str],
        column: int,
        row: int,
    ) -> None:
        super().__init__()
        self._subject, self._commands = subject, commands
        self._keys = {command.id: keymap.get(command.id, command.key) for command in commands}
        self._at = Offset(column, row)

    def compose(self) -> ComposeResult:
        """One list: what it is about, then the commands, keys at the right."""
        widest = max((len(command.label) for command in self._commands), default=0)
        options: list[Option | None] = []
        for before, command in zip((None, *self._commands), self._commands, strict=False):
            if before and (before.needs is Needs.NOTHING) != (command.needs is Needs.NOTHING):
                options.append(None)  # a line between what is for files and what is for the pane
            key = (key_words(self._keys[command.id]), "$text-muted")
            options.append(Option(Content.assemble(f"{command.label:<{widest}}  ", key), id=command.id))
        listed = ChoiceList(*options, markup=False)
        listed.border_title = Content(cut_middle(sanitize_line(self._subject), _WIDEST))
        listed.absolute_offset = self._at
        yield listed

    def on_key(self, event: events.Key) -> None:
        """The key of a command is that command."""
        for command in self._commands:
            if event.key in (self._keys[command.id], *command.aliases) and event.key != "enter":
                event.stop()
                self.dismiss(command)
                return

    def on_click(self, event: events.Click) -> None:
        """A click beside the menu closes it."""
        if event.widget is self:
            self.dismiss(None)

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.dismiss(next(each for each in self._commands if each.id == message.option_id))

    def action_close(self) -> None:
        """Close without a command."""
        self.dismiss(None)

    def action_down(self) -> None:
        """Move to the next command."""
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        """Move to the command before."""
        self.query_one(OptionList).action_cursor_up()
