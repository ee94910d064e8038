"""Standard streams of a worker: output on two pipes, input that says why there is none."""

from __future__ import annotations

import builtins
import faulthandler
import getpass
import io
import os
import sys
from typing import Any, Callable, Optional, Tuple

HINT = (
    "input() has nobody to ask here: code in a session cannot read from the keyboard. "
    "Set the value in the code, or read it from a file."
)


class Console:
    """The worker's three standard descriptors and the Python streams on them.

    `restore` brings everything back before each execution, whatever the one before did to it.
    """

    def __init__(self, stdout: int, stderr: int) -> None:
        self._null = _high(os.open(os.devnull, os.O_RDONLY))
        self._pipes = (_high(stdout), _high(stderr))
        self.stdin = NoInput()
        self.stdout: Any = None
        self.stderr: Any = None
        # bound now: code may patch the module
        self._dup2 = os.dup2
        self._sys = sys
        self._fflush = _libc_fflush()

    @property
    def descriptors(self) -> Tuple[int, int, int]:
        """The descriptors kept for restoring."""
        return (self._null, *self._pipes)

    def install(self) -> None:
        """Put everything in place for the first time."""
        builtins.input = self.stdin.ask
        getpass.getpass = self.stdin.ask
        self.restore()
        faulthandler.enable(file=self._pipes[1], all_threads=False)

    def restore(self) -> None:
        """Descriptors 0, 1, 2 and sys.stdin, stdout, stderr as they were at the start."""
        self._dup2(self._null, 0)
        self._dup2(self._pipes[0], 1)
        self._dup2(self._pipes[1], 2)
        if self.stdout is None or self.stdout.closed:
            self.stdout = _writer(1, "<stdout>")
        if self.stderr is None or self.stderr.closed:
            self.stderr = _writer(2, "<stderr>")
        self._sys.stdin = self._sys.__stdin__ = self.stdin  # type: ignore[misc]  # typeshed calls it final
        self._sys.stdout = self._sys.__stdout__ = self.stdout  # type: ignore[misc]
        self._sys.stderr = self._sys.__stderr__ = self.stderr  # type: ignore[misc]

    def flush(self) -> None:
        """Push out what Python and C libraries hold back; never raises."""
        for stream in (self._sys.__dict__.get("stdout"), self.stdout, self.stderr):
            try:
                stream.flush()  # type: ignore[union-attr]  # whatever code put there
            except BaseException:
                pass
        if self._fflush is not None:
            self._fflush(None)


class NoInput(io.TextIOBase):
    """A standard input without anybody behind it: reading raises EOFError with a hint, at once."""

    encoding = "utf-8"  # type: ignore[assignment]  # a plain attribute, as user code expects

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


def _high(fd: int) -> int:
    import fcntl

    parked = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 200)
    os.close(fd)
    return parked


def _writer(fd: int, name: str) -> io.TextIOWrapper:
    raw = io.FileIO(fd, "w", closefd=False)
    buffered = io.BufferedWriter(raw, 1 << 16)
    stream = io.TextIOWrapper(buffered, encoding="utf-8", errors="backslashreplace", line_buffering=True)
    stream.mode = "w"
    try:
        raw.name = name  # type: ignore[misc]  # FileIO lets it be set
    except AttributeError:
        pass
    return stream


def _libc_fflush() -> Optional[Callable[[Any], Any]]:
    try:
        import ctypes

        function: Callable[[Any], Any] = ctypes.CDLL(None).fflush
        return function
    except (ImportError, OSError, AttributeError):
        return None
