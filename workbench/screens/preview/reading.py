"""A file on its way to the screen: read, shown in one way or another, with what is known of it."""

from __future__ import annotations

import time
from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Markdown, Static

from backend.errors import WorkbenchError
from backend.models import FileInfo
from backend.port import Backend
from workbench import format
from workbench.preview.chunks import WINDOW
from workbench.preview.kinds import View, views
from workbench.preview.source import Source
from workbench.sanitize import sanitize, sanitize_line
from workbench.screens.dialog import title
from workbench.screens.performing import Performing
from workbench.screens.preview.finding import Finder
from workbench.screens.preview.results import PreviewResult
from workbench.screens.preview.shown import Shown, shown
from workbench.widgets.keys import KeyBar
from workbench.widgets.paging.hex import HexView
from workbench.widgets.paging.text import PagedText
from workbench.widgets.values.json_tree import JsonTree
from workbench.widgets.values.picture import PictureView
from workbench.widgets.values.table import TableView


class Reading(Performing[PreviewResult]):
    """Shows a file the way that suits it, and tells where one is in it; a failure is told in its place."""

    AUTO_FOCUS = ""

    def __init__(
        self,
        info: FileInfo,
        backend: Backend,
        session: str,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__()
        self._source = Source(backend, session, info, self._tell)
        self._clock = clock
        self._views: tuple[View, ...] = ()
        self._view = View.TEXT
        self._shown: Shown | None = None
        self._head = b""
        self._finder = Finder(self._source, b"", self._tell)
        self._said = ""
        self._followed = False
        self._asked = ""

    # -- the parts

    def compose(self) -> ComposeResult:
        """Path, facts, the place of the file, and the keys."""
        with Vertical(classes="dialog -large"):
            yield title(self._file.path)
            yield Static(id="facts", markup=False)
            yield Vertical(id="shown", classes="box -whole")
            yield KeyBar(keep=("close",))

    def on_mount(self) -> None:
        """Read the file in the background."""
        self._read()

    @property
    def _file(self) -> FileInfo:
        return self._source.info

    @property
    def _widget(self) -> object:
        return None if self._shown is None else self._shown.focus

    # -- reading

    def _read(self) -> None:
        self._tell("reading…")
        self.run_worker(self._opened(), group="read", exclusive=True)

    async def _opened(self) -> None:
        try:
            self._head = await self._source.read(0, WINDOW)
            if len(self._head) > self._file.size:  # it has grown since it was listed
                await self._source.refresh()
        except WorkbenchError as error:
            await self._show_error(error)
            return
        self._finder = Finder(self._source, self._head, self._tell)
        chosen = self._view if self._view in self._views else None
        self._views = views(self._file.name, self._head, self._file.size)
        await self._show(chosen or self._views[0])

    async def _show(self, view: View) -> None:
        """Show the file in one way; where it is not so, in the next, and say why."""
        why = ""
        start = self._views.index(view)
        for candidate in (*self._views[start:], *self._views[:start]):
            try:
                made = await shown(candidate, self._source, self._head)
            except WorkbenchError as error:
                why = str(error)
                if candidate is View.HEX or candidate is View.TEXT:
                    await self._show_error(error)
                    return
                continue
            await self._put(candidate, made)
            self._tell(why)
            return

    async def _put(self, view: View, made: Shown) -> None:
        self._view, self._shown = view, made
        place = self.query_one("#shown")
        await place.remove_children()
        await place.mount(made.widget)
        if self.app.screen is self and not self._asked:
            made.focus.focus()
        self.refresh_bindings()

    async def _show_error(self, error: WorkbenchError) -> None:
        self._shown = None
        place = self.query_one("#shown")
        await place.remove_children()
        said = Content.styled(sanitize(str(error)), "$text-error")
        key = format.key_words(self.keymap.get("preview.reload", "r"))
        await place.mount(
            Static(Content.assemble(said, f"\n\n{key} reads again, Escape closes."), id="error")
        )
        self._tell("")
        self.refresh_bindings()

    @on(PagedText.Failed)
    @on(HexView.Failed)
    async def _part_failed(self, message: PagedText.Failed | HexView.Failed) -> None:
        message.stop()
        await self._show_error(message.error)

    @on(PictureView.Shown)
    async def _picture_shown(self, message: PictureView.Shown) -> None:
        message.stop()
        if message.picture is not None:
            self._tell(message.picture.words)
            return
        self._views = tuple(view for view in self._views if view is not View.PICTURE)
        await self._show(self._views[0])
        self._tell(str(message.error))

    # -- what is known

    def _tell(self, words: str) -> None:
        """Say something of the file behind its facts."""
        self._said = words
        self._facts()

    @on(PagedText.Moved)
    @on(HexView.Moved)
    def _facts(self) -> None:
        info, made = self._file, self._shown
        parts = [format.size(info.size), f"changed {format.ago(info.modified, self._clock())}"]
        if made is not None:
            parts += [f"as {self._view}", self._place(), *made.notes, self._source.note]
            parts.append("" if info.size else "empty")
        parts.append("following" if self._followed else "")
        known = "  ·  ".join(part for part in parts if part)
        for facts in self.query("#facts").results(Static):  # none any more while the screen goes
            facts.update(
                Content.assemble(
                    (sanitize_line(known), "$text-muted"), "\n", (sanitize_line(self._said), "$text-accent")
                )
            )

    def _place(self) -> str:
        """How far into the file one is, where that is not plain to see."""
        widget = self._widget
        if not isinstance(widget, PagedText | HexView) or self._file.size <= WINDOW:
            return ""
        at_end = isinstance(widget, PagedText) and widget.at_end
        share = 1.0 if at_end else widget.place / self._file.size
        return f"{share:.0%}" if at_end or share < 0.995 else "99%"

    @on(TableView.Moved)
    def _cell_moved(self, message: TableView.Moved) -> None:
        message.stop()
        widget = self._widget
        order = widget.order if isinstance(widget, TableView) else None
        by = f"by {order[0]}, {'largest' if order[1] else 'smallest'} first · " if order else ""
        self._tell(
            f"{by}{message.column}: {message.text[:200]}" if len(message.text) > 30 else by.rstrip(" ·")
        )

    @on(JsonTree.Moved)
    def _value_moved(self, message: JsonTree.Moved) -> None:
        message.stop()
        self._tell(message.path)

    @on(Markdown.LinkClicked)
    def _link_clicked(self, message: Markdown.LinkClicked) -> None:
        """A link is shown, not followed: what a session wrote must not open a browser."""
        message.stop()
        self.notify(sanitize(message.href), title="Link", markup=False)
