"""A session's file in a real editor and pager, on a real terminal."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.terminal import Terminal

Open = Callable[..., Terminal]

EDITOR = """\
#!/bin/sh
# shows the file, takes a line from the keyboard, and puts it at the end, as an editor would
for last; do :; done
printf 'EDITOR %s ' "$1"; cat "$last"; ls -l "$last" > "$HOME/seen"; printf 'NAME %s\\n' "${last##*/}"
read -r line && [ -n "$line" ] && printf '%s\\n' "$line" >> "$last"
"""


@pytest.fixture
def tools(tmp_path: Path, environment: dict[str, str]) -> Path:
    """An editor that takes one line; copies go to a folder of the test."""
    editor = tmp_path / "my editor"
    editor.write_text(EDITOR)
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    copies = tmp_path / "copies"
    copies.mkdir()
    environment["VISUAL"] = f"'{editor}' --flag"
    environment["TMPDIR"] = str(copies)
    return copies


def with_file(open_terminal: Open) -> Terminal:
    """The workbench with the cursor on a file of the session."""
    terminal = open_terminal()
    terminal.see("idle")
    terminal.type("open('notes.txt', 'w').write('as it was\\n')")
    terminal.press("f5")
    terminal.see("succeeded", "notes.txt        +")  # the last in the files pane
    terminal.press("f7")
    terminal.see("Enter Open")
    terminal.press("down")
    terminal.see("Insert path")
    return terminal


def test_what_the_editor_changes_is_put_back_and_nothing_is_left(open_terminal: Open, tools: Path) -> None:
    terminal = with_file(open_terminal)
    terminal.type("e")
    terminal.see("EDITOR --flag as it was", "NAME notes.txt")
    terminal.type("and more\n")
    terminal.see("notes.txt is changed in the session")
    terminal.press("enter")
    terminal.see("as it was", "2 and more", "as text")
    assert list(tools.iterdir()) == []
    assert "-rw-------" in (tools.parent / "seen").read_text()


def test_an_interrupt_in_the_editor_leaves_the_workbench_and_the_file_as_they_were(
    open_terminal: Open, tools: Path
) -> None:
    terminal = with_file(open_terminal)
    terminal.type("e")
    terminal.see("EDITOR --flag as it was")
    terminal.press("ctrl+c")
    terminal.see("Not changed", "idle")
    terminal.press("f2")
    terminal.see_gone("Insert path")
    terminal.press("ctrl+a", "delete")
    terminal.type("open('notes.txt').read()")
    terminal.press("f5")
    terminal.see("'as it was")
    assert list(tools.iterdir()) == []


def test_code_goes_on_running_while_the_editor_is_open(open_terminal: Open, tools: Path) -> None:
    terminal = with_file(open_terminal)
    terminal.press("f2")
    terminal.see_gone("Insert path")
    terminal.press("ctrl+a", "delete")
    terminal.paste("import os\nwhile not os.path.exists('go'): pass\nprint('went', 'on')")
    terminal.press("f5")
    terminal.see("▶ running")
    terminal.press("f7")
    terminal.see("Insert path")
    terminal.type("e")
    terminal.see("EDITOR --flag as it was")
    (data,) = (path.parent for path in (tools.parent / "home").rglob("notes.txt"))
    (data / "go").touch()
    terminal.type("\n")
    terminal.see("went on", "succeeded")


def test_a_letter_with_alt_is_a_command_in_a_line_of_input(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.see("idle")
    terminal.type("beta = Beta")
    terminal.press("ctrl+f")
    terminal.see("Find")
    terminal.type("Beta")
    terminal.see("1 of 2")
    terminal.type("\x1ba")
    terminal.see("1 of 1", "Find     Beta ")


def test_the_pager_gets_a_copy(open_terminal: Open, tools: Path, environment: dict[str, str]) -> None:
    environment["PAGER"] = environment["VISUAL"]
    terminal = with_file(open_terminal)
    terminal.type("p")
    terminal.see("EDITOR --flag as it was")
    terminal.type("lost\n")
    terminal.see_gone(
        "EDITOR --flag"
    )  # the emulator has one screen: the rows of before are there all the time
    terminal.see("idle", "Insert path")
    terminal.press("enter")
    terminal.see("1 as it was", "10 B")
    assert list(tools.iterdir()) == []


def test_what_the_pager_did_not_read_is_no_key_of_the_workbench(
    open_terminal: Open, tools: Path, environment: dict[str, str]
) -> None:
    environment["PAGER"] = environment["VISUAL"]
    terminal = with_file(open_terminal)
    terminal.type("p")
    terminal.see("EDITOR --flag as it was")
    terminal.type("the pager ends with this line\n\n")
    terminal.see_gone("EDITOR --flag")
    terminal.press("enter")
    terminal.see("1 as it was", "10 B")
    terminal.press("escape")
    terminal.see("[1]", "Insert path")
    terminal.rest()
    assert "[2]" not in terminal.text
