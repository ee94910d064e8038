"""Pieces of a text file that begin and end with whole lines, wherever they are read; pure."""

from __future__ import annotations

from backend.records import dataclass
from workbench.preview.encodings import Encoding

WINDOW = 64 << 10
"""Bytes of one piece: coloured in a sixth of a second, and more than any screen shows."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes `start` to `end` of a file, whole lines unless one is longer than a window."""

    start: int
    end: int
    data: bytes

    def text(self, encoding: Encoding) -> str:
        """Its text, without a byte order mark and without the last line's end."""
        skipped = encoding.mark if self.start == 0 else 0
        return encoding.decode(self.data[skipped:]).removesuffix("\n").removesuffix("\r")


def after(data: bytes, start: int, encoding: Encoding, *, last: bool) -> Chunk:
    """The chunk that begins at `start`, of the `data` read from there. `last`: the file ends with it."""
    kept = len(data) if last else _end(data, encoding)
    return Chunk(start, start + kept, data[:kept])


def before(data: bytes, end: int, encoding: Encoding) -> Chunk:
    """The chunk that ends at `end`, of the `data` read up to there."""
    start = end - len(data)
    skipped = 0 if start == 0 else _begin(data, encoding)
    return Chunk(start + skipped, end, data[skipped:])


def around(data: bytes, start: int, encoding: Encoding, *, last: bool) -> Chunk:
    """The chunk of the first whole line behind `start` and those that follow it."""
    skipped = 0 if start == 0 else _begin(data, encoding)
    return after(data[skipped:], start + skipped, encoding, last=last)


def aligned(offset: int, encoding: Encoding) -> int:
    """The offset at or before `offset` where a unit of the encoding begins."""
    return offset - offset % encoding.unit


def _end(data: bytes, encoding: Encoding) -> int:
    """How many bytes are whole lines; without any, whole characters."""
    newline, place = encoding.newline, len(data)
    while (place := data.rfind(newline, 0, place)) >= 0:
        if place % encoding.unit == 0:
            return place + len(newline)
        place += len(newline) - 1
    kept = len(data) - len(data) % encoding.unit
    if encoding.codec != "utf-8":
        return kept
    for back in range(1, min(4, kept) + 1):
        byte = data[kept - back]
        if byte >= 0xC0:  # where a character begins: does it end here?
            length = 2 + (byte >= 0xE0) + (byte >= 0xF0)
            return kept if length <= back else kept - back
        if byte < 0x80:
            break
    return kept


def _begin(data: bytes, encoding: Encoding) -> int:
    """How many bytes belong to the line before; without a line's end, to the character before."""
    newline, place = encoding.newline, -1
    while (place := data.find(newline, place + 1)) >= 0:
        if place % encoding.unit == 0:
            behind = place + len(newline)
            return behind if behind < len(data) else 0
    if encoding.codec != "utf-8":
        return 0
    return next((index for index, byte in enumerate(data[:4]) if not 0x80 <= byte < 0xC0), 0)
