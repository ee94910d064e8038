"""What keys do to a selection, and to single characters."""

from __future__ import annotations

from workbench.widgets.editor.vim.moving import Moving
from workbench.widgets.editor.vim.operators import OPERATORS, joined, taken
from workbench.widgets.editor.vim.state import Mode, Pending
from workbench.widgets.editor.vim.text import (
    Change,
    Do,
    Effect,
    Go,
    Location,
    Text,
    between,
    clamped,
    end_of,
    first_word,
)

_VISUAL_SHORT = {
    **{"x": "d", "delete": "d", "X": "D", "s": "c", "S": "C", "R": "C"},
    **{"u": "gu", "U": "gU", "~": "g~"},
}


class Visual(Moving):
    """Reads the keys of visual mode."""

    def _visual_key(self, key: str, text: Text, at: Location) -> list[Effect]:
        key = _VISUAL_SHORT.get(key, key)
        if key in OPERATORS:
            return self._operate(key, text, self._selected(text), at)
        if key in ("D", "C", "Y"):
            self.mode = Mode.LINES
            return self._operate(key.lower(), text, self._selected(text), at)
        if key in ("v", "V"):
            wanted = Mode.VISUAL if key == "v" else Mode.LINES
            if self.mode is wanted:
                return self._escape(text, at)
            self.mode = wanted
            return self._go(text, at)
        if key == "o":
            self._anchor, self._cursor = self._cursor, self._anchor
            return self._go(text, self._cursor)
        if key in ("p", "P"):
            return self._put_over(text)
        if key == "J":
            rows = sorted((self._anchor[0], self._cursor[0]))
            self.mode = Mode.NORMAL
            change = joined(text, rows[0], rows[1] - rows[0] + 1)
            return [change] if change else [Go(at)]
        if key == ":":
            return self._colon()
        if key == "/":
            return [Do("search")]
        return []

    def _put_over(self, text: Text) -> list[Effect]:
        register = self._registers.get(self._pending.register.lower())
        span = self._selected(text)
        if register is None:
            return []
        self._keep(taken(text, span))
        self.mode = Mode.NORMAL
        if span.lines:
            end = span.end[0], len(text.get_line(span.end[0]))
            return [
                Change((span.start[0], 0), end, register.text, (span.start[0], first_word(register.text)))
            ]
        body = f"\n{register.text}\n" if register.lines else register.text
        end = end_of(span.start, body)
        return [Change(span.start, span.end, body, (end[0], max(0, end[1] - 1)))]

    def _replace_characters(self, key: str, text: Text, at: Location) -> list[Effect]:
        char = "\n" if key == "enter" else key
        if len(char) != 1:
            return []
        if self.visual:
            span = self._selected(text)
            start, end = span.start, span.end
            if span.lines:
                end = end[0], len(text.get_line(end[0]))
            self.mode = Mode.NORMAL
            old = between(text, start, end)
            return [Change(start, end, "".join(char if c != "\n" else c for c in old), start)]
        row, column = at
        times = max(1, self._pending.times)
        if column + times > len(text.get_line(row)):
            return []
        self._remember(self._recorded())
        if char == "\n":
            return [Change(at, (row, column + times), "\n", (row + 1, 0))]
        return [Change(at, (row, column + times), char * times, (row, column + times - 1))]

    def _escape(self, text: Text, at: Location) -> list[Effect]:
        was_visual = self.visual
        self.mode, self._pending = Mode.NORMAL, Pending()
        return [Go(clamped(text, at))] if was_visual else [Do("no_marks")]

    def _colon(self) -> list[Effect]:
        self.mode, self.line = Mode.COMMAND, ""
        return []
