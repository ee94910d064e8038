"""Runs code in one session of a target, each execution an entry of history like any other."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Protocol

from backend.errors import TargetError
from backend.models import (
    Chunk,
    Display,
    Finished,
    InputRequested,
    SessionState,
    Staged,
    Status,
    Submission,
)
from backend.port import Backend
from workbench.controller.executions import Executions
from workbench.controller.targets import Place, Seat
from workbench.history.blobs import BlobWriter
from workbench.history.entry import Entry, KeptFile
from workbench.history.store import History

Hear = Callable[[Entry, Chunk | Display | Staged], None]


class Runner(Protocol):
    """A session in which a replay runs."""

    async def start(self) -> None:
        """Make the session ready. Raises WorkbenchError."""

    async def run(self, code: str, limit: float | None) -> Entry:
        """Run code to its end; the finished entry. `limit` in seconds beside the target's own."""

    async def refresh(self) -> None:
        """Begin with no variables, where the target can. Raises WorkbenchError."""

    async def put(self, path: str, content: AsyncIterator[bytes], size: int) -> None:
        """Write a file of the session, with the folders it is in. Raises WorkbenchError."""

    async def stop(self) -> None:
        """Stop what runs."""


class Writer:
    """Writes files of a session, with the folders they are in."""

    def __init__(self, backend: Backend, session: str) -> None:
        self._backend = backend
        self._session = session
        self._folders: set[str] = set()

    async def put(self, path: str, content: AsyncIterator[bytes], size: int) -> None:
        """Write a file. Raises WorkbenchError."""
        folder = path.rpartition("/")[0]
        if folder and folder not in self._folders:
            await self._make(folder)
            self._folders.add(folder)
        await self._backend.write_file(self._session, path, content, size)

    async def _make(self, folder: str) -> None:
        """A folder, made by code that history does not keep: no version of the API has a call for it."""
        code = f"__import__('os').makedirs({folder!r}, exist_ok=True)"
        submission = Submission(str(uuid.uuid4()), code, timeout=60.0)
        async for event in self._backend.execute(self._session, submission):
            if isinstance(event, Finished) and event.outcome.status is not Status.SUCCEEDED:
                why = f"The folder {folder} cannot be made there. {event.outcome.message}"
                raise TargetError(why.strip())


class SessionRunner:
    """A session of its own at a target. `hear` is told what comes out while code runs.

    Files up to `keep_bytes` that are put there are kept by hash, for a session that stays.
    """

    def __init__(
        self,
        history: History,
        seat: Seat,
        hear: Hear = lambda entry, event: None,
        *,
        keep_bytes: int = 0,
    ) -> None:
        self.started = False
        self._seat = seat
        self._history = history
        self._keep_bytes = keep_bytes
        self._isolation = ""
        self._listener = _Listener(hear)
        self._executions = Executions(history, self._listener, lambda seat: None)
        self._writer = Writer(seat.backend, seat.session)

    async def start(self) -> None:
        """Make the session ready. Raises WorkbenchError."""
        self.started = True
        info = await self._seat.backend.start(self._seat.session)
        if not self._seat.remote:
            self._isolation = info.isolation or self._seat.target.isolation

    async def run(self, code: str, limit: float | None = None) -> Entry:
        """Run code to its end; the finished entry."""
        place = Place(self._limited(limit), self._seat.session, self._isolation)

        async def where() -> Place:
            return place

        return await self._executions.run(code, where)

    def _limited(self, limit: float | None) -> Seat:
        if limit is None:
            return self._seat
        own = self._seat.target.timeout
        limit = limit if own is None else min(limit, own)
        return Seat(replace(self._seat.target, timeout=limit), self._seat.backend, self._seat.session)

    async def refresh(self) -> None:
        """Begin with no variables: a local session gets a new worker, a remote one goes on as it is."""
        if not self._seat.remote:
            await self._seat.backend.end_session(self._seat.session)
            self._executions.ended(self._seat, self._seat.session)
            await self.start()

    async def put(self, path: str, content: AsyncIterator[bytes], size: int) -> None:
        """Write a file of the session, with the folders it is in."""
        with contextlib.ExitStack() as stack:
            writer: BlobWriter | None = None
            if size <= self._keep_bytes:
                with contextlib.suppress(OSError):  # what cannot be kept goes there all the same
                    writer = stack.enter_context(self._history.blobs.writer())
            if writer is None:
                await self._writer.put(path, content, size)
                return
            await self._writer.put(path, _also(content, writer), size)
            if writer.size == size:
                await self._keep(path, writer)

    async def _keep(self, path: str, writer: BlobWriter) -> None:
        with contextlib.suppress(OSError):
            digest = await asyncio.to_thread(writer.commit)
            file = KeptFile(path, digest, writer.size, time.time())
            await self._history.keep_files(self._seat.target.profile, self._seat.session, [file])

    async def stop(self) -> None:
        """Stop what runs; nobody waits for what cannot be stopped."""
        await self._executions.stop_all(leave=True)

    async def close(self) -> None:
        """Stop what still runs, and write how it ended."""
        await self._executions.close()


async def _also(content: AsyncIterator[bytes], writer: BlobWriter) -> AsyncIterator[bytes]:
    """The pieces, which are written too as long as the disk takes them."""
    takes = True
    async for piece in content:
        if takes:
            try:
                await asyncio.to_thread(writer.write, piece)
            except OSError:
                takes = False
        yield piece


class _Listener:
    """Tells what comes out, and answers nothing: code that asks is told that nobody is there."""

    answers = False

    def __init__(self, hear: Hear) -> None:
        self._hear = hear
        self._current: Entry | None = None

    def entry_changed(self, entry: Entry) -> None:
        """It is known by `begun`."""

    async def begun(self, entry: Entry) -> None:
        """Its output comes now."""
        self._current = entry

    async def output(self, event: Chunk | Display | Staged) -> None:
        """Pass it on."""
        if self._current is not None:
            self._hear(self._current, event)

    async def asked(self, entry: Entry, question: InputRequested) -> None:
        """Nobody answers."""

    async def answered(self, typed: Chunk) -> None:
        """Nobody typed."""

    async def finished(self, entry: Entry) -> None:
        """`run` gives it."""

    async def late_output(self, chunk: Chunk) -> None:
        """It is in history."""

    def state_changed(self, state: SessionState, message: str) -> None:
        """The entries tell."""
