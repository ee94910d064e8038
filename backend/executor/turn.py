"""One execution's turn in the worker: the wait for its end, and the ladder that stops what does not stop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from backend.executor.death import Death
from backend.executor.job import Job
from backend.executor.link import WorkerLink
from backend.executor.worker import frames
from backend.models import Stage

GRACE = 2.0  # seconds between SIGINT and SIGKILL
ALONE = 0.5  # seconds of it before the code's child processes are interrupted too
AGAIN = 0.2  # seconds until the code itself is again: os.system() ignores SIGINT as long as its child lives
KILL_LIMIT = 1.0  # seconds for the keeper to end the worker, then for the nursery to end the keeper


class Turn:
    """Sends the code and waits for the answer. `on_stopping` is called when the ladder is climbed."""

    def __init__(self, job: Job, link: WorkerLink, on_stopping: Callable[[], None]) -> None:
        self.job = job
        self.answer: frames.Frame | Death | None = None
        self.timed_out = False
        self.pressed = False  # the code's children were interrupted
        self.elapsed_ms = 0.0
        self.asked = 0  # the number of the question that waits for an answer
        self._link = link
        self._on_stopping = on_stopping
        self._doomed = False  # its worker is being killed: it dies, whatever it still says

    def take(self, answer: frames.Frame | Death) -> bool:
        """The worker answered, or died; only the first time counts, and of one that is killed its death."""
        if self.answer is not None or (self._doomed and not isinstance(answer, Death)):
            return False
        self.answer = answer
        self.job.news.set()
        return True

    async def run(self) -> frames.Frame | Death:
        """The worker's answer, or its death."""
        submission = self.job.submission
        self.job.news.clear()
        began = time.monotonic()
        self._link.execute(
            {
                "op": "execute",
                "id": submission.id,
                "code": submission.code,
                "number": submission.number,
                "interactive": submission.interactive,
            }
        )
        heard = await self._hear(submission.timeout)
        if self.answer is None:
            self.timed_out = not heard
            await self._climb()
        self.elapsed_ms = (time.monotonic() - began) * 1000
        return self.answer or Death(protocol="it could not be ended")

    async def _climb(self) -> None:
        """SIGINT for the code, then for its children too, SIGKILL, and the nursery's help.

        A second wish to stop goes to SIGKILL at once.
        """
        self._on_stopping()
        self.job.stage(Stage.INTERRUPTING)
        for group, wait in ((False, ALONE), (True, AGAIN), (False, GRACE - ALONE - AGAIN)):
            self._link.interrupt(self.job.id, group=group)
            self.pressed = self.pressed or group
            if await self._hear(wait):
                break
        for push in (self._link.kill, self._link.force):
            if self.answer is None:
                self._doomed = True
                self.job.stage(Stage.KILLING)
                push()
                await self._hear_answer(KILL_LIMIT)
        if self.answer is None:
            self._link.close()

    async def _hear_answer(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self.answer is None and (left := deadline - time.monotonic()) > 0:
            await self._hear(left)

    async def _hear(self, seconds: float | None) -> bool:
        """Wait for news: the answer, or a wish to stop. False when `seconds` passed without."""
        if seconds is None:
            await self.job.news.wait()
        else:
            try:
                async with asyncio.timeout(seconds):
                    await self.job.news.wait()
            except TimeoutError:
                return False
        self.job.news.clear()
        return True
