"""A session's files, reached by descriptor and never by name.

Code in the session can swap a folder for a symlink between a check and an open (measured: one open in four
leaked), so every path is walked component by component with `dir_fd` and O_NOFOLLOW.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from backend.errors import FileError
from backend.executor import snapshot
from backend.executor.removal import remove_tree
from backend.executor.snapshot import Snapshot
from backend.models import FileInfo

DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
READABLE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
WRITABLE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
PARTIAL = ".workbench-"  # temporary names start so; they are independent of the final name
NAME_BYTES = 255
PIECE = 1 << 18  # bytes of one read of a download
DEPTH = 30  # folders within folders that a whole listing goes down


class Workspace:
    """The data directory of one session."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(mode=0o700, parents=True, exist_ok=True)

    def entries(self, directory: str = "") -> list[FileInfo]:
        """The entries of one directory. Raises FileError."""
        parts = split(directory) if directory else []
        with self._directory(parts) as fd, _failures(directory or "the data directory"):
            return [_info(entry, parts) for entry in _scan(fd) if not entry.name.startswith(PARTIAL)]

    def tree(self, directory: str = "") -> list[FileInfo]:
        """The entries of a directory and of all below it, folders before their own. Raises FileError."""
        found: list[FileInfo] = []
        for entry in self.entries(directory):
            found.append(entry)
            if entry.kind == "directory" and entry.path.count("/") < DEPTH:
                found += self.tree(entry.path)
        return found

    def read(self, path: str, offset: int = 0, limit: int | None = None) -> bytes:
        """Bytes of a regular file. Raises FileError."""
        with self._opened(path) as file, _failures(path):
            file.seek(offset)
            return file.read() if limit is None else file.read(limit)

    @contextlib.contextmanager
    def reading(self, path: str) -> Iterator[Callable[[], bytes]]:
        """A function that gives the next bytes of a regular file, nothing at its end. Raises FileError."""
        with self._opened(path) as file:

            def read() -> bytes:
                with _failures(path):
                    return file.read(PIECE)

            yield read

    @contextlib.contextmanager
    def _opened(self, path: str) -> Iterator[IO[bytes]]:
        *parents, name = split(path)
        with self._directory(parents) as folder, _failures(path):
            fd = os.open(name, READABLE, dir_fd=folder)
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            os.close(fd)
            raise FileError(f"{path} is not a regular file.")
        with os.fdopen(fd, "rb", buffering=0) as file:
            yield file

    @contextlib.contextmanager
    def writing(self, path: str, *, replace: bool = True) -> Iterator[Callable[[bytes | None], None]]:
        """A function that writes the new content of a file, which has it whole after a clean exit.

        Called with None it brings what it has to the disk: a clean exit right after it takes no time. After
        any other exit nothing has changed. Raises FileError, without `replace` also where there is
        something of that name, and what the caller raises within.
        """
        *parents, name = split(path)
        with self._directory(parents) as folder:
            temporary = PARTIAL + secrets.token_hex(8)
            with _failures(path):
                fd = os.open(temporary, WRITABLE, 0o644, dir_fd=folder)
            try:
                yield lambda data: _write(path, fd, data)
                with _failures(path):
                    os.fsync(fd)
                    if replace:
                        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
                    else:
                        self._move(folder, temporary, folder, name)
            except BaseException:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(temporary, dir_fd=folder)
                raise
            finally:
                os.close(fd)

    def info(self, path: str) -> FileInfo:
        """What is known of one file. Raises FileError."""
        *parents, name = split(path)
        with self._directory(parents) as folder, _failures(path):
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
            return FileInfo(path, _kind(found.st_mode), found.st_size, found.st_mtime)

    def delete(self, path: str) -> None:
        """Delete a file, or a directory with all in it. Raises FileError."""
        *parents, name = split(path)
        with self._directory(parents) as folder, _failures(path):
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
            if stat.S_ISDIR(found.st_mode):
                remove_tree(name, folder)
            else:
                os.unlink(name, dir_fd=folder)

    def make_directory(self, path: str) -> None:
        """Make a directory in one that is there. Raises FileError, also where something has its name."""
        *parents, name = _own(path)
        with self._directory(parents) as folder, _failures(path):
            os.mkdir(name, dir_fd=folder)

    def move(self, path: str, new_path: str) -> None:
        """Give a file or directory another path, which nothing has yet. Raises FileError."""
        *parents, name = _own(path)
        *new_parents, new_name = _own(new_path)
        if new_path.startswith(f"{path}/"):
            raise FileError(f"{path} cannot be moved into itself.")
        with self._directory(parents) as folder, self._directory(new_parents) as new_folder:
            with _failures(path):  # which of the two is amiss
                os.stat(name, dir_fd=folder, follow_symlinks=False)
            with _failures(new_path):
                self._move(folder, name, new_folder, new_name)

    @staticmethod
    def _move(folder: int, name: str, new_folder: int, new_name: str) -> None:
        from backend.executor.moving import move  # with the first use: ctypes costs 8 ms

        move(folder, name, new_folder, new_name)

    def snapshot(self) -> Snapshot | None:
        """The state of every file; None when there are too many or they cannot be listed."""
        try:
            fd = self._root()
            try:
                return snapshot.take(fd, PARTIAL)
            finally:
                os.close(fd)
        except OSError:
            return None

    @contextlib.contextmanager
    def _directory(self, parts: list[str]) -> Iterator[int]:
        """A descriptor of a directory, every component opened without following links."""
        with _failures("/".join(parts) or "the data directory", "there is no such folder"):
            fd = self._open(parts)
        try:
            yield fd
        finally:
            os.close(fd)

    def _open(self, parts: list[str]) -> int:
        fd = self._root()
        for part in parts:
            try:
                below = os.open(part, DIRECTORY, dir_fd=fd)
            finally:
                os.close(fd)
            fd = below
        return fd

    def _root(self) -> int:
        try:
            return os.open(self.root, DIRECTORY)
        except FileNotFoundError:  # code removed it
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            return os.open(self.root, DIRECTORY)


