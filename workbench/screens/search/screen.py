"""Search over all sessions and targets, as one types."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Static

from backend.models import Status
from workbench import format
from workbench.history.entry import Entry
from workbench.history.query import Condition, Query, parse
from workbench.history.store import History
from workbench.sanitize import sanitize, sanitize_line
from workbench.screens.dialog import title
from workbench.screens.entry import facts
from workbench.screens.search.deeds import Deeds, SearchAction, Whole
from workbench.screens.search.deleting import Bin
from workbench.screens.search.preview import HIT, RULE, fields, preview
from workbench.screens.search.rows import Hits
from workbench.widgets.code_view import CodeView
from workbench.widgets.fit import cut
from workbench.widgets.keys import KeyBar
from workbench.widgets.line_input import LineInput

LIMIT = 500
"""Hits that are listed."""

# seconds: a search begins when no key came for this long; it takes 1 to 20 ms
_DEBOUNCE = 0.03
_WIDE = 110  # cells, from which on hits and preview are beside each other
_NEIGHBOURS = 50  # before and after a hit
_STOPPED = (Status.INTERRUPTED, Status.TIMED_OUT)
_BROKEN = (Status.WORKER_DIED, Status.LOST, Status.REJECTED)
OUTCOMES: tuple[tuple[str, tuple[Status, ...]], ...] = (
    ("all", ()),
    ("succeeded", (Status.SUCCEEDED,)),
    ("failed", (Status.FAILED,)),
    ("stopped", _STOPPED),
    ("lost", _BROKEN),
)
"""What the outcome filter shows, key by key."""

_SCROLL = {
    **{"up": "scroll_up", "down": "scroll_down", "first": "scroll_home", "last": "scroll_end"},
    **{"page_up": "page_up", "page_down": "page_down"},
}


class HitView(CodeView):
    """Code and output with what was searched for marked."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"code--{HIT}", f"code--{RULE}"}


