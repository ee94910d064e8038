"""Lines of standard input for code that asks: as they are typed, or from a pipe or file."""

from __future__ import annotations

import asyncio
import contextlib
import os
import stat
import termios
from collections.abc import Iterator
from pathlib import Path

LONGEST = 2_000_000
"""Characters of a line that a session takes in one piece."""

_READ = 1 << 16


class TooLongError(Exception):
    """A line is longer than a session takes."""


def can_ask(fd: int) -> bool:
    """Whether anything can come from this descriptor: it is open, and not the null device."""
    try:
        found = os.fstat(fd)
        null = Path(os.devnull).stat()
    except OSError:
        return False
    return not (stat.S_ISCHR(found.st_mode) and found.st_rdev == null.st_rdev) and not stat.S_ISDIR(
        found.st_mode
    )


class Lines:
    """Reads lines from a descriptor without stopping the event loop, and no further than it is asked for.

    `typed` tells that a person types them at a terminal.
    """

    def __init__(self, fd: int) -> None:
        self.typed = os.isatty(fd)
        self._fd = fd
        self._rest = bytearray()

    async def line(self, *, secret: bool = False) -> str | None:
        """The next line without its end; None at the end of input. Raises OSError, TooLongError.

        The answer to a secret question is not shown on a terminal. What was read of a line when this is
        cancelled stays for the next call.
        """
        with self._hidden() if secret and self.typed else contextlib.nullcontext():
            found = 0
            while (end := self._rest.find(b"\n", found)) < 0:
                found = len(self._rest)
                if found > LONGEST:
                    raise TooLongError
                data = await self._read()
                if not data:
                    return self._take(len(self._rest)) if self._rest else None
                self._rest += data
            return self._take(end + 1)

    def _take(self, size: int) -> str:
        line = self._rest[:size].removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", "replace")
        del self._rest[:size]
        if len(line) > LONGEST:
            raise TooLongError
        return line

    async def _read(self) -> bytes:
        """Some bytes; none at the end."""
        while True:
            await self._readable()
            with contextlib.suppress(BlockingIOError):  # another reader was faster
                return os.read(self._fd, _READ)

    async def _readable(self) -> None:
        loop = asyncio.get_running_loop()
        readable = asyncio.Event()
        try:
            loop.add_reader(self._fd, readable.set)
        except PermissionError:  # epoll takes no regular files, and those never wait
            return
        try:
            await readable.wait()
        finally:
            loop.remove_reader(self._fd)

    @contextlib.contextmanager
    def _hidden(self) -> Iterator[None]:
        """While this lasts the terminal does not show what is typed."""
        before = termios.tcgetattr(self._fd)
        changed = list(before)
        changed[3] &= ~termios.ECHO
        # not TCSAFLUSH as getpass does: what was typed ahead is meant for this question; nor TCSADRAIN, which
        # waits for a terminal that was stopped with ctrl+s
        termios.tcsetattr(self._fd, termios.TCSANOW, changed)
        try:
            yield
        finally:
            termios.tcsetattr(self._fd, termios.TCSANOW, before)
