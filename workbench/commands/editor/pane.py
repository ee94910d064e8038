"""What works on buffers, and on the text as a whole: find, replace."""

from __future__ import annotations

from workbench.commands.command import Command, Place

_BUFFER, _FIND = "Editor: buffers", "Editor: finding and going"


def _buffer(name: str, label: str, key: str, action: str, text: str, *aliases: str) -> Command:
    return Command(f"editor.{name}", label, key, text, Place.EDITOR, action, _BUFFER, aliases)


def _find(name: str, label: str, key: str, action: str, text: str) -> Command:
    return Command(f"editor.{name}", label, key, text, Place.EDITOR, action, _FIND)


PLACE_COMMANDS: tuple[Command, ...] = (
    _find("go-to-line", "Go to line", "ctrl+g", "go_to_line", "Go to a line, or to line:column."),
    _find(
        "next-error",
        "Go to the next error",
        "alt+z",
        "next_error",
        "Go to the next line that is marked: the last run failed there.",
    ),
)

BUFFER_COMMANDS: tuple[Command, ...] = (
    _buffer(
        "previous-buffer",
        "Previous buffer",
        "ctrl+pageup",
        "previous_buffer",
        "Show the buffer to the left.",
        "alt+comma",
    ),
    _buffer(
        "next-buffer",
        "Next buffer",
        "ctrl+pagedown",
        "next_buffer",
        "Show the buffer to the right.",
        "alt+full_stop",
    ),
)

FIND_COMMANDS: tuple[Command, ...] = (
    _find("find", "Find", "ctrl+f", "find", "Find words or a pattern in the buffer."),
    _find("replace", "Replace", "alt+h", "replace", "Find words or a pattern and put others in their place."),
    _find("find-next", "Find next", "alt+n", "find_step(1)", "Go to the next match."),
    _find("find-previous", "Find previous", "alt+p", "find_step(-1)", "Go to the match before."),
    _find("find-case", "Match case", "alt+a", "find_option('case')", "Tell capital letters from small ones."),
    _find("find-word", "Find whole words", "alt+e", "find_option('word')", "Find whole words only."),
    _find(
        "find-regex",
        "Find a regular expression",
        "alt+r",
        "find_option('regex')",
        "Read what is to be found as a regular expression; groups are \\1 in the replacement.",
    ),
    _find("replace-all", "Replace all", "alt+g", "replace_all", "Replace every match, as one step of undo."),
)
"""Bound on the pane, so that they work in the bar too."""

PANE_COMMANDS: tuple[Command, ...] = (*PLACE_COMMANDS, *FIND_COMMANDS, *BUFFER_COMMANDS)
