"""One transfer as data."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from backend.models import Target
from backend.records import dataclass


class Direction(StrEnum):
    """Which way the bytes go."""

    UP = "up"
    DOWN = "down"

    @property
    def arrow(self) -> str:
        """One character for it."""
        return "↑" if self is Direction.UP else "↓"


class State(StrEnum):
    """What has become of a transfer; the last three are final until it is tried again."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether nothing more happens by itself."""
        return self in (State.DONE, State.FAILED, State.CANCELLED)


@dataclass(frozen=True, slots=True)
class Transfer:
    """A file on its way between this machine (`local`) and a session (`path` in its data directory).

    `total` and `moved` are bytes; `total` is None until it is known. `words` says how far it is, `error` in a
    sentence why it failed and `remedy` what to do. `taken` tells that something has its name already: tried
    again with `overwrite` it is replaced.
    """

    id: int
    direction: Direction
    local: Path
    path: str
    target: Target
    session: str
    overwrite: bool = False
    state: State = State.WAITING
    total: int | None = None
    moved: int = 0
    words: str = ""
    error: str = ""
    remedy: str = ""
    taken: bool = False

    @property
    def name(self) -> str:
        """The name under which the file arrives."""
        return self.path.rpartition("/")[2] if self.direction is Direction.UP else self.local.name

    @property
    def complaint(self) -> str:
        """Why it failed, with the name of the file in it."""
        names = (self.path, self.name, str(self.local))
        named = self.error.startswith(tuple(name + end for name in names for end in " :"))
        return self.error if named else f"{self.name}: {self.error}"

    @property
    def part(self) -> float | None:
        """How much has moved, from 0 to 1; None where that cannot be told."""
        if self.state is State.DONE:
            return 1.0
        if self.total is None:
            return None
        return min(self.moved / self.total, 1.0) if self.total else 1.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far all transfers are together that were asked for since nothing moved."""

    up: int
    down: int
    failed: int
    part: float | None

    @property
    def words(self) -> str:
        """`↑ 2 ↓ 1 · 45 % · 1 failed`; empty when nothing moves."""
        counts = [
            f"{way.arrow} {number}"
            for way, number in zip(Direction, (self.up, self.down), strict=True)
            if number
        ]
        if not counts:
            return ""
        parts = [" ".join(counts)]
        if self.part is not None:
            parts.append(f"{self.part:.0%}".replace("%", " %"))
        if self.failed:
            parts.append(f"{self.failed} failed")
        return " · ".join(parts)
