"""The commands that are typed behind a colon."""

from __future__ import annotations

import re

from workbench.widgets.editor.vim.text import Do, Effect, Go, Location, Say, Text, first_word

_COMMAND = re.compile(r"\s*(?P<name>[a-z]+)(?P<force>!?)(?:\s+(?P<argument>.*))?")
_NAMES = {
    ("w", "write"): ("save",),
    ("q", "quit", "bd", "bdelete"): ("close",),
    ("wq", "x", "xit"): ("save", "close"),
    ("qa", "qall"): ("quit",),
    ("wqa", "xa"): ("save", "quit"),
    ("e", "edit"): ("open",),
    ("bn", "bnext"): ("next_buffer",),
    ("bp", "bprevious"): ("previous_buffer",),
    ("enew", "new"): ("new_buffer",),
    ("noh", "nohlsearch"): ("no_marks",),
    ("u", "undo"): ("undo",),
    ("red", "redo"): ("redo",),
}


def command(line: str, text: Text, at: Location) -> list[Effect]:
    """What a command asks for; a sentence when nobody knows it."""
    line = line.strip()
    if not line:
        return []
    if (row := _row(line, text, at)) is not None:
        row = max(0, min(row, text.line_count - 1))
        return [Go((row, first_word(text.get_line(row))))]
    match = _COMMAND.fullmatch(line)
    names = next((does for words, does in _NAMES.items() if match and match["name"] in words), None)
    if match is None or names is None:
        return [Say(f"There is no command :{line} here. To replace, use Replace (alt+h).")]
    argument = (match["argument"] or "").strip()
    if names[0] == "save" and argument:
        return [Say("To save under another name, use Save as (alt+s).")]
    if names[0] == "open" and not argument:
        return [Do("ask_open")]
    return [Do(f"{name}!" if match["force"] and name == "close" else name, argument) for name in names]


def _row(line: str, text: Text, at: Location) -> int | None:
    if line == "$":
        return text.line_count - 1
    if line.isdigit():
        return int(line[:9]) - 1
    if line[0] in "+-" and (line[1:].isdigit() or len(line) == 1):
        steps = int(line[1:9] or 1)
        return at[0] + (steps if line[0] == "+" else -steps)
    return None
