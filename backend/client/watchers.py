"""A session's state, and those who watch the session outside its executions."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from typing import Any

from backend.models import Exchanged, SessionEvent, SessionState, StateChanged

ROOM = 100  # exchanges that wait for a slow watcher; of more, the newest; states are never left out


class Watchers:
    """Knows the state and passes session events to every watcher."""

    def __init__(self) -> None:
        self.state = SessionState.STARTING
        self._queues: list[_Queue] = []

    def change(self, state: SessionState, message: str = "") -> None:
        """The session is in another state, or there is news about the one it is in."""
        if state is not self.state or message:
            self.state = state
            self._tell(StateChanged(state, message))

    def exchanged(self, exchange: Mapping[str, Any]) -> None:
        """A call for the session, outside of executions, was answered or failed."""
        self._tell(Exchanged("", exchange))

    @property
    def watched(self) -> bool:
        """Whether there is anybody to tell."""
        return bool(self._queues)

    def _tell(self, event: SessionEvent) -> None:
        for queue in self._queues:
            queue.put(event)

    async def watch(self) -> AsyncIterator[SessionEvent]:
        """Events from now on, until the session is closed."""
        queue = _Queue()
        self._queues.append(queue)
        try:
            while (event := await queue.get()) is not None:
                yield event
        finally:
            self._queues.remove(queue)

    def close(self) -> None:
        """End every watch."""
        for queue in self._queues:
            queue.put(None)


class _Queue:
    """Events for one watcher."""

    def __init__(self) -> None:
        self._events: deque[SessionEvent | None] = deque()
        self._exchanges = 0
        self._came = asyncio.Event()

    def put(self, event: SessionEvent | None) -> None:
        if isinstance(event, Exchanged):
            self._exchanges += 1
            if self._exchanges > ROOM:
                self._events.remove(next(one for one in self._events if isinstance(one, Exchanged)))
                self._exchanges -= 1
        self._events.append(event)
        self._came.set()

    async def get(self) -> SessionEvent | None:
        while not self._events:
            self._came.clear()
            await self._came.wait()
        event = self._events.popleft()
        self._exchanges -= isinstance(event, Exchanged)
        return event
