"""Where served sessions keep their files: a folder of one server's own, gone with it."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from backend.errors import UsageError
from backend.executor.folders import SessionFolder
from backend.executor.removal import DIRECTORY, remove_tree
from workbench.config.paths import private_directory

NAME = "served"
_LOCK = "lock"


class ServedFolder:
    """The folder under which a server's sessions are."""

    def __init__(self, path: Path) -> None:
        self.path = path

    async def erase(self, session: str) -> None:
        """Delete what an ended session left."""
        await asyncio.to_thread(_remove, SessionFolder(self.path, session).path)


@contextlib.contextmanager
def served_folder(data: Path) -> Iterator[ServedFolder]:
    """A new folder, which goes at the end; those of servers that were killed go first. Raises UsageError.

    A lock in it says that its server lives; the system releases it however that ends.
    """
    try:
        folder, lock = _make(private_directory(data / NAME))
    except OSError as error:
        raise UsageError(
            f"{data / NAME} cannot be used: {error.strerror}.", "Mend its permissions."
        ) from error
    try:
        yield ServedFolder(folder)
    finally:
        _remove(folder)
        os.close(lock)


def _make(above: Path) -> tuple[Path, int]:
    with _locked(above / _LOCK):
        for old in [entry for entry in above.iterdir() if entry.is_dir()]:
            _remove_dead(old)
        folder = above / secrets.token_hex(8)
        folder.mkdir(mode=0o700)
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
    return folder, lock


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def _remove_dead(folder: Path) -> None:
    """Remove the folder of a server that is not there any more."""
    fd = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _remove(folder)
    except BlockingIOError:
        pass
    finally:
        os.close(fd)


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        above = os.open(path.parent, DIRECTORY)
        try:
            remove_tree(path.name, above)
        finally:
            os.close(above)
