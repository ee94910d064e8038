"""Output that came after the end of its execution: added to the entry, bounded, soon after it came."""

from __future__ import annotations

import asyncio

from backend.models import Chunk
from workbench.history.recorder import LATE_HEAD, LATE_TAIL, Recorder
from workbench.history.store import History

SAVE_EVERY = 1.0  # seconds that late output may wait for the disk
EXECUTIONS = 64  # whose late output is held to be written; a session has at most 17 that can go on printing


class LateOutput:
    """Collects late output and writes it to its entries while there is any.

    Of each execution the first LATE_HEAD and the last LATE_TAIL characters are kept. One that prints again
    after EXECUTIONS others have is not kept any more.
    """

    def __init__(self, history: History, every: float = SAVE_EVERY) -> None:
        self._history = history
        self._every = every
        self._recorders: dict[str, Recorder] = {}  # the one that printed last is the last
        self._over: set[str] = set()
        self._saver: asyncio.Task[None] | None = None
        self._writing = asyncio.Lock()
        self._closed = False

    def add(self, chunk: Chunk) -> None:
        """Late output came."""
        name = chunk.execution_id
        if name in self._over:
            return
        recorder = self._recorders.pop(name, None) or Recorder(LATE_HEAD, LATE_TAIL, late=True)
        self._recorders[name] = recorder
        recorder.add(chunk)
        self._wake()

    def _wake(self) -> None:
        """Have somebody write what waits, unless somebody does."""
        waits = any(recorder.changed for recorder in self._recorders.values())
        if waits and not self._closed and (self._saver is None or self._saver.done()):
            self._saver = asyncio.create_task(self._save())

    async def _save(self) -> None:
        while any(recorder.changed for recorder in self._recorders.values()):
            await asyncio.sleep(self._every)
            await self.flush()

    async def flush(self) -> None:
        """Write what came since the last time; what belongs to an entry that is not final yet waits."""
        async with self._writing:
            for name, recorder in list(self._recorders.items()):
                if recorder.changed:
                    await self._write(name, recorder)
        self._let_go()
        self._wake()  # what could not be written, while the task that writes saw nothing left to do

    async def _write(self, name: str, recorder: Recorder) -> None:
        settled = False
        try:
            settled = await self._history.late(name, recorder.segments())
        finally:
            if not settled:  # nor when this is cancelled
                recorder.changed = True

    def _let_go(self) -> None:
        for name in [name for name, recorder in self._recorders.items() if not recorder.changed]:
            if len(self._recorders) <= EXECUTIONS:
                break
            del self._recorders[name]
            self._over.add(name)

    async def close(self) -> None:
        """Write what is left."""
        self._closed = True
        if self._saver is not None:
            self._saver.cancel()
        await self.flush()
