"""A local file on its way to a session, read piece by piece in threads."""

from __future__ import annotations

import asyncio
import os
import select
import stat
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from backend.errors import FileError, UsageError
from backend.records import dataclass
from backend.threads import in_thread

PIECE = 1 << 20  # bytes of one read
LOOK = 0.1  # seconds after which who waits for bytes sees that nobody wants them any more


@dataclass(frozen=True, slots=True)
class Source:
    """What is sent: `size` in bytes, None where only its end tells."""

    name: str
    size: int | None
    pieces: AsyncIterator[bytes]


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Source]:
    """A regular file to send. Raises UsageError for one that is missing, unreadable or no file.

    Taking its pieces raises FileError when there are more or fewer bytes than its size was.
    """
    fd = await asyncio.to_thread(_open, path)
    try:
        size = os.fstat(fd).st_size
        yield Source(path.name, size, _exactly(read(fd, str(path), to_end=True), size, str(path)))
    finally:
        os.close(fd)


async def read(fd: int, name: str, *, to_end: bool = False) -> AsyncIterator[bytes]:
    """The bytes of a descriptor to its end. Raises FileError when they cannot be read.

    Cancelled, it has read nothing more, also where nothing comes; with `to_end` it waits for the read that
    has begun: for one that never waits long.
    """
    left = threading.Event()
    try:
        while True:
            try:
                piece = await (
                    in_thread(os.read, fd, PIECE) if to_end else asyncio.to_thread(_when_there, fd, left)
                )
            except OSError as error:
                raise FileError(f"{name} cannot be read: {error.strerror}.", "Try again.") from None
            if not piece:
                return
            yield piece
    finally:
        left.set()


def _when_there(fd: int, left: threading.Event) -> bytes:
    """The next bytes, nothing once it is left: the end of a program waits for its threads."""
    while sys.platform != "win32" and not select.select([fd], [], [], LOOK)[0]:
        if left.is_set():
            break
    return b"" if left.is_set() else os.read(fd, PIECE)


def given(content: bytes, name: str) -> Source:
    """Bytes to send that are in memory."""

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(content), PIECE):
            yield content[start : start + PIECE]

    return Source(name, len(content), pieces())


async def _exactly(pieces: AsyncIterator[bytes], size: int, name: str) -> AsyncIterator[bytes]:
    sent = 0
    async for piece in pieces:
        sent += len(piece)
        if sent > size:
            raise FileError(f"{name} has grown while it was sent.", "Try again when it is whole.")
        yield piece
    if sent < size:
        raise FileError(f"{name} has shrunk while it was sent.", "Try again when it is whole.")


def _open(path: Path) -> int:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a FIFO would wait for a writer
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its name has a NUL in it"
        raise UsageError(f"{path} cannot be read: {reason}.", "Check the path and its permissions.") from None
    kind = os.fstat(fd).st_mode
    if stat.S_ISREG(kind):
        return fd
    os.close(fd)
    what = "is a directory" if stat.S_ISDIR(kind) else "is no regular file"
    raise UsageError(f"{path} {what}, and only files are sent.", "Name the files, or pack them.")
