"""Collects the output of one execution for history: the first and the last part of it, bounded."""

from __future__ import annotations

from collections import deque

from backend.models import Chunk, Display, Stream
from workbench.history.entry import Segment

HEAD = 512 * 1024  # characters kept from the beginning
TAIL = 512 * 1024  # characters kept from the end


class Recorder:
    """Segments in the order they came; what lies between head and tail is dropped and counted exactly.

    `changed` is True when output came since `segments` was last called.
    """

    def __init__(self, head: int = HEAD, tail: int = TAIL) -> None:
        self._room = head
        self._limit = tail
        self._head: list[Segment] = []
        self._tail: deque[Segment] = deque()
        self._tail_size = 0
        self._dropped = dict.fromkeys(Stream, 0)
        self._displays = 0  # how many were dropped
        self.changed = False

    def add(self, event: Chunk | Display) -> None:
        """Take an event."""
        self.changed = True
        if isinstance(event, Display):
            segment = Segment(None, bundle=event.bundle)
            self._append(segment, _weight(segment))
            return
        text = event.text
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
            self._dropped[event.stream] += _size(text[:cut])
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
            self._dropped[segment.stream] += _size(gone)
            self._tail_size -= len(gone)
            if kept:
                self._tail.appendleft(Segment(segment.stream, kept, late=segment.late))

    def segments(self) -> tuple[Segment, ...]:
        """What is kept, neighbours of one stream joined, with a note where something was dropped."""
        self.changed = False
        gone = sum(self._dropped.values())
        lost = [f"{gone:,} bytes"] if gone else []
        if self._displays:
            lost.append(f"{self._displays:,} display{'s' if self._displays > 1 else ''}")
        note = [Segment(Stream.STDERR, f"\n… {' and '.join(lost)} left out here …\n")] if lost else []
        return tuple(_joined([*self._head, *note, *self._tail]))

    @property
    def dropped(self) -> tuple[int, int]:
        """Bytes left out of stdout and stderr."""
        return self._dropped[Stream.STDOUT], self._dropped[Stream.STDERR]


def _weight(display: Segment) -> int:
    """The characters of a display's text."""
    return sum(len(content) for content in (display.bundle or {}).values() if isinstance(content, str))


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


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
