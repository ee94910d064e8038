"""One execution on its way through a session: its events, and who waits for them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from backend.models import Chunk, Event, Finished, Stage, Staged, Stream, Submission

ROOM = 4 << 20  # characters that may wait for a slow reader before the code is slowed


class Job:
    """A submission with the events that nobody has taken yet.

    Neighbouring chunks of one stream are joined. When more than ROOM characters wait, `on_room(False)` is
    called, and `on_room(True)` when they have been taken.
    """

    def __init__(self, submission: Submission, on_room: Callable[[bool], None]) -> None:
        self.submission = submission
        self.stops = 0
        self.finished: Finished | None = None
        self._on_room = on_room
        self._events: deque[Event] = deque()
        self._texts: list[str] = []
        self._stream = Stream.STDOUT
        self._waiting = 0
        self._full = False
        self._detached = False
        self._news = asyncio.Event()

    @property
    def id(self) -> str:
        """The execution's id."""
        return self.submission.id

    def text(self, stream: Stream, text: str) -> None:
        """Output came."""
        if self._detached:
            return
        if stream is not self._stream:
            self._close_chunk()
            self._stream = stream
        self._texts.append(text)
        self._waiting += len(text)
        if self._waiting > ROOM and not self._full:
            self._full = True
            self._on_room(False)
        self._news.set()

    def emit(self, event: Event) -> None:
        """Something other than output happened."""
        self._close_chunk()
        if isinstance(event, Finished):
            self.finished = event
        if not self._detached:
            self._events.append(event)
            self._news.set()

    def stage(self, stage: Stage, position: int = 0) -> None:
        """The execution reached a stage."""
        self.emit(Staged(self.id, stage, position))

    def _close_chunk(self) -> None:
        if self._texts:
            self._events.append(Chunk(self.id, self._stream, "".join(self._texts)))
            self._texts.clear()

    async def take(self) -> list[Event]:
        """The events since the last call, waiting for the first one."""
        while not self._events and not self._texts:
            self._news.clear()
            await self._news.wait()
        self._close_chunk()
        events = list(self._events)
        self._events.clear()
        self._waiting = 0
        if self._full:
            self._full = False
            self._on_room(True)
        return events

    def detach(self) -> None:
        """Nobody reads any more: the execution goes on, its output is let go."""
        self._detached = True
        self._events.clear()
        self._texts.clear()
        if self._full:
            self._full = False
            self._on_room(True)
