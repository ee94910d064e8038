"""Ready-made keymaps: `keymap = "emacs"`. What `[keys]` says goes before them; keys that never move stay."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.config.keys import KeyedCommand

EMACS = {
    "editor.line-end": "ctrl+e",
    "editor.word-left": "alt+b",
    "editor.word-right": "alt+f",
    "editor.start": "alt+less_than_sign",
    "editor.end": "alt+greater_than_sign",
    "editor.delete": "ctrl+d",
    "editor.delete-line": "ctrl+k",
    "editor.cut": "ctrl+w",
    "editor.copy": "alt+w",
    "editor.paste": "ctrl+y",
    "editor.redo": "alt+slash",
    "editor.comment": "alt+semicolon",
    # what had those keys
    "editor.duplicate": "alt+equals_sign",
    "buffer.close": "alt+0",
    "buffer.reopen": "alt+9",
}
VSCODE = {
    "editor.next-occurrence": "ctrl+d",
    "editor.duplicate": "alt+shift+down",
    "editor.matching-bracket": "ctrl+shift+backslash",
    "editor.find-word": "alt+w",
    "editor.next-error": "alt+f8",
    "run.all": "ctrl+f5",
    # what had those keys
    "buffer.reopen": "alt+e",
    "view.border-left": "alt+ctrl+left",
    "view.border-right": "alt+ctrl+right",
    "view.border-up": "alt+ctrl+up",
    "view.border-down": "alt+ctrl+down",
}
KEYMAPS: Mapping[str, Mapping[str, str]] = {"default": {}, "emacs": EMACS, "vscode": VSCODE}


def with_keymap(commands: Sequence[KeyedCommand], keymap: str) -> Sequence[KeyedCommand]:
    """The commands with the keys of a keymap, against which the user's own are checked."""
    keys = KEYMAPS[keymap]
    changed: list[Any] = [*commands]  # dataclasses, which their protocol does not say
    for number, command in enumerate(commands):
        if command.id in keys:
            changed[number] = dataclasses.replace(changed[number], key=keys[command.id])
    return changed
