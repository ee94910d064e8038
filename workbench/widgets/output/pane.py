"""The output pane: takes what executions emit and shows it at the pace of the screen."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import ClassVar, Self

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.timer import Timer

from backend.models import Chunk, Display, Event
from workbench.commands.command import Place, bindings
from workbench.commands.output import COMMANDS
from workbench.format import count
from workbench.history.entry import Entry

from .actions import Actions
from .lines.ansi import AnsiPalette
from .lines.buffer import CAP, LineBuffer
from .pace import FRAME, Pace
from .paint import GUTTER
from .values.form import form_of, is_rich
from .view import OutputView
from .written.transcript import Transcript

_WORK = 0.006
"""Seconds of writing in a frame: 4 of 33 ms go by unnoticed, and it is about 1 MB of text."""

_GIVES_WAY = 0.1  # seconds that output waits at most for keys that are to be drawn first
_LOOKS_AGAIN = 0.01

_ELAPSED = 1 / 4


class OutputPane(Actions):
    """Executions one below the other.

    `begin`, then `feed` for every event, then `finish`: each execution that began must be finished. `feed`
    waits while more is queued than the screen can take, which slows the code that prints.
    """

    DEFAULT_CSS = "OutputPane { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = bindings(COMMANDS, Place.OUTPUT)

    def __init__(
        self,
        *,
        max_lines: int = CAP,
        busy: Callable[[], bool] = lambda: False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """`busy` says whether something more urgent is to be drawn, such as a key: output waits a moment."""
        super().__init__(id=id, classes=classes)
        self._busy = busy
        self.border_title = "Output"
        self.buffer = LineBuffer(max_lines)
        self.view = OutputView(self.buffer)
        self._transcript = Transcript(self.buffer)
        self._pump: Timer | None = None
        self._pumped_at = 0.0
        self._pace = Pace()
        self._elapsed: Timer | None = None

    def compose(self) -> ComposeResult:
        """The view alone; an empty one says what to do."""
        yield self.view

    def on_mount(self) -> None:
        """Take over what came before the pane was there."""
        self._elapsed = self.set_interval(_ELAPSED, self._tick_elapsed, pause=True)
        self._wake()

    def on_unmount(self) -> None:
        """Let go whoever waits to bring more."""
        self._transcript.close()

    def focus(self, scroll_visible: bool = True) -> Self:
        """Give the focus to the lines."""
        self.view.focus(scroll_visible)
        return self

    def set_palette(self, palette: AnsiPalette) -> None:
        """Use these colours for the sixteen of ANSI. Raises textual.color.ColorParseError."""
        self.view.set_palette(palette)

    def explain(self, notice: str) -> None:
        """Say this where the output will be, until there is some."""
        self.view.notice = notice
        self.view.refresh()

    def begin(self, entry: Entry, remark: str = "") -> None:
        """Show that an execution is on its way. If it is the only one, the view goes to it.

        `remark` stands in its header while it runs.
        """
        if not self._transcript.running and self.view.text_selection is None:
            self.view.follow()
        self._transcript.begin(entry, remark)
        self._wake()

    def runs(self, entry: Entry) -> None:
        """An execution that waited runs now."""
        self._transcript.runs(entry.id)
        self._flush()

    async def feed(self, event: Event) -> None:
        """Take an event of an execution that began; waits while too much text is queued."""
        form = await form_of(event.bundle, self._room) if isinstance(event, Display) else None
        await self._transcript.feed(event, form)
        self._wake()

    async def late(self, chunk: Chunk) -> None:
        """Take output of an execution that was finished; waits as `feed` does."""
        await self._transcript.late(chunk)
        self._wake()

    async def finish(self, entry: Entry) -> None:
        """Show how an execution ended, after all its text; returns when that is on the screen."""
        done = self._transcript.finish(entry, await form_of(entry.value, self._room))
        self._wake()
        await done.wait()

    def show(self, entries: Sequence[Entry]) -> None:
        """Show executions that are over in place of everything else; filled in within the next frames."""
        self.clear()
        if any(_has_forms(entry) for entry in entries):
            self.run_worker(self._show(entries), group="show", exclusive=True)
            return
        for entry in entries:
            self._transcript.load(entry)
        self.view.follow()
        self._wake()

    async def _show(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            forms = {
                place: await form_of(each.bundle, self._room) for place, each in enumerate(entry.segments)
            }
            self._transcript.load(entry, {**forms, -1: await form_of(entry.value, self._room)})
            self._wake()
        self.view.follow()

    @property
    def _room(self) -> int:
        """Cells that a value may take."""
        width = self.view.scrollable_content_region.width or self.app.size.width  # it may be hidden now
        return width - 2 * GUTTER

    def action_clear_output(self) -> None:
        """Empty the pane; history keeps everything."""
        self.clear()

    def clear(self) -> None:
        """Forget all output, that in the queue too; what runs keeps its header."""
        self.view.clear_selection()
        self._transcript.clear()
        self.view.follow()
        self._flush()

    @property
    def idle(self) -> bool:
        """Whether everything that was fed is on the screen."""
        return not self._transcript.pending

    def on_output_view_followed(self, message: OutputView.Followed) -> None:
        """Say in the title that there is more below."""
        message.stop()
        self._say_unseen(message.unseen)

    def _say_unseen(self, unseen: int) -> None:
        self.border_title = f"Output  ↓ {count(unseen, 'new line')}, End goes there" if unseen else "Output"

    def _wake(self) -> None:
        """See to it that the queue is written soon, at most once a frame."""
        if self._pump is None and self.is_attached:
            wait = self._pumped_at + FRAME - time.monotonic()
            self._pump = self.set_timer(max(wait, 0.001), self._write)
        if self._elapsed is not None and self._transcript.running:
            self._elapsed.resume()

    def _write(self) -> None:
        now = time.monotonic()
        if self._busy() and now - self._pumped_at < _GIVES_WAY:
            self._pump = self.set_timer(_LOOKS_AGAIN, self._write)
            return
        self._pump = None
        self._pumped_at = now
        self._transcript.drain(_WORK)
        if painted := self._pace.due(self._transcript.ended):
            self._flush()
        if not painted or self._transcript.pending:
            self._wake()

    def _flush(self) -> None:
        self.view.waiting = self._transcript.waiting()
        self.view.flush()
        if self._finding is not None:
            self._finding.poke()

    def _tick_elapsed(self) -> None:
        if not self._transcript.tick() and self._elapsed is not None:
            self._elapsed.pause()
        self._flush()


def _has_forms(entry: Entry) -> bool:
    bundles = [entry.value, *(segment.bundle for segment in entry.segments)]
    return any(bundle is not None and is_rich(bundle) for bundle in bundles)
