"""What Textual and Rich take: a theme to register, defaults of its variables, the colours of ANSI codes."""

from __future__ import annotations

from collections.abc import Iterable

from rich.terminal_theme import TerminalTheme
from textual.color import Color
from textual.theme import Theme

from workbench.theming.theme_file import ANSI_KEYS, ThemeFile

# Textual makes $boost transparent for themes that name their panel colour
_BOOST_OPACITY = "6%"


def to_theme(file: ThemeFile) -> Theme:
    """The theme to give to `App.register_theme`."""
    colors = file.colors
    return Theme(
        name=file.name,
        dark=file.dark,
        primary=colors["primary"],
        secondary=colors["secondary"],
        accent=colors["accent"],
        foreground=colors["foreground"],
        background=colors["background"],
        surface=colors["surface"],
        panel=colors["panel"],
        success=colors["success"],
        warning=colors["warning"],
        error=colors["error"],
        variables={"boost": f"{colors['foreground']} {_BOOST_OPACITY}", **file.variables},
    )


def variable_defaults(files: Iterable[ThemeFile]) -> dict[str, str]:
    """For `App.get_theme_variable_defaults`: a literal for each variable that only some themes have."""
    defaults: dict[str, str] = {}
    for file in files:
        for name, value in file.variables.items():
            defaults.setdefault(name, value)
    return defaults


def terminal_theme(file: ThemeFile) -> TerminalTheme:
    """The sixteen colours for `App.ansi_theme_dark` and `ansi_theme_light`."""
    triplets = {key: _triplet(file.ansi[key]) for key in ANSI_KEYS}
    sixteen = [triplets[key] for key in ANSI_KEYS[:16]]
    return TerminalTheme(triplets["background"], triplets["foreground"], sixteen[:8], sixteen[8:])


def _triplet(color: str) -> tuple[int, int, int]:
    parsed = Color.parse(color)
    return parsed.r, parsed.g, parsed.b
