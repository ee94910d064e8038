"""Contents by their SHA-256: what entries and sessions need once more is kept in one file each, once."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

_DIGEST = re.compile(r"[0-9a-f]{64}")
_PIECE = 1 << 20
# a file that is being written is touched at every piece; nothing takes this long between two
_ABANDONED_SECONDS = 86_400.0


class Blobs:
    """A directory of contents, `ab/abcdef…`. Several processes may use it at once; nothing is made by asking.

    A content appears under its name complete and synced, or not at all. All calls may block for the disk.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, data: bytes) -> str:
        """Keep a content; gives its digest. Raises OSError."""
        with self.writer() as writer:
            writer.write(data)
            return writer.commit()

    def put_pieces(self, pieces: Iterable[bytes]) -> str:
        """Keep a content that comes in pieces; gives its digest. Raises OSError, and what `pieces` raises."""
        with self.writer() as writer:
            for piece in pieces:
                writer.write(piece)
            return writer.commit()

    @contextlib.contextmanager
    def writer(self) -> Iterator[BlobWriter]:
        """Writes one content piece by piece; what is not committed is removed again. Raises OSError."""
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        writer = BlobWriter(self._root)
        try:
            yield writer
        finally:
            writer.discard()

    def get(self, digest: str) -> bytes | None:
        """A content, None for one that is not kept, or whose file does not hold it any more."""
        try:
            data = self.path(digest).read_bytes()
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == digest else None

    def open(self, digest: str) -> BinaryIO:
        """The content as a file to read. Raises OSError for one that is not kept."""
        return self.path(digest).open("rb")

    def size(self, digest: str) -> int | None:
        """Bytes of a content, None for one that is not kept."""
        try:
            return self.path(digest).stat().st_size
        except OSError:
            return None

    def path(self, digest: str) -> Path:
        """Where a content is, or would be. Raises ValueError for what is no digest."""
        if not _DIGEST.fullmatch(digest):
            raise ValueError(f"not a SHA-256 digest: {digest[:80]!r}")
        return self._root / digest[:2] / digest

    def total(self, digests: Iterable[str]) -> int:
        """Bytes of these contents."""
        return sum(self.size(digest) or 0 for digest in digests)

    def collect(self, needed: frozenset[str], *, age: float) -> int:
        """Remove contents that nobody needs and that are older than `age` seconds; tells how many.

        The age is the time that one who has put a content has to say that it is needed.
        """
        removed = 0
        now = time.time()
        for path in self._root.glob("??/*"):
            if path.name not in needed:
                removed += _remove(path, now - age)
        for path in self._root.glob("new-*"):
            _remove(path, now - _ABANDONED_SECONDS)
        return removed


class BlobWriter:
    """One content on its way to the disk. Made by `Blobs.writer`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._hash = hashlib.sha256()
        self.size = 0
        descriptor, name = tempfile.mkstemp(prefix="new-", dir=root)
        self._path: Path | None = Path(name)
        self._file = os.fdopen(descriptor, "wb", buffering=_PIECE)

    def write(self, piece: bytes) -> None:
        """Add a piece. Raises OSError."""
        self._hash.update(piece)
        self._file.write(piece)
        self.size += len(piece)

    def commit(self) -> str:
        """Sync the content and give it its name, which is its digest. Raises OSError."""
        digest = self._hash.hexdigest()
        final = self._root / digest[:2] / digest
        if final.exists():
            with contextlib.suppress(OSError):
                os.utime(final)  # its age begins anew for `collect`
                return digest
        assert self._path is not None
        self._file.flush()
        os.fsync(self._file.fileno())
        final.parent.mkdir(mode=0o700, exist_ok=True)
        self._path.rename(final)
        self._path = None
        _sync_directory(final.parent)
        return digest

    def discard(self) -> None:
        """Close the file, and remove it when it has not been committed."""
        with contextlib.suppress(OSError):
            self._file.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)
            self._path = None


def _remove(path: Path, before: float) -> int:
    try:
        if path.stat().st_mtime < before:
            path.unlink()
            return 1
    except OSError:
        pass
    return 0


def _sync_directory(path: Path) -> None:
    with contextlib.suppress(OSError):  # Windows opens no directories
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
