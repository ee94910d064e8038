"""A real terminal for tests: a pseudo-terminal, the program on it, and a screen that reads what it draws."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pyte

COMMAND = Path(sys.executable).parent / "workbench"
LIMIT = 20.0  # seconds until a test gives up waiting

# pyte does not know the keyboard protocol of kitty nor private mode queries
_UNKNOWN = re.compile(rb"\x1b\[[<>=?]?[\d;]*[u$]p?")

KEYS = {
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f7": "\x1b[18~",
    "f8": "\x1b[19~",
    "f9": "\x1b[20~",
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "end": "\x1b[F",
    "home": "\x1b[H",
    "delete": "\x1b[3~",
}


class Terminal:
    """A program on a terminal of `columns` × `rows`."""

    def __init__(
        self,
        arguments: Sequence[str] = (),
        *,
        environment: Mapping[str, str],
        folder: Path,
        columns: int = 120,
        rows: int = 40,
        command: Path = COMMAND,
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = bytearray()
        self.status: int | None = None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:  # pragma: no cover - the child
            os.chdir(folder)
            os.execve(command, [str(command), *arguments], dict(environment))
        self.resize(columns, rows)
        os.set_blocking(self.fd, False)

    # -- what a person does

    def type(self, text: str) -> None:
        """Type text; a newline is the Enter key."""
        self._write(text.replace("\n", "\r").encode())

    def press(self, *keys: str) -> None:
        """Press keys by name: `f5`, `ctrl+q`, `enter`."""
        for key in keys:
            code = chr(ord(key[-1]) & 0x1F) if key.startswith("ctrl+") else KEYS[key]
            self._write(code.encode())

    def paste(self, text: str) -> None:
        """Paste text, as terminals do it."""
        self._write(b"\x1b[200~" + text.encode() + b"\x1b[201~")

    def click(self, column: int, row: int) -> None:
        """Click with the left button; cells count from 0."""
        place = f"{column + 1};{row + 1}"
        self._write(f"\x1b[<0;{place}M\x1b[<0;{place}m".encode())

    def click_on(self, word: str, times: int = 1) -> None:
        """Wait for a word and click on it, once nothing moves any more."""
        self.see(word)
        self.rest()
        place = self.find(word)
        for _ in range(times):
            self.click(*place)

    def resize(self, columns: int, rows: int) -> None:
        """Change the size."""
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _write(self, data: bytes) -> None:
        deadline = time.monotonic() + LIMIT
        while data:
            assert time.monotonic() < deadline, "the program does not read its keyboard"
            try:
                data = data[os.write(self.fd, data) :]
            except BlockingIOError:
                self.read(0.05)

    # -- what a person sees

    def read(self, seconds: float = 0.0) -> bool:
        """Take in what is drawn within `seconds`; False at the end of the program."""
        with contextlib.suppress(OSError, ValueError):
            ready, _, _ = select.select([self.fd], [], [], seconds)
            if not ready:
                return True
            data = os.read(self.fd, 1 << 16)
            if data:
                self.raw += data
                self.stream.feed(_UNKNOWN.sub(b"", data))
                return True
        return False

    @property
    def lines(self) -> list[str]:
        """The rows of the screen."""
        return [line.rstrip() for line in self.screen.display]

    @property
    def text(self) -> str:
        """The screen as text."""
        return "\n".join(self.lines)

    def wait(self, condition: Callable[[], object], what: str, limit: float = LIMIT) -> None:
        """Read until the condition holds."""
        deadline = time.monotonic() + limit
        while not condition():
            assert time.monotonic() < deadline, f"waited {limit} s for {what}; the screen was:\n{self.text}"
            if not self.read(0.05) and not condition():
                raise AssertionError(f"the program ended while waiting for {what}:\n{self.text}")

    def see(self, *words: str, limit: float = LIMIT) -> None:
        """Wait until all of `words` are on the screen."""
        self.wait(lambda: all(word in self.text for word in words), f"{words}", limit)

    def see_gone(self, word: str, limit: float = LIMIT) -> None:
        """Wait until `word` is not on the screen."""
        self.wait(lambda: word not in self.text, f"{word!r} to go", limit)

    def rest(self, seconds: float = 0.2) -> None:
        """Wait until nothing has been drawn for so long."""
        drawn = -1
        while drawn != len(self.raw):
            drawn = len(self.raw)
            self.read(seconds)

    def find(self, word: str) -> tuple[int, int]:
        """Column and row of the first place where `word` is."""
        for row, line in enumerate(self.lines):
            if word in line:
                return line.index(word), row
        raise AssertionError(f"{word!r} is not on the screen:\n{self.text}")

    # -- its end

    def ended(self, limit: float = LIMIT) -> int:
        """Wait for the end; the exit code, or minus the signal."""
        deadline = time.monotonic() + limit
        while self.status is None:
            self.read(0.02)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
            assert time.monotonic() < deadline, f"the program did not end; the screen was:\n{self.text}"
        while self.read(0.0):
            if not select.select([self.fd], [], [], 0.05)[0]:
                break
        return self.status

    def hang_up(self, limit: float = LIMIT) -> None:
        """Take the terminal away, as a closed window does, and wait for the program's end."""
        os.close(self.fd)
        self.fd = -1
        deadline = time.monotonic() + limit
        while self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
            assert time.monotonic() < deadline, "the program outlives its terminal"
            time.sleep(0.02)

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send a signal to the program."""
        os.kill(self.pid, number)

    def close(self) -> None:
        """End the program if it has not, and the terminal."""
        if self.status is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if self.fd >= 0:
            os.close(self.fd)


@contextlib.contextmanager
def terminal(
    *arguments: str, environment: Mapping[str, str], folder: Path, **more: object
) -> Iterator[Terminal]:
    """A terminal that is closed at the end."""
    opened = Terminal(arguments, environment=environment, folder=folder, **more)  # type: ignore[arg-type]
    try:
        yield opened
    finally:
        opened.close()
