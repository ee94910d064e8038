"""The work of `workbench replay`: what is meant is planned or run, and what came of it told."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

from backend.errors import UsageError
from workbench.cli import codes
from workbench.cli.replay import one as of
from workbench.cli.replay.one import Desk
from workbench.cli.replay.telling import Teller
from workbench.cli.replay.wish import Wish
from workbench.replay import report
from workbench.replay.job import Job
from workbench.replay.result import Replay
from workbench.replay.select import Selection, select
from workbench.setup import Setup
from workbench.transfers import destination


async def run(setup: Setup, wish: Wish, session: str | None) -> int:
    """Do what is wished at the target of a setup, in `session` where one is named; the exit code.

    Raises WorkbenchError for what cannot be done at all.
    """
    teller = Teller(quiet=wish.as_json)
    async with setup.history() as history:
        default = setup.settings.session if session is None else "default"
        found = await select(history, wish.what, default, profile=wish.profile, query=wish.query)
        if session is not None and len(found) > 1:
            raise UsageError(
                f"--session names one session, and what is to run again comes from {len(found)}.",
                "Leave it out, or name the executions of one session.",
            )
        backend = setup.backend(warm=not wish.plan_only)
        try:
            desk = Desk(setup, wish, history, backend, teller, session)
            if wish.plan_only:
                return await _plan(desk, found)
            work = Work(desk)
            with work.listening():
                replays = await work.all(found)
        finally:
            await backend.close()
        if history.notice:
            teller.say(history.notice)
    return await _told(wish, teller, replays, stopped=work.stopped)


async def _plan(desk: Desk, found: Sequence[Selection]) -> int:
    plans = []
    for selection in found:
        async with of.origin_of(desk, selection) as origin:
            job = of.job(desk, selection, origin, of.name(desk, selection))
            plan = await job.plan(all_files=desk.wish.all_files)
            plans.append(report.plan_json(plan))
            desk.teller.plan(selection, plan, desk.setup.target, origin.remark)
    if desk.wish.as_json:
        sys.stdout.write(json.dumps(plans) + "\n")
    return codes.SUCCESS


class Work:
    """Replays of several sessions, so many at once as is wished, stopped together."""

    def __init__(self, desk: Desk) -> None:
        self.stopped = False
        self._desk = desk
        self._jobs: list[Job] = []
        self._stopping: set[asyncio.Task[None]] = set()

    async def all(self, found: Sequence[Selection]) -> list[Replay]:
        """All of them. Those that were not begun when it was stopped are left out."""
        room = asyncio.Semaphore(self._desk.wish.jobs)

        async def one(selection: Selection) -> Replay | None:
            async with room:
                if self.stopped:
                    return None
                replay = await of.replayed(self._desk, selection, self._jobs.append)
            self._desk.teller.end(replay)
            return replay

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(selection)) for selection in found]
        return [replay for task in tasks if (replay := task.result()) is not None]

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """While this lasts ctrl+c and SIGTERM stop what runs; again, without waiting for it."""
        loop = asyncio.get_running_loop()
        signals = (signal.SIGINT, signal.SIGTERM)
        for number in signals:
            loop.add_signal_handler(number, self._stop)
        try:
            yield
        finally:
            for number in signals:
                loop.remove_signal_handler(number)

    def _stop(self) -> None:
        self.stopped = True
        for job in self._jobs:
            task = asyncio.get_running_loop().create_task(job.stop())
            self._stopping.add(task)
            task.add_done_callback(self._stopping.discard)


async def _told(wish: Wish, teller: Teller, replays: Sequence[Replay], *, stopped: bool) -> int:
    for path in wish.reports:
        await _write(path, replays)
    if wish.as_json:
        sys.stdout.write(json.dumps(report.as_json(replays), default=str) + "\n")
    else:
        teller.total(replays)
    if stopped:
        return codes.INTERRUPTED
    if any(replay.failed for replay in replays):
        return codes.TARGET
    return codes.SUCCESS if all(replay.same for replay in replays) else codes.FAILED


async def _write(path: Path, replays: Sequence[Replay]) -> None:
    if path.suffix.lower() == ".json":
        text = json.dumps(report.as_json(replays), default=str, indent=1) + "\n"
    else:
        text = report.markdown(replays)

    async def pieces() -> AsyncIterator[bytes]:
        yield text.encode("utf-8", "replace")

    await destination.write(path, pieces(), overwrite=True)
