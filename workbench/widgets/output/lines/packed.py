"""Very many lines in little memory: all but the newest are packed, a few hundred to a piece.

As a list of strings a million lines of 60 characters take 110 MB, packed 61.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

PACK = 256
"""Lines in a piece."""

_LOOSE = 512
"""Newest lines that stay as they are: streams go on in them."""

_KEPT = 48
"""Pieces that stay unpacked once they were read; a screen of folded executions reads one a row."""


class PackedLines:
    """Texts without newline, by index; `size` are the bytes of those that are packed."""

    def __init__(self) -> None:
        self.size = 0
        self._pieces: list[bytes] = []
        self._loose: list[str] = []
        self._skip = 0  # lines of the first piece that were dropped
        self._gone = 0  # pieces that were dropped, so that numbers of pieces stay
        self._read: OrderedDict[int, list[str]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._pieces) * PACK - self._skip + len(self._loose)

    def __getitem__(self, index: int) -> str:
        """The text at an index from 0; the same object while it is being shown. Raises IndexError."""
        piece, place = self._place(index)
        return self._loose[place] if piece is None else self._unpacked(piece)[place]

    def __setitem__(self, index: int, text: str) -> None:
        piece, place = self._place(index)
        if piece is None:
            self._loose[place] = text
            return
        lines = self._unpacked(piece)
        lines[place] = text
        packed = _pack(lines)
        self.size += len(packed) - len(self._pieces[piece])
        self._pieces[piece] = packed

    def append(self, text: str) -> None:
        """Add one line."""
        self._loose.append(text)
        if len(self._loose) >= _LOOSE + PACK:
            self._pack()

    def extend(self, texts: list[str]) -> None:
        """Add lines."""
        self._loose += texts
        if len(self._loose) >= _LOOSE + PACK:
            self._pack()

    def drop(self, count: int) -> None:
        """Drop so many lines from the front."""
        from_pieces = min(count, len(self._pieces) * PACK - self._skip)
        whole, self._skip = divmod(self._skip + from_pieces, PACK)
        for piece in range(whole):
            self._read.pop(self._gone + piece, None)
        self.size -= sum(map(len, self._pieces[:whole]))
        del self._pieces[:whole]
        self._gone += whole
        del self._loose[: count - from_pieces]

    def stretches(self, start: int = 0) -> Iterator[tuple[int, str]]:
        """All lines from about `start` on, in order: the index of a first one, and text with newlines."""
        first = (start + self._skip) // PACK
        for piece in range(min(first, len(self._pieces)), len(self._pieces)):
            text = _text(self._pieces[piece])
            index = piece * PACK - self._skip
            if index < 0:
                text = "\n".join(text.split("\n")[-index:])
            yield max(index, 0), text
        if self._loose:
            yield len(self._pieces) * PACK - self._skip, "\n".join(self._loose)

    def _place(self, index: int) -> tuple[int | None, int]:
        """The piece an index is in, None for the loose lines, and the place there."""
        if index < 0:
            raise IndexError(index)
        piece, place = divmod(index + self._skip, PACK)
        if piece < len(self._pieces):
            return piece, place
        return None, index + self._skip - len(self._pieces) * PACK

    def _unpacked(self, piece: int) -> list[str]:
        key = self._gone + piece
        lines = self._read.get(key)
        if lines is None:
            lines = self._read[key] = _text(self._pieces[piece]).split("\n")
            if len(self._read) > _KEPT:
                self._read.popitem(last=False)
        else:
            self._read.move_to_end(key)
        return lines

    def _pack(self) -> None:
        ready = (len(self._loose) - _LOOSE) // PACK * PACK
        for start in range(0, ready, PACK):
            self._pieces.append(_pack(self._loose[start : start + PACK]))
            self.size += len(self._pieces[-1])
        del self._loose[:ready]


def _pack(lines: list[str]) -> bytes:
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def _text(packed: bytes) -> str:
    return packed.decode("utf-8", "surrogatepass")
