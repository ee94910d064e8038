"""The commands of the variables pane."""

from __future__ import annotations

from workbench.commands.command import Command, Place


def _command(id: str, label: str, key: str, help: str, action: str, footer: str) -> Command:
    return Command(f"variables.{id}", label, key, help, Place.VARIABLES, action, "Variables", footer=footer)


COMMANDS: tuple[Command, ...] = (
    _command(
        "inspect",
        "Inspect variable",
        "i",
        "Shows type, value and documentation of the variable under the cursor; so does Enter.",
        "inspect",
        "Inspect",
    ),
    _command("filter", "Filter variables", "slash", "Lists what has these letters.", "filter", "Filter"),
    _command("show-all", "Show all variables", "escape", "Ends the filter.", "close_filter", ""),
)
