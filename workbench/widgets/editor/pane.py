"""The editor pane: tabs over one code editor per buffer, kept on disk as one types."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import OptionList, TextArea
from textual.worker import Worker

from backend.errors import WorkbenchError
from workbench.cells import Runnable
from workbench.commands.command import Place, bindings
from workbench.commands.editor import BUFFER_COMMANDS
from workbench.documents import Document, Documents, FileConflictError
from workbench.sanitize import sanitize_line
from workbench.widgets.editor.code_editor import CodeEditor
from workbench.widgets.editor.completion import Completer, CompletionMenu
from workbench.widgets.editor.messages import (
    ConfirmClose,
    Conflict,
    CursorMoved,
    Failed,
    NeedsPath,
    Restored,
)
from workbench.widgets.editor.tabs import Tab, TabRow

AUTOSAVE_AFTER = 0.5
"""Seconds after the last change until buffers are written."""

AUTOSAVE_WITHIN = 2.0
"""Seconds after the first change that is not on disk, however much one types."""

PLACEHOLDER = Content("F5 runs the code written here, or just the selection\n# %% begins a cell; F5 runs the one you are in\nF1 shows every key")
_PYTHON = (".py", ".pyw", ".pyi")


class EditorPane(Vertical):
    """Buffers in tabs. It posts messages for what a screen has to ask, and saves drafts by itself."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(BUFFER_COMMANDS, Place.EDITOR)]

    NeedsPath = NeedsPath
    Failed = Failed
    ConfirmClose = ConfirmClose
    Conflict = Conflict
    CursorMoved = CursorMoved
    Restored = Restored

    def __init__(
        self, documents: Documents, *, completer: Completer | None = None, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self.documents = documents
        self._completer = completer
        self._syntax: Mapping[str, str] | None = None
        self._editors: dict[str, CodeEditor] = {}
        self._languages = False
        self._timer: Timer | None = None
        self._unsaved_since: float | None = None
        self._autosave_failed = False
        self.border_title = "Editor"

    # -- life

    def compose(self) -> ComposeResult:
        """Tabs, the first editor, the list of completions."""
        yield TabRow()
        yield self._make_editor(self.documents.new())
        yield CompletionMenu()

    def on_mount(self) -> None:
        """Bring buffers back and colour them, both after the first frame."""
        self._show()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self._languages = True
        self.run_worker(self._restore(), group="restore")

    async def _restore(self) -> None:
        """Read the kept buffers in a thread; the empty first editor becomes the active one of them."""
        first, editor = self.documents.items[0], self.editor
        try:
            restored = await asyncio.to_thread(self.documents.read)
        except WorkbenchError as error:
            self.post_message(Failed(error))
            restored = None
        if restored is not None:
            untouched = editor.document.text == "" and len(self.documents.items) == 1
            self.documents.adopt(restored)
            if restored.documents and untouched:
                self.documents.items.remove(first)
                self._editors.pop(first.id)
                active = self.documents.active or self.documents.items[0]
                self._editors[active.id] = editor
                self._fill(editor, active)
            elif not untouched:
                self.documents.active = first
        editor.placeholder = PLACEHOLDER
        self._show()
        self.post_message(Restored(tuple(self.documents.problems)))

    def flush(self) -> None:
        """Write every buffer now, in this thread: for quitting and for signals. Raises FileError."""
        self._collect()
        self.documents.flush()
        self._unsaved_since = None

    # -- editors

    @property
    def editor(self) -> CodeEditor:
        """The editor of the active buffer."""
        return self._editors[self.document.id]

    @property
    def document(self) -> Document:
        """The active buffer."""
        return self.documents.active or self.documents.new()

    def _make_editor(self, document: Document) -> CodeEditor:
        editor = CodeEditor(completer=self._completer)
        editor.set_syntax(self._syntax)
        self._editors[document.id] = editor
        if document.text:
            self._fill(editor, document)
        return editor

    def _fill(self, editor: CodeEditor, document: Document) -> None:
        with editor.prevent(TextArea.Changed):
            editor.load_text(document.text)
        editor.move_cursor(editor.clamp_visitable(document.cursor))

    def _show(self) -> None:
        """Put the active buffer in front; its editor is made when it is first shown."""
        document = self.document
        if (editor := self._editors.get(document.id)) is None:
            editor = self._make_editor(document)
            editor.placeholder = PLACEHOLDER
            self.mount(editor, after=self.query_one(TabRow))
        had_focus = any(other.has_focus for other in self._editors.values())
        for other in self._editors.values():
            other.display = other is editor
        editor.use_menu(self.query_one(CompletionMenu))
        if had_focus:
            editor.focus()
        if self._languages:
            self.call_after_refresh(self._colour, editor, document)
        self._refresh_tabs()
        self._report_cursor(editor)

    def _colour(self, editor: CodeEditor, document: Document) -> None:
        python = document.path is None or document.path.suffix in _PYTHON
        editor.highlight("python" if python else None)

    def _refresh_tabs(self) -> None:
        row = self.query_one(TabRow)
        row.tabs = tuple(Tab(item.id, item.name, item.dirty) for item in self.documents.items)
        row.active = self.document.id
        name = sanitize_line(self.document.name)
        self.border_title = Content(f"Editor · {name}").markup

    # -- what a screen calls

    def code_to_run(self, whole: bool = False) -> Runnable:
        """The selection, else the cursor's cell, else the buffer; with `whole` always the buffer."""
        return self.editor.code_to_run(whole)

    def focus_editor(self) -> None:
        """Give the active buffer's editor the focus."""
        self.editor.focus()

    def set_syntax(self, syntax: Mapping[str, str] | None) -> None:
        """Colour code by a theme's `[syntax]` table, or by the app theme's variables."""
        self._syntax = syntax
        for editor in self._editors.values():
            editor.set_syntax(syntax)

    def set_completer(self, completer: Completer | None) -> None:
        """Complete with this from now on."""
        self._completer = completer
        for editor in self._editors.values():
            editor.completion.complete = completer

    async def perform(self, action: str) -> bool:
        """Run the action of any command of the editor's table, on the pane or on the active editor."""
        name = action.partition("(")[0]
        target = self if hasattr(self, f"action_{name}") else self.editor
        return await self.app.run_action(action, target)

    def new_buffer(self, text: str = "", title: str = "", origin: str = "") -> None:
        """Open a buffer of its own."""
        self._collect()
        self.documents.new(text, title, origin)
        self._show()
        self.editor.focus()
        self._changed()

    def put_code(self, code: str, origin: str = "") -> None:
        """Put code, from history say, into the editor and the cursor into it.

        An empty scratch buffer takes it. Another scratch buffer gets it as a new cell at its end, one step of
        undo. A buffer that belongs to a file is left alone: the code gets a buffer of its own.
        """
        if self.document.path is not None:
            self.new_buffer(code, origin=origin)
            return
        editor = self.editor
        text = editor.document.text
        head = f"# %% {sanitize_line(origin)}".rstrip() + "\n"
        if not text.strip():
            editor.replace(code, (0, 0), editor.document.end, maintain_selection_offset=False)
        else:
            gap = "" if text.endswith("\n\n") else "\n" if text.endswith("\n") else "\n\n"
            end = editor.document.end
            editor.replace(f"{gap}{head}{code}", end, end, maintain_selection_offset=False)
        editor.focus()

    def open_path(self, path: Path) -> Worker[None]:
        """Open a file, in a thread; trouble comes as `Failed`."""
        return self.run_worker(self._open(path), group="files")

    async def _open(self, path: Path) -> None:
        self._collect()
        try:
            document = self.documents.find(path)
            if document is None:
                document = await asyncio.to_thread(self.documents.load, path)
                self.documents.add(document)
        except WorkbenchError as error:
            self.post_message(Failed(error))
            return
        blank = next((item for item in self.documents.items if self._disposable(item)), None)
        self.documents.active = document
        if blank is not None and blank is not document:
            self._drop(blank)
        self._show()
        self.editor.focus()
        self._changed()

    def _disposable(self, document: Document) -> bool:
        """Whether a buffer is the empty one that was there only because one has to be."""
        return document.blank and document is self.documents.items[0] and len(self.documents.items) == 2

    def save(self, *, force: bool = False) -> Worker[None] | None:
        """Write the active buffer to its file; `force` overwrites what another program wrote.

        Posts `NeedsPath`, `Conflict` or `Failed` when it cannot.
        """
        if (path := self.document.path) is None:
            self.post_message(NeedsPath(self.document))
            return None
        return self.save_as(path, force=force)

    def save_as(self, path: Path, *, force: bool = False) -> Worker[None]:
        """Write the active buffer to this file and make it the buffer's own."""
        self._collect()
        return self.run_worker(self._save(self.document, path, force), group="files")

    async def _save(self, document: Document, path: Path, force: bool) -> None:
        try:
            if path == document.path:
                await asyncio.to_thread(self.documents.save, document, force=force)
            else:
                await asyncio.to_thread(self.documents.save_as, document, path, force=force)
        except FileConflictError as error:
            self.post_message(Conflict(document, path, error))
            return
        except WorkbenchError as error:
            self.post_message(Failed(error))
            return
        self._show()
        self._changed()

    def close_buffer(self, document: Document | None = None, *, force: bool = False) -> None:
        """Close a buffer, the active one if none is given; `reopen_buffer` brings it back.

        Posts `ConfirmClose` instead when its file differs from it, unless forced.
        """
        self._collect()
        document = document or self.document
        if document.dirty and not force:
            self.post_message(ConfirmClose(document))
            return
        had_focus = self.editor.has_focus
        self._drop(document)
        self._show()
        if had_focus:
            self.editor.focus()
        self._changed()

    def _drop(self, document: Document) -> None:
        self.documents.close(document)
        if (editor := self._editors.pop(document.id, None)) is not None:
            editor.remove()

    # -- actions

    def action_previous_buffer(self) -> None:
        """Show the buffer to the left."""
        self._step(-1)

    def action_next_buffer(self) -> None:
        """Show the buffer to the right."""
        self._step(1)

    def _step(self, direction: int) -> None:
        items = self.documents.items
        self._switch(items[(items.index(self.document) + direction) % len(items)].id)

    def action_new_buffer(self) -> None:
        """Open an empty buffer."""
        self.new_buffer()

    def action_close_buffer(self) -> None:
        """Close the active buffer."""
        self.close_buffer()

    def action_reopen_buffer(self) -> None:
        """Bring the buffer back that was closed last."""
        self._collect()
        if self.documents.reopen() is not None:
            self._show()
            self.editor.focus()
            self._changed()

    def action_save(self) -> None:
        """Save the active buffer."""
        self.save()

    def _switch(self, document_id: str) -> None:
        self._collect()
        document = next((item for item in self.documents.items if item.id == document_id), None)
        if document is not None and document is not self.documents.active:
            self.documents.active = document
            self._show()
            self._changed()
