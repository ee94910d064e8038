"""What was executed, by operation id, for as long as somebody may ask: bounded in time, number and size."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from backend.server.replies import RefusedError
from backend.wire.facts import Fault

KEPT_SECONDS = 3600.0
KEPT = 2000
KEPT_BYTES = 64 << 20
REMEMBERED = 50_000  # ids without their results: 100 bytes each


class Operation(Protocol):
    """What the table holds. `named` tells that the client chose the id."""

    session: str
    id: str
    named: bool

    @property
    def size(self) -> int:
        """About how many bytes its result takes."""
        ...


T = TypeVar("T", bound=Operation)


class Operations(Generic[T]):
    """Executions of all sessions, running and finished; an id belongs to its session.

    Finished ones go after an hour, the oldest earlier when there are too many. An id that a client chose is
    remembered for an hour even then, so that its code never runs a second time.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._running: dict[tuple[str, str], T] = {}
        self._finished: OrderedDict[tuple[str, str], tuple[float, T]] = OrderedDict()
        self._bytes = 0
        self._gone: OrderedDict[bytes, float] = OrderedDict()

    def find(self, session: str, identifier: str) -> T | None:
        """The execution. Raises RefusedError for one whose result is not kept any more."""
        self._expire()
        key = (session, identifier)
        if key in self._running:
            return self._running[key]
        if key in self._finished:
            return self._finished[key][1]
        if self._gone and _digest(key) in self._gone:
            message = f"The operation {identifier} has ended, and its result is not kept any more."
            raise RefusedError(Fault(410, "OperationExpired", message, "operation-id"))
        return None

    def of(self, session: str) -> list[T]:
        """What waits or runs in a session, in order."""
        return [each for each in self._running.values() if each.session == session]

    def running(self) -> list[T]:
        """What waits or runs anywhere."""
        return list(self._running.values())

    def add(self, operation: T) -> None:
        """It begins."""
        self._running[(operation.session, operation.id)] = operation

    def finish(self, operation: T) -> None:
        """It has ended; its result is kept from now on."""
        key = (operation.session, operation.id)
        if self._running.get(key) is not operation:
            return  # its session was ended
        del self._running[key]
        self._finished[key] = (self._clock(), operation)
        self._bytes += operation.size
        self._expire()

    def forget(self, session: str) -> None:
        """The session is gone, with all that was executed in it."""
        for key in [key for key in self._running if key[0] == session]:
            del self._running[key]
        for key in [key for key in self._finished if key[0] == session]:
            self._drop(key)

    def _drop(self, key: tuple[str, str]) -> T:
        operation = self._finished.pop(key)[1]
        self._bytes -= operation.size
        return operation

    def _expire(self) -> None:
        deadline = self._clock() - KEPT_SECONDS
        while self._finished:
            key = next(iter(self._finished))
            when = self._finished[key][0]
            crowded = len(self._finished) > KEPT or self._bytes > KEPT_BYTES
            if when > deadline and not crowded:
                break
            if self._drop(key).named and when > deadline:
                self._gone[_digest(key)] = when
        while self._gone and (len(self._gone) > REMEMBERED or next(iter(self._gone.values())) <= deadline):
            self._gone.popitem(last=False)


def _digest(key: tuple[str, str]) -> bytes:
    return hashlib.blake2b("\0".join(key).encode("utf-8", "surrogatepass"), digest_size=16).digest()
