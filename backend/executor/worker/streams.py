"""Standard streams of a worker: output on two pipes, which can be other ones for each execution."""

from __future__ import annotations

import faulthandler
import fcntl
import io
import os
import sys
from typing import Any, Callable, Optional, Tuple, Type

from . import output, routes, standard_input

HIGH = 200  # descriptors of ours start here: code likes to close and reuse the low numbers
METHODS = ("write", "writelines", "flush")
_flush = io.TextIOWrapper.flush


class Console:
    """The worker's three standard descriptors and the Python streams on them.

    It can be made before its descriptors are there, in the nursery; `take` brings them. `restore` brings
    everything back before each execution, whatever the one before did to it.
    """

    def __init__(self) -> None:
        self._null = self._faults = -1
        self._pipes = (-1, -1)
        self.stdin = standard_input.StandardInput()
        self.pusher = _pusher()
        self.routes = routes.Routes()
        self.stdout: Any = None
        self.stderr: Any = None
        # bound now: code may patch the module
        self._dup2 = os.dup2
        self._set_blocking = os.set_blocking
        self._sys: Any = sys
        self._fflush = _libc_fflush()
        self._make_streams()

    def take(self, stdout: int, stderr: int, faults: int) -> None:
        """These are its descriptors from now on, moved to high numbers."""
        self._null = park(os.open(os.devnull, os.O_RDONLY))
        self._pipes = (park(stdout), park(stderr))
        self._faults = park(faults)

    def let_go(self) -> None:
        """Close them again."""
        for fd in (self._null, *self._pipes, self._faults):
            os.close(fd)

    def install(self) -> None:
        """Put everything in place for the first time."""
        self.stdin.install()
        self.pusher.start()
        self.restore()
        faulthandler.enable(file=self._faults, all_threads=False)

    def change_pipes(self, fds: Tuple[int, ...]) -> None:
        """From now on output goes to these two; what an earlier execution left running keeps its own."""
        old, self._pipes = self._pipes, (park(fds[0]), park(fds[1]))
        self.routes.keep(old)

    def restore(self) -> None:
        """Descriptors 0, 1, 2 and sys.stdin, stdout, stderr as they were at the start."""
        self._mend()
        self._dup2(self._null, 0)
        self._dup2(self._pipes[0], 1)
        self._dup2(self._pipes[1], 2)
        self.routes.prune()
        if not _usable(self.stdout) or not _usable(self.stderr):
            self._make_streams()
        self.pusher.install()
        self._sys.stdin = self._sys.__stdin__ = self.stdin
        self._sys.stdout = self._sys.__stdout__ = self.stdout
        self._sys.stderr = self._sys.__stderr__ = self.stderr

    def _make_streams(self) -> None:
        self.stdout = output.Output(1, "<stdout>", self.pusher)
        self.stderr = output.Output(2, "<stderr>", self.pusher)
        self.stdout.follow(self.routes.by_thread, 0)
        self.stderr.follow(self.routes.by_thread, 1)
        self.pusher.streams[:] = (self.stdout, self.stderr)

    def flush(self, ignored: Type[BaseException] = BaseException) -> None:
        """Push out what Python and C libraries hold back. Raises nothing of the kind that is `ignored`."""
        for stream in (self._sys.__dict__.get("stdout"), self.stdout, self.stderr):
            try:
                stream.flush()
            except ignored:
                pass
        self._rescue()
        if self._fflush is not None:
            self._fflush(None)

    def _mend(self) -> None:
        """Undo what code did to streams and pipes themselves, as far as they cannot work with it.

        What a thread has begun to hold back while nothing ran goes first where it belongs.
        """
        for stream in self.pusher.streams:
            for name in METHODS:
                if name in stream.__dict__ and not callable(stream.__dict__[name]):
                    del stream.__dict__[name]
            try:
                stream.push()
            except BaseException:  # code closed it, or its descriptor
                pass
        for fd in self._pipes:
            self._set_blocking(fd, True)

    def _rescue(self) -> None:
        """What could not be written where code led descriptors 1 and 2 comes out: it is this execution's."""
        for stream in self.pusher.streams:
            try:
                _flush(stream)
            except (OSError, ValueError, RuntimeError):
                self._write_out(stream)

    def _write_out(self, stream: Any) -> None:
        try:
            for fd, pipe in zip((1, 2), self._pipes):
                self._dup2(pipe, fd)
                self._set_blocking(fd, True)
            _flush(stream)
        except (OSError, ValueError, RuntimeError):
            pass


def park(fd: int) -> int:
    """Move a descriptor of ours to a high number."""
    parked = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, HIGH)
    os.close(fd)
    return parked


def _pusher() -> output.Pusher:
    try:
        from .timer import Timer
    except ImportError:  # an interpreter without ctypes
        return output.Pusher()
    return Timer()


def _usable(stream: Any) -> bool:
    """Whether a stream of ours still writes; code may have closed it, or taken its buffer away."""
    try:
        return stream is not None and not stream.closed
    except ValueError:  # detached
        return False


def _libc_fflush() -> Optional[Callable[[Any], Any]]:
    try:
        import ctypes

        function: Callable[[Any], Any] = ctypes.CDLL(None).fflush
        return function
    except (ImportError, OSError, AttributeError):
        return None
