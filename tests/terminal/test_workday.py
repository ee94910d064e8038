"""The installed program on a real terminal: type, run, stop, break, quit, come back."""

from __future__ import annotations

import contextlib
import random
import re
import shutil
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.terminal import COMMAND, Terminal

Open = Callable[..., Terminal]


def run(terminal: Terminal, code: str, *seen: str) -> None:
    """Replace the buffer by `code`, run it, wait for `seen`."""
    terminal.press("f2", "ctrl+a", "delete")
    terminal.paste(code)
    terminal.press("f5")
    terminal.see(*seen)


def test_a_newcomer_runs_code_and_reads_the_value(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.see("idle")
    terminal.type("x = 20\nx + 1")
    terminal.press("f5")
    terminal.see("→ 21", "succeeded")
    terminal.press("ctrl+q")
    assert terminal.ended() == 0


def test_what_is_typed_before_anything_is_drawn_is_kept(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.type("6 * 7")
    terminal.press("f5")
    terminal.see("→ 42", "succeeded")


def test_lines_come_one_by_one_while_typing_goes_on(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.see("idle")
    terminal.paste("import time\nfor i in range(4): print('line', i); time.sleep(0.6)")
    terminal.press("f5")
    terminal.see("line 0")
    assert "line 3" not in terminal.text
    terminal.type("# typed")
    terminal.see("# typed")
    assert "line 3" not in terminal.text
    terminal.see("line 3", "succeeded")


def test_a_loop_is_stopped_and_the_variables_stay(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.see("idle")
    run(terminal, "x = 20", "succeeded")
    run(terminal, "while True: pass", "▶ running")
    terminal.press("f8")
    terminal.see("interrupted", "● idle", limit=3.0)
    run(terminal, "x", "→ 20")


def test_a_dead_worker_is_told_and_so_is_the_loss(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.see("idle")
    run(terminal, "import os; os.kill(os.getpid(), 9)", "killed by signal 9", "lost")
    run(terminal, "print('again')", "again", "Variables from before are gone")


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ("!echo from-the''-shell", "from-the-shell"),
        ("%timeit -n1 -r1 1+1", "per loop"),
        ("import asyncio; await asyncio.sleep(0.1); 'slept'", "'slept'"),
        ("import subprocess; subprocess.run(['echo', 'from-a-child'])", "CompletedProcess"),
        ("1 +", "SyntaxError"),
        ("input('name? ')", "asks for input"),
    ],
)
def test_output_appears_under_its_execution(
    open_terminal: Open, environment: dict[str, str], code: str, seen: str
) -> None:
    del environment["WORKBENCH_PYTHON"]  # the tests' own has IPython
    terminal = open_terminal()
    terminal.see("idle")
    run(terminal, code, seen)


def test_a_flood_of_lines_leaves_the_editor_usable(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.see("idle")
    run(terminal, "for i in range(100_000): print('row', i)", "row 99999", "1 ✓")
    terminal.press("f2", "end")
    terminal.type(" # still here")
    terminal.see("# still here")


def test_quitting_and_coming_back_finds_buffers_and_history(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.see("idle")
    terminal.type("answer = 42")
    terminal.press("f5")
    terminal.see("succeeded")
    terminal.press("ctrl+q")
    assert terminal.ended() == 0
    again = open_terminal()
    again.see("answer = 42", "1 ✓", "idle")


def kept_outputs(file: Path) -> str:
    """What a history file gives back of its executions, if the program ended now."""
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return "\n".join(body.decode() for (body,) in connection.execute("SELECT body FROM bodies"))


def saved(folder: Path) -> bytes:
    """What is on disk now under a folder."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_kill_9_in_a_run_loses_nothing_and_marks_the_execution(open_terminal: Open, tmp_path: Path) -> None:
    terminal = open_terminal()
    terminal.see("idle")
    terminal.paste("import time\nprint('before', 'the end')\ntime.sleep(60)")
    terminal.press("f5")
    terminal.see("before the end")
    terminal.wait(lambda: b"time.sleep(60)" in saved(tmp_path / "home/state"), "the buffer on disk")
    history = tmp_path / "home/data/history.db"
    terminal.wait(lambda: "before the end" in kept_outputs(history), "the output on disk")
    terminal.kill(signal.SIGKILL)
    assert terminal.ended() == -signal.SIGKILL
    again = open_terminal()
    again.see("time.sleep(60)", "Found again", "idle")
    again.press("f4")
    again.see("Run again")
    again.press("enter")
    again.see("lost", "before the end")


def test_a_file_appears_is_previewed_and_deleted(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.see("idle")
    run(terminal, "open('notes.txt', 'w').write('kept ' + 'words')", "+ notes.txt")
    terminal.press("f7")
    terminal.see("Refresh")
    terminal.press("down", "enter")
    terminal.see("kept words")
    terminal.press("escape")
    terminal.see_gone("kept words")
    terminal.type("x")
    terminal.see("Delete file?")
    terminal.type("y")
    terminal.see("is deleted")


def test_everything_is_in_the_palette_and_in_the_help(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.see("idle")
    terminal.press("ctrl+p")
    terminal.see("Run the selection")
    terminal.press("escape")
    terminal.see_gone("Run the selection")
    terminal.press("f1")
    terminal.see("Type to search commands and keys", "Run the whole buffer")
    terminal.type("save")
    terminal.see("Save the buffer")


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (140, 44), (300, 100)])
def test_sizes_lay_out(open_terminal: Open, size: tuple[int, int]) -> None:
    columns, rows = size
    terminal = open_terminal(columns=columns, rows=rows)
    terminal.see("idle")
    terminal.type("6 * 7")
    terminal.press("f5")
    terminal.see("→ 42")
    terminal.press("ctrl+q")
    assert terminal.ended() == 0


def test_a_storm_of_sizes_leaves_the_screen_whole(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.see("idle")
    terminal.paste(
        "import time\nprint('begun')\nfor i in range(300):\n    print('row', i); time.sleep(0.01)\n'done'"
    )
    terminal.press("f5")
    terminal.see("row 9")
    sizes = random.Random(7)
    for _ in range(300):
        terminal.resize(sizes.randint(1, 240), sizes.randint(1, 90))
        terminal.read(0.01)
    terminal.resize(120, 40)
    terminal.see("row 299", "→ 'done'", "● idle", "F5 Run", limit=40)
    terminal.type("# still here")
    terminal.see("# still here")


def test_too_small_says_so_and_work_goes_on(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.see("idle")
    terminal.paste("import time; time.sleep(1); print('meanwhile')")
    terminal.press("f5")
    terminal.see("running")
    terminal.resize(40, 10)
    terminal.see("too small")
    terminal.resize(120, 40)
    terminal.see("meanwhile", "succeeded")


def test_sigterm_keeps_the_buffers(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.see("idle")
    terminal.type("kept = True")
    terminal.see("kept = True")
    terminal.kill(signal.SIGTERM)
    terminal.ended()
    open_terminal().see("kept = True")


@pytest.mark.parametrize("command", ["exec workbench", 'trap "" HUP; setsid -w workbench'])
def test_the_app_ends_with_its_terminal(
    environment: dict[str, str], tmp_path: Path, open_terminal: Open, command: str
) -> None:
    if "setsid" in command and not shutil.which("setsid"):
        pytest.skip("there is no setsid here")
    # in a session of its own it is not told by SIGHUP: Textual alone would spin for ever (its issue 6690)
    path = f"{COMMAND.parent}:{environment['PATH']}"
    shell = Terminal(
        ["-c", command], environment={**environment, "PATH": path}, folder=tmp_path, command=Path("/bin/sh")
    )
    shell.see("idle")
    shell.type("kept = 'as typed'")
    shell.see("as typed")
    shell.hang_up(limit=10.0)
    open_terminal().see("kept = 'as typed'")


def test_the_terminal_is_given_back_as_it_was(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.see("idle")
    terminal.press("ctrl+q")
    terminal.ended()
    raw = bytes(terminal.raw)
    for mode in (1049, 1000, 1003, 2004, 25):
        last = re.findall(rb"\x1b\[\?%d([hl])" % mode, raw)[-1:]
        assert last == ([b"h"] if mode == 25 else [b"l"]), mode


HOSTILE = "\x1b]0;owned\x07\x1b[2J\x1b]52;c;aGk=\x07\x9b5m[/] [@click=app.quit]x[/] [red]"


def test_hostile_text_is_shown_as_text_everywhere(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.see("idle")
    code = (
        f"s = {HOSTILE!r}\nprint(s)\nimport sys; print(s, file=sys.stderr)\n"
        "open('[@click=app.quit]x[' + chr(27) + ']0;owned' + chr(7) + '.txt', 'w').write(s)\n"
        "raise ValueError(s)"
    )
    run(terminal, code, "ValueError", "[@click=app.quit]", "1 file")
    terminal.press("f7")
    terminal.see("Refresh")
    terminal.press("down", "enter")
    terminal.see("View as")
    terminal.press("escape")
    terminal.see_gone("View as")
    terminal.press("f4")
    terminal.see("Run again")
    terminal.press("enter")
    terminal.see("Execution 1", "ValueError")
    terminal.press("escape")
    terminal.see_gone("Execution 1")
    terminal.press("ctrl+q")
    assert terminal.ended() == 0
    raw = bytes(terminal.raw)
    assert b"\x1b]0;owned" not in raw
    assert b"\x1b]52;c;aGk=" not in raw
    assert b"\xc2\x9b" not in raw


def test_with_the_mouse(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.see("idle")
    terminal.type("open('clicked.txt', 'w').write('by mouse'); 6 * 7")
    terminal.click_on("F5 Run")
    terminal.see("→ 42")
    terminal.click_on("1 ✓", times=2)
    terminal.see("Execution 1")
    terminal.click_on("Esc Close")
    terminal.see_gone("Execution 1")
    terminal.click_on("clicked.txt  ", times=2)
    terminal.see("View as")
    terminal.click_on("d Delete")
    terminal.click_on("Delete (y)")
    terminal.see("is deleted")
    terminal.click_on("^Q Quit")
    assert terminal.ended() == 0
