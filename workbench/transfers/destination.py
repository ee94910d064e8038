"""A file from a session on its way to this machine: it appears under its name whole, or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

from backend.errors import FileError, UsageError, WorkbenchError
from backend.threads import in_thread

BEGINNING = ".workbench-"
"""How the names of files begin that are not whole yet; short, since a name has 255 bytes at most."""


async def write(path: Path, pieces: AsyncIterator[bytes], *, overwrite: bool = False) -> int:
    """Write all pieces to `path`; how many bytes they were.

    Until the last one is on the disk the file has another name, which is gone after any failure and after
    being cancelled. Raises UsageError when there is something of that name already and `overwrite` is off,
    also when it came meanwhile; FileError when the disk does not take it; and what `pieces` raises.
    """
    if not overwrite and await asyncio.to_thread(os.path.lexists, path):
        raise exists(path)
    beside = path.parent / f"{BEGINNING}{secrets.token_hex(8)}"
    size = 0
    try:
        fd = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    except (OSError, ValueError) as error:  # ValueError: what no name can hold
        raise _refused(path, error) from None
    try:
        try:
            async for piece in pieces:
                await in_thread(_all, fd, piece)
                size += len(piece)
            await in_thread(os.fsync, fd)
        finally:
            os.close(fd)
        _name(beside, path, overwrite=overwrite)
    except (OSError, ValueError) as error:
        raise _refused(path, error) from None
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()
    return size


class NameTakenError(UsageError):
    """There is something of that name already, and nobody said that it may be replaced."""


def exists(path: Path) -> NameTakenError:
    """What is said where there is something of that name already."""
    return NameTakenError(f"{path} is there already.", "Choose another name, or say that it may be replaced.")


def _name(beside: Path, path: Path, *, overwrite: bool) -> None:
    """Give the whole file its name; a link, unlike a rename, never replaces what came meanwhile."""
    if overwrite:
        beside.replace(path)
        return
    try:
        os.link(beside, path)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS):
            raise
        if os.path.lexists(path):  # a file system without links, such as FAT
            raise exists(path) from None
        beside.rename(path)


def _all(fd: int, piece: bytes) -> None:
    view = memoryview(piece)
    while view:
        view = view[os.write(fd, view) :]


def _refused(path: Path, error: OSError | ValueError) -> WorkbenchError:
    if isinstance(error, ValueError):
        return FileError(f"{path} cannot be written: {error}.", "Choose another name.")
    if error.errno == errno.EEXIST:
        return exists(path)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return FileError(
            f"{path} cannot be written: the disk is full.", "Make room, or choose another place."
        )
    if error.errno == errno.ENOENT:
        return UsageError(f"There is no directory {path.parent}.", "Make it, or choose another.")
    return FileError(f"{path} cannot be written: {error.strerror}.", "Choose another place.")
