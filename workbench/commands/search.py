"""The commands of the history search, a screen of its own: letters in its list, with Alt everywhere."""

from __future__ import annotations

from workbench.commands.command import Command, Place


def _command(id: str, label: str, letter: str, help: str, action: str, footer: str = "") -> Command:
    """A command with Alt, which works in the query line too, and with the letter alone in the list."""
    key = f"alt+{letter}" if letter.islower() else f"alt+shift+{letter.lower()}"  # so terminals tell it
    return Command(f"search.{id}", label, key, help, Place.SEARCH, action, "Search", (letter,), footer=footer)


COMMANDS: tuple[Command, ...] = (
    Command(
        "search.edit",
        "Put code in editor",
        "enter",
        "Puts the code back in the editor.",
        Place.SEARCH,
        "take('edit')",
        "Search",
        footer="Edit",
    ),
    _command("run", "Run again", "r", "Runs the same code in this session.", "take('run')", "Run again"),
    Command(
        "search.open",
        "Open execution",
        "alt+v",  # alt+o is the jump everywhere
        "Shows code and stored output whole.",
        Place.SEARCH,
        "open",
        "Search",
        ("o",),
        footer="Open",
    ),
    _command("around", "Around", "n", "What ran before and after it in its session.", "neighbours", "Around"),
    _command("outcome", "Outcome", "s", "Only succeeded, failed, stopped, lost; all.", "outcome", "Outcome"),
    _command("pin", "Pin", "p", "Pins it, or does no longer. Pinned ones are kept.", "pin", "Pin"),
    _command("label", "Label", "l", "Gives it a label, which searches find.", "label", "Label"),
    _command("delete", "Delete", "d", "Deletes it; undo brings it back.", "delete", "Delete"),
    _command("delete-session", "Delete session", "D", "Deletes all of its session.", "delete_session"),
    _command("undo", "Undo", "u", "Brings back what was deleted last.", "undo", "Undo"),
    _command("copy", "Copy code", "c", "Copies the code.", "copy(False)", "Copy"),
    _command("copy-output", "Copy output", "y", "Copies the output.", "copy(True)"),
    _command("exchanges", "Show exchanges", "w", "What went over the wire.", "take('exchanges')"),
    _command(
        "replay", "Replay elsewhere", "x", "Replays it at a target, and compares.", "take('replay')", "Replay"
    ),
    _command(
        "export",
        "Export execution",
        "e",
        "Writes it to a notebook, a script or a bundle.",
        "take('export')",
        "Export",
    ),
    _command(
        "import", "Import session", "i", "Makes a session of a notebook, a script or a bundle.", "bring"
    ),
    _command(
        "export-session",
        "Export session",
        "E",
        "Writes its session, or a part of it.",
        "take('export_session')",
    ),
    Command(
        "search.fields",
        "What can be typed",
        "question_mark",
        "Lists the fields of the query, and what they find; F1 does so everywhere.",
        Place.SEARCH,
        "fields",
        "Search",
    ),
)
"""F1 and F5 stay what they are everywhere, and the arrows move; the screen has them itself."""
