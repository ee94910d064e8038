"""One execution on its way through a session: its events, and who waits for them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from backend.models import Chunk, Display, Event, Finished, Stage, Staged, Stream, Submission

ROOM = 4 << 20  # characters that may wait for a slow reader before the code is slowed


class Job:
    """A submission with the events that nobody has taken yet.

    Neighbouring chunks of one stream are joined. When more than ROOM characters wait, `on_room(job, False)`
    is called, and `on_room(job, True)` when they have been taken. Nothing comes after Finished.
    """

    def __init__(self, submission: Submission, on_room: Callable[[Job, bool], None]) -> None:
        self.submission = submission
        self.stops = 0
        self.news = asyncio.Event()  # a wish to stop, or what the turn waits for
        self.finished: Finished | None = None
        self.full = False
        self._on_room = on_room
        self._events: deque[Event] = deque()
        self._texts: list[str] = []
        self._stream = Stream.STDOUT
        self._waiting = 0
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

    def stop(self) -> None:
        """Somebody wants it to stop; said twice, at once."""
        self.stops += 1
        self.news.set()

    def text(self, stream: Stream, text: str) -> None:
        """Output came."""
        if self._detached or self.finished is not None:
            return
        if stream is not self._stream:
            self._close_chunk()
            self._stream = stream
        self._texts.append(text)
        self._fill(len(text))
        self._came.set()

    def emit(self, event: Event) -> None:
        """Something other than output happened."""
        if self.finished is not None:
            return
        self._close_chunk()
        if isinstance(event, Finished):
            self.finished = event
        if self._detached:
            return
        self._events.append(event)
        if isinstance(event, Display):
            self._fill(sum(len(content) for content in event.bundle.values() if isinstance(content, str)))
        self._came.set()

    def stage(self, stage: Stage, position: int = 0) -> None:
        """The execution reached a stage."""
        self.emit(Staged(self.id, stage, position))

    def _fill(self, characters: int) -> None:
        self._waiting += characters
        if self._waiting > ROOM and not self.full:
            self.full = True
            self._on_room(self, False)

    def _close_chunk(self) -> None:
        if self._texts:
            self._events.append(Chunk(self.id, self._stream, "".join(self._texts)))
            self._texts.clear()

    def _empty(self) -> None:
        self._waiting = 0
        if self.full:
            self.full = False
            self._on_room(self, True)

    async def take(self) -> list[Event]:
        """The events since the last call, waiting for the first one."""
        while not self._events and not self._texts:
            self._came.clear()
            await self._came.wait()
        self._close_chunk()
        events = list(self._events)
        self._events.clear()
        self._empty()
        return events

    def detach(self) -> None:
        """Nobody reads any more: the execution goes on, its output is let go."""
        self._detached = True
        self._events.clear()
        self._texts.clear()
        self._empty()
