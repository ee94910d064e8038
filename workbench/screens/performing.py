"""What screens with commands of their own share: the palette offers those, with the keys in force."""

from __future__ import annotations

from typing import ClassVar

from textual.actions import parse
from textual.screen import ScreenResultType

from workbench.commands.command import Command, Place
from workbench.commands.table import COMMANDS
from workbench.screens.dialog import Dialog


class Performing(Dialog[ScreenResultType]):
    """A dialog that runs the commands of its `PLACE`, as far as they do something now."""

    PLACE: ClassVar[Place]

    @property
    def keymap(self) -> dict[str, str]:
        """The keys in force, by command id."""
        bindings = [active.binding for active in self.active_bindings.values()]
        return {binding.id: binding.key for binding in bindings if binding.id is not None}

    @property
    def offered(self) -> list[Command]:
        """The commands that do something now."""
        return [command for command in COMMANDS if command.place is self.PLACE and self._does(command)]

    def _does(self, command: Command) -> bool:
        _, name, parameters = parse(command.action)
        return bool(self.check_action(name, parameters))

    def perform(self, command: Command) -> None:
        """Run a command."""
        self.run_worker(self.run_action(command.action), group="command")

    def action_help(self) -> None:
        """Show all keys, those of this screen first."""
        from workbench.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(COMMANDS, place=self.PLACE, keymap=self.keymap))
