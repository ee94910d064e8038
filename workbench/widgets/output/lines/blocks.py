"""Where the executions begin among the lines."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from backend.records import dataclass

Span = tuple[str, str]
"""Text of ours and its role, which a component class paints."""


@dataclass(slots=True)
class Block:
    """One execution's stretch of lines. `lost` counts its lines that were dropped from the front.

    Of a `closed` one only the header is shown.
    """

    key: str
    start: int
    header: tuple[Span, ...]
    lost: int = 0
    closed: bool = False


class Blocks:
    """Blocks in order of their first lines."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []

    def __len__(self) -> int:
        return len(self._blocks)

    def __iter__(self) -> Iterator[Block]:
        return iter(self._blocks)

    def append(self, block: Block) -> None:
        """Add the block after all others."""
        self._blocks.append(block)

    def find(self, key: str) -> Block | None:
        """The newest block of that key, searched from the end, where the living ones are."""
        return next((block for block in reversed(self._blocks) if block.key == key), None)

    def at(self, number: int, end: int) -> tuple[int, int]:
        """First line and end (exclusive) of the block that holds a line; `end` is that of all lines."""
        index = self._index(number)
        if index < 0:
            return (0, self._blocks[0].start if self._blocks else end)
        after = index + 1
        return self._blocks[index].start, self._blocks[after].start if after < len(self._blocks) else end

    def key_at(self, number: int) -> str | None:
        """The key of the block that holds a line; None above the first one."""
        index = self._index(number)
        return self._blocks[index].key if index >= 0 else None

    def start_at(self, number: int) -> int | None:
        """The first line of the block that holds a line; None above the first one."""
        index = self._index(number)
        return self._blocks[index].start if index >= 0 else None

    def starting_at(self, number: int) -> Block | None:
        """The block whose first line this is."""
        index = self._index(number)
        block = self._blocks[index] if index >= 0 else None
        return block if block is not None and block.start == number else None

    def next_start(self, number: int) -> int | None:
        """The first line of the next block after a line."""
        index = self._index(number) + 1
        return self._blocks[index].start if index < len(self._blocks) else None

    def previous_start(self, number: int) -> int | None:
        """The nearest first line of a block above a line."""
        index = self._index(number - 1)
        return self._blocks[index].start if index >= 0 else None

    def drop(self, first: int, end: int) -> Block | None:
        """Forget the blocks that lie above line `first`; gives the one it cuts, moved to begin there.

        The cut block keeps its header and a note, so it needs two lines; with fewer it goes as well.
        """
        index = self._index(first)
        if index < 0:
            return None
        block = self._blocks[index]
        after = self._blocks[index + 1].start if index + 1 < len(self._blocks) else end
        if block.start == first:
            del self._blocks[:index]
            return None
        if after - first < 2:
            del self._blocks[: index + 1]
            return None
        # header and note stand where two more lines of output were; the block's own header is no output,
        # nor are the two lines that stood in for it before
        block.lost += first + 2 - block.start - (2 if block.lost else 1)
        block.start = first
        del self._blocks[:index]
        return block

    def _index(self, number: int) -> int:
        return bisect_right(self._blocks, number, key=lambda block: block.start) - 1
