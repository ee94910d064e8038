"""Escape sequences become styles or go; nothing a terminal acts on comes out."""

from __future__ import annotations

import random

import pytest

from tests.unit.output.hostile import HOSTILE, controls
from workbench.widgets.output.lines import ansi
from workbench.widgets.output.lines.ansi import (
    BOLD,
    DIM,
    PLAIN,
    UNDERLINE,
    AnsiPalette,
    Style,
    advance,
    decode,
    plain,
    rgb,
)


@pytest.mark.parametrize("raw", HOSTILE)
def test_hostile_lines_come_out_visible(raw: str) -> None:
    pieces, _ = decode(raw)
    text = "".join(text for text, _ in pieces)
    assert controls(text.replace("\t", "").replace("\n", "")) == []
    assert plain(raw) == text


def test_random_bytes_come_out_visible() -> None:
    generator = random.Random(7)
    for _ in range(2_000):
        raw = "".join(generator.choice("\x1b\x1b[]P\\;:0123mKHJ(\x07\x9b?ab\tü") for _ in range(30))
        pieces, state = decode(raw)
        assert controls("".join(text for text, _ in pieces).replace("\t", "")) == []
        assert advance(raw, PLAIN) == state


@pytest.mark.parametrize(
    ("codes", "style"),
    [
        ("31", Style(foreground=1)),
        ("97", Style(foreground=15)),
        ("42", Style(background=2)),
        ("100", Style(background=8)),
        ("1;4;33", Style(3, flags=BOLD | UNDERLINE)),
        ("38;5;200", Style(foreground=200)),
        ("48;2;1;2;3", Style(background=rgb(1, 2, 3))),
        ("38:2::1:2:3", Style(foreground=rgb(1, 2, 3))),
        ("38:2:1:2:3", Style(foreground=rgb(1, 2, 3))),
        ("38;5;200;1", Style(200, flags=BOLD)),
        ("4:3", Style(flags=UNDERLINE)),
        ("4;4:0", PLAIN),
        ("1;2;22", PLAIN),
        ("31;39", PLAIN),
        ("31;", PLAIN),
        ("", PLAIN),
        ("2;999;5000000", Style(flags=DIM)),
    ],
)
def test_sgr(codes: str, style: Style) -> None:
    assert decode(f"\x1b[{codes}mx")[0] == [("x", style)]


def test_the_state_goes_from_line_to_line() -> None:
    _, state = decode("a\x1b[31mb")
    assert decode("c\x1b[0md", state) == ([("c", Style(foreground=1)), ("d", PLAIN)], PLAIN)
    assert advance("\x1b[1mx\x1b[31m", PLAIN) == Style(1, flags=BOLD)
    assert advance("\x1b[1mx\x1b[0m", PLAIN) is PLAIN


def test_other_sequences_go_and_their_text_stays() -> None:
    assert plain("\x1b]8;;https://example.org\x07link\x1b]8;;\x07 \x1b[2Kend\x1b(B") == "link end"


def test_an_unfinished_sequence_swallows_nothing() -> None:
    assert plain("\x1b]0;title and much more") == "␛]0;title and much more"


def test_a_torn_sequence_is_taken_off() -> None:
    assert ansi.without_torn_escape("text\x1b[38;5") == "text"
    assert ansi.without_torn_escape("text\x1b[31m") == "text\x1b[31m"
    assert ansi.without_torn_escape("text\x1b") == "text"


def test_decoding_is_linear() -> None:
    for unit in ("\x1b]", "\x1b[", "\x1bP", "\x1b[31", "\x1b("):
        decode(unit * 20_000)  # a quadratic pattern would take minutes and hit the test's time limit


def test_colours_beyond_sixteen() -> None:
    assert ansi.hex_colour(16) == "#000000"
    assert ansi.hex_colour(231) == "#ffffff"
    assert ansi.hex_colour(196) == "#ff0000"
    assert ansi.hex_colour(232) == "#080808"
    assert ansi.hex_colour(rgb(1, 2, 300)) == "#0102ff"


def test_the_palette_is_in_the_order_of_the_codes() -> None:
    palette = AnsiPalette(red="#010101", bright_white="#020202")
    assert len(palette.colours) == 16
    assert (palette.colours[1], palette.colours[15]) == ("#010101", "#020202")
