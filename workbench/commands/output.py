"""The commands of the output pane."""

from __future__ import annotations

from workbench.commands.command import Command, Place

_PLACE = Place.OUTPUT
_GROUP = "Output"


def _own(id: str, label: str, key: str, help: str, action: str, *aliases: str, footer: str = "") -> Command:
    return Command(f"output.{id}", label, key, help, _PLACE, action, _GROUP, aliases=aliases, footer=footer)


def _moves(id: str, label: str, key: str, help: str, action: str, *aliases: str) -> Command:
    return Command(f"output.{id}", label, key, help, _PLACE, action, _GROUP, aliases=aliases, palette=False)


COMMANDS: tuple[Command, ...] = (
    _own(
        "open",
        "Open what the line leads to",
        "enter",
        "Goes to the line of a traceback's frame, opens a table, picture or changed file, folds or unfolds.",
        "open",
        footer="Open",
    ),
    _own(
        "copy",
        "Copy selection",
        "c",
        "Copies the selected output; with nothing selected, the line with the cursor.",
        "copy",
        footer="Copy",
    ),
    _own(
        "copy-output",
        "Copy output of execution",
        "y",
        "Copies all that the execution under the cursor printed, with its value and error.",
        "copy_output",
        footer="Copy all",
    ),
    _own(
        "copy-value",
        "Copy value",
        "v",
        "Copies the value of the execution under the cursor: a table as CSV, a tree as JSON.",
        "copy_value",
    ),
    _own(
        "save-value",
        "Save value",
        "s",
        "Saves the value or picture under the cursor in a file of this machine.",
        "save_value",
    ),
    _own(
        "view-value",
        "Open value in the system's viewer",
        "o",
        "Opens a copy of the value or picture under the cursor with this machine's program for it.",
        "view_value",
    ),
    _own(
        "page",
        "Read output in $PAGER",
        "p",
        "Opens all output of the execution under the cursor in your pager, also what the pane cuts.",
        "page",
    ),
    _own(
        "next",
        "Next execution",
        "right_square_bracket",
        "Goes to the next execution's header, from the last one to the end.",
        "next_block",
        footer="Next",
    ),
    _own(
        "previous",
        "Previous execution",
        "left_square_bracket",
        "Goes to the header of this execution, then to those before.",
        "previous_block",
        footer="Previous",
    ),
    _own(
        "fold",
        "Fold or unfold execution",
        "space",
        "Hides the output of the execution under the cursor, or shows it; so does a click on its header.",
        "toggle_fold",
        footer="Fold",
    ),
    _own(
        "fold-all",
        "Collapse all executions",
        "minus",
        "Shows the headers only.",
        "fold_all(True)",
    ),
    _own(
        "unfold-all",
        "Expand all executions",
        "plus",
        "Shows the output of every execution again.",
        "fold_all(False)",
        "equals_sign",
    ),
    _own(
        "find",
        "Find in output",
        "slash",
        "Finds words or a pattern in all lines of the output and goes from one to the next.",
        "find",
        "ctrl+f",
        footer="Find",
    ),
    _own("find-next", "Find next in output", "n", "Goes to the next line that matches.", "find_step(1)"),
    _own(
        "find-previous",
        "Find previous in output",
        "N",
        "Goes to the line before that matches.",
        "find_step(-1)",
    ),
    _own(
        "find-case",
        "Match case in output",
        "alt+a",
        "Tells capital letters from small ones.",
        "find_switch('case')",
    ),
    _own(
        "find-regex",
        "Find a regular expression in output",
        "alt+r",
        "Reads what is to be found as a regular expression.",
        "find_switch('regex')",
    ),
    _own(
        "exchanges",
        "Show exchanges of execution",
        "w",
        "What went over the wire for the execution under the cursor; copy it as curl.",
        "exchanges",
        footer="Wire",
    ),
    _own(
        "clear",
        "Clear output",
        "ctrl+l",
        "Empties the output pane; history keeps everything.",
        "clear_output",
    ),
    Command(
        "output.select-all",
        "Select all output",
        "ctrl+a",
        "Selects all lines of the output.",
        _PLACE,
        "select_all",
        _GROUP,
        fixed=True,
    ),
    _moves(
        "copy-selection",
        "Copy selection",
        "ctrl+c",
        "Copies the selected output.",
        "copy_selection",
        "super+c",
    ),
    _moves("select-none", "Select nothing", "escape", "Ends the selection.", "clear_selection"),
    _moves("up", "Up", "up", "Moves the cursor one line up; the view stops following.", "move('up')", "k"),
    _moves("down", "Down", "down", "Moves the cursor one line down.", "move('down')", "j"),
    _moves("page-up", "Page up", "pageup", "Moves one page up.", "move('page_up')"),
    _moves("page-down", "Page down", "pagedown", "Moves one page down.", "move('page_down')"),
    _moves("first", "Start", "home", "Goes to the first line.", "move('first')"),
    _moves("last", "End", "end", "Goes to the last line and follows new output.", "move('last')"),
    _moves("left", "Scroll left", "left", "Scrolls long lines to the left.", "scroll(-8)"),
    _moves("right", "Scroll right", "right", "Scrolls long lines to the right.", "scroll(8)"),
    _moves("extend-up", "Select up", "shift+up", "Selects one more line up.", "extend('up')"),
    _moves("extend-down", "Select down", "shift+down", "Selects one more line down.", "extend('down')"),
    _moves("extend-page-up", "Select page up", "shift+pageup", "Selects a page up.", "extend('page_up')"),
    _moves(
        "extend-page-down",
        "Select page down",
        "shift+pagedown",
        "Selects a page down.",
        "extend('page_down')",
    ),
    _moves(
        "extend-first", "Select to start", "shift+home", "Selects up to the first line.", "extend('first')"
    ),
    _moves("extend-last", "Select to end", "shift+end", "Selects down to the last line.", "extend('last')"),
)
