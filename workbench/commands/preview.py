"""The commands of the preview, a screen of its own."""

from __future__ import annotations

from workbench.commands.command import Command, Place


def _command(
    id: str, label: str, key: str, help: str, action: str, *aliases: str, footer: str = ""
) -> Command:
    return Command(
        f"preview.{id}", label, key, help, Place.PREVIEW, action, "Preview", aliases, footer=footer
    )


COMMANDS: tuple[Command, ...] = (
    _command(
        "next-view",
        "Show another way",
        "t",
        "Shows the file as text, table, tree, picture or bytes, in turn.",
        "next_view",
        footer="View as",
    ),
    _command(
        "find", "Find in file", "slash", "Finds words, in the whole file.", "ask('find')", footer="Find"
    ),
    _command("find-next", "Next match", "n", "Goes to the next match.", "find(False)"),
    _command("find-previous", "Match before", "N", "Goes to the match before.", "find(True)", "shift+n"),
    _command(
        "go", "Go to place", "g", "Goes to a line, a percentage or an offset.", "ask('go')", footer="Go to"
    ),
    _command(
        "edit",
        "Edit in $EDITOR",
        "e",
        "Opens a copy in your editor, and takes it back.",
        "outside('edit')",
        footer="Edit",
    ),
    _command(
        "copy",
        "Copy what is shown",
        "c",
        "Copies what is shown: text, cell or value.",
        "copy_text",
        footer="Copy",
    ),
    _command("delete", "Delete file", "d", "Deletes the file; asks first.", "delete", footer="Delete"),
    _command(
        "insert-path",
        "Insert path",
        "i",
        "Writes the path into the editor.",
        "insert_path",
        footer="Insert path",
    ),
    _command(
        "view",
        "Open in the system's viewer",
        "o",
        "Opens a copy the way a click on it would.",
        "outside('view')",
        footer="Viewer",
    ),
    _command("page", "Read in $PAGER", "p", "Opens a copy in your pager.", "outside('page')", footer="Pager"),
    _command("wrap", "Wrap lines", "w", "Has long lines go on in the next row.", "wrap", footer="Wrap"),
    _command(
        "follow", "Follow file", "f", "Stays at the end while the file grows.", "follow", footer="Follow"
    ),
    _command("reload", "Read file again", "r", "Reads the file again.", "reload", footer="Read again"),
)
