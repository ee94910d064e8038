"""What the main screen does with sessions: start the first, restart, switch, make new ones."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from backend.errors import Unsupported, WorkbenchError
from backend.models import SessionInfo, SessionState, Target
from workbench.controller import Controller
from workbench.identifiers import new_identifier
from workbench.screens.main.frame import Frame
from workbench.screens.main.past import PastDesk
from workbench.screens.main.session_files import FilesDesk
from workbench.setup import Setup

UPKEEP_EVERY = 3_600.0
"""Seconds between two looks at what history should let go of."""
MNT_DATA = "/mnt/data"  # where code written for the service looks for its files


class SessionDesk:
    """Keeps status bar, history and files in step with the controller's session."""

    def __init__(
        self, frame: Frame, setup: Setup, controller: Controller, past: PastDesk, files: FilesDesk
    ) -> None:
        self._frame = frame
        self._setup = setup
        self._controller = controller
        self._past = past
        self._files = files
        self._said: set[tuple[str, str]] = set()
        self.shown: Callable[[], Awaitable[None]] = _nothing

    def introduce(self) -> None:
        """Say what is known before anything has started."""
        controller, target = self._controller, self._controller.target
        self._frame.status.update_status(
            target=target.profile,
            session=controller.session,
            api_version=target.api_version,
            isolation="" if controller.seat.remote else target.isolation,
        )

    async def start(self) -> None:
        """Complete the frame, open history, start the session, fill the panes.

        Whatever fails is said, and the rest goes on.
        """
        await self._frame.complete()
        history = self._controller.history
        history.tell = lambda notice: self._frame.warn("History", notice)
        lost = await history.open()
        if lost:
            what = "An execution was" if lost == 1 else f"{lost} executions were"
            self._frame.warn(
                "Found again", f"{what} running when the workbench ended; marked lost in the history."
            )
        await self._warn_first()
        await self._change(self._controller.start(alternatives=self._setup.alternatives))
        self._frame.run_worker(self._upkeep(), group="upkeep", exit_on_error=False)

    async def _upkeep(self) -> None:
        """Look after history, now and every hour: what was deleted goes while the app is open."""
        history = self._controller.history
        while True:
            known = history.notice
            await self._setup.upkeep(history)
            if history.notice != known:
                target, query = self._controller.target, self._frame.history.query_text
                await self._past.show(target.profile, self._controller.session, query)
            await asyncio.sleep(UPKEEP_EVERY)

    async def _warn_first(self) -> None:
        """Where nothing was ever run: what local code may do, until something is."""
        if self._setup.target.kind == "local" and not await self._controller.history.recent(limit=1):
            from backend.executor.isolation.levels import WARNING  # first run only

            self._frame.output.explain(WARNING)

    def restart(self) -> None:
        """End the worker, start a fresh one."""
        self._frame.run_worker(self._restart(), group="session")

    async def _restart(self) -> None:
        if await self._change(self._controller.restart(), offer=False):
            said = "A fresh worker runs the session; variables from before are gone."
            if self._controller.seat.remote:
                said = "The session is ended; the next execution makes it anew, without variables and files."
            self._frame.notify(said, markup=False)

    def end(self) -> None:
        """End the session shown, after asking."""
        from workbench.screens.sessions import ending

        def answered(yes: bool | None) -> None:
            if yes:
                self.restart()

        self._frame.app.push_screen(ending(self._controller.session, self._lost), answered)

    @property
    def _lost(self) -> str:
        """What ending a session of this target costs."""
        if self._controller.seat.remote:
            return (
                "Its variables and its files are lost, and what runs in it with them. There is no way back."
            )
        return "Its variables are lost, and what runs in it is stopped. Its files stay."

    def show_list(self) -> None:
        """Show the sessions of the target, and do what is decided there."""
        from workbench.screens.sessions import SessionsOf, SessionsScreen

        controller = self._controller

        def chosen(answer: str | None) -> None:
            if answer is not None:
                self._switch(answer or new_identifier())

        state = controller.state
        known = [
            SessionInfo(name, state if name == controller.session else SessionState.IDLE)
            for name in controller.sessions
        ]
        of = SessionsOf(
            controller.target.profile, controller.session, known, self._listed, self._end, self._lost
        )
        self._frame.app.push_screen(SessionsScreen(of), chosen)

    async def _listed(self) -> list[SessionInfo]:
        if not self._controller.backend.capabilities.lists_sessions:
            raise Unsupported("This target cannot list its sessions.")
        return await self._controller.backend.sessions()

    async def _end(self, session: str) -> None:
        if not self._controller.backend.capabilities.ends_sessions:
            raise Unsupported("This target cannot end a session.", "It ends when it is not used for a while.")
        await self._controller.end_session(session)
        if session == self._controller.session:
            await self._show()

    def change_target(self, target: Target, session: str | None = None) -> None:
        """Go on at another target, in `session` where one is named."""
        self._frame.run_worker(self._change_target(target, session), group="session")

    async def _change_target(self, target: Target, session: str | None) -> None:
        controller = self._controller
        if target != controller.target:
            if not await self._change(
                controller.change_target(target, session or self._setup.settings.session)
            ):
                return
            self._frame.notify(f"Now at {target.profile}.", markup=False)
        if session is not None and session != controller.session:
            await self._change(controller.switch(session))

    def new(self) -> None:
        """Go on in a session nobody has used."""
        self._switch(new_identifier())

    def ask(self) -> None:
        """Ask for a session and go on in it."""
        from workbench.screens.prompt import PromptScreen

        def chosen(answer: str | None) -> None:
            if answer:
                self._switch(answer.strip())

        current = self._controller.session
        self._frame.app.push_screen(
            PromptScreen("Switch session", value=current, placeholder="identifier"), chosen
        )

    def _switch(self, session: str) -> None:
        if session != self._controller.session:
            self._frame.run_worker(self._change(self._controller.switch(session)), group="session")

    async def _change(self, call: Awaitable[object], *, offer: bool = True) -> bool:
        """Wait for the controller, show what came of it; whether it did what was asked.

        With `offer` a session that has lost its variables may be rebuilt.
        """
        try:
            await call
        except WorkbenchError as error:
            self._frame.failed(error)
            done = False
        else:
            done = True
            self._remark()
        await self._show(read=done or self._controller.state is not SessionState.OFFLINE)
        if done and offer:
            await self.shown()
        return done

    def _remark(self) -> None:
        """Say once for each session what is not as it was asked for."""
        info = self._controller.info
        said = (info.identifier, info.remark)
        if info.remark and said not in self._said:
            self._said.add(said)
            self._frame.warn("Session", info.remark)

    async def _show(self, *, read: bool = True) -> None:
        controller = self._controller
        info, target = controller.info, controller.target
        version = ".".join(info.python_version.split(".")[:2])
        interpreter = f"Python {version} · {info.shell}" if version else ""
        if (
            interpreter
            and not controller.seat.remote
            and target.mnt_data
            and info.place not in ("", MNT_DATA)
        ):
            interpreter += f" · no {MNT_DATA}"
        self._frame.status.update_status(
            target=target.profile,
            session=controller.session,
            api_version=target.api_version,
            interpreter=interpreter,
            isolation="" if controller.seat.remote else info.isolation or target.isolation,
        )
        await self._past.show(target.profile, controller.session)
        await self._files.show(read=read)


async def _nothing() -> None:
    """Nobody wants to know which session is shown."""
