"""History: executions on disk, written before they start and completed after their end.

What `begin`, `progress`, `finish` and `late` acknowledge survives the end of the process and power loss.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from workbench.history.entry import Entry, Segment, Summary

if TYPE_CHECKING:
    from workbench.history.keeper import Keeper

P = ParamSpec("P")
T = TypeVar("T")


class History:
    """The store at a path; several processes may have it open at once.

    All work happens in order on one thread of its own. A file that is locked, full, read-only or damaged
    never raises here: the entries go to a spill file or stay in memory, and `notice` says so.
    """

    def __init__(self, path: Path, *, patience: float = 5.0) -> None:
        """Nothing is opened yet. `patience` is how many seconds a write waits for another process."""
        self.path = path
        self._patience = patience
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="history")
        self._keeper: Keeper | None = None

    @property
    def notice(self) -> str:
        """One sentence for the user about a file that is not as it should be, else empty."""
        return self._keeper.notice if self._keeper else ""

    async def open(self) -> int:
        """Open or make the file; tells how many entries of ended processes were marked lost now."""

        def work() -> int:
            from workbench.history.keeper import (
                Keeper,
            )  # sqlite3: 5 ms that the first frame need not wait for

            keeper = Keeper(self.path, self._patience)
            lost = keeper.open()
            self._keeper = keeper
            return lost

        return await self._call(work)

    async def close(self) -> None:
        """Finish what is under way and close the file. A second call does nothing."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            await self._call(keeper.close)
        self._thread.shutdown(wait=False)

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

    async def delete(self, entry_id: str) -> None:
        """Delete an entry. Its number is not given again."""
        await self._call(self._open.delete, entry_id)

    async def get(self, entry_id: str) -> Entry | None:
        """The entry with this id, whole."""
        return await self._call(self._open.get, entry_id)

    async def entries(self, session: str) -> list[Entry]:
        """All entries of a session, oldest first, whole."""
        return await self._call(self._open.entries, session)

    async def recent(
        self, session: str | None = None, limit: int = 500, before: int | None = None
    ) -> list[Summary]:
        """Summaries of a session, or of all, newest first; `before` is the `sequence` of the last one had."""
        return await self._call(self._open.recent, session, limit, before)

    async def search(self, query: str, limit: int = 200, session: str | None = None) -> list[Summary]:
        """Summaries whose code or output has all words of the query, newest first (see `search.parse`)."""
        return await self._call(self._open.search, query, limit, session)

    async def __aenter__(self) -> History:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def _open(self) -> Keeper:
        if self._keeper is None:
            raise RuntimeError("The history is not open.")
        return self._keeper

    async def _call(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: work(*args, **kwargs))
