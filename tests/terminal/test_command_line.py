"""The commands on a real terminal: refusals that leave the terminal as it was, and ctrl+c."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.terminal import Terminal

Open = Callable[..., Terminal]


def configure(folder: Path, text: str) -> None:
    """Write config.toml."""
    path = folder / "home" / "config" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")


def refused(terminal: Terminal, code: int = 2) -> str:
    """What the app said instead of opening; the terminal was left alone."""
    assert terminal.ended() == code
    assert b"\x1b[?1049h" not in terminal.raw
    assert "Traceback" not in terminal.text
    return " ".join(terminal.text.split())


@pytest.mark.parametrize(("term", "word"), [("dumb", "dumb"), ("", "unset")])
def test_a_terminal_that_cannot_be_drawn_on_is_told(
    open_terminal: Open, environment: dict[str, str], term: str, word: str
) -> None:
    environment["TERM"] = term
    said = refused(open_terminal())
    assert f"The app cannot draw on a terminal of type {word}." in said
    assert "workbench run" in said


@pytest.mark.parametrize(
    ("config", "arguments", "code", "words"),
    [
        (
            "",
            ("--theme", "harbr"),
            2,
            "There is no theme 'harbr'; did you mean 'harbor'? Themes are: beacon,",
        ),
        ("[editor]\ntab_sise = 3\n", (), 2, "editor.tab_sise: there is no such setting; did you mean"),
        ("", ("--python", "/no/python"), 3, "There is no interpreter /no/python."),
        ("", ("missing.py",), 2, "There is no file missing.py."),
        ("", ("histry",), 2, "There is no file histry; did you mean the command 'history'?"),
    ],
)
def test_the_app_says_why_it_does_not_open(
    open_terminal: Open, tmp_path: Path, config: str, arguments: tuple[str, ...], code: int, words: str
) -> None:
    configure(tmp_path, config)
    assert words in refused(open_terminal(*arguments, columns=200), code)


def test_a_target_out_of_reach_opens_offline_and_says_why(open_terminal: Open) -> None:
    terminal = open_terminal("--url", "http://127.0.0.1:1")
    terminal.see("offline", "127.0.0.1 cannot be reached")
    terminal.press("ctrl+q")
    assert terminal.ended() == 0


def test_ctrl_c_stops_a_run_and_the_traceback_is_the_codes_own(open_terminal: Open) -> None:
    terminal = open_terminal("run", "-c", "print('on', flush=True)\nimport time; time.sleep(60)")
    terminal.see("on")
    terminal.press("ctrl+c")
    assert terminal.ended() == 130
    assert "asyncio" not in terminal.text


def test_doctor_is_content_with_this_terminal(open_terminal: Open) -> None:
    terminal = open_terminal("doctor")
    assert terminal.ended() == 0
    assert "ok    terminal     xterm-256color, true colour" in terminal.text


def test_the_theme_flag_is_worn(open_terminal: Open) -> None:
    terminal = open_terminal("--theme", "sailcloth")
    terminal.see("idle")
    column, row = terminal.find("idle")
    assert int(terminal.screen.buffer[row][column].bg[:2], 16) > 0x80


def test_a_theme_and_keys_that_are_wrong_cost_a_notice_each(open_terminal: Open, tmp_path: Path) -> None:
    configure(
        tmp_path, 'theme = "harbr"\n[keys]\n"run.al" = "f10"\n"view.theme" = "f6"\n"view.keys" = "f10"\n'
    )
    terminal = open_terminal()
    terminal.see("theme 'harbr'", "worn")
    terminal.see("'run.all'?", "'view.next'")  # sentences wrap where the path's length has them
    terminal._write(b"\x1b[21~")  # F10: what is right holds
    terminal.see("Type to search commands and keys")


def test_a_file_on_its_way_is_shown_in_a_line_and_ctrl_c_leaves_nothing_of_it(open_terminal: Open) -> None:
    terminal = open_terminal("files", "put", "-", "--to", "typed.txt")
    terminal.type("some words\n")
    terminal.see("typed.txt  11 B")
    terminal.press("ctrl+c")
    assert terminal.ended() == 130
    assert "Traceback" not in terminal.text
    listed = open_terminal("files", "ls")
    assert listed.ended() == 0
    assert "typed" not in listed.text
