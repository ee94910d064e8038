"""Joins the machine to an editor: gives it keys, does what it says, keeps one command one step of undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.document._document import Selection
from textual.document._edit import Edit

from workbench.widgets.editor.messages import ViAsked
from workbench.widgets.editor.vim.machine import Vim
from workbench.widgets.editor.vim.state import Mode
from workbench.widgets.editor.vim.text import Change, Do, Effect, Go, Say, Yanked, clamped

if TYPE_CHECKING:
    from workbench.widgets.editor.code_editor import CodeEditor

_NAMED = frozenset(
    ("escape", "enter", "backspace", "delete", "left", "right", "up", "down", "home", "end", "tab")
) | {"ctrl+r", "ctrl+d", "ctrl+u"}
_ESCAPES = ("escape", "ctrl+left_square_bracket")
_OWN = frozenset(("undo", "redo", "centre", "top", "bottom", "half_down", "half_up", "reselect"))


class ViKeys:
    """The keys of vi for one editor. `word` is the mode, and what is pending."""

    def __init__(self, editor: CodeEditor) -> None:
        self._editor = editor
        self._vim = Vim(editor.indent_width)
        self._shown = Selection.cursor((0, 0))
        self._since: list[Edit] | None = None
        """The last step of undo before the command, while one goes on that makes edits."""
        self._open = False

    @property
    def word(self) -> str:
        """The mode in words."""
        return self._vim.shown

    @property
    def commanding(self) -> bool:
        """Whether letters are commands now, and no text."""
        return self._vim.mode not in (Mode.INSERT, Mode.COMMAND)

    def press(self, event: events.Key) -> bool:
        """Use a key, unless it is for the editor; whether it was used."""
        vim = self._vim
        key = event.key
        if event.character and event.character.isprintable() and not key.startswith("alt+"):
            key = event.character
        elif key in _ESCAPES:
            key = "escape"
        elif key not in _NAMED:
            return False
        if vim.mode is Mode.INSERT and key != "escape":
            return False
        self._look()
        if not self._open:
            self._begin()
        effects = vim.press(key, self._editor.document, self._editor.cursor_location)
        asked: list[Do] = []
        for effect in effects:
            self._apply(effect, asked)
        if vim.mode is not Mode.INSERT:
            self._settle()
            self._join()
        if asked:
            self._editor.post_message(ViAsked(tuple((one.what, one.argument, one.count) for one in asked)))
        self._editor.mode_changed()
        return True

    def _look(self) -> None:
        """Take over what the mouse selected, or that a selection is gone."""
        selection, vim = self._editor.selection, self._vim
        if selection == self._shown or vim.mode in (Mode.INSERT, Mode.COMMAND):
            return
        start, end = selection
        if not selection.is_empty:
            vim.select(start, (end[0], max(0, end[1] - 1)) if start < end else end)
        elif vim.visual:
            vim.mode = Mode.NORMAL

    # -- effects

    def _apply(self, effect: Effect, asked: list[Do]) -> None:
        editor = self._editor
        match effect:
            case Go(cursor=cursor, anchor=None):
                editor.selection = Selection.cursor(editor.clamp_visitable(cursor))
                editor.record_cursor_width()
            case Go(cursor=cursor, anchor=anchor) if anchor is not None:
                editor.selection = self._inclusive(anchor, cursor, effect.whole_lines)
            case Change() if editor.read_only:
                editor.notify("This buffer is read-only.", markup=False)
                self._vim.mode = Mode.NORMAL
            case Change():
                editor.edit(Edit(effect.text, effect.start, effect.end, False))
                editor.move_cursor(editor.clamp_visitable(effect.cursor))
            case Yanked():
                editor.app.copy_to_clipboard(effect.text)
            case Say():
                editor.notify(effect.text, markup=False)
            case Do() if effect.what in _OWN:
                self._own(effect)
            case Do():
                asked.append(effect)

    def _inclusive(self, anchor: tuple[int, int], cursor: tuple[int, int], whole: bool) -> Selection:
        """A selection with the character under the cursor in it; or of whole lines."""
        document = self._editor.document
        start, end = sorted((anchor, cursor))
        if whole:
            start, end = (start[0], 0), (end[0], len(document[end[0]]))
        else:
            end = end[0], min(end[1] + 1, len(document[end[0]]))
        return Selection(start, end) if anchor <= cursor else Selection(end, start)

    def _own(self, effect: Do) -> None:
        """What the editor does itself."""
        editor = self._editor
        height = editor.content_size.height
        row = editor.wrapped_document.location_to_offset(editor.cursor_location).y
        match effect.what:
            case "undo" | "redo":
                for _ in range(effect.count):
                    (editor.undo if effect.what == "undo" else editor.redo)()
                editor.selection = Selection.cursor(min(editor.selection))
            case "centre":
                editor.scroll_to(y=row - height // 2, animate=False)
            case "top":
                editor.scroll_to(y=row, animate=False)
            case "bottom":
                editor.scroll_to(y=row - height + 1, animate=False)
            case "half_down" | "half_up":
                rows = max(1, height // 2) * (1 if effect.what == "half_down" else -1)
                editor.move_cursor(editor.navigator.get_location_at_y_offset(editor.cursor_location, rows))

    def _settle(self) -> None:
        """In normal mode the cursor is on a character."""
        editor = self._editor
        if not self._vim.visual and self._vim.mode is Mode.NORMAL:
            editor.selection = Selection.cursor(clamped(editor.document, editor.cursor_location))
        self._shown = editor.selection

    # -- undo

    def _begin(self) -> None:
        history = self._editor.history
        history.checkpoint()
        self._since = history._undo_stack[-1] if history._undo_stack else None
        self._open = True

    def _join(self) -> None:
        """Make one step of all that was done since the command began, typing in insert mode included."""
        self._open = False
        stack = self._editor.history._undo_stack
        if self._since is not None and not any(batch is self._since for batch in stack):
            return  # undone meanwhile
        steps: list[list[Edit]] = []
        while stack and stack[-1] is not self._since:
            steps.append(stack.pop())
        if steps:
            stack.append([edit for batch in reversed(steps) for edit in batch])
            self._editor.history.checkpoint()
