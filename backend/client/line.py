"""Those who wait in a session: the service promises no order, so they are sent one after another."""

from __future__ import annotations

from collections import deque

from backend.client.job import Job
from backend.errors import SessionBusy
from backend.models import Stage

ROOM = 64  # executions that may wait


class Line:
    """The executions that wait for their turn, each told how many are ahead."""

    def __init__(self) -> None:
        self._jobs: deque[Job] = deque()

    def __len__(self) -> int:
        return len(self._jobs)

    def join(self, job: Job) -> None:
        """Stand at the end, behind the one that has its turn. Raises SessionBusy when it is full."""
        if len(self._jobs) >= ROOM:
            raise SessionBusy(
                f"{ROOM} executions wait in this session already.", "Wait for some of them, or stop them."
            )
        self._jobs.append(job)
        job.stage(Stage.QUEUED, len(self._jobs))

    def next(self) -> Job | None:
        """The first one leaves for its turn, and the others move up; None when nobody waits."""
        if not self._jobs:
            return None
        job = self._jobs.popleft()
        self._tell()
        return job

    def leave(self, execution_id: str) -> Job | None:
        """One leaves without a turn; None when it does not wait here."""
        for job in self._jobs:
            if job.id == execution_id:
                self._jobs.remove(job)
                self._tell()
                return job
        return None

    def clear(self) -> list[Job]:
        """All leave."""
        jobs = list(self._jobs)
        self._jobs.clear()
        return jobs

    def _tell(self) -> None:
        for ahead, job in enumerate(self._jobs, start=1):
            job.stage(Stage.QUEUED, ahead)
