"""Those who watch a remote session: its state, and the calls outside of executions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.models import Exchanged, SessionEvent
from backend.watching import EventQueue, Watching

ROOM = 100  # exchanges that wait for a slow watcher; of more, the newest; states are never left out


class Watchers(Watching):
    """Passes states and exchanges to every watcher."""

    def __init__(self) -> None:
        super().__init__(_Queue)

    def exchanged(self, exchange: Mapping[str, Any]) -> None:
        """A call for the session, outside of executions, was answered or failed."""
        self.tell(Exchanged("", exchange))


class _Queue(EventQueue):
    """Events for one watcher, bounded by the number of exchanges."""

    def __init__(self) -> None:
        super().__init__()
        self._exchanges = 0

    def put(self, event: SessionEvent | None) -> None:
        if isinstance(event, Exchanged):
            self._exchanges += 1
            if self._exchanges > ROOM:
                self._events.remove(next(one for one in self._events if isinstance(one, Exchanged)))
                self._exchanges -= 1
        super().put(event)

    async def get(self) -> SessionEvent | None:
        event = await super().get()
        self._exchanges -= isinstance(event, Exchanged)
        return event
