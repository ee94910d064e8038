"""One remote session: executions take turns, since the service promises no order."""

from __future__ import annotations

import asyncio
import time

from backend.client import outcomes
from backend.client.calls import Calls
from backend.client.job import Job
from backend.client.standing import Standing
from backend.client.tracking import Tracker
from backend.client.turn import Turn
from backend.errors import Unsupported
from backend.line import Line
from backend.models import Finished, Outcome, Submission


class RemoteSession:
    """Sends submissions one after another; with `tracks` it finds out which files each has changed."""

    def __init__(self, identifier: str, calls: Calls, output_limit: int | None, tracker: Tracker) -> None:
        self.identifier = identifier
        self.tracker = tracker
        self.tracks = False
        self.standing = Standing(identifier, calls)
        self._calls = calls
        self._output_limit = output_limit
        self._line: Line[Job] = Line()
        self._job: Job | None = None
        self._runner: asyncio.Task[None] | None = None

    def submit(self, submission: Submission) -> Job:
        """Put code into the queue. Raises SessionBusy when it is full."""
        job = Job(submission)
        if self._job is None:
            self._job = job
            self._runner = asyncio.create_task(self._run_from(job))
        else:
            self._line.join(job, busy=True)
        return job

    def interrupt(self, execution_id: str) -> None:
        """Take out what waits, in the queue or for room. Raises Unsupported for code that was sent."""
        if self._job is not None and self._job.id == execution_id:
            if self._job.sent:
                raise Unsupported(
                    "The target cannot stop one execution.",
                    "Wait for it no longer, or end the session: that loses its variables.",
                )
            self._job.release(outcomes.never_ran())
        elif (job := self._line.leave(execution_id)) is not None:
            job.emit(Finished(job.id, outcomes.never_ran()))

    def abandon(self, execution_id: str) -> None:
        """Wait no longer for code that was sent; what was not sent never runs."""
        if self._job is not None and self._job.id == execution_id and self._job.sent:
            self._job.release(outcomes.abandoned())
        else:
            self.interrupt(execution_id)

    async def _run_from(self, job: Job | None) -> None:
        """Run this one and those that wait behind it."""
        while job is not None:
            outcome, began = outcomes.broken(), time.monotonic()
            try:
                outcome = outcomes.timed(await self._run(job), time.monotonic() - began)
            finally:
                ended, job = job, self._line.next()
                self._job = job
                if job is None:
                    self.standing.rests()
                ended.emit(Finished(ended.id, outcome))

    async def _run(self, job: Job) -> Outcome:
        turn = asyncio.create_task(self._turn(job))
        try:
            await asyncio.wait({turn, job.released}, return_when=asyncio.FIRST_COMPLETED)
            if not turn.done():
                return self.tracker.known or job.released.result()
            if (error := turn.exception()) is not None:  # those that wait must not wait for ever
                told = {"message": "A turn failed.", "exception": error, "task": turn}
                asyncio.get_running_loop().call_exception_handler(told)
                return outcomes.broken()
            return turn.result()
        finally:
            if not turn.done():
                turn.cancel()
                await asyncio.wait({turn})

    async def _turn(self, job: Job) -> Outcome:
        turn = Turn(job, self.identifier, self._calls, self.standing, self._output_limit)
        if not self.tracks:
            return await turn.run()
        return await self.tracker.around(
            turn.run, remade=lambda: turn.remade, follows=lambda: bool(len(self._line))
        )

    async def close(self) -> None:
        """What runs or waits ends as interrupted; nobody is told anything any more."""
        for job in [*([self._job] if self._job else []), *self._line.clear()]:
            job.emit(Finished(job.id, outcomes.session_ended()))
        if self._runner is not None:
            self._runner.cancel()
            await asyncio.wait({self._runner})
        self.standing.watchers.close()
