"""How long to wait before asking again."""

from __future__ import annotations

import random

from backend.client.options import Options

JITTER = 0.25  # at most so much more: clients that were refused together do not come back together


def wait(options: Options, failures: int, told: float | None = None) -> float:
    """Seconds to wait after that many failures (1 is the first), at least what the target told.

    The wait doubles; `longest_wait` caps it, whatever the target tells.
    """
    grown = options.first_wait * 2.0 ** min(failures - 1, 30)
    seconds = min(max(grown, told or 0.0), options.longest_wait)
    return seconds * (1 + JITTER * random.random())  # noqa: S311 - no secret


class Delays:
    """Pauses that grow from `first` to `last`."""

    def __init__(self, first: float, last: float) -> None:
        self._next = first
        self._last = last

    def next(self) -> float:
        """The next pause, in seconds."""
        found = self._next
        self._next = min(self._next * 1.5, self._last)
        return found
