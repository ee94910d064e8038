"""Which signals reach code: an interrupt only the execution it names, other handlers only while code runs."""

from __future__ import annotations

# the functions of signal make enums of all they give: 30 µs where these take 3
import _signal  # type: ignore[import-not-found]  # typeshed leaves it out
import os
import signal
from operator import is_not
from types import MethodType
from typing import Any, Dict, List, Optional

_any, _list, _map, _zip = any, list, map, zip  # code may put others in their places
PIECE = 65536
# plain numbers, made in the nursery: the enums take 400 kB of pages in each worker
NUMBERS = sorted(int(number) for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP})


def spell(name: str) -> str:
    """An execution's name as the keeper writes it to the gate: one line of ASCII."""
    return ascii(name)


class Tamed:
    """A handler of the code's own as the interpreter has it: its signal waits while the gate is shut."""

    __slots__ = ("_gate", "handler")

    def __init__(self, handler: Any, gate: "Gate") -> None:
        self.handler = handler
        self._gate = gate

    def __call__(self, number: int, frame: Any) -> Any:
        """Handle a signal, now or later."""
        if self._gate.open:
            return self.handler(number, frame)
        self._gate.deferred[number] = None
        return None


class Gate:
    """Decides whether a SIGINT is meant for what runs now, and when handlers of the code's own may run.

    The keeper writes the name of the meant execution before it signals. The handler raises KeyboardInterrupt
    once, and only for the execution that is running; any other signal is ignored. One that the interpreter
    swallowed (`swallowed`) is raised again.

    A signal mask would not hold handlers back: when code has threads, those take the signal, and its handler
    runs in the main thread. Nor would putting others in their places for a while: one that raises meanwhile
    would leave that half done. So all of them are tamed, and one flag shuts the gate.
    """

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.fired = False
        self.open = False  # code runs, and what handlers raise reaches it
        self.deferred: Dict[int, None] = {}  # signals that came meanwhile, each once as the kernel has it
        self._patient = True  # while it is shut interrupts wait too
        self._pending = False
        self._meant: Optional[str] = None  # the execution that runs
        self._current: Optional[str] = None  # the same, until it is interrupted
        self._raised = 0  # what identifies the KeyboardInterrupt; kept, it would keep the code's frames alive
        self._owners: List[Any] = [self]
        self._ours = self.handle  # one object, by which it is known
        self._known: List[Any] = [self] * len(NUMBERS)  # the handlers that were looked at
        # bound now: code may patch the modules
        self._read = os.read
        self._getpid = os.getpid
        self._me = os.getpid()
        self._signal = _signal.signal
        self._getsignal = _signal.getsignal
        self._mask = _signal.pthread_sigmask
        self._raise_signal = _signal.raise_signal
        os.set_blocking(fd, False)

    def install(self) -> None:
        """From now on handlers that code sets are tamed, which code cannot see."""
        self._signal(signal.SIGINT, self._ours)
        _signal.signal, _signal.getsignal = self.set_handler, self.get_handler
        self.tame()

    def keep_open(self, owner: Any) -> None:
        """Never hold back a handler that is a method of this object: it is ours."""
        self._owners.append(owner)

    def set_handler(self, number: int, handler: Any, /) -> Any:
        """Stand-in for signal.signal."""
        return _bare(self._signal(number, Tamed(handler, self) if self._foreign(handler) else handler))

    def get_handler(self, number: int, /) -> Any:
        """Stand-in for signal.getsignal."""
        return _bare(self._getsignal(number))

    def tame(self) -> None:
        """Take handlers in hand that were set in another way."""
        now = _list(_map(self._getsignal, NUMBERS))
        if _any(_map(is_not, now, self._known)):  # 2 µs, where a look at each handler takes 10
            for number, handler in _zip(NUMBERS, now):
                if self._foreign(handler):
                    self._signal(number, Tamed(handler, self))
            self._known = _list(_map(self._getsignal, NUMBERS))

    def _foreign(self, handler: Any) -> bool:
        if type(handler) is MethodType:
            return all(handler.__self__ is not owner for owner in self._owners)
        return callable(handler) and type(handler) is not Tamed

    def arm(self, execution: str) -> None:
        """The execution begins: what earlier code did to SIGINT is undone, and other handlers may run again.

        A signal of theirs that came meanwhile is raised again here, and its handler may raise what it likes.
        """
        self.fired = self._pending = False
        self._current = self._meant = spell(execution)
        self._signal(signal.SIGINT, self._ours)
        self._mask(signal.SIG_UNBLOCK, (signal.SIGINT,))
        self.reopen()

    def disarm(self) -> None:
        """The execution is over, and the gate shut."""
        self.open = False
        self._patient = True
        self._current = self._meant = None
        self._raised = 0
        self._signal(signal.SIGINT, self._ours)  # of the code's own its default may be left, which kills

    def shut(self, *, but_interrupts: bool = False) -> None:
        """Hold the code's handlers back for a moment, and interrupts, until `reopen`. For the main thread."""
        self.open = False
        self._patient = not but_interrupts
        if but_interrupts and self._pending:
            self.interrupt()

    def reopen(self) -> None:
        """End of `shut`; what came meanwhile comes here, an interrupt last."""
        self.open = True
        try:
            self._deliver()
        finally:
            if self._pending:
                self.interrupt()

    def _deliver(self) -> None:
        """Raise what was deferred; what one handler raises keeps no other from its turn."""
        if self.deferred:
            try:
                self._raise_signal(self.deferred.popitem()[0])
            finally:
                self._deliver()

    def handle(self, number: int, frame: Any) -> None:
        """The signal handler."""
        if self._getpid() != self._me:  # code forked: its children are interrupted like any other program
            raise KeyboardInterrupt
        try:
            names = self._read(self.fd, PIECE).decode("ascii", "replace").split("\n")
        except OSError:
            return
        if self._current is None or self._current not in names:
            return
        if self._patient and not self.open:
            self._pending = True
        else:
            self.interrupt()

    def interrupt(self) -> None:
        """Raise KeyboardInterrupt in the execution that runs, unless that was done."""
        self._pending = False
        if self._current is not None:
            self._current = None
            self.fired = True
            error = KeyboardInterrupt()
            self._raised = id(error)
            raise error

    def swallowed(self, error: Any) -> bool:
        """The interpreter has ignored an exception; when it was the interrupt, there will be another one."""
        if self._meant is None or type(error) is not KeyboardInterrupt or id(error) != self._raised:
            return False
        self._current = self._meant
        return True


def _bare(handler: Any) -> Any:
    return handler.handler if type(handler) is Tamed else handler
