"""The commands of the editor pane."""

from __future__ import annotations

from workbench.commands.command import Command
from workbench.commands.editor.pane import PANE_COMMANDS
from workbench.commands.editor.text import TEXT_COMMANDS

COMMANDS: tuple[Command, ...] = (*TEXT_COMMANDS, *PANE_COMMANDS)
"""All commands of the editor pane. `EditorPane.perform` runs any of them."""
