"""Opening, closing and asking a history: a thread for all that is done in order, one for searches."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, ParamSpec, Self, TypeVar

from workbench.history.entry import Summary

if TYPE_CHECKING:
    from workbench.history.database.reading import Reading
    from workbench.history.keeper import Keeper
    from workbench.history.readers import Reader

P = ParamSpec("P")
T = TypeVar("T")

_OVER = "History is written again, and holds what waited."


class Access:
    """The way to the keeper of a file, from an event loop."""

    def __init__(self, path: Path, *, patience: float = 5.0) -> None:
        """Nothing is opened yet. `patience` is how many seconds a write waits for another process.

        `tell` is called with each new `notice`, and with a word when what it said is over.
        """
        self.path = path
        self.tell: Callable[[str], object] | None = None
        self._told = ""
        self._patience = patience
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="history")
        self._keeper: Keeper | None = None
        self._reader: Reader | None = None

    @property
    def notice(self) -> str:
        """One sentence for the user about a file that is not as it should be, else empty."""
        return self._keeper.notice if self._keeper else ""

    @property
    def unsaved(self) -> int:
        """How many entries are in memory only: they end with the program unless the file works again."""
        return len(self._keeper.only_here) if self._keeper else 0

    async def open(self) -> int:
        """Open or make the file; tells how many entries of ended processes were marked lost now."""

        def work() -> int:
            from workbench.history.keeper import Keeper  # sqlite3: 5 ms that no frame waits for

            keeper = Keeper(self.path, self._patience)
            lost = keeper.open()
            self._keeper = keeper
            return lost

        return await self._call(work)

    async def close(self) -> None:
        """Finish what is under way and close the file. A second call does nothing."""
        reader, self._reader = self._reader, None
        if reader is not None:
            await reader.close()
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            await self._call(keeper.close)
        self._thread.shutdown(wait=False)

    async def __aenter__(self) -> Self:
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

    async def _ask(
        self, query: Callable[[Reading], list[Summary]], limit: int, ranked: bool
    ) -> list[Summary]:
        """Ask beside the writes, or where that does not work between them."""
        from workbench.history.readers import NotReadable, Reader

        if self._reader is None:
            self._reader = Reader(self._open)
        try:
            return await self._reader.ask(query)
        except NotReadable:
            return await self._call(lambda: self._open.summaries(query, limit, ranked=ranked))

    async def _call(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        result = await loop.run_in_executor(self._thread, lambda: work(*args, **kwargs))
        self._tell()
        return result

    def _tell(self) -> None:
        notice = self.notice
        if notice != self._told:
            self._told = notice
            if self.tell is not None:
                self.tell(notice or _OVER)
