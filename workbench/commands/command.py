"""What a command is, and the bindings that follow from it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from textual.binding import Binding, BindingType

from backend.records import dataclass


class Place(StrEnum):
    """Where a command's key works: the whole app, one pane while it has the focus, or another screen."""

    APP = "app"
    EDITOR = "editor"
    OUTPUT = "output"
    HISTORY = "history"
    FILES = "files"
    VARIABLES = "variables"
    PREVIEW = "preview"
    SEARCH = "search"
    TRANSFERS = "transfers"

    @property
    def alone(self) -> bool:
        """Whether it is a screen of its own, where no key of the app works but those that it has too."""
        return self in (Place.PREVIEW, Place.SEARCH, Place.TRANSFERS)


class Needs(StrEnum):
    """What a command of the files pane works on. `chosen` are the selected files, else the one at the cursor.

    NOTHING: it works on the pane. SOME: anything chosen. ONE: exactly one file or folder. FILE: exactly one
    file. FILES: at least one file among the chosen.
    """

    NOTHING = "nothing"
    SOME = "files or folders"
    ONE = "one file or folder"
    FILE = "one file"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Command:
    """A thing a person can do.

    `id` is its name in `[keys]` of config.toml. `action` is the action method, found on the pane or screen of
    `place` (or on the app's main screen). `fixed` keys never move. Commands with `palette=False` (cursor
    movement) are in the help only. `footer` is the short word in the footer, empty for none. `needs` says
    without what the command is not there: neither its key, nor in the context menu.
    """

    id: str
    label: str
    key: str
    help: str
    place: Place
    action: str
    group: str
    aliases: tuple[str, ...] = ()
    fixed: bool = False
    palette: bool = True
    footer: str = ""
    priority: bool = False
    needs: Needs = Needs.NOTHING


def app_command(id: str, label: str, key: str, help: str, action: str, group: str, **more: object) -> Command:
    """A command that works wherever the focus is."""
    return Command(id, label, key, help, Place.APP, action, group, **more)  # type: ignore[arg-type]  # by name


def bindings(commands: Iterable[Command], place: Place) -> list[BindingType]:
    """Textual bindings of the commands of one place.

    One key per id: a binding of several keys clashes with itself once remapped (Textual 8.2), so aliases
    get ids of their own, `ID~2`, `ID~3`…
    """
    result: list[BindingType] = []
    for command in commands:
        if command.place is not place:
            continue
        # what has no key yet is bound to one that no keyboard has, so that a keymap can move it
        for index, key in enumerate((command.key or f"no-key.{command.id}", *command.aliases)):
            result.append(
                Binding(
                    key,
                    command.action,
                    command.footer or command.label,
                    show=bool(command.footer) and index == 0,
                    priority=command.priority,
                    tooltip=command.help,
                    id=command.id if index == 0 else f"{command.id}~{index + 1}",
                )
            )
    return result
