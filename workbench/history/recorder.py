"""Collects the output of one execution for history, its first and its last part, and completes the entry."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from backend.models import Chunk, Display, Outcome, Stream
from workbench.history.entry import Entry, Segment

HEAD = 512 * 1024  # characters kept from the beginning
TAIL = 512 * 1024  # characters kept from the end
LATE_HEAD = LATE_TAIL = 64 * 1024  # characters kept of what comes after the end of an execution
EXCHANGES = 40  # HTTP exchanges kept of one execution
REPLACED = "\ufffd"  # stands for bytes that were no text, as three bytes of UTF-8


class Recorder:
    """Segments in the order they came; what lies between head and tail is dropped and counted exactly.

    `changed` is True when output came since `segments` was last called. Chunks have text and no bytes: the
    count takes every character for its bytes in UTF-8 until `settle` tells the true sizes.
    """

    def __init__(self, head: int = HEAD, tail: int = TAIL, *, late: bool = False) -> None:
        """Keep `head` and `tail` characters; with `late` the note of what was dropped is late output too."""
        self._room = head
        self._limit = tail
        self._head: list[Segment] = []
        self._tail: deque[Segment] = deque()
        self._tail_size = 0
        self._late = late
        self._dropped = dict.fromkeys(Stream, 0)
        self._seen = dict.fromkeys(Stream, 0)  # bytes of all text
        self._replaced = dict.fromkeys(Stream, 0)  # characters that stand for bytes that were no text
        self._replaced_dropped = dict.fromkeys(Stream, 0)
        self._excess = dict.fromkeys(Stream, 0)
        self._displays = 0  # how many were dropped
        self._exchanges: list[Mapping[str, Any]] = []
        self.changed = False

    def exchanged(self, exchange: Mapping[str, Any]) -> None:
        """Take an exchange; of very many (a long poll) the first and the last ones are kept."""
        self._exchanges.append(exchange)
        if len(self._exchanges) > EXCHANGES:
            del self._exchanges[EXCHANGES // 2]

    @property
    def exchanges(self) -> tuple[Mapping[str, Any], ...]:
        """The exchanges that are kept."""
        return tuple(self._exchanges)

    def add(self, event: Chunk | Display) -> None:
        """Take an event."""
        self.changed = True
        if isinstance(event, Display):
            segment = Segment(None, bundle=event.bundle)
            self._append(segment, _weight(segment))
            return
        text = event.text
        self._seen[event.stream] += _size(text)
        self._replaced[event.stream] += _replaced(text)
        if text and self._room > 0:
            first, text = text[: self._room], text[self._room :]
            self._room -= len(first)
            self._head.append(Segment(event.stream, first, late=event.late))
        if text:
            self._add_tail(event, text)

    def _append(self, segment: Segment, size: int) -> None:
        if self._room > 0:
            self._head.append(segment)
            self._room -= size
        else:
            self._tail.append(segment)
            self._tail_size += size
            self._trim()

    def _add_tail(self, event: Chunk, text: str) -> None:
        cut = len(text) - self._limit
        if cut > 0:
            self._drop(event.stream, text[:cut])
            text = text[cut:]
        self._tail.append(Segment(event.stream, text, late=event.late))
        self._tail_size += len(text)
        self._trim()

    def _trim(self) -> None:
        """Drop from the front of the tail what is over the limit, to the character."""
        while self._tail_size > self._limit and self._tail:
            segment = self._tail.popleft()
            if segment.stream is None:
                self._tail_size -= _weight(segment)
                self._displays += 1
                continue
            over = self._tail_size - self._limit
            gone, kept = segment.text[:over], segment.text[over:]
            self._drop(segment.stream, gone)
            self._tail_size -= len(gone)
            if kept:
                self._tail.appendleft(Segment(segment.stream, kept, late=segment.late))

    def _drop(self, stream: Stream, text: str) -> None:
        self._dropped[stream] += _size(text)
        self._replaced_dropped[stream] += _replaced(text)

    def settle(self, sizes: Mapping[Stream, int]) -> None:
        """Count by the true sizes of the streams in bytes, where they are known.

        What is dropped is then the size less what the kept text was read from. Bytes that were no text became
        longer characters: these are shared out between dropped and kept text by the count of them, which is
        exact where all are of one part, or of one length (single bytes nearly always are).
        """
        for stream, size in sizes.items():
            excess = self._seen[stream] - size
            if excess > 0:  # a line that somebody typed is text of no stream: that is no excess
                excess = round(excess * self._replaced_dropped[stream] / max(self._replaced[stream], 1))
            self._excess[stream] = min(excess, self._dropped[stream])

    def segments(self) -> tuple[Segment, ...]:
        """What is kept, neighbours of one stream joined, with a note where something was dropped."""
        self.changed = False
        gone = sum(self.dropped)
        lost = [f"{gone:,} bytes"] if gone else []
        if self._displays:
            lost.append(f"{self._displays:,} display{'s' if self._displays > 1 else ''}")
        said = f"\n… {' and '.join(lost)} left out here …\n"
        note = [Segment(Stream.STDERR, said, late=self._late)] if lost else []
        return tuple(_joined([*self._head, *note, *self._tail]))

    @property
    def dropped(self) -> tuple[int, int]:
        """Bytes left out of stdout and stderr."""
        out, err = (self._dropped[stream] - self._excess[stream] for stream in Stream)
        return out, err


def completed(entry: Entry, outcome: Outcome, recorder: Recorder) -> Entry:
    """`entry` with its outcome and its output."""
    recorder.settle(outcome.sizes)
    return replace(
        entry,
        status=outcome.status,
        state_lost=outcome.state_lost,
        segments=recorder.segments(),
        value=outcome.value,
        error=outcome.error,
        message=" ".join(filter(None, (entry.message, outcome.message))),
        duration_ms=outcome.duration_ms,
        files_changed=outcome.files_changed,
        dropped=recorder.dropped,
        sizes=(outcome.sizes.get(Stream.STDOUT, 0), outcome.sizes.get(Stream.STDERR, 0)),
        spool=(outcome.spool.get(Stream.STDOUT, ""), outcome.spool.get(Stream.STDERR, "")),
        left_running=outcome.left_running,
        truncated=outcome.truncated,
        exchanges=recorder.exchanges,
    )


def with_late(segments: Iterable[Segment], late: Iterable[Segment]) -> tuple[Segment, ...]:
    """The segments of an entry with these as its late ones, in place of those it had."""
    return (*(segment for segment in segments if not segment.late), *late)


def _weight(display: Segment) -> int:
    """The characters of a display's text."""
    return sum(len(content) for content in (display.bundle or {}).values() if isinstance(content, str))


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _replaced(text: str) -> int:
    return 0 if text.isascii() else text.count(REPLACED)


def _joined(segments: list[Segment]) -> list[Segment]:
    result: list[Segment] = []
    texts: list[str] = []
    for segment in segments:
        last = result[-1] if result else None
        if last and segment.stream and last.stream is segment.stream and last.late == segment.late:
            texts.append(segment.text)
            continue
        if texts and last:
            result[-1] = Segment(last.stream, last.text + "".join(texts), late=last.late)
            texts = []
        result.append(segment)
    if texts:
        last = result[-1]
        result[-1] = Segment(last.stream, last.text + "".join(texts), late=last.late)
    return result
