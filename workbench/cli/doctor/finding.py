"""One line of the doctor's report."""

from __future__ import annotations

from enum import StrEnum

from backend.records import dataclass
from workbench.cli import codes


class Grade(StrEnum):
    """How a check went."""

    GOOD = "ok"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, with a remedy where one is needed. `code` is the exit code it asks for.

    `table` are further lines, shown as they are.
    """

    grade: Grade
    what: str
    text: str
    remedy: str = ""
    code: int = codes.SUCCESS
    table: tuple[str, ...] = ()
