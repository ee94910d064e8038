"""What hostile code must not leave in the program that ran it: processes, descriptors, files."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from backend.executor.worker.reaper import PR_SET_CHILD_SUBREAPER, prctl
from tests.contract.driver import descriptors
from tests.processes import descendants, parents

MARK = "LC_WORKBENCH_TORTURE"  # passes into the environment of all that a backend starts
PATIENCE = 5.0  # seconds until the last process has ended
SESSION = {
    "data",
    "home",
    "tmp",
    "session.json",
    "lock",
    "output",
    "data-moved",
}  # the last is made by a cell


@dataclass
class Leftovers:
    """What was there before; `check` tells what is there beside it."""

    mark: str
    root: Path
    temporary: Path
    before: set[int] = field(default_factory=descendants)
    open_before: int = field(default_factory=descriptors)

    def processes(self) -> set[int]:
        """Processes of the backend that run: its descendants, and whatever else has its environment."""
        above = parents()
        below = {pid for pid in descendants() if not self._is_old(pid, above)}
        return below | {pid for pid in above if self._is_marked(pid)}

    def _is_old(self, pid: int, above: dict[int, int]) -> bool:
        """Whether it was there before, or comes of what was there."""
        while pid in above and pid != os.getpid():
            if pid in self.before:
                return True
            pid = above[pid]
        return False

    def _is_marked(self, pid: int) -> bool:
        try:
            return f"{MARK}={self.mark}".encode() in Path(f"/proc/{pid}/environ").read_bytes()
        except OSError:
            return False

    def check(self) -> None:
        """Fails when a process, a descriptor or a file was left. The backend must be closed."""
        deadline = time.monotonic() + PATIENCE
        while (left := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not left, f"processes were left: {[_described(pid) for pid in left]}"
        now = descriptors()
        assert now == self.open_before, f"{self.open_before} descriptors were open, now {now}"
        files = sorted(path.name for path in self.temporary.iterdir())
        assert files == [], f"temporary files were left: {files}"
        strange = [
            path for folder in self._sessions() for path in folder.iterdir() if path.name not in SESSION
        ]
        assert strange == [], f"files were left beside the sessions' own: {strange}"

    def _sessions(self) -> list[Path]:
        return [folder for folder in self.root.iterdir() if not folder.name.startswith(".")]


@contextlib.contextmanager
def watched(mark: str, root: Path, temporary: Path) -> Iterator[Leftovers]:
    """While this lasts, orphans of the backend become children of this process, wherever they try to hide.

    Temporary files of this process go to `temporary`.
    """
    was, tempfile.tempdir = tempfile.tempdir, str(temporary)
    os.environ[MARK] = mark
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    try:
        yield Leftovers(mark, root, temporary)
    finally:
        prctl(PR_SET_CHILD_SUBREAPER, 0)
        del os.environ[MARK]
        tempfile.tempdir = was


def _described(pid: int) -> str:
    try:
        return f"{pid} {Path(f'/proc/{pid}/cmdline').read_bytes()[:100]!r}"
    except OSError:
        return str(pid)
