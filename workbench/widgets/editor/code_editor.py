"""The code editor: keys in order, cells with borders, completion, colours that follow the theme."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.document._document import Selection
from textual.message import Message
from textual.strip import Strip

from workbench.cells import Runnable, code_to_run
from workbench.commands.command import Place, bindings
from workbench.commands.editor.text import TEXT_COMMANDS
from workbench.widgets.editor.completion import Completer, Completion, CompletionMenu
from workbench.widgets.editor.highlighting import Highlight, derived_syntax, editor_theme
from workbench.widgets.editor.marked import MarkedArea
from workbench.widgets.editor.messages import InspectAsked
from workbench.widgets.editor.options import DEFAULT_OPTIONS, EditorOptions

HIGHLIGHT_LINES = 20_000
HIGHLIGHT_CHARACTERS = 1_000_000
"""Above one of these the syntax tree costs too much per key."""

_RULE = "─"
_CURRENT = "▎"


class CodeEditor(MarkedArea, inherit_bindings=False):
    """One buffer's editor. It highlights once `language` is set, which is best after the first frame."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(TEXT_COMMANDS, Place.EDITOR)

    class TooLong(Message):
        """The buffer grew too long to highlight; `lines` is how long it is."""

        def __init__(self, editor: CodeEditor, lines: int) -> None:
            super().__init__()
            self.editor = editor
            self.lines = lines

    def __init__(
        self,
        text: str = "",
        *,
        completer: Completer | None = None,
        options: EditorOptions = DEFAULT_OPTIONS,
        id: str | None = None,
    ) -> None:
        self._markers: tuple[list[int], list[int]] = ([], [])
        self._cell: tuple[int, int] | None = None
        self.completion = Completion(self)
        self.completion.complete = completer
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
        self._syntax: Mapping[str, str] | None = None

    # -- what a run takes

    def code_to_run(self, whole: bool = False) -> Runnable:
        """The selection if there is one, else the cursor's cell; with `whole` the buffer."""
        if whole:
            return Runnable(self.document.text.rstrip(), 0)
        selection = None if self.selection.is_empty else (self.selection.start, self.selection.end)
        return code_to_run(self.document.text, selection, self.cursor_location[0])

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
        if self.completion.key(event.key):
            event.stop()
        elif event.character and self.check_consume_key(event.key, event.character):
            event.stop()
            self._replace_via_keyboard(event.character, *self.selection)
            self.completion.typed()
        else:
            active = self.screen.active_bindings.get(event.key)
            if active is None or not active.enabled:
                return
            if await self.app.run_action(active.binding.action, active.node):
                event.stop()
                self.completion.typed()

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
        self.run_worker(self.completion.ask(*self._cell_code()), group="completion", exclusive=True)

    def action_inspect(self) -> None:
        """Ask what the name at the cursor is."""
        self.completion.close()
        self.post_message(InspectAsked(*self._cell_code()))

    def _cell_code(self) -> tuple[str, int]:
        """The code of the cursor's cell, which is all that a question concerns, and the cursor in it."""
        first, last = self._cell_rows()
        row, column = self.cursor_location
        rows = [self.document[index] for index in range(first, last)]
        return "\n".join(rows), sum(len(line) + 1 for line in rows[: row - first]) + column

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

    def use_menu(self, menu: CompletionMenu) -> None:
        """Show completions in this list."""
        self.completion.menu = menu

    # -- cells

    def cell_starts(self) -> list[int]:
        """The rows of the `# %%` lines that are not inside a string; found once per edit."""
        rows = self.document.marker_rows
        if self._markers[0] is not rows:
            self._markers = (rows, [row for row in rows if self.document.is_code(row)])
        return self._markers[1]

    def _cell_rows(self) -> tuple[int, int]:
        """First row of the cursor's cell and the row after its last."""
        starts = self.cell_starts()
        index = bisect_right(starts, self.cursor_location[0])
        first = starts[index - 1] if index else 0
        return first, starts[index] if index < len(starts) else self.document.line_count

    def action_next_cell(self) -> None:
        """Move into the next cell."""
        _, last = self._cell_rows()
        if last < self.document.line_count:
            self.move_cursor((min(last + 1, self.document.line_count - 1), 0))

    def action_previous_cell(self) -> None:
        """Move to the start of this cell, or of the one above."""
        first, _ = self._cell_rows()
        if self.cursor_location[0] <= first + 1 and first > 0:
            self.move_cursor((first - 1, 0))
            first, _ = self._cell_rows()
        marked = first in self.cell_starts()
        self.move_cursor((min(first + marked, self.document.line_count - 1), 0))

    def _watch_selection(self, previous_selection: Selection, selection: Selection) -> None:
        super()._watch_selection(previous_selection, selection)
        cell = self._cell_rows() if self.cell_starts() else None
        if cell != self._cell:
            self._cell = cell
            self._line_cache.clear()
            self.refresh()

    def _decorated(self, highlights: defaultdict[int, list[Highlight]]) -> defaultdict[int, list[Highlight]]:
        for row in self.cell_starts():
            if row in highlights:
                highlights[row] = [(0, None, "cell")]
        return highlights

    def _render_line(self, y: int) -> Strip:
        strip = super()._render_line(y)
        row = y + self.scroll_offset.y
        info = self.wrapped_document._offset_to_line_info
        if self._cell is None or row >= len(info) or self._theme is None:
            return strip
        style = self._theme.syntax_styles.get("cell") or Style()
        line, _section = info[row]
        if self._cell[0] <= line < self._cell[1]:
            strip = _with_bar(strip, self.gutter_width, style)
        if line in self.cell_starts() and self.selection.is_empty:
            strip = _with_rule(strip, style)
        return strip


def _with_bar(strip: Strip, gutter: int, style: Style) -> Strip:
    """A bar between the line numbers and the text."""
    background = next(iter(strip.crop(gutter - 1, gutter)), Segment("")).style or Style()
    bar = Strip([Segment(_CURRENT, background + style)], 1)
    return Strip.join([strip.crop(0, gutter - 1), bar, strip.crop(gutter, None)])


def _with_rule(strip: Strip, style: Style) -> Strip:
    """A rule from the end of the text to the edge, with room for the cursor between."""
    blanks = len(strip.text) - len(strip.text.rstrip())
    if blanks < 4:
        return strip
    start = strip.cell_length - blanks + 2
    background = next(iter(strip.crop(start, start + 1)), Segment("")).style or Style()
    rule = Segment(_RULE * (strip.cell_length - start), background + style + Style(bold=False, dim=True))
    return Strip.join([strip.crop(0, start), Strip([rule], blanks - 2)])
