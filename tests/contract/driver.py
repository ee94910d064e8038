"""Runs code through the port and keeps what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

from backend.models import (
    Chunk,
    Display,
    Event,
    Finished,
    Outcome,
    Staged,
    Started,
    Status,
    Stream,
    Submission,
)
from backend.port import Backend

SESSION = "one"
_numbers = itertools.count(1)


@dataclass
class Ran:
    """The events of one execution."""

    id: str
    events: list[Event] = field(default_factory=list)

    def text(self, stream: Stream) -> str:
        """All of one stream."""
        chunks = [event for event in self.events if isinstance(event, Chunk)]
        return "".join(chunk.text for chunk in chunks if chunk.stream is stream)

    @property
    def stdout(self) -> str:
        return self.text(Stream.STDOUT)

    @property
    def stderr(self) -> str:
        return self.text(Stream.STDERR)

    @property
    def outcome(self) -> Outcome:
        """The one outcome; checks that there is exactly one and that it comes last."""
        finished = [event for event in self.events if isinstance(event, Finished)]
        assert len(finished) == 1
        assert self.events[-1] is finished[0]
        return finished[0].outcome

    @property
    def status(self) -> Status:
        return self.outcome.status

    @property
    def value(self) -> str | None:
        """The text representation of the last value."""
        return None if self.outcome.value is None else str(self.outcome.value["text/plain"])

    @property
    def error(self) -> str:
        """The name of the exception."""
        assert self.outcome.error is not None, self.outcome
        return self.outcome.error.name

    @property
    def traceback(self) -> str:
        assert self.outcome.error is not None, self.outcome
        return self.outcome.error.traceback

    @property
    def started(self) -> Started | None:
        return next((event for event in self.events if isinstance(event, Started)), None)

    @property
    def stages(self) -> list[tuple[str, int]]:
        return [(event.stage.value, event.position) for event in self.events if isinstance(event, Staged)]

    @property
    def displays(self) -> list[Display]:
        return [event for event in self.events if isinstance(event, Display)]


def submission(code: str, limit: float | None = None) -> Submission:
    """Code under a fresh id."""
    number = next(_numbers)
    return Submission(f"execution-{number}", code, number, limit)


async def run(backend: Backend, code: str, session: str = SESSION, limit: float | None = None) -> Ran:
    """Run code to its end."""
    sent = submission(code, limit)
    ran = Ran(sent.id)
    async for event in backend.execute(session, sent):
        ran.events.append(event)
    return ran


async def value(backend: Backend, code: str, session: str = SESSION) -> str | None:
    """The last value of code that must succeed."""
    ran = await run(backend, code, session)
    assert ran.status is Status.SUCCEEDED, ran.outcome
    return ran.value


class Running:
    """An execution on its way, read by a task of its own."""

    def __init__(self, backend: Backend, code: str, session: str, limit: float | None) -> None:
        self.submission = submission(code, limit)
        self.ran = Ran(self.submission.id)
        self._backend = backend
        self._session = session
        self._came = asyncio.Condition()
        self.task = asyncio.create_task(self._read())

    async def _read(self) -> Ran:
        async for event in self._backend.execute(self._session, self.submission):
            async with self._came:
                self.ran.events.append(event)
                self._came.notify_all()
        return self.ran

    async def until(self, wanted: Callable[[Ran], bool], seconds: float = 10) -> None:
        """Wait for events that make `wanted` true."""
        async with asyncio.timeout(seconds), self._came:
            await self._came.wait_for(lambda: wanted(self.ran))

    async def until_printed(self, text: str) -> None:
        """Wait for output."""
        await self.until(lambda ran: text in ran.stdout)

    async def stop(self) -> None:
        """Ask for its interrupt."""
        await self._backend.interrupt(self._session, self.submission.id)

    async def end(self, seconds: float = 20) -> Ran:
        """Everything, once it is finished."""
        async with asyncio.timeout(seconds):
            return await self.task


@contextlib.asynccontextmanager
async def running(
    backend: Backend, code: str, session: str = SESSION, limit: float | None = None
) -> AsyncIterator[Running]:
    """Start code and go on beside it."""
    started = Running(backend, code, session, limit)
    try:
        yield started
    finally:
        started.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await started.task


async def eventually(true: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for something that no event tells, at most `seconds`."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not become true in time"
        await asyncio.sleep(0.01)


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] not in "ZX"


async def pieces(*data: bytes) -> AsyncIterator[bytes]:
    """File content as a client sends it."""
    for piece in data:
        yield piece


def descriptors() -> int:
    """How many files this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))
