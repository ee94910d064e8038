"""Carriage return and backspace inside a line, as progress bars use them."""

from __future__ import annotations

import re

_PIECE = re.compile("[\r\b]|[^\r\b]+")


def moves(text: str) -> bool:
    """Whether there is anything in `text` that moves the cursor back."""
    return "\r" in text or "\b" in text


def overwrite(raw: str) -> tuple[str, str]:
    """The last state of a line as a terminal would show it, and a text that takes more at the right place.

    >>> overwrite("10%\\r20%")
    ('20%', '20%')
    >>> overwrite("done\\r")[0]
    'done'
    """
    return _overwrite_coloured(raw) if "\x1b" in raw else _overwrite_plain(raw)


def _overwrite_plain(raw: str) -> tuple[str, str]:
    shown, at = "", 0
    for piece in _PIECE.findall(raw):
        if piece == "\r":
            at = 0
        elif piece == "\b":
            at = max(at - 1, 0)
        else:
            shown = shown[:at] + piece + shown[at + len(piece) :]
            at += len(piece)
    return shown, shown if at == len(shown) else f"{shown}\r{shown[:at]}"


def _overwrite_coloured(raw: str) -> tuple[str, str]:
    """With escape sequences positions are not columns: a new state replaces the whole line."""
    body = raw.rstrip("\r")
    shown = body[body.rfind("\r") + 1 :].replace("\b", "")
    return shown, shown if body == raw else shown + "\r"
