"""The history pane: this session's executions, newest first, and a filter over them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import ClassVar, Self

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.timer import Timer
from textual.widgets import Input

from workbench import format
from workbench.commands.command import Place, bindings
from workbench.commands.history import COMMANDS
from workbench.history.entry import Summary
from workbench.sanitize import sanitize_line
from workbench.widgets.fit import cut
from workbench.widgets.history.list import HistoryList
from workbench.widgets.line_input import LineInput
from workbench.widgets.told import Told

# seconds: a search is asked for when no key came for this long
_DEBOUNCE = 0.04
# seconds between repaints that let the ages grow
_AGES = 20.0


class HistoryPane(Vertical):
    """Lists executions; opens, recalls and reruns the one under the cursor by message.

    The pane does not search: it posts `Searched` and is answered with `set_rows`.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(COMMANDS, Place.HISTORY)
    BORDER_TITLE = "History"
    ALLOW_MAXIMIZE = True
    DEFAULT_CSS = """
    HistoryPane {
        & > Input { display: none; }
        &.-filtering > Input { display: block; }
    }
    """

    class Searched(Told):
        """Show what matches `query`; an empty query means everything."""

        def __init__(self, query: str) -> None:
            super().__init__()
            self.query = query

    class Opened(Told):
        """Show the code and the stored output of this entry."""

        def __init__(self, entry_id: str) -> None:
            super().__init__()
            self.entry_id = entry_id

    class Recalled(Told):
        """Put the code of this entry back in the editor."""

        def __init__(self, entry_id: str) -> None:
            super().__init__()
            self.entry_id = entry_id

    class ExchangesAsked(Told):
        """Show what went over the wire for this entry."""

        def __init__(self, entry_id: str) -> None:
            super().__init__()
            self.entry_id = entry_id

    class ReplayAsked(Told):
        """Run this entry again at any target, and compare."""

        def __init__(self, entry_id: str) -> None:
            super().__init__()
            self.entry_id = entry_id

    class ExportAsked(Told):
        """Write this entry to a file; without one, the session."""

        def __init__(self, entry_id: str = "") -> None:
            super().__init__()
            self.entry_id = entry_id

    class ImportAsked(Told):
        """Make a session of a file."""

    class Rerun(Told):
        """Run the code of this entry again."""

        def __init__(self, entry_id: str) -> None:
            super().__init__()
            self.entry_id = entry_id

    def __init__(self, *, id: str | None = None, clock: Callable[[], float] = time.time) -> None:
        super().__init__(id=id)
        self._list = HistoryList(clock)
        self._input = LineInput(
            placeholder="Filter: words of code or output", compact=True, select_on_focus=False
        )
        self._asking: Timer | None = None
        self._query = ""
        self._more = False
        self._label()

    def compose(self) -> ComposeResult:
        """The filter, hidden until asked for, over the list."""
        yield self._input
        yield self._list

    def on_mount(self) -> None:
        """Let the ages grow."""
        self.set_interval(_AGES, self._list.refresh)

    def focus(self, scroll_visible: bool = True) -> Self:
        """Give the focus to the list."""
        self._list.focus(scroll_visible)
        return self

    @property
    def query_text(self) -> str:
        """What the filter was last asked for."""
        return self._query

    def refill(self) -> None:
        """Ask again for what is shown: something else may have changed it."""
        self.post_message(self.Searched(self._query))

    def set_rows(self, rows: Sequence[Summary], *, more: bool = False) -> None:
        """Show these executions, newest first. `more` tells that the list is a first part only."""
        self._more = more
        self._label_for(len(rows))
        self._list.show(rows)

    def upsert(self, row: Summary) -> None:
        """Add an execution as the newest, or update it in place.

        While a filter is on the pane cannot know whether a new one matches, so it asks again.
        """
        known = any(True for shown in self._list.rows if shown.id == row.id) if self._query else True
        if known:
            self._list.upsert(row)
            self._label()
        else:
            self._ask_soon()

    def show_filter(self) -> None:
        """Open the filter and give it the focus, with what it held selected."""
        self.add_class("-filtering")
        self._input.focus()
        self._input.select_all()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape is ours only while the filter is open; row actions need a row."""
        if action == "unfilter":
            return self.has_class("-filtering")
        if action in ("open", "recall", "rerun", "exchanges", "export"):
            return self._list.selected is not None
        return True

    def action_filter(self) -> None:
        """Open the filter."""
        self.show_filter()

    def action_unfilter(self) -> None:
        """Clear and close the filter, and show everything again."""
        self.remove_class("-filtering")
        self._list.focus()
        with self.prevent(Input.Changed):
            self._input.value = ""
        if self._query:
            self._ask("")

    def action_move(self, where: str) -> None:
        """Move the cursor of the list."""
        self._list.move(where)

    def action_open(self) -> None:
        """Open the execution under the cursor."""
        if row := self._list.selected:
            self.post_message(self.Opened(row.id))

    def action_recall(self) -> None:
        """Put the code under the cursor back in the editor."""
        if row := self._list.selected:
            self.post_message(self.Recalled(row.id))

    def action_exchanges(self) -> None:
        """Show what went over the wire for the execution under the cursor."""
        if row := self._list.selected:
            self.post_message(self.ExchangesAsked(row.id))

    def action_replay(self) -> None:
        """Run the execution under the cursor again at any target."""
        if row := self._list.selected:
            self.post_message(self.ReplayAsked(row.id))

    def action_export(self) -> None:
        """Write the execution under the cursor to a file."""
        if row := self._list.selected:
            self.post_message(self.ExportAsked(row.id))

    def action_export_session(self) -> None:
        """Write the session to a file."""
        self.post_message(self.ExportAsked())

    def action_import_session(self) -> None:
        """Make a session of a file."""
        self.post_message(self.ImportAsked())

    def action_rerun(self) -> None:
        """Run the code under the cursor again."""
        if row := self._list.selected:
            self.post_message(self.Rerun(row.id))

    @on(HistoryList.Moved)
    def _moved(self, message: HistoryList.Moved) -> None:
        message.stop()

    @on(HistoryList.Chosen)
    def _open_clicked(self, message: HistoryList.Chosen) -> None:
        message.stop()
        self.post_message(self.Opened(message.entry_id))

    @on(Input.Changed)
    def _query_changed(self, message: Input.Changed) -> None:
        message.stop()
        self._ask_soon()

    @on(Input.Submitted)
    def _query_done(self, message: Input.Submitted) -> None:
        message.stop()
        self._list.focus()

    def _ask_soon(self) -> None:
        if self._asking is not None:
            self._asking.stop()
        self._asking = self.set_timer(_DEBOUNCE, lambda: self._ask(self._input.value.strip()))

    def _ask(self, query: str) -> None:
        if self._asking is not None:
            self._asking.stop()
        self._asking = None
        self._query = query
        self.post_message(self.Searched(query))

    def _label(self) -> None:
        self._label_for(len(self._list.rows))

    def _label_for(self, count: int) -> None:
        """Count in the title, and words for an empty list."""
        if self._query:
            self._list.empty = f"Nothing matches “{self._shown_query()}”. Escape shows everything."
            number = f"{count:,}{'+' if self._more else ''} found"
        else:
            self._list.empty = "No executions yet. F5 runs the code in the editor."
            newest = f"newest {count:,}" if self._more else format.count(count, "execution")
            number = newest if count else ""
        self.border_title = " · ".join(filter(None, ("History", number)))
        self.refresh_bindings()

    def _shown_query(self) -> str:
        return cut(sanitize_line(self._query), 40)
