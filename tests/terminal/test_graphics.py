"""Opened pictures on terminals that say that they have graphics, and on those that say nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.terminal.terminal import Terminal

pytest.importorskip("textual_image")

CODE = """
import struct, zlib
class Picture:
    def _repr_png_(self):
        def chunk(kind, data):
            return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        rows = b"".join(b"\\0" + bytes((200, 30, 60)) * 40 for row in range(40))
        head = struct.pack(">IIBBBBB", 40, 40, 8, 2, 0, 0, 0)
        parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
        return b"\\x89PNG\\r\\n\\x1a\\n" + parts
Picture()
"""
ASKED = b"\x1b[c"
SIXELS = b'\x1bP0;0;0q"1;1;40;40'


def opened(terminal: Terminal) -> None:
    """Run the code and open its picture."""
    terminal.see("idle")
    terminal.paste(CODE)
    terminal.press("f5")
    terminal.see("PNG, 40 × 40 pixels", "✓ import")
    terminal.press("f3")
    terminal.see("c Copy")
    assert ASKED not in terminal.raw, "nothing is asked before a picture is opened"
    terminal.press("up", "up", "enter")
    terminal.wait(lambda: ASKED in terminal.raw, "the question what the terminal can")


def test_a_picture_is_drawn_with_the_graphics_of_the_terminal(
    open_terminal: Callable[..., Terminal],
) -> None:
    terminal = open_terminal()
    opened(terminal)
    terminal.type("\x1b[?62;4;22c")
    terminal.wait(lambda: b"\x1b[16t" in terminal.raw, "the question how large a cell is")
    terminal.type("\x1b[6;20;10t")
    terminal.wait(lambda: SIXELS in terminal.raw, "the picture in sixels")
    terminal.see("Value of execution 1", "PNG, 40 × 40 pixels")
    terminal.press("escape")
    terminal.see("c Copy")


def test_half_blocks_stay_where_the_terminal_does_not_answer(
    open_terminal: Callable[..., Terminal],
) -> None:
    terminal = open_terminal()
    opened(terminal)
    terminal.see("Value of execution 1", "PNG, 40 × 40 pixels")
    terminal.rest()
    assert SIXELS[:8] not in terminal.raw
