"""A session's state, and those who watch the session outside its executions."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable

from backend.models import SessionEvent, SessionState, StateChanged


class EventQueue:
    """Events for one watcher; None is the end. How it stays bounded, each kind of target knows."""

    def __init__(self) -> None:
        self._events: deque[SessionEvent | None] = deque()
        self._came = asyncio.Event()

    def put(self, event: SessionEvent | None) -> None:
        """Take an event in."""
        self._events.append(event)
        self._came.set()

    async def get(self) -> SessionEvent | None:
        """The next event, waited for."""
        while not self._events:
            self._came.clear()
            await self._came.wait()
        return self._events.popleft()


class Watching:
    """Knows the state and passes session events to every watcher, by a queue for each."""

    def __init__(self, queue: Callable[[], EventQueue]) -> None:
        self.state = SessionState.STARTING
        self._queue = queue
        self._queues: list[EventQueue] = []

    def change(self, state: SessionState, message: str = "") -> None:
        """The session is in another state, or there is news about the one it is in."""
        if state is not self.state or message:
            self.state = state
            self.tell(StateChanged(state, message))

    def tell(self, event: SessionEvent) -> None:
        """Pass an event on."""
        for queue in self._queues:
            queue.put(event)

    @property
    def watched(self) -> bool:
        """Whether there is anybody to tell."""
        return bool(self._queues)

    async def watch(self) -> AsyncIterator[SessionEvent]:
        """Events from now on, until the session is closed."""
        queue = self._queue()
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
