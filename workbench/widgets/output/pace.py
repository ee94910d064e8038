"""How often output is painted: at once after a pause, slower while it comes without one."""

from __future__ import annotations

import time
from collections.abc import Callable

FRAME = 1 / 30
"""Seconds between two paints at least."""

FLOODED = 1 / 12
"""Seconds between paints while output never pauses: nobody reads faster, and keys are drawn in between."""

CALM = 0.2  # seconds without a paint after which the next ones come quickly again
_SLOWER = 1.3  # each paint of a flood waits so many times longer than the one before, up to FLOODED


class Pace:
    """Says when output is painted. What ended something is never held back.

    A paint of a full screen takes 15 to 30 ms. At thirty a second a key waited for two or three of them, and
    nine of ten took up to 157 ms beside a flood; at twelve, with few rows drawn for a key, up to 57 to 81.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._painted_at = float("-inf")
        self._wait = FRAME
        self._ended = 0

    def due(self, ended: int) -> bool:
        """Whether to paint now; True means that it is done. `ended` counts executions that are over."""
        now = self._clock()
        waited = now - self._painted_at
        if waited > CALM:
            self._wait = FRAME
        elif waited < self._wait and ended == self._ended:
            return False
        else:
            self._wait = min(self._wait * _SLOWER, FLOODED)
        self._painted_at, self._ended = now, ended
        return True
