"""History: executions on disk, written before they start and completed after their end.

What `begin`, `progress`, `finish` and `late` acknowledge survives the end of the process and power loss.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.history.contents import Contents
from workbench.history.entry import Entry, Marks, Segment, Summary

if TYPE_CHECKING:
    from workbench.history.query import Query
    from workbench.history.upkeep import Retention


class History(Contents):
    """The store at a path; several processes may have it open at once.

    All work happens in order on one thread of its own, but for searches, which have another. A file that is
    locked, full, read-only or damaged never raises here: the entries go to a spill file or stay in memory,
    and `notice` says so.
    """

    # -- an execution on its way

    async def begin(self, entry: Entry) -> Entry:
        """Write an entry before its execution starts; gives it back with the session's next number."""
        return await self._call(self._open.begin, entry)

    async def progress(self, entry_id: str, segments: tuple[Segment, ...]) -> None:
        """Write the output so far of an entry, which counts as running from now on."""
        await self._call(self._open.progress, entry_id, segments)

    async def finish(self, entry: Entry) -> None:
        """Write the entry with its outcome; an entry that is not there yet is added."""
        await self._call(self._open.finish, entry)

    async def late(self, entry_id: str, segments: tuple[Segment, ...]) -> bool:
        """Write all late output of a final entry, in place of what was written of it before.

        False when it should be tried again: the entry is not final yet, or the file cannot be written now.
        """
        return await self._call(self._open.late, entry_id, segments)

    async def add(self, entries: Sequence[Entry]) -> list[Entry]:
        """Add final entries, all of them or none; gives them back with the numbers they have now.

        Each keeps its number where its session has none as high yet. Raises FileError when the file cannot be
        written.
        """
        return await self._call(self._open.add, tuple(entries))

    # -- what a person does with entries

    async def pin(self, entry_id: str, pinned: bool) -> None:
        """Pin an entry, or do no longer. What is pinned is kept for ever."""
        await self._call(self._open.change, lambda database: database.pin(entry_id, pinned), None)

    async def label(self, entry_id: str, label: str) -> None:
        """Give an entry a label, which searches find; empty for none."""
        await self._call(self._open.change, lambda database: database.label(entry_id, label), None)

    async def marks(self, entry_id: str) -> Marks:
        """Pin and label of an entry."""
        found: list[Marks] = await self._call(self._open.read, lambda database: database.marks(entry_id))
        return found[-1] if found else Marks()

    async def delete(self, *ids: str) -> None:
        """Delete entries. `restore` brings them back for an hour; their numbers are not given again."""
        now = time.time()
        await self._call(self._open.change, lambda database: database.delete(ids, now), None)

    async def delete_session(self, profile: str, session: str) -> list[str]:
        """Delete all entries of a session at a target but those that run; gives their ids, for `restore`."""
        now = time.time()
        return await self._call(
            self._open.change, lambda database: database.delete_session(profile, session, now), list[str]()
        )

    async def restore(self, ids: Sequence[str]) -> None:
        """Bring deleted entries back."""
        await self._call(self._open.change, lambda database: database.restore(ids), None)

    async def check(self) -> None:
        """Look through the file if a process left it open; a damaged one is replaced, as `notice` says then.

        That goes on beside reads and writes: for 100,000 entries it takes 0.4 s.
        """
        from workbench.history.readers import sound

        if await self._call(self._open.doubtful) and not await sound(self._open):
            await self._call(self._open.distrust)

    async def upkeep(self, retention: Retention) -> bool:
        """Remove what was deleted an hour ago and what is over the limits, bit by bit; whether any was."""
        from workbench.history.upkeep import Upkeep

        upkeep = Upkeep(retention, self.blobs, time.time())
        more = True
        while more:  # executions come in between
            more = await self._call(self._open.change, upkeep.step, False)
        return upkeep.freed

    # -- what is there

    async def get(self, entry_id: str) -> Entry | None:
        """The entry with this id, whole."""
        return await self._call(self._open.get, entry_id)

    async def entries(self, session: str, profile: str | None = None) -> list[Entry]:
        """All entries of a session, at one target or at any, oldest first, whole."""
        return await self._call(
            self._open.entries, lambda database: [entry for entry, _ in database.entries(session, profile)]
        )

    async def entries_since(self, session: str, profile: str, *, starts: int, most: int) -> list[Entry]:
        """The newest entries of a session back to where it began fresh for the so many-th time, oldest first.

        At most so many of them.
        """
        return await self._call(
            self._open.entries, lambda database: database.entries_since(session, profile, starts, most)
        )

    async def recent(
        self, session: str | None = None, limit: int = 500, before: int | None = None
    ) -> list[Summary]:
        """Summaries of a session, or of all, newest first; `before` is the `sequence` of the last one had."""
        return await self._call(
            self._open.summaries, lambda reading: reading.recent(session, limit, before), limit
        )

    async def search(
        self,
        query: str | Query,
        limit: int = 200,
        session: str | None = None,
        profile: str | None = None,
        *,
        ranked: bool = False,
    ) -> list[Summary]:
        """Summaries that match a query (see `query.language`), newest first, or the best first if `ranked`.

        `session` and `profile` are where to look, unless the query itself says that. A caller that is
        cancelled ends the search at once.
        """
        from workbench.history.database.searching import within
        from workbench.history.query import parse

        asked = within(parse(query) if isinstance(query, str) else query, session, profile)
        return await self._ask(lambda reading: reading.search(asked, limit, ranked=ranked), limit, ranked)

    async def neighbours(self, entry_id: str, count: int = 5) -> list[Summary]:
        """An entry between up to `count` that ran before it and after it in its session, oldest first."""
        found = await self._ask(lambda reading: reading.neighbours(entry_id, count), 2 * count + 1, True)
        return sorted(found, key=lambda summary: summary.sequence)
