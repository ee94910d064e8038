"""The transfers of this run: how far each is; cancel, try again, clear, open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from workbench import format
from workbench.commands.command import Place, bindings
from workbench.commands.transfers import COMMANDS
from workbench.identifiers import brief
from workbench.sanitize import sanitize, sanitize_line
from workbench.screens.dialog import title
from workbench.screens.performing import Performing
from workbench.transfers.queue import Queue
from workbench.transfers.transfer import Direction, State, Transfer
from workbench.widgets.choice_list import ChoiceList
from workbench.widgets.fit import cut, cut_middle, left
from workbench.widgets.keys import KeyBar

EVERY = 0.25  # seconds between two looks at what moves
BAR = 20  # cells
_LOOKS = {
    State.WAITING: ("◦", "$text-muted"),
    State.RUNNING: ("▶", "$text-accent"),
    State.DONE: ("✓", "$text-success"),
    State.FAILED: ("✗", "$text-error"),
    State.CANCELLED: ("■", "$text-warning"),
}
_NOTHING = "Nothing was moved yet. In the files pane u uploads, d downloads; files can be dropped there too."


class TransfersScreen(Performing[Transfer]):
    """Lists transfers, the newest first. Dismisses with one that is to be opened.

    `again` is called with a failed or cancelled one that is to be tried again, `view` with a path of this
    machine that its program is to show.
    """

    AUTO_FOCUS = "OptionList"
    PLACE = Place.TRANSFERS
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(COMMANDS, Place.TRANSFERS),
        Binding("f1", "help", "Help", show=False, tooltip="All keys, and what they do."),
    ]

    def __init__(self, queue: Queue, again: Callable[[Transfer], None], view: Callable[[Path], None]) -> None:
        super().__init__()
        self._view = view
        self._queue = queue
        self._again = again
        self._rows: tuple[Transfer, ...] = ()

    @property
    def identifiers(self) -> list[str]:
        """The identifiers of sessions on the screen."""
        return [row.session for row in self._rows]

    def compose(self) -> ComposeResult:
        """Title, how far all are, the rows, and the keys."""
        with Vertical(classes="dialog -large"):
            yield title("Transfers")
            yield Static("", id="facts", markup=False)
            yield ChoiceList(markup=False, compact=True)
            yield KeyBar()

    def on_mount(self) -> None:
        """Show them, and look again while this is open."""
        self.call_after_refresh(self.look)
        self.set_interval(EVERY, self.look)

    def on_resize(self) -> None:
        """Fit the rows to the new width."""
        self._rows = ()
        self.call_after_refresh(self.look)

    def look(self) -> None:
        """Bring the rows in line with the transfers; the cursor stays on its own."""
        now = tuple(reversed(self._queue.transfers))
        if now == self._rows and now:
            return
        listed, at = self.query_one(OptionList), self._selected
        width = max(listed.scrollable_content_region.width - 2, 20)
        if [row.id for row in now] == [row.id for row in self._rows]:
            for index, (old, new) in enumerate(zip(self._rows, now, strict=True)):
                if old != new:
                    listed.replace_option_prompt_at_index(index, _row(new, width))
        else:
            listed.set_options([Option(_row(row, width)) for row in now])
            ids = [row.id for row in now]
            if ids:
                listed.highlighted = ids.index(at.id) if at and at.id in ids else 0
        self._rows = now
        self._say()

    def _say(self) -> None:
        waiting = sum(row.state is State.WAITING for row in self._rows)
        told = [self._queue.progress.words, f"{waiting} waiting" if waiting else ""]
        words = " · ".join(filter(None, told)) or ("Nothing moves now." if self._rows else _NOTHING)
        self.query_one("#facts", Static).update(Content.styled(words, "$text-muted"))

    @property
    def _selected(self) -> Transfer | None:
        at = self.query_one(OptionList).highlighted
        return self._rows[at] if at is not None and at < len(self._rows) else None

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.action_open()

    def action_open(self) -> None:
        """Leave with what is under the cursor, when it is done."""
        row = self._selected
        if row is None:
            return
        if row.state is State.DONE:
            self.dismiss(row)
        else:
            self.notify(f"It is {row.state.value}.", markup=False)

    def action_view(self) -> None:
        """Show the file of this machine in its program, when it is whole."""
        row = self._selected
        if row is None:
            return
        if row.direction is Direction.DOWN and row.state is not State.DONE:
            self.notify(f"It is {row.state.value}.", markup=False)
        else:
            self._view(row.local)

    def action_folder(self) -> None:
        """Show the folder of this machine where the file is, or will be."""
        if (row := self._selected) is not None:
            self._view(row.local.parent)

    def action_cancel(self) -> None:
        """Cancel what is under the cursor."""
        if (row := self._selected) is not None:
            self._queue.cancel(row.id)
            self.look()

    def action_retry(self) -> None:
        """Try what is under the cursor again."""
        if (row := self._selected) is not None and row.state in (State.FAILED, State.CANCELLED):
            self._again(row)
            self.look()

    def action_clear(self) -> None:
        """Take those that are over off the list."""
        self._queue.clear()
        self.look()

    def action_copy(self) -> None:
        """Put the path of this machine on the clipboard."""
        if (row := self._selected) is not None:
            self.app.copy_to_clipboard(str(row.local))
            self.notify(sanitize_line(f"{row.local} copied."), markup=False)


def _row(row: Transfer, width: int) -> Content:
    """Two lines: what goes where, and how far it is or why not."""
    symbol, style = _LOOKS[row.state]
    name = left(cut_middle(sanitize_line(row.name), width // 2), width // 2)
    where = f"{_there(row)} " if width >= 60 else ""
    head = Content.assemble(
        (f"{symbol} ", style), f"{row.direction.arrow} {name} ", (cut(where, width // 2 - 6), "$text-muted")
    )
    if row.error and row.state is State.FAILED:
        said = sanitize(f"{row.error} {row.remedy}".strip())
        return Content.assemble(head, "\n  ", (said, "$text-error"))
    words = row.words if row.state is State.RUNNING else _over(row)
    return Content.assemble(head, "\n  ", *_bar(row.part), " ", (cut(words, width - BAR - 4), "$text-muted"))


def _there(row: Transfer) -> str:
    session = f"{sanitize_line(row.target.profile)}/{brief(row.session)}"
    return f"to {session}" if row.direction.arrow == "↑" else f"from {session} to {_home(row.local.parent)}"


def _home(folder: Path) -> str:
    try:
        return sanitize_line(f"~/{folder.relative_to(Path.home())}").removesuffix("/.")
    except (ValueError, RuntimeError):
        return sanitize_line(str(folder))


def _over(row: Transfer) -> str:
    size = "" if row.total is None else f" · {format.size(row.total)}"
    return f"{row.state.value}{size}"


def _bar(part: float | None) -> list[tuple[str, str]]:
    full = round((part or 0.0) * BAR)
    percent = "  ? %" if part is None else f"{part:4.0%}".replace("%", " %")
    return [
        ("━" * full, "$primary"),
        ("━" * (BAR - full), "$foreground 20%"),
        (f" {percent:>5}", "$foreground"),
    ]
