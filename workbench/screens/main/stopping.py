"""What the main screen does to stop code: at once, or by asking where the target cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend.errors import Unsupported, WorkbenchError
from workbench.controller import Controller
from workbench.history.entry import Entry
from workbench.identifiers import brief
from workbench.screens.main.frame import Frame

if TYPE_CHECKING:
    from workbench.screens.choice import Answer

LEAVE, END, WAIT = "w", "e", "n"
"""Answers: wait no longer, end the session, go on waiting."""


class StopDesk:
    """Stops what runs, and quits over what does."""

    def __init__(self, frame: Frame, controller: Controller) -> None:
        self._frame = frame
        self._controller = controller

    async def stop(self) -> None:
        """Stop what runs; where its target cannot, ask what is to be done instead."""
        try:
            if not await self._controller.stop():
                self._frame.notify("Nothing is running.", markup=False)
        except Unsupported:
            entry = self._controller.first
            if entry is not None and self._frame.is_active:
                self._ask(entry)
        except WorkbenchError as error:
            self._frame.failed(error)

    async def stop_all(self) -> None:
        """Stop what runs and empty the queue; of what cannot be stopped ask."""
        try:
            if not await self._controller.stop_all():
                self._frame.notify("Nothing is running.", markup=False)
        except WorkbenchError as error:
            self._frame.failed(error)
        if not all(self._controller.can_stop(entry) for entry in self._controller.running):
            await self.stop()

    def _ask(self, entry: Entry) -> None:
        from workbench.screens.choice import ChoiceScreen

        def answered(key: str | None) -> None:
            if key in (LEAVE, END):
                self._frame.run_worker(self._do(entry, key), group="stop")

        said = f"{entry.profile} has no call to stop code that it has begun."
        heading = f"Execution {entry.number} cannot be stopped"
        ends = self._controller.backend.capabilities.ends_sessions
        choices = answers(entry, ends_sessions=ends)
        self._frame.app.push_screen(ChoiceScreen(heading, said, choices), answered)

    async def _do(self, entry: Entry, key: str) -> None:
        try:
            if key == LEAVE:
                await self._controller.abandon(entry)
            else:
                await self._controller.end_session_of(entry)
        except WorkbenchError as error:
            self._frame.failed(error)

    def quit_costs(self) -> tuple[str, str]:
        """What runs, and what becomes of it when the app ends, as two sentences; empty for nothing."""
        running = self._controller.running
        if not running:
            return "", ""
        what = "An execution is running." if len(running) == 1 else f"{len(running)} executions run or wait."
        if all(self._controller.can_stop(entry) for entry in running):
            return what, "It is stopped; its output so far is kept."
        return what, "What a remote target has begun goes on there; what it prints will not be known."


def answers(entry: Entry, *, ends_sessions: bool) -> list[Answer]:
    """What can be done about an execution that cannot be stopped, the safe answer last."""
    from workbench.screens.choice import Answer

    leave = Answer(
        LEAVE,
        "Stop waiting",
        "The code goes on there, and the session keeps its variables and files. What it prints "
        "is not known; history marks it lost.",
    )
    end = Answer(
        END,
        "End the session",
        f"The code stops. All variables and files of session {brief(entry.session)} are lost.",
        danger=True,
    )
    wait = Answer(WAIT, "Go on waiting", "Nothing changes; you can edit and run meanwhile.")
    return [leave, end, wait] if ends_sessions else [leave, wait]
