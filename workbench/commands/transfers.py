"""The commands of the list of transfers, a screen of its own."""

from __future__ import annotations

from workbench.commands.command import Command, Place


def _command(
    id: str, label: str, key: str, help: str, action: str, *aliases: str, footer: str = ""
) -> Command:
    return Command(
        f"transfers.{id}", label, key, help, Place.TRANSFERS, action, "Transfers", aliases, footer=footer
    )


COMMANDS: tuple[Command, ...] = (
    _command(
        "open", "Open transfer", "o", "Shows an uploaded file, or where a download is.", "open", footer="Open"
    ),
    _command(
        "view",
        "Open file in the system's viewer",
        "v",
        "Opens a file of this machine, downloaded or sent, the way a click on it would.",
        "view",
        footer="Viewer",
    ),
    _command(
        "folder",
        "Open the file's folder",
        "f",
        "Opens the folder of this machine where the file is.",
        "folder",
        footer="Folder",
    ),
    _command(
        "cancel",
        "Cancel transfer",
        "x",
        "Cancels this transfer; nothing of it stays.",
        "cancel",
        "delete",
        footer="Cancel",
    ),
    _command(
        "retry",
        "Try transfer again",
        "r",
        "Tries a failed or cancelled transfer again.",
        "retry",
        footer="Try again",
    ),
    _command(
        "clear",
        "Clear finished transfers",
        "c",
        "Takes those that are over off the list.",
        "clear",
        footer="Clear finished",
    ),
    _command(
        "copy",
        "Copy path",
        "y",
        "Copies where the file is on this machine.",
        "copy",
        footer="Copy path",
    ),
)
