"""What lines lead to."""

from __future__ import annotations

from backend.models import FileChange
from backend.records import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where a frame is: a line of a file, or of code that was run, by the name that tracebacks give it."""

    file: str
    line: int
    profile: str
    session: str


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """What the execution `entry_id` did to a file of its session; without a change, to all its files."""

    entry_id: str
    change: FileChange | None
