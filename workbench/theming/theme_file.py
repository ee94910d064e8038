"""A theme file as data, and what its tables may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from backend.records import dataclass

COLOR_KEYS = (
    "primary",
    "secondary",
    "accent",
    "foreground",
    "background",
    "surface",
    "panel",
    "success",
    "warning",
    "error",
)
SYNTAX_KEYS = (
    "comment",
    "keyword",
    "string",
    "number",
    "function",
    "class",
    "builtin",
    "operator",
    "constant",
    "variable",
    "parameter",
    "decorator",
    "type",
    "escape",
    "error",
    "cell",
)
ANSI_COLORS = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
ANSI_KEYS = (
    *ANSI_COLORS,
    *(f"bright_{color}" for color in ANSI_COLORS),
    "foreground",
    "background",
)


@dataclass(frozen=True, slots=True)
class ThemeFile:
    """One theme. Colours are `#rrggbb`; syntax values may have style words before the colour."""

    name: str
    dark: bool
    colors: Mapping[str, str]
    """The keys of COLOR_KEYS: the roles of the interface."""
    syntax: Mapping[str, str]
    """The keys of SYNTAX_KEYS: the parts of code."""
    ansi: Mapping[str, str]
    """The keys of ANSI_KEYS: the sixteen colours programs name, and text without a colour."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """More CSS variables, literal values only."""
