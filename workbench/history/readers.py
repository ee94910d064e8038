"""Searches beside the writes: on a thread and a connection of their own, ended when nobody waits any more."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from workbench.history.database import Database
from workbench.history.database.reading import Reading

if TYPE_CHECKING:
    from workbench.history.keeper import Keeper

T = TypeVar("T")


class NotReadable(Exception):  # noqa: N818 - no error: the other way is taken
    """The file alone does not have the answer, or cannot be read; the keeper knows what to do."""


class Reader:
    """One connection that follows the keeper's file. What is asked comes one after the other."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="history-search")
        self._reading: Reading | None = None
        self._of: Database | None = None

    async def ask(self, query: Callable[[Reading], T]) -> T:
        """The answer of the file. A caller that is cancelled ends the query in its midst.

        Raises NotReadable.
        """
        wanted = True

        def work() -> T:
            while True:
                reading = self._open()
                try:
                    return query(reading)
                except sqlite3.Error as error:
                    if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
                        if wanted:
                            continue  # it was meant for the one before
                    else:
                        self._close()
                    raise NotReadable from error

        future = self._thread.submit(work)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            wanted = False
            if future.running() and (reading := self._reading) is not None:
                reading.interrupt()
            raise

    def _open(self) -> Reading:
        main = self._keeper.main
        if main is None or main.path is None or self._keeper.standing_in or main.replaced():
            self._close()
            raise NotReadable
        if self._reading is None or self._of is not main:
            self._close()
            try:
                self._reading, self._of = Database.reader(main.path), main
            except sqlite3.Error as error:
                raise NotReadable from error
        return self._reading

    def _close(self) -> None:
        reading, self._reading = self._reading, None
        if reading is not None:
            reading.close()

    async def close(self) -> None:
        """End what is asked and close the connection."""
        if (reading := self._reading) is not None:
            reading.interrupt()
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown(wait=False)


async def sound(keeper: Keeper) -> bool:
    """Whether the keeper's file reads as it should; looked at beside searches. True where it cannot be."""
    looking = Reader(keeper)
    try:
        return await looking.ask(lambda reading: reading.sound())
    except NotReadable:
        return True
    finally:
        await looking.close()
