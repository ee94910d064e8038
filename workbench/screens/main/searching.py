"""What the main screen does with the search: opens it, and does what is decided there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.screen import Screen

from workbench.history.entry import Entry
from workbench.history.store import History
from workbench.screens.main.past import PastDesk
from workbench.widgets.history.pane import HistoryPane

if TYPE_CHECKING:  # imported with the first search
    from workbench.screens.search.deeds import SearchResult
    from workbench.screens.search.deleting import Bin


class SearchDesk:
    """Opens the search with what was searched for last. `replay` and the exports are called with an entry."""

    replay: Callable[[Entry], object] | None = None
    export: Callable[[Entry], object] | None = None
    export_session: Callable[[Entry], object] | None = None
    bring: Callable[[], object] | None = None

    def __init__(self, screen: Screen[None], history: History, past: PastDesk, pane: HistoryPane) -> None:
        self._screen, self._history, self._past, self._pane = screen, history, past, pane
        self._query = ""
        self._bin: Bin | None = None

    def open(self) -> None:
        """Show the search."""
        from workbench.screens.search.deeds import SearchAction
        from workbench.screens.search.deleting import Bin
        from workbench.screens.search.screen import SearchScreen

        offered = [SearchAction.EDIT, SearchAction.RUN, SearchAction.EXCHANGES]
        offered += [SearchAction.REPLAY] if self.replay else []
        offered += [SearchAction.EXPORT, SearchAction.EXPORT_SESSION] if self.export else []
        offered += [SearchAction.IMPORT] if self.bring else []
        self._bin = self._bin or Bin(self._history)
        screen = SearchScreen(self._history, self._bin, self._past.whole, query=self._query, actions=offered)

        def decided(result: SearchResult | None) -> None:
            self._query = screen.query_text
            self._pane.refill()
            if result is not None:
                self._do(result)

        self._screen.app.push_screen(screen, decided)

    def _do(self, result: SearchResult) -> None:
        from workbench.screens.search.deeds import SearchAction

        entry, bring = result.entry, self.bring
        if entry is None:
            if bring is not None:
                self._screen.call_after_refresh(bring)
            return
        does: dict[SearchAction, Callable[[Entry], object] | None] = {
            SearchAction.EDIT: self._past.put,
            SearchAction.RUN: self._past.run,
            SearchAction.EXCHANGES: self._past.show_exchanges,
            SearchAction.REPLAY: self.replay,
            SearchAction.EXPORT: self.export,
            SearchAction.EXPORT_SESSION: self.export_session,
        }
        if (do := does[result.action]) is not None:
            self._screen.call_after_refresh(do, entry)
