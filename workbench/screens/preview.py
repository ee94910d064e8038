"""A session file to look at, without downloading it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from backend.errors import WorkbenchError
from backend.models import FileInfo
from workbench import format
from workbench.sanitize import sanitize
from workbench.screens.dialog import Dialog, title
from workbench.screens.files.deletion import deletion
from workbench.screens.peek import TEXT_WINDOW, Peek, peek
from workbench.widgets.code_view import CodeView
from workbench.widgets.keys import KeyBar

Reader = Callable[[str, int, int], Awaitable[bytes]]
"""Path, offset, limit → bytes. Raises WorkbenchError."""


class PreviewAction(StrEnum):
    """What is wanted of a file."""

    DELETE = "delete"
    INSERT_PATH = "insert_path"


@dataclass(frozen=True, slots=True)
class PreviewResult:
    """What the user decided on the preview screen; deletion is already confirmed."""

    action: PreviewAction
    info: FileInfo


class PreviewScreen(Dialog[PreviewResult]):
    """Shows the first 256 kB of a text file, or the first 4 kB of a binary one. Dismisses with what to do."""

    AUTO_FOCUS = "CodeView"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "insert_path", "Insert path", tooltip="Writes the path into the editor."),
        Binding("c", "copy_text", "Copy text", tooltip="Copies what is shown."),
        Binding("d", "delete", "Delete", tooltip="Deletes the file; asks first."),
    ]

    def __init__(self, info: FileInfo, reader: Reader, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._file = info
        self._reader = reader
        self._clock = clock
        self._peek = Peek("", False, "")

    def compose(self) -> ComposeResult:
        """Path, facts, the text, and the keys."""
        with Vertical(classes="dialog -large"):
            yield title(self._file.path)
            yield Static(self._facts("reading…"), id="facts", markup=False)
            with Vertical(classes="box -whole"):
                yield CodeView()
            yield KeyBar()

    def on_mount(self) -> None:
        """Read the file in the background."""
        self.run_worker(self._read(), exclusive=True)

    def action_insert_path(self) -> None:
        """Leave, and have the path put into the editor."""
        self.dismiss(PreviewResult(PreviewAction.INSERT_PATH, self._file))

    def action_copy_text(self) -> None:
        """Put what is shown on the clipboard."""
        self.app.copy_to_clipboard(self._peek.text)
        self.notify("Text copied.", markup=False)

    def action_delete(self) -> None:
        """Ask, and leave with the decision to delete."""

        def answered(yes: bool | None) -> None:
            if yes:
                self.dismiss(PreviewResult(PreviewAction.DELETE, self._file))

        self.app.push_screen(deletion((self._file,)), answered)

    async def _read(self) -> None:
        facts = self.query_one("#facts", Static)
        try:
            data = await self._reader(self._file.path, 0, TEXT_WINDOW)
        except WorkbenchError as error:
            facts.update(Content.styled(sanitize(str(error)), "$text-error"))
            return
        total = max(self._file.size, len(data))
        self._peek = peek(data, total)
        facts.update(self._facts(self._peek.note or ("" if data else "empty")))
        # the name alone tells the language; the folder could only mislead
        self.query_one(CodeView).show(self._peek.text, "" if self._peek.binary else self._file.name)

    def _facts(self, note: str) -> Content:
        info = self._file
        parts = [format.size(info.size), f"changed {format.ago(info.modified, self._clock())}", note]
        return Content.styled("  ·  ".join(part for part in parts if part), "$text-muted")
