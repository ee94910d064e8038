"""Text streams that send each write at once, and a flood of them in pieces.

A write(2) per print limits a loop of prints to 30-40 MB/s; held back for PERIOD they reach 150-200. What is
held back is pushed out by a one-shot timer of its own (timer_create(2), a real-time signal), armed only after
BURST writes within PERIOD: code that prints less never sees a signal. A thread would do without the signal,
but makes every fork in user code unsafe (Python 3.12 and later warn of it). Before user code starts another
process held text is pushed too, so that the order with the child's output is kept. Where there is no such
timer, every write goes out at once.
"""

from __future__ import annotations

import io
import threading
import time
from typing import Any, Dict, List

PERIOD = 0.005  # seconds that text may be held back
BURST = 40  # writes within PERIOD that make a flood; print() makes two

_text_write = io.TextIOWrapper.write
_clock = time.monotonic
_ident = threading.get_ident
_nobody: Dict[int, Any] = {}


class Output(io.TextIOWrapper):
    """A text stream on a descriptor; see the module."""

    mode = "w"

    def __init__(self, fd: int, name: str, pusher: "Pusher") -> None:
        raw = io.FileIO(fd, "w", closefd=False)
        raw.name = name  # type: ignore[misc,unused-ignore]  # FileIO lets it be set
        super().__init__(io.BufferedWriter(raw, 1 << 16), encoding="utf-8", errors="backslashreplace")
        self._pusher = pusher
        self._hold = super().write
        self._count = 0
        self._since = 0.0
        self._routes = _nobody
        self._which = 0

    def follow(self, routes: Dict[int, Any], which: int) -> None:
        """Have the threads in `routes` write to their own streams, of which this is number `which`."""
        self._routes = routes
        self._which = which

    def write(self, text: str) -> int:
        """Write text: now, or within PERIOD when there is very much of it."""
        if self._routes:
            route = self._routes.get(_ident())
            if route is not None and route.mine():
                return int(route.streams[self._which].write(text))
        count = _text_write(self, text)
        now = _clock()
        if now - self._since > PERIOD:
            self._since = now
            self._count = 0
        self._count += 1
        if self._count > BURST and not self._routes and self._pusher.arm():
            # the attribute hides this method until the push: twice as fast as asking here each time
            self.__dict__["write"] = self._hold
        else:
            self.flush()
        return count

    def push(self) -> None:
        """Send what is held back."""
        if self.__dict__.get("write") is self._hold:  # what else hides it is the code's own, and stays
            del self.__dict__["write"]
            self._count = 0
            self._since = _clock()
            self.flush()


class Pusher:
    """Pushes out what the streams of a worker hold back. This one has no timer, so nothing is ever held."""

    def __init__(self) -> None:
        self.streams: List[Output] = []
        self.started = False  # code started a process since this was last set to False

    def start(self) -> None:
        """Called once in the worker."""

    def install(self) -> None:
        """Called before each execution."""

    def arm(self) -> bool:
        """Whether `push` will be called within PERIOD."""
        return False

    def push(self) -> None:
        """Send what any stream holds back."""
        for stream in self.streams:
            stream.push()