def split(path: str) -> list[str]:
    """The parts of a relative path. Raises FileError for names no file of a session can have."""
    parts = path.split("/")
    for part in parts:
        if part in ("", ".", "..") or "\0" in part or not _encodes(part):
            raise FileError(
                f"{path!r} is not the path of a session file.",
                "Paths are relative and have no . or .. in them.",
            )
        if len(os.fsencode(part)) > NAME_BYTES:
            raise FileError(f"The name {part[:40]!r}… is longer than {NAME_BYTES} bytes.")
    return parts


def _encodes(name: str) -> bool:
    """Whether a file can be called so; names with a lone surrogate that stands for no byte cannot."""
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        return False
    return True


def _own(path: str) -> list[str]:
    """The parts of a path for something new. Raises FileError for what listings would not show."""
    parts = split(path)
    if any(part.startswith(PARTIAL) for part in parts):
        raise FileError(
            f"{path!r} is not a path to choose.",
            f"Names that begin with {PARTIAL} are those of files on their way.",
        )
    return parts


def _write(path: str, fd: int, data: bytes | None) -> None:
    view = memoryview(data or b"")
    with _failures(path):
        if data is None:
            os.fsync(fd)
        while view:
            view = view[os.write(fd, view) :]


def _scan(fd: int) -> list[os.DirEntry[str]]:
    with os.scandir(fd) as entries:
        return list(entries)


def _info(entry: os.DirEntry[str], parts: list[str]) -> FileInfo:
    path = "/".join([*parts, entry.name])
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:
        return FileInfo(path, "other", 0, 0.0)
    return FileInfo(path, _kind(found.st_mode), found.st_size, found.st_mtime)


def _kind(mode: int) -> str:
    if stat.S_ISREG(mode):
        return "file"
    return "directory" if stat.S_ISDIR(mode) else "other"


_REASONS = {
    errno.ELOOP: "it is a symbolic link, which is not followed",
    errno.ENOTDIR: "a part of its path is not a directory",
    errno.ENOSPC: "the disk is full",
    errno.EACCES: "access is denied",
    errno.EEXIST: "there is something of that name already",
    errno.EROFS: "the disk is read-only",
}


_REMEDIES = {
    errno.ENOSPC: "Delete what is not needed, then try again.",
    errno.EDQUOT: "Delete what is not needed, then try again.",
}


@contextlib.contextmanager
def _failures(path: str, missing: str = "there is no such file") -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise FileError(f"{path}: {missing}.") from error
    except OSError as error:
        number = error.errno or 0
        reason = _REASONS.get(number, error.strerror or str(error))
        raise FileError(f"{path}: {reason}.", _REMEDIES.get(number, "")) from error
