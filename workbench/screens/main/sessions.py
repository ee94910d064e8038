"""What the main screen does with sessions: start the first, restart, switch, make new ones."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable

from backend.errors import TargetError
from workbench.controller import Controller
from workbench.screens.main.frame import Frame
from workbench.screens.main.past import PastDesk
from workbench.screens.main.session_files import FilesDesk
from workbench.setup import Setup

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

    def introduce(self) -> None:
        """Say what is known before anything has started."""
        target = self._setup.target
        self._frame.status.update_status(
            target=target.profile,
            session=self._setup.session,
            api_version=target.api_version,
            isolation=target.isolation,
        )

    async def start(self) -> None:
        """Complete the frame, open history, start the session, fill the panes.

        Whatever fails is said, and the rest goes on.
        """
        await self._frame.complete()
        history = self._controller.history
        lost = await history.open()
        if history.notice:
            self._frame.warn("History", history.notice)
        if lost:
            what = "An execution was" if lost == 1 else f"{lost} executions were"
            self._frame.warn(
                "Found again", f"{what} running when the workbench ended; marked lost in the history."
            )
        await self._warn_first()
        await self._change(self._controller.start(alternatives=self._setup.alternatives))

    async def _warn_first(self) -> None:
        """Where nothing was ever run: what local code may do, until something is."""
        if self._setup.target.kind == "local" and not await self._controller.history.recent(limit=1):
            from backend.executor.isolation.levels import WARNING  # first run only

            self._frame.output.explain(WARNING)

    def restart(self) -> None:
        """End the worker, start a fresh one."""
        self._frame.run_worker(self._restart(), group="session")

    async def _restart(self) -> None:
        if await self._change(self._controller.restart()):
            self._frame.notify(
                "A fresh worker runs the session; variables from before are gone.", markup=False
            )

    def new(self) -> None:
        """Go on in a session nobody has used."""
        self._switch(secrets.token_hex(16))

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

    async def _change(self, call: Awaitable[object]) -> bool:
        """Wait for the controller, show what came of it; whether it did what was asked."""
        try:
            await call
        except TargetError as error:
            self._frame.failed(error)
            done = False
        else:
            done = True
            self._remark()
        await self._show()
        return done

    def _remark(self) -> None:
        """Say once for each session what is not as it was asked for."""
        info = self._controller.info
        said = (info.identifier, info.remark)
        if info.remark and said not in self._said:
            self._said.add(said)
            self._frame.warn("Session", info.remark)

    async def _show(self) -> None:
        info = self._controller.info
        version = ".".join(info.python_version.split(".")[:2])
        interpreter = f"Python {version} · {info.shell}" if version else ""
        if interpreter and self._setup.target.mnt_data and info.place not in ("", MNT_DATA):
            interpreter += f" · no {MNT_DATA}"
        self._frame.status.update_status(
            session=self._controller.session,
            interpreter=interpreter,
            isolation=info.isolation or self._setup.target.isolation,
        )
        await self._past.show(self._controller.session)
        await self._files.show()
