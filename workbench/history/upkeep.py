"""What is removed from history: what was deleted, after a time; what is older or more than is wanted."""

from __future__ import annotations

from backend.records import dataclass
from workbench.history.blobs import Blobs
from workbench.history.database import Database

PURGE_AFTER = 3_600.0
"""Seconds that a deleted entry can be brought back."""
_UNCLAIMED = 3_600.0  # seconds that a blob may be there before somebody says that it is needed
_UNUSED = 86_400.0  # seconds that files are kept of a session in which nothing is run
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Retention:
    """How long entries are kept (`days`), and how many bytes all may take; None for no limit."""

    days: float | None = None
    size: int | None = None


class Upkeep:
    """The steps, each short enough for an execution to wait for it; `step` until there is none left."""

    def __init__(self, retention: Retention, blobs: Blobs, now: float) -> None:
        self._retention = retention
        self._blobs = blobs
        self._now = now
        self._steps = [self._purge, self._expire, self._shed, self._merge, self._finish]
        self._count: int | None = None
        self._begun = False
        self.freed = False

    def step(self, database: Database) -> bool:
        """Do one step; False when all is done. Raises sqlite3.Error."""
        if self._steps and not self._steps[0](database):
            self._steps.pop(0)
        return bool(self._steps)

    def _purge(self, database: Database) -> bool:
        return self._freed(database.purge(self._now - PURGE_AFTER))

    def _expire(self, database: Database) -> bool:
        days = self._retention.days
        return days is not None and self._freed(database.expire(self._now - days * _DAY))

    def _shed(self, database: Database) -> bool:
        size = self._retention.size
        if size is None:
            return False
        if self._count is None:  # what is removed leaves its traces in the index until that is merged
            self._count = database.size() + self._blobs.total(database.needed_blobs())
        if self._count <= size:
            return False
        bytes_freed = database.shed_file() or database.shed()
        self._count -= bytes_freed
        return self._freed(bytes_freed)

    def _freed(self, amount: int) -> bool:
        self.freed = self.freed or amount > 0
        return amount > 0

    def _merge(self, database: Database) -> bool:
        if not self.freed:
            return False
        begin, self._begun = not self._begun, True
        return database.merge(begin=begin)

    def _finish(self, database: Database) -> bool:
        if self.freed:
            database.shrink()
        database.forget_left(self._now - _UNUSED)
        self._blobs.collect(database.needed_blobs(), age=_UNCLAIMED)
        return False
