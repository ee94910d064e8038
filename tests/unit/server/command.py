"""The real command as a process."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMMAND = str(Path(sys.executable).parent / "workbench")
LAST = "Stop "  # the banner's last line


@dataclass(frozen=True)
class Served:
    """A server in a process of its own."""

    process: subprocess.Popen[str]
    port: int
    banner: str
    home: Path

    @property
    def token_file(self) -> Path:
        return next(Path(word) for word in self.banner.split() if word.startswith(str(self.home)))

    @property
    def token(self) -> str:
        return self.token_file.read_text("ascii").strip()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """End it; gives its exit code and what it said."""
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=20)
        return self.process.returncode, said


def environment(home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home.parent),
        "LANG": "C.UTF-8",
        "WORKBENCH_HOME": str(home),
    }


@contextlib.contextmanager
def serving(home: Path, *arguments: str, before: tuple[str, ...] = ()) -> Iterator[Served]:
    """`workbench serve` on a free port once it listens; `before` is a command that runs it."""
    process = subprocess.Popen(
        [*before, COMMAND, "serve", "--port", "0", *arguments],
        env=environment(home),
        cwd=home.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Served(process, *_banner(process), home)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


def _banner(process: subprocess.Popen[str]) -> tuple[int, str]:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith(LAST):
            banner = "".join(lines)
            port = int(banner.partition("Listening")[2].split()[0].rpartition(":")[2])
            return port, banner
    assert process.stderr is not None
    raise AssertionError(f"it ended: {''.join(lines)}{process.stderr.read()}")
