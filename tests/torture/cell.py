"""A hostile cell as data: its code, and all that may come of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from backend.executor.isolation import levels
from backend.models import Status

Level = levels.Level
LEVELS = tuple(Level)
APART = (Level.CONFINED, Level.SEALED)  # levels that promise to keep sessions from each other
ON = "on"  # what code prints when it is where it shall be stopped
END = 30.0  # seconds in which any cell must end; the ladder takes 2 to 5


class Loss(StrEnum):
    """What becomes of the session's variables."""

    KEPT = "kept"
    LOST = "lost with this execution"
    EITHER = "kept, or lost with this execution"
    LATER = "lost after this execution, while the session is idle, or already with it"


class Need(StrEnum):
    """What a cell needs of the system; where it is lacking the cell is left out, with the reason."""

    BOUNDED_PROCESSES = "a limit on processes, from which root is exempt (getrlimit(2))"
    SCOPED_SIGNALS = "Landlock of Linux 6.12, which keeps signals from other sessions"
    MATPLOTLIB = "matplotlib"


@dataclass(frozen=True, slots=True)
class Cell:
    """One hostile cell.

    `row` is the failure's number in the catalogue, `ends` are the statuses it may end with. `says` must be in
    its output, its error, its message or its value. `limit` is its time limit in seconds. `interrupts` tells
    how often it is interrupted once it has printed ON, the first time after `pause` seconds.

    `spoils` tells that the interpreter is not fit for other cells afterwards, so the session is ended and
    begins anew; `ruins` that not even a plain cell can be expected to go right before that. `late` is what a
    thread of it prints: it may be within a write when the next execution begins, so it may be found there.
    """

    row: int
    name: str
    code: str
    ends: tuple[Status, ...] = (Status.SUCCEEDED,)
    loss: Loss = Loss.KEPT
    says: str = ""
    limit: float | None = None
    interrupts: int = 0
    pause: float = 0.0
    spoils: bool = False
    ruins: bool = False
    late: str = ""
    levels: tuple[Level, ...] = LEVELS
    need: Need | None = None
    within: float = END


def fine(row: int, name: str, code: str, says: str = "", **more: Any) -> Cell:
    """Code that succeeds all the same."""
    return Cell(row, name, code, says=says, **more)


def failing(row: int, name: str, code: str, says: str = "", **more: Any) -> Cell:
    """Code that fails in an ordinary way and keeps its variables."""
    return Cell(row, name, code, (Status.FAILED,), says=says, **more)


def harmless(row: int, name: str, code: str, says: str = "", **more: Any) -> Cell:
    """Code that succeeds or fails, and keeps its variables."""
    return Cell(row, name, code, (Status.SUCCEEDED, Status.FAILED), says=says, **more)


def dying(row: int, name: str, code: str, says: str = "", **more: Any) -> Cell:
    """Code that takes its worker with it."""
    return Cell(row, name, code, (Status.WORKER_DIED,), Loss.LOST, says, **more)


def dying_later(row: int, name: str, code: str, says: str = "", **more: Any) -> Cell:
    """Code that ends, and whose worker dies after it; a slow machine may see both at once."""
    return Cell(row, name, code, (Status.SUCCEEDED, Status.WORKER_DIED), Loss.LATER, says, **more)


def stopped(row: int, name: str, code: str, **more: Any) -> Cell:
    """Code that never ends and that one interrupt stops."""
    return Cell(row, name, _on(code), (Status.INTERRUPTED,), **{"interrupts": 1, **more})


def deaf(row: int, name: str, code: str, **more: Any) -> Cell:
    """Code that ignores interrupts once it has printed ON, which it does itself; the second one kills."""
    return Cell(row, name, code, (Status.INTERRUPTED,), **{"loss": Loss.LOST, "interrupts": 2, **more})


def limited(cell: Cell, limit: float) -> Cell:
    """The same code, which meets a time limit instead of interrupts."""
    name = f"{cell.name}, with a time limit"
    return replace(cell, row=9, name=name, ends=(Status.TIMED_OUT,), limit=limit, interrupts=0)


def _on(code: str) -> str:
    return code if ON in code.split("'") else f"print('{ON}')\n{code}"
