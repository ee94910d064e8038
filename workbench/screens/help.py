"""Every key and command, by place, searchable by typing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from rich.style import Style
from rich.table import Table
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Input, Static

from workbench import format
from workbench.commands.command import Command, Place
from workbench.screens.dialog import Dialog, title
from workbench.widgets.keys import KeyBar
from workbench.widgets.line_input import LineInput
from workbench.widgets.paint import Paint

_KEY_COLUMN = 18


def keys_of(command: Command, keymap: Mapping[str, str]) -> str:
    """The keys of a command in words, as the user's keymap leaves them."""
    ids = [command.id, *(f"{command.id}~{number}" for number in range(2, len(command.aliases) + 2))]
    keys = [keymap.get(name, key) for name, key in zip(ids, (command.key, *command.aliases), strict=True)]
    singles = [single.strip() for key in keys for single in key.split(",")]
    return "  ".join(format.key_words(single) for single in singles if single)


def sections(
    commands: Iterable[Command], query: str, place: Place | None, keymap: Mapping[str, str]
) -> dict[str, list[Command]]:
    """Group → its commands that contain every word of `query`.

    The groups of `place` come first, in the editor after those for running, then the others, and last the
    movements, which nobody looks up.
    """
    found: dict[str, list[Command]] = {}
    wanted = query.casefold().split()

    def late(command: Command) -> tuple[bool, bool, bool]:
        movement = not command.palette and command.place is Place.EDITOR
        running = command.group == "Run" and place is Place.EDITOR
        return movement, not running, command.place is not place

    for command in sorted(commands, key=late):
        text = f"{command.label} {command.help} {command.group} {keys_of(command, keymap)} {command.id}"
        if all(word in text.casefold() for word in wanted):
            found.setdefault(command.group, []).append(command)
    return found


def keys_of_screen(screen: Screen[Any]) -> list[Command]:
    """What the keys of a screen that is not in the command table do: its own first."""
    found: dict[str, Command] = {}
    for kind in type(screen).__mro__:
        if not issubclass(kind, Dialog):
            break
        for each in vars(kind).get("BINDINGS", ()):
            if isinstance(each, Binding) and each.tooltip:
                told = f"here.{each.action}", each.description, each.key, each.tooltip
                found.setdefault(each.action, Command(*told, Place.APP, each.action, "Here"))
    return list(found.values())


class HelpScreen(Dialog[None]):
    """Help made from the command table. `place` is the pane with the focus; its section comes first.

    `keymap` holds the user's keys by command id.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"help--group", "help--key", "help--label", "help--text"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "close", "Close", show=False),
        Binding("up", "scroll('up')", "Scroll", show=False),
        Binding("down", "scroll('down')", "Scroll", show=False),
        Binding("pageup", "scroll('page_up')", "Page up"),
        Binding("pagedown", "scroll('page_down')", "Page down"),
    ]

    def __init__(
        self,
        commands: Sequence[Command],
        *,
        keymap: Mapping[str, str] | None = None,
        place: Place | None = None,
    ) -> None:
        super().__init__()
        self._paint = Paint(self)
        self._commands, self._keymap, self._place = commands, dict(keymap or {}), place

    def compose(self) -> ComposeResult:
        """A search line over the table."""
        with Vertical(classes="dialog -large -help"):
            yield title("Help")
            yield LineInput(placeholder="Type to search commands and keys", compact=True)
            with VerticalScroll(can_focus=False):
                yield Static(id="table", markup=False)
            yield KeyBar()

    def on_mount(self) -> None:
        """Show everything; with colours once the style sheet, which comes with the screen, is applied."""
        self._show("")
        self.call_after_refresh(self.notify_style_update)

    def on_resize(self) -> None:
        """Fit the columns to the new width."""
        self._show(self.query_one(LineInput).value)

    def notify_style_update(self) -> None:
        """Paint the table anew when the theme changes."""
        self._paint.clear()
        super().notify_style_update()
        if self.is_mounted:
            self._show(self.query_one(LineInput).value)

    def action_scroll(self, where: str) -> None:
        """Scroll the table: up, down, page_up, page_down."""
        body = self.query_one(VerticalScroll)
        {
            "up": body.scroll_up,
            "down": body.scroll_down,
            "page_up": body.scroll_page_up,
            "page_down": body.scroll_page_down,
        }[where](animate=False)

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self._show(message.value)
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def _show(self, query: str) -> None:
        found = sections(self._commands, query, self._place, self._keymap)
        table = Table.grid(padding=(0, 2, 0, 0), expand=True)
        table.add_column(width=_KEY_COLUMN)
        table.add_column()
        for number, (group, commands) in enumerate(found.items()):
            if number:
                table.add_row(Text(), Text())
            table.add_row(Text(group, self._part("group")), Text())
            for command in commands:
                table.add_row(Text(keys_of(command, self._keymap), self._part("key")), self._told(command))
        if not found:
            table.add_row(Text("Nothing found.", self._part("text")), Text())
        self.query_one("#table", Static).update(table)

    def _told(self, command: Command) -> Text:
        told = Text().append(command.label, self._part("label"))
        if command.help.rstrip(".") == command.label:
            return told
        return told.append(f"  {command.help}", self._part("text"))

    def _part(self, name: str) -> Style:
        return self._paint(f"help--{name}")
