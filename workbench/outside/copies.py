"""A copy of a file for a program of this machine, which nobody else can read."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from backend.errors import FileError

_ODD = re.compile(r"[^\w.+=@,-]+")
_LONGEST = 100  # characters of a copy's name: editors put more behind it for their own files
_PIECE = 1 << 20  # bytes of one read


class Copy:
    """A file of mode 0600 in a folder of its own with mode 0700, under a name with the right ending.

    `size` is how many bytes it had when it was made.
    """

    def __init__(self, path: Path, size: int, digest: bytes) -> None:
        self.path = path
        self.size = size
        self._digest = digest
        self._kept = False

    @classmethod
    async def make(cls, name: str, pieces: AsyncIterator[bytes]) -> Copy:
        """A copy of what `pieces` gives, called like `name`.

        Nothing is left after any failure and after being cancelled. Raises FileError when this machine's
        disk does not take it, and what `pieces` raises.
        """
        folder: Path | None = None
        try:
            folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="workbench-"))
            path = folder / plain_name(name)
            fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            size, digest = 0, hashlib.blake2b()
            with os.fdopen(fd, "wb") as file:
                async for piece in pieces:
                    await asyncio.to_thread(file.write, piece)
                    digest.update(piece)
                    size += len(piece)
        except BaseException as error:
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)
            if isinstance(error, OSError):
                raise FileError(
                    f"{name} cannot be copied to {tempfile.gettempdir()}: {error.strerror}.",
                    "Make room there, or set TMPDIR.",
                ) from None
            raise
        return cls(path, size, digest.digest())

    async def changed(self) -> bool:
        """Whether it has other content now. Raises FileError when it is gone or cannot be read."""
        return await asyncio.to_thread(self.differs)

    def differs(self) -> bool:
        """As `changed`, blocking."""
        return self._now() != self._digest

    async def pieces(self) -> AsyncIterator[bytes]:
        """What it has now, piece by piece. Raises FileError."""
        with self._opened() as fd:
            while piece := await asyncio.to_thread(os.read, fd, _PIECE):
                yield piece

    def length(self) -> int:
        """How many bytes it has now. Raises FileError when it is gone."""
        with self._opened() as fd:
            return os.fstat(fd).st_size

    def keep(self) -> None:
        """Have `remove` leave it where it is: it holds what is nowhere else."""
        self._kept = True

    def remove(self) -> None:
        """Delete it, with all that programs have put beside it."""
        if not self._kept:
            shutil.rmtree(self.path.parent, ignore_errors=True)

    def _now(self) -> bytes:
        digest = hashlib.blake2b()
        with self._opened() as fd:
            while piece := os.read(fd, _PIECE):
                digest.update(piece)
        return digest.digest()

    @contextlib.contextmanager
    def _opened(self) -> Iterator[int]:
        try:
            fd = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise FileError(f"{self.path} cannot be read: {error.strerror}.") from None
        try:
            yield fd
        finally:
            os.close(fd)


def plain_name(name: str) -> str:
    """A name for a copy of `name` that every program takes: no spaces, no controls, not long, same ending."""
    plain = _ODD.sub("_", name.rpartition("/")[2]).lstrip("-.") or "file"
    stem, dot, ending = plain.rpartition(".")
    if len(plain) <= _LONGEST or len(ending) > 20:
        return plain[:_LONGEST]
    return stem[: _LONGEST - len(ending) - 1] + dot + ending
