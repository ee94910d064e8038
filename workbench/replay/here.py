"""A replay in the session of a controller, where its output is seen."""

from __future__ import annotations

from collections.abc import AsyncIterator

from workbench.controller import Controller
from workbench.history.entry import Entry
from workbench.replay.runner import Writer


class HereRunner:
    """The session that a controller shows. What runs there is shown like what a person runs."""

    def __init__(self, controller: Controller) -> None:
        self._controller = controller
        self._writer = Writer(controller.backend, controller.session)

    async def start(self) -> None:
        """The session is there."""

    async def run(self, code: str, limit: float | None = None) -> Entry:
        """Run code to its end; the finished entry. The target's own limit holds."""
        return await self._controller.run(code)

    async def refresh(self) -> None:
        """Variables were begun anew before, and they are now: nothing is thrown away here."""

    async def put(self, path: str, content: AsyncIterator[bytes], size: int) -> None:
        """Write a file of the session, with the folders it is in."""
        await self._writer.put(path, content, size)

    async def stop(self) -> None:
        """Stop what runs, and what waits behind it."""
        await self._controller.stop_all()
