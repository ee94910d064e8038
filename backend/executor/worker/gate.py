"""Which signals reach code: an interrupt only the execution it names, other handlers only while code runs."""

from __future__ import annotations

import _signal  # its functions take 3 µs where those of signal, which make enums, take 30
import os
import signal
from typing import Any, Optional, Set

PIECE = 65536


def spell(name: str) -> str:
    """An execution's name as the keeper writes it to the gate: one line of ASCII."""
    return ascii(name)


class Gate:
    """Decides whether a SIGINT is meant for what runs now.

    The keeper writes the name of the meant execution before it signals. The handler raises KeyboardInterrupt
    once, and only for the execution that is running; any other signal is ignored.
    """

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.fired = False
        self._current: Optional[str] = None
        self._outside: Set[int] = set()  # the signal mask that code had set for itself
        self._hushed = False
        # bound now: code may patch the modules
        self._read = os.read
        self._signal = _signal.signal
        self._getsignal = _signal.getsignal
        self._mask = _signal.pthread_sigmask
        self._numbers = sorted(signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP, signal.SIGINT})
        self._own: Set[Any] = {self.handle}
        os.set_blocking(fd, False)

    def keep_open(self, handler: Any) -> None:
        """Never hold back the signal of this handler: it is ours."""
        self._own.add(handler)

    def arm(self, execution: str) -> None:
        """The execution begins; whatever earlier code did to SIGINT is undone."""
        self.fired = False
        self._hushed = False
        self._current = spell(execution)
        self._signal(signal.SIGINT, self.handle)
        self._mask(signal.SIG_SETMASK, self._outside - {signal.SIGINT})

    def disarm(self) -> None:
        """The execution is over."""
        self._current = None

    def hush(self) -> None:
        """Hold back signals that code has handlers for: none of them shall run in the worker's own loop."""
        if self._hushed:
            return
        self._hushed = True
        handled = [number for number in self._numbers if self._foreign(self._getsignal(number))]
        self._outside = set(self._mask(signal.SIG_BLOCK, handled))

    def _foreign(self, handler: Any) -> bool:
        return callable(handler) and handler not in self._own

    def shut(self) -> Set[int]:
        """Hold SIGINT back for a moment; gives what `reopen` needs."""
        return set(self._mask(signal.SIG_BLOCK, {signal.SIGINT}))

    def reopen(self, mask: Set[int]) -> None:
        """End of `shut`; an interrupt that came meanwhile is raised here."""
        self._mask(signal.SIG_SETMASK, mask)

    def handle(self, number: int, frame: Any) -> None:
        """The signal handler."""
        try:
            names = self._read(self.fd, PIECE).decode("ascii", "replace").split("\n")
        except OSError:
            return
        if self._current is not None and self._current in names:
            self._current = None
            self.fired = True
            raise KeyboardInterrupt
