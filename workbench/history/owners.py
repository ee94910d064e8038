"""Which process runs an unfinished entry: a lock that the kernel drops when the process ends.

Neither process ids nor clocks are asked: both come again, and a lock does not.
"""

from __future__ import annotations

import contextlib
import os
import sys
import uuid
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class Owner:
    """The lock of this process on `DIRECTORY/ID.lock`, held until `release` or the end of the process."""

    def __init__(self, directory: Path) -> None:
        """Take a lock of a new name. Raises OSError when the directory cannot be written."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        while True:
            self.id = uuid.uuid4().hex
            self._path = directory / f"{self.id}.lock"
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            if try_lock(self._descriptor) and _same_file(self._descriptor, self._path):
                return
            os.close(self._descriptor)  # a sweep came between making and locking

    def release(self) -> None:
        """Give the lock back; entries of this owner that are not final count as lost from now on."""
        with contextlib.suppress(OSError):
            self._path.unlink()
        os.close(self._descriptor)


def ended(directory: Path, owner: str) -> bool:
    """Whether the process with this owner id has ended. Its lock file is gone then, or can be locked."""
    try:
        descriptor = os.open(directory / f"{owner}.lock", os.O_RDWR)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    try:
        return try_lock(descriptor)
    finally:
        os.close(descriptor)


def sweep(directory: Path) -> int:
    """Remove the lock files of processes that have ended without `release`; tells how many."""
    removed = 0
    for path in sorted(directory.glob("*.lock")):
        if ended(directory, path.stem):
            with contextlib.suppress(OSError):
                path.unlink()
                removed += 1
    return removed


def try_lock(descriptor: int) -> bool:
    """Lock an open file for this descriptor alone, without waiting."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _same_file(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
