"""Escape sequences of a line: SGR becomes styles, every other sequence goes, controls become visible.

Sequences after ECMA-48 and xterm's control sequences. What is no complete sequence stays and is made visible
by `sanitize()`, so no control character ever comes out of here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import astuple
from functools import lru_cache
from typing import NamedTuple

from backend.records import dataclass
from workbench.sanitize import sanitize

BOLD, DIM, ITALIC, UNDERLINE, REVERSE, STRIKE, HIDDEN = (1 << bit for bit in range(7))
DEFAULT = -1
_RGB = 1 << 24

# CSI, OSC, then DCS SOS PM APC, then character sets and the like; no class has ESC in it: matching is linear
_SEQUENCE = re.compile(
    "\x1b(?:"
    "\\[([0-9;:]*)m"
    "|\\[[0-?]*[ -/]*[@-~]"
    "|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)"
    "|[PX^_][^\x1b]*\x1b\\\\"
    "|[ -/]+[0-~]"
    ")"
)
_SGR = re.compile("\x1b\\[([0-9;:]*)m")
_TORN = re.compile("\x1b[^\x1b@-Z\\\\^-~]{0,40}$|\x1b\\[[0-?]{0,40}$")
_SWITCHES: dict[int, tuple[int, int]] = {
    1: (BOLD, 0),
    2: (DIM, 0),
    3: (ITALIC, 0),
    4: (UNDERLINE, 0),
    7: (REVERSE, 0),
    8: (HIDDEN, 0),
    9: (STRIKE, 0),
    21: (UNDERLINE, 0),
    22: (0, BOLD | DIM),
    23: (0, ITALIC),
    24: (0, UNDERLINE),
    27: (0, REVERSE),
    28: (0, HIDDEN),
    29: (0, STRIKE),
}


class Style(NamedTuple):
    """How text looks. A colour is DEFAULT, a number of 0 to 255, or a true colour made by `rgb()`."""

    foreground: int = DEFAULT
    background: int = DEFAULT
    flags: int = 0


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class AnsiPalette:
    """The sixteen colours that programs name by number, as `#rrggbb` or any colour word of Textual.

    `foreground` and `background` are those of text without colour; empty means the pane's own.
    """

    black: str = "#3b4252"
    red: str = "#e06c75"
    green: str = "#98c379"
    yellow: str = "#e5c07b"
    blue: str = "#61afef"
    magenta: str = "#c678dd"
    cyan: str = "#56b6c2"
    white: str = "#c8ccd4"
    bright_black: str = "#7f8896"
    bright_red: str = "#ff7b86"
    bright_green: str = "#b5e890"
    bright_yellow: str = "#ffd68a"
    bright_blue: str = "#82c4ff"
    bright_magenta: str = "#dd9bf2"
    bright_cyan: str = "#7fd6e0"
    bright_white: str = "#ffffff"
    foreground: str = ""
    background: str = ""

    @property
    def colours(self) -> tuple[str, ...]:
        """The sixteen in the order of their numbers."""
        values: tuple[str, ...] = astuple(self)
        return values[:16]

    @property
    def ground(self) -> tuple[str, str]:
        """Foreground and background of text without colour."""
        return self.foreground, self.background


def rgb(red: int, green: int, blue: int) -> int:
    """A true colour as one number; parts above 255 count as 255."""
    return _RGB | min(red, 255) << 16 | min(green, 255) << 8 | min(blue, 255)


def hex_colour(colour: int) -> str:
    """A colour of number 16 to 255 or a true colour as `#rrggbb`."""
    if colour >= _RGB:
        return f"#{colour - _RGB:06x}"
    if colour >= 232:
        grey = 8 + (colour - 232) * 10
        return f"#{grey:02x}{grey:02x}{grey:02x}"
    levels = (0, 95, 135, 175, 215, 255)
    index = colour - 16
    return f"#{levels[index // 36]:02x}{levels[index // 6 % 6]:02x}{levels[index % 6]:02x}"


def decode(raw: str, state: Style = PLAIN) -> tuple[list[tuple[str, Style]], Style]:
    """A line as (text, style) pieces, safe for the screen but for tabs, and the state after it."""
    if "\x1b" not in raw:
        return ([(sanitize(raw), state)] if raw else []), state
    pieces: list[tuple[str, Style]] = []
    at = 0
    for match in _SEQUENCE.finditer(raw):
        if match.start() > at:
            pieces.append((sanitize(raw[at : match.start()]), state))
        at = match.end()
        if (codes := match.group(1)) is not None:
            state = sgr(codes, state)
    if at < len(raw):
        pieces.append((sanitize(raw[at:]), state))
    return pieces, state


def advance(raw: str, state: Style) -> Style:
    """The state after a line, without decoding its text."""
    last = raw.rfind("\x1b")
    if raw.startswith(("\x1b[0m", "\x1b[m"), last):
        return PLAIN  # the usual end of a coloured line, ten times faster than reading all of it
    for codes in _SGR.findall(raw):
        state = sgr(codes, state)
    return state


def plain(raw: str) -> str:
    """A line's text without sequences, safe for the clipboard; tabs stay."""
    return sanitize(_SEQUENCE.sub("", raw) if "\x1b" in raw else raw)


