"""What the main screen asks about live names: how they go on, and what they are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

from backend.errors import WorkbenchError
from backend.models import Completions, Inspection, SessionState
from workbench.completing.question import Question
from workbench.controller import Controller
from workbench.screens.main.frame import Frame

if TYPE_CHECKING:
    from workbench.completing.reading import ReadNames

TRIES = 2
"""A first answer may come too late to be shown, while modules are imported for it."""


class NameDesk:
    """Completes names; shows the documentation of one, or says why there is none."""

    def __init__(self, frame: Frame, controller: Controller, state: Path) -> None:
        self._frame = frame
        self._controller = controller
        self._folder = state / "completing"
        self._made: ReadNames | None = None

    @property
    def _read(self) -> ReadNames:
        if self._made is None:
            from workbench.completing.reading import ReadNames  # for targets that cannot tell

            self._made = ReadNames(self._folder)
        return self._made

    @property
    def _telling(self) -> bool:
        return self._controller.backend.capabilities.completes

    async def complete(self, question: Question) -> AsyncIterator[Completions]:
        """What fits at the cursor, from the live session, or from the code. Raises WorkbenchError."""
        controller = self._controller
        if self._telling and controller.state is SessionState.IDLE:
            yield await controller.backend.complete(controller.session, question.code, question.cursor)
            return
        async for found in self._read.complete(question):
            yield found

    async def show(self, question: Question) -> None:
        """Open the dialog for the name at the cursor."""
        try:
            if self._telling:
                found = await self._found(question.code, question.cursor)
            else:
                found = await self._read.inspect(question.around, question.place)
        except WorkbenchError as error:
            self._frame.failed(error)
            return
        if found is None:
            self._frame.notify(self._reason(), markup=False)
        elif self._frame.is_active:  # the key may have been pressed twice
            from workbench.screens.documentation import DocumentationScreen

            self._frame.app.push_screen(DocumentationScreen(found))

    async def close(self) -> None:
        """End what was started to read code."""
        if self._made is not None:
            await self._made.close()

    async def _found(self, code: str, cursor: int) -> Inspection | None:
        controller = self._controller
        for _ in range(TRIES):
            found = await controller.backend.inspect(controller.session, code, cursor)
            if found is not None or controller.state is not SessionState.IDLE:
                return found
        return None

    def _reason(self) -> str:
        state = self._controller.state
        if not self._telling:
            return "The code around does not tell what is at the cursor. Run help(NAME) to read about it."
        if state is not SessionState.IDLE:
            return f"The session is {state.value}; it tells what names are while it is idle."
        return "Nothing is known of what is at the cursor. Run the code that defines it, then ask again."
