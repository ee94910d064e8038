"""The targets in use: each with its backend, from its first use until nothing needs it any more."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

from backend.errors import SessionBusy, Unsupported
from backend.models import SessionInfo, Target
from backend.port import Backend
from backend.records import dataclass

ALTERNATIVES = 100
"""Names that are tried where a session is taken."""

Connect = Callable[[Target], Backend]
"""From a target to its backend. Raises WorkbenchError."""


@dataclass(slots=True, eq=False)
class Seat:
    """A target in use, its backend, and which of its sessions was shown last."""

    target: Target
    backend: Backend
    session: str

    @property
    def remote(self) -> bool:
        """Whether its sessions live elsewhere."""
        return self.target.kind == "remote"

    async def start(self, *, alternatives: bool = False) -> SessionInfo:
        """Make its session ready. Raises WorkbenchError.

        With `alternatives`, a session that another process has gives way to `NAME-2`, `NAME-3`…
        """
        wanted = self.session
        for count in range(2, ALTERNATIVES + 1):
            try:
                return await self.backend.start(self.session)
            except SessionBusy:
                if not alternatives:
                    raise
            self.session = f"{wanted}-{count}"
        raise SessionBusy(f"All sessions named like {wanted!r} are in use.", "Name another with --session.")

    def track_files(self, on: bool) -> Target:
        """Have executions at the target tell which files they change, or not; the target as it is then."""
        self.backend.track_files(on)
        self.target = replace(self.target, track_files=on)
        return self.target


@dataclass(frozen=True, slots=True)
class Place:
    """Where an execution runs: a session of a target in use."""

    seat: Seat
    session: str
    isolation: str = ""


class Targets:
    """Holds the backends. One is current; those that were left stay while they are needed.

    A local backend holds the variables of its sessions and stays to the end. Remote sessions live on without
    theirs, which is closed as soon as nothing of it runs.
    """

    def __init__(self, first: Seat, connect: Connect | None = None) -> None:
        self.current = first
        self._connect = connect
        self._seats = [first]
        self._held: Counter[Seat] = Counter()
        self._closing: set[asyncio.Task[None]] = set()

    def seat(self, target: Target, session: str) -> Seat:
        """The seat of a target, as it was left or new with `session`. Raises WorkbenchError."""
        for seat in self._seats:
            if seat.target == target:
                return seat
        if self._connect is None:
            raise Unsupported("Only one target can be used here.", "Start again with --profile.")
        return Seat(target, self._connect(target), session)

    def backend(self, target: Target) -> Backend | None:
        """The backend of a target in use."""
        return next((seat.backend for seat in self._seats if seat.target == target), None)

    def take(self, seat: Seat) -> None:
        """Make a seat the current one."""
        if seat not in self._seats:
            self._seats.append(seat)
        self.current = seat

    @contextlib.contextmanager
    def hold(self, target: Target, over: Callable[[Seat], None], session: str = "") -> Iterator[Backend]:
        """The backend of any target, open meanwhile whatever is left; `over` is told at the end.

        `session` is the one that a target not in use yet is meant for. Raises WorkbenchError.
        """
        seat = self.seat(target, session or self.current.session)
        if seat not in self._seats:
            self._seats.append(seat)
        self._held[seat] += 1
        try:
            yield seat.backend
        finally:
            self._held[seat] -= 1
            over(seat)

    def held(self, seat: Seat) -> bool:
        """Whether anybody holds a seat."""
        return self._held[seat] > 0

    def release(self, seat: Seat) -> None:
        """Close the backend of a seat that is not used any more, unless it holds variables."""
        if seat is self.current or not seat.remote:
            return
        if seat in self._seats:
            self._seats.remove(seat)
        closing = asyncio.create_task(seat.backend.close())
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """Close every backend."""
        await asyncio.gather(*(seat.backend.close() for seat in self._seats), *self._closing)
        self._seats = [self.current]
