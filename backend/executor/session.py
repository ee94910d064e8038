"""One local session: executions take turns in its worker, and what the worker sends finds its execution."""

from __future__ import annotations

import asyncio
from pathlib import Path

from backend.changes import compare
from backend.errors import CannotStart, SessionBusy, UsageError
from backend.executor import outcomes
from backend.executor.capture import Capture
from backend.executor.completion import Completer
from backend.executor.death import Death
from backend.executor.job import Job
from backend.executor.life import Life, Spawn
from backend.executor.link import WorkerLink
from backend.executor.snapshot import Snapshot, unsettled
from backend.executor.turn import Turn
from backend.executor.watchers import Watchers
from backend.executor.worker import frames
from backend.executor.workspace import Workspace
from backend.line import Line
from backend.models import (
    Chunk,
    Completions,
    Display,
    Finished,
    InputRequested,
    Inspection,
    Outcome,
    SessionState,
    Stage,
    Started,
    Status,
    Stream,
    Submission,
    Variable,
)

CODE_LIMIT = (
    2_500_000  # characters, also of answers; at most twelve bytes each in JSON, and a frame holds 32 MB
)
FEW = 200  # files that are looked at within the event loop: 1 ms; a thread costs 0.1 ms


class Session:
    """Runs submissions one after another; long output is kept whole in the folder `spool`."""

    def __init__(self, workspace: Workspace, spawn: Spawn, spool: Path) -> None:
        self.workspace = workspace
        self._spool = spool
        self._capture: Capture | None = None
        self.watchers = Watchers()
        self.life = Life(
            spawn, self.watchers, self._frame, self._text, self._data, self._late_text, self._death
        )
        self._line: Line[Job] = Line()
        self._job: Job | None = None  # has its turn, or its worker is being started for it
        self._turn: Turn | None = None
        self._last = ""
        self._shown = 0  # displays whose code waits for room
        self._files: int | None = None  # how many there were last
        self._runner: asyncio.Task[None] | None = None
        self._completer = Completer()

    @property
    def state(self) -> SessionState:
        """What the session is doing."""
        return self.watchers.state

    def submit(self, submission: Submission) -> Job:
        """Put code into the queue. Raises SessionBusy when it is full or the code too long."""
        if len(submission.code) > CODE_LIMIT:
            raise SessionBusy(
                f"The code has {len(submission.code)} characters, and {CODE_LIMIT} can be run.",
                "Put the data into a file of the session.",
            )
        job = Job(submission, self._room)
        self._line.join(job, busy=self._job is not None)
        if self._runner is None or self._runner.done():
            self._runner = asyncio.create_task(self._run_line())
        return job

    def interrupt(self, execution_id: str) -> None:
        """Stop one execution; a queued one leaves the queue at once, an unknown one is left alone."""
        if self._job is not None and self._job.id == execution_id:
            self._job.stop()
        elif (job := self._line.leave(execution_id)) is not None:
            job.emit(Finished(job.id, outcomes.never_ran()))

    async def _run_line(self) -> None:
        while (job := self._line.next()) is not None:
            self._job = job
            outcome = outcomes.broken()
            try:
                outcome = await self._run(job)
            except CannotStart as error:
                outcome = Outcome(Status.REJECTED, message=str(error))
            finally:
                self._end(job, outcome)

    def _end(self, job: Job, outcome: Outcome) -> None:
        self._job = self._turn = None
        self._last = job.id
        self._shown = 0
        if self.life.link is not None:
            self.life.link.pause(False)
            if not self._line and not self.life.state_lost:
                self.watchers.change(SessionState.IDLE)
        job.emit(Finished(job.id, outcome))

    async def _run(self, job: Job) -> Outcome:
        link, before = await self._prepared(job)
        if link is None or job.stops:
            return outcomes.never_ran()
        job.emit(Started(job.id, state_lost=self.life.state_lost))
        self.life.state_lost = False
        self.watchers.change(SessionState.RUNNING)
        capture = self._capture = Capture(self._spool, job.id)
        turn = self._turn = Turn(job, link, lambda: self.watchers.change(SessionState.STOPPING))
        answer = await turn.run()
        outcome = outcomes.decide(answer, turn, compare(before, await self._snapshot()), capture)
        capture.close()
        if outcome.state_lost:
            self.life.state_lost = True
            self.life.link = None
            self.watchers.change(SessionState.LOST, outcome.message)
            job.stage(Stage.RESTARTING)
            self.life.restart()
        return outcome

    async def _prepared(self, job: Job) -> tuple[WorkerLink | None, Snapshot | None]:
        """A started worker, and the files as they are before the code; without worker it is stopped."""
        while True:
            link = self.life.usable or await self._worker(job)
            if link is None or job.stops:
                return None, None
            before = await self._snapshot()
            if before and (seconds := unsettled(before)):
                await asyncio.sleep(seconds)
            if link is self.life.usable:
                return link, before

    async def _snapshot(self) -> Snapshot | None:
        """The state of the files; where they are many, or it is not known, taken beside the event loop."""
        if self._files is not None and self._files < FEW:
            taken = self.workspace.snapshot()
        else:
            taken = await asyncio.to_thread(self.workspace.snapshot)
        self._files = None if taken is None else len(taken)
        return taken

    async def _worker(self, job: Job) -> WorkerLink | None:
        """A started worker; None when the execution is stopped while it starts. Raises CannotStart."""
        starting = asyncio.ensure_future(self.life.ready())
        stopped = asyncio.ensure_future(job.news.wait())
        await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if starting.done():
            return starting.result()
        starting.cancel()
        return None

    # -- what comes from the worker

    def _frame(self, frame: frames.Frame) -> None:
        event, turn, link = frame.get("event"), self._turn, self.life.link
        if link is None:
            return
        if event == "done" and turn is not None and turn.answer is None and frame.get("id") == turn.job.id:
            link.drain()
            link.end_text()
            link.leave_pipes = bool(frame.get("strays"))
            turn.take(frame)
        elif event == "ask" and turn is not None and turn.answer is None and frame.get("id") == turn.job.id:
            self._ask(link, turn, frame)
        elif event == "display" and isinstance(frame.get("bundle"), dict):
            self._display(link, frame)
        elif event in ("completions", "inspected", "variables"):
            self._completer.answer(frame)
        else:
            link.refuse("an answer that nobody asked for")

    def _display(self, link: WorkerLink, frame: frames.Frame) -> None:
        link.drain()
        turn = self._turn
        if turn is not None and turn.answer is None:
            turn.job.emit(Display(turn.job.id, frame["bundle"]))
        if not frame.get("waits"):
            return
        if turn is not None and turn.job.full:
            self._shown += 1
        else:
            link.send({"op": "taken"})

    def _ask(self, link: WorkerLink, turn: Turn, frame: frames.Frame) -> None:
        link.drain()
        number, prompt = frame.get("number"), frame.get("prompt")
        if not (turn.job.submission.interactive and isinstance(number, int) and isinstance(prompt, str)):
            link.refuse("a question that nobody allowed")
            return
        turn.asked = number
        if turn.job.detached:
            self.answer(turn.job.id, None)
        else:
            turn.job.emit(InputRequested(turn.job.id, prompt, bool(frame.get("secret"))))

    def _data(self, stream: Stream, data: bytes) -> None:
        """Raw output of the execution that runs, or ran last."""
        if self._capture is not None and self._turn is not None and self._turn.answer is None:
            self._capture.data(stream, data)

    def _late_text(self, execution_id: str, stream: Stream, text: str) -> None:
        self.watchers.tell(Chunk(execution_id, stream, text, late=True))

    def _text(self, stream: Stream, text: str) -> None:
        if self._turn is not None and self._turn.answer is None:
            self._turn.job.text(stream, text)
        else:
            self.watchers.tell(Chunk(self._last, stream, text, late=True))

    def _death(self, death: Death) -> bool:
        return self._turn is not None and self._turn.take(death)

    def _room(self, job: Job, room: bool) -> None:
        """The reader of the running execution keeps up, or does not: then the code is slowed."""
        link = self.life.link
        if job is not self._job or link is None:
            return
        link.pause(not room)
        while room and self._shown:
            self._shown -= 1
            link.send({"op": "taken"})

    # -- beside executions

    async def complete(self, code: str, cursor: int) -> Completions:
        """Completions from the worker; none while it is not idle or when it takes too long."""
        link = self._free_for(code)
        return (
            Completions(cursor, cursor)
            if link is None
            else await self._completer.complete(link, code, cursor)
        )

    async def inspect(self, code: str, cursor: int) -> Inspection | None:
        """What the name at `cursor` is; None while the worker is not idle or when it takes too long."""
        link = self._free_for(code)
        return None if link is None else await self._completer.inspect(link, code, cursor)

    async def variables(self) -> tuple[Variable, ...] | None:
        """The worker's variables; None while it is not idle or when it takes too long."""
        link = self._free_for("")
        return None if link is None else await self._completer.variables(link)

    def _free_for(self, code: str) -> WorkerLink | None:
        """The worker, while it is idle and the code fits into a question."""
        idle = self._job is None and not self._completer.busy and len(code) <= CODE_LIMIT
        return self.life.usable if idle else None

    def answer(self, execution_id: str, text: str | None) -> None:
        """Answer the question that an execution asks now. Raises UsageError for a line that is too long."""
        if text is not None and len(text) > CODE_LIMIT:
            raise UsageError(
                f"The line has {len(text)} characters, and {CODE_LIMIT} can be sent.",
                "Put the data into a file of the session.",
            )
        link, turn = self.life.link, self._turn
        if link is not None and turn is not None and turn.asked and turn.job.id == execution_id:
            link.send({"op": "line", "number": turn.asked, "text": text})
            turn.asked = 0

    async def close(self) -> None:
        """End the worker and everything it started; what runs or waits ends as interrupted."""
        for job in [*([self._job] if self._job else []), *self._line.clear()]:
            capture = self._capture if job is self._job else None
            job.emit(Finished(job.id, outcomes.session_ended(capture)))
        if self._capture is not None:
            self._capture.close()
        if self._runner is not None:
            self._runner.cancel()
        await self.life.end()
        self.watchers.close()
