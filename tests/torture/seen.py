"""What one execution did, kept within bounds: a flood is counted, not held."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from backend.models import Chunk, Display, Event, Finished, Outcome, Staged, Started, Stream

KEPT = 1 << 18  # characters that are kept of the beginning and of the end of a stream
BROKEN = "\ufffd"


@dataclass(slots=True)
class Text:
    """One stream."""

    size: int = 0  # bytes
    exact: bool = True  # False once bytes came that are no text
    begun: str = ""
    rest: str = ""

    def add(self, text: str) -> None:
        self.size += len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
        self.exact = self.exact and (text.isascii() or BROKEN not in text)
        room = KEPT - len(self.begun)
        self.begun += text[:room]
        self.rest = (self.rest + text[room:][-KEPT:])[-KEPT:]

    def __str__(self) -> str:
        return self.begun + self.rest


@dataclass(slots=True)
class Seen:
    """The events of one execution; `strange` are sentences on what no execution may do."""

    id: str
    started: Started | None = None
    outcome: Outcome | None = None
    streams: dict[Stream, Text] = field(default_factory=lambda: {stream: Text() for stream in Stream})
    stages: Counter[str] = field(default_factory=Counter)
    displays: int = 0
    strange: list[str] = field(default_factory=list)

    def take(self, event: Event) -> None:
        """Keep what an event tells."""
        if event.execution_id != self.id:
            self.strange.append(f"an event of {event.execution_id}")
        if self.outcome is not None:
            self.strange.append(f"{type(event).__name__} after the end")
        if isinstance(event, Chunk):
            self.streams[event.stream].add(event.text)
        elif isinstance(event, Started):
            self._start(event)
        elif isinstance(event, Staged):
            self.stages[event.stage.value] += 1
        elif isinstance(event, Display):
            self.displays += 1
        elif isinstance(event, Finished):
            self.outcome = event.outcome

    def _start(self, event: Started) -> None:
        if self.started is not None:
            self.strange.append("it started twice")
        self.started = event

    @property
    def end(self) -> Outcome:
        """The outcome, of which there is one; and the bytes it counted are those that came."""
        assert self.strange == [], self.strange
        assert self.outcome is not None, "it never ended"
        assert self.outcome.status.final, self.outcome
        for stream, text in self.streams.items():
            told = self.outcome.sizes.get(stream, 0)
            assert told == text.size or not text.exact, (
                f"{stream.value} had {text.size} bytes, told are {told}"
            )
        return self.outcome

    @property
    def stdout(self) -> str:
        return str(self.streams[Stream.STDOUT])

    @property
    def value(self) -> str:
        """The text of its last value; empty without one."""
        bundle = (self.outcome and self.outcome.value) or {}
        return str(bundle.get("text/plain", ""))

    @property
    def said(self) -> str:
        """All text that came of it."""
        words = [str(text) for text in self.streams.values()] + [self.value]
        if self.outcome is not None:
            words.append(self.outcome.message)
            if (error := self.outcome.error) is not None:
                words += [error.name, error.message, error.traceback]
        return "\n".join(words)
