"""Finding a text in a file of any size, window by window."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from backend.records import dataclass
from workbench.preview.encodings import Encoding

STEP = 4 << 20
"""Bytes of one step: a gigabyte on this machine takes about a second."""

Read = Callable[[int, int], Awaitable[bytes]]
"""Offset, limit → bytes. Raises WorkbenchError."""


@dataclass(frozen=True, slots=True)
class Match:
    """Where a text was found: its first byte and how many it has. `wrapped`: past the file's other end."""

    start: int
    length: int
    wrapped: bool = False


class Search:
    """Looks for `words` in a file of `size` bytes. Capitals count where `words` has any.

    `tell` is called with the share looked through, between 0 and 1.
    """

    def __init__(
        self, read: Read, size: int, words: str, encoding: Encoding, tell: Callable[[float], None]
    ) -> None:
        self._read, self._size, self._tell = read, size, tell
        self._unit = encoding.unit
        needle = encoding.encode(words)
        self._width = len(needle)
        # of letters beyond ASCII capitals count always: in bytes they have nothing in common with small ones
        flags = 0 if any(char.isupper() for char in words) else re.IGNORECASE
        self._pattern = re.compile(re.escape(needle), flags) if needle else None

    async def next(self, start: int) -> Match | None:
        """The first match at or behind `start`, else the first of the file."""
        found = await self._forward(start, self._size)
        if found is None and start > 0:
            found = await self._forward(0, min(start + self._width, self._size))
            return found and Match(found.start, found.length, wrapped=True)
        return found

    async def previous(self, end: int) -> Match | None:
        """The last match that ends at or before `end`, else the last of the file."""
        found = await self._backward(0, end)
        if found is None and end < self._size:
            found = await self._backward(max(end - self._width, 0), self._size)
            return found and Match(found.start, found.length, wrapped=True)
        return found

    async def _forward(self, start: int, end: int) -> Match | None:
        place = start
        while self._pattern is not None and place < end:
            data = await self._read(place, min(STEP, end - place))
            for match in self._pattern.finditer(data):
                if (place + match.start()) % self._unit == 0:
                    return Match(place + match.start(), self._width)
            if len(data) < self._width or place + len(data) >= end:
                return None
            place += len(data) - self._width + 1
            self._tell((place - start) / max(end - start, 1))
        return None

    async def _backward(self, start: int, end: int) -> Match | None:
        place = end
        while self._pattern is not None and place > start:
            begin = max(start, place - STEP)
            data = await self._read(begin, place - begin)
            found = [m.start() for m in self._pattern.finditer(data) if (begin + m.start()) % self._unit == 0]
            if found:
                return Match(begin + found[-1], self._width)
            if begin == start:
                return None
            place = begin + self._width - 1
            self._tell((end - place) / max(end - start, 1))
        return None
