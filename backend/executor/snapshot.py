"""The state of a session's files before and after an execution."""

from __future__ import annotations

import os
import time

LIMIT = 10_000  # entries looked at per execution; four fifths of the time is the kernel's, in stat()
DEPTH = 30  # folders within folders
DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
COARSE = 5  # CLOCK_REALTIME_COARSE of Linux, which stamps files; `time` has no name for it
TICKS = 3  # of that clock, within which a stamp can be of now

Snapshot = dict[str, tuple[int, int, int, int]]
"""Path → size, times of modification and of change in ns, and inode number, of every file.

A program can set the first time, as unpackers and copiers do, but not the second.
"""


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
        folders, files, partial = [], self.files, self._partial
        with os.scandir(fd) as entries:
            for entry in entries:
                self._left -= 1
                if self._left < 0:
                    return False
                name = entry.name
                if entry.is_dir(follow_symlinks=False):
                    folders.append(name)
                elif not name.startswith(partial):
                    try:
                        facts = entry.stat(follow_symlinks=False)
                    except FileNotFoundError:  # gone meanwhile
                        continue
                    files[prefix + name] = facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino
        if folders and depth == DEPTH:
            return False
        return all(self._folder(fd, name, prefix, depth) for name in folders)

    def _folder(self, fd: int, name: str, prefix: str, depth: int) -> bool:
        try:
            below = os.open(name, DIRECTORY, dir_fd=fd)
        except (FileNotFoundError, NotADirectoryError):
            return True
        try:
            return self.collect(below, f"{prefix}{name}/", depth + 1)
        finally:
            os.close(below)


def unsettled(taken: Snapshot) -> float:
    """Seconds to wait until what changes from now on has other times than what is in a snapshot.

    Stamps are of a clock with ticks of 1 to 10 ms, so a file written just before could change again, to the
    same size, unseen. Linux 6.13 has finer stamps for files that were looked at, older ones have not.
    """
    if not taken or not hasattr(time, "CLOCK_BOOTTIME"):  # not Linux: stamps are of nanoseconds
        return 0.0
    tick = time.clock_getres(COARSE)
    age = time.clock_gettime_ns(COARSE) - max(facts[2] for facts in taken.values())
    return tick - age / 1e9 if -TICKS * tick * 1e9 < age <= 0 else 0.0
