"""The sessions of a target: state, age, last use, expiry; switch, end, new."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from backend.errors import Unsupported, WorkbenchError
from backend.models import SessionInfo, SessionState
from backend.records import dataclass
from workbench import format
from workbench.sanitize import sanitize, sanitize_line
from workbench.screens.confirm import ConfirmScreen
from workbench.screens.dialog import Dialog, title
from workbench.widgets.choice_list import ChoiceList
from workbench.widgets.fit import cut_middle, left, right
from workbench.widgets.keys import KeyBar

_COLUMNS = (("state", 9), ("made", 9), ("used", 9), ("ends", 12))
NEW = ""
"""What the screen is dismissed with for a new session."""


@dataclass(frozen=True, slots=True)
class SessionsOf:
    """A target and what can be done with its sessions. The calls raise WorkbenchError.

    `lost` says what ending a session costs. `known` are those that this workbench has used, shown where the
    target cannot tell its own.
    """

    target: str
    current: str
    known: Sequence[SessionInfo]
    listed: Callable[[], Awaitable[list[SessionInfo]]]
    end: Callable[[str], Awaitable[None]]
    lost: str


class SessionsScreen(Dialog[str]):
    """Lists sessions. Dismisses with the identifier of the one to go on in, or NEW; None changes nothing."""

    AUTO_FOCUS = "OptionList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "switch", "Switch", tooltip="Goes on in this session."),
        Binding("n", "new", "New", tooltip="Goes on in a new session with a random identifier."),
        Binding("x,delete", "end", "End", tooltip="Ends the session; asks first."),
        Binding("c", "copy", "Copy identifier", tooltip="Copies the identifier."),
        Binding("r", "refresh", "Refresh", tooltip="Asks the target again."),
    ]

    def __init__(self, of: SessionsOf, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._of = of
        self._clock = clock
        self._rows: list[SessionInfo] = []

    @property
    def identifiers(self) -> list[str]:
        """The identifiers on the screen."""
        return [info.identifier for info in self._rows]

    def compose(self) -> ComposeResult:
        """Title, what is to say, column heads over the rows, and the keys."""
        with Vertical(classes="dialog -large"):
            yield title(f"Sessions at {self._of.target}")
            yield Static("", id="facts", markup=False)
            yield Static("", id="heads", markup=False)
            yield ChoiceList(markup=False, compact=True)
            yield KeyBar()

    def on_mount(self) -> None:
        """Ask the target, meanwhile show what is known."""
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self._fill(self._of.known)
        self.action_refresh()

    def on_resize(self) -> None:
        """Fit the columns to the new width."""
        if self._rows:
            self._fill(self._rows)

    def action_refresh(self) -> None:
        """Ask the target again."""
        self._say("asking the target…")
        self.run_worker(self._ask(), group="ask", exclusive=True)

    async def _ask(self) -> None:
        try:
            found = await self._of.listed()
        except WorkbenchError as error:
            if isinstance(error, Unsupported):
                self._say(f"{error.message} These are the ones that this workbench has used.")
            else:
                self._say(str(error), wrong=True)
            self._fill(self._of.known)
            return
        names = [info.identifier for info in found]
        missing = [info for info in self._of.known if info.identifier not in names]
        self._fill([*found, *missing])
        told = format.count(len(found), "session")
        self._say(f"{told} at the target. Every call to a remote session restarts its idle time.")

    def _fill(self, rows: Sequence[SessionInfo]) -> None:
        listed = self.query_one(OptionList)
        at = self._selected
        self._rows = sorted(rows, key=lambda info: (info.identifier != self._of.current, -_used(info)))
        width = listed.scrollable_content_region.width - 2
        listed.set_options([Option(self._row(info, width)) for info in self._rows])
        names = self.identifiers
        listed.highlighted = names.index(at.identifier) if at and at.identifier in names else 0
        self.query_one("#heads", Static).update(Content.styled(_heads(width), "$text-muted"))

    def _row(self, info: SessionInfo, width: int) -> Content:
        now = self._clock()
        mark = "●" if info.identifier == self._of.current else " "
        name = left(cut_middle(sanitize_line(info.identifier), _name_width(width)), _name_width(width))
        style = (
            "$text-warning" if info.state in (SessionState.LOST, SessionState.OFFLINE) else "$text-success"
        )
        return Content.assemble(
            (f"{mark} ", "$text-accent"),
            name,
            (right(info.state.value, 9), style),
            right(_ago(info.created_at, now), 9),
            right(_ago(info.last_used_at, now), 9),
            right(_until(info.expires_at, now), 12),
        )

    @property
    def _selected(self) -> SessionInfo | None:
        at = self.query_one(OptionList).highlighted
        return self._rows[at] if at is not None and at < len(self._rows) else None

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.action_switch()

    def action_switch(self) -> None:
        """Leave with the session under the cursor."""
        if (info := self._selected) is not None:
            self.dismiss(info.identifier)

    def action_new(self) -> None:
        """Leave for a new session."""
        self.dismiss(NEW)

    def action_copy(self) -> None:
        """Put the identifier under the cursor on the clipboard."""
        if (info := self._selected) is not None:
            self.app.copy_to_clipboard(info.identifier)
            self.notify("Identifier copied. Whoever has it has the session.", markup=False)

    def action_end(self) -> None:
        """End the session under the cursor, after asking."""
        info = self._selected
        if info is None:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.run_worker(self._end(info.identifier), group="end")

        self.app.push_screen(ending(info.identifier, self._of.lost), answered)

    async def _end(self, identifier: str) -> None:
        try:
            await self._of.end(identifier)
        except WorkbenchError as error:
            self.notify(sanitize(str(error)), title="Not ended", severity="error", markup=False)
            return
        self.notify("The session is ended.", markup=False)
        self._rows = [info for info in self._rows if info.identifier != identifier]
        self.action_refresh()

    def _say(self, text: str, *, wrong: bool = False) -> None:
        style = "$text-error" if wrong else "$text-muted"
        self.query_one("#facts", Static).update(Content.styled(sanitize(text), style))


def ending(identifier: str, lost: str) -> ConfirmScreen:
    """The question before a session is ended; the same wherever it is asked."""
    return ConfirmScreen("End session?", identifier, lost=lost, yes="End", no="Keep")


def _name_width(width: int) -> int:
    return max(width - 2 - sum(room for _, room in _COLUMNS), 12)


def _heads(width: int) -> str:
    names = "".join(right(name, room) for name, room in _COLUMNS)
    return f"   {left('identifier', _name_width(width))}{names}"


def _used(info: SessionInfo) -> float:
    return info.last_used_at or info.created_at or 0.0


def _ago(moment: float | None, now: float) -> str:
    return "–" if moment is None else format.age(moment, now)


def _until(moment: float | None, now: float) -> str:
    """How long it lives on: `in 4 min`; `–` where the target does not tell."""
    if moment is None:
        return "–"
    return "ended" if moment <= now else f"in {format.age(2 * now - moment, now)}".replace("in now", "now")
