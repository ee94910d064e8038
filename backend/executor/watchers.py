"""A session's state, and those who watch the session outside its executions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from backend.models import Chunk, SessionEvent, SessionState, StateChanged

ROOM = 1 << 20  # characters of late output kept for a watcher; beyond it the newest is dropped, states never


class Watchers:
    """Knows the state and passes session events to every watcher."""

    def __init__(self) -> None:
        self.state = SessionState.STARTING
        self._queues: list[_Queue] = []

    def change(self, state: SessionState, message: str = "") -> None:
        """The session is in another state, or there is news about the one it is in."""
        if state is not self.state or message:
            self.state = state
            self.tell(StateChanged(state, message))

    def tell(self, event: SessionEvent) -> None:
        """Pass an event on."""
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
    """Events for one watcher, bounded by the text in them."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[SessionEvent | None] = asyncio.Queue()
        self._characters = 0

    def put(self, event: SessionEvent | None) -> None:
        if isinstance(event, Chunk):
            if self._characters + len(event.text) > ROOM:
                return
            self._characters += len(event.text)
        self._events.put_nowait(event)

    async def get(self) -> SessionEvent | None:
        event = await self._events.get()
        if isinstance(event, Chunk):
            self._characters -= len(event.text)
        return event
