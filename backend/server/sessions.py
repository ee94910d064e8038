"""The sessions that are served: made by first use, ended when asked for or idle, never more than allowed."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import field

from backend.port import Backend
from backend.records import dataclass
from backend.server.replies import RefusedError
from backend.wire.facts import Fault, SessionFacts

DEFAULT = "default"
"""The session of a request that names none."""
LONG = 60.0  # seconds until asking again makes sense when nothing tells
LOOKS = 30.0  # seconds between looks for idle sessions, at most

Erase = Callable[[str], Awaitable[None]]
"""Deletes what an ended session left on disk."""


@dataclass(slots=True, eq=False)
class Served:
    """A session. `container` names what holds its variables; `busy` counts who uses it now.

    `created` and `used` are seconds since the epoch, to be told; `touched` is on the monotonic clock.
    """

    name: str
    container: str = field(default_factory=lambda: str(uuid.uuid4()))
    created: float = field(default_factory=time.time)
    used: float = field(default_factory=time.time)
    touched: float = field(default_factory=time.monotonic)
    busy: int = 0
    number: int = 0
    pending: int = 0

    def touch(self) -> None:
        """Somebody used it."""
        self.used, self.touched = time.time(), time.monotonic()

    def lose(self) -> None:
        """Its variables are gone: another container holds the next ones."""
        self.container = str(uuid.uuid4())

    def __enter__(self) -> None:
        self.busy += 1

    def __exit__(self, *_: object) -> None:
        self.busy -= 1
        self.touch()


class Sessions:
    """All sessions. `idle` is in seconds, 0 for never; `stop` is awaited before a session ends."""

    def __init__(
        self,
        backend: Backend,
        most: int,
        idle: float,
        erase: Erase | None,
        stop: Callable[[str], Awaitable[None]],
    ) -> None:
        self._backend = backend
        self._most = most
        self._idle = idle
        self._erase = erase
        self._stop = stop
        self._served: dict[str, Served] = {}
        self._ending: dict[str, asyncio.Task[None]] = {}

    async def use(self, name: str) -> Served:
        """The session, made where there is none. Raises RefusedError when there are too many."""
        found = self._served.get(name)
        if found is None:
            while name in self._ending:
                with contextlib.suppress(Exception):
                    await asyncio.shield(self._ending[name])
            found = self._served.get(name) or self._make(name)
        found.touch()
        return found

    def find(self, name: str) -> Served | None:
        """The session, if there is one."""
        return self._served.get(name)

    def facts(self, served: Served) -> SessionFacts:
        """The session as the wire tells it."""
        expires = served.used + self._idle if self._idle else None
        return SessionFacts(served.name, served.created, served.used, expires, served.container)

    def all(self) -> list[Served]:
        """Every session, in the order they were made."""
        return list(self._served.values())

    async def end(self, name: str) -> bool:
        """Stop what runs in it, end it, delete its files; False when there is none."""
        if name in self._served:
            del self._served[name]
            self._ending[name] = asyncio.create_task(self._end(name))
        elif name not in self._ending:
            return False
        await asyncio.shield(self._ending[name])
        return True

    async def watch(self) -> None:
        """End sessions that nobody has used for the idle time, for as long as this runs."""
        while self._idle:
            await asyncio.sleep(min(self._idle / 4, LOOKS))
            deadline = time.monotonic() - self._idle
            for served in self.all():
                if not served.busy and served.touched < deadline:
                    with contextlib.suppress(Exception):
                        await self.end(served.name)

    def _make(self, name: str) -> Served:
        if len(self._served) + len(self._ending) >= self._most:
            message = f"There are {self._most} sessions already."
            raise RefusedError(Fault(429, "TooManySessions", message, "identifier", retry_after=self._wait()))
        self._served[name] = found = Served(name)
        return found

    def _wait(self) -> float:
        """Seconds until a session is idle for long enough, if nothing happens in it."""
        if self._ending:
            return 1.0
        idle = [served.touched for served in self._served.values() if not served.busy]
        if not self._idle:
            return LONG
        if not idle:
            return min(max(1.0, self._idle), LONG)
        return max(1.0, min(idle) + self._idle - time.monotonic())

    async def _end(self, name: str) -> None:
        try:
            await self._stop(name)
            await self._backend.end_session(name)
            if self._erase is not None:
                await self._erase(name)
        finally:
            del self._ending[name]


@contextlib.asynccontextmanager
async def watching(sessions: Sessions) -> AsyncIterator[None]:
    """Idle sessions end while this lasts."""
    task = asyncio.create_task(sessions.watch())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
