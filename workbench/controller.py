"""Runs, stops and remembers: what the app and the command line do with a backend, without a screen."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from backend.errors import SessionBusy, TargetError, WorkbenchError
from backend.models import (
    Chunk,
    Display,
    Event,
    Exchanged,
    Finished,
    InputRequested,
    Outcome,
    SessionInfo,
    SessionState,
    Started,
    StateChanged,
    Status,
    Stream,
    Submission,
    Target,
)
from backend.port import Backend
from workbench.history.entry import Entry
from workbench.history.late import LateOutput
from workbench.history.recorder import Recorder, completed
from workbench.history.store import History
from workbench.listener import Listener, Turn

SAVE_EVERY = 1.0  # seconds between saves of the output so far
ALTERNATIVES = 100
QUIT_LIMIT = 4.0  # seconds that a running execution may take to stop when the app ends
NOT_BEGUN = Outcome(Status.INTERRUPTED, message="Stopped before it began.")
CUT_OFF = Outcome(Status.INTERRUPTED, message="The workbench ended before the execution had.")


@dataclass(frozen=True, slots=True)
class _Question:
    """What code waits for, and where the answer is written down."""

    asked: InputRequested
    session: str
    recorder: Recorder
    turn: Turn


class Controller:
    """One session at one target, its executions and their history."""

    def __init__(
        self, backend: Backend, history: History, target: Target, session: str, listener: Listener
    ) -> None:
        self.backend = backend
        self.history = history
        self.target = target
        self.session = session
        self.info = SessionInfo(session, isolation=target.isolation)
        self.state = SessionState.STARTING
        self._listener = listener
        self._tasks: set[asyncio.Task[Entry]] = set()
        self._open: dict[str, Entry] = {}
        self._questions: dict[str, _Question] = {}  # by execution
        self._turns: dict[str, asyncio.Lock] = {}  # by session: one left behind holds up no other
        self._emptied = 0  # how often the queue was emptied
        self._named = asyncio.Event()  # which session it is has been settled
        self._late = LateOutput(history)
        self._watches: dict[str, asyncio.Task[None]] = {}  # by session: one that was left may still print

    # -- the session

    async def start(self, *, alternatives: bool = False) -> SessionInfo:
        """Make the session ready. Raises TargetError; the state is then `lost`.

        With `alternatives`, a session that another process has gives way to `NAME-2`, `NAME-3`…
        """
        try:
            self.info = await self._start_first(alternatives)
        except TargetError:
            self._set_state(SessionState.LOST)
            raise
        finally:
            self._named.set()
        self._watch(self.session)
        if self.state is SessionState.STARTING:
            state = self.info.state
            self._set_state(SessionState.IDLE if state is SessionState.STARTING else state)
        return self.info

    async def _start_first(self, alternatives: bool) -> SessionInfo:
        wanted = self.session
        for count in range(1, ALTERNATIVES):
            try:
                return await self.backend.start(self.session)
            except SessionBusy:
                if not alternatives:
                    raise
            self.session = f"{wanted}-{count + 1}"
        raise SessionBusy(f"All sessions named like {wanted!r} are in use.", "Name another with --session.")

    async def restart(self) -> SessionInfo:
        """End the worker and start a fresh one: variables go, files stay."""
        self._watches.pop(self.session).cancel()
        await self.backend.end_session(self.session)
        self._set_state(SessionState.STARTING)
        return await self._switch(self.session)

    async def switch(self, session: str) -> SessionInfo:
        """Go on in another session of the same target; the one left goes on as it is.

        Raises TargetError when the other cannot be had; the session is then the one before.
        """
        left = self.session
        self._set_state(SessionState.STARTING)
        try:
            return await self._switch(session)
        except TargetError:
            self._set_state(SessionState.STARTING)
            await self._switch(left)
            raise

    async def _switch(self, session: str) -> SessionInfo:
        self.session = session
        return await self.start()

    def _watch(self, session: str) -> None:
        """Watch a session until it ends, whether it is the one shown or was left."""
        watching = self._watches.get(session)
        if watching is None or watching.done():
            self._watches[session] = asyncio.create_task(self._watch_session(session))

    async def _watch_session(self, session: str) -> None:
        async for event in self.backend.watch(session):
            if isinstance(event, Chunk):
                self._late.add(event)
            if session != self.session:
                continue  # its late output is in its entries, its state is asked for when it is shown again
            if isinstance(event, StateChanged):
                self._set_state(event.state, event.message)
            elif isinstance(event, Chunk):
                await self._listener.late_output(event)

    def _set_state(self, state: SessionState, message: str = "") -> None:
        self.state = state
        self._listener.state_changed(state, message)

    # -- executions

    @property
    def running(self) -> tuple[Entry, ...]:
        """The entries that are not final yet, in order of submission."""
        return tuple(self._open.values())

    def run(self, code: str) -> asyncio.Task[Entry]:
        """Run code; the task gives the finished entry. History has it before the target does."""
        task = asyncio.create_task(self._run(code, self._emptied))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _run(self, code: str, emptied: int) -> Entry:
        await self._named.wait()
        target = self.target
        entry = await self.history.begin(
            Entry(
                id=str(uuid.uuid4()),
                code=code,
                session=self.session,
                profile=target.profile,
                api_version=target.api_version,
                isolation=self.info.isolation or target.isolation,
                status=Status.QUEUED,
                started_at=time.time(),
            )
        )
        self._open[entry.id] = entry
        interactive = self._listener.answers and self.backend.capabilities.inputs
        submission = Submission(entry.id, code, entry.number, target.timeout, interactive)
        recorder = Recorder()
        saver = asyncio.create_task(self._save(entry.id, recorder))
        turn = Turn(self._listener, self._turns.setdefault(entry.session, asyncio.Lock()))
        try:
            await turn.announce(entry)
            if emptied == self._emptied:
                entry = await self._follow(entry, submission, recorder, turn)
            else:
                entry = await self._finish(entry, NOT_BEGUN, recorder)
            self._open.pop(entry.id)
            await turn.end(entry)
        except asyncio.CancelledError:
            if entry.id in self._open:
                await self._finish(self._open[entry.id], CUT_OFF, recorder)
            raise
        finally:
            saver.cancel()
            self._open.pop(entry.id, None)
            self._questions.pop(entry.id, None)
            turn.release()
        return entry

    async def _follow(self, entry: Entry, submission: Submission, recorder: Recorder, turn: Turn) -> Entry:
        """Pass on the events of one execution, to its end in history."""
        outcome = Outcome(Status.LOST, message="The target ended the execution without an outcome.")
        async for event in self._events(entry.session, submission):
            if isinstance(event, Finished):
                outcome = event.outcome
                break
            if isinstance(event, Started):
                entry = replace(entry, status=Status.RUNNING, started_at=time.time())
                if event.state_lost:
                    entry = replace(entry, message="Variables from before are gone: the worker is a new one.")
                self._open[entry.id] = entry
                recorder.changed = True  # so that history soon says that it runs
                await turn.begin(entry)
                continue
            if isinstance(event, InputRequested):
                self._questions[entry.id] = _Question(event, entry.session, recorder, turn)
                if not await turn.ask(entry, event):
                    await self.answer(event, None)
                continue
            if isinstance(event, Exchanged):
                recorder.exchanged(event.exchange)
                continue
            if isinstance(event, Chunk | Display):
                recorder.add(event)
            await turn.output(event)
        return await self._finish(entry, outcome, recorder)

    async def _finish(self, entry: Entry, outcome: Outcome, recorder: Recorder) -> Entry:
        entry = completed(entry, outcome, recorder)
        await self.history.finish(entry)
        return entry

    async def _events(self, session: str, submission: Submission) -> AsyncIterator[Event]:
        """The backend's events; an error it raises instead becomes a final event."""
        try:
            async for event in self.backend.execute(session, submission):
                yield event
        except WorkbenchError as error:
            yield Finished(submission.id, Outcome(Status.REJECTED, message=str(error)))

    async def _save(self, entry_id: str, recorder: Recorder) -> None:
        while True:
            await asyncio.sleep(SAVE_EVERY)
            if recorder.changed:
                await self.history.progress(entry_id, recorder.segments())

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
            await self.backend.answer(waiting.session, question.execution_id, text)
        except WorkbenchError:
            self._questions.setdefault(question.execution_id, waiting)  # it is open still
            raise
        return True

    async def stop(self) -> bool:
        """Stop what runs now; called again it climbs the ladder. False when nothing runs."""
        for entry in self._open.values():
            await self.backend.interrupt(entry.session, entry.id)
            return True
        return False

    async def stop_all(self) -> int:
        """Empty the queue and stop what runs; how many that were."""
        self._emptied += 1  # what history is writing down now is not in the queue yet
        entries = list(self._open.values())
        for entry in reversed(entries):
            await self.backend.interrupt(entry.session, entry.id)
        return len(entries)

    async def close(self) -> None:
        """Stop everything, write how it ended, end the backend, close history."""
        if self._tasks:
            await self.stop_all()
            _, unfinished = await asyncio.wait(set(self._tasks), timeout=QUIT_LIMIT)
            for task in unfinished:
                task.cancel()
            if unfinished:
                await asyncio.wait(unfinished)
        for watching in self._watches.values():
            watching.cancel()
        await self.backend.close()
        await self._late.close()
        await self.history.close()
