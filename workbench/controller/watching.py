"""Watches sessions outside their executions: states, late output, and what went over the wire for them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from backend.models import Chunk, Exchanged, SessionEvent
from workbench.controller.targets import Seat
from workbench.history.late import LateOutput
from workbench.history.store import History

EXCHANGES = 50
"""Exchanges kept of each session, beside those of its executions."""

Tell = Callable[[Seat, str, SessionEvent], Awaitable[None]]
_Key = tuple[Seat, str]


class Watching:
    """One watch a session, until the session ends, whether it is the one shown or was left.

    `tell` gets what a session tells; late output is in its entry by then, and exchanges are kept.
    """

    def __init__(self, history: History, tell: Tell) -> None:
        self._tell = tell
        self._late = LateOutput(history)
        self._watches: dict[_Key, asyncio.Task[None]] = {}
        self._exchanges: dict[_Key, deque[Mapping[str, Any]]] = {}

    def watch(self, seat: Seat, session: str) -> None:
        """Watch a session, if nobody does."""
        watching = self._watches.get((seat, session))
        if watching is None or watching.done():
            self._watches[seat, session] = asyncio.create_task(self._watch(seat, session))

    def leave(self, seat: Seat, session: str | None = None) -> None:
        """Watch a session, or all of a target, no longer."""
        for key in [key for key in self._watches if key[0] is seat and session in (None, key[1])]:
            self._watches.pop(key).cancel()

    def sessions(self, seat: Seat) -> list[str]:
        """The sessions of a target that are watched."""
        return [session for watched, session in self._watches if watched is seat]

    def exchanges(self, seat: Seat, session: str) -> tuple[Mapping[str, Any], ...]:
        """The newest exchanges for a session outside its executions, oldest first."""
        return tuple(self._exchanges.get((seat, session), ()))

    async def close(self) -> None:
        """Watch nothing any more, and write down what came late."""
        for watching in self._watches.values():
            watching.cancel()
        await self._late.close()

    async def _watch(self, seat: Seat, session: str) -> None:
        async for event in seat.backend.watch(session):
            if isinstance(event, Chunk):
                self._late.add(event)
            elif isinstance(event, Exchanged):
                kept = self._exchanges.setdefault((seat, session), deque(maxlen=EXCHANGES))
                kept.append(event.exchange)
                continue
            await self._tell(seat, session, event)
