"""The list of hits: with session, target, pin, label, and the line that was hit."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import ClassVar

from workbench import format
from workbench.history.entry import Summary
from workbench.history.query.fuzzy import names, near
from workbench.identifiers import brief
from workbench.sanitize import sanitize_line
from workbench.widgets.fit import cut, left, right
from workbench.widgets.history.list import HistoryList
from workbench.widgets.history.row import Piece, headline, moment

_AGE = 8
_PLACE = 22
_WIDE = 60  # from this width on there is room for session and target


def pieces(summary: Summary, width: int, words: Sequence[str], now: float) -> list[Piece]:
    """One hit in exactly `width` cells: status, pin, code, label, and at the right where and when it ran."""
    mark = "≈" if summary.close else "★" if summary.pinned else " "
    label = f" [{cut(sanitize_line(summary.label), 20)}]" if summary.label else ""
    place = ""
    if width >= _WIDE:
        where = f"{brief(summary.session)} · {summary.profile}"
        place = right(cut(sanitize_line(where), _PLACE), _PLACE + 1)
    detail = f"{place}{right(moment(summary, now), _AGE)}"
    status = format.status_symbol(summary.status)
    room = width - len(status) - 3 - len(label) - len(detail)
    return [
        Piece(status, "status"),
        Piece("!" if summary.state_lost else " ", "flag"),
        Piece(f"{mark} ", "flag"),
        Piece(left(telling(summary.code, words), room), "code"),
        Piece(label, "flag"),
        Piece(detail, "detail"),
    ]


def telling(code: str, words: Sequence[str]) -> str:
    """The first line of the code that has one of the words, else the one that says most."""
    lowered = [word.lower() for word in words]
    for line in code.splitlines() if lowered else ():
        if any(word in line.lower() for word in lowered):
            return sanitize_line(line.strip()[:300].replace("\t", " "))
    return headline(code)


class Hits(HistoryList):
    """The hits of a search."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(HistoryList.COMPONENT_CLASSES)

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        super().__init__(clock)
        self.words: tuple[str, ...] = ()

    def pieces(self, row: Summary, width: int) -> list[Piece]:
        """The row as pieces."""
        return pieces(row, width, self.sought(row), self._clock())

    def sought(self, row: Summary) -> tuple[str, ...]:
        """What a hit was found by: the words, or the names in it that they are nearly."""
        if not row.close:
            return self.words
        known = names(row.code)
        return tuple(text for word in self.words for text in (word, *near(word, known)))
