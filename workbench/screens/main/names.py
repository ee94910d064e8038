"""What the main screen asks about live names: how they go on, and what they are."""

from __future__ import annotations

from backend.errors import Unsupported, WorkbenchError
from backend.models import Completions, Inspection, SessionState
from workbench.controller import Controller
from workbench.screens.main.frame import Frame

TRIES = 2
"""A first answer may come too late to be shown, while modules are imported for it."""


class NameDesk:
    """Completes names; shows the documentation of one, or says why there is none."""

    def __init__(self, frame: Frame, controller: Controller) -> None:
        self._frame = frame
        self._controller = controller

    async def complete(self, code: str, cursor: int) -> Completions:
        """What fits at `cursor` of `code`. Raises WorkbenchError."""
        if not self._controller.backend.capabilities.completes:
            raise Unsupported("This target cannot complete names.")
        return await self._controller.backend.complete(self._controller.session, code, cursor)

    async def show(self, code: str, cursor: int) -> None:
        """Open the dialog for the name at `cursor` of `code`."""
        if not self._controller.backend.capabilities.completes:
            said = "This target cannot tell what names are. Run help(NAME) to read about one."
            self._frame.notify(said, markup=False)
            return
        try:
            found = await self._found(code, cursor)
        except WorkbenchError as error:
            self._frame.failed(error)
            return
        if found is None:
            self._frame.notify(self._reason(), markup=False)
        elif self._frame.is_active:  # the key may have been pressed twice
            from workbench.screens.documentation import DocumentationScreen

            self._frame.app.push_screen(DocumentationScreen(found))

    async def _found(self, code: str, cursor: int) -> Inspection | None:
        controller = self._controller
        for _ in range(TRIES):
            found = await controller.backend.inspect(controller.session, code, cursor)
            if found is not None or controller.state is not SessionState.IDLE:
                return found
        return None

    def _reason(self) -> str:
        state = self._controller.state
        if state is not SessionState.IDLE:
            return f"The session is {state.value}; it tells what names are while it is idle."
        return "Nothing is known of what is at the cursor. Run the code that defines it, then ask again."
