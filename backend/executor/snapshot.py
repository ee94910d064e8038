"""The state of a session's files before and after an execution, and what became of them."""

from __future__ import annotations

import os

from backend.models import Change, FileChange

LIMIT = 5000  # entries looked at per execution; 1,000 take 2 ms
DEPTH = 30  # folders within folders
DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

Snapshot = dict[str, tuple[int, int]]
"""Path → size and modification time in ns, of every file."""


def take(fd: int, partial: str) -> Snapshot | None:
    """The files under a directory, those with names that begin with `partial` left out.

    None when there are more entries than LIMIT or deeper ones than DEPTH. Raises OSError.
    """
    taken = _Taking(partial)
    return taken.files if taken.collect(fd, "", 0) else None


class _Taking:
    def __init__(self, partial: str) -> None:
        self.files: Snapshot = {}
        self._partial = partial
        self._left = LIMIT

    def collect(self, fd: int, prefix: str, depth: int) -> bool:
        """Look at one directory and those in it; False when it is too much."""
        folders = []
        with os.scandir(fd) as entries:
            for entry in entries:
                self._left -= 1
                if self._left < 0:
                    return False
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                elif not entry.name.startswith(self._partial):
                    self._file(entry, prefix)
        if folders and depth == DEPTH:
            return False
        return all(self._folder(fd, name, prefix, depth) for name in folders)

    def _file(self, entry: os.DirEntry[str], prefix: str) -> None:
        try:
            facts = entry.stat(follow_symlinks=False)
        except FileNotFoundError:  # gone meanwhile
            return
        self.files[prefix + entry.name] = (facts.st_size, facts.st_mtime_ns)

    def _folder(self, fd: int, name: str, prefix: str, depth: int) -> bool:
        try:
            below = os.open(name, DIRECTORY, dir_fd=fd)
        except (FileNotFoundError, NotADirectoryError):
            return True
        try:
            return self.collect(below, f"{prefix}{name}/", depth + 1)
        finally:
            os.close(below)


def compare(before: Snapshot | None, after: Snapshot | None) -> tuple[FileChange, ...] | None:
    """The files created, changed and deleted between two snapshots; None when one of them is missing."""
    if before is None or after is None:
        return None
    if before == after:
        return ()
    changes = [
        FileChange(path, Change.CHANGED if path in before else Change.CREATED, facts[0])
        for path, facts in after.items()
        if before.get(path) != facts
    ]
    changes += [FileChange(path, Change.DELETED) for path in before if path not in after]
    return tuple(sorted(changes, key=lambda change: change.path))
