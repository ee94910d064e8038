"""The preview: a file by windows, what is known of it, and what can be done with it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from backend.errors import WorkbenchError
from backend.models import FileInfo
from backend.port import Backend
from workbench.commands.command import Place, bindings
from workbench.commands.preview import COMMANDS
from workbench.preview.goals import HELP, goal
from workbench.screens.files.deletion import deletion
from workbench.screens.preview.reading import Reading
from workbench.screens.preview.results import PreviewAction, PreviewResult
from workbench.widgets.line_input import LineInput
from workbench.widgets.paging.hex import HexView
from workbench.widgets.paging.text import PagedText
from workbench.widgets.values.json_tree import JsonTree
from workbench.widgets.values.table import TableView

FOLLOWED = 1.0  # seconds between looks whether a followed file has grown

Outside = Callable[[str, FileInfo], Awaitable[bool]]
"""`edit`, `page` or `view`, and a file → whether the file in the session has changed by it."""


class PreviewScreen(Reading):
    """Shows a file the way that suits it, from any place in it. Dismisses with what to do.

    `outside` opens it in programs of this machine; without, there are no keys for that.
    """

    PLACE = Place.PREVIEW
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(COMMANDS, Place.PREVIEW),
        Binding("f1", "help", "Help", show=False, tooltip="All keys, and what they do."),
    ]

    def __init__(
        self,
        info: FileInfo,
        backend: Backend,
        session: str,
        *,
        outside: Outside | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(info, backend, session, clock=clock)
        self._outside = outside

    # -- going and finding

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys are there where they do something."""
        widget = self._widget
        paged = isinstance(widget, PagedText | HexView)
        if action in ("ask", "find", "follow"):
            return paged
        if action == "wrap":
            return isinstance(widget, PagedText)
        if action == "next_view":
            return len(self._views) > 1
        return self._outside is not None if action == "outside" else True

    def action_next_view(self) -> None:
        """Show the file in the next way."""
        if self._shown is not None:
            following = self._views[(self._views.index(self._view) + 1) % len(self._views)]
            self.run_worker(self._show(following), group="read", exclusive=True)

    def action_wrap(self) -> None:
        """Wrap long lines, or let them run out of sight."""
        if isinstance(widget := self._widget, PagedText):
            widget.set_wrap(not widget.wrap)

    def _go(self, way: Awaitable[object], words: str = "") -> None:
        async def gone() -> None:
            try:
                await way
            except WorkbenchError as error:
                await self._show_error(error)
            else:
                self._tell(words)

        self.run_worker(gone(), group="go", exclusive=True)

    async def action_ask(self, what: str) -> None:
        """Ask for words to find, or for a place to go to."""
        if not self._asked:
            self._asked = what
            prompt = "Find in the file" if what == "find" else f"Go to {HELP}"
            line = LineInput(placeholder=prompt, compact=True, id="asked")
            await self.query_one(".dialog").mount(line, before="KeyBar")
            line.focus()

    @on(Input.Submitted, "#asked")
    async def _answered(self, message: Input.Submitted) -> None:
        message.stop()
        what = self._asked
        await self._stop_asking()
        words = message.value
        if what == "find" and words:
            self._finder.look_for(words)
            self.action_find(False)
        elif words:
            self._go_to(words)

    async def _stop_asking(self) -> None:
        self._asked = ""
        await self.query("#asked").remove()
        if self._shown is not None:
            self._shown.focus.focus()

    def action_close(self) -> None:
        """Take the question away, or close."""
        if self._asked:
            self.run_worker(self._stop_asking(), group="ask")
        else:
            self.dismiss(None)

    def action_find(self, backwards: bool) -> None:
        """Go to the next match or the one before; ask for words when there are none yet."""
        widget = self._widget
        if not self._finder.words:
            self.run_worker(self.action_ask("find"), group="ask")
        elif isinstance(widget, PagedText | HexView):
            self._followed = False
            self._tell("looking…")
            self.run_worker(self._find(widget, backwards), group="go", exclusive=True)

    async def _find(self, widget: PagedText | HexView, backwards: bool) -> None:
        try:
            self._tell(await self._finder.step(widget, backwards=backwards))
        except WorkbenchError as error:
            await self._show_error(error)

    def _go_to(self, words: str) -> None:
        place, widget = goal(words, self._source.size), self._widget
        self._followed = False
        if place is None:
            self._tell(f"{words} is no place: {HELP}")
        elif isinstance(widget, HexView):
            self._go(widget.go(place.offset if place.offset is not None else (place.line or 0)))
        elif isinstance(widget, PagedText) and place.offset is not None:
            self._go(widget.go(place.offset))
        elif isinstance(widget, PagedText) and place.line is not None:
            self._tell("counting lines…")
            self._go(self._to_line(widget, place.line))

    async def _to_line(self, widget: PagedText, line: int) -> None:
        if not await widget.go_line(line):
            await widget.go_end()

    def action_follow(self) -> None:
        """Stay at the end while the file grows, or no longer."""
        self._followed = not self._followed
        if self._followed:
            self.run_worker(self._follow(), group="follow", exclusive=True)
        self._facts()

    async def _follow(self) -> None:
        widget, size = self._widget, -1
        while self._followed and isinstance(widget, PagedText | HexView) and widget is self._widget:
            try:
                if (await self._source.refresh()).size != size:
                    size = self._file.size
                    if isinstance(widget, HexView):
                        widget.reload()
                    await widget.go_end()
                    self._facts()
            except WorkbenchError as error:
                self._followed = False
                await self._show_error(error)
            await asyncio.sleep(FOLLOWED)

    # -- what is done with it

    def action_reload(self) -> None:
        """Read the file again, as it is now."""
        self._tell("reading…")

        async def again() -> None:
            try:
                await self._source.refresh()
            except WorkbenchError as error:
                await self._show_error(error)
            else:
                await self._opened()

        self.run_worker(again(), group="read", exclusive=True)

    def action_insert_path(self) -> None:
        """Leave, and have the path put into the editor."""
        self.dismiss(PreviewResult(PreviewAction.INSERT_PATH, self._file))

    def action_copy_text(self) -> None:
        """Put what is shown on the clipboard: the text, the cell, the value."""
        widget = self._widget
        if isinstance(widget, TableView):
            text, what = widget.cell, "Cell"
        elif isinstance(widget, JsonTree):
            text, what = widget.text, "Value"
        elif isinstance(widget, PagedText | HexView):
            text, what = widget.text, "Text"
        else:
            text, what = self._file.path, "Path"
        self.app.copy_to_clipboard(text)
        self.notify(f"{what} copied.", markup=False)

    def action_outside(self, way: str) -> None:
        """Open a copy in a program of this machine, and show what became of the file."""

        async def opened(outside: Outside) -> None:
            if await outside(way, self._file):
                self.action_reload()

        if self._outside is not None:
            self.run_worker(opened(self._outside), group="outside", exclusive=True)

    def action_delete(self) -> None:
        """Ask, and leave with the decision to delete."""

        def answered(yes: bool | None) -> None:
            if yes:
                self.dismiss(PreviewResult(PreviewAction.DELETE, self._file))

        self.app.push_screen(deletion((self._file,)), answered)
