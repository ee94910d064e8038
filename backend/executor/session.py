"""One local session: its worker's life, its queue, and the ladder that stops what does not stop."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path

from backend.errors import CannotStart, SessionBusy
from backend.executor import outcomes
from backend.executor.job import Job
from backend.executor.link import Death, WorkerLink
from backend.executor.watchers import Watchers
from backend.executor.worker import frames
from backend.executor.workspace import Workspace
from backend.models import (
    Chunk,
    Completions,
    Display,
    Finished,
    Outcome,
    SessionState,
    Stage,
    Started,
    StateChanged,
    Status,
    Stream,
    Submission,
)

GRACE = 2.0  # seconds between SIGINT and SIGKILL
QUEUE = 64  # executions that may wait
COMPLETION = 0.25  # seconds after which completions come too late to be shown

DEATHS = 3
DEATHS_WITHIN = 30.0  # seconds

Spawn = Callable[[WorkerLink], Awaitable[None]]


class Session:
    """Runs submissions one after another in a worker, which it replaces when it dies."""

    def __init__(self, workspace: Workspace, spawn: Spawn) -> None:
        self.workspace = workspace
        self.state = SessionState.STARTING
        self.watchers = Watchers()
        self._spawn = spawn
        self._link: WorkerLink | None = None
        self._starting: asyncio.Task[WorkerLink] | None = None
        self._state_lost = False
        self._queue: deque[Job] = deque()
        self._current: Job | None = None
        self._last = ""
        self._running = False
        self._answer: frames.Frame | Death | None = None
        self._news = asyncio.Event()  # an answer came, or a wish to stop
        self._deaths: deque[float] = deque(maxlen=DEATHS)
        self._runner: asyncio.Task[None] | None = None
        self._completion: asyncio.Future[frames.Frame] | None = None
        self._completions = 0

    # -- the worker's life

    async def ready(self) -> WorkerLink:
        """A live worker, started if there is none. Raises CannotStart."""
        if self._link is not None and not self._link.dead:
            return self._link
        if self._starting is None:
            self._starting = asyncio.create_task(self._start())
            self._starting.add_done_callback(_retrieve)
        return await asyncio.shield(self._starting)

    async def _start(self) -> WorkerLink:
        if not self._state_lost:
            self._set_state(SessionState.STARTING)
        link = WorkerLink(self._frame, self._text, self._died)
        try:
            await self._spawn(link)
        except CannotStart as error:
            self._set_state(SessionState.LOST, str(error))
            raise
        finally:
            self._starting = None
        self._link = link
        if not self._state_lost and self._current is None:
            self._set_state(SessionState.IDLE)
        return link

    def _died(self, death: Death) -> None:
        """The worker ended, running or idle: seen at once, since its lifeline told or closed."""
        self._link = None
        self._state_lost = True
        if self._running:
            self._take_answer(death)
        else:
            self._set_state(SessionState.LOST, f"{death.sentence()} Its variables are gone.")
            self._restart()

    def _take_answer(self, answer: frames.Frame | Death) -> None:
        if self._answer is None:
            self._answer = answer
            self._news.set()

    def _restart(self) -> None:
        """Have a fresh worker ready before it is asked for; a failure shows at the next execution.

        After DEATHS deaths within DEATHS_WITHIN seconds the next execution starts it: no spinning.
        """
        self._deaths.append(time.monotonic())
        if len(self._deaths) == DEATHS and self._deaths[-1] - self._deaths[0] < DEATHS_WITHIN:
            return
        self._starting = asyncio.create_task(self._start())
        self._starting.add_done_callback(_retrieve)

    def _set_state(self, state: SessionState, message: str = "") -> None:
        if state is not self.state or message:
            self.state = state
            self.watchers.tell(StateChanged(state, message))

    # -- the queue

    def submit(self, submission: Submission) -> Job:
        """Put code into the queue. Raises SessionBusy when it is full."""
        if len(self._queue) >= QUEUE:
            raise SessionBusy(
                f"{QUEUE} executions wait in this session already.", "Wait for some of them, or stop them."
            )
        job = Job(submission, self._room)
        self._queue.append(job)
        ahead = len(self._queue) - 1 + (self._current is not None)
        if ahead:
            job.stage(Stage.QUEUED, ahead)
        if self._runner is None or self._runner.done():
            self._runner = asyncio.create_task(self._run_queue())
        return job

    def interrupt(self, execution_id: str) -> None:
        """Stop one execution; a queued one leaves the queue at once, an unknown one is left alone."""
        if self._current is not None and self._current.id == execution_id:
            self._current.stops += 1
            self._news.set()
            return
        for job in self._queue:
            if job.id == execution_id:
                self._queue.remove(job)
                job.emit(Finished(job.id, outcomes.never_ran()))
                self._renumber()
                return

    def _renumber(self) -> None:
        for ahead, job in enumerate(self._queue, start=1):
            job.stage(Stage.QUEUED, ahead)

    async def _run_queue(self) -> None:
        while self._queue:
            self._current = job = self._queue.popleft()
            self._renumber()
            try:
                outcome = await self._run(job)
            except CannotStart as error:
                outcome = Outcome(Status.REJECTED, message=str(error))
            self._current = None
            self._last = job.id
            if not self._queue and self._link is not None and not self._state_lost:
                self._set_state(SessionState.IDLE)
            job.emit(Finished(job.id, outcome))

    async def _run(self, job: Job) -> Outcome:
        link = await self.ready()
        if job.stops:
            return outcomes.never_ran()
        before = self.workspace.snapshot()
        job.emit(Started(job.id, state_lost=self._state_lost))
        self._state_lost = False
        self._set_state(SessionState.RUNNING)
        self._answer = None
        self._news.clear()
        self._running = True
        began = time.monotonic()
        code, number = job.submission.code, job.submission.number
        link.send({"op": "execute", "id": job.id, "code": code, "number": number})
        timed_out = await self._wait(job, link)
        self._running = False
        elapsed = (time.monotonic() - began) * 1000
        assert self._answer is not None
        outcome = outcomes.decide(self._answer, timed_out=timed_out, job=job, elapsed_ms=elapsed)
        if outcome.state_lost:
            self._set_state(SessionState.LOST, outcome.message)
            job.stage(Stage.RESTARTING)
            self._restart()
        return outcomes.with_files(outcome, before, self.workspace.snapshot())

    # -- the ladder

    async def _wait(self, job: Job, link: WorkerLink) -> bool:
        """Wait for the end, climbing the ladder when asked to or at the deadline; True when it was that."""
        timed_out = not await self._hear(job.submission.timeout)
        if self._answer is not None:
            return False
        self._set_state(SessionState.STOPPING)
        job.stage(Stage.INTERRUPTING)
        link.interrupt(job.id)
        await self._hear(GRACE)
        if self._answer is None:
            job.stage(Stage.KILLING)
            link.kill()
            while self._answer is None:
                await self._hear(None)
        return timed_out

    async def _hear(self, seconds: float | None) -> bool:
        """Wait for news: the answer, or a wish to stop. False when `seconds` passed without."""
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return False
        self._news.clear()
        return True

    # -- what comes from the worker

    def _frame(self, frame: frames.Frame) -> None:
        event, current, link = frame.get("event"), self._current, self._link
        if link is None:
            return
        if event == "done" and current is not None and frame.get("id") == current.id:
            link.drain()
            link.end_text()
            self._take_answer(frame)
        elif event == "display" and isinstance(frame.get("bundle"), dict):
            link.drain()
            if current is not None:
                current.emit(Display(current.id, frame["bundle"]))
            link.send({"op": "taken"})
        elif event == "completions":
            if self._completion is not None and not self._completion.done():
                self._completion.set_result(frame)
        else:
            link.kill()

    def _text(self, stream: Stream, text: str) -> None:
        if self._running and self._current is not None and self._answer is None:
            self._current.text(stream, text)
        else:
            self.watchers.tell(Chunk(self._last, stream, text, late=True))

    def _room(self, room: bool) -> None:
        if self._link is not None:
            self._link.pause(not room)

    # -- beside executions

    async def complete(self, code: str, cursor: int) -> Completions:
        """Completions from the worker; none while it is not idle or when it takes too long."""
        link = self._link
        none = Completions(cursor, cursor)
        if link is None or self._current is not None or self._completion is not None:
            return none
        self._completions += 1
        self._completion = asyncio.get_running_loop().create_future()
        try:
            link.send({"op": "complete", "id": self._completions, "code": code, "cursor": cursor})
            frame = await asyncio.wait_for(self._completion, COMPLETION)
        except TimeoutError:
            return none
        finally:
            self._completion = None
        if frame.get("id") != self._completions:
            return none
        matches = tuple(str(match) for match in frame.get("matches", ()))
        return Completions(int(frame.get("start", cursor)), int(frame.get("end", cursor)), matches)

    async def close(self) -> None:
        """End the worker and everything it started; what runs or waits ends as interrupted."""
        for job in [*self._queue, *([self._current] if self._current else [])]:
            if job.finished is None:
                job.emit(Finished(job.id, outcomes.session_ended()))
        self._queue.clear()
        for task in (self._runner, self._starting):
            if task is not None:
                task.cancel()
        if self._link is not None:
            self._link.close()
            self._link = None
        self.watchers.close()

    @property
    def folder(self) -> Path:
        """The data directory."""
        return self.workspace.root


def _retrieve(task: asyncio.Task[WorkerLink]) -> None:
    if not task.cancelled():
        task.exception()
