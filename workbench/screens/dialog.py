"""What the small screens share: a titled box over the main screen that Escape closes."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen, ScreenResultType
from textual.widgets import Static

from workbench.sanitize import sanitize, sanitize_line
from workbench.screens.leaving import Leaving

STYLES = Path(__file__).parent.parent / "styles" / "modals.tcss"
"""Read when the first of these screens opens: the first frame needs none of it."""


class Dialog(ModalScreen[ScreenResultType | None], Leaving[ScreenResultType | None]):
    """A screen over the main one. Escape dismisses it with None."""

    CSS_PATH: ClassVar[Path | list[str | PurePath]] = STYLES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", tooltip="Closes this screen."),
        # the id of the command, whose key may be another
        Binding("alt+o", "jump", "Jump", show=False, tooltip="Puts a letter on all of it.", id="view.jump"),
        Binding("f1", "help", "Help", show=False, tooltip="All keys, and what they do."),
    ]

    def action_close(self) -> None:
        """Close without a result."""
        self.dismiss(None)

    def action_help(self) -> None:
        """Show all keys of this screen, also those that do nothing yet."""
        from workbench.screens.help import HelpScreen, keys_of_screen

        self.app.push_screen(HelpScreen(keys_of_screen(self)))

    def action_jump(self) -> None:
        """Put a letter on everything here that one can go to or do."""
        from workbench.screens.jump import ask_jump, jumps_on

        ask_jump(self, jumps_on(self))


def title(text: str) -> Static:
    """The first line of a dialog; `text` may come from outside."""
    return Static(Content(sanitize_line(text)), classes="dialog-title", markup=False)


def words(text: str, *, classes: str = "") -> Static:
    """A paragraph of a dialog; `text` may come from outside."""
    return Static(Content(sanitize(text)), classes=classes, markup=False)
