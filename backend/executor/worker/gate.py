"""Which signals reach code: an interrupt only the execution it names, other handlers only while code runs."""

from __future__ import annotations

# the functions of signal make enums of all they give: 30 µs where these take 3
import _signal  # type: ignore[import-not-found]  # typeshed leaves it out
import os
import signal
from types import MethodType
from typing import Any, Dict, List, Optional, Tuple

PIECE = 65536
# plain numbers, made in the nursery: the enums take 400 kB of pages in each worker
OTHERS = sorted(
    int(number) for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP, signal.SIGINT}
)


def spell(name: str) -> str:
    """An execution's name as the keeper writes it to the gate: one line of ASCII."""
    return ascii(name)


class Gate:
    """Decides whether a SIGINT is meant for what runs now, and when handlers of the code's own may run.

    The keeper writes the name of the meant execution before it signals. The handler raises KeyboardInterrupt
    once, and only for the execution that is running; any other signal is ignored. One that the interpreter
    swallowed (`swallowed`) is raised again.
    """

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.fired = False
        self.open = False  # code runs, and what its handlers raise may reach it
        self._meant: Optional[str] = None  # the execution that runs
        self._current: Optional[str] = None  # the same, until it is interrupted
        self._raised = 0  # what identifies the KeyboardInterrupt; kept, it would keep the code's frames alive
        self._parked: Dict[int, Any] = {}  # handlers of the code's own that must not run now
        self._deferred: Dict[int, None] = {}  # signals that came meanwhile, each once as the kernel has it
        self._shut = self._pending = False
        # bound now: code may patch the modules
        self._read = os.read
        self._getpid = os.getpid
        self._me = os.getpid()
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
        self.fired = self._pending = False
        self._shut = True
        self._current = self._meant = spell(execution)
        self._signal(signal.SIGINT, self.handle)
        self._mask(signal.SIG_UNBLOCK, (signal.SIGINT,))
        self.reopen()

    def disarm(self) -> None:
        """The execution is over."""
        self._current = self._meant = None
        self._raised = 0
        self.open = False

    def hush(self) -> None:
        """Take the place of handlers that code has set: none of them shall run in the worker's own loop.

        A signal mask would not do: when code has threads, those take the signal, and the handler runs here.
        Raises what a handler raises that comes before; then there may be more of them.
        """
        while True:
            found = [number for number in OTHERS if self._foreign(self._getsignal(number))]
            if not found:
                return
            before, raised = self._place(found, [self._defer] * len(found))
            self._parked.update(zip(found, before))
            if raised is not None:
                raise raised

    def _bring_back(self) -> None:
        """The code's handlers are in their places again, and signals that came meanwhile are raised here."""
        try:
            parked, self._parked = self._parked, {}
            back = [number for number in parked if parked[number] is not None]
            _, raised = self._place(back, [parked[number] for number in back])
            if raised is not None:
                raise raised
        finally:
            self._deliver()

    def _place(self, numbers: List[int], handlers: List[Any]) -> Tuple[List[Any], Optional[BaseException]]:
        """Set all these handlers; gives what was there, and what a handler raised meanwhile.

        Masked, no signal comes in between but those that other threads take. What has been set is counted
        within C, so that no handler that raises can come between the setting and the counting.
        """
        before: List[Any] = []
        raised: Optional[BaseException] = None
        mask: Any = None
        while len(before) < len(numbers):
            try:
                if mask is None:
                    mask = self._mask(signal.SIG_BLOCK, ())
                self._mask(signal.SIG_BLOCK, OTHERS)
                before.extend(map(self._signal, numbers[len(before) :], handlers[len(before) :]))
            except BaseException as error:
                raised = error
        if mask is not None:
            self._mask(signal.SIG_SETMASK, mask)
        return before, raised

    def _deliver(self) -> None:
        """Raise what was deferred; what one handler raises keeps no other from its turn."""
        if self._deferred:
            try:
                self._raise_signal(self._deferred.popitem()[0])
            finally:
                self._deliver()

    def _defer(self, number: int, frame: Any) -> None:
        self._deferred[number] = None

    def _foreign(self, handler: Any) -> bool:
        if type(handler) is MethodType:
            return all(handler.__self__ is not owner for owner in self._owners)
        return callable(handler)

    def shut(self) -> None:
        """Hold interrupts and the code's handlers back for a moment; `reopen` must follow, whatever this raises.

        For the main thread, while the gate is open.
        """
        self.open = False
        self._shut = True
        self.hush()

    def let_interrupts_in(self) -> None:
        """After `shut`: interrupts come through, handlers do not."""
        self._shut = False
        if self._pending:
            self.interrupt()

    def reopen(self) -> None:
        """End of `shut`; what came meanwhile comes here, an interrupt last."""
        self._shut = True
        try:
            self._bring_back()
        finally:
            self.open = True
            self.let_interrupts_in()

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
        if self._shut:
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
