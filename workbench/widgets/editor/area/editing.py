"""The editing keys of code: indentation, comments, whole lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.document._document import Location, Selection
from textual.document._edit import Edit

from workbench.widgets.editor.area.pasting import PastingArea
from workbench.widgets.editor.text import lines, pairs
from workbench.widgets.editor.text.words import next_occurrence

_LOOK_BACK = 300
"""Lines above that are looked at for the `if` of an `else`."""


class EditingArea(PastingArea, inherit_bindings=False):
    """A text area with the actions of a code editor. Each action is one step of undo."""

    auto_indent = True
    """Whether a new line is indented as the code asks for."""

    auto_close = True
    """Whether brackets and quotes come in pairs."""

    # -- whole lines

    def _selected_rows(self) -> tuple[int, int]:
        """First and last row of the selection; a row where it only begins or ends at column 0 is left out."""
        (first, _), (last, column) = sorted(self.selection)
        return first, last - 1 if last > first and column == 0 else last

    def _replace_rows(self, first: int, last: int, new: Sequence[str], selection: Selection) -> None:
        """Replace whole rows as one edit and select as given."""
        end = (last, len(self.document[last]))
        old = [self.document[row] for row in range(first, last + 1)]
        if self.read_only or old == list(new):
            return
        self.edit(Edit("\n".join(new), (first, 0), end, False))
        self.selection = selection
        self.record_cursor_width()

    def _change_rows(self, change: Callable[[Sequence[str]], list[str]]) -> None:
        """Change each selected row on its own; the selection keeps its place in the text."""
        first, last = self._selected_rows()
        old = [self.document[row] for row in range(first, last + 1)]
        new = change(old)

        def moved(location: Location) -> Location:
            row, column = location
            if not first <= row <= last:
                return location
            before, after = old[row - first], new[row - first]
            from_end = len(before) - column
            # at the very start of a line of a longer selection, stay there
            keep_start = column == 0 and not self.selection.is_empty
            return row, 0 if keep_start else max(0, len(after) - from_end)

        start, end = self.selection
        self._replace_rows(first, last, new, Selection(moved(start), moved(end)))

    def action_indent(self) -> None:
        """Indent the selected lines, or insert spaces up to the next stop."""
        (first, _), (last, _) = sorted(self.selection)
        if first != last:
            self._change_rows(lambda rows: lines.indented(rows, self.indent_width))
            return
        spaces = " " * self._find_columns_to_next_tab_stop()
        self._replace_via_keyboard(spaces, *self.selection)

    def action_dedent(self) -> None:
        """Move the lines of the selection, or the cursor's, left to the previous stop."""
        self._change_rows(lambda rows: lines.dedented(rows, self.indent_width))

    def action_toggle_comment(self) -> None:
        """Comment the selected lines out, or in again."""
        self._change_rows(lines.commented)

    def action_move_line_up(self) -> None:
        """Swap the selected lines with the one above."""
        first, last = self._selected_rows()
        if first == 0:
            return
        rows = [self.document[row] for row in range(first - 1, last + 1)]
        self._replace_rows(first - 1, last, [*rows[1:], rows[0]], self._selection_moved(-1))

    def action_move_line_down(self) -> None:
        """Swap the selected lines with the one below."""
        first, last = self._selected_rows()
        if last + 1 >= self.document.line_count:
            return
        rows = [self.document[row] for row in range(first, last + 2)]
        self._replace_rows(first, last + 1, [rows[-1], *rows[:-1]], self._selection_moved(1))

    def action_duplicate_line(self) -> None:
        """Put a copy of the selected lines below them."""
        first, last = self._selected_rows()
        rows = [self.document[row] for row in range(first, last + 1)]
        self._replace_rows(first, last, rows + rows, self._selection_moved(len(rows)))

    def _selection_moved(self, rows: int) -> Selection:
        (first, left), (last, right) = self.selection
        return Selection((first + rows, left), (last + rows, right))

    # -- characters

    def type_character(self, char: str) -> None:
        """Put a typed character in; brackets and quotes come in pairs, `else:` goes to its `if`."""
        if not self.auto_close or self.read_only:
            self._replace_via_keyboard(char, *self.selection)
            self._hang(char)
            return
        start, end = sorted(self.selection)
        if start != end:
            self._type_over_selection(char, start, end)
            return
        row, column = start
        line = self.document[row]
        before, after = line[:column], line[column:]
        if not pairs.closing_of(char) and char not in pairs.BRACKETS.values():
            self._replace_via_keyboard(char, start, end)
            self._hang(char)
            return
        kind = self.document.kind_at(start)
        if pairs.steps_over(char, before, after, kind):
            self.move_cursor((row, column + 1))
        elif partner := pairs.inserted(char, before, after, kind):
            self._replace_via_keyboard(char + partner, start, end)
            self.move_cursor((row, column + 1))
        else:
            self._replace_via_keyboard(char, start, end)

    def _type_over_selection(self, char: str, start: Location, end: Location) -> None:
        """A bracket or quote goes round the selection, which stays; anything else takes its place."""
        if not (partner := pairs.closing_of(char)):
            self._replace_via_keyboard(char, start, end)
            return
        (first, left), (last, right) = self.selection
        chosen = self.get_text_range(start, end)
        self._replace_via_keyboard(f"{char}{chosen}{partner}", start, end)
        rows = start[0], start[0]
        self.selection = Selection((first, left + (first == rows[0])), (last, right + (last == rows[1])))

    def _hang(self, char: str) -> None:
        """Behind the colon of `else:` and its like, move the line to where its `if` or `try` is."""
        row, column = self.cursor_location
        if char != ":" or not self.auto_indent or self.document[row][column:].strip():
            return
        line = self.document[row][:column]
        above = [self.document[index] for index in range(row - 1, max(-1, row - _LOOK_BACK), -1)]
        indent = pairs.hanging_indent(line, above)
        if indent is not None:
            self.edit(Edit(indent, (row, 0), (row, len(line) - len(line.lstrip())), True))

    def action_newline(self) -> None:
        """Begin a line, indented as the code asks for."""
        start, end = sorted(self.selection)
        before, after = self.document[start[0]][: start[1]], self.document[end[0]][end[1] :]
        if not self.auto_indent:
            self._replace_via_keyboard("\n", start, end)
            return
        indent = lines.indent_after(before, self.indent_width)
        stripped = after.lstrip()
        if before.rstrip()[-1:] and lines.closes(before.rstrip()[-1:], stripped[:1]):
            # between a pair of brackets: the closing one gets a line of its own
            tail = f"\n{lines.leading(before)}"
            blanks = len(after) - len(stripped)
            self._replace_via_keyboard(f"\n{indent}{tail}", start, (end[0], end[1] + blanks))
            self.move_cursor((start[0] + 1, len(indent)))
            return
        self._replace_via_keyboard(f"\n{indent}", start, end)

    def action_delete_left(self) -> None:
        """Delete the selection, or the character left of the cursor; leading spaces go stop by stop."""
        row, column = self.cursor_location
        line = self.document[row]
        if self.auto_close and self.selection.is_empty and pairs.empty_pair(line[:column], line[column:]):
            self._delete_via_keyboard((row, column - 1), (row, column + 1))
            return
        width = lines.backspace_width(self.document[row][:column], self.indent_width)
        if self.selection.is_empty and width > 1:
            self._delete_via_keyboard((row, column - width), (row, column))
        else:
            super().action_delete_left()

    # -- moving

    def action_matching_bracket(self) -> None:
        """Move between a bracket and its partner; from elsewhere, to the next bracket of the line first."""
        row, column = self.cursor_location
        line = self.document[row]
        for place in (column, column - 1, *range(column + 1, len(line))):
            if 0 <= place < len(line) and line[place] in "()[]{}":
                partner = self.find_matching_bracket(line[place], (row, place))
                self.move_cursor(partner or (row, place))
                return

    def action_next_occurrence(self) -> None:
        """Select the word at the cursor; with a selection, the next place where the same text stands."""
        row, column = self.cursor_location
        if self.selection.is_empty:
            left, right = lines.word_at(self.document[row], column)
            self.selection = Selection((row, left), (row, right))
            return
        start, end = sorted(self.selection)
        word, text = self.get_text_range(start, end), self.document.text
        line = self.document[start[0]]
        whole = start[0] == end[0] and lines.word_at(line, start[1]) == (start[1], end[1])
        found = next_occurrence(text, word, self.document.offset(end), whole=whole)
        first = self.document.location(found)
        self.selection = Selection(first, self.document.location(found + len(word)))
        self.scroll_cursor_visible(animate=False)

    def action_cursor_document_start(self, select: bool = False) -> None:
        """Move to the start of the text."""
        self.move_cursor((0, 0), select=select)

    def action_cursor_document_end(self, select: bool = False) -> None:
        """Move to the end of the text."""
        self.move_cursor(self.document.end, select=select)

    def action_cursor_page_up(self, select: bool = False) -> None:
        """Move one page up."""
        self._page(-1, select)

    def action_cursor_page_down(self, select: bool = False) -> None:
        """Move one page down."""
        self._page(1, select)

    def _page(self, direction: int, select: bool) -> None:
        rows = direction * max(1, self.content_size.height - 1)
        target = self.navigator.get_location_at_y_offset(self.cursor_location, rows)
        self.scroll_relative(y=rows, animate=False)
        self.move_cursor(target, select=select)

    # -- mouse

    async def _on_click(self, event: events.Click) -> None:
        """A double click selects a word, a third the line."""
        event.prevent_default()
        row, column = self.cursor_location
        if event.chain == 2:
            left, right = lines.word_at(self.document[row], column)
            self.selection = Selection((row, left), (row, right))
        elif event.chain == 3:
            self.select_line(row)
