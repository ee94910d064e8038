"""The commands of the files pane."""

from __future__ import annotations

from workbench.commands.command import Command, Needs, Place

_PLACE = Place.FILES
_GROUP = "Files"


def _on(
    needs: Needs, id: str, label: str, key: str, help: str, action: str, *aliases: str, footer: str = ""
) -> Command:
    """A command on the chosen files: the selected ones, else the one under the cursor."""
    return Command(
        f"files.{id}", label, key, help, _PLACE, action, _GROUP, aliases, footer=footer, needs=needs
    )


def _pane(id: str, label: str, key: str, help: str, action: str, *, footer: str = "") -> Command:
    """A command on the pane."""
    return Command(f"files.{id}", label, key, help, _PLACE, action, _GROUP, footer=footer)


def _moves(id: str, label: str, key: str, help: str, action: str, *aliases: str) -> Command:
    """A movement, or a selection by movement: in the help, not in palette and menu."""
    return Command(f"files.{id}", label, key, help, _PLACE, action, _GROUP, aliases, palette=False)


CHOSEN: tuple[Command, ...] = (
    _on(
        Needs.ONE,
        "open",
        "Open file or folder",
        "enter",
        "Preview a file; open or close a folder.",
        "open",
        footer="Open",
    ),
    _on(
        Needs.FILE,
        "edit",
        "Edit in $EDITOR",
        "e",
        "Open a copy in your editor; what you change there is put back into the session.",
        "edit_outside",
        footer="Edit",
    ),
    _on(Needs.FILE, "page", "Read in $PAGER", "p", "Open a copy in your pager.", "page_outside"),
    _on(
        Needs.FILE,
        "view",
        "Open in the system's viewer",
        "o",
        "Open a copy with the program that this machine has for it.",
        "view_outside",
    ),
    _on(
        Needs.SOME,
        "insert-path",
        "Insert path",
        "i",
        "Write the path into the editor; of several files a list.",
        "insert_path",
        footer="Insert path",
    ),
    _on(
        Needs.ONE,
        "rename",
        "Rename or move",
        "R",
        "Give a file or folder another path; nothing is replaced.",
        "rename",
    ),
    _on(
        Needs.SOME,
        "download",
        "Download files",
        "d",
        "Fetch the selected files and folders, or the one under the cursor, to this machine.",
        "download",
        footer="Download",
    ),
    _on(
        Needs.SOME,
        "delete",
        "Delete files",
        "x",
        "Delete the selected files and folders, or the one under the cursor; asks first.",
        "delete",
        "delete",
        footer="Delete",
    ),
)
"""What is done with the chosen files; first in the context menu."""

PANE: tuple[Command, ...] = (
    _pane("new-file", "New file", "n", "Make an empty file in the folder with the cursor.", "new_file"),
    _pane("new-folder", "New folder", "f", "Make a folder in the folder with the cursor.", "new_folder"),
    _pane(
        "upload",
        "Upload files",
        "u",
        "Send files of this machine to the folder under the cursor; dropping files here does it too.",
        "upload",
        footer="Upload",
    ),
    _pane(
        "transfers",
        "Transfers",
        "t",
        "The files on their way and those that were: cancel, try again, clear.",
        "transfers",
        footer="Transfers",
    ),
    _pane(
        "filter",
        "Filter files",
        "slash",
        "Show what has these letters in its name; Escape shows everything.",
        "filter",
        footer="Filter",
    ),
    _pane(
        "sort",
        "Sort files",
        "s",
        "Sort by name, by size (largest first), by time (newest first), in turn.",
        "sort",
        footer="Sort",
    ),
    _pane("refresh", "Refresh files", "r", "Read the open folders again.", "refresh_files", footer="Refresh"),
    _pane(
        "exchanges",
        "Show exchanges of files",
        "w",
        "What went over the wire for the files of this session; copy it as curl.",
        "exchanges",
        footer="Wire",
    ),
)
"""What is done with the pane."""

SELECTING: tuple[Command, ...] = (
    _pane(
        "select",
        "Select or let go",
        "space",
        "Select what is under the cursor, or let it go; go on below.",
        "select",
    ),
    Command(
        "files.select-all",
        "Select all files",
        "ctrl+a",
        "Select all that is shown, with the filter what matches.",
        _PLACE,
        "select_all",
        _GROUP,
        fixed=True,
    ),
    Command(
        "files.clear",
        "Select nothing, show all",
        "escape",
        "Let the selection go; without one close the filter.",
        _PLACE,
        "clear",
        _GROUP,
        footer="Clear",
    ),
    _moves("extend-up", "Select up", "shift+up", "Select one more row up.", "extend('up')"),
    _moves("extend-down", "Select down", "shift+down", "Select one more row down.", "extend('down')"),
    _moves("extend-page-up", "Select page up", "shift+pageup", "Select a page up.", "extend('page_up')"),
    _moves(
        "extend-page-down", "Select page down", "shift+pagedown", "Select a page down.", "extend('page_down')"
    ),
    _moves("extend-first", "Select to first", "shift+home", "Select up to the first row.", "extend('first')"),
    _moves("extend-last", "Select to last", "shift+end", "Select down to the last row.", "extend('last')"),
)
"""Which files are chosen."""

MOVING: tuple[Command, ...] = (
    _moves(
        "menu",
        "Menu",
        "m",
        "What can be done with the chosen files, as by a right click.",
        "menu",
        "shift+f10",
    ),
    _moves("expand", "Open folder", "right", "Open a folder, or move into an open one.", "expand"),
    _moves("collapse", "Close folder", "left", "Close a folder, or move to the one around.", "collapse"),
    _moves("up", "Up", "up", "Move one row up.", "move('up')", "k"),
    _moves("down", "Down", "down", "Move one row down.", "move('down')", "j"),
    _moves("page-up", "Page up", "pageup", "Move one page up.", "move('page_up')"),
    _moves("page-down", "Page down", "pagedown", "Move one page down.", "move('page_down')"),
    _moves("first", "First", "home", "Move to the first row.", "move('first')"),
    _moves("last", "Last", "end", "Move to the last row.", "move('last')"),
)
"""Where the cursor is."""

COMMANDS: tuple[Command, ...] = (*CHOSEN, *PANE, *SELECTING, *MOVING)
