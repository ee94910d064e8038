"""What the main screen does with replays: run past executions again elsewhere, push a session, rebuild it."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from backend.errors import WorkbenchError
from backend.models import Target
from backend.port import Backend
from workbench.controller import Controller, Seat
from workbench.history.entry import Entry
from workbench.screens.main.frame import Frame
from workbench.screens.main.sessions import SessionDesk
from workbench.screens.main.targets import TargetDesk
from workbench.setup import Setup

if TYPE_CHECKING:
    from workbench.replay.job import Job
    from workbench.replay.rules import Rules
    from workbench.screens.replay.order import Where

MOST = 5_000
"""Executions of a session that are listed."""
AROUND = 100
"""Executions before and after an old one that are listed with it."""
THROWN_AWAY = "it runs in a session made for it, which goes afterwards"
KEPT = "it runs in a new session there, which stays: o goes there"
SAME = "it runs in this session, shown in the output"


class ReplayDesk:
    """Opens the replay screen for executions of the session shown."""

    def __init__(
        self, frame: Frame, setup: Setup, controller: Controller, targets: TargetDesk, sessions: SessionDesk
    ) -> None:
        self._frame = frame
        self._setup = setup
        self._controller = controller
        self._targets = targets
        self._sessions = sessions

    async def replay(self, entry_id: str | None = None) -> None:
        """Run executions of an entry's session again anywhere: the entry, else all of the session shown."""
        history = self._controller.history
        one = await history.get(entry_id) if entry_id is not None else None
        profile = one.profile if one is not None else self._controller.target.profile
        session = one.session if one is not None else self._controller.session
        entries = await self._entries(profile, session, one)
        checked = [one] if one is not None else entries
        await self._open("Replay", THROWN_AWAY, entries, checked, keep=False)

    async def push(self) -> None:
        """Run the session shown again at another target, and leave it there."""
        current = self._controller.target.profile
        entries = await self._entries(current, self._controller.session)
        targets = tuple(one for one in self._targets.all if one.profile != current)
        if not targets:
            self._frame.notify("There is no other target yet: Alt+C connects to one.", markup=False)
            return
        await self._open("Push", KEPT, entries, entries, keep=True, targets=targets)

    async def lost(self) -> tuple[Entry, ...]:
        """The executions of the session shown whose variables are gone."""
        from workbench.replay.rebuild import lives_of, lost

        controller = self._controller
        entries = await lives_of(controller.history, controller.target.profile, controller.session)
        return lost(entries, running=not controller.begins)

    async def rebuild(self) -> None:
        """Run what the session shown has lost again, in it."""
        controller = self._controller
        gone = await self.lost()
        if not gone:
            self._frame.notify("Nothing of this session is lost, as far as history knows.", markup=False)
            return
        from workbench.screens.replay.order import Order

        def make(where: Where, chosen: Sequence[Entry]) -> Job:
            return self._here(chosen)

        rules = self._rules()
        if rules is not None:
            checked = frozenset(entry.id for entry in gone)
            here = (controller.target,)
            self._show(Order("Rebuild", SAME, gone, here, make, checked, rules, fixed=True))

    async def _entries(self, profile: str, session: str, one: Entry | None = None) -> list[Entry]:
        """The executions of a session; of very many the newest, or those around `one` where it is older."""
        history = self._controller.history
        entries = await history.entries_since(session, profile, starts=MOST + 1, most=MOST)
        if len(entries) == MOST:
            said = f"Of this session's executions the {MOST:,} newest are listed; workbench replay takes all."
            self._frame.notify(said, markup=False)
        if one is None or any(entry.id == one.id for entry in entries):
            return entries
        around = await history.neighbours(one.id, AROUND)
        return [entry for row in around if (entry := await history.get(row.id)) is not None] or [one]

    async def _open(
        self,
        goal: str,
        note: str,
        entries: Sequence[Entry],
        checked: Sequence[Entry],
        *,
        keep: bool,
        targets: tuple[Target, ...] = (),
    ) -> None:
        if not entries:
            self._frame.notify("Nothing was run in this session yet.", markup=False)
            return
        from workbench.screens.replay.order import Order, Where

        current = self._controller.target
        others = (one for one in self._targets.all if one.profile != current.profile)
        places = targets or (current, *others)

        def make(where: Where, chosen: Sequence[Entry]) -> Job:
            if where == Where(self._controller.target, self._controller.session):
                return self._here(chosen)
            return self._elsewhere(where, chosen or entries[:1], keep=keep)

        rules = self._rules()
        if rules is not None:
            marked = frozenset(entry.id for entry in checked)
            self._show(Order(goal, note, tuple(entries), places, make, marked, rules, going=keep))

    def _rules(self) -> Rules | None:
        from workbench.replay.rules import chosen

        try:
            return chosen(self._setup.settings.replay_ignore)
        except WorkbenchError as error:
            self._frame.failed(error)
            return None

    def _show(self, order: object) -> None:
        from workbench.screens.replay.order import Order
        from workbench.screens.replay.screen import ReplayScreen

        assert isinstance(order, Order)
        self._frame.app.push_screen(ReplayScreen(order), self._left)

    def _left(self, where: Where | None) -> None:
        """The screen is closed: go where somebody wanted to."""
        if where is not None:
            self._sessions.change_target(where.target, where.session)

    def _here(self, entries: Sequence[Entry]) -> Job:
        from workbench.replay.here import HereRunner
        from workbench.replay.job import Job, sides
        from workbench.replay.origin import Origin

        controller = self._controller
        target, session = controller.target, controller.session
        place = (controller.backend, target, HereRunner(controller))
        origin = Origin(controller.backend, controller.history, (target.profile, session), here=True)
        return Job(entries, origin, place, sides(entries, target, session))

    def _elsewhere(self, where: Where, entries: Sequence[Entry], *, keep: bool) -> Job:
        """The job that runs executions elsewhere, in a session of its own or one that is named.

        Raises WorkbenchError.
        """
        from workbench.replay import throwaway
        from workbench.replay.job import Job, nothing, sides
        from workbench.replay.origin import Origin
        from workbench.replay.runner import SessionRunner

        controller, first, target = self._controller, entries[0], where.target
        place = (first.profile, first.session)
        source, close_source = self.backend(self._targets.target(first.profile))
        session = where.session or throwaway.name(target, first.session)
        keep = keep or bool(where.session)
        stack = contextlib.ExitStack()
        close: Callable[[], Awaitable[None]] = nothing
        if keep:  # a local backend that is closed takes the variables of the session with it
            backend = stack.enter_context(controller.hold(target, session=session))
        else:
            backend, close = self._opened(target)
        keep_bytes = self._setup.keep_bytes if keep else 0
        runner = SessionRunner(controller.history, Seat(target, backend, session), keep_bytes=keep_bytes)

        async def leave() -> None:
            await runner.close()
            if runner.started and not keep:
                await throwaway.remove(backend, target, session, self._setup.erase)
            stack.close()
            await close()
            await close_source()

        origin = Origin(source, controller.history, place, here=place == (target.profile, session))
        return Job(entries, origin, (backend, target, runner), sides(entries, target, session), leave)

    def backend(self, target: Target | None) -> tuple[Backend | None, Callable[[], Awaitable[None]]]:
        """The backend of a target, the one in use where there is one, and how to leave it."""
        from workbench.replay.job import nothing

        return (None, nothing) if target is None else self._opened(target)

    def _opened(self, target: Target) -> tuple[Backend, Callable[[], Awaitable[None]]]:
        from workbench.replay.job import nothing

        used = self._controller.backend_of(target)
        if used is not None:
            return used, nothing
        made = self._setup.connect(target)
        return made, made.close
