"""The editor pane: what a screen and the keys ask of the buffers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.worker import Worker

from backend.errors import WorkbenchError
from workbench.cells import Runnable
from workbench.commands.command import Place, bindings
from workbench.commands.editor.pane import PANE_COMMANDS
from workbench.completing.question import Completer
from workbench.documents import Document, FileConflictError
from workbench.sanitize import sanitize_line
from workbench.widgets.editor import messages
from workbench.widgets.editor.code_editor import CodeEditor
from workbench.widgets.editor.find.view import FindingView
from workbench.widgets.editor.tabs import TabRow
from workbench.widgets.editor.text.words import line_and_column

_MOVED = 2_000
"""Lines around its old place where a line is looked for that has moved."""


class EditorPane(FindingView):
    """Buffers in tabs. What has to be asked or told goes out as messages; drafts are kept by themselves."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(PANE_COMMANDS, Place.EDITOR)

    NeedsPath = messages.NeedsPath
    ConfirmClose = messages.ConfirmClose
    Conflict = messages.Conflict
    Failed = messages.Failed
    Restored = messages.Restored
    CursorMoved = messages.CursorMoved
    FileUsed = messages.FileUsed
    InspectAsked = messages.InspectAsked
    LineAsked = messages.LineAsked
    CommandAsked = messages.CommandAsked

    # -- code

    def code_to_run(self, whole: bool = False) -> Runnable:
        """The selection, else the cursor's cell, else the buffer; with `whole` always the buffer."""
        return self.editor.code_to_run(whole)

    def put_code(self, code: str, origin: str = "") -> None:
        """Put code, from history say, into the editor, and the cursor behind it.

        An empty scratch buffer takes it. Another scratch buffer gets it as a new cell at its end, one step of
        undo. A buffer that belongs to a file is left alone: the code gets a buffer of its own.
        """
        if self.document.path is not None:
            self.new_buffer(code, origin=origin)
            return
        editor = self.editor
        text, end = editor.document.text, editor.document.end
        if text.strip():
            gap = "" if text.endswith("\n\n") else "\n" if text.endswith("\n") else "\n\n"
            marker = f"# %% {sanitize_line(origin)}".rstrip()
            editor.replace(f"{gap}{marker}\n{code}", end, end, maintain_selection_offset=False)
        else:
            editor.replace(code, (0, 0), end, maintain_selection_offset=False)
        editor.focus()

    def focus_editor(self) -> None:
        """Give the active buffer's editor the focus."""
        self.editor.focus()

    def set_syntax(self, syntax: Mapping[str, str] | None) -> None:
        """Colour code by a theme's `[syntax]` table; with None, by the app theme's variables."""
        self._syntax = syntax
        for editor in self._editors.values():
            editor.set_syntax(syntax)

    def set_completer(self, completer: Completer | None) -> None:
        """Complete with this from now on."""
        self._completer = completer
        for editor in self._editors.values():
            editor.completion.complete = completer

    # -- places

    def show_place(self, document_id: str, runnable: Runnable, line: int) -> bool:
        """Show a line (from 1) of code that was run, where it stands now; whether its buffer is open."""
        document = self._by_id(document_id)
        if document is None:
            return False
        if document is not self.document:
            self._switch(document)
        row = self._row_now(self.editor, runnable, line)
        self.editor.show_span((row, 0), (row, 0))
        self.editor.action_cursor_line_start()
        return True

    def mark_failed(self, document_id: str, runnable: Runnable, lines: Sequence[int]) -> None:
        """Mark lines (from 1) of code that was run as those where it failed."""
        if (editor := self._editors.get(document_id)) is not None:
            editor.mark_failed(self._row_now(editor, runnable, line) for line in lines)

    def _row_now(self, editor: CodeEditor, runnable: Runnable, line: int) -> int:
        """The row of a line of code that was run; it may have moved since."""
        rows = runnable.code.split("\n")
        wanted = rows[min(line, len(rows)) - 1].strip()
        row, document = runnable.first_line + line - 1, editor.document
        near = range(max(0, row - _MOVED), min(document.line_count, row + _MOVED))
        same = [index for index in near if document[index].strip() == wanted]
        return min(same, key=lambda index: abs(index - row), default=min(row, document.line_count - 1))

    async def perform(self, action: str) -> bool:
        """Run the action of any command of the editor's table, on the pane or on the active editor."""
        name = action.partition("(")[0]
        target = self if hasattr(self, f"action_{name}") else self.editor
        return await self.app.run_action(action, target)

    # -- buffers

    def new_buffer(self, text: str = "", title: str = "", origin: str = "") -> None:
        """Open a buffer of its own and focus it."""
        self._collect()
        self.documents.new(text, title, origin)
        self._present()

    def close_buffer(self, document: Document | None = None, *, force: bool = False) -> None:
        """Close a buffer, the active one if none is given; `action_reopen_buffer` brings it back.

        Posts `ConfirmClose` instead when its file differs from it, unless forced.
        """
        self._collect()
        document = document or self.document
        if document.dirty and not force:
            self.post_message(messages.ConfirmClose(document))
            return
        focused = self.editor.has_focus
        self._drop(document)
        self._present(focus=focused)

    def _present(self, focus: bool = True) -> None:
        self._show()
        if focus:
            self.editor.focus()
        self._changed()

    # -- files

    def open_path(self, path: Path, line: int = 0) -> Worker[None]:
        """Open a file in a thread, once kept buffers are back; trouble comes as `Failed`.

        The cursor goes to `line`, from 1; with 0 it stays where it was.
        """
        return self.run_worker(self._open(path, line), group="files")

    async def _open(self, path: Path, line: int) -> None:
        await self.ready.wait()
        self._collect()
        items = self.documents.items
        stand_in = items[0] if len(items) == 1 and items[0].blank else None
        try:
            document = self.documents.find(path)
            if document is None:
                document = await asyncio.to_thread(self.documents.load, path)
                self.documents.add(document)
        except WorkbenchError as error:
            self.post_message(messages.Failed(error))
            return
        self._collect()
        if stand_in is not None and stand_in.blank and stand_in in self.documents.items:
            self._drop(stand_in)  # it was there only because one buffer has to be
        self.documents.active = document
        self._present()
        self.post_message(messages.FileUsed(path))
        if document.locked:
            said = f"{document.name} can only be read: {document.locked}."
            self.notify(sanitize_line(said), title="Read-only", severity="warning", markup=False)
        if line > 0:
            place = self.editor.clamp_visitable((line - 1, 0))
            self.editor.show_span(place, place)

    def save(self, *, force: bool = False) -> Worker[None] | None:
        """Write the active buffer to its file; `force` overwrites what another program wrote.

        Posts `NeedsPath`, `Conflict` or `Failed` when it cannot.
        """
        if (path := self.document.path) is None:
            self.post_message(messages.NeedsPath(self.document))
            return None
        return self.save_as(path, force=force)

    def save_as(self, path: Path, *, document: Document | None = None, force: bool = False) -> Worker[None]:
        """Write a buffer, the active one if none is given, to this file and make it the buffer's own."""
        self._collect()
        return self.run_worker(self._save(document or self.document, path, force), group="files")

    async def _save(self, document: Document, path: Path, force: bool) -> None:
        try:
            if path == document.path:
                await asyncio.to_thread(self.documents.save, document, force=force)
            else:
                await asyncio.to_thread(self.documents.save_as, document, path, force=force)
        except FileConflictError as error:
            self.post_message(messages.Conflict(document, path, error))
        except WorkbenchError as error:
            self.post_message(messages.Failed(error))
        else:
            self._show()
            self._changed()
            self.post_message(messages.FileUsed(path))

    # -- actions

    def action_previous_buffer(self) -> None:
        """Show the buffer to the left."""
        self._step(-1)

    def action_next_buffer(self) -> None:
        """Show the buffer to the right."""
        self._step(1)

    def _step(self, direction: int) -> None:
        items = self.documents.items
        if len(items) > 1:
            self._switch(items[(items.index(self.document) + direction) % len(items)])

    def action_new_buffer(self) -> None:
        """Open an empty buffer."""
        self.new_buffer()

    def action_go_to_line(self) -> None:
        """Ask for a line and go there."""
        self.post_message(messages.LineAsked())

    def go_to_line(self, text: str) -> bool:
        """Go to `line`, `line:column` or `-line`; False when the text is none of them."""
        place = line_and_column(text, self.editor.document.line_count)
        if place is None:
            return False
        place = self.editor.clamp_visitable(place)
        self.editor.show_span(place, place)
        return True

    def action_next_error(self) -> None:
        """Go to the next line that is marked as failed, round and round."""
        rows, row = self.editor.failed_rows, self.editor.cursor_location[0]
        if not rows:
            self.notify("No line is marked: the last run of this buffer did not fail.", markup=False)
            return
        row = next((failed for failed in rows if failed > row), rows[0])
        self.editor.show_span((row, 0), (row, 0))
        self.editor.action_cursor_line_start()

    def action_close_buffer(self) -> None:
        """Close the active buffer."""
        self.close_buffer()

    def action_reopen_buffer(self) -> None:
        """Bring the buffer back that was closed last."""
        self._collect()
        if self.documents.reopen() is not None:
            self._present()

    def action_save(self) -> None:
        """Save the active buffer."""
        self.save()

    @on(messages.ViAsked)
    async def _vi_asked(self, message: messages.ViAsked) -> None:
        from workbench.widgets.editor.vim.asked import fulfil  # for those who want these keys

        message.stop()
        for what, argument, count in message.asked:
            if not await fulfil(self, what, argument, count):
                return

    # -- mouse

    @on(TabRow.Closed)
    def _tab_closed(self, event: TabRow.Closed) -> None:
        event.stop()
        if (document := self._by_id(event.document_id)) is not None:
            self.close_buffer(document)

    @on(TabRow.Added)
    def _tab_added(self, event: TabRow.Added) -> None:
        event.stop()
        self.new_buffer()
