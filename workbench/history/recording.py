"""A backend whose executions history keeps, whoever asks for them: `workbench serve --record`."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any, cast

from backend.models import Chunk, Display, Event, Exchanged, Finished, Outcome, Started, Status, Submission
from backend.port import Backend
from workbench.history.entry import Entry
from workbench.history.recorder import Recorder, completed
from workbench.history.store import History

SAVE_EVERY = 1.0  # seconds between saves of the output so far
RECENT = (
    256  # executions whose exchanges are still taken: that of one that was waited for comes after its end
)
_LEFT = Outcome(Status.LOST, message="The server ended before the execution had.")


class _Kept:
    """An execution: its entry as it was written last, and what was collected of it."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.recorder = Recorder()
        self.api_version = ""

    def told(self, entry: Entry) -> Entry:
        """`entry` with what exchanges tell of it."""
        return replace(entry, exchanges=self.recorder.exchanges, api_version=self.api_version)


class Recorded:
    """Has each execution of a backend written to an open history before it starts, completed after its end.

    The entries are at the target `profile`. What history cannot write stops no execution.
    """

    def __init__(self, backend: Backend, history: History, *, profile: str, isolation: str) -> None:
        self._backend = backend
        self._history = history
        self._profile = profile
        self._isolation = isolation
        self._recent: dict[tuple[str, str], _Kept] = {}
        self._writing: set[asyncio.Task[None]] = set()

    @property
    def backend(self) -> Backend:
        """What to offer: all but `execute` is passed on to the backend."""
        return cast(Backend, self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    def exchanged(self, session: str, execution_id: str, exchange: Mapping[str, Any]) -> None:
        """Keep an exchange about an execution with it, and the API version that it was asked for in."""
        kept = self._recent.get((session, execution_id))
        if kept is None:
            return
        kept.recorder.exchanged(exchange)
        kept.api_version = kept.api_version or str(exchange.get("api_version", ""))
        if kept.entry.status.final:
            task = asyncio.create_task(self._history.finish(kept.told(kept.entry)))
            self._writing.add(task)
            task.add_done_callback(self._writing.discard)

    async def settled(self) -> None:
        """Wait until all exchanges are on the disk."""
        if self._writing:
            await asyncio.wait(set(self._writing))

    async def execute(self, session: str, submission: Submission) -> AsyncIterator[Event]:
        """The events of the backend. Finished comes once the entry is complete on disk."""
        entry = await self._history.begin(
            Entry(
                id=str(uuid.uuid4()),  # a client may give the same operation id to two servers
                code=submission.code,
                session=session,
                profile=self._profile,
                isolation=self._isolation,
                status=Status.QUEUED,
                started_at=time.time(),
            )
        )
        kept = self._remember(session, submission.id, entry)
        recorder = kept.recorder
        saver = asyncio.create_task(self._save(entry.id, recorder))
        outcome = _LEFT
        try:
            async for event in self._backend.execute(session, submission):
                if isinstance(event, Finished):
                    outcome = event.outcome
                    await self._finish(kept, outcome)
                elif isinstance(event, Started):
                    kept.entry = replace(kept.entry, status=Status.RUNNING, started_at=time.time())
                    recorder.changed = True  # so that history soon says that it runs
                elif isinstance(event, Exchanged):
                    recorder.exchanged(event.exchange)
                elif isinstance(event, Chunk | Display):
                    recorder.add(event)
                yield event
        finally:
            saver.cancel()
            if outcome is _LEFT:
                await self._finish(kept, outcome)

    def _remember(self, session: str, execution_id: str, entry: Entry) -> _Kept:
        kept = self._recent[session, execution_id] = _Kept(entry)
        while len(self._recent) > RECENT and next(iter(self._recent.values())).entry.status.final:
            del self._recent[next(iter(self._recent))]
        return kept

    async def _finish(self, kept: _Kept, outcome: Outcome) -> None:
        entry = kept.told(completed(kept.entry, outcome, kept.recorder))
        await self._history.finish(entry)
        kept.entry = entry

    async def _save(self, entry_id: str, recorder: Recorder) -> None:
        while True:
            await asyncio.sleep(SAVE_EVERY)
            if recorder.changed:
                await self._history.progress(entry_id, recorder.segments())
