"""Executions written one below the other: who is written now, who waits, and what the lines become."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import field, replace

from backend.models import Chunk, Display, Event, Finished, MimeBundle, Stage, Staged, Status, Stream
from backend.records import dataclass
from workbench.history.entry import Entry
from workbench.sanitize import sanitize_line
from workbench.widgets.output.lines.blocks import Span
from workbench.widgets.output.lines.buffer import LineBuffer
from workbench.widgets.output.lines.kinds import Kind
from workbench.widgets.output.values.form import Form
from workbench.widgets.output.values.shelf import Kept, Shelf

from .bundles import write_bundle
from .heads import header, moved, stage_words, waits, write_end
from .inbox import End, Inbox, Item, Shown, Text

PATIENCE = 1.0
"""Seconds that an execution's output waits for the end of the one before it."""

_KINDS = {Stream.STDOUT: Kind.STDOUT, Stream.STDERR: Kind.STDERR}
_NUMBERS_KEPT = 1_000


@dataclass(slots=True)
class _Open:
    """An execution that has not ended on the screen. Times are of the transcript's clock, in seconds."""

    entry: Entry
    since: float
    stage: str = ""
    remark: str = ""
    told: str = ""
    place: str = ""
    asks_at: float | None = None
    queued: bool = False
    shown: bool = False
    waits_since: float | None = None
    inbox: Inbox = field(default_factory=Inbox)

    def wait_from(self, now: float) -> None:
        """Something waits to be written; what came first counts."""
        if self.waits_since is None:
            self.waits_since = now

    def header(self, now: float) -> tuple[Span, ...]:
        """The header while it runs."""
        stage = self.stage if self.asks_at is None else waits(self.asks_at - now)
        if self.entry.status.final:
            return header(self.entry, place=self.place)
        elapsed = None if self.queued else now - self.since
        remark = "" if self.queued else self.remark
        return header(self.entry, stage=stage, elapsed=elapsed, remark=remark, place=self.place)


