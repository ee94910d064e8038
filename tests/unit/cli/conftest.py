"""The real command as a process, with a home of its own and nothing of the user's environment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

COMMAND = Path(sys.executable).parent / "workbench"
LIMIT = 30.0  # seconds until a test gives up


@dataclass(frozen=True)
class Shell:
    """Runs the command in `folder`; `more` are variables beside those of every call."""

    folder: Path
    home: Path
    python: str

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "WORKBENCH_HOME": str(self.home),
            "WORKBENCH_PYTHON": self.python,
        } | dict(more or {})

    def run(
        self, *arguments: str, stdin: str = "", more: Mapping[str, str] | None = None, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        settings: dict[str, Any] = {"cwd": self.folder, "capture_output": True, "timeout": LIMIT} | options
        environment = self.environment(more)
        return subprocess.run([COMMAND, *arguments], input=stdin, env=environment, text=True, **settings)

    def start(self, *arguments: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [COMMAND, *arguments],
            env=self.environment(),
            cwd=self.folder,
            text=True,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def configure(self, text: str) -> Path:
        path = self.home / "config" / "config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


@pytest.fixture
def shell(tmp_path: Path, plain_python: str) -> Shell:
    return Shell(tmp_path, tmp_path / "home", plain_python)


def sentence(text: str) -> str:
    """The sentence on stderr, checked: one line of ours and at most one with the remedy, no traceback."""
    lines = text.splitlines()
    assert lines, "nothing on stderr"
    assert lines[0].startswith("workbench: ")
    assert len(lines) <= 2, text
    assert lines[-1].endswith((".", "?"))
    return text
