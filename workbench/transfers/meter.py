"""How far a transfer is: bytes, rate and time left."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable

from workbench import format

WINDOW = 5.0  # seconds that the rate is of: long enough to be calm, short enough to be true
_STEP = 0.1  # seconds between two marks of it


class Meter:
    """Counts the bytes of one transfer. `total` is None where only the end tells it."""

    def __init__(self, total: int | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.total = total
        self.moved = 0
        self._clock = clock
        self._marks: deque[tuple[float, int]] = deque([(clock(), 0)])

    async def watch(self, pieces: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
        """The pieces, counted as they are taken."""
        async for piece in pieces:
            yield piece
            self.add(len(piece))

    def add(self, count: int) -> None:
        """So many bytes more have gone."""
        self.moved += count
        now = self._clock()
        if now - self._marks[-1][0] >= _STEP:
            self._marks.append((now, self.moved))
        while len(self._marks) > 2 and now - self._marks[1][0] >= WINDOW:
            self._marks.popleft()

    @property
    def rate(self) -> float | None:
        """Bytes a second, of the last seconds; None before there is anything to tell."""
        since, moved = self._marks[0]
        passed = self._clock() - since
        return (self.moved - moved) / passed if passed > _STEP and self.moved > moved else None

    @property
    def left(self) -> float | None:
        """Seconds to the end at that rate, None where they cannot be told."""
        rate = self.rate
        return None if self.total is None or not rate else max(self.total - self.moved, 0) / rate

    @property
    def words(self) -> str:
        """`12 MB of 128 MB · 34 MB/s · 4 s left`, as far as it is known."""
        parts = [format.size(self.moved)]
        if self.total is not None:
            parts[0] += f" of {format.size(self.total)}"
        if (rate := self.rate) is not None:
            parts.append(f"{format.size(round(rate))}/s")
        if (left := self.left) is not None:
            parts.append(f"{format.duration(left * 1000)} left")
        return " · ".join(parts)
