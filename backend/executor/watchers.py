"""Those who watch a session outside its executions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from backend.models import Chunk, SessionEvent

ROOM = 1000  # events kept for a watcher; of late output beyond it the newest is dropped, states never


class Watchers:
    """Passes session events to every watcher."""

    def __init__(self) -> None:
        self._queues: list[asyncio.Queue[SessionEvent | None]] = []

    def tell(self, event: SessionEvent) -> None:
        """Pass an event on."""
        for queue in self._queues:
            if not isinstance(event, Chunk) or queue.qsize() < ROOM:
                queue.put_nowait(event)

    async def watch(self) -> AsyncIterator[SessionEvent]:
        """Events from now on, until the session is closed."""
        queue: asyncio.Queue[SessionEvent | None] = asyncio.Queue()
        self._queues.append(queue)
        try:
            while (event := await queue.get()) is not None:
                yield event
        finally:
            self._queues.remove(queue)

    def close(self) -> None:
        """End every watch."""
        for queue in self._queues:
            queue.put_nowait(None)
