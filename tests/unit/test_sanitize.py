"""Text from outside comes out visible, character for character."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from tests.unit.output.hostile import HOSTILE, controls
from workbench.sanitize import sanitize, sanitize_ansi, sanitize_line


@pytest.mark.parametrize("text", HOSTILE)
def test_no_control_is_left(text: str) -> None:
    assert controls(sanitize(text).replace("\n", "").replace("\t", "")) == []
    assert controls(sanitize_line(text)) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_every_character_becomes_one(text: str) -> None:
    assert len(sanitize(text)) == len(sanitize_line(text)) == len(text)


@pytest.mark.parametrize(
    "text", ["plain", "größer 一二三", "👩\u200d👩\u200d👧 ❤\ufe0f", "می\u200cخواهم", "क्\u200dष", "a\u200bb"]
)
def test_good_text_stays(text: str) -> None:
    assert sanitize(text) == text


def test_controls_become_their_pictures() -> None:
    assert sanitize("\x1b[31m\x00\x7f") == "␛[31m␀␡"
    assert sanitize("\x9b\u202e\ud800") == "���"
    assert sanitize("ü\x1b\x07") == "ü␛␇"  # not ASCII: the other way of cleaning


def test_newline_and_tab() -> None:
    assert sanitize("a\n\tb") == "a\n\tb"
    assert sanitize_line("a\n\tb") == "a␊␉b"
    assert sanitize_ansi("a\x1b\r\n\t\x07") == "a\x1b\r\n\t␇"


def test_hidden_text_shows() -> None:
    assert sanitize("\U000e0048\U000e0049") == "��"
    assert sanitize("\ufeffx\u2060") == "�x�"
    assert sanitize_line("a\u200b.txt") == "a�.txt"


@pytest.mark.parametrize("text", ["a\u200db", "\u200dab", "1\u200d2"])
def test_a_stray_joiner_does_not_shorten_the_line(text: str) -> None:
    assert cell_len(text) < 3
    assert cell_len(sanitize(text)) == 3
