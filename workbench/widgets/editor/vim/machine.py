"""The machine: takes keys one by one, knows the mode and what is pending, and says what is to be done.

It touches nothing: each key gives a list of effects, worked out on the text as it is before them. Whoever
applies them in normal mode keeps the cursor on a character (`clamped`).
"""

from __future__ import annotations

from workbench.widgets.editor.vim import ex
from workbench.widgets.editor.vim.motions import MOTIONS
from workbench.widgets.editor.vim.objects import Span, text_object
from workbench.widgets.editor.vim.operators import OPERATORS, joined, put
from workbench.widgets.editor.vim.state import DIGITS, Mode, Pending
from workbench.widgets.editor.vim.text import Change, Do, Effect, Go, Location, Text, between, clamped
from workbench.widgets.editor.vim.visual import Visual

_WAITING = ("g", "z", "Z")
_NEEDS_CHARACTER = ("f", "F", "t", "T", "r")
_SHORT = {"D": "d$", "C": "c$", "Y": "yy", "x": "dl", "X": "dh", "s": "cl", "S": "cc", "delete": "dl"}


class Vim(Visual):
    """Takes keys, gives effects."""

    def select(self, anchor: Location, cursor: Location) -> None:
        """Go on from a selection that was made otherwise, with the mouse say."""
        self.mode, self._anchor, self._cursor = Mode.VISUAL, anchor, cursor
        self._pending = Pending()

    def press(self, key: str, text: Text, cursor: Location) -> list[Effect]:
        """What a key does. `key` is a character, or a name such as `escape` or `ctrl+r`."""
        if self.mode is Mode.INSERT:
            return self._leave_insert(text, cursor) if key == "escape" else []
        if self.mode is Mode.COMMAND:
            return self._command_key(key, text, cursor)
        at = self._cursor if self.visual else clamped(text, cursor)
        at = min(at[0], text.line_count - 1), at[1]
        if key == "escape":
            return self._escape(text, at)
        pending = self._pending
        pending.keys.append(key)
        effects = self._key(key, text, at)
        if effects is None:
            return []
        self._pending = Pending()
        return effects

    # -- reading a command: None while it goes on

    def _key(self, key: str, text: Text, at: Location) -> list[Effect] | None:
        pending = self._pending
        if pending.waiting:
            return self._waited(pending.waiting, key, text, at)
        if key.isdigit() and len(key) == 1 and (key != "0" or pending.count):
            pending.count = (pending.count + key)[:DIGITS]
            return None
        if key == '"' or key in _WAITING or key in _NEEDS_CHARACTER:
            pending.waiting = key
            return None
        if key in ("i", "a") and (pending.operator or self.visual):
            pending.waiting = key
            return None
        if key in ("d", "c", "y", ">", "<"):
            return self._operator(key, text, at)
        if key in ("j", "k", "down", "up", "ctrl+n", "ctrl+p"):
            return self._vertical(key, text, at)
        if key in MOTIONS and not (key == "backspace" and self.visual):
            return self._motion(key, text, at)
        if key in (";", ","):
            return self._find_again(key, text, at)
        if pending.operator:
            return []
        if self.visual:
            return self._visual_key(key, text, at)
        if key in _SHORT:
            return self._short(key, text, at)
        return self._simple(key, text, at)

    def _waited(self, waiting: str, key: str, text: Text, at: Location) -> list[Effect] | None:
        pending = self._pending
        pending.waiting = ""
        if waiting == '"':
            pending.register = key if len(key) == 1 else ""
            return None
        if waiting in ("i", "a"):
            return self._object(waiting, key, text, at)
        if waiting == "r":
            return self._replace_characters(key, text, at)
        if waiting in ("f", "F", "t", "T"):
            self._found = (waiting, key)
            return self._find(waiting, key, text, at)
        both = waiting + key
        if both in OPERATORS:
            return self._operator(both, text, at)
        if both in MOTIONS:
            return self._motion(both, text, at)
        done = {"zz": "centre", "zt": "top", "zb": "bottom", "ZZ": "save,close", "ZQ": "close!"}
        if both in done:
            return [Do(what) for what in done[both].split(",")]
        if both == "gv":
            return [Do("reselect")]
        return []

    # -- operators

    def _operator(self, operator: str, text: Text, at: Location) -> list[Effect] | None:
        pending = self._pending
        if self.visual:
            return self._operate(operator, text, self._selected(text), at)
        if not pending.operator:
            pending.operator, pending.operator_count, pending.count = operator, pending.count, ""
            return None
        if operator != pending.operator and pending.operator not in (operator, f"g{operator}"):
            return []
        last = min(at[0] + max(1, pending.lines) - 1, text.line_count - 1)
        return self._operate(pending.operator, text, Span((at[0], 0), (last, 0), lines=True), at)

    # -- visual mode

    # -- commands of one key

    def _short(self, key: str, text: Text, at: Location) -> list[Effect]:
        """A key that stands for an operator and a motion."""
        if not text.get_line(at[0]) and key in ("x", "X", "delete", "D"):
            return []
        pending = self._pending
        operator, motion = _SHORT[key][0], _SHORT[key][1]
        pending.operator, pending.operator_count, pending.count = operator, pending.count, ""
        if operator == motion:
            return self._operator(operator, text, at) or []
        if key == "s" and not text.get_line(at[0]):
            return self._insert(text, at, self._recorded(), [])
        return self._motion(motion, text, at)

    def _simple(self, key: str, text: Text, at: Location) -> list[Effect]:
        pending, (row, column) = self._pending, at
        line = text.get_line(row)
        if key in ("i", "a", "I", "A"):
            places = {
                "i": column,
                "a": min(column + 1, len(line)),
                "I": len(line) - len(line.lstrip()),
                "A": len(line),
            }
            place = row, places[key]
            return [Go(place), *self._insert(text, place, self._recorded(), [], max(1, pending.times))]
        if key in ("o", "O"):
            return self._open_line(key, text, at)
        if key in ("p", "P"):
            register = self._registers.get(pending.register.lower())
            self._remember(self._recorded())
            return [put(text, at, register, max(1, pending.times), before=key == "P")] if register else []
        if key == "J":
            self._remember(self._recorded())
            change = joined(text, row, pending.times)
            return [change] if change else []
        if key == "~":
            end = min(len(line), column + max(1, pending.times))
            self._remember(self._recorded())
            cursor = row, max(0, min(end, len(line) - 1))
            return [Change(at, (row, end), line[column:end].swapcase(), cursor)] if line else []
        if key in ("v", "V"):
            self.mode = Mode.VISUAL if key == "v" else Mode.LINES
            self._anchor = self._cursor = at
            return self._go(text, at)
        if key == ".":
            return self._again(text, at)
        if key == ":":
            return self._colon()
        return self._passed_on(key, text, at)

    def _passed_on(self, key: str, text: Text, at: Location) -> list[Effect]:
        """Keys for what the editor does itself."""
        times = max(1, self._pending.times)
        names = {
            "u": "undo",
            "ctrl+r": "redo",
            "/": "search",
            "?": "search",
            "n": "find_next",
            "N": "find_previous",
        }
        if key in names:
            return [Do(names[key], count=times)]
        if key in ("*", "#"):
            span = text_object(text, at, False, "w")
            word = between(text, span.start, span.end) if span else ""
            if word.strip():
                return [Do("find_word" if key == "*" else "find_word_before", word)]
        if key in ("ctrl+d", "ctrl+u"):
            return [Do("half_down" if key == "ctrl+d" else "half_up")]
        return []

    # -- again

    def _again(self, text: Text, at: Location) -> list[Effect]:
        if self._last is None:
            return []
        keys, inserted = self._last
        if times := self._pending.times:
            while keys and keys[0].isdigit():
                keys = keys[1:]
            keys = [*str(times), *keys]
        self._replaying, self._pending = inserted, Pending()
        effects: list[Effect] = []
        try:
            for key in keys:
                self._pending.keys.append(key)
                if (done := self._key(key, text, at)) is not None:
                    effects = done
        finally:
            self._replaying = None
            if self.mode is not Mode.NORMAL:
                self.mode = Mode.NORMAL
        return effects

    # -- the line behind the colon

    def _command_key(self, key: str, text: Text, cursor: Location) -> list[Effect]:
        if key == "enter":
            self.mode, line, self.line = Mode.NORMAL, self.line, ""
            return ex.command(line, text, cursor)
        if key == "escape" or (key == "backspace" and not self.line):
            self.mode, self.line = Mode.NORMAL, ""
            return [Go(clamped(text, cursor))]
        if key == "backspace":
            self.line = self.line[:-1]
        elif len(key) == 1 and key.isprintable():
            self.line += key
        return []
