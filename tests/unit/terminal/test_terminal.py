"""Colours and signs that a terminal has, and what is drawn without them."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from backend.models import Status
from workbench.format import status_symbol
from workbench.terminal.ascii import Table, like
from workbench.terminal.capabilities import TRUE_COLOUR, around, ascii_reason, colours
from workbench.terminal.plain import PlainFilter


@pytest.mark.parametrize(
    ("environ", "count"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, TRUE_COLOUR),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, 0),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, 256),
        ({"TERM": "tmux-256color"}, 256),
        ({"TERM": "linux"}, 16),
        ({"TERM": "vt100", "COLORTERM": "truecolor"}, 0),
    ],
)
def test_colours_are_those_that_the_environment_tells(environ: dict[str, str], count: int) -> None:
    assert colours(environ) == count


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({}, ""),
        ({"LANG": "C.UTF-8"}, ""),
        ({"LANG": "de_DE.utf8@euro"}, ""),
        ({"LANG": "C"}, "LANG is C"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "POSIX"}, "LC_ALL is POSIX"),
        ({"LANG": "en_US.ISO-8859-1", "LC_CTYPE": "en_US.UTF-8"}, ""),
        ({"LANG": "C.UTF-8", "TERM": "linux"}, "a terminal of type linux has few other signs"),
        ({"LANG": "C", "WORKBENCH_GLYPHS": "unicode"}, ""),
        ({"WORKBENCH_GLYPHS": "ascii"}, "WORKBENCH_GLYPHS says so"),
    ],
)
def test_ascii_is_drawn_where_utf8_is_not_known(environ: dict[str, str], said: str) -> None:
    assert ascii_reason(environ) == said


def test_what_is_between_is_told() -> None:
    assert around({"TMUX": "/tmp/t", "SSH_CONNECTION": "1 2 3 4"}) == ["tmux", "ssh"]


def test_ascii_keeps_the_width_and_tells_statuses_apart() -> None:
    every = [chr(code) for code in range(0x80, 0x3000) if cell_len(chr(code)) and chr(code).isprintable()]
    assert [
        character for character in [*every, "日", "😀"] if len(like(character)) != cell_len(character)
    ] == []
    assert len({like(status_symbol(status)) for status in Status}) == len(Status)
    assert "┌─│é✓ 日\x1b[1m".translate(Table()) == "+-|e+ ??\x1b[1m"


def test_without_colours_what_stood_out_is_reversed() -> None:
    dark = Color.parse("#101010")
    styles = [Style.parse(text) for text in ("bold #ff0000 on #111111", "#000000 on #6cb6d9", "")]
    plain = PlainFilter().apply([Segment("x", style) for style in styles], dark)
    assert [(style.bold, bool(style.reverse), style.color) for _, style, _ in plain if style is not None] == [
        (True, False, None),
        (None, True, None),
        (None, False, None),
    ]
