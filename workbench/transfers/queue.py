"""Transfers on their way: several at once, each cancelled and tried again by itself."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path

from backend.errors import WorkbenchError
from backend.models import Target
from backend.port import Backend
from backend.records import dataclass
from workbench.transfers import source
from workbench.transfers.destination import NameTakenError
from workbench.transfers.meter import Meter
from workbench.transfers.session import SessionFiles
from workbench.transfers.transfer import Direction, Progress, State, Transfer

AT_ONCE = 3
Hold = Callable[[Target], AbstractContextManager[Backend]]
"""The backend of a target, open as long as it is held. Raises WorkbenchError."""


Sent = Callable[[Target, str, str, Path], None]
"""Target, session, path there and here of a file that was sent."""


@dataclass(slots=True, eq=False)
class _Job:
    """A transfer, how far it is, and what moves it. `batch` counts how often nothing had moved before."""

    transfer: Transfer
    meter: Meter
    batch: int
    task: asyncio.Task[None] | None = None

    @property
    def now(self) -> Transfer:
        moved, total = self.meter.moved, self.meter.total
        words = self.meter.words if self.transfer.state is State.RUNNING else ""
        return replace(self.transfer, moved=moved, total=total, words=words)


class Queue:
    """Moves files, at most `at_once` at a time, in the order they were asked for.

    A transfer holds the backend of its target while it runs, whatever target is shown meanwhile. `changed`
    is told when the state of one has changed, not of each byte: ask `transfers` and `progress` for these.
    `sent` is told of each file that has arrived in a session.
    """

    def __init__(
        self,
        hold: Hold,
        *,
        at_once: int = AT_ONCE,
        changed: Callable[[Transfer], None] | None = None,
        sent: Sent | None = None,
    ) -> None:
        self.changed = changed
        self._sent = sent
        self._hold = hold
        self._at_once = at_once
        self._numbers = itertools.count(1)
        self._jobs: dict[int, _Job] = {}
        self._batch = 0
        self._closed = False

    # -- what is told

    @property
    def transfers(self) -> tuple[Transfer, ...]:
        """All transfers as they are now, in the order they were asked for."""
        return tuple(job.now for job in self._jobs.values())

    @property
    def moving(self) -> bool:
        """Whether any transfer is not final."""
        return any(not job.transfer.state.final for job in self._jobs.values())

    @property
    def batch(self) -> tuple[Transfer, ...]:
        """Those that were asked for since nothing moved."""
        return tuple(job.now for job in self._jobs.values() if job.batch == self._batch)

    @property
    def progress(self) -> Progress:
        """How far those of the batch are together."""
        batch = self.batch
        left = [one.direction for one in batch if not one.state.final]
        counted = [one for one in batch if one.state not in (State.FAILED, State.CANCELLED)]
        total = sum(one.total or 0 for one in counted)
        known = total > 0 and all(one.total is not None for one in counted)
        return Progress(
            up=left.count(Direction.UP),
            down=left.count(Direction.DOWN),
            failed=sum(one.state is State.FAILED for one in batch),
            part=min(sum(one.moved for one in counted) / total, 1.0) if known else None,
        )

    # -- what is asked for

    def upload(
        self,
        local: Path,
        path: str,
        target: Target,
        session: str,
        *,
        size: int | None = None,
        overwrite: bool = False,
    ) -> int:
        """Send a file of this machine to a session, under `path`; the transfer's id."""
        return self._add(Direction.UP, local, path, target, session, size, overwrite)

    def download(
        self,
        path: str,
        local: Path,
        target: Target,
        session: str,
        *,
        size: int | None = None,
        overwrite: bool = False,
    ) -> int:
        """Fetch a file of a session to `local`; the transfer's id."""
        return self._add(Direction.DOWN, local, path, target, session, size, overwrite)

    def _add(
        self,
        way: Direction,
        local: Path,
        path: str,
        target: Target,
        session: str,
        size: int | None,
        overwrite: bool,
    ) -> int:
        self._begin_batch()
        id = next(self._numbers)
        transfer = Transfer(id, way, local, path, target, session, overwrite)
        self._jobs[id] = _Job(transfer, Meter(size), self._batch)
        self._tell(self._jobs[id])
        self._fill()
        return id

    def _begin_batch(self) -> None:
        if not self.moving:
            self._batch += 1

    def cancel(self, id: int) -> None:
        """Cancel a transfer that is not final; nothing of it stays at either end."""
        job = self._jobs.get(id)
        if job is None or job.transfer.state.final:
            return
        if job.task is not None:
            job.task.cancel()
        else:
            self._set(job, State.CANCELLED)

    def cancel_all(self) -> None:
        """Cancel all that is not final, what waits first."""
        for job in sorted(self._jobs.values(), key=lambda job: job.task is not None):
            self.cancel(job.transfer.id)

    def retry(self, id: int, *, overwrite: bool | None = None) -> None:
        """Try a failed or cancelled transfer again, from its beginning; behind those that wait."""
        job = self._jobs.get(id)
        if job is None or job.transfer.state not in (State.FAILED, State.CANCELLED):
            return
        self._begin_batch()
        old = self._jobs.pop(id).transfer
        may = old.overwrite if overwrite is None else overwrite
        again = replace(old, state=State.WAITING, error="", remedy="", taken=False, overwrite=may)
        self._jobs[id] = _Job(again, Meter(job.meter.total), self._batch)
        self._tell(self._jobs[id])
        self._fill()

    def clear(self) -> None:
        """Forget those that are final."""
        self._jobs = {id: job for id, job in self._jobs.items() if not job.transfer.state.final}

    async def settled(self) -> None:
        """Wait until all are final."""
        while tasks := [job.task for job in self._jobs.values() if job.task is not None]:
            await asyncio.wait(tasks)

    async def close(self) -> None:
        """Cancel everything, and wait until nothing of it is left at either end."""
        self._closed = True
        self.cancel_all()
        await self.settled()

    # -- the work

    def _fill(self) -> None:
        """Begin as many as may run."""
        running = sum(job.task is not None for job in self._jobs.values())
        waiting = [job for job in self._jobs.values() if job.transfer.state is State.WAITING]
        for job in waiting[: max(self._at_once - running, 0)]:
            if not self._closed:
                job.meter = Meter(job.meter.total)  # the rate is of the time it runs
                job.task = asyncio.create_task(self._move(job))
                job.task.add_done_callback(partial(self._ended, job))
                self._set(job, State.RUNNING)

    async def _move(self, job: _Job) -> None:
        one = job.transfer
        with self._hold(one.target) as backend:
            files = SessionFiles(backend, one.session)
            if one.direction is Direction.DOWN:
                await files.fetch(one.path, one.local, job.meter, overwrite=one.overwrite)
                return
            async with source.opened(one.local) as sent:
                await files.send(sent, one.path, job.meter, overwrite=one.overwrite)
            if self._sent is not None:
                self._sent(one.target, one.session, one.path, one.local)

    def _ended(self, job: _Job, task: asyncio.Task[None]) -> None:
        job.task = None
        if task.cancelled():
            self._set(job, State.CANCELLED)
        elif (error := task.exception()) is None:
            self._set(job, State.DONE)
        else:
            told = (
                error if isinstance(error, WorkbenchError) else WorkbenchError("It broke off.", "Try again.")
            )
            job.transfer = replace(
                job.transfer,
                error=told.message,
                remedy=told.hint,
                taken=isinstance(error, NameTakenError),
            )
            self._set(job, State.FAILED)
            if told is not error:
                said = {"message": "A transfer broke off", "exception": error}
                asyncio.get_running_loop().call_exception_handler(said)
        self._fill()

    def _set(self, job: _Job, state: State) -> None:
        job.transfer = replace(job.transfer, state=state)
        self._tell(job)

    def _tell(self, job: _Job) -> None:
        if self.changed is not None:
            self.changed(job.now)
