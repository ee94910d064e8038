"""Deleting on the search screen, and bringing back what was deleted, the last first."""

from __future__ import annotations

from dataclasses import field

from backend.records import dataclass
from workbench import format
from workbench.history.entry import Summary
from workbench.history.store import History


@dataclass(slots=True)
class Bin:
    """What was deleted since the program started; it outlives the screen."""

    history: History
    _deleted: list[list[str]] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to bring back."""
        return not self._deleted

    async def delete(self, row: Summary) -> None:
        """Delete one entry."""
        await self.history.delete(row.id)
        self._deleted.append([row.id])

    async def delete_session(self, row: Summary) -> int:
        """Delete all entries of the session of one, but those that run; tells how many."""
        ids = await self.history.delete_session(row.profile, row.session)
        if ids:
            self._deleted.append(ids)
        return len(ids)

    async def restore(self) -> str:
        """Bring back what was deleted last; says what that was."""
        ids = self._deleted.pop()
        await self.history.restore(ids)
        return f"{format.count(len(ids), 'execution')} brought back."
