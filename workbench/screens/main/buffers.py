"""What the main screen asks about buffers: names, overwriting, closing.

Here and beside, screens over the main one are imported when they open: together 8 ms of the first frame.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from textual.screen import Screen

from workbench.documents import Document
from workbench.documents.disk import MAX_BYTES
from workbench.named import is_folder, is_there, named
from workbench.widgets.editor.area.pasting import PastingArea
from workbench.widgets.editor.pane import EditorPane
from workbench.widgets.editor.text.words import line_and_column


class BufferDesk:
    """Opens, saves and closes buffers of the editor, asking where something could be lost."""

    def __init__(self, screen: Screen[None], editor: EditorPane) -> None:
        self._screen = screen
        self._editor = editor

    def open(self) -> None:
        """Ask for a file and open it."""
        from workbench.screens.prompt import PromptScreen

        def chosen(answer: str | None) -> None:
            if answer:
                self._editor.open_path(named(answer))

        self._screen.app.push_screen(
            PromptScreen("Open file", placeholder="path", problem=_openable, paths=True), chosen
        )

    def ask_line(self) -> None:
        """Ask for a line of the active buffer and go there."""
        from workbench.screens.prompt import PromptScreen

        lines = self._editor.editor.document.line_count

        def chosen(answer: str | None) -> None:
            if answer:
                self._editor.go_to_line(answer)

        placeholder = f"line 1 to {lines:,}, or line:column; -1 is the last"
        self._screen.app.push_screen(
            PromptScreen("Go to line", placeholder=placeholder, problem=_no_line), chosen
        )

    def save_as(self, document: Document | None = None) -> None:
        """Ask for a name and save the active buffer there."""
        from workbench.screens.prompt import PromptScreen

        document = document or self._editor.document

        def chosen(answer: str | None) -> None:
            if not answer:
                return
            path = named(answer)
            if is_there(path) and path != document.path:
                self._overwrite(document, path)
            else:
                self._editor.save_as(path, document=document)

        initial = str(document.path or "")
        self._screen.app.push_screen(
            PromptScreen("Save as", value=initial, placeholder="path", problem=_writable, paths=True), chosen
        )

    def _overwrite(self, document: Document, path: Path) -> None:
        self._ask(
            "Overwrite file?",
            str(path),
            "What it holds now is replaced.",
            "Overwrite",
            lambda: self._editor.save_as(path, document=document, force=True),
        )

    def conflict(self, document: Document, path: Path, message: str) -> None:
        """The file changed on disk since it was opened: overwrite it, or leave both as they are."""
        self._ask(
            "The file changed on disk",
            message,
            "Overwriting replaces what the other program wrote.",
            "Overwrite",
            lambda: self._editor.save_as(path, document=document, force=True),
        )

    def close(self, document: Document) -> None:
        """Close a buffer with unsaved changes, if that is really meant."""
        self._ask(
            "Close without saving?",
            f"{document.name} has changes that are not in its file.",
            "Reopen closed buffer (alt+w) brings it back.",
            "Close",
            lambda: self._editor.close_buffer(document, force=True),
        )

    def ask_paste(self, area: PastingArea, text: str) -> None:
        """Put very much text into a buffer, if that is really meant; more than a buffer may hold never."""
        size = f"{len(text) / 1_000_000:,.1f} million characters in {text.count(chr(10)) + 1:,} lines"
        if len(text) > MAX_BYTES:
            self._screen.notify(
                f"That is too much to paste: {size}. Put it into a file of the session instead.",
                title="Paste",
                severity="warning",
                markup=False,
            )
            return
        self._ask("Paste so much?", size, "Undo takes it back.", "Paste", lambda: area.put_pasted(text))

    def _ask(self, heading: str, message: str, lost: str, yes: str, then: Callable[[], object]) -> None:
        from workbench.screens.confirm import ConfirmScreen

        def answered(agreed: bool | None) -> None:
            if agreed:
                then()

        self._screen.app.push_screen(
            ConfirmScreen(heading, message, lost=lost, yes=yes, no="Cancel"), answered
        )


def _no_line(text: str) -> str | None:
    well = line_and_column(text, 1) is not None
    return None if well else "Write a number, or line:column, such as 120:8."


def _openable(text: str) -> str | None:
    path = named(text)
    if is_folder(path):
        return "That is a directory; name a file in it."
    return None if is_there(path) else "There is no such file."


def _writable(text: str) -> str | None:
    path = named(text)
    if is_folder(path):
        return "That is a directory; add a file name."
    return None if is_folder(path.absolute().parent) else f"There is no directory {path.parent}."
