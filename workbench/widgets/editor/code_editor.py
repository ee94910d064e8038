"""The code editor: keys in order, cells with borders, completion, colours that follow the theme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import BindingType
from textual.document._document import Selection
from textual.message import Message

from workbench.commands.command import Place, bindings
from workbench.commands.editor.text import TEXT_COMMANDS
from workbench.completing.question import Completer, Question
from workbench.widgets.editor.area.cells import CellArea
from workbench.widgets.editor.completion import Completion
from workbench.widgets.editor.highlighting import derived_syntax, editor_theme
from workbench.widgets.editor.messages import InspectAsked
from workbench.widgets.editor.options import DEFAULT_OPTIONS, EditorOptions

HIGHLIGHT_LINES = 20_000
HIGHLIGHT_CHARACTERS = 1_000_000
"""Above one of these the syntax tree costs too much per key."""

AROUND = 1_000
AROUND_CHARACTERS = 50_000
"""Lines and characters at either side of the cursor that are read for names."""


if TYPE_CHECKING:
    from workbench.widgets.editor.vim.keys import ViKeys  # for those who want them


class CodeEditor(CellArea, inherit_bindings=False):
    """One buffer's editor. It highlights once `language` is set, which is best after the first frame."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(TEXT_COMMANDS, Place.EDITOR)

    class TooLong(Message):
        """The buffer grew too long to highlight; `lines` is how long it is."""

        def __init__(self, editor: CodeEditor, lines: int) -> None:
            super().__init__()
            self.editor = editor
            self.lines = lines

    class ModeChanged(Message):
        """The mode of vi's keys changed, or the command that is being typed."""

    _told_mode = ""

    def __init__(
        self,
        text: str = "",
        *,
        completer: Completer | None = None,
        options: EditorOptions = DEFAULT_OPTIONS,
        id: str | None = None,
    ) -> None:
        self.completion = Completion(self, self._question)
        self.completion.complete = completer
        self.completion.unasked = options.complete_while_typing
        super().__init__(
            text,
            soft_wrap=options.wrap,
            show_line_numbers=options.line_numbers,
            tab_behavior="focus",
            id=id,
            max_checkpoints=200,
        )
        self.indent_width = options.tab_size
        self.auto_indent = options.auto_indent
        self.auto_close = options.auto_close
        self._vi: ViKeys | None = None
        if options.keys == "vim":
            from workbench.widgets.editor.vim.keys import ViKeys

            self._vi = ViKeys(self)
        self._syntax: Mapping[str, str] | None = None

    # -- colours

    def on_mount(self) -> None:
        """Take the colours of the app's theme until `set_syntax` gives others."""
        self._apply_syntax()
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._apply_syntax())

    def set_syntax(self, syntax: Mapping[str, str] | None) -> None:
        """Use a theme's `[syntax]` table; with None colours derive from the app theme's variables.

        Keys that the table leaves out are derived too.
        """
        self._syntax = syntax
        if self.is_mounted:
            self._apply_syntax()

    def _apply_syntax(self) -> None:
        table = {**derived_syntax(self.app.theme_variables), **(self._syntax or {})}
        self.mark_colours(self.app.theme_variables)
        self.use_theme(editor_theme("workbench", table))

    def highlight(self, language: str | None) -> None:
        """Set the language, unless the buffer is too long for it."""
        if language and self._too_long():
            self.post_message(self.TooLong(self, self.document.line_count))
            language = None
        if language != self.language:
            self.language = language

    def _too_long(self) -> bool:
        document = self.document
        return document.line_count > HIGHLIGHT_LINES or len(document.text) > HIGHLIGHT_CHARACTERS

    def _build_highlight_map(self) -> None:
        super()._build_highlight_map()
        if self._highlight_query is not None and self._too_long():
            self.call_later(self.highlight, self.language)

    # -- keys

    async def _on_key(self, event: events.Key) -> None:
        """Insert what can be printed; run what keys are bound to here, so that fast typing stays in order.

        The usual way is for the app to run bindings after a detour through its queue, where an Enter would
        come after the letter typed behind it, and a run would miss the letters typed before it.
        """
        event.prevent_default()  # of TextArea
        self._restart_blink()
        listed = self.completion.key(event.key)
        if (listed and not (self._vi and event.key == "escape")) or (self._vi and self._vi.press(event)):
            event.stop()
        elif event.character and self.check_consume_key(event.key, event.character):
            event.stop()
            self.type_character(event.character)
            self.completion.typed()
            self.completion.wait()
        else:
            active = self.screen.active_bindings.get(event.key)
            if active is None or not active.enabled:
                return
            if await self.app.run_action(active.binding.action, active.node):
                event.stop()
                self.completion.typed()

    @property
    def mode_word(self) -> str:
        """The mode of vi's keys; empty without them."""
        return "" if self._vi is None else self._vi.word

    @property
    def letters_command(self) -> bool:
        """Whether letters are commands of vi now: one may open something that the next is for."""
        return self._vi is not None and self._vi.commanding

    def mode_changed(self) -> None:
        """Tell the pane that the mode may be another, or what is pending."""
        if self.mode_word != self._told_mode:
            self._told_mode = self.mode_word
            self.post_message(self.ModeChanged())

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """Printable keys are text, whatever the app binds them to, but not with Alt: that is a command.

        Textual gives alt+s the character s (8.2).
        """
        text = character is not None and character.isprintable() and not key.startswith("alt+")
        return text and not self.read_only

    def action_tab(self) -> None:
        """Complete after a name or a dot, else indent."""
        if self.completion.wanted():
            self.action_complete()
        else:
            self.action_indent()

    def action_complete(self) -> None:
        """Ask for names that fit here."""
        self.completion.ask()

    def action_inspect(self) -> None:
        """Ask what the name at the cursor is."""
        self.completion.close()
        self.post_message(InspectAsked(self._question(True)))

    def _question(self, patient: bool) -> Question:
        """The place of the cursor, in its cell and in the code around."""
        first, last = self._cell_rows()
        row = self.cursor_location[0]
        code, cursor = self._rows(first, last), self._place(first)
        top = max(0, row - AROUND)
        around, place = self._rows(top, row + AROUND), self._place(top)
        if len(around) > 2 * AROUND_CHARACTERS:  # lines longer than people write
            left = max(0, place - AROUND_CHARACTERS)
            around, place = around[left : place + AROUND_CHARACTERS], place - left
        return Question(code, cursor, around, place, patient)

    def _rows(self, first: int, last: int) -> str:
        return "\n".join(self.document[row] for row in range(first, min(last, self.document.line_count)))

    def _place(self, first: int) -> int:
        """The cursor in the text from a row on."""
        row, column = self.cursor_location
        return sum(len(self.document[index]) + 1 for index in range(first, row)) + column

    def action_dismiss(self) -> None:
        """Close the list of completions, else drop the selection."""
        if self.completion.is_open:
            self.completion.close()
        elif not self.selection.is_empty:
            self.selection = Selection.cursor(self.cursor_location)

    def _on_blur(self, event: events.Blur) -> None:
        self.completion.close()

    async def _on_mouse_down(self, event: events.MouseDown) -> None:
        self.completion.close()
