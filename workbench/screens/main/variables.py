"""What the main screen does with the variables of the session: a pane that comes when it is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from backend.errors import WorkbenchError
from workbench.completing.question import Question
from workbench.controller import Controller
from workbench.screens.main.frame import Frame

if TYPE_CHECKING:
    from workbench.widgets.variables import VariablesPane

TRIES, PAUSE = 4, 0.25
"""An answer may come too late while the machine is busy; seconds between tries."""


class VariableDesk:
    """Brings up the pane and keeps it up to date while it is shown."""

    def __init__(
        self, frame: Frame, controller: Controller, inspect: Callable[[Question], Awaitable[None]]
    ) -> None:
        self._frame = frame
        self._controller = controller
        self._inspect = inspect
        self._made: VariablesPane | None = None

    @property
    def pane(self) -> VariablesPane:
        """The pane, which is made when it is first needed."""
        if self._made is None:
            from workbench.widgets.variables import VariablesPane

            self._made = VariablesPane(id="variables")
            self._made.display = False
            self._frame.arrangement.add(self._made)
        return self._made

    async def toggle(self) -> None:
        """Show the pane and go there, or hide it."""
        pane = self.pane
        if pane.display and pane.has_focus_within:
            pane.display = False
            self._frame.arrangement.go(self._frame.editor)
            return
        await self.show()
        self._frame.arrangement.go(pane)

    async def show(self) -> VariablesPane:
        """See to it that the pane is on the screen."""
        pane = self.pane
        if not pane.is_attached:
            await self._frame.query_one("#side").mount(pane)
        pane.display = True
        self.look()
        return pane

    def look(self) -> None:
        """The variables may have changed."""
        if self._made is not None and self._made.is_attached and self._made.display:
            self._frame.run_worker(self._update(self._made), group="variables", exclusive=True)

    async def inspect(self, name: str) -> None:
        """Show what a variable is."""
        await self._inspect(Question(name, len(name), name, len(name)))

    async def _update(self, pane: VariablesPane) -> None:
        controller = self._controller
        if not controller.backend.capabilities.variables:
            pane.show((), "This target does not tell its variables; local sessions do.")
            return
        for _ in range(TRIES):
            try:
                found = await controller.backend.variables(controller.session)
            except WorkbenchError as error:
                pane.show((), str(error))
                return
            if found is not None:
                pane.show(found, "No variables yet. Run code that makes some.")
                return
            await asyncio.sleep(PAUSE)
        if not controller.running:
            pane.show((), "The session does not answer in time; run something to ask again.")
