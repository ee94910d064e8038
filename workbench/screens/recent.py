"""The files that were opened last: choose one, or forget it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from workbench.sanitize import sanitize_line
from workbench.screens.dialog import Dialog, title
from workbench.widgets.choice_list import ChoiceList
from workbench.widgets.fit import cut_middle
from workbench.widgets.keys import KeyBar
from workbench.widgets.line_input import LineInput

_FOLDER = 60  # cells of a folder's name


class RecentScreen(Dialog[Path]):
    """Dismisses with the file chosen. Typing narrows the list; `forgotten` are those taken from it."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Open", tooltip="Opens the file in a buffer."),
        Binding(
            "ctrl+d",
            "forget",
            "Forget",
            tooltip="Takes the file from the list; it stays where it is.",
            priority=True,
        ),
    ]

    def __init__(self, files: Sequence[Path]) -> None:
        super().__init__()
        self._files = list(files)
        self._shown: list[Path] = []
        self.forgotten: list[Path] = []

    def compose(self) -> ComposeResult:
        """What to look for, the files, the keys."""
        with Vertical(classes="dialog"):
            yield title("Recent files")
            yield LineInput(placeholder="part of a name", compact=True)
            yield ChoiceList(markup=False, compact=True)
            yield KeyBar()

    def on_mount(self) -> None:
        """List all."""
        self.query_one(OptionList).can_focus = False
        self._list("")

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self._list(message.value)

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.action_choose()

    @on(OptionList.OptionSelected)
    def _clicked(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        if message.option_index < len(self._shown):  # what is typed meanwhile makes the list shorter
            self.dismiss(self._shown[message.option_index])

    def on_key(self, event: events.Key) -> None:
        """The arrows move in the list while one types."""
        listed = self.query_one(OptionList)
        moves: dict[str, Callable[[], None]] = {
            "up": listed.action_cursor_up,
            "down": listed.action_cursor_down,
            "pageup": listed.action_page_up,
            "pagedown": listed.action_page_down,
        }
        if event.key in moves:
            event.stop()
            moves[event.key]()

    def action_choose(self) -> None:
        """Open the file under the cursor."""
        if (file := self._marked) is not None:
            self.dismiss(file)

    def action_forget(self) -> None:
        """Take the file under the cursor from the list."""
        if (file := self._marked) is not None:
            self.forgotten.append(file)
            self._files.remove(file)
            self._list(self.query_one(Input).value)

    @property
    def _marked(self) -> Path | None:
        at = self.query_one(OptionList).highlighted
        return None if at is None else self._shown[at]

    def _list(self, wanted: str) -> None:
        words = wanted.lower().split()
        self._shown = [file for file in self._files if all(word in str(file).lower() for word in words)]
        listed = self.query_one(OptionList)
        at = listed.highlighted or 0
        listed.set_options(Option(_row(file)) for file in self._shown)
        listed.highlighted = min(at, len(self._shown) - 1) if self._shown else None


def _row(file: Path) -> Content:
    folder = cut_middle(sanitize_line(str(file.parent)), _FOLDER)
    return Content.assemble(sanitize_line(file.name), "  ", (folder, "$text-muted"))
