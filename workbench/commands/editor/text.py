"""What keys do inside the text of the editor: move, select, edit."""

from __future__ import annotations

from workbench.commands.command import Command, Place

_MOVE, _SELECT, _EDIT = "Editor: moving", "Editor: selecting", "Editor: editing"


def _move(name: str, label: str, key: str, action: str, *aliases: str) -> Command:
    """A cursor movement: in the help, not in the palette."""
    return Command(
        f"editor.{name}", label, key, f"{label}.", Place.EDITOR, action, _MOVE, aliases, palette=False
    )


def _select(name: str, label: str, key: str, action: str, *aliases: str) -> Command:
    """A cursor movement that selects."""
    return Command(
        f"editor.{name}", label, key, f"{label}.", Place.EDITOR, action, _SELECT, aliases, palette=False
    )


def _edit(
    name: str, label: str, key: str, action: str, text: str, *aliases: str, palette: bool = True
) -> Command:
    return Command(f"editor.{name}", label, key, text, Place.EDITOR, action, _EDIT, aliases, palette=palette)


TEXT_COMMANDS: tuple[Command, ...] = (
    _move("up", "Move up", "up", "cursor_up"),
    _move("down", "Move down", "down", "cursor_down"),
    _move("left", "Move left", "left", "cursor_left"),
    _move("right", "Move right", "right", "cursor_right"),
    _move("word-left", "Move to the word before", "ctrl+left", "cursor_word_left", "alt+left"),
    _move("word-right", "Move past the next word", "ctrl+right", "cursor_word_right", "alt+right"),
    _move("line-start", "Move to the first character of the line", "home", "cursor_line_start"),
    _move("line-end", "Move to the end of the line", "end", "cursor_line_end"),
    _move("page-up", "Move a page up", "pageup", "cursor_page_up"),
    _move("page-down", "Move a page down", "pagedown", "cursor_page_down"),
    _move("start", "Move to the start of the buffer", "ctrl+home", "cursor_document_start"),
    _move("end", "Move to the end of the buffer", "ctrl+end", "cursor_document_end"),
    _edit("next-cell", "Next cell", "ctrl+down", "next_cell", "Move to the next # %% cell."),
    _edit("previous-cell", "Previous cell", "ctrl+up", "previous_cell", "Move to the # %% cell above."),
    _select("select-up", "Select upwards", "shift+up", "cursor_up(True)"),
    _select("select-down", "Select downwards", "shift+down", "cursor_down(True)"),
    _select("select-left", "Select to the left", "shift+left", "cursor_left(True)"),
    _select("select-right", "Select to the right", "shift+right", "cursor_right(True)"),
    _select("select-word-left", "Select the word before", "ctrl+shift+left", "cursor_word_left(True)"),
    _select("select-word-right", "Select the next word", "ctrl+shift+right", "cursor_word_right(True)"),
    _select("select-line-start", "Select to the start of the line", "shift+home", "cursor_line_start(True)"),
    _select("select-line-end", "Select to the end of the line", "shift+end", "cursor_line_end(True)"),
    _select("select-page-up", "Select a page upwards", "shift+pageup", "cursor_page_up(True)"),
    _select("select-page-down", "Select a page downwards", "shift+pagedown", "cursor_page_down(True)"),
    _select(
        "select-start", "Select to the start of the buffer", "ctrl+shift+home", "cursor_document_start(True)"
    ),
    _select("select-end", "Select to the end of the buffer", "ctrl+shift+end", "cursor_document_end(True)"),
    Command(
        "editor.select-all",
        "Select all",
        "ctrl+a",
        "Select the whole buffer.",
        Place.EDITOR,
        "select_all",
        _SELECT,
        fixed=True,
    ),
    _edit(
        "newline",
        "New line",
        "enter",
        "newline",
        "Begin a new line, indented to fit.",
        palette=False,
    ),
    _edit(
        "tab",
        "Complete or indent",
        "tab",
        "tab",
        "Complete the name before the cursor, else indent.",
        palette=False,
    ),
    _edit("dedent", "Dedent", "shift+tab", "dedent", "Move the selected lines left by one level."),
    _edit(
        "complete",
        "Complete",
        "ctrl+space",
        "complete",
        "List names that fit what is before the cursor.",
        "ctrl+@",
    ),
    _edit(
        "inspect",
        "Show documentation",
        "shift+f1",
        "inspect",
        "Tell what the name at the cursor is: type, signature, documentation, value.",
        "alt+d",
    ),
    _edit("dismiss", "Close the list", "escape", "dismiss", "Close the list of completions.", palette=False),
    _edit(
        "matching-bracket",
        "Go to the matching bracket",
        "alt+m",
        "matching_bracket",
        "Move from a bracket to its partner.",
    ),
    _edit(
        "next-occurrence",
        "Select the word, then its next occurrence",
        "alt+k",
        "next_occurrence",
        "Select the word at the cursor; again, select where it stands next.",
    ),
    _edit(
        "comment",
        "Toggle comment",
        "ctrl+slash",
        "toggle_comment",
        "Comment the selected lines out, or in again.",
        "ctrl+underscore",
    ),
    _edit(
        "duplicate",
        "Duplicate line",
        "ctrl+d",
        "duplicate_line",
        "Put a copy of the selected lines below them.",
    ),
    _edit("move-up", "Move line up", "alt+up", "move_line_up", "Move the selected lines up."),
    _edit("move-down", "Move line down", "alt+down", "move_line_down", "Move the selected lines down."),
    _edit("undo", "Undo", "ctrl+z", "undo", "Take the last change back.", "super+z"),
    _edit("redo", "Redo", "ctrl+y", "redo", "Make the change again.", "ctrl+shift+z", "super+y"),
    _edit("cut", "Cut", "ctrl+x", "cut", "Cut the selection, or the whole line.", "super+x"),
    _edit("copy", "Copy", "ctrl+c", "copy", "Copy the selection.", "super+c"),
    _edit(
        "paste",
        "Paste",
        "ctrl+v",
        "paste",
        "Paste from the clipboard of the system, else what was copied here.",
        "super+v",
    ),
    _edit(
        "backspace",
        "Delete to the left",
        "backspace",
        "delete_left",
        "Delete the character before the cursor.",
        palette=False,
    ),
    _edit(
        "delete",
        "Delete to the right",
        "delete",
        "delete_right",
        "Delete the character at the cursor.",
        palette=False,
    ),
    _edit(
        "delete-word-left",
        "Delete word before",
        "ctrl+backspace",
        "delete_word_left",
        "Delete to the start of the word.",
        "alt+backspace",
        palette=False,
    ),
    _edit(
        "delete-word-right",
        "Delete next word",
        "ctrl+delete",
        "delete_word_right",
        "Delete to the end of the word.",
        "alt+delete",
        palette=False,
    ),
    _edit(
        "delete-line-start",
        "Delete to line start",
        "ctrl+u",
        "delete_to_start_of_line",
        "Delete to the start of the line.",
        palette=False,
    ),
    _edit("delete-line", "Delete line", "ctrl+shift+k", "delete_line", "Delete the selected lines."),
)
"""What works inside the text; bound on the editor itself."""
