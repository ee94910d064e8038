"""Paste and clipboard on a real terminal: what is pasted is text, and what is copied goes out by OSC 52."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.terminal import Terminal
from tests.unit.test_clipboard import program

Open = Callable[..., Terminal]
PASTED = "def half(x):\n    if x:\n        return x / 2\n\n    return '(\u00fc\u6f22'\n"


def copied(terminal: Terminal) -> list[str]:
    """What was sent to the terminal's clipboard."""
    found = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)(?:\x07|\x1b\\)", bytes(terminal.raw))
    return [base64.b64decode(each).decode() for each in found]


def test_a_paste_is_put_in_as_it_is_and_a_copy_goes_out(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.see("idle")
    terminal.paste(PASTED.replace("\n", "\r"))  # terminals send Enter for the end of a line
    terminal.see("return x / 2", "return '(")
    terminal.press("ctrl+a", "ctrl+c")
    terminal.wait(lambda: copied(terminal), "a copy")
    assert copied(terminal)[-1] == PASTED, "no indentation and no bracket was added"
    terminal.press("ctrl+x")
    terminal.see_gone("return x / 2")
    terminal.press("ctrl+v")
    terminal.see("return x / 2", "return '(")
    assert "[1]" not in terminal.text, "the ends of lines in a paste run nothing"


def test_the_clipboard_of_a_desktop_is_used_where_there_is_one(
    open_terminal: Open, environment: dict[str, str], tmp_path: Path
) -> None:
    held = tmp_path / "held"
    program(tmp_path, "xclip", f"case \"$*\" in *-o) cat '{held}';; *) cat > '{held}';; esac")
    environment |= {"DISPLAY": ":9", "PATH": f"{tmp_path}:{environment['PATH']}"}
    terminal = open_terminal()
    terminal.see("idle")
    terminal.type("x = 'copied'")
    terminal.press("ctrl+a", "ctrl+c")
    terminal.wait(lambda: held.exists() and held.read_text() == "x = 'copied'", "the tool to have it")
    held.write_text("from = 'elsewhere'")
    terminal.press("ctrl+v")
    terminal.see("from = 'elsewhere'")


@pytest.mark.parametrize(
    "does", ["exec sleep 60", "exit 1", "exec yes", "kill -9 $$"], ids=["hangs", "fails", "floods", "dies"]
)
def test_a_clipboard_of_a_desktop_that_does_not_work_holds_nothing_up(
    open_terminal: Open, environment: dict[str, str], tmp_path: Path, does: str
) -> None:
    program(tmp_path, "xclip", f"echo $$ >> '{tmp_path / 'started'}'\n{does}")
    environment |= {"DISPLAY": ":9", "PATH": f"{tmp_path}:{environment['PATH']}"}
    terminal = open_terminal()
    terminal.see("idle")
    terminal.type("held = 1")
    terminal.press("ctrl+a", "ctrl+c", "end")
    terminal.type(" + 1")
    terminal.see("held = 1 + 1")
    terminal.wait(lambda: copied(terminal), "a copy by the terminal")
    assert copied(terminal) == ["held = 1"]
    terminal.press("enter", "ctrl+v")
    terminal.wait(lambda: terminal.text.count("held = 1") == 2, "what was copied here")
    terminal.press("f5")
    terminal.see("[1] ✓ succeeded")
    terminal.press("ctrl+q")
    assert terminal.ended() == 0
    started = (tmp_path / "started").read_text().split()
    assert len(started) == 2
    assert not [number for number in started if Path(f"/proc/{number}").exists()], "none outlives the app"


def test_nothing_in_a_paste_is_a_key(open_terminal: Open) -> None:
    """Enter behind an ESC would run the code, ctrl+q would leave."""
    terminal = open_terminal()
    terminal.see("idle")
    for keys in ("\n", "\x1b\x1b", "\x1b[15~", "\x1b[13;5u", "\x1b" + "y" * 40 + "\x0a\x11"):
        terminal.paste(f"print('ran')\x1b{keys}")
    terminal.paste("# the end")
    terminal.see("# the end", "print('ran')␛", "␛[15~", "␑")
    assert "[1]" not in terminal.text, "the paste ran nothing"
    terminal.press("ctrl+a", "delete")
    terminal.type("6 * 7")
    terminal.press("f5")
    terminal.see("42")