class Transcript:
    """Fills a `LineBuffer` from events.

    Executions appear in the order they began; one whose turn has not come is in `waiting`. Its output waits
    for the end of the one before, but no longer than PATIENCE: an end that never comes must not hide it.
    """

    def __init__(self, buffer: LineBuffer, clock: Callable[[], float] = time.monotonic) -> None:
        self.buffer = buffer
        self.ended = 0
        """Executions whose end has been written."""

        self._clock = clock
        self._open: OrderedDict[str, _Open] = OrderedDict()
        self._loose = Inbox()
        self._numbers: OrderedDict[str, int] = OrderedDict()
        self._voice: tuple[str, bool] = ("", False)
        self._before: Entry | None = None
        self._shelf = Shelf()

    @property
    def running(self) -> bool:
        """Whether any execution has begun and not ended."""
        return bool(self._open)

    @property
    def pending(self) -> bool:
        """Whether anything waits to be written."""
        return bool(self._loose) or any(item.inbox for item in self._open.values())

    def waiting(self) -> tuple[tuple[Span, ...], ...]:
        """Headers of the executions whose turn has not come."""
        now = self._clock()
        return tuple(item.header(now) for item in self._open.values() if not item.shown)

    def begin(self, entry: Entry, remark: str = "") -> None:
        """An execution is on its way; its header appears. A second call for the same id changes nothing."""
        if entry.id in self._open:
            return
        running = entry if entry.status.final else replace(entry, status=Status.RUNNING)
        told = "" if entry.status.final else entry.message
        place, self._before = moved(self._before, entry), entry
        self._open[entry.id] = _Open(running, self._clock(), remark=remark, told=told, place=place)
        self._numbers[entry.id] = entry.number
        if len(self._numbers) > _NUMBERS_KEPT:
            self._numbers.popitem(last=False)
        self._show_first()

    def runs(self, key: str) -> None:
        """An execution that waited for room runs now."""
        item = self._open.get(key)
        if item is not None and item.queued:
            self._set_stage(item, "", queued=False, asks_at=None)

    async def feed(self, event: Event, form: Form | None = None) -> None:
        """Take an event; waits while too much is queued. What belongs to no open execution counts as late.

        `form` is what a displayed bundle looks like.
        """
        if isinstance(event, Finished):
            return
        item = self._open.get(event.execution_id)
        if item is None:
            if isinstance(event, Chunk):
                await self.late(event)
            return
        self._note_stage(item, event)
        if isinstance(event, Chunk) and event.text:
            await self._put(item, Text(event.execution_id, _KINDS[event.stream], event.text, event.late))
        elif isinstance(event, Display):
            await self._put(item, Shown(event.execution_id, event.bundle, form))

    async def late(self, chunk: Chunk) -> None:
        """Take output that came after its execution was over."""
        text = Text(chunk.execution_id, _KINDS[chunk.stream], chunk.text, late=True)
        item = self._open.get(chunk.execution_id)
        await (self._loose if item is None else item.inbox).put(text)

    def finish(self, entry: Entry, form: Form | None = None) -> asyncio.Event:
        """Queue the end of an execution; the event is set when all of it is written.

        `form` is what its value looks like.
        """
        self.begin(entry)
        end, item = End(entry, form), self._open[entry.id]
        item.wait_from(self._clock())  # an end without output waits no longer than output would
        item.inbox.put_now(end)
        return end.done

    def load(self, entry: Entry, forms: Mapping[int, Form | None] | None = None) -> None:
        """Queue a whole execution that is over. `forms` are those of its segments; the value's is at -1."""
        forms = forms or {}
        self.begin(entry)
        inbox = self._open[entry.id].inbox
        for place, segment in enumerate(entry.segments):
            if segment.late:
                continue
            if segment.bundle is not None:
                inbox.put_now(Shown(entry.id, segment.bundle, forms.get(place)))
            elif segment.stream is not None:
                inbox.put_now(Text(entry.id, _KINDS[segment.stream], segment.text))
        inbox.put_now(End(entry, forms.get(-1)))
        for segment in entry.segments:
            if segment.late and segment.stream is not None:
                inbox.put_now(Text(entry.id, _KINDS[segment.stream], segment.text, late=True))

    def drain(self, seconds: float) -> bool:
        """Write what waits, for about that long; whether anything was written."""
        deadline = time.perf_counter() + seconds
        written = False
        while (found := self._take()) is not None:
            written = True
            self._write(*found)
            if time.perf_counter() > deadline:
                break
        return written

    def tick(self) -> bool:
        """Bring the elapsed times up to now; whether any header shows one."""
        now = self._clock()
        for key, item in self._open.items():
            if item.shown and not item.entry.status.final:
                self.buffer.set_header(key, item.header(now))
        return any(not item.entry.status.final for item in self._open.values())

    def clear(self) -> None:
        """Forget all lines and all text that waits; what runs keeps its header."""
        self.buffer.clear()
        self._shelf.clear()
        self._loose.discard_text()
        for item in self._open.values():
            item.inbox.discard_text()
            item.shown = False
        self._voice = ("", False)
        self._show_first()

    def close(self) -> None:
        """Let everybody who waits go on; nothing is taken any more."""
        self._loose.close()
        for item in self._open.values():
            item.inbox.close()

    async def _put(self, item: _Open, content: Item) -> None:
        item.wait_from(self._clock())
        await item.inbox.put(content)

    def _note_stage(self, item: _Open, event: Event) -> None:
        stage, queued, asks_at = "", False, None
        if isinstance(event, Staged):
            stage, queued = stage_words(event), event.stage in (Stage.QUEUED, Stage.WAITING)
            if event.stage is Stage.WAITING:
                asks_at = self._clock() + event.seconds
        elif item.stage and not item.queued:
            return  # output while being stopped does not end the stopping
        self._set_stage(item, stage, queued=queued, asks_at=asks_at)

    def _set_stage(self, item: _Open, stage: str, *, queued: bool, asks_at: float | None) -> None:
        if item.queued and not queued:
            item.since = self._clock()
        if (stage, queued, asks_at) != (item.stage, item.queued, item.asks_at):
            item.stage, item.queued, item.asks_at = stage, queued, asks_at
            status = Status.QUEUED if queued else Status.RUNNING
            item.entry = replace(item.entry, status=status)
            if item.shown:
                self.buffer.set_header(item.entry.id, item.header(self._clock()))

    def _take(self) -> tuple[_Open | None, Item] | None:
        """The next item and its execution: of the first open one, or of one that has waited too long."""
        if (loose := self._loose.take()) is not None:
            return None, loose
        now, first = self._clock(), True
        for item in self._open.values():
            waits = item.waits_since
            if (first or (waits is not None and now - waits > PATIENCE)) and (taken := item.inbox.take()):
                return item, taken
            first = False
        return None

    def _write(self, item: _Open | None, content: Item) -> None:
        if item is not None and not item.shown:
            self._show(item)
        if isinstance(content, End):
            self._speak(content.entry.id, late=False)
            self._end(content)
            return
        self._speak(content.source, late=isinstance(content, Text) and content.late)
        if isinstance(content, Text):
            self.buffer.feed(content.kind, content.text)
        else:
            kept = self._keep(content.source, content.bundle, content.form)
            write_bundle(self.buffer, content.bundle, Kind.DISPLAY, Kind.DISPLAY_MORE, content.form, kept)

    def _keep(self, key: str, bundle: MimeBundle, form: Form | None) -> Kept:
        table = None if form is None else form.table
        return self._shelf.keep(key, self._numbers.get(key, 0), bundle, table)

    def _end(self, end: End) -> None:
        entry, item = end.entry, self._open.pop(end.entry.id)
        self.buffer.end_streams()
        rest = entry.message.removeprefix(item.told).lstrip()
        kept = None if entry.value is None else self._keep(entry.id, entry.value, end.form)
        left_told = replace(entry, message=rest)
        write_end(self.buffer, left_told, lost_told=bool(item.told), form=end.form, kept=kept)
        self.buffer.set_header(entry.id, header(entry, place=item.place))
        while (left := item.inbox.take()) is not None:
            self._loose.put_now(replace(left, late=True) if isinstance(left, Text) else left)
        item.inbox.close()
        self.ended += 1
        end.done.set()
        self._show_first()

    def _speak(self, source: str, *, late: bool) -> None:
        """Say whose output follows where that is not clear from the header above."""
        if self._voice == (source, late):
            return
        self._voice = (source, late)
        number = self._numbers.get(source)
        name = "an earlier execution" if number is None else f"[{number}]"
        said = f"late output of {name}" if late else f"{name} goes on"
        self.buffer.add_spans(Kind.NOTE, ((said, "late"),))

    def _show_first(self) -> None:
        first = next(iter(self._open.values()), None)
        if first is not None and not first.shown:
            self._show(first)

    def _show(self, item: _Open) -> None:
        item.shown = True
        self._voice = (item.entry.id, False)
        self.buffer.begin(item.entry.id, item.header(self._clock()))
        if item.told:  # before what it prints: variables that are gone are told before they are missed
            self.buffer.add_spans(Kind.NOTE, ((sanitize_line(item.told), "message"),))
