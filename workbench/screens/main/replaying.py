"""What the main screen does with replays: run past executions again elsewhere, push a session, rebuild it."""

from __future__ import annotations

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
    from workbench.replay.result import Side
    from workbench.replay.rules import Rules

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
        entries = await self._entries(profile, session)
        checked = [one] if one is not None else entries
        await self._open("Replay", THROWN_AWAY, entries, checked, keep=False)

    async def push(self) -> None:
        """Run the session shown again at another target, and leave it there."""
        current = self._controller.target.profile
        entries = await self._entries(current, self._controller.session)
        names = tuple(name for name in self._targets.names if name != current)
        if not names:
            self._frame.notify("There is no other target yet: Alt+C connects to one.", markup=False)
            return
        await self._open("Push", KEPT, entries, entries, keep=True, targets=names)

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

        def make(target: str, chosen: Sequence[Entry]) -> Job:
            return self._here(chosen)

        rules = self._rules()
        if rules is not None:
            checked = frozenset(entry.id for entry in gone)
            here = (controller.target.profile,)
            self._show(Order("Rebuild", SAME, gone, here, make, checked, rules))

    async def _entries(self, profile: str, session: str) -> list[Entry]:
        return await self._controller.history.entries(session, profile)

    async def _open(
        self,
        goal: str,
        note: str,
        entries: Sequence[Entry],
        checked: Sequence[Entry],
        *,
        keep: bool,
        targets: tuple[str, ...] = (),
    ) -> None:
        if not entries:
            self._frame.notify("Nothing was run in this session yet.", markup=False)
            return
        from workbench.screens.replay.order import Order

        current = self._controller.target.profile
        names = targets or (current, *(name for name in self._targets.names if name != current))

        def make(target: str, chosen: Sequence[Entry]) -> Job:
            return self._elsewhere(target, chosen or entries[:1], keep=keep)

        rules = self._rules()
        if rules is not None:
            marked = frozenset(entry.id for entry in checked)
            self._show(Order(goal, note, tuple(entries), names, make, marked, rules, going=keep))

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

    def _left(self, side: Side | None) -> None:
        """The screen is closed: go where somebody wanted to."""
        target = self._targets.target(side.profile) if side is not None else None
        if side is not None and target is not None:
            self._sessions.change_target(target, side.session)

    def _here(self, entries: Sequence[Entry]) -> Job:
        from workbench.replay.here import HereRunner
        from workbench.replay.job import Job, sides
        from workbench.replay.origin import Origin

        controller = self._controller
        target, session = controller.target, controller.session
        place = (controller.backend, target, HereRunner(controller))
        origin = Origin(controller.backend, controller.history, (target.profile, session), here=True)
        return Job(entries, origin, place, sides(entries, target, session))

    def _elsewhere(self, name: str, entries: Sequence[Entry], *, keep: bool) -> Job:
        """The job that runs executions at a target in a session of its own. Raises WorkbenchError."""
        from workbench.replay import throwaway
        from workbench.replay.job import Job, sides
        from workbench.replay.origin import Origin
        from workbench.replay.runner import SessionRunner

        controller = self._controller
        target = self._targets.target(name)
        assert target is not None
        source, close_source = self.backend(self._targets.target(entries[0].profile))
        backend, close = self.backend(target)
        assert backend is not None
        session = throwaway.name(target, entries[0].session)
        keep_bytes = self._setup.keep_bytes if keep else 0
        runner = SessionRunner(controller.history, Seat(target, backend, session), keep_bytes=keep_bytes)

        async def leave() -> None:
            await runner.close()
            if runner.started and not keep:
                await throwaway.remove(backend, target, session, self._setup.erase)
            await close()
            await close_source()

        first = entries[0]
        origin = Origin(source, controller.history, (first.profile, first.session))
        return Job(entries, origin, (backend, target, runner), sides(entries, target, session), leave)

    def backend(self, target: Target | None) -> tuple[Backend | None, Callable[[], Awaitable[None]]]:
        """The backend of a target, the one in use where there is one, and how to leave it."""
        from workbench.replay.job import nothing

        if target is None:
            return None, nothing
        used = self._controller.backend_of(target)
        if used is not None:
            return used, nothing
        made = self._setup.connect(target)
        return made, made.close
