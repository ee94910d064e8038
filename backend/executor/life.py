"""The life of a session's worker: started when needed, replaced when it dies, never in a spin."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

from backend.errors import CannotStart
from backend.executor.death import Death
from backend.executor.link import WorkerLink
from backend.executor.plumbing import OnData, OnLate, OnText
from backend.executor.watchers import Watchers
from backend.executor.worker import frames
from backend.models import SessionState

DEATHS = 3
DEATHS_WITHIN = 30.0  # seconds
END_LIMIT = 2.0  # seconds to wait for the end of a worker's processes

Spawn = Callable[[Callable[[], WorkerLink]], Awaitable[WorkerLink]]
"""Starts a worker on a link that it makes by calling its argument. Raises CannotStart."""


class Life:
    """Holds the session's worker.

    `on_frame`, `on_text`, `on_data` and `on_late` get what it sends; `on_death` tells whether it
    took the death as an answer.
    """

    def __init__(
        self,
        spawn: Spawn,
        watchers: Watchers,
        on_frame: Callable[[frames.Frame], None],
        on_text: OnText,
        on_data: OnData,
        on_late: OnLate,
        on_death: Callable[[Death], bool],
    ) -> None:
        self.link: WorkerLink | None = None
        self.state_lost = False
        self._spawn = spawn
        self._watchers = watchers
        self._on_frame = on_frame
        self._on_text = on_text
        self._on_data = on_data
        self._on_late = on_late
        self._on_death = on_death
        self._starting: asyncio.Task[WorkerLink] | None = None
        self._deaths: deque[float] = deque(maxlen=DEATHS)

    async def ready(self) -> WorkerLink:
        """A live worker, started if there is none. Raises CannotStart."""
        if self.link is not None and self.link.refused:
            await self.link.ended()
        if self.link is not None:
            return self.link
        return await asyncio.shield(self._start())

    @property
    def usable(self) -> WorkerLink | None:
        """The worker, if it can be given code now."""
        return None if self.link is None or self.link.refused else self.link

    def _start(self) -> asyncio.Task[WorkerLink]:
        if self._starting is None:
            self._starting = asyncio.create_task(self._begin())
            self._starting.add_done_callback(_retrieve)
        return self._starting

    async def _begin(self) -> WorkerLink:
        if not self.state_lost:
            self._watchers.change(SessionState.STARTING)
        try:
            link = await self._spawn(self._link)
        except CannotStart as error:
            self._watchers.change(SessionState.LOST, str(error))
            raise
        finally:
            self._starting = None
        self.link = link
        if not self.state_lost:
            self._watchers.change(SessionState.IDLE)
        return link

    def _link(self) -> WorkerLink:
        return WorkerLink(self._on_frame, self._on_text, self._on_data, self._on_late, self._died)

    def _died(self, death: Death) -> None:
        """The worker ended: seen at once, since its lifeline told or closed."""
        self.link = None
        self.state_lost = True
        if not self._on_death(death):
            self._watchers.change(SessionState.LOST, f"{death.sentence()} Its variables are gone.")
            self.restart()

    def restart(self) -> None:
        """Have a fresh worker ready before it is asked for; a failure shows at the next execution.

        After DEATHS deaths within DEATHS_WITHIN seconds the next execution starts it: no spinning.
        """
        self._deaths.append(time.monotonic())
        if len(self._deaths) == DEATHS and self._deaths[-1] - self._deaths[0] < DEATHS_WITHIN:
            return
        self._start()

    async def end(self) -> None:
        """End the worker and everything it started."""
        if self._starting is not None:
            self._starting.cancel()
        link, self.link = self.link, None
        if link is not None:
            await link.end(END_LIMIT)


def _retrieve(task: asyncio.Task[WorkerLink]) -> None:
    if not task.cancelled():
        task.exception()
