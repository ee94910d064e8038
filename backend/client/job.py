"""One execution on its way: its events, and whether it can still be taken back."""

from __future__ import annotations

import asyncio
from collections import deque

from backend.models import Event, Exchanged, Finished, Outcome, Stage, Staged, Submission

EXCHANGES = 40  # that wait for a slow reader: of more, the first and the last ones


class Job:
    """A submission with the events that nobody has taken yet. Nothing comes after Finished.

    `sent` tells that its code may be running at the target: then it cannot be taken back, only left.
    """

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.sent = False
        self.finished: Finished | None = None
        self.released: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._events: deque[Event] = deque()
        self._exchanges = 0
        self._detached = False
        self._came = asyncio.Event()

    @property
    def id(self) -> str:
        """The execution's id."""
        return self.submission.id

    @property
    def detached(self) -> bool:
        """Whether nobody reads the events any more."""
        return self._detached

    def release(self, outcome: Outcome) -> None:
        """Somebody waits for it no longer; its end is this."""
        if not self.released.done():
            self.released.set_result(outcome)

    def emit(self, event: Event) -> None:
        """Something happened."""
        if self.finished is not None:
            return
        if isinstance(event, Finished):
            self.finished = event
        if self._detached:
            return
        if isinstance(event, Exchanged):
            self._make_room()
        self._events.append(event)
        self._came.set()

    def stage(self, stage: Stage, position: int = 0, seconds: float = 0.0) -> None:
        """The execution reached a stage."""
        self.emit(Staged(self.id, stage, position, seconds))

    def _make_room(self) -> None:
        """A long poll with a slow reader does not fill memory."""
        self._exchanges += 1
        if self._exchanges > EXCHANGES:
            waiting = [event for event in self._events if isinstance(event, Exchanged)]
            self._events.remove(waiting[len(waiting) // 2])
            self._exchanges -= 1

    async def take(self) -> list[Event]:
        """The events since the last call, waiting for the first one."""
        while not self._events:
            self._came.clear()
            await self._came.wait()
        events = list(self._events)
        self._events.clear()
        self._exchanges = 0
        return events

    def detach(self) -> None:
        """Nobody reads any more: the execution goes on."""
        self._detached = True
        self._events.clear()
