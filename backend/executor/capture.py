"""All that one execution printed: its bytes counted exactly, and a long stream kept whole in a spool file.

The first SPOOL_FROM bytes of a stream wait in memory; only a stream that goes on beyond them gets a file.
Appending 64 MiB to the page cache takes 30 to 80 ms, in pieces of 512 KiB at most: no thread is needed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from backend.models import Stream

SPOOL_FROM = 1 << 19  # bytes of one stream; the two of them fit into the 1 MiB that a front end keeps of both
SPOOL_CAP = 64 << 20  # bytes of one stream that its file gets
FILES = 20  # files that one session keeps, the newest
BYTES = 1 << 30  # bytes in all of them
DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Capture:
    """What came out of one execution, by stream.

    The spool files of a session lie in `folder`, named by a hash of the execution's id; making one removes
    the oldest there. Where a file cannot be made or written there is none, and nothing is raised: counting
    goes on.
    """

    def __init__(self, folder: Path, execution_id: str) -> None:
        """Nothing is made yet: `folder` with the first file in it."""
        self._folder = folder
        self._id = execution_id
        self._sizes: dict[Stream, int] = {}
        self._first: dict[Stream, bytearray] = {}
        self._files: dict[Stream, _File] = {}
        self._closed = False

    def data(self, stream: Stream, data: bytes) -> None:
        """Bytes came out of a stream."""
        before = self._sizes.get(stream, 0)
        self._sizes[stream] = before + len(data)
        if self._closed or before >= SPOOL_CAP:
            return
        file = self._files.get(stream)
        if file is not None:
            file.write(data[: SPOOL_CAP - before])
            return
        first = self._first.setdefault(stream, bytearray())
        first += data[: SPOOL_CAP - before]
        if len(first) > SPOOL_FROM:
            self._files[stream] = file = _File(self._folder, f"{_name(self._id)}.{stream.value}")
            file.write(self._first.pop(stream))

    def sizes(self) -> dict[Stream, int]:
        """How many bytes each stream had; one without any is not in it."""
        return dict(self._sizes)

    def spool(self) -> dict[Stream, str]:
        """The file of each stream that has one: the whole of it, or its first SPOOL_CAP bytes."""
        return {stream: file.path for stream, file in self._files.items() if file.whole}

    def close(self) -> None:
        """Write nothing more; sizes and files stay as they are."""
        self._closed = True
        self._first.clear()
        for file in self._files.values():
            file.close()


class _File:
    """One spool file; `whole` until something could not be written, which removes it."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = str(folder / name)
        self.whole = False
        self._fd = -1
        with contextlib.suppress(OSError):
            self._fd = _make(folder, name)
            self.whole = True

    def write(self, data: bytes | bytearray) -> None:
        """Add bytes."""
        if self._fd < 0:
            return
        try:
            with memoryview(data) as view:
                written = 0
                while written < len(view):
                    written += os.write(self._fd, view[written:])
        except OSError:  # the disk is full, or a limit of ours is reached: give the space back
            self.whole = False
            self.close()
            with contextlib.suppress(OSError):
                Path(self.path).unlink()

    def close(self) -> None:
        """Write nothing more."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def _name(execution_id: str) -> str:
    return hashlib.sha256(execution_id.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _make(folder: Path, name: str) -> int:
    """A new file, after room was made for it. Raises OSError."""
    folder.mkdir(mode=0o700, exist_ok=True)
    directory = os.open(folder, DIRECTORY)
    try:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name, dir_fd=directory)
        _remove_old(directory, name.partition(".")[0])
        return os.open(name, NEW_FILE, 0o600, dir_fd=directory)
    finally:
        os.close(directory)


def _remove_old(directory: int, own: str) -> None:
    """Leave the newest files that fit beside a new one; those of the same execution stay."""
    with os.scandir(directory) as entries:
        found = [(entry.name, entry.stat(follow_symlinks=False)) for entry in entries]
    files, room = FILES - 1, BYTES - SPOOL_CAP
    for name, each in sorted(found, key=lambda one: one[1].st_mtime_ns, reverse=True):
        files -= 1
        room -= each.st_size
        if (files < 0 or room < 0) and name.partition(".")[0] != own:
            with contextlib.suppress(OSError):
                os.unlink(name, dir_fd=directory)
