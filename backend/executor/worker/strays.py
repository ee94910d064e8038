"""What an execution left running: child processes and threads that may still print."""

from __future__ import annotations

import os
from typing import Any, List, Set

MOST = 5  # processes that are named


class Strays:
    """Looks after each execution for what it left behind; without anything a look takes 2 µs."""

    def __init__(self, pusher: Any, routes: Any) -> None:
        self._pusher = pusher
        self._routes = routes
        self._known: Set[int] = set()
        # bound now: code may patch the module, and codecs, which text files need
        self._waitid = getattr(os, "waitid", None)
        self._which = (getattr(os, "P_ALL", 0), 0)
        self._how = getattr(os, "WEXITED", 0) | getattr(os, "WNOHANG", 0) | getattr(os, "WNOWAIT", 0)
        self._open = open
        self._me = os.getpid()

    def found(self, left: List[str]) -> bool:
        """Whether something new was left; `left` gets the names of child processes that run.

        A process that was started and is no child any more (a daemon) counts too.
        """
        started, self._pusher.started = self._pusher.started, False
        new = self._children(left) if self._any_child() else False
        return new or started or bool(self._routes.strangers())

    def _any_child(self) -> bool:
        if self._waitid is None:
            return False
        try:
            self._waitid(*self._which, self._how)
        except ChildProcessError:
            self._known.clear()
            return False
        except OSError:
            return False
        return True

    def _children(self, left: List[str]) -> bool:
        """Living children; whether one of them is new."""
        try:
            with self._open("/proc/self/task/%d/children" % self._me, "rb") as file:
                pids = {int(pid) for pid in file.read().split()}
        except (OSError, ValueError):
            return False
        living = {pid: name for pid, name in ((pid, self._name(pid)) for pid in pids) if name}
        new = living.keys() - self._known
        self._known = set(living)
        left += ["%s (%d)" % (living[pid], pid) for pid in sorted(new)][:MOST]
        return bool(new)

    def _name(self, pid: int) -> str:
        """The name of a process; empty for one that has ended and waits to be collected."""
        try:
            with self._open("/proc/%d/stat" % pid, "rb") as file:
                head, _, rest = file.read().rpartition(b")")
        except OSError:
            return ""
        return "" if rest.split()[0] in (b"Z", b"X") else head.partition(b"(")[2].decode("utf-8", "replace")
