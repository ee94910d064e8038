"""What the main screen shows of the wire: the exchanges of an execution, and those of the session."""

from __future__ import annotations

from collections.abc import Callable

from backend.models import Target
from workbench.controller import Controller
from workbench.history.entry import Entry
from workbench.identifiers import brief
from workbench.screens.main.frame import Frame


class WireDesk:
    """Opens the exchange inspector. `target` gives a target by the name of its profile."""

    def __init__(self, frame: Frame, controller: Controller, target: Callable[[str], Target | None]) -> None:
        self._frame = frame
        self._controller = controller
        self._target = target

    async def execution(self, entry_id: str) -> None:
        """Show what went over the wire for an execution of history."""
        entry = await self._controller.history.get(entry_id)
        if entry is None:
            self._frame.warn("Exchanges", "This execution is not in the history any more.")
        else:
            self.entry(entry)

    def entry(self, entry: Entry) -> None:
        """Show what went over the wire for an execution."""
        from workbench.screens.exchanges import LOCAL, NONE_YET, ExchangesScreen

        if not self._frame.is_active:
            return  # a double click asks twice
        target = self._target(entry.profile)
        local = not entry.exchanges and entry.isolation
        heading = f"Exchanges of execution {entry.number} · {entry.profile}"
        self._frame.app.push_screen(
            ExchangesScreen(
                heading, entry.exchanges, empty=LOCAL if local else NONE_YET, entry=entry, target=target
            )
        )

    def session(self) -> None:
        """Show what went over the wire for the session beside its executions."""
        from workbench.screens.exchanges import LOCAL_SESSION, NONE_YET, ExchangesScreen

        if not self._frame.is_active:
            return
        controller = self._controller
        empty = NONE_YET if controller.seat.remote else LOCAL_SESSION
        heading = f"Exchanges of session {brief(controller.session)} · {controller.target.profile}"
        self._frame.app.push_screen(
            ExchangesScreen(heading, controller.exchanges(), empty=empty, target=controller.target)
        )
