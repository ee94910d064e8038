"""Tabs over one code editor per buffer, brought back at the start and kept on disk as one types."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import OptionList, TextArea

from backend.errors import WorkbenchError
from workbench.completing.question import Completer
from workbench.documents import Document, Documents, Snapshot
from workbench.sanitize import sanitize_line
from workbench.widgets.editor.code_editor import CodeEditor
from workbench.widgets.editor.completion import CompletionMenu
from workbench.widgets.editor.messages import CursorMoved, Failed, Restored
from workbench.widgets.editor.options import DEFAULT_OPTIONS, EditorOptions
from workbench.widgets.editor.tabs import Tab, TabRow

AUTOSAVE_AFTER = 0.5
"""Seconds after the last change until buffers are written."""

AUTOSAVE_WITHIN = 2.0
"""Seconds after the first change that is not on disk, however much one types."""

_SOONEST = 0.001  # Textual (8.2) divides by what a timer shall wait: with 0 the app ends

PLACEHOLDER = (
    "F5 runs the code you write here, or only the selection\n"
    "# %% begins a cell; F5 then runs the cell of the cursor\n"
    "F1 shows every key"
)
_PYTHON = (".py", ".pyw", ".pyi")


class BufferView(Vertical):
    """The open buffers as widgets. Editors are made when their buffer is first shown, and keep their undo."""

    def __init__(
        self,
        documents: Documents,
        *,
        completer: Completer | None = None,
        options: EditorOptions = DEFAULT_OPTIONS,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._options = options
        self.documents = documents
        self.ready = asyncio.Event()
        self._completer = completer
        self._syntax: Mapping[str, str] | None = None
        self._editors: dict[str, CodeEditor] = {}
        self._menu = CompletionMenu()
        self._timer: Timer | None = None
        self._unsaved_since: float | None = None
        self._failing = False

    @property
    def document(self) -> Document:
        """The active buffer; there is always one."""
        return self.documents.active or self.documents.new()

    @property
    def editor(self) -> CodeEditor:
        """The editor of the active buffer."""
        return self._editors[self.document.id]

    # -- life

    def compose(self) -> ComposeResult:
        """Tabs, and one empty editor to type into at once."""
        yield TabRow()
        yield self._make_editor(self.document)

    def on_mount(self) -> None:
        """Show the empty buffer; everything slow comes after the first frame."""
        self._show()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.run_worker(self._restore(), group="restore")

    async def _restore(self) -> None:
        """Read the kept buffers in a thread. The first editor shows the active one, unless it has text."""
        await self.mount(self._menu)
        first = self.document
        try:
            restored = await asyncio.to_thread(self.documents.read)
            self._collect()
            typed = self.documents.items != [first] or bool(first.text)
            active = self.documents.active
            self.documents.adopt(restored)
            if typed:
                self.documents.active = active
            elif restored.documents:
                self.documents.items.remove(first)
                self._editors[self.document.id] = self._editors.pop(first.id)
                self._fill(self.editor, self.document)
        except WorkbenchError as error:
            self.post_message(Failed(error))
        self.editor.placeholder = Content(PLACEHOLDER)
        self.ready.set()
        self._show()
        self.post_message(Restored(tuple(self.documents.problems)))

    def flush(self) -> None:
        """Write every buffer now, in this thread: for quitting and for signals. Raises FileError."""
        self._collect()
        self.documents.flush()
        self._unsaved_since = None

    # -- editors

    def _make_editor(self, document: Document) -> CodeEditor:
        editor = CodeEditor(completer=self._completer, options=self._options)
        editor.set_syntax(self._syntax)
        self._editors[document.id] = editor
        if document.text:
            self._fill(editor, document)
        return editor

    def _fill(self, editor: CodeEditor, document: Document) -> None:
        with editor.prevent(TextArea.Changed):
            editor.load_text(document.text)
        editor.read_only = bool(document.locked)
        editor.move_cursor(editor.clamp_visitable(document.cursor))

    def _show(self) -> None:
        """Put the active buffer in front."""
        document = self.document
        focused = any(editor.has_focus for editor in self._editors.values())
        if (editor := self._editors.get(document.id)) is None:
            editor = self._make_editor(document)
            editor.placeholder = Content(PLACEHOLDER)
            self.mount(editor, after=self.query_one(TabRow))
        for other in self._editors.values():
            other.display = other is editor
        editor.completion.menu = self._menu
        if focused:
            editor.focus()
        if self.ready.is_set():
            # the grammar and its query take 25 ms the first time: after the text can be seen
            self.call_after_refresh(editor.highlight, "python" if _is_python(document) else None)
        self._refresh_titles()
        self._report_cursor(editor)

    def _drop(self, document: Document) -> None:
        """Close a buffer and remove its editor."""
        self.documents.close(document)
        if (editor := self._editors.pop(document.id, None)) is not None:
            editor.remove()

    def _switch(self, document: Document) -> None:
        self._collect()
        self.documents.active = document
        self._show()
        self._changed()

    def _collect(self) -> None:
        """Take texts and cursors over from the editors. Texts are joined once per edit, so this is cheap."""
        for document in self.documents.items:
            if (editor := self._editors.get(document.id)) is not None:
                document.text = editor.document.text
                document.cursor = editor.cursor_location

    def _refresh_titles(self) -> None:
        row = self.query_one(TabRow)
        row.tabs = tuple(Tab(item.id, item.name, item.dirty) for item in self.documents.items)
        row.active = self.document.id
        self.border_title = Content(f"Editor · {sanitize_line(self.document.name)}")

    def _report_cursor(self, editor: CodeEditor) -> None:
        row, column = editor.cursor_location
        tabs = self.query_one(TabRow)
        tabs.cursor = f"Ln {row + 1}, Col {column + 1}"
        tabs.note = sanitize_line(editor.mode_word) or "read-only" * editor.read_only
        self.post_message(CursorMoved(row + 1, column + 1))

    # -- autosave

    def _changed(self) -> None:
        """Something is not on disk yet: write it soon."""
        now = time.monotonic()
        if self._unsaved_since is None:
            self._unsaved_since = now
            self._collect()
            self._refresh_titles()
        if self._timer is not None:
            self._timer.stop()
        latest = self._unsaved_since + AUTOSAVE_WITHIN - now
        self._timer = self.set_timer(max(_SOONEST, min(AUTOSAVE_AFTER, latest)), self._autosave)

    def _autosave(self) -> None:
        self._unsaved_since = None
        self._collect()
        self._refresh_titles()
        self.run_worker(self._write(self.documents.snapshot()), group="autosave")

    async def _write(self, snapshot: Snapshot) -> None:
        await self.ready.wait()
        try:
            await asyncio.to_thread(self.documents.write, snapshot)
        except WorkbenchError as error:
            if not self._failing:  # told once, not at every key
                self.post_message(Failed(error))
            self._failing = True
        else:
            self._failing = False

    # -- what children say

    @on(TextArea.Changed)
    def _text_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._changed()

    @on(TextArea.SelectionChanged)
    def _cursor_moved(self, event: TextArea.SelectionChanged) -> None:
        event.stop()
        if event.text_area is self._editors.get(self.document.id):
            self._report_cursor(self.editor)

    @on(CodeEditor.ModeChanged)
    def _mode_changed(self, event: CodeEditor.ModeChanged) -> None:
        event.stop()
        self._report_cursor(self.editor)

    @on(TabRow.Selected)
    def _tab_selected(self, event: TabRow.Selected) -> None:
        event.stop()
        if (document := self._by_id(event.document_id)) is not None:
            self._switch(document)
            self.editor.focus()

    @on(CodeEditor.TooLong)
    def _too_long(self, event: CodeEditor.TooLong) -> None:
        event.stop()
        self.notify(
            f"With {event.lines:,} lines this buffer is too long to colour; everything else works.",
            title="Editor",
            markup=False,
        )

    @on(OptionList.OptionSelected)
    def _completion_clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.editor.completion.accept(event.option_index)

    def _by_id(self, document_id: str) -> Document | None:
        return next((item for item in self.documents.items if item.id == document_id), None)


def _is_python(document: Document) -> bool:
    return document.path is None or document.path.suffix in _PYTHON
