"""Signs for terminals that have ASCII only: each becomes one of its width that looks most like it."""

from __future__ import annotations

import unicodedata
from typing import Any

from rich.cells import cell_len
from textual.driver import Driver

_LIKE = {
    "✓": "+",
    "✗": "x",
    "×": "x",
    "●": "*",
    "○": "o",
    "◌": ".",
    "◦": ".",
    "▶": ">",
    "▸": ">",
    "▾": "v",
    "▼": "v",
    "■": "#",
    "◷": "t",
    "†": "!",
    "⊘": "/",
    "→": ">",
    "←": "<",
    "↑": "^",
    "↓": "v",
    "·": ".",
    "•": "*",
    "…": ".",
    "–": "-",
    "—": "-",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "▔": "-",
    "▁": "_",
    "▏": "|",
    "▎": "|",
    "▍": "|",
    "▌": "|",
    "▐": "|",
    "▕": "|",
    "▊": "|",
}


def like(character: str) -> str:
    """ASCII of the same width for one character."""
    if character in _LIKE:
        return _LIKE[character]
    code = ord(character)
    if 0x2500 <= code < 0x2580:  # lines of boxes
        name = unicodedata.name(character)
        upright = any(word in name for word in ("VERTICAL", "UP", "DOWN"))
        across = any(word in name for word in ("HORIZONTAL", "LEFT", "RIGHT"))
        return "+" if upright and across else "|" if upright else "-"
    if 0x2580 <= code < 0x25A0:
        return "#"
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    width = cell_len(character)
    return plain if plain and len(plain) == width else "?" * width


class Table(dict[int, str]):
    """For `str.translate`: characters are looked up once."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        found = self[code] = character if code < 0x80 else like(character)
        return found


def ascii_driver(base: type[Driver]) -> type[Driver]:
    """A driver that draws ASCII only; everything that goes to the terminal passes its `write`."""
    table = Table()

    class AsciiDriver(base):  # type: ignore[misc,valid-type]  # known when the app starts
        """Writes what the terminal can show."""

        def write(self, data: str) -> Any:
            """Write text, each character as ASCII."""
            return super().write(data.translate(table))

    return AsciiDriver
