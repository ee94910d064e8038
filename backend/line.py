"""Those who wait in a session: strictly in order, each told how many are ahead, never too many.

A service promises no order for what it is sent at once: a remote session's executions stand in a line on this
side too.
"""

from __future__ import annotations

from collections import deque
from typing import Generic, Protocol, TypeVar

from backend.errors import SessionBusy
from backend.models import Stage

ROOM = 64  # executions that may wait


class Waiting(Protocol):
    """What stands in a line."""

    @property
    def id(self) -> str:
        """The execution's id."""

    def stage(self, stage: Stage, position: int = 0) -> None:
        """Take in how far it has come."""


J = TypeVar("J", bound=Waiting)


class Line(Generic[J]):
    """The executions that wait for their turn."""

    def __init__(self) -> None:
        self._jobs: deque[J] = deque()

    def __len__(self) -> int:
        return len(self._jobs)

    def join(self, job: J, *, busy: bool) -> None:
        """Stand at the end; `busy` tells that one has its turn now. Raises SessionBusy when it is full."""
        if len(self._jobs) >= ROOM:
            raise SessionBusy(
                f"{ROOM} executions wait in this session already.", "Wait for some of them, or stop them."
            )
        ahead = len(self._jobs) + busy
        self._jobs.append(job)
        if ahead:
            job.stage(Stage.QUEUED, ahead)

    def next(self) -> J | None:
        """The first one leaves for its turn, and the others move up; None when nobody waits."""
        if not self._jobs:
            return None
        job = self._jobs.popleft()
        self._tell()
        return job

    def leave(self, execution_id: str) -> J | None:
        """One leaves without a turn; None when it does not wait here."""
        for job in self._jobs:
            if job.id == execution_id:
                self._jobs.remove(job)
                self._tell()
                return job
        return None

    def clear(self) -> list[J]:
        """All leave."""
        jobs = list(self._jobs)
        self._jobs.clear()
        return jobs

    def _tell(self) -> None:
        for ahead, job in enumerate(self._jobs, start=1):
            job.stage(Stage.QUEUED, ahead)
