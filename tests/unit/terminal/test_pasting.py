"""What the keyboard's parser makes of pastes: text, whatever is in them, and however they are cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from textual import events
from textual.drivers.headless_driver import HeadlessDriver
from textual.drivers.linux_driver import LinuxDriver
from textual.drivers.web_driver import WebDriver

from tests.unit.output.hostile import HOSTILE
from workbench.terminal.pasting import PasteParser, pasting_driver

KEYS_INSIDE = (
    "\x1b\x1b\r",
    "\x1b" + "x" * 40 + "\n\x11",
    "\x1b\n",
    "\x1b[15~",
    "\x1b[13;5u",
    "\x1b[I\x1b[O\x1b[<0;1;1M",
    "\x1b[48;9;9;9;9t",
    "\x1b[200~ again \x1b[20",
    "\x1b[201",
)


def told(parser: PasteParser, *pieces: str) -> list[tuple[str, str]]:
    """What comes of the pieces: pastes and keys, other messages by their name."""
    return [
        ("paste", message.text)
        if isinstance(message, events.Paste)
        else ("key", message.key)
        if isinstance(message, events.Key)
        else (type(message).__name__, "")
        for piece in pieces
        for message in parser.feed(piece)
    ]


@pytest.mark.parametrize("text", [*HOSTILE, *KEYS_INSIDE, "", "two\rlines\n", "x" * 100_000])
def test_a_paste_is_one_piece_of_text_and_no_key(text: str) -> None:
    sent = f"a\x1b[200~{text}\x1b[201~b"
    wanted = [("key", "a"), ("paste", text), ("key", "b")]
    assert told(PasteParser(), sent) == wanted
    if len(sent) < 100:
        assert told(PasteParser(), *sent) == wanted
        for first in range(1, len(sent)):
            assert told(PasteParser(), sent[:first], sent[first:]) == wanted


def test_a_pause_in_a_paste_ends_nothing() -> None:
    parser = PasteParser()
    assert told(parser, "\x1b[200~a\x1b") == []
    assert parser._timeout_time is None
    assert told(parser, "\x1b[201~") == [("paste", "a\x1b")]


def test_keys_around_pastes_are_what_they_were() -> None:
    parser = PasteParser()
    pastes = ("one", "two", "three")
    sent = "".join(f"\x1b[15~\x1b[200~{paste}\x1b[201~\x1b[I" for paste in pastes)
    found = told(parser, *(sent[start:end] for start, end in pairwise(range(0, len(sent) + 7, 7))))
    assert [kind for kind, _ in found] == ["key", "paste", "AppFocus"] * 3
    assert [text for kind, text in found if kind == "paste"] == list(pastes)
    assert told(parser, "\x1b[<0;3;4M", "\x1b[A") == [("MouseDown", ""), ("key", "up")]
    assert told(parser, "") == []


@pytest.mark.parametrize("driver", [LinuxDriver, WebDriver])
def test_the_drivers_read_the_keyboard_with_it(driver: type) -> None:
    own = pasting_driver(driver).run_input_thread  # type: ignore[attr-defined]
    assert own.__globals__["XTermParser"] is PasteParser
    assert own.__code__ is driver.run_input_thread.__code__  # type: ignore[attr-defined]
    assert pasting_driver(HeadlessDriver) is HeadlessDriver
