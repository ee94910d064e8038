"""Where the time of an execution went, as the X-Ms-* headers of its answer tell."""

from __future__ import annotations

from collections.abc import Iterable

from backend.records import dataclass
from backend.wire.scalars import as_milliseconds

_PREFIX = "x-ms-"
_DURATIONS = ("-time", "-duration")
_OTHERS = ("allocation-retries", "new-allocation", "session-guid")
_SLACK = 1000.0  # ms by which clocks of two machines may tell the same stretch of time differently


@dataclass(frozen=True, slots=True)
class Timing:
    """A part of an execution. `milliseconds` is None where only `raw`, the header's own text, is sure."""

    name: str
    milliseconds: float | None
    raw: str


def timings(headers: Iterable[tuple[str, str]], duration_ms: float | None = None) -> tuple[Timing, ...]:
    """The parts in the order of the headers. `duration_ms` is how long the whole exchange took.

    A part that takes longer than the whole is doubtful: the local container has been seen to tell 42 minutes
    for an execution of five seconds.
    """
    found = []
    for header, raw in headers:
        name = header.lower().removeprefix(_PREFIX)
        if name == header.lower() or not (name.endswith(_DURATIONS) or name in _OTHERS):
            continue
        part = as_milliseconds(raw) if name.endswith(_DURATIONS) else None
        if part is not None and duration_ms is not None and part > duration_ms + _SLACK:
            part = None
        found.append(Timing(name.replace("-", " "), part, raw))
    return tuple(found)