def without_torn_escape(text: str) -> str:
    """`text` without an escape sequence that the cutting left incomplete at its end."""
    return _TORN.sub("", text) if "\x1b" in text[-48:] else text


@lru_cache(maxsize=1024)
def sgr(codes: str, state: Style) -> Style:
    """The style after one SGR sequence with these parameters; unknown and oversized ones are skipped."""
    foreground, background, flags = state
    parameters = iter(codes.split(";"))
    for parameter in parameters:
        if ":" in parameter:
            code, *rest = (_number(part) for part in parameter.split(":"))
        else:
            code, rest = _number(parameter), []
        if code == 0:
            foreground, background, flags = PLAIN
        elif code == 4 and rest[:1] == [0]:
            flags &= ~UNDERLINE
        elif code in _SWITCHES:
            on, off = _SWITCHES[code]
            flags = flags & ~off | on
        elif code in (38, 48):
            colour = _extended(rest) if rest else _extended(_following(parameters))
            if colour is not None and code == 38:
                foreground = colour
            elif colour is not None:
                background = colour
        elif code == 39 or 30 <= code <= 37 or 90 <= code <= 97:
            foreground = _basic(code, 30)
        elif code == 49 or 40 <= code <= 47 or 100 <= code <= 107:
            background = _basic(code, 40)
    style = Style(foreground, background, flags)
    return PLAIN if style == PLAIN else style


def _number(text: str) -> int:
    """A parameter; an empty one is 0, one that is no colour or code is -1 (int() refuses 4,300 digits)."""
    if not text:
        return 0
    return int(text) if len(text) <= 3 else -1


def _basic(code: int, base: int) -> int:
    if code == base + 9:
        return DEFAULT
    return code - base if code < base + 8 else code - base - 52


def _following(parameters: Iterator[str]) -> list[int]:
    """The parameters that belong to a 38 or 48 written with semicolons."""
    mode = _number(next(parameters, ""))
    return [mode, *(_number(next(parameters, "")) for _ in range({5: 1, 2: 3}.get(mode, 0)))]


def _extended(parts: list[int]) -> int | None:
    """The colour of `5;n` or `2;r;g;b` (with colons also `2::r:g:b`); None for anything else."""
    if parts[0] == 5 and len(parts) >= 2 and 0 <= parts[1] <= 255:
        return parts[1]
    if parts[0] == 2 and len(parts) >= 4 and min(parts[-3:]) >= 0:
        return rgb(*(parts[2:5] if len(parts) >= 5 else parts[1:4]))
    return None
