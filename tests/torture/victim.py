"""A session that runs hostile cells, and answers a plain one rightly after each."""

from __future__ import annotations

import asyncio
import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from backend.errors import FileError
from backend.executor.local import LocalBackend
from backend.models import Outcome, Status, Submission
from tests.contract.driver import alive, eventually
from tests.processes import below, parents
from tests.torture.books import Books, losing
from tests.torture.cell import ON, Cell, Loss
from tests.torture.cells.neighbours import TARGET
from tests.torture.seen import Seen
from tests.torture.witness import worker_pid

AGAIN = 0.1  # seconds between two interrupts
GONE = 3.0  # seconds for a session's processes to end with it
PLAIN = """
try: kept
except NameError: kept = None
print({nonce!r})
[kept, 6 * 7, {nonce!r}]
"""


@dataclass
class Victim:
    """One session; `target` is what its code is told about the witness."""

    name: str
    books: Books
    backend: LocalBackend
    target: tuple[int, str, str]
    count: int = 0
    kept: str | None = None
    pid: int = 0

    async def suffer(self, cell: Cell) -> None:
        """Run a hostile cell and a plain one. Fails when anything is not as the cell says."""
        if self.kept is None:
            await self._keep()
        code = cell.code.replace(TARGET, repr(self.target)) if TARGET in cell.code else cell.code
        async with losing(self.backend, self.name) as lost:
            seen = await self._run(cell, code)
            outcome = seen.end
            assert outcome.status in cell.ends, _told(outcome)
            assert cell.says in seen.said, (
                f"{cell.says!r} is missing in: {_told(outcome)} {seen.said[:500]!r}"
            )
            if cell.loss is Loss.LATER and not outcome.state_lost:
                await lost()
        assert outcome.state_lost == (cell.loss is Loss.LOST) or cell.loss in (Loss.EITHER, Loss.LATER), (
            _told(outcome)
        )
        if cell.ruins:
            await self.end()
            await self._keep()
            await self._answer(False)
        else:
            await self._answer(outcome.state_lost or cell.loss is Loss.LATER, cell.late)
        if cell.spoils:
            await self.end()

    async def _run(self, cell: Cell, code: str) -> Seen:
        stopping: list[asyncio.Task[None]] = []

        def on_event(sent: Submission, seen: Seen) -> None:
            if cell.interrupts and not stopping and ON in seen.stdout[:100]:
                stopping.append(asyncio.create_task(self._stop(cell, sent.id)))

        try:
            return await self.books.run(
                self.name, code, limit=cell.limit, within=cell.within, on_event=on_event
            )
        finally:
            for task in stopping:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    async def _stop(self, cell: Cell, execution: str) -> None:
        await asyncio.sleep(cell.pause)
        for _ in range(cell.interrupts):
            await self.backend.interrupt(self.name, execution)
            await asyncio.sleep(AGAIN)

    async def _answer(self, lost: bool, late: str = "") -> None:
        """A plain cell: its own variable if it was not lost, else a fresh worker without it."""
        self.count += 1
        nonce = f"plain {self.name} {self.count}"
        seen = await self.books.run(self.name, PLAIN.format(nonce=nonce))
        assert seen.end.status is Status.SUCCEEDED, f"the plain cell failed: {_told(seen.end)}"
        printed = _without(late, seen.stdout) if late else seen.stdout
        assert printed == f"{nonce}\n", f"the plain cell printed {seen.stdout[:300]!r}"
        expected = [None if lost else self.kept, 42, nonce]
        assert seen.value == repr(expected), f"the plain cell gave {seen.value[:300]}, not {expected}"
        assert seen.started is not None
        assert seen.started.state_lost == lost, "the plain cell did not tell whether variables were lost"
        pid = await worker_pid(self.backend, self.name)
        assert (pid != self.pid) == lost, f"the worker was {self.pid} and is {pid}"
        with contextlib.suppress(FileError):
            await self.backend.list_files(self.name)
        if lost:
            await self._keep()

    async def _keep(self) -> None:
        """A variable to be kept."""
        self.count += 1
        self.kept = f"kept by {self.name} since {self.count}"
        seen = await self.books.run(self.name, f"kept = {self.kept!r}")
        assert seen.end.status is Status.SUCCEEDED, f"a variable cannot be set: {_told(seen.end)}"
        self.pid = await worker_pid(self.backend, self.name)

    async def end(self) -> None:
        """End the session: nothing that it started is left."""
        worker = await worker_pid(self.backend, self.name)
        above = parents()
        keeper = above.get(worker)
        its = {keeper, *below(keeper, above)} if keeper is not None else set()
        data = self.backend.data_directory(self.name)
        self.kept = None
        await self.backend.end_session(self.name)
        give_back(data)
        await eventually(lambda: not any(map(alive, its)), GONE)  # nothing of it runs on


def _without(late: str, text: str) -> str:
    """The text without what a thread printed into it."""
    return "".join(text.replace(late, "").splitlines()) + "\n"


def give_back(folder: Path) -> None:
    """The rights on a folder that code has taken from itself; not on what a link there leads to."""
    with contextlib.suppress(OSError):
        fd = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            Path(f"/proc/self/fd/{fd}").chmod(0o700)
        finally:
            os.close(fd)


def _told(outcome: Outcome) -> str:
    error = outcome.error and f"{outcome.error.name}: {outcome.error.message[:300]}"
    return f"{outcome.status} state_lost={outcome.state_lost} {outcome.message[:300]} {error or ''}".strip()
