"""Code that asks, on a real terminal: `workbench run` and the app."""

from __future__ import annotations

import termios
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.terminal import Terminal

Open = Callable[..., Terminal]


def echoes(terminal: Terminal) -> bool:
    return bool(termios.tcgetattr(terminal.fd)[3] & termios.ECHO)


def hidden(terminal: Terminal) -> None:
    """Wait until the terminal does not show what is typed."""
    terminal.wait(lambda: not echoes(terminal), "a terminal that shows nothing")


def test_answers_are_typed_at_the_prompt(open_terminal: Open) -> None:
    terminal = open_terminal("run", "-c", "a = input('a? ')\nb = input('b? ')\nprint(a + b)\nlen(a)")
    terminal.see("a?")
    terminal.type("one\n")
    terminal.see("b?")
    terminal.type("twx\x7fo\n")
    assert terminal.ended() == 0
    assert terminal.lines[:4] == ["a? one", "b? two", "onetwo", "3"]


def test_a_secret_is_not_shown(open_terminal: Open) -> None:
    terminal = open_terminal(
        "run", "-c", "import getpass\nprint(len(getpass.getpass('word? ')))\ninput('then? ')"
    )
    terminal.see("word?")
    hidden(terminal)
    terminal.type("geheim\n")
    terminal.see("then?")
    assert echoes(terminal)
    terminal.type("\n")
    assert terminal.ended() == 0
    assert terminal.lines[:4] == ["word?", "6", "then?", "''"]
    assert b"geheim" not in terminal.raw


@pytest.mark.parametrize("asks", ["input('? ')", "__import__('getpass').getpass('? ')"])
def test_ctrl_d_ends_the_input(open_terminal: Open, asks: str) -> None:
    terminal = open_terminal("run", "-c", asks)
    terminal.see("?")
    terminal.rest()
    terminal.press("ctrl+d")
    assert terminal.ended() == 1
    assert terminal.lines[:2] == ["?", "Traceback (most recent call last):"]
    assert echoes(terminal)


@pytest.mark.parametrize("asks", ["input('? ')", "__import__('getpass').getpass('? ')"])
def test_ctrl_c_stops_the_run_and_restores_the_terminal(open_terminal: Open, asks: str) -> None:
    terminal = open_terminal("run", "-c", asks)
    terminal.see("?")
    terminal.rest()
    terminal.press("ctrl+c")
    assert terminal.ended() == 130
    assert echoes(terminal)
    assert terminal.lines[1].startswith("workbench: Stopped")


def test_the_prompt_is_seen_when_stdout_goes_elsewhere(open_terminal: Open) -> None:
    terminal = open_terminal("run", "--json", "-c", "input('a? ')")
    terminal.see("a?")
    terminal.type("one\n")
    assert terminal.ended() == 0
    assert terminal.lines[0] == "a? one"
    assert '"stdout": "a? one\\n"' in terminal.text.replace("\n", "")


def test_the_app_asks_in_its_output_pane(open_terminal: Open) -> None:
    terminal = open_terminal(columns=80, rows=24)
    terminal.see("idle")
    terminal.paste("name = input('name? '); name * 2")
    terminal.press("f5")
    terminal.see("[1] name?", "asks for input", "Answer")
    terminal.type("Ann\n")
    terminal.see("name? Ann", "→ 'AnnAnn'", "● idle")
    terminal.see_gone("Answer")
    terminal.type("  # typed")
    terminal.see("name * 2  # typed")


def test_documentation_opens_with_keys_that_terminals_deliver(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.see("idle")
    terminal.type("len")
    for key in ("\x1b[1;2P", "\x1bd"):  # shift+f1, alt+d
        terminal.see_gone("number of items")
        terminal.rest()
        terminal.type(key)
        terminal.see("Return the number of items in a container.")
        terminal.press("escape")


def test_f12_goes_to_the_question(open_terminal: Open, tmp_path: Path) -> None:
    terminal = open_terminal()
    terminal.see("idle")
    terminal.paste("import os, time\nwhile not os.path.exists('go'): time.sleep(0.01)\ninput('ready? ')")
    terminal.press("f5")
    terminal.see("▶ running")
    terminal.type(" # typed")
    (data,) = (tmp_path / "home" / "data" / "sessions").glob("*/data")
    (data / "go").touch()
    terminal.see("Run 1 asks for input. F12 goes there.")
    terminal.type("\x1b[24~")
    terminal.see("Esc Back")
    terminal.type("yes\n")
    terminal.see("→ 'yes'")
