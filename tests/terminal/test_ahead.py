"""Keys that arrive all at once, as over a slow line: each goes where its forerunner leads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.terminal.terminal import Terminal
from tests.terminal.test_command_line import configure

CTRL_F, CTRL_G, CTRL_P, CTRL_R = "\x06", "\x07", "\x10", "\x12"
ESCAPE = "\x1b"


def test_what_is_typed_behind_a_key_that_opens_is_for_what_it_opens(
    open_terminal: Callable[..., Terminal],
) -> None:
    terminal = open_terminal()
    terminal.see("idle")
    terminal.type("one\ntwo\nthree\nfour\n")
    terminal.type(f"{CTRL_G}2\rX")
    terminal.see("Xtwo")
    terminal.type(f"{CTRL_F}four")
    terminal.see("1 of 1")
    terminal.type(f"{ESCAPE}{CTRL_R}needle")
    terminal.see("needle")
    terminal.rest()
    terminal.press("escape")
    terminal.see_gone("needle")
    terminal.type(f"{CTRL_P}Change keys\r")
    terminal.see("Type to search commands and keys")
    terminal.press("escape")
    terminal.see("Xtwo")
    terminal.see_gone("Change keys")


def test_what_is_typed_behind_a_letter_of_vi_that_opens_is_for_what_it_opens(
    open_terminal: Callable[..., Terminal], tmp_path: Path
) -> None:
    configure(tmp_path, '[editor]\nkeys = "vim"\n')
    terminal = open_terminal()
    terminal.see("idle", "NORMAL")
    terminal.type(f"ione\ntwo{ESCAPE}")
    terminal.see("two")
    terminal.rest()
    terminal.type("/one")
    terminal.see("1 of 1")
