"""Text on its way to the screen: bounded, in order, with the one who brings it waiting when it is full."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import field, replace

from backend.models import MimeBundle
from backend.records import dataclass
from workbench.history.entry import Entry
from workbench.widgets.output.lines.kinds import Kind
from workbench.widgets.output.values.form import Form

LIMIT = 4_000_000
"""Characters that may wait in one inbox."""

SLICE = 64 * 1024
"""Characters taken at a time: about half a millisecond of work."""

_OVERHEAD = 100
"""What a chunk costs beside its text, so that very many very short ones fill an inbox too."""


@dataclass(frozen=True, slots=True)
class Text:
    """Text of a stream. `source` is the execution it belongs to, `late` that this one was finished before."""

    source: str
    kind: Kind
    text: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A displayed MIME bundle."""

    source: str
    bundle: MimeBundle
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class End:
    """The execution is over, `form` is its value's; `done` is set when this is on the screen."""

    entry: Entry
    form: Form | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)


Item = Text | Shown | End


class Inbox:
    """A queue of items, bounded by the characters of their text.

    `put` waits while the inbox is full; several who put take turns in the order they came.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self.size = 0
        self._items: deque[Item] = deque()
        self._room = asyncio.Event()
        self._room.set()
        self._turn = asyncio.Lock()
        self._closed = False

    def __len__(self) -> int:
        return len(self._items)

    async def put(self, item: Item) -> None:
        """Add an item when there is room for it; after `close` it is thrown away."""
        async with self._turn:
            await self._room.wait()
            self.put_now(item)

    def put_now(self, item: Item) -> None:
        """Add an item whether there is room or not."""
        if self._closed:
            if isinstance(item, End):
                item.done.set()
            return
        if not isinstance(item, Text):
            self._items.append(item)
            return
        for start in range(0, len(item.text), SLICE):
            self._items.append(replace(item, text=item.text[start : start + SLICE]))
            self._resize(_cost(self._items[-1]))

    def take(self) -> Item | None:
        """The next item. Text comes in slices: a long one is cut, short ones of the same kind are joined."""
        if not self._items:
            return None
        item = self._items.popleft()
        self._resize(-_cost(item))
        return self._joined(item) if isinstance(item, Text) else item

    def discard_text(self) -> None:
        """Throw away everything but the ends, and let those who wait go on."""
        self._items = deque(item for item in self._items if isinstance(item, End))
        self._resize(-self.size)

    def close(self) -> None:
        """Throw everything away, now and later; nobody waits any more."""
        self._closed = True
        for item in self._items:
            if isinstance(item, End):
                item.done.set()
        self._items.clear()
        self._resize(-self.size)

    def _joined(self, first: Text) -> Text:
        parts, length = [first.text], len(first.text)
        while self._items and length < SLICE:
            following = self._items[0]
            if not isinstance(following, Text) or replace(following, text=first.text) != first:
                break
            parts.append(following.text)
            length += len(following.text)
            self._resize(-_cost(self._items.popleft()))
        return first if len(parts) == 1 else replace(first, text="".join(parts))

    def _resize(self, change: int) -> None:
        self.size += change
        if self.size < self.limit:
            self._room.set()
        else:
            self._room.clear()


def _cost(item: Item) -> int:
    return len(item.text) + _OVERHEAD if isinstance(item, Text) else 0
