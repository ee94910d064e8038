"""A home of its own for every terminal test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.terminal.terminal import Terminal

KEPT = ("PATH", "LANG")


@pytest.fixture
def environment(tmp_path: Path, plain_python: str) -> dict[str, str]:
    """The environment of a user who has just installed the workbench."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {
        "WORKBENCH_HOME": str(tmp_path / "home"),
        "WORKBENCH_PYTHON": plain_python,
        "HOME": str(tmp_path),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        "TEXTUAL_ANIMATIONS": "none",
    }


@pytest.fixture
def open_terminal(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """Starts `workbench` on a terminal; every one is closed at the end of the test."""
    opened: list[Terminal] = []

    def start(*arguments: str, columns: int = 120, rows: int = 40) -> Terminal:
        one = Terminal(arguments, environment=environment, folder=tmp_path, columns=columns, rows=rows)
        opened.append(one)
        return one

    yield start
    for one in opened:
        one.close()
