"""Standard streams of a worker: output on two pipes, input that says why there is none."""

from __future__ import annotations

import builtins
import faulthandler
import fcntl
import getpass
import io
import os
import sys
from typing import Any, Callable, Optional, Tuple

from . import output

HIGH = 200  # descriptors of ours start here: code likes to close and reuse the low numbers
HINT = (
    "input() has nobody to ask here: code in a session cannot read from the keyboard. "
    "Set the value in the code, or read it from a file."
)


class Console:
    """The worker's three standard descriptors and the Python streams on them.

    `restore` brings everything back before each execution, whatever the one before did to it.
    """

    def __init__(self, stdout: int, stderr: int) -> None:
        self._null = park(os.open(os.devnull, os.O_RDONLY))
        self._pipes = (park(stdout), park(stderr))
        self.stdin = NoInput()
        self.pusher = _pusher()
        self.stdout: Any = None
        self.stderr: Any = None
        # bound now: code may patch the module
        self._dup2 = os.dup2
        self._sys: Any = sys
        self._fflush = _libc_fflush()

    @property
    def descriptors(self) -> Tuple[int, int, int]:
        """The descriptors kept for restoring."""
        return (self._null, *self._pipes)

    def install(self) -> None:
        """Put everything in place for the first time."""
        builtins.input = self.stdin.ask
        getpass.getpass = self.stdin.ask
        self.pusher.start()
        self.restore()
        faulthandler.enable(file=self._pipes[1], all_threads=False)

    def restore(self) -> None:
        """Descriptors 0, 1, 2 and sys.stdin, stdout, stderr as they were at the start."""
        self._dup2(self._null, 0)
        self._dup2(self._pipes[0], 1)
        self._dup2(self._pipes[1], 2)
        if not _usable(self.stdout) or not _usable(self.stderr):
            self.stdout = output.Output(1, "<stdout>", self.pusher)
            self.stderr = output.Output(2, "<stderr>", self.pusher)
            self.pusher.streams[:] = (self.stdout, self.stderr)
        self.pusher.install()
        self._sys.stdin = self._sys.__stdin__ = self.stdin
        self._sys.stdout = self._sys.__stdout__ = self.stdout
        self._sys.stderr = self._sys.__stderr__ = self.stderr

    def flush(self) -> None:
        """Push out what Python and C libraries hold back; never raises."""
        for stream in (self._sys.__dict__.get("stdout"), self.stdout, self.stderr):
            try:
                stream.flush()
            except BaseException:
                pass
        if self._fflush is not None:
            self._fflush(None)


class NoInput(io.TextIOBase):
    """A standard input without anybody behind it: reading raises EOFError with a hint, at once."""

    encoding = "utf-8"  # a plain attribute, as user code expects

    def ask(self, *args: Any, **kwargs: Any) -> str:
        """Stand-in for input() and getpass()."""
        raise EOFError(HINT)

    def read(self, size: Optional[int] = -1) -> str:
        """Raise EOFError."""
        return self.ask()

    def readline(self, size: int = -1) -> str:  # type: ignore[override]  # positional in typeshed
        """Raise EOFError."""
        return self.ask()

    def readable(self) -> bool:
        """Whether reading can be tried."""
        return True

    def fileno(self) -> int:
        """Descriptor 0, which is the null device."""
        return 0


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
