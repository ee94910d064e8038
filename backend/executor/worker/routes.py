"""Output of threads that outlived their execution: it goes on to the pipes of that execution.

A thread that is still there when an execution has ended keeps that execution's pipes, so that what it prints
during the next one is told apart. Children need nothing of the kind: they have the old pipes as their own.
"""

from __future__ import annotations

import os
import sys
import threading
import weakref
from typing import Any, Dict, List, Tuple

from .output import Output, Pusher

Fds = Tuple[int, int]


class Route:
    """The streams of one thread that is left from an earlier execution."""

    def __init__(self, thread: Any, streams: Tuple[Output, Output]) -> None:
        self.streams = streams
        self._thread = None if thread is None else weakref.ref(thread)
        self._current = threading.current_thread  # bound now: code may patch the module

    def mine(self) -> bool:
        """Whether the calling thread is the one meant: a new one can have the identifier of a dead one."""
        return self._thread is None or self._thread() is self._current()


class Routes:
    """Which thread writes where; empty unless threads are left. `by_thread` is what streams look into."""

    def __init__(self) -> None:
        self.by_thread: Dict[int, Route] = {}
        self._kept: Dict[Fds, List[int]] = {}
        self._main = threading.get_ident()
        # bound now: code may patch the modules
        self._frames = sys._current_frames
        self._objects = threading.__dict__["_active"]
        self._close = os.close

    def strangers(self) -> List[int]:
        """Threads that live now and have no route yet."""
        return [each for each in self._frames() if each != self._main and each not in self.by_thread]

    def keep(self, fds: Fds) -> None:
        """The execution of these pipes is over: its threads keep them, and without any they are closed."""
        left = self.strangers()
        if left:
            streams = (Output(fds[0], "<stdout>", Pusher()), Output(fds[1], "<stderr>", Pusher()))
            self._kept[fds] = left
            for each in left:
                self.by_thread[each] = Route(self._objects.get(each), streams)
        else:
            self._end(fds)

    def prune(self) -> None:
        """Forget the threads that have ended, and close the pipes that nobody keeps any more."""
        if not self.by_thread:
            return
        living = self._frames()
        for fds, threads in list(self._kept.items()):
            left = [each for each in threads if each in living]
            for each in set(threads).difference(left):
                self.by_thread.pop(each, None)
            self._kept[fds] = left
            if not left:
                del self._kept[fds]
                self._end(fds)

    def _end(self, fds: Fds) -> None:
        for fd in fds:
            try:
                self._close(fd)
            except OSError:
                pass
