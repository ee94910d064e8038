"""The session that is shown, at one of the targets in use; executions and watching are beside."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from backend.errors import WorkbenchError
from backend.models import (
    Chunk,
    InputRequested,
    SessionEvent,
    SessionInfo,
    SessionState,
    StateChanged,
    Status,
    Target,
)
from backend.port import Backend
from workbench.controller.executions import Executions
from workbench.controller.keeping import Keeping
from workbench.controller.targets import Connect, Place, Seat, Targets
from workbench.controller.watching import Watching
from workbench.history.entry import Entry
from workbench.history.store import History
from workbench.listener import Listener

if TYPE_CHECKING:
    from workbench.transfers.queue import Queue

KEEPING_LIMIT = 3.0  # seconds that keeping files by hash may go on when the app ends


class Controller:
    """One session at one target, its executions and their history.

    `connect` makes the backends of other targets; without, the target stays the one it is. Files up to
    `keep_bytes` that executions used or made are kept by hash; with 0 none is.
    """

    def __init__(
        self,
        backend: Backend,
        history: History,
        target: Target,
        session: str,
        listener: Listener,
        connect: Connect | None = None,
        *,
        transfers_at_once: int = 3,
        keep_bytes: int = 0,
    ) -> None:
        self.history = history
        self.info = SessionInfo(session)
        self.state = SessionState.STARTING
        self._listener = listener
        self._targets = Targets(Seat(target, backend, session), connect)
        self._watching = Watching(history, self._heard)
        self.hold = partial(self._targets.hold, over=self._release)
        self.keeping = Keeping(history, self.hold, keep_bytes, lambda: self._executions.running)
        self._executions = Executions(history, listener, self._release, self.keeping.ran)
        self._transfers: Queue | None = None
        self._transfers_at_once = transfers_at_once
        self._named = asyncio.Event()  # which session it is has been settled

    # -- the target

    @property
    def seat(self) -> Seat:
        """The target in use now."""
        return self._targets.current

    @property
    def backend(self) -> Backend:
        """Its backend."""
        return self.seat.backend

    @property
    def target(self) -> Target:
        """What it is."""
        return self.seat.target

    @property
    def session(self) -> str:
        """The identifier of the session shown."""
        return self.seat.session

    async def change_target(self, target: Target, session: str) -> SessionInfo:
        """Go on at another target, in the session shown there last, else in `session`.

        What runs at the one left goes on and is recorded. Raises WorkbenchError when the other cannot be
        used; the target is then the one before.
        """
        left, state = self.seat, self.state
        taken = self._targets.seat(target, session)
        if taken is left:
            return self.info
        self._targets.take(taken)
        self._set_state(SessionState.STARTING)
        try:
            info = await self.start()
        except WorkbenchError:
            self._targets.take(left)
            self._set_state(state)
            self._release(taken)
            raise
        self._release(left)
        return info

    def _release(self, seat: Seat) -> None:
        """Close what a target that was left still has open, when nothing of it runs."""
        if seat.remote and seat is not self.seat and not self._busy(seat):
            self._watching.leave(seat)
            self._targets.release(seat)

    def _busy(self, seat: Seat) -> bool:
        return self._executions.busy(seat) or self._targets.held(seat)

    def backend_of(self, target: Target) -> Backend | None:
        """The backend of a target in use; None for one that is not."""
        return self._targets.backend(target)

    # -- transfers

    @property
    def transfers(self) -> Queue:
        """Files on their way between this machine and any session, whatever is shown meanwhile."""
        if self._transfers is None:
            from workbench.transfers.queue import Queue  # with the first transfer

            self._transfers = Queue(self.hold, at_once=self._transfers_at_once, sent=self.keeping.sent)
        return self._transfers

    @property
    def moving(self) -> bool:
        """Whether any file is on its way."""
        return self._transfers is not None and self._transfers.moving

    # -- the session

    @property
    def begins(self) -> bool:
        """Whether nothing has run yet in the worker of the session shown; False where that is not known."""
        return self._executions.begins(self.seat, self.session)

    async def start(self, *, alternatives: bool = False) -> SessionInfo:
        """Make the session ready. Raises WorkbenchError; the state is then `lost`, or `offline`.

        With `alternatives`, a session that another process has gives way to `NAME-2`, `NAME-3`…
        """
        seat = self.seat
        if seat.remote:
            self._watching.watch(seat, seat.session)
            await asyncio.sleep(0)  # the watch begins: it hears of the calls below
        try:
            self.info = await seat.start(alternatives=alternatives)
        except WorkbenchError:
            self._set_state(SessionState.OFFLINE if seat.remote else SessionState.LOST)
            raise
        finally:
            self._named.set()
        self._watching.watch(seat, seat.session)
        if self.state is SessionState.STARTING:
            state = self.info.state
            self._set_state(SessionState.IDLE if state is SessionState.STARTING else state)
        return self.info

    async def restart(self) -> SessionInfo:
        """End the session and begin it anew: variables go; local files stay, remote ones go too."""
        await self.backend.end_session(self.session)
        self._executions.ended(self.seat, self.session)
        self._watching.leave(self.seat, self.session)
        self._set_state(SessionState.STARTING)
        return await self.start()

    async def end_session(self, session: str, seat: Seat | None = None) -> None:
        """End any session of a target; the one shown begins anew. Raises WorkbenchError."""
        seat = seat or self.seat
        if seat is self.seat and session == self.session:
            await self.restart()
            return
        await seat.backend.end_session(session)
        self._executions.ended(seat, session)
        self._watching.leave(seat, session)

    async def switch(self, session: str) -> SessionInfo:
        """Go on in another session of the same target; the one left goes on as it is.

        Raises WorkbenchError when the other cannot be had; the session is then the one before.
        """
        left = self.session
        self._set_state(SessionState.STARTING)
        try:
            return await self._switch(session)
        except WorkbenchError:
            self._set_state(SessionState.STARTING)
            await self._switch(left)
            raise

    async def _switch(self, session: str) -> SessionInfo:
        self.seat.session = session
        return await self.start()

    @property
    def sessions(self) -> tuple[str, ...]:
        """The sessions of this target that were used here, the one shown first."""
        others = self._watching.sessions(self.seat)
        return tuple(dict.fromkeys((self.session, *others)))

    def exchanges(self) -> tuple[Mapping[str, Any], ...]:
        """What went over the wire for the session shown outside its executions, oldest first."""
        return self._watching.exchanges(self.seat, self.session)

    async def _heard(self, seat: Seat, session: str, event: SessionEvent) -> None:
        """A session told something. Of one that was left, late output is in its entries."""
        if seat is not self.seat or session != self.session:
            return  # its state is asked for when it is shown again
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
        return self._executions.running

    def run(self, code: str) -> asyncio.Task[Entry]:
        """Run code; the task gives the finished entry. History has it before the target does."""
        return self._executions.run(code, self._place)

    async def _place(self) -> Place:
        await self._named.wait()
        seat = self.seat
        isolation = "" if seat.remote else self.info.isolation or seat.target.isolation
        return Place(seat, seat.session, isolation)

    async def answer(self, question: InputRequested, text: str | None, *, typed: bool = True) -> bool:
        """Answer what code asked; see Executions.answer. Raises WorkbenchError."""
        return await self._executions.answer(question, text, typed=typed)

    @property
    def first(self) -> Entry | None:
        """What `stop` stops."""
        return self._executions.first(self.seat, self.session)

    async def stop(self) -> bool:
        """Stop what runs now, here before elsewhere; called again it climbs the ladder.

        False when nothing runs. Raises Unsupported when its target cannot stop it.
        """
        entry = self.first
        if entry is None:
            return False
        await self._executions.interrupt(entry)
        return True

    def can_stop(self, entry: Entry) -> bool:
        """Whether the target of an execution that is not final can stop code that runs."""
        seat = self._executions.seat_of(entry)
        return seat is None or entry.status is Status.QUEUED or seat.backend.capabilities.interrupts

    def remark(self, entry: Entry) -> str:
        """What is said of an execution while it runs, where its target is unlike this machine."""
        seat = self._executions.seat_of(entry)
        if seat is None or seat.backend.capabilities.streams:
            return ""
        return "no streaming: output comes at the end"

    async def abandon(self, entry: Entry) -> None:
        """Wait no longer for an execution that cannot be stopped. Raises WorkbenchError."""
        await self._executions.abandon(entry)

    async def end_session_of(self, entry: Entry) -> None:
        """End the session in which an execution runs, and it with it. Raises WorkbenchError."""
        seat = self._executions.seat_of(entry)
        if seat is not None:
            await self.end_session(entry.session, seat)

    async def stop_all(self, *, leave: bool = False) -> int:
        """Empty the queue and stop what runs; how many that were. See Executions.stop_all."""
        return await self._executions.stop_all(leave=leave)

    async def close(self) -> None:
        """Stop everything, write how it ended, end the backends, close history."""
        if self._transfers is not None:
            await self._transfers.close()
        await self._executions.close()
        await self.keeping.close(KEEPING_LIMIT)
        await self._targets.close()
        await self._watching.close()
        await self.history.close()
