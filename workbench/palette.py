"""The command palette: every command of the screen, with its key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Protocol, runtime_checkable

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.worker import Worker, WorkType

from workbench.commands.command import Command
from workbench.format import key_words
from workbench.screens.leaving import Leaving


@runtime_checkable
class Performs(Protocol):
    """A screen that can run commands."""

    @property
    def keymap(self) -> dict[str, str]:
        """The user's keys by command id."""
        ...

    @property
    def offered(self) -> Iterable[Command]:
        """The commands that it can run now."""
        ...

    def perform(self, command: Command) -> None:
        """Run a command, in its pane when it belongs to one."""
        ...


class Palette(CommandPalette, Leaving[None]):
    """The palette, which goes once though Enter comes twice, and takes nothing with it."""

    def run_worker(self, work: WorkType[Any], *arguments: Any, **options: Any) -> Worker[Any]:
        """Run a search. One that outlives its list fails, which ends the app in Textual (8.2)."""
        return super().run_worker(work, *arguments, **options | {"exit_on_error": False})


class TableProvider(Provider):
    """Finds commands of the screen by label, group and help: the main one, preview and search have some."""

    def _commands(self) -> Iterator[tuple[str, str, Callable[[], None]]]:
        """Title, help and what to call, of every command."""
        screen: object = self.screen
        if not isinstance(screen, Performs):
            return
        for command in screen.offered:
            if command.palette:
                key = screen.keymap.get(command.id, command.key)
                words = f"  ({key_words(key)})" if key else ""
                title = f"{command.group}: {command.label}{words}"
                yield title, command.help, partial(screen.perform, command)

    async def discover(self) -> Hits:
        """All commands, in the order of the table."""
        for title, help, perform in self._commands():
            yield DiscoveryHit(title, perform, text=title, help=help)

    async def search(self, query: str) -> Hits:
        """The commands that match, best first."""
        matcher = self.matcher(query)
        for title, help, perform in self._commands():
            score = max(matcher.match(title), matcher.match(help) * 0.6)
            if score > 0:
                yield Hit(score, matcher.highlight(title), perform, text=title, help=help)
