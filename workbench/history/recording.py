"""A backend whose executions history keeps, whoever asks for them: `workbench serve --record`."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, cast

from backend.models import Chunk, Display, Event, Exchanged, Finished, Outcome, Started, Status, Submission
from backend.port import Backend
from workbench.history.entry import Entry
from workbench.history.recorder import Recorder, completed
from workbench.history.store import History

SAVE_EVERY = 1.0  # seconds between saves of the output so far
_LEFT = Outcome(Status.LOST, message="The server ended before the execution had.")


def recorded(backend: Backend, history: History, *, profile: str, isolation: str) -> Backend:
    """`backend`, with each execution written to an open history before it starts and completed after its end.

    The entries are at the target `profile`. What history cannot write stops no execution.
    """
    return cast(Backend, _Recorded(backend, history, profile, isolation))


class _Recorded:
    """Passes all on to the backend; `execute` by way of history."""

    def __init__(self, backend: Backend, history: History, profile: str, isolation: str) -> None:
        self._backend = backend
        self._history = history
        self._profile = profile
        self._isolation = isolation

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

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
        recorder = Recorder()
        saver = asyncio.create_task(self._save(entry.id, recorder))
        outcome = _LEFT
        try:
            async for event in self._backend.execute(session, submission):
                if isinstance(event, Finished):
                    outcome = event.outcome
                    await self._history.finish(completed(entry, outcome, recorder))
                elif isinstance(event, Started):
                    entry = replace(entry, status=Status.RUNNING, started_at=time.time())
                    recorder.changed = True  # so that history soon says that it runs
                elif isinstance(event, Exchanged):
                    recorder.exchanged(event.exchange)
                elif isinstance(event, Chunk | Display):
                    recorder.add(event)
                yield event
        finally:
            saver.cancel()
            if outcome is _LEFT:
                await self._history.finish(completed(entry, outcome, recorder))

    async def _save(self, entry_id: str, recorder: Recorder) -> None:
        while True:
            await asyncio.sleep(SAVE_EVERY)
            if recorder.changed:
                await self._history.progress(entry_id, recorder.segments())
