"""Executions on their way: written down first, followed to their end, stopped, answered."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

from backend.errors import Unsupported, WorkbenchError
from backend.models import (
    Chunk,
    Display,
    Event,
    Exchanged,
    Finished,
    InputRequested,
    Outcome,
    Stage,
    Started,
    Status,
    Stream,
    Submission,
    Target,
)
from backend.port import Backend
from backend.records import dataclass
from workbench.controller.targets import Place, Seat
from workbench.history.entry import Entry
from workbench.history.recorder import Recorder, completed
from workbench.history.store import History
from workbench.listener import Listener, Turn

SAVE_EVERY = 1.0  # seconds between saves of the output so far
QUIT_LIMIT = 4.0  # seconds that a running execution may take to stop when the app ends
NOT_BEGUN = Outcome(Status.INTERRUPTED, message="Stopped before it began.")
CUT_OFF = Outcome(Status.INTERRUPTED, message="The workbench ended before the execution had.")


@dataclass(slots=True)
class _Open:
    """An execution that is not final yet."""

    entry: Entry
    seat: Seat


@dataclass(frozen=True, slots=True)
class _Question:
    """What code waits for, and where the answer is written down."""

    asked: InputRequested
    place: Place
    recorder: Recorder
    turn: Turn


class Executions:
    """Runs code at any target. `over` is told whenever one of a target is final, `ran` of its entry."""

    def __init__(
        self,
        history: History,
        listener: Listener,
        over: Callable[[Seat], None],
        ran: Callable[[Entry, Target], None] = lambda entry, target: None,
    ) -> None:
        self._history = history
        self._listener = listener
        self._over = over
        self._ran = ran
        self._tasks: set[asyncio.Task[Entry]] = set()
        self._open: dict[str, _Open] = {}
        self._questions: dict[str, _Question] = {}  # by execution
        self._turns: dict[tuple[Seat, str], asyncio.Lock] = {}  # a session left behind holds up no other
        self._emptied = 0  # how often the queue was emptied
        self._used: set[tuple[Backend, str]] = set()  # local sessions whose worker has run something of ours

    @property
    def running(self) -> tuple[Entry, ...]:
        """The entries that are not final yet, in order of submission."""
        return tuple(one.entry for one in self._open.values())

    def busy(self, seat: Seat) -> bool:
        """Whether anything of a target is not final yet."""
        return any(one.seat is seat for one in self._open.values())

    def first(self, seat: Seat, session: str) -> Entry | None:
        """What runs now in a session, else what runs first anywhere."""
        here = [one for one in self._open.values() if one.seat is seat and one.entry.session == session]
        return next((one.entry for one in (*here, *self._open.values())), None)

    def run(self, code: str, place: Callable[[], Awaitable[Place]]) -> asyncio.Task[Entry]:
        """Run code; the task gives the finished entry. History has it before the target does."""
        task = asyncio.create_task(self._run(code, place, self._emptied))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _run(self, code: str, where: Callable[[], Awaitable[Place]], emptied: int) -> Entry:
        place = await where()
        target = place.seat.target
        entry = await self._history.begin(
            Entry(
                id=str(uuid.uuid4()),
                code=code,
                session=place.session,
                profile=target.profile,
                api_version=target.api_version,
                isolation=place.isolation,
                status=Status.QUEUED,
                started_at=time.time(),
            )
        )
        self._open[entry.id] = _Open(entry, place.seat)
        interactive = self._listener.answers and place.seat.backend.capabilities.inputs
        submission = Submission(entry.id, code, entry.number, target.timeout, interactive)
        recorder = Recorder()
        saver = asyncio.create_task(self._save(entry.id, recorder))
        turn = Turn(self._listener, self._turns.setdefault((place.seat, place.session), asyncio.Lock()))
        try:
            await turn.announce(entry)
            if emptied == self._emptied:
                entry = await self._follow(entry, place, submission, recorder, turn)
            else:
                entry = await self._finish(entry, NOT_BEGUN, recorder)
            self._open.pop(entry.id)
            self._ran(entry, place.seat.target)
            await turn.end(entry)
        except asyncio.CancelledError:
            if entry.id in self._open:
                await self._finish(self._open[entry.id].entry, CUT_OFF, recorder)
            raise
        finally:
            saver.cancel()
            self._open.pop(entry.id, None)
            self._questions.pop(entry.id, None)
            self._over(place.seat)
            turn.release()
        return entry

    async def _follow(
        self, entry: Entry, place: Place, submission: Submission, recorder: Recorder, turn: Turn
    ) -> Entry:
        """Pass on the events of one execution, to its end in history."""
        outcome = Outcome(Status.LOST, message="The target ended the execution without an outcome.")
        async for event in _events(place, submission):
            if isinstance(event, Finished):
                outcome = event.outcome
                if place.seat.remote and outcome.state_lost and outcome.status in _RAN_ALONE:
                    entry = replace(entry, fresh=True)  # told only now: it ran in a session made anew
                break
            if isinstance(event, Started):
                fresh = self._begins(place) or event.state_lost
                entry = replace(entry, status=Status.RUNNING, started_at=time.time(), fresh=fresh)
                if event.state_lost:
                    entry = replace(entry, message=_GONE[place.seat.remote])
                self._open[entry.id].entry = entry
                recorder.changed = True  # so that history soon says that it runs
                await turn.begin(entry)
                continue
            if isinstance(event, InputRequested):
                self._questions[entry.id] = _Question(event, place, recorder, turn)
                if not await turn.ask(entry, event):
                    await self.answer(event, None)
                continue
            if isinstance(event, Exchanged):
                recorder.exchanged(event.exchange)
                continue
            if isinstance(event, Chunk | Display):
                recorder.add(event)
            elif event.stage is Stage.WAITING and not turn.begun:
                await turn.begin(entry)  # it may wait for minutes, and that is to be seen
            await turn.output(event)
        return await self._finish(entry, outcome, recorder)

    def ended(self, seat: Seat, session: str) -> None:
        """A session was ended: what runs in it next begins with no variables."""
        self._used.discard((seat.backend, session))

    def begins(self, seat: Seat, session: str) -> bool:
        """Whether nothing has run in a local session's worker yet; a remote session may be of others too."""
        return not seat.remote and (seat.backend, session) not in self._used

    def _begins(self, place: Place) -> bool:
        begins = self.begins(place.seat, place.session)
        self._used.add((place.seat.backend, place.session))
        return begins

    async def _finish(self, entry: Entry, outcome: Outcome, recorder: Recorder) -> Entry:
        entry = completed(entry, outcome, recorder)
        await self._history.finish(entry)
        return entry

    async def _save(self, entry_id: str, recorder: Recorder) -> None:
        while True:
            await asyncio.sleep(SAVE_EVERY)
            if recorder.changed:
                await self._history.progress(entry_id, recorder.segments())

    async def answer(self, question: InputRequested, text: str | None, *, typed: bool = True) -> bool:
        """Answer what code asked, with one line or with None for the end of input; False when that is void.

        What a person typed is told and kept as output, as a terminal shows it: the line, of a secret only
        its end. Raises WorkbenchError.
        """
        waiting = self._questions.get(question.execution_id)
        if waiting is None or waiting.asked is not question:
            return False
        del self._questions[question.execution_id]
        if typed and text is not None:
            line = Chunk(question.execution_id, Stream.STDOUT, "\n" if question.secret else f"{text}\n")
            waiting.recorder.add(line)
            await waiting.turn.answered(line)
        try:
            await waiting.place.seat.backend.answer(waiting.place.session, question.execution_id, text)
        except WorkbenchError:
            self._questions.setdefault(question.execution_id, waiting)  # it is open still
            raise
        return True

    async def interrupt(self, entry: Entry) -> None:
        """Stop one execution. Raises Unsupported for one that its target cannot stop."""
        if (one := self._open.get(entry.id)) is not None:
            await one.seat.backend.interrupt(entry.session, entry.id)

    async def abandon(self, entry: Entry) -> None:
        """Wait no longer for an execution that cannot be stopped; it goes on at its target."""
        if (one := self._open.get(entry.id)) is not None:
            await one.seat.backend.abandon(entry.session, entry.id)

    def seat_of(self, entry: Entry) -> Seat | None:
        """The target of an execution that is not final yet."""
        one = self._open.get(entry.id)
        return one.seat if one is not None else None

    async def stop_all(self, *, leave: bool = False) -> int:
        """Empty the queue and stop what runs; how many that were.

        What cannot be stopped is left alone; with `leave` nobody waits for it any more.
        """
        self._emptied += 1  # what history is writing down now is not in the queue yet
        entries = list(self.running)
        for entry in reversed(entries):
            try:
                await self.interrupt(entry)
            except Unsupported:
                if leave:
                    await self.abandon(entry)
        return len(entries)

    async def close(self) -> None:
        """Stop everything and write how it ended."""
        if not self._tasks:
            return
        await self.stop_all(leave=True)
        _, unfinished = await asyncio.wait(set(self._tasks), timeout=QUIT_LIMIT)
        for task in unfinished:
            task.cancel()
        if unfinished:
            await asyncio.wait(unfinished)


_RAN_ALONE = (Status.SUCCEEDED, Status.FAILED, Status.TIMED_OUT)

_GONE = {
    False: "Variables from before are gone: the worker is a new one.",
    True: "Variables and files from before are gone: the target has made the session anew.",
}


async def _events(place: Place, submission: Submission) -> AsyncIterator[Event]:
    """The backend's events; an error it raises instead becomes a final event."""
    try:
        async for event in place.seat.backend.execute(place.session, submission):
            yield event
    except WorkbenchError as error:
        yield Finished(submission.id, Outcome(Status.REJECTED, message=str(error)))
