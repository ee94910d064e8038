"""What the replay screen shows: a checklist over the comparison of the execution under its cursor."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from workbench.history.entry import Entry
from workbench.identifiers import brief
from workbench.replay.rows import Row, rows
from workbench.sanitize import sanitize_line
from workbench.screens.dialog import STYLES, Dialog, title
from workbench.screens.replay import drawing
from workbench.screens.replay.board import Board
from workbench.screens.replay.order import Order, Where
from workbench.widgets.choice_list import ChoiceList
from workbench.widgets.keys import KeyBar

NARROW = 100
"""Columns of a screen below which what is to say takes two lines."""


class ReplayView(Dialog[Where]):
    """Draws a board. `_where` is the place chosen, `_runs` whether it runs now."""

    AUTO_FOCUS = "#steps"
    CSS_PATH: ClassVar[Path | list[str | PurePath]] = [STYLES, STYLES.with_name("replay.tcss")]

    def __init__(self, order: Order) -> None:
        super().__init__()
        self._order = order
        self._board = Board(order.entries, order.rules, set(order.checked))
        self._where = Where(order.targets[0])
        self._goes_on = False
        self._runs = False
        self._rows: list[Row] = []

    def compose(self) -> ComposeResult:
        """Title, what is to say, the checklist, the comparison of the one under the cursor, and the keys."""
        with Vertical(classes="dialog -large"):
            yield title("")
            yield Static("", id="facts", markup=False)
            yield ChoiceList(id="steps", markup=False, compact=True)
            with Vertical(classes="box -whole"):
                yield ChoiceList(id="rows", markup=False, compact=True)
            yield KeyBar()

    def on_resize(self) -> None:
        """Fit the rows to the new width."""
        self.set_class(self.size.width < NARROW, "-narrow")
        if self.query_one("#steps", OptionList).option_count:
            self._fill()
            self._show()

    def _head(self) -> None:
        order, first = self._order, self._order.entries[0]
        text = f"{order.goal}: {brief(first.session)} at {first.profile} → {self._where.words}"
        self.query_one(".dialog-title", Static).update(Content(sanitize_line(text)))

    @property
    def _note(self) -> str:
        return (
            f"it runs in {brief(self._where.session)}, which stays"
            if self._where.session
            else self._order.note
        )

    def _say(self, text: str, style: str = "$text-muted") -> None:
        self.query_one("#facts", Static).update(Content.styled(sanitize_line(text), style))

    def _stand(self) -> None:
        """Say how far it is."""
        board = self._board
        if self._runs or board.replay is None:
            chosen = f"{len(board.chosen):,} of {len(board.entries):,} checked"
            going = "goes on after a difference" if self._goes_on else "stops at the first difference"
            self._say(f"{board.words or chosen} · {going} · {self._note}")
            return
        replay = board.replay
        style = "$text-error" if replay.failed else "$text-success" if replay.same else "$text-warning"
        stopped = " · stopped" if replay.stopped else ""
        marked = f" · {len(board.marks)} marked" if board.marks else ""
        self._say(f"{replay.failure or board.words}{stopped}{marked}", style)

    def _fill(self) -> None:
        listed = self.query_one("#steps", OptionList)
        at = listed.highlighted
        listed.set_options([Option(self._step(entry)) for entry in self._board.entries])
        listed.highlighted = at
        self._stand()

    def _step(self, entry: Entry) -> Content:
        board = self._board
        width = self.query_one("#steps", OptionList).scrollable_content_region.width - 2
        return drawing.step(
            entry,
            checked=entry.id in board.checked,
            running=entry.id == board.running,
            came=board.comparisons.get(entry.id),
            width=width,
        )

    def _redraw(self, entry: Entry) -> None:
        listed = self.query_one("#steps", OptionList)
        at = self._board.entries.index(entry)
        listed.replace_option_prompt_at_index(at, self._step(entry))
        self._stand()

    @property
    def _current(self) -> Entry | None:
        at = self.query_one("#steps", OptionList).highlighted
        return None if at is None else self._board.entries[at]

    @on(OptionList.OptionHighlighted, "#steps")
    def _moved(self, message: OptionList.OptionHighlighted) -> None:
        message.stop()
        self._show()

    def _show(self) -> None:
        """Show the comparison under the cursor, before there is one what the plan does."""
        entry, plan = self._current, self._board.plan
        came = self._board.comparisons.get(entry.id) if entry else None
        if came is not None:
            self._rows = rows(came)
        else:
            self._rows = drawing.plan_rows(plan) if plan is not None else []
        listed = self.query_one("#rows", OptionList)
        width = listed.scrollable_content_region.width - 2
        listed.set_options([Option(drawing.side_by_side(row, width)) for row in self._rows])
        first = next((at for at, row in enumerate(self._rows) if row.marked), 0)
        listed.highlighted = first if self._rows else None
        self.query_one(".box").border_title = f"[{entry.number}] before │ after" if came and entry else "Plan"
        self.refresh_bindings()
