"""Which signals reach code: an interrupt only the execution it names, other handlers only while code runs."""

from __future__ import annotations

# the functions of signal make enums of all they give: 30 µs where these take 3
import _signal  # type: ignore[import-not-found]  # typeshed leaves it out
import os
import signal
from types import MethodType
from typing import Any, Dict, List, Optional

PIECE = 65536
# plain numbers, made in the nursery: the enums take 400 kB of pages in each worker
OTHERS = sorted(
    int(number) for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP, signal.SIGINT}
)


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
        self._parked: Dict[int, Any] = {}  # handlers of the code's own, between executions
        self._deferred: List[int] = []
        self._shut = self._pending = False
        # bound now: code may patch the modules
        self._read = os.read
        self._signal = _signal.signal
        self._getsignal = _signal.getsignal
        self._mask = _signal.pthread_sigmask
        self._raise_signal = _signal.raise_signal
        self._owners: List[Any] = [self]
        os.set_blocking(fd, False)

    def keep_open(self, owner: Any) -> None:
        """Never take the place of a handler that is a method of this object: it is ours."""
        self._owners.append(owner)

    def arm(self, execution: str) -> None:
        """The execution begins: what earlier code did to SIGINT is undone, and its other handlers are back.

        A signal of theirs that came meanwhile is raised again here, and its handler may raise what it likes.
        """
        self.fired = False
        self._shut = self._pending = False
        self._current = spell(execution)
        self._signal(signal.SIGINT, self.handle)
        self._mask(signal.SIG_UNBLOCK, (signal.SIGINT,))
        while self._parked:
            self._signal(*self._parked.popitem())
        while self._deferred:
            self._raise_signal(self._deferred.pop())

    def disarm(self) -> None:
        """The execution is over."""
        self._current = None

    def hush(self) -> None:
        """Take the place of handlers that code has set: none of them shall run in the worker's own loop.

        A signal mask would not do: when code has threads, those take the signal, and the handler runs here.
        """
        for number in OTHERS:
            handler = self._getsignal(number)
            if self._foreign(handler):
                self._parked[number] = handler
                self._signal(number, self._defer)

    def _defer(self, number: int, frame: Any) -> None:
        self._deferred.append(number)

    def _foreign(self, handler: Any) -> bool:
        if type(handler) is MethodType:
            return all(handler.__self__ is not owner for owner in self._owners)
        return callable(handler)

    def shut(self) -> None:
        """Hold the interrupt back for a moment. A signal mask would not do: other threads take the signal."""
        self._shut = True

    def reopen(self) -> None:
        """End of `shut`; an interrupt that came meanwhile is raised here."""
        self._shut = False
        if self._pending:
            self._raise()

    def handle(self, number: int, frame: Any) -> None:
        """The signal handler."""
        try:
            names = self._read(self.fd, PIECE).decode("ascii", "replace").split("\n")
        except OSError:
            return
        if self._current is None or self._current not in names:
            return
        if self._shut:
            self._pending = True
        else:
            self._raise()

    def _raise(self) -> None:
        self._pending = False
        self._current = None
        self.fired = True
        raise KeyboardInterrupt
