"""One execution on its way through a session: its events, and who waits for them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from backend.models import Chunk, Display, Event, Finished, Stage, Staged, Stream, Submission

ROOM = 4 << 20  # characters that may wait for a slow reader before the code is slowed
LAST_ROOM = 4 << 20  # more for code that is being stopped: full pipes and what its streams still hold
CROWD = 48 << 20  # characters beyond which displays are left out: one that is waited for brings 32 MB at most
EVENT = 100  # characters that an event counts for beside its text


class Job:
    """A submission with the events that nobody has taken yet.

    Neighbouring chunks of one stream are joined. When more than ROOM characters wait, `on_room(job, False)`
    is called, and `on_room(job, True)` when they have been taken. Code that is being stopped gets LAST_ROOM
    more: it cannot end while it is slowed in a write. Nothing comes after Finished.
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
        self._limit = ROOM
        self._left_out = 0  # displays since the last one that had room
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
        self._fill(len(text) if self._texts else len(text) + EVENT)
        self._texts.append(text)
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
        if isinstance(event, Display):
            if self._waiting > CROWD:  # of a thread that does not wait for the reader
                self._left_out += 1
                return
            self._fill(weight(event.bundle))
        self._say_left_out()
        self._events.append(event)
        self._came.set()

    def stage(self, stage: Stage, position: int = 0) -> None:
        """The execution reached a stage. Being stopped, it gets more room."""
        self.emit(Staged(self.id, stage, position))
        if stage is Stage.INTERRUPTING:
            self._limit = self._waiting + LAST_ROOM
            if self.full:
                self.full = False
                self._on_room(self, True)

    def _fill(self, characters: int) -> None:
        self._waiting += characters
        if self._waiting > self._limit and not self.full:
            self.full = True
            self._on_room(self, False)

    def _say_left_out(self) -> None:
        if self._left_out:
            note = f"\n… displays left out, because nobody took the ones before: {self._left_out:,} …\n"
            self._events.append(Chunk(self.id, Stream.STDERR, note))
            self._left_out = 0

    def _close_chunk(self) -> None:
        if self._texts:
            self._events.append(Chunk(self.id, self._stream, "".join(self._texts)))
            self._texts.clear()

    def _empty(self) -> None:
        self._waiting = 0
        self._limit = ROOM
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


def weight(content: Any) -> int:
    """About how many characters a display's content holds, whatever it is made of; counted up to CROWD."""
    total = EVENT
    waiting = [content]
    while waiting and total <= CROWD:
        each = waiting.pop()
        if isinstance(each, dict | list | tuple):
            total += EVENT * len(each)
            if total <= CROWD:  # else a frame of 32 MB in small numbers held up everything for seconds
                waiting += [*each.keys(), *each.values()] if isinstance(each, dict) else each
        elif isinstance(each, str):
            total += len(each)
    return total
