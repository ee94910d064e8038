"""How many processes of the user there are beside a session: what RLIMIT_NPROC of its worker starts from."""

from __future__ import annotations

import os
import time

ROOM = 512  # processes and threads that a session may have beside what there is
FRESH = 60.0  # seconds that a count holds; 200 processes take 6 ms


class Neighbours:
    """Counts the processes and threads of this user, seldom. Root has no such limit (setrlimit(2))."""

    def __init__(self) -> None:
        self._uid = os.geteuid()
        self._limit = 0
        self._until = 0.0

    def limit(self) -> int:
        """How many processes and threads the user may have in all; 0 when that is not known."""
        if self._uid and time.monotonic() >= self._until:
            self._until = time.monotonic() + FRESH
            count = _threads_of(self._uid)
            self._limit = count + ROOM if count else 0
        return self._limit


def _threads_of(uid: int) -> int:
    try:
        pids = [name for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return 0
    return sum(_threads_in(pid, uid) for pid in pids)


def _threads_in(pid: str, uid: int) -> int:
    """The threads of a process, if it is the user's by its real uid (proc(5))."""
    try:
        with open("/proc/%s/status" % pid, "rb") as file:
            lines = dict(line.split(b":", 1) for line in file.read().splitlines() if b":" in line)
        return int(lines[b"Threads"]) if int(lines[b"Uid"].split()[0]) == uid else 0
    except (OSError, ValueError, KeyError, IndexError):
        return 0
