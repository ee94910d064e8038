"""Every command with its key; one finds it by typing and gives it another key by pressing that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from workbench.commands.command import Command, Place
from workbench.commands.table import COMMANDS
from workbench.config.keymaps import KEYMAPS
from workbench.format import key_words
from workbench.screens.dialog import Dialog, title
from workbench.screens.keys.press import PressScreen
from workbench.widgets.choice_list import ChoiceList
from workbench.widgets.fit import left
from workbench.widgets.keys import KeyBar
from workbench.widgets.line_input import LineInput

_KEY, _LABEL, _PLACE = 20, 36, 8  # cells of the columns


def hidden_by(command: Command, keys: Mapping[str, str]) -> str:
    """Where another command has the key of this one, which works everywhere else; a sentence or nothing."""
    mine = keys.get(command.id, command.key)
    if command.place is not Place.APP or not mine or command.priority:
        return ""
    hiding = [
        other
        for other in COMMANDS
        if other.place is not Place.APP
        and not other.place.alone
        and mine in (keys.get(other.id, other.key), *other.aliases)
    ]
    return "; ".join(f"in the {other.place}: {other.label}" for other in hiding)


class KeysScreen(Dialog[None]):
    """Lists commands, changes their keys. `own` are those of the user, `give(id, key)` keeps a new one.

    An empty key gives a command back that of the keymap.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "change", "Other key", tooltip="Waits for the key that the command shall have."),
        Binding("f2", "conflicts", "Conflicts", tooltip="Shows only what another command is in the way of."),
        Binding("f4", "restore", "First key", tooltip="Takes your key back."),
        Binding("up", "move('up')", show=False),
        Binding("down", "move('down')", show=False),
        Binding("pageup", "move('page_up')", show=False),
        Binding("pagedown", "move('page_down')", show=False),
    ]

    def __init__(self, own: Mapping[str, str], keymap: str, give: Callable[[str, str], bool]) -> None:
        super().__init__()
        self._own, self._keymap, self._give = own, keymap, give
        self._only_conflicts = False
        self._shown: list[Command] = []

    @property
    def _keys(self) -> dict[str, str]:
        return {**KEYMAPS[self._keymap], **self._own}

    def compose(self) -> ComposeResult:
        """A search line over the table."""
        with Vertical(classes="dialog -large -help"):
            yield title(f"Keys ({self._keymap} keymap)")
            yield LineInput(
                placeholder="Type to search commands and keys; Enter waits for another key", compact=True
            )
            yield ChoiceList(markup=False)
            yield KeyBar()

    def on_mount(self) -> None:
        """Show everything; the list is moved in while the search line has the focus."""
        self.query_one(OptionList).can_focus = False
        self._show()

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self._show()

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.action_change()

    @on(OptionList.OptionSelected)
    def _clicked(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.action_change()

    def action_move(self, where: str) -> None:
        """Move the cursor: up, down, page_up, page_down."""
        name = where if where.startswith("page") else f"cursor_{where}"
        getattr(self.query_one(OptionList), f"action_{name}")()

    def action_conflicts(self) -> None:
        """Show only commands whose key does something else somewhere, or all again."""
        self._only_conflicts = not self._only_conflicts
        self._show()

    def action_change(self) -> None:
        """Wait for another key for the command with the cursor."""
        command = self._chosen()
        if command is None:
            return
        if command.fixed:
            said = f"{key_words(command.key)} never moves; nor does any other key of the contract."
            self.notify(said, markup=False)
            return

        def pressed(key: str | None) -> None:
            if key and self._give(command.id, key):
                self._show(command.id)

        self.app.push_screen(PressScreen(command, self._own, self._keymap), pressed)

    def action_restore(self) -> None:
        """Give the command with the cursor the key it has without the user's."""
        command = self._chosen()
        if command is not None and command.id in self._own and self._give(command.id, ""):
            self._show(command.id)

    def _chosen(self) -> Command | None:
        index = self.query_one(OptionList).highlighted
        return self._shown[index] if index is not None and self._shown else None

    def _show(self, at: str = "") -> None:
        words = self.query_one(LineInput).value.casefold().split()
        keys = self._keys
        rows: list[Content] = []
        self._shown = []
        for command in COMMANDS:
            row, conflict = self._row(command, keys)
            text = f"{row.plain} {command.help} {command.id} {command.group}".casefold()
            if all(word in text for word in words) and (conflict or not self._only_conflicts):
                self._shown.append(command)
                rows.append(row)
        listed = self.query_one(OptionList)
        listed.clear_options()
        listed.add_options([Option(row) for row in rows] or [Option("Nothing found.", disabled=True)])
        ids = [command.id for command in self._shown]
        listed.highlighted = ids.index(at) if at in ids else 0

    def _row(self, command: Command, keys: Mapping[str, str]) -> tuple[Content, str]:
        every = [keys.get(command.id, command.key), *command.aliases]
        shown = "  ".join(key_words(key) for key in every if key)
        mark = "fixed" if command.fixed else "yours" if command.id in self._own else ""
        conflict = hidden_by(command, keys)
        return (
            Content.assemble(
                (left(shown, _KEY), "$text-accent"),
                left(f"{command.group}: {command.label}", _LABEL),
                (left(command.place.value, _PLACE), "$text-muted"),
                (left(mark, 6), "$text-success"),
                (conflict, "$text-warning"),
            ),
            conflict,
        )
