"""The command palette: every command of the table, with its key."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Protocol

from textual.command import DiscoveryHit, Hit, Hits, Provider

from workbench.commands.command import Command
from workbench.commands.table import COMMANDS
from workbench.format import key_words

if TYPE_CHECKING:
    from textual.screen import Screen


class Performs(Protocol):
    """A screen that can run commands."""

    @property
    def keymap(self) -> dict[str, str]:
        """The user's keys by command id."""
        ...

    def perform(self, command: Command) -> None:
        """Run a command, in its pane when it belongs to one."""
        ...


class TableProvider(Provider):
    """Finds commands of the table by label, group and help. Other screens than the main one have none."""

    def _commands(self) -> Iterator[tuple[Command, str, str]]:
        screen: Screen[object] = self.screen
        if not hasattr(screen, "perform"):
            return
        for command in COMMANDS:
            if command.palette:
                key = screen.keymap.get(command.id, command.key)
                words = f"  ({key_words(key)})" if key else ""
                yield command, f"{command.group}: {command.label}{words}", command.help

    async def discover(self) -> Hits:
        """All commands, in the order of the table."""
        for command, title, help in self._commands():
            yield DiscoveryHit(title, partial(self.screen.perform, command), text=title, help=help)

    async def search(self, query: str) -> Hits:
        """The commands that match, best first."""
        matcher = self.matcher(query)
        for command, title, help in self._commands():
            score = max(matcher.match(title), matcher.match(help) * 0.6)
            if score > 0:
                yield Hit(
                    score, matcher.highlight(title), partial(self.screen.perform, command), text=title, help=help
                )
