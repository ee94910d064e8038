"""What is drawn where the terminal has no colours, or no UTF-8."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.terminal.terminal import Terminal

COLOURS = re.compile(rb"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;\d+)*m")


@pytest.mark.parametrize(
    ("variables", "coloured", "signs"),
    [
        ({"TERM": "vt100", "LANG": "C"}, False, False),
        ({"TERM": "linux", "LANG": "C.UTF-8"}, True, False),
        ({"NO_COLOR": "1"}, False, True),
    ],
)
def test_a_poor_terminal_gets_what_it_can_show(
    open_terminal: Callable[..., Terminal],
    environment: dict[str, str],
    variables: dict[str, str],
    coloured: bool,
    signs: bool,
) -> None:
    environment.update(variables)
    terminal = open_terminal()
    terminal.see("idle")
    terminal.type("print('one', chr(0x2713))")
    terminal.press("f5")
    terminal.see("✓ succeeded" if signs else "+ succeeded")
    assert bool(COLOURS.search(terminal.raw)) is coloured
    assert any(byte >= 0x80 for byte in terminal.raw) is signs
    terminal.press("ctrl+q")
    assert terminal.ended() == 0
