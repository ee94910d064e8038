"""What the main screen does with past executions: list, show, bring back, run again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.screen import Screen
from textual.widget import Widget

from backend.models import FileChange
from workbench.history.entry import Entry
from workbench.history.store import History
from workbench.widgets.editor.pane import EditorPane
from workbench.widgets.history.pane import HistoryPane
from workbench.widgets.output.lines.links import ChangedFile
from workbench.widgets.output.pane import OutputPane

if TYPE_CHECKING:
    from workbench.screens.entry import EntryScreen  # imported when it opens

LIMIT = 500
"""Rows that the pane lists; the search finds the older ones."""


class PastDesk:
    """Serves the history pane from the store. `run` runs code in the session of now."""

    def __init__(
        self,
        screen: Screen[None],
        history: History,
        pane: HistoryPane,
        editor: EditorPane,
        run: Callable[[str], object],
        dress: Callable[[OutputPane], None],
    ) -> None:
        self._screen = screen
        self._history = history
        self._pane = pane
        self._editor = editor
        self._run = run
        self._dress = dress
        self.show_exchanges: Callable[[Entry], object] = lambda entry: None
        self.open_file: Callable[[Entry, FileChange | None], object] | None = None

    async def show(self, profile: str, session: str, query: str = "") -> None:
        """List the executions of a session at a target, or those in it that match a query.

        A query that names a session or target itself (`session:NAME`, `profile:NAME`) looks there.
        """
        rows = await self._history.search(query, LIMIT, session, profile)
        self._pane.set_rows(rows, more=len(rows) == LIMIT)

    def quit_costs(self) -> tuple[str, str]:
        """What history could not write, and what becomes of it; two sentences, empty for nothing."""
        unsaved = self._history.unsaved
        if not unsaved:
            return "", ""
        what = "An execution is" if unsaved == 1 else f"{unsaved:,} executions are"
        return (
            f"{what} in memory only, since history cannot be written.",
            "That is lost. Once there is room, the next execution takes it to the file.",
        )

    async def open(self, entry_id: str) -> None:
        """Show code and stored output of an entry, and do what is decided there."""
        from workbench.screens.entry import EntryAction, EntryResult

        entry = await self._found(entry_id)
        if entry is None or not self._screen.is_active:
            return  # a double click asks twice

        def decided(result: EntryResult | None) -> None:
            if result is None:
                return
            if result.action is EntryAction.RECALL:
                self.put(result.entry)
            elif result.action is EntryAction.EXCHANGES:
                self._screen.call_after_refresh(self.show_exchanges, result.entry)
            else:
                self.run(result.entry)

        self._screen.app.push_screen(self.whole(entry), decided)

    def whole(self, entry: Entry) -> EntryScreen:
        """The screen that shows code and stored output of an entry."""
        from workbench.screens.entry import EntryScreen

        return EntryScreen(entry, self.stored_output, self.open_file)

    def run(self, entry: Entry) -> None:
        """Run the code of an entry in the session of now."""
        self._run(entry.code)

    def stored_output(self, entry: Entry) -> Widget:
        """A pane with the output that history keeps of an entry."""
        pane = OutputPane()
        self._dress(pane)
        pane.call_later(pane.show, [entry])  # not before it is mounted
        return pane

    async def open_changed(self, file: ChangedFile) -> None:
        """Show a file that an execution changed, or all of them."""
        entry = await self._found(file.entry_id)
        if entry is not None and self.open_file is not None:
            self.open_file(entry, file.change)

    async def recall(self, entry_id: str) -> None:
        """Put the code of an entry back in the editor."""
        entry = await self._found(entry_id)
        if entry is not None:
            self.put(entry)

    async def rerun(self, entry_id: str) -> None:
        """Run the code of an entry again."""
        entry = await self._found(entry_id)
        if entry is not None:
            self._run(entry.code)

    def put(self, entry: Entry) -> None:
        """Put the code of an entry in the editor."""
        self._editor.put_code(entry.code, origin=f"from [{entry.number}]")

    async def _found(self, entry_id: str) -> Entry | None:
        entry = await self._history.get(entry_id)
        if entry is None:
            self._screen.notify(
                "It was deleted, or is older than the history keeps. Ctrl+R finds what there is.",
                title="Not in the history any more",
                severity="warning",
            )
        return entry
