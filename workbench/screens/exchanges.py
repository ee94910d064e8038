"""The exchange inspector: what went over the wire, and the same as a curl command."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from backend.errors import UsageError
from backend.models import Target
from backend.wire.exchange import Exchange
from workbench import format
from workbench.history.entry import Entry
from workbench.screens import exchange_text
from workbench.screens.dialog import Dialog, title
from workbench.widgets.choice_list import ChoiceList
from workbench.widgets.code_view import CodeView
from workbench.widgets.fit import cut_middle, left, right
from workbench.widgets.keys import KeyBar

LOCAL = (
    "Nothing goes over the wire here: the session runs on this machine.\n\n"
    "c copies this execution as a curl command for `workbench serve` or a container, in the newest version "
    "of the API; o in the other generation."
)
LOCAL_SESSION = (
    "Nothing goes over the wire here: the session runs on this machine.\n\n"
    "Connect to a target (Alt+C) to see what it is asked and what it answers."
)
NONE_YET = (
    "Nothing is kept of what went over the wire here.\n\n"
    "An execution shows its exchanges once it is over; the session those of files and state, as they come."
)


class ExchangesScreen(Dialog[None]):
    """Shows exchanges, newest last. `entry` is the execution they are of, `target` theirs, where known."""

    AUTO_FOCUS = "#exchanges"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy_curl(False)", "Copy as curl", tooltip="The same request as a curl command."),
        Binding(
            "o",
            "copy_curl(True)",
            "in the other generation",
            tooltip="What asks the same in the other generation of the API, as a curl command.",
        ),
        Binding("y", "copy_exchange", "Copy exchange", tooltip="Request and response as JSON."),
        Binding("tab", "app.focus_next", "Next", show=False),
    ]

    def __init__(
        self,
        heading: str,
        exchanges: Sequence[Mapping[str, Any]],
        *,
        empty: str = NONE_YET,
        entry: Entry | None = None,
        target: Target | None = None,
    ) -> None:
        super().__init__()
        self._heading, self._empty = heading, empty
        self._exchanges = [Exchange.from_dict(exchange) for exchange in exchanges]
        self._entry, self._target = entry, target

    def compose(self) -> ComposeResult:
        """Title, the list, all of the exchange under the cursor, and the keys."""
        with Vertical(classes="dialog -large"):
            yield title(self._heading)
            if not self._exchanges:
                yield Static(Content(self._empty), id="nothing", markup=False)
            else:
                yield ChoiceList(id="exchanges", markup=False, compact=True)
                with Vertical(classes="box -whole") as box:
                    box.border_title = "Exchange"
                    yield CodeView(id="exchange", numbers=False)
            yield KeyBar()

    def on_mount(self) -> None:
        """Fill the list; the one that tells most, the last answer, is shown first."""
        if self._exchanges:
            self.call_after_refresh(self._fill)

    def on_resize(self) -> None:
        """Fit the rows to the new width."""
        if self._exchanges and self.query_one(OptionList).option_count:
            self._fill()

    def _fill(self) -> None:
        listed = self.query_one(OptionList)
        at = listed.highlighted
        width = listed.scrollable_content_region.width - 2
        listed.set_options([Option(_row(exchange, width)) for exchange in self._exchanges])
        listed.highlighted = self._first() if at is None else at

    def _first(self) -> int:
        """The request with the code, where there is one."""
        for number, exchange in enumerate(self._exchanges):
            if exchange.method == "POST" and exchange.request_body.size:
                return number
        return len(self._exchanges) - 1

    @on(OptionList.OptionHighlighted)
    def _moved(self, message: OptionList.OptionHighlighted) -> None:
        message.stop()
        self.run_worker(self._show(self._exchanges[message.option_index]), group="show", exclusive=True)

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.query_one(CodeView).focus()

    async def _show(self, exchange: Exchange) -> None:
        shown = await asyncio.to_thread(exchange_text.lines, exchange)
        view = self.query_one(CodeView)
        view.show_runs(shown)
        view.scroll_home(animate=False)
        sent = format.size(exchange.request_body.size)
        came = format.size(exchange.response_body.size)
        when = f" · {format.stamp(exchange.started_at)}" if exchange.started_at else ""
        self.query_one(".box").border_title = f"Exchange · {sent} sent, {came} received{when}"

    @property
    def _current(self) -> Exchange | None:
        if not self._exchanges:
            return None
        at = self.query_one(OptionList).highlighted
        return None if at is None else self._exchanges[at]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What copies needs something to copy."""
        if action == "copy_exchange":
            return bool(self._exchanges)
        return bool(self._exchanges or self._entry) if action == "copy_curl" else True

    def action_copy_curl(self, other: bool) -> None:
        """Put the curl command of the exchange under the cursor, or of the execution, on the clipboard."""
        from workbench import curls  # the wire, with pydantic: when it is asked for

        try:
            if (exchange := self._current) is not None:
                text = curls.of_exchange(exchange, self._target, other=other)
            else:
                assert self._entry is not None
                local = self._target is None or not self._target.url
                version = curls.version_in("" if local else self._entry.api_version, other=other)
                text = curls.of_execution(self._entry, version, self._target)
        except UsageError as error:
            self.notify(str(error), title=error.title, severity="warning")
            return
        self.app.copy_to_clipboard(text)
        api = " in the other generation" if other else ""
        token = " The token is fetched when the command runs." if "Authorization" in text else ""
        self.notify(f"Copied as curl{api}.{token}", markup=False)

    def action_copy_exchange(self) -> None:
        """Put the exchange under the cursor on the clipboard, as JSON. Secrets are masked in it."""
        if (exchange := self._current) is not None:
            self.app.copy_to_clipboard(json.dumps(exchange.to_dict(), indent=2, ensure_ascii=False))
            self.notify("Exchange copied.", markup=False)


def _row(exchange: Exchange, width: int) -> Content:
    """Method and path, status, duration, in columns."""
    what, status, took = exchange_text.row(exchange)
    good = exchange.status is not None and exchange.status < 400
    room = max(width - 20, 10)
    return Content.assemble(
        left(cut_middle(what, room), room),
        (right(status, 10), "$text-success" if good else "$text-error"),
        (right(took, 10), "$text-muted"),
    )
