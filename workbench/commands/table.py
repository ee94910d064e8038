"""All commands, in the order in which help and palette list them."""

from __future__ import annotations

from workbench.commands import app, editor, files, history, output, preview, search, transfers, variables
from workbench.commands.command import Command

COMMANDS: tuple[Command, ...] = (
    *app.COMMANDS,
    *editor.COMMANDS,
    *output.COMMANDS,
    *history.COMMANDS,
    *files.COMMANDS,
    *variables.COMMANDS,
    *preview.COMMANDS,
    *search.COMMANDS,
    *transfers.COMMANDS,
)
