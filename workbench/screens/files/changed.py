"""All files that an execution changed, where its output lists only the first."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from backend.models import Change, FileChange
from workbench import format
from workbench.history.entry import Entry
from workbench.sanitize import sanitize_line
from workbench.screens.dialog import Dialog, title
from workbench.widgets.choice_list import ChoiceList
from workbench.widgets.keys import KeyBar
from workbench.widgets.line_input import LineInput

_LOOKS = {
    Change.CREATED: ("+ ", "$text-success"),
    Change.CHANGED: ("~ ", "$text-warning"),
    Change.DELETED: ("- ", "$text-error"),
}


class ChangedScreen(Dialog[None]):
    """Lists what an execution created, changed and deleted, those that hold what is typed.

    `show` is called with a file that is to be shown; the list stays underneath.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Preview", tooltip="Shows the file as it is now."),
        *(
            Binding(key, f"move('{where}')", show=False)
            for key, where in (
                *(("up", "cursor_up"), ("down", "cursor_down")),
                *(("pageup", "page_up"), ("pagedown", "page_down")),
            )
        ),
    ]

    def __init__(self, entry: Entry, show: Callable[[FileChange], object]) -> None:
        super().__init__()
        self._of = entry
        self._files = entry.files_changed or ()
        self._listed: list[FileChange] = []
        self._show_file = show

    def compose(self) -> ComposeResult:
        """How many there are, the line of the filter, the list, and the keys."""
        with Vertical(classes="dialog -large"):
            yield title(f"{format.count(len(self._files), 'file')} changed by [{self._of.number}]")
            yield LineInput(placeholder="Type letters of a name; Enter previews", compact=True)
            yield ChoiceList(markup=False, compact=True)
            yield KeyBar()

    def on_mount(self) -> None:
        """Show all; the list is moved in while the line above has the focus."""
        self.query_one(OptionList).can_focus = False
        self._fill("")

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self._fill(message.value)

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def _chosen(self, message: Input.Submitted | OptionList.OptionSelected) -> None:
        message.stop()
        self.action_open()

    def action_open(self) -> None:
        """Show the file under the cursor."""
        at = self.query_one(OptionList).highlighted
        if at is not None and at < len(self._listed):
            self._show_file(self._listed[at])

    def action_move(self, where: str) -> None:
        """Move the cursor of the list."""
        getattr(self.query_one(OptionList), f"action_{where}")()

    def _fill(self, letters: str) -> None:
        wanted = letters.casefold()
        self._listed = [file for file in self._files if wanted in file.path.casefold()]
        listed = self.query_one(OptionList)
        listed.set_options([_row(file) for file in self._listed] or [Option("Nothing found.", disabled=True)])
        listed.highlighted = 0


def _row(file: FileChange) -> Content:
    sized = "" if file.change is Change.DELETED else f"  {format.size(file.size)}"
    return Content.assemble(_LOOKS[file.change], sanitize_line(file.path), (sized, "$text-muted"))
