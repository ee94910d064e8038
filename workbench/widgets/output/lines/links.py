"""What lines lead to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where a frame is: a line of a file, or of code that was run, by the name that tracebacks give it."""

    file: str
    line: int
    profile: str
    session: str
