"""Which lines are hidden, and so in which row of the screen a line stands."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from backend.records import dataclass

from .blocks import Blocks

_OPEN_END = 1 << 60


@dataclass(slots=True)
class Fold:
    """Lines below a head that can be hidden, up to `end` (exclusive); `said` stands behind it then."""

    head: int
    end: int
    closed: bool = False
    said: str = ""


class Folds:
    """Hides the lines of closed blocks and of closed folds within them; maps lines to rows and back.

    Rows count from the first line kept. `end` is always one past the last line.
    """

    def __init__(self, blocks: Blocks, first: int) -> None:
        self._blocks = blocks
        self._folds: dict[int, Fold] = {}
        self._first = first
        self.version = 0
        """Changes whenever other lines are hidden."""
        self._built: tuple[int, int] = (-1, -1)
        self._starts: list[int] = []
        self._rows: list[int] = []  # the row at which each hidden stretch would be
        self._before: list[int] = []  # lines hidden before each stretch, and after the last
        self._last_open = False

    # -- what can be folded

    def add(self, fold: Fold) -> None:
        """A line becomes the head of a fold within its block."""
        self._folds[fold.head] = fold
        if fold.closed:
            self.version += 1

    def fold_at(self, number: int) -> Fold | None:
        """The fold whose head a line is."""
        return self._folds.get(number)

    def is_closed(self, number: int) -> bool:
        """Whether the line is the head of something closed, a block or a fold."""
        block = self._blocks.starting_at(number)
        fold = self._folds.get(number)
        return block.closed if block is not None else fold is not None and fold.closed

    def head_of(self, number: int) -> int | None:
        """The head of the innermost fold or block around a line, or the line itself if it is a head."""
        if number in self._folds:
            return number
        start = self._blocks.start_at(number)
        inner = [fold for fold in self._around(number) if start is None or fold.head > start]
        return max((fold.head for fold in inner), default=start)

    def set_closed(self, head: int, closed: bool) -> bool:
        """Close or open what a head begins; whether anything changed."""
        target = self._blocks.starting_at(head) or self._folds.get(head)
        if target is None or target.closed == closed:
            return False
        target.closed = closed
        self.version += 1
        return True

    def close_all(self, closed: bool = True) -> None:
        """Close or open every block; what is folded within them stays as it is."""
        for block in self._blocks:
            block.closed = closed
        self.version += 1

    def reveal(self, number: int) -> bool:
        """Open all that hides a line; whether that was anything."""
        changed = False
        start = self._blocks.start_at(number)
        if start is not None and start != number:
            changed = self.set_closed(start, False)
        for fold in self._around(number):
            changed = self.set_closed(fold.head, False) or changed
        return changed

    def hidden_below(self, head: int, end: int) -> int:
        """How many lines a head hides when it is closed."""
        fold = self._folds.get(head)
        after = fold.end if fold is not None else self._blocks.at(head, end)[1]
        return after - head - 1

    def drop(self, first: int) -> None:
        """Lines below `first` are gone, and the two from there on were written anew."""
        self._first = first
        for head in [head for head in self._folds if head < first + 2]:
            del self._folds[head]
        self.version += 1

    def _around(self, number: int) -> list[Fold]:
        """The folds that hide a line when closed. Few blocks have any, and those have few."""
        return [fold for fold in self._folds.values() if fold.head < number < fold.end]

    # -- rows

    def count(self, end: int) -> int:
        """How many rows there are."""
        self._build()
        if self._last_open:
            return self._rows[-1]
        return end - self._first - self._before[-1]

    def row_of(self, number: int) -> int:
        """The row of a line; of a hidden one, that of the head that hides it."""
        self._build()
        index = bisect_right(self._starts, number) - 1
        if index < 0:
            return number - self._first
        hidden = self._before[index + 1] - self._before[index]
        if number < self._starts[index] + hidden:
            return self._rows[index] - 1
        return number - self._first - self._before[index + 1]

    def number_at(self, row: int) -> int:
        """The line in a row."""
        self._build()
        return row + self._first + self._before[bisect_right(self._rows, row)]

    def _build(self) -> None:
        built = (self.version, len(self._blocks) if self._last_open or self._starts else 0)
        if built == self._built:
            return
        self._starts, self._rows, self._before = [], [], [0]
        self._last_open = False
        for start, end in self._hidden():
            self._starts.append(start)
            self._rows.append(start - self._first - self._before[-1])
            self._last_open = end == _OPEN_END
            self._before.append(self._before[-1] + end - start)
        self._built = (self.version, len(self._blocks) if self._starts else 0)

    def _hidden(self) -> Iterator[tuple[int, int]]:
        """The stretches of hidden lines in order; none is within another."""
        stretches = [(fold.head + 1, fold.end) for fold in self._folds.values() if fold.closed]
        blocks = list(self._blocks)
        for index, block in enumerate(blocks):
            if block.closed:
                after = blocks[index + 1].start if index + 1 < len(blocks) else _OPEN_END
                stretches.append((block.start + 1, after))
        stretches.sort()
        reached = self._first
        for start, end in stretches:
            if start >= reached and end > start:
                reached = end
                yield start, end


def nearest(numbers: list[int], number: int, step: int) -> int | None:
    """Of sorted numbers the next one after `number` (step 1) or before it (step -1)."""
    index = bisect_right(numbers, number) if step > 0 else bisect_left(numbers, number) - 1
    return numbers[index] if 0 <= index < len(numbers) else None