class SearchScreen(Deeds):
    """Finds executions. Dismisses with one and what to do with it, or None.

    `actions` are those that somebody answers. Letters are keys in the list of hits; in the query line the
    same work with Alt.
    """

    def __init__(
        self,
        history: History,
        bin: Bin,
        whole: Whole,
        *,
        query: str = "",
        actions: Sequence[SearchAction] = (SearchAction.EDIT, SearchAction.RUN, SearchAction.EXCHANGES),
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(history, bin, Hits(clock), whole, actions)
        self._clock = clock
        self._input = LineInput(
            query,
            placeholder="Words of code or output; F1 shows the fields",
            compact=True,
            select_on_focus=True,
        )
        self._view = HitView(id="hit", numbers=False)
        self._asking: Timer | None = None
        self._outcome = 0
        self.around = None
        self._shown: Entry | None = None
        self._help = False
        self.found = 0
        """Counts the answers that were shown."""

    @property
    def identifiers(self) -> list[str]:
        """The sessions on the screen."""
        return [row.session for row in self._hits.rows]

    def compose(self) -> ComposeResult:
        """Title, query and hint, hits beside (or over) the one under the cursor, and the keys."""
        with Vertical(classes="dialog -large -search"):
            yield title("Search history")
            yield self._input
            yield Static(id="hint", markup=False)
            with Container(id="found"):
                yield self._hits
                with Vertical(classes="box") as box:
                    box.border_title = "Preview"
                    yield Static(id="facts", markup=False)
                    yield self._view
            yield KeyBar()

    def on_resize(self) -> None:
        """Hits and preview beside each other where there is room."""
        self.set_class(self.app.size.width >= _WIDE, "-wide")

    def on_mount(self) -> None:
        """Show the newest, or what was searched for last."""
        self.call_after_refresh(self.search)

    @property
    def query_text(self) -> str:
        """What is typed."""
        return self._input.value

    # -- searching

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self.around = None
        self._search_soon()

    def _search_soon(self) -> None:
        if self._asking is not None:
            self._asking.stop()
        self._asking = self.set_timer(_DEBOUNCE, self.search)

    def search(self, at: str = "") -> None:
        """Ask anew, with the cursor on the entry `at`; what was asked before is cancelled."""
        self.run_worker(self._find(at), group="search", exclusive=True, exit_on_error=False)

    async def _find(self, at: str = "") -> None:
        query = parse(self._input.value, self._clock())
        if self.around is not None:
            rows = [*reversed(await self._history.neighbours(self.around.id, _NEIGHBOURS))]
            at = at or self.around.id
        else:
            rows = await self._history.search(self._asked(query), LIMIT, ranked=True)
        self._hits.words = query.texts
        self._hits.empty = self._nothing(query)
        self._hits.show(rows, stay=bool(at))
        if at:
            self._hits.select(at)
        self._say(query.hint)
        self._head(len(rows))
        self.found += 1
        self._preview()

    def _asked(self, query: Query) -> Query:
        _, statuses = OUTCOMES[self._outcome]
        if not statuses:
            return query
        wanted = Condition("status", tuple(status.value for status in statuses))
        return replace(query, conditions=(*query.conditions, wanted))

    def _nothing(self, query: Query) -> str:
        if self._outcome:
            return f"Nothing with this outcome ({OUTCOMES[self._outcome][0]}). Alt+S shows the others."
        if query.words or query.conditions:
            text = cut(sanitize_line(self._input.value.strip()), 40)
            return f"Nothing matches “{text}”. Fewer words find more; F1 shows the fields."
        return "Nothing has been run yet. Escape goes back; F5 runs the code in the editor."

    def _head(self, count: int) -> None:
        if self.around is not None:
            where = f"Around execution {self.around.number} of session {self.around.session}"
            parts = [where, "Escape goes back to the hits"]
        else:
            number = f"newest {count:,}" if count == LIMIT else format.count(count, "execution")
            parts = ["Search history", number]
            if self._outcome:
                parts.append(f"only {OUTCOMES[self._outcome][0]}")
        self.query_one(".dialog-title", Static).update(Content(sanitize_line("  ·  ".join(parts))))
        self.refresh_bindings()

    def _say(self, hint: str) -> None:
        self.query_one("#hint", Static).update(Content(sanitize(hint)))
        self.query_one("#hint").display = bool(hint)

    # -- the hit under the cursor

    def _preview(self) -> None:
        self.run_worker(self._show_hit(), group="preview", exclusive=True)

    async def _show_hit(self) -> None:
        row = self._hits.selected
        about = self.query_one("#facts", Static)
        if self._help or row is None:
            about.display = False
            self._view.show_runs(fields(self._view.size.width - 2))
            self._view.scroll_home(animate=False)
            return
        entry = await self._history.get(row.id)
        if entry is None:  # another process has deleted it
            return
        shown = await asyncio.to_thread(preview, entry, self._hits.sought(row))
        self._shown = entry
        lines = [facts(entry, self._clock())]
        if row.label or row.pinned:
            marks = " · ".join(filter(None, ("★ pinned" if row.pinned else "", row.label)))
            lines.append(Content.styled(sanitize_line(marks), "$text-warning"))
        about.display = True
        about.update(Content("\n").join(lines))
        self._view.show_runs(shown.lines)
        self._view.scroll_to(0, max(shown.first - 3, 0), animate=False)

    @on(Hits.Moved)
    def _moved(self, message: Hits.Moved) -> None:
        message.stop()
        self._preview()

    @on(Hits.Chosen)
    async def _opened(self, message: Hits.Chosen) -> None:
        message.stop()
        await self.action_open()

    # -- keys

    def action_close(self) -> None:
        """Close help, then what is around a hit, then the screen."""
        if self._help:
            self.action_fields()
        elif self.around is not None:
            row, self.around = self.around, None
            self.search(row.id)
        else:
            super().action_close()

    def action_query(self) -> None:
        """Go to the query line."""
        self._input.focus()

    def action_move(self, where: str) -> None:
        """Move the cursor of the list; while the preview has the focus, the preview."""
        if self._view.has_focus:
            getattr(self._view, f"action_{_SCROLL[where]}")()
        elif self._hits.rows:
            self._hits.move(where)

    def action_fields(self) -> None:
        """Show what can be typed in place of the hit, or the hit again."""
        self._help = not self._help
        self.set_class(self._help, "-help")
        self._preview()

    def action_outcome(self) -> None:
        """Show all, or only those with the next outcome."""
        self._outcome = (self._outcome + 1) % len(OUTCOMES)
        self.around = None
        self.search()

    def action_neighbours(self) -> None:
        """Show what ran just before and after the hit in its session."""
        self.around = self._hits.selected
        self.search()
