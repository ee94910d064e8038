"""The lines of the output pane: raw text with a kind each, bounded, numbered for ever.

A line's number counts from the first line ever added, so numbers held elsewhere (caches, selections) stay
right when lines are dropped from the front. Escape sequences stay in the text; the view decodes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from backend.records import dataclass
from workbench.imaging.picture import Picture

from .ansi import PLAIN, Style, advance, plain, without_torn_escape
from .blocks import Block, Blocks, Span
from .folds import Folds
from .kinds import Kind, Line, cut_mark
from .overwrite import moves, overwrite
from .packed import PackedLines
from .states import States
from .width import estimate_width

CAP = 1_000_000
"""Lines kept, as long as they are no more than BYTES."""

BYTES = 64_000_000
"""Bytes of text kept."""

LONGEST = 8_192
"""Characters kept of one line; a screen shows a few hundred."""

_REACH = 100
"""A stream goes on in its unfinished line if fewer lines than this came after it, else in a new one."""


@dataclass(slots=True)
class _Tail:
    """The unfinished line of a stream: its number, and its text with cursor movements not yet resolved."""

    number: int
    raw: str = ""


class LineBuffer:
    """Appends text of several streams and lines of our own; gives lines by number.

    `dropped` is the number of the first line kept, `end` one past the last, `width` the widest line in cells
    as estimated on arrival (see `estimate_width`).
    """

    def __init__(self, cap: int = CAP, longest: int = LONGEST, room: int = BYTES) -> None:
        self.cap, self.longest, self.room = cap, longest, room
        self.clear()

    def clear(self) -> None:
        """Forget every line. Numbers go on counting, so nothing kept elsewhere matches by accident."""
        self.dropped = self.end if hasattr(self, "_raw") else 0
        self.width = 0
        self._raw = PackedLines()
        self._kinds = bytearray()
        self._states = States()
        self._cuts: dict[int, int] = {}
        self._spans: dict[int, tuple[Span, ...]] = {}
        self._pictures: dict[int, tuple[Picture, int]] = {}
        self.links: dict[int, object] = {}
        """What lines lead to, by their numbers."""
        self._tails: dict[Kind, _Tail] = {}
        self._carry: dict[Kind, Style] = {}
        self.blocks = Blocks()
        self.folds = Folds(self.blocks, self.dropped)

    def __len__(self) -> int:
        return len(self._raw)

    @property
    def end(self) -> int:
        """One past the number of the last line."""
        return self.dropped + len(self._raw)

    def raw(self, number: int) -> str:
        """The text of a line with its escape sequences; the same object until the line changes."""
        return self._raw[number - self.dropped]

    def kind(self, number: int) -> Kind:
        """What a line is."""
        return Kind(self._kinds[number - self.dropped])

    def without(self, kind: Kind, numbers: list[int]) -> list[int]:
        """Those of the lines that are not of a kind."""
        if self._kinds.find(kind) < 0:
            return numbers
        kinds, dropped = self._kinds, self.dropped
        return [number for number in numbers if kinds[number - dropped] != kind]

    def stretches(self, start: int) -> Iterator[tuple[int, str]]:
        """The raw lines from about number `start` on: how far from `dropped` a first one is, and text."""
        return self._raw.stretches(max(start - self.dropped, 0))

    def line(self, number: int) -> Line:
        """A line with all that is needed to show it. Raises IndexError outside `dropped` to `end`."""
        if number < self.dropped:
            raise IndexError(number)
        return Line(
            self.kind(number),
            self.raw(number),
            self._states.get(number - self.dropped),
            self._cuts.get(number, 0),
            self._spans.get(number, ()),
            self._pictures.get(number),
        )

    def text(self, number: int) -> str:
        """A line as people copy it: no escape sequences, tabs as tabs, and a word about what was cut."""
        raw = self.raw(number)
        cut = self._cuts.get(number, 0)
        return plain(raw) + cut_mark(cut) if cut else plain(raw)

    def texts(self, start: int, end: int) -> Iterator[str]:
        """The copied form of the lines from `start` to `end` (exclusive), as far as they are kept."""
        for number in range(max(start, self.dropped), min(end, self.end)):
            yield self.text(number)

    def feed(self, kind: Kind, text: str) -> None:
        """Add text of a stream: goes on in the stream's unfinished line, leaves one if it has no newline."""
        if not text:
            return
        if "\r" in text:
            text = text.replace("\r\n", "\n")
        parts = text.split("\n")
        last = parts.pop()
        if parts and kind in self._tails:
            self._grow_tail(kind, parts[0])
            self._end_tail(kind)
            del parts[0]
        if parts:
            self._append(kind, parts, text)
        if last:
            self._grow_tail(kind, last)
        self._bound()

    def add(self, kind: Kind, text: str, more: Kind | None = None) -> None:
        """Add whole lines, those after the first as kind `more`; unfinished lines end before them."""
        self.end_streams()
        first, *rest = text.split("\n")
        self._append(kind, [first], text)
        if rest:
            self._append(kind if more is None else more, rest, text)
        self._carry.clear()
        self._bound()

    def add_spans(self, kind: Kind, spans: tuple[Span, ...]) -> int:
        """Add one line of ours made of spans; gives its number (which the cap may already have dropped)."""
        self.end_streams()
        number = self.end
        raw = "".join(text for text, _ in spans)
        if kind is not Kind.HEADER:  # a header is cut to the screen
            self.width = max(self.width, estimate_width([raw], raw, self.width))
        self._push(kind, raw)
        self._spans[number] = spans
        self._bound()
        return number

    def add_picture(self, picture: Picture, row: int) -> None:
        """Add one row of a picture."""
        self.end_streams()
        self.width = max(self.width, picture.width)
        self._pictures[self.end] = (picture, row)
        self._push(Kind.IMAGE, "")
        self._bound()

    def begin(self, key: str, spans: tuple[Span, ...]) -> None:
        """Begin a block with its header line; colours of the block before do not run into it."""
        self._carry.clear()
        self.blocks.append(Block(key, self.end, spans))
        self.add_spans(Kind.HEADER, spans)

    def set_header(self, key: str, spans: tuple[Span, ...]) -> bool:
        """Change a block's header in place; False when the block is no longer kept."""
        block = self.blocks.find(key)
        if block is None:
            return False
        block.header = spans
        self._raw[block.start - self.dropped] = "".join(text for text, _ in spans)
        self._spans[block.start] = spans
        return True

    def end_streams(self) -> None:
        """End every unfinished line, as before a line that is not of a stream."""
        for kind in tuple(self._tails):
            self._end_tail(kind)

    def _append(self, kind: Kind, lines: list[str], text: str) -> None:
        """Append whole lines; `text` is what they were split from, and cheap to search."""
        start = self.end
        if moves(text):
            lines = [overwrite(line)[0] if moves(line) else line for line in lines]
        if len(text) > self.longest:
            self._cut_long(start, lines)
        carry = self._carry.get(kind, PLAIN)
        if carry is not PLAIN or "\x1b" in text:
            self._carry[kind] = self._track(start, lines, carry)
        self.width = max(self.width, estimate_width(lines, text, self.width))
        self._raw.extend(lines)
        self._kinds += bytes((kind,)) * len(lines)
        self._states.grow(len(self._raw))

    def _push(self, kind: Kind, raw: str, state: Style = PLAIN) -> None:
        self._raw.append(raw)
        self._kinds.append(kind)
        self._states.set(len(self._raw) - 1, state)

    def _track(self, start: int, lines: list[str], state: Style) -> Style:
        """Note the SGR state at the start of each line; gives the state after the last."""
        for number, line in enumerate(lines, start):
            if state is not PLAIN:
                self._states.set(number - self.dropped, state)
            if number in self._cuts:
                state = PLAIN  # what switched the colour off may be in the part that was cut
            elif "\x1b" in line:
                state = advance(line, state)
        return state

    def _cut_long(self, start: int, lines: list[str]) -> None:
        for index, line in enumerate(lines):
            if len(line) > self.longest:
                kept = without_torn_escape(line[: self.longest])
                self._cuts[start + index] = len(line) - len(kept)
                lines[index] = kept

    def _grow_tail(self, kind: Kind, part: str) -> None:
        tail = self._tails.get(kind)
        if tail is not None and tail.number < max(self.dropped, self.end - _REACH):
            self._end_tail(kind)
            tail = None
        if tail is None:
            tail = self._tails[kind] = _Tail(self.end)
            self._push(kind, "", self._carry.get(kind, PLAIN))
        number = tail.number
        already = self._cuts.pop(number, 0)
        if already and not moves(part):
            self._cuts[number] = already + len(part)
            return
        raw = tail.raw + part
        shown, tail.raw = overwrite(raw) if moves(raw) else (raw, raw)
        if len(shown) > self.longest:
            kept = without_torn_escape(shown[: self.longest])
            self._cuts[number] = len(shown) - len(kept)
            shown = tail.raw = kept
        self._raw[number - self.dropped] = shown
        self.width = max(self.width, estimate_width([shown], shown, self.width))

    def _end_tail(self, kind: Kind) -> None:
        tail = self._tails.pop(kind)
        if tail.number < self.dropped:
            return
        raw = self.raw(tail.number)
        if tail.number in self._cuts:
            self._carry[kind] = PLAIN
        elif "\x1b" in raw:
            self._carry[kind] = advance(raw, self._states.get(tail.number - self.dropped))

    def _bound(self) -> None:
        if len(self._raw) > self.cap or self._raw.size > self.room:
            self._drop()

    def _drop(self) -> None:
        """Drop a tenth at least from the front, but keep the header of the block that is cut."""
        count = max(len(self._raw) - self.cap, min(self.cap, len(self._raw)) // 10)
        first = self.dropped + count
        cut = self.blocks.drop(first, self.end)
        self._raw.drop(count)
        del self._kinds[:count]
        self._states.drop(count)
        self.dropped = first
        for sparse in (self._cuts, self._spans, self._pictures, self.links):
            _forget(sparse, first)
        for kind in [kind for kind, tail in self._tails.items() if tail.number < first + 2]:
            del self._tails[kind]
        if cut is not None:
            self._write(first, Kind.HEADER, cut.header)
            note = f"{cut.lost:,} lines above this one are no longer on the screen"
            self._write(first + 1, Kind.NOTE, ((note, "note"),))
        self.folds.drop(first)

    def _write(self, number: int, kind: Kind, spans: tuple[Span, ...]) -> None:
        index = number - self.dropped
        self._raw[index] = "".join(text for text, _ in spans)
        self._kinds[index] = kind
        self._spans[number] = spans
        self._states.set(index, PLAIN)
        self._cuts.pop(number, None)
        self._pictures.pop(number, None)
        self.links.pop(number, None)


def _forget(sparse: dict[int, Any], first: int) -> None:
    """Remove the numbers below `first`. Not in order: a tail or a kept header is written late."""
    for number in [number for number in sparse if number < first]:
        del sparse[number]
