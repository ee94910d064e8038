"""One line of the history list as pieces of text with roles; pure, so that it is tested without a screen."""

from __future__ import annotations

from backend.models import Status
from backend.records import dataclass
from workbench import format
from workbench.history.entry import Summary
from workbench.sanitize import sanitize_line
from workbench.widgets.fit import cut, left, right

# a pasted line of a megabyte need not be cleaned to show 30 cells of it
_HEADLINE = 300
# characters searched for the telling line; every visible row is searched at each repaint
_LOOKED_AT = 4_000
# from this width on there is room for the duration beside the age
_WIDE = 54
_AGE = 7
_DURATION = 12


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a row. `role` is number, status, flag, code or detail."""

    text: str
    role: str


def headline(code: str) -> str:
    """The line that says most about a piece of code: its first that is neither blank nor a comment.

    `⋯` after it tells that there is more code.
    """
    lines = [line for line in code[:_LOOKED_AT].splitlines() if line.strip()]
    if not lines:
        return "(no code)"
    telling = next((line for line in lines if not line.lstrip().startswith("#")), lines[0])
    shown = sanitize_line(telling.strip()[:_HEADLINE].replace("\t", " "))
    return f"{shown} ⋯" if len(lines) > 1 else shown


def moment(summary: Summary, now: float) -> str:
    """The age of an execution, or its status while it is not final."""
    if summary.status in (Status.RUNNING, Status.QUEUED):
        return summary.status.value
    return format.age(summary.started_at, now)


def pieces(summary: Summary, width: int, number_width: int, now: float) -> list[Piece]:
    """The row of one execution in exactly `width` cells: number, status, code, and at the right its age."""
    number = str(summary.number) if summary.number else "·"
    symbol = format.status_symbol(summary.status)
    flag = "!" if summary.state_lost else ""
    detail = right(moment(summary, now), _AGE)
    if width >= _WIDE:
        took = "" if summary.duration_ms is None else format.duration(summary.duration_ms)
        detail = right(took, _DURATION) + right(detail.strip(), _AGE + 2)
    room = width - number_width - len(symbol) - len(flag) - len(detail) - 3
    return [
        Piece(right(number, number_width) + " ", "number"),
        Piece(symbol, "status"),
        Piece(flag + " ", "flag"),
        Piece(left(headline(summary.code), room) + " ", "code"),
        Piece(cut(detail, width), "detail"),
    ]
