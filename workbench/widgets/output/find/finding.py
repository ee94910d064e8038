"""Runs the searches of an output pane: bar, matches in the view, going from one to the next."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from workbench.format import count
from workbench.widgets.output.view import OutputView

from .query import Query, QueryError, finder
from .search import Search

if TYPE_CHECKING:
    from .bar import FindBar

_PAUSE = 0.25
"""Seconds between looks at lines that came since."""


class Finding:
    """One search at a time over the lines of a view; `bar` says what came of it."""

    def __init__(self, view: OutputView, bar: FindBar) -> None:
        self._view = view
        self._bar = bar
        self._search: Search | None = None
        self._task: asyncio.Task[None] | None = None
        self._from: int | None = None

    @property
    def active(self) -> bool:
        """Whether something is looked for."""
        return self._search is not None

    def ask(self, query: Query) -> None:
        """Look for something else and go to the first line that has it, from where the search began on."""
        if self._from is None:
            self._from = self._view.cursor
        self._stop()
        self._bar.say("")
        if not query.text:
            return
        try:
            found = finder(query)
        except QueryError as error:
            self._bar.say(str(error), wrong=True)
            return
        self._search = Search(self._view.buffer, found)
        self._view.matches = found
        self._task = asyncio.ensure_future(self._first(self._search, self._from))

    def poke(self) -> None:
        """Lines may have come."""
        if self._search is not None and (self._task is None or self._task.done()):
            self._search.again()
            self._task = asyncio.ensure_future(self._more(self._search))

    def step(self, step: int) -> None:
        """Go to the next line that matches, or to the one before; past the last comes the first."""
        if self._search is None:
            return
        cursor = self._view.cursor
        found = self._search.after(cursor) if step > 0 else self._search.before(cursor)
        if found is not None:
            self._from = found
            self._view.show_line(found)
        self._tell(self._search)

    def close(self) -> None:
        """Look for nothing any more."""
        self._stop()
        self._from = None

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if self._search is not None:
            self._search.stop()
            self._search = None
        self._view.matches = None
        self._view.refresh()

    async def _first(self, search: Search, start: int) -> None:
        shown = False
        try:
            async for _ in search.run():
                found = None if shown else search.below(start - 1)
                if found is not None:
                    shown = True
                    self._view.show_line(found)
                self._tell(search)
        except QueryError as error:
            self._task = None
            self._stop()
            self._bar.say(str(error), wrong=True)
            return
        found = None if shown else search.after(start - 1)
        if found is not None:
            self._view.show_line(found)
        self._view.refresh()
        self._tell(search)

    async def _more(self, search: Search) -> None:
        try:
            async for _ in search.run():
                pass
        except QueryError:
            return
        self._tell(search)
        await asyncio.sleep(_PAUSE)

    def _tell(self, search: Search) -> None:
        place = search.place(self._view.cursor)
        said = count(search.count, "line") if search.count else "not found" if search.done else ""
        if place:
            said = f"{place:,} of {said}"
        if not search.done:
            said = f"{said} … {search.share:.0%}".lstrip()
        self._bar.say(said)
