"""A session's state, and those who watch the session outside its executions."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from backend.models import Chunk, SessionEvent, SessionState, StateChanged, Stream

ROOM = 1 << 20  # characters of late output kept for a watcher; beyond it the newest is left out, states never
CHUNK = 200  # characters that an event counts for beside its text


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
    """Events for one watcher, bounded by the text in them.

    Late output that has no room is left out and counted; a note with the count stands where it would be.
    """

    def __init__(self) -> None:
        self._events: deque[SessionEvent | None] = deque()
        self._came = asyncio.Event()
        self._characters = 0
        self._left_out: dict[str, int] = {}  # by execution

    def put(self, event: SessionEvent | None) -> None:
        if isinstance(event, Chunk) and self._characters + len(event.text) > ROOM:
            left_out = self._left_out.get(event.execution_id, 0)
            self._left_out[event.execution_id] = left_out + _size(event.text)
            return
        if not isinstance(event, StateChanged):
            self._say_left_out()
        self._append(event)
        self._came.set()

    def _append(self, event: SessionEvent | None) -> None:
        self._events.append(event)
        self._characters += _cost(event)

    async def get(self) -> SessionEvent | None:
        while not self._events:
            self._say_left_out()
            self._came.clear()
            if not self._events:
                await self._came.wait()
        event = self._events.popleft()
        self._characters -= _cost(event)
        return event

    def _say_left_out(self) -> None:
        for execution_id, count in self._left_out.items():
            note = f"\n… {count:,} bytes of late output left out here …\n"
            self._append(Chunk(execution_id, Stream.STDERR, note, late=True))
        self._left_out.clear()


def _cost(event: SessionEvent | None) -> int:
    return len(event.text) + CHUNK if isinstance(event, Chunk) else 0


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
