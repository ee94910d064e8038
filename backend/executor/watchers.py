"""Those who watch a local session: its state, and output that comes after its execution."""

from __future__ import annotations

from backend.models import Chunk, SessionEvent, StateChanged, Stream
from backend.watching import EventQueue, Watching

ROOM = 1 << 20  # characters of late output kept for a watcher; beyond it the newest is left out, states never
CHUNK = 200  # characters that an event counts for beside its text


class Watchers(Watching):
    """Passes states and late output to every watcher."""

    def __init__(self) -> None:
        super().__init__(_Queue)


class _Queue(EventQueue):
    """Events for one watcher, bounded by the text in them.

    Late output that has no room is left out and counted; a note with the count stands where it would be.
    """

    def __init__(self) -> None:
        super().__init__()
        self._characters = 0
        self._left_out: dict[str, int] = {}  # by execution

    def put(self, event: SessionEvent | None) -> None:
        if isinstance(event, Chunk) and self._characters + len(event.text) > ROOM:
            left_out = self._left_out.get(event.execution_id, 0)
            self._left_out[event.execution_id] = left_out + _size(event.text)
            return
        if not isinstance(event, StateChanged):
            self._say_left_out()
        self._add(event)

    def _add(self, event: SessionEvent | None) -> None:
        self._characters += _cost(event)
        super().put(event)

    async def get(self) -> SessionEvent | None:
        if not self._events:
            self._say_left_out()
        event = await super().get()
        self._characters -= _cost(event)
        return event

    def _say_left_out(self) -> None:
        for execution_id, count in self._left_out.items():
            note = f"\n… {count:,} bytes of late output left out here …\n"
            self._add(Chunk(execution_id, Stream.STDERR, note, late=True))
        self._left_out.clear()


def _cost(event: SessionEvent | None) -> int:
    return len(event.text) + CHUNK if isinstance(event, Chunk) else 0


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
