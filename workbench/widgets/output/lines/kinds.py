"""What a line is."""

from __future__ import annotations

from enum import IntEnum

from backend.records import dataclass
from workbench.imaging.picture import Picture

from .ansi import PLAIN, Style
from .blocks import Span


class Kind(IntEnum):
    """What a line is; decides its mark and its looks."""

    STDOUT = 0
    STDERR = 1
    VALUE = 2
    VALUE_MORE = 3
    DISPLAY = 4
    DISPLAY_MORE = 5
    ERROR = 6
    ERROR_NAME = 7
    NOTE = 8
    HEADER = 9
    IMAGE = 10


RESULTS = frozenset(Kind) - {Kind.NOTE, Kind.HEADER, Kind.IMAGE}
"""Kinds that are the execution's own output."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it is to be shown. `cut` counts the characters left out at its end.

    `state` is the SGR state at its start. A line of ours has `spans` instead of escape sequences,
    one of a `picture` that and its row.
    """

    kind: Kind
    raw: str
    state: Style = PLAIN
    cut: int = 0
    spans: tuple[Span, ...] = ()
    picture: tuple[Picture, int] | None = None


def cut_mark(count: int) -> str:
    """What stands at the end of a line that was cut."""
    return f" … {count:,} more characters"
