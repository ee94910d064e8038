"""What the environment says of the terminal. Nothing is asked of the terminal itself."""

from __future__ import annotations

import sys
from collections.abc import Mapping

OLD = ("vt52", "vt100", "vt102", "vt220", "vt320", "ansi")
"""Terminals with neither colours nor more than ASCII, as far as one can count on it."""
GLYPHS = "WORKBENCH_GLYPHS"
"""The variable that decides which signs are drawn, whatever else is said: `unicode` or `ascii`."""
TRUE_COLOUR = 1 << 24
_COERCED = ("C.UTF-8", "C.utf8", "UTF-8")


def colours(environ: Mapping[str, str]) -> int:
    """How many colours are drawn: 0, 16, 256 or 2²⁴. `NO_COLOR` (https://no-color.org) means none."""
    term = environ.get("TERM", "")
    if environ.get("NO_COLOR") or term in OLD or term.endswith("-mono"):
        return 0
    if environ.get("COLORTERM", "") in ("truecolor", "24bit") or term.endswith("-direct"):
        return TRUE_COLOUR
    return 256 if term.endswith("-256color") or term.partition("-")[0] in ("kitty", "alacritty") else 16


def ascii_reason(environ: Mapping[str, str]) -> str:
    """Why only ASCII can be drawn, in a few words; empty where all signs can.

    Without any locale, as in most containers, the terminal is taken to know UTF-8.
    """
    wish = environ.get(GLYPHS, "").lower()
    if wish in ("ascii", "unicode"):
        return f"{GLYPHS} says so" if wish == "ascii" else ""
    term = environ.get("TERM", "")
    if term in (*OLD, "linux"):
        return f"a terminal of type {term} has few other signs"
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        locale = environ.get(name, "")
        if name == "LC_CTYPE" and sys.flags.utf8_mode and locale in _COERCED:
            continue  # Python's own doing (PEP 538): the user's is what comes behind it
        if locale:
            charset = locale.partition("@")[0].partition(".")[2].lower().replace("-", "")
            return "" if charset == "utf8" or locale.upper() == "UTF-8" else f"{name} is {locale}"
    return ""


def around(environ: Mapping[str, str]) -> list[str]:
    """What stands between the app and the terminal: tmux, screen, ssh."""
    found = {"tmux": "TMUX", "screen": "STY", "ssh": "SSH_CONNECTION"}
    return [name for name, variable in found.items() if environ.get(variable)]
