"""A one-shot timer of its own for held back output: timer_create(2) with a real-time signal."""

from __future__ import annotations

# the functions of signal make enums of all they give: 20 µs where these take 2
import _signal  # type: ignore[import-not-found]  # typeshed leaves it out
import ctypes
import os
import signal
import sys
from typing import Any, Optional

from .output import PERIOD, Pusher

STARTS = frozenset(
    ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "pty.spawn")
)  # audit events before which held text is pushed
CLOCK_MONOTONIC = 1  # bits/time.h


class Timer(Pusher):
    """The one timer of a worker, for all its streams; see output.py."""

    def __init__(self) -> None:
        super().__init__()
        self._create = _library("timer_create")
        self._found_settime = _library("timer_settime")
        self.number = int(getattr(signal, "SIGRTMAX", 0)) - 2
        self._settime: Any = None
        self._id = ctypes.c_void_p()
        self._once = _Specification()
        self._ours = self.tick  # one object, by which the gate knows it
        self._signal: Any = _signal.signal

    def start(self) -> None:
        """Make the timer of this process; without one, `arm` says no."""
        create, settime = self._create, self._found_settime
        if create is None or settime is None or self.number < 0:
            return
        self.install()
        event = _Event(signo=self.number)
        if create(CLOCK_MONOTONIC, ctypes.byref(event), ctypes.byref(self._id)) == 0:
            self._once.value_ns = int(PERIOD * 1e9)
            self._settime = settime
            os.register_at_fork(after_in_child=self._forked)
            sys.addaudithook(self._audit)

    def install(self) -> None:
        """Set our handler, whatever code put in its place."""
        if self.number > 0:
            self._signal(self.number, self._ours)

    def arm(self) -> bool:
        """Have `tick` called in PERIOD; False when there is no timer."""
        return self._settime is not None and self._settime(self._id, 0, ctypes.byref(self._once), None) == 0

    def tick(self, number: int, frame: Any) -> None:
        """The signal handler."""
        try:
            self.push()
        except RuntimeError:  # the signal came in the middle of a write to that stream
            self.arm()
        except (OSError, ValueError):  # code closed the stream or its descriptor
            pass

    def _audit(self, event: str, arguments: Any) -> None:
        if event in STARTS:
            self.started = True
            try:
                self.push()
            except (OSError, ValueError, RuntimeError):
                pass

    def _forked(self) -> None:
        self._settime = None  # timers are not inherited (fork(2))


class _Event(ctypes.Structure):
    """struct sigevent of sigevent(7): 64 bytes, SIGEV_SIGNAL being 0."""

    _fields_ = [
        ("value", ctypes.c_void_p),
        ("signo", ctypes.c_int),
        ("notify", ctypes.c_int),
        ("pad", ctypes.c_char * 48),
    ]


class _Specification(ctypes.Structure):
    """struct itimerspec of timer_settime(2): no interval, one expiry."""

    _fields_ = [
        ("interval_s", ctypes.c_long),
        ("interval_ns", ctypes.c_long),
        ("value_s", ctypes.c_long),
        ("value_ns", ctypes.c_long),
    ]


def _library(name: str) -> Optional[Any]:
    """A function of libc, or of librt where glibc is older than 2.34."""
    for library in (None, "librt.so.1"):
        try:
            return getattr(ctypes.CDLL(library, use_errno=True), name)
        except (OSError, AttributeError):
            continue
    return None
