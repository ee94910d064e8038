"""What can be done with a hit: take it, mark it, delete it and bring it back, copy it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from backend.records import dataclass
from workbench import format
from workbench.commands.command import Place, bindings
from workbench.commands.search import COMMANDS
from workbench.history.codec import indexed_output
from workbench.history.entry import Entry, Summary
from workbench.history.store import History
from workbench.screens.entry import EntryAction, EntryResult
from workbench.screens.performing import Performing
from workbench.screens.search.deleting import Bin
from workbench.screens.search.rows import Hits

_OWN = [
    # letters alone are typed in the query line; with Alt they work there too
    replace(binding, priority=len(binding.key) > 1 and binding.key != "question_mark")
    for binding in bindings(COMMANDS, Place.SEARCH)
    if isinstance(binding, Binding)
]
_EVERYWHERE = ("up", "down", "pageup", "pagedown", "ctrl+home", "ctrl+end")


class SearchAction(StrEnum):
    """What is wanted of a hit."""

    EDIT = "edit"
    RUN = "run"
    EXCHANGES = "exchanges"
    REPLAY = "replay"
    EXPORT = "export"
    EXPORT_SESSION = "export_session"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What the user decided on the search screen, with which hit (an import has none), and what was typed."""

    action: SearchAction
    entry: Entry | None
    query: str


Whole = Callable[[Entry], Screen[EntryResult | None]]
"""Makes the screen that shows an entry whole."""

_DECIDED = {
    EntryAction.RECALL: SearchAction.EDIT,
    EntryAction.RERUN: SearchAction.RUN,
    EntryAction.EXCHANGES: SearchAction.EXCHANGES,
}


class Deeds(Performing[SearchResult]):
    """The keys of the search screen, and what those do that change an entry or leave with it."""

    AUTO_FOCUS = "Input"
    PLACE = Place.SEARCH
    BINDINGS: ClassVar[list[BindingType]] = [
        *_OWN,
        Binding("f5", "take('run')", "Run again", show=False, priority=True),
        Binding("delete", "delete", show=False),
        Binding("f1", "fields", "Fields", tooltip="What can be typed.", priority=True),
        Binding("slash", "query", "Query", show=False),
        Binding("tab", "app.focus_next", "Next", show=False),
        Binding("shift+tab", "app.focus_previous", "Previous", show=False),
        *(
            Binding(key, f"move('{where}')", show=False, priority=key in _EVERYWHERE)
            for key, where in (
                *(("up", "up"), ("down", "down"), ("pageup", "page_up"), ("pagedown", "page_down")),
                *(("home", "first"), ("end", "last"), ("ctrl+home", "first"), ("ctrl+end", "last")),
                *(("k", "up"), ("j", "down")),
            )
        ),
    ]

    around: Summary | None
    """The hit whose neighbours are shown."""

    def __init__(
        self, history: History, bin: Bin, hits: Hits, whole: Whole, actions: Sequence[SearchAction]
    ) -> None:
        super().__init__()
        self._history, self._bin, self._hits = history, bin, hits
        self._whole, self._actions = whole, actions

    @property
    def query_text(self) -> str:
        """What is typed."""
        raise NotImplementedError

    def search(self, at: str = "") -> None:
        """Ask anew, with the cursor on the entry `at`; what was asked before is cancelled."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What needs a hit is offered with one; what nobody answers is not."""
        if action == "take":
            return SearchAction(str(parameters[0])) in self._actions and self._hits.selected is not None
        if action == "bring":
            return SearchAction.IMPORT in self._actions
        if action == "undo":
            return not self._bin.empty
        if action in ("open", "pin", "label", "delete", "delete_session", "copy", "neighbours"):
            return self._hits.selected is not None
        return True

    async def action_take(self, action: str) -> None:
        """Leave with the hit and what to do with it."""
        row = self._hits.selected
        entry = await self._history.get(row.id) if row is not None else None
        if entry is not None and self.is_current:
            self.dismiss(SearchResult(SearchAction(action), entry, self.query_text))

    def action_bring(self) -> None:
        """Leave to make a session of a file."""
        self.dismiss(SearchResult(SearchAction.IMPORT, None, self.query_text))

    async def action_open(self) -> None:
        """Show the hit whole, and leave with what is decided there."""
        row = self._hits.selected
        entry = await self._history.get(row.id) if row is not None else None
        if entry is None or not self.is_current:
            return

        def decided(result: EntryResult | None) -> None:
            if result is not None:
                self.dismiss(SearchResult(_DECIDED[result.action], result.entry, self.query_text))

        self.app.push_screen(self._whole(entry), decided)

    async def action_pin(self) -> None:
        """Pin the hit, or do no longer."""
        if (row := self._hits.selected) is not None:
            await self._history.pin(row.id, not row.pinned)
            self.search(row.id)

    def action_label(self) -> None:
        """Ask for a label."""
        from workbench.screens.search.label import LabelScreen

        row = self._hits.selected
        if row is None:
            return

        def given(label: str | None) -> None:
            if label is not None:
                self.run_worker(self._label(row, label.strip()), group="mark")

        self.app.push_screen(LabelScreen(row.label), given)

    async def _label(self, row: Summary, label: str) -> None:
        await self._history.label(row.id, label)
        self.search(row.id)

    async def action_delete(self) -> None:
        """Delete the hit; the cursor goes to the next."""
        row = self._hits.selected
        if row is None:
            return
        place = self._hits.cursor + 1
        after = self._hits.rows[place].id if place < len(self._hits.rows) else ""
        await self._bin.delete(row)
        self.notify("Deleted. Alt+U brings it back, for an hour.", markup=False)
        self.search(after)

    def action_delete_session(self) -> None:
        """Delete all of the hit's session, after asking."""
        from workbench.screens.confirm import ConfirmScreen

        row = self._hits.selected
        if row is None:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.run_worker(self._delete_session(row), group="mark")

        what = f"{row.session} at {row.profile}"
        lost = "All its executions leave the history. Alt+U brings them back, for an hour."
        self.app.push_screen(
            ConfirmScreen("Delete the session's history?", what, lost=lost, yes="Delete", no="Keep"), answered
        )

    async def _delete_session(self, row: Summary) -> None:
        count = await self._bin.delete_session(row)
        self.notify(f"{format.count(count, 'execution')} deleted. Alt+U brings them back.", markup=False)
        self.around = None
        self.search()

    async def action_undo(self) -> None:
        """Bring back what was deleted last."""
        self.notify(await self._bin.restore(), markup=False)
        row = self._hits.selected
        self.search(row.id if row else "")

    async def action_copy(self, output: bool) -> None:
        """Put the code, or the output, on the clipboard."""
        row = self._hits.selected
        entry = await self._history.get(row.id) if row is not None else None
        if entry is None:
            return
        text, what = (indexed_output(entry), "Output") if output else (entry.code, "Code")
        if text:
            self.app.copy_to_clipboard(text)
        self.notify(f"{what} {'copied' if text else 'is empty'}.", markup=False)
