"""Standard input of a worker: lines from somebody who answers, or an error that says that there is nobody."""

from __future__ import annotations

import builtins
import getpass
import io
import sys
from typing import Any, Callable, Optional

HINT = (
    "input() has nobody to ask here: code in a session cannot read from the keyboard. "
    "Set the value in the code, or read it from a file."
)
Asker = Callable[[str, bool], Optional[str]]
"""Asks with a prompt; the flag tells that the answer is a secret. None at the end of input."""


class NobodyThereError(Exception):
    """There is nobody to ask."""


class StandardInput(io.TextIOBase):
    """Asks line by line; without anybody to ask reading raises EOFError with a hint, at once."""

    encoding = "utf-8"  # a plain attribute, as user code expects

    def __init__(self) -> None:
        self.asker: Optional[Asker] = None
        self._rest = ""

    def install(self) -> None:
        """Put input() and getpass() in their places."""
        builtins.input = self.input
        getpass.getpass = self.getpass

    def input(self, prompt: Any = "", /) -> str:
        """Stand-in for input()."""
        return self._ask(str(prompt), False)

    def getpass(self, prompt: str = "Password: ", stream: Any = None, **kwargs: Any) -> str:
        """Stand-in for getpass.getpass()."""
        return self._ask(str(prompt), True)

    def _ask(self, prompt: str, secret: bool) -> str:
        line = self._line(prompt, secret)
        if line is None:
            raise EOFError("the input has ended")
        return line

    def _line(self, prompt: str, secret: bool) -> Optional[str]:
        if self.asker is None:
            raise EOFError(HINT)
        try:
            return self.asker(prompt, secret)
        except NobodyThereError:
            raise EOFError(HINT) from None

    def read(self, size: Optional[int] = -1) -> str:
        """At most `size` characters, or all lines up to the end of input."""
        if size is not None and size >= 0:
            if not self._rest:
                self._rest = self.readline()
            taken, self._rest = self._rest[:size], self._rest[size:]
            return taken
        found = self._rest
        self._rest = ""
        while True:
            line = self.readline()
            if not line:
                return found
            found += line

    def readline(self, size: int = -1) -> str:  # type: ignore[override]  # positional in typeshed
        """One line with its newline; empty at the end of input."""
        if self._rest:
            line, self._rest = self._rest, ""
        else:
            answer = self._line("", False)
            line = "" if answer is None else answer + "\n"
        if 0 <= size < len(line):
            line, self._rest = line[:size], line[size:]
        return line

    def readable(self) -> bool:
        """Whether reading can be tried."""
        return True

    def isatty(self) -> bool:
        """It is no terminal, whoever answers."""
        return False

    def fileno(self) -> int:
        """Descriptor 0, which is the null device."""
        return 0


def show_prompt(prompt: str) -> None:
    """Print a prompt as input() does; a broken stdout does not keep anybody from asking."""
    try:
        sys.stdout.write(prompt)
        sys.stdout.flush()
    except Exception:
        pass
