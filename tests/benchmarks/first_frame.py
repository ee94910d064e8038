"""From process start to the first painted frame, on a pseudo-terminal, against a bare Textual app."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.row import Row, at_most
from tests.terminal.terminal import COMMAND, Terminal

BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("bare frame painted")
Bare().run()
"""


def environment(home: str) -> dict[str, str]:
    """Of a user who has just installed the workbench."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": home,
        "WORKBENCH_HOME": f"{home}/workbench",
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
    }


def painted(command: Path, arguments: list[str], mark: bytes, home: str) -> float:
    """Milliseconds from the fork until `mark` has been drawn."""
    began = time.perf_counter()
    terminal = Terminal(arguments, environment=environment(home), folder=Path(home), command=command)
    try:
        while mark not in terminal.raw:
            if not terminal.read(0.5):
                raise RuntimeError(f"{command} ended early:\n{terminal.text}")
        return (time.perf_counter() - began) * 1000
    finally:
        terminal.close()


def until(words: str, home: str) -> float:
    began = time.perf_counter()
    terminal = Terminal([], environment=environment(home), folder=Path(home))
    try:
        terminal.see(words)
        return (time.perf_counter() - began) * 1000
    finally:
        terminal.close()


def rows(rounds: int = 9) -> list[Row]:
    """The first frame and the session's readiness, interleaved with the bare app."""
    ours, bare, ready = [], [], []
    python = Path(sys.executable)
    with tempfile.TemporaryDirectory() as home:
        script = Path(home) / "bare.py"
        script.write_text(BARE)
        painted(COMMAND, [], b"Output", home)  # byte code is compiled
        for _ in range(rounds):
            bare.append(painted(python, [str(script)], b"bare frame painted", home))
            ours.append(painted(COMMAND, [], b"Output", home))
            ready.append(until("● idle", home))
    return [
        at_most("first frame (bare Textual app)", ours, bare, "ms", 1.6),
        at_most("session ready, from process start (same peer)", ready, bare, "ms", 5),
    ]
