"""A buffer for tests of the machine of vi's keys: it does what the machine asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from workbench.widgets.editor.vim.machine import Vim
from workbench.widgets.editor.vim.state import Mode
from workbench.widgets.editor.vim.text import Change, Do, Effect, Go, Location, Say, Yanked, clamped, end_of

_KEYS = re.compile(r"<([a-z+]+)>|(.)", re.S)
_NAMES = {"esc": "escape", "cr": "enter", "bs": "backspace", "c+r": "ctrl+r", "c+d": "ctrl+d"}


def keys_of(written: str) -> list[str]:
    """`d2w<esc>` as key names."""
    return [_NAMES.get(name, name) if name else char for name, char in _KEYS.findall(written)]


@dataclass
class Host:
    """Text, cursor and machine. `asked` has what the machine wants of others."""

    text: str
    cursor: Location = (0, 0)
    vim: Vim = field(default_factory=Vim)
    asked: list[str] = field(default_factory=list)
    anchor: Location | None = None
    done: list[tuple[str, Location]] = field(default_factory=list)

    @property
    def line_count(self) -> int:
        return self.text.count("\n") + 1

    def get_line(self, index: int) -> str:
        return self.text.split("\n")[index]

    def offset(self, location: Location) -> int:
        rows = self.text.split("\n")
        assert 0 <= location[0] < len(rows), location
        assert 0 <= location[1] <= len(rows[location[0]]), location
        return sum(map(len, rows[: location[0]])) + location[0] + location[1]

    def type(self, written: str) -> Host:
        for key in keys_of(written):
            self.press(key)
        return self

    def press(self, key: str) -> None:
        before = self.text, self.cursor
        inserting = self.vim.mode is Mode.INSERT
        if inserting and key != "escape":
            self.insert("\n" if key == "enter" else key)
            return
        for effect in self.vim.press(key, self, self.cursor):
            self.apply(effect)
        if self.vim.mode is not Mode.INSERT:
            self.cursor = clamped(self, self.cursor)
        changed = self.text != before[0] and "undo" not in self.asked[-1:]
        if not inserting and (changed or self.vim.mode is Mode.INSERT):
            self.done.append(before)

    def insert(self, char: str) -> None:
        if char == "backspace":
            start = self.offset(self.cursor) - 1
            self.text = self.text[:start] + self.text[start + 1 :]
            self.cursor = self.cursor[0], self.cursor[1] - 1
            return
        place = self.offset(self.cursor)
        self.text = self.text[:place] + char + self.text[place:]
        self.cursor = end_of(self.cursor, char)

    def apply(self, effect: Effect) -> None:
        match effect:
            case Go():
                self.cursor, self.anchor = effect.cursor, effect.anchor
            case Change():
                start, end = self.offset(effect.start), self.offset(effect.end)
                assert start <= end, effect
                self.text = self.text[:start] + effect.text + self.text[end:]
                self.cursor, self.anchor = effect.cursor, None
                self.offset(effect.cursor)
            case Do(what="undo"):
                self.asked.append("undo")
                if self.done:
                    self.text, self.cursor = self.done.pop()
            case Do():
                self.asked.append(" ".join(filter(None, (effect.what, effect.argument))))
            case Say():
                self.asked.append(effect.text)
            case Yanked():
                self.asked.append(f"yanked {effect.text!r}")

    @property
    def shown(self) -> str:
        """The text with the cursor as `|`."""
        place = self.offset(self.cursor)
        return f"{self.text[:place]}|{self.text[place:]}"


def host(marked: str) -> Host:
    """A host of a text with `|` where the cursor is."""
    before, _, after = marked.partition("|")
    return Host(before + after, (before.count("\n"), len(before) - before.rfind("\n") - 1))
