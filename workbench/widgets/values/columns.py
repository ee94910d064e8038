"""How wide the columns of a table are, and which of them can be seen; pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from rich.cells import cell_len

from backend.records import dataclass
from workbench.preview.tables import number_of

WIDEST = 40
"""Cells a column takes at most; longer cells are cut, and shown whole by who owns the table."""

GAP = 2
_SAMPLE = 250  # rows, twice, that tell widths and which columns hold numbers


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths in cells, where each column begins, and which hold numbers, which stand at the right."""

    widths: tuple[int, ...]
    starts: tuple[int, ...]
    numeric: tuple[bool, ...]

    @property
    def width(self) -> int:
        """Cells that all columns take."""
        return self.starts[-1] + self.widths[-1] if self.widths else 0

    def seen(self, left: int, width: int) -> range:
        """The columns of which a part is between two places."""
        first = max(bisect_right(self.starts, left) - 1, 0)
        return range(first, bisect_right(self.starts, left + width - 1))

    def at(self, place: int) -> int:
        """The column at a place, counted in cells from the first one's start."""
        return max(bisect_right(self.starts, place) - 1, 0)


def columns_of(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Columns:
    """The columns for these names and rows, judged by some of the rows."""
    # the first rows and some from all over: numbers get longer towards the end
    sample = [*rows[:_SAMPLE], *rows[_SAMPLE :: max(len(rows) // _SAMPLE, 1)]]
    widths, numeric = [], []
    for index, name in enumerate(names):
        cells = [row[index] for row in sample]
        longest = max((_width(cell) for cell in cells), default=0)
        widths.append(min(max(_width(name) + 2, longest, 3), WIDEST))  # 2: the mark of the order
        filled = [cell for cell in cells if cell.strip()]
        numeric.append(bool(filled) and all(number_of(cell) is not None for cell in filled))
    starts = list(accumulate((width + GAP for width in widths), initial=0))[:-1]
    return Columns(tuple(widths), tuple(starts), tuple(numeric))


def _width(cell: str) -> int:
    return len(cell) if cell.isascii() else cell_len(cell[: WIDEST * 2])
