"""Text that wants to be more than text."""

from __future__ import annotations

HOSTILE = (
    "\x1b]0;title\x07after",
    "\x1b]0;title\x1b\\after",
    "\x1b]52;c;aGVsbG8=\x07after",
    "\x1b]8;;https://example.org\x07link\x1b]8;;\x07after",
    "\x1b]0;never ended",
    "\x1b[2J\x1b[H\x1b[?1049h\x1b[6nafter",
    "\x1b[1;2",
    "\x1b[31",
    "\x1b",
    "\x1b\x1b\x1b[",
    "\x1bc\x1b7\x1b8\x1b=\x1b(0qqq",
    "\x1bP1;1|17/ab\x1b\\after",
    "\x1bPq#0;2;0;0;0 sixel never ended",
    "\x1b_Gf=100;AAAA\x1b\\after",
    "\x1b^private\x1b\\ \x1bXstring\x1b\\",
    "\x9b31mC1 CSI\x9d0;title\x9c\x90\x85\x84",
    "\x1b[31\x1b[32mnested",
    "\x1b]0;a\x1b[31mb\x07",
    "\x00\x01\x02\x07\x0b\x0c\x0e\x0f\x11\x13\x1a\x1c\x1f\x7f",
    "\u202egpj.exe\u2066\u2069\u200f\u061c",
    "\u2028\u2029\x85",
    "\ud800 lone \udfff",
    "[/] [@click=app.quit]x[/] [bold red]y[/bold red] \\[z]",
    "\U000e0041\U000e0042 tags, \ufeff, \u2060, a\u200db",
    "\x1b[" + "9" * 5000 + "m",
    "\x1b[38;2;999;999;999mx\x1b[38;5;999my\x1b[38mz\x1b[38;5m\x1b[48:2::1:2:3mw\x1b[:;:m",
    "a\tb\rc\bd\x1b[Ke",
)
"""Each must come out as visible characters only."""


def controls(text: str) -> list[str]:
    """The characters of `text` that a terminal acts on."""
    return [
        char
        for char in text
        if char < " "
        or "\x7f" <= char < "\xa0"
        or char in "\u2028\u2029\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
        or "\ud800" <= char <= "\udfff"
    ]
