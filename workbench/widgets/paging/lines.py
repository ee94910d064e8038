"""Lines of a chunk as rows to paint: wrapped or cut, numbered, with a match marked; pure."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len, chop_cells

from backend.records import dataclass
from workbench.preview.chunks import Chunk
from workbench.sanitize import sanitize
from workbench.widgets.code_view import LONGEST_LINE
from workbench.widgets.lexing import Run

NOTE = 40
"""Cells that the note of a cut line takes at most."""


def shown_lines(text: str) -> list[str]:
    """The lines of a text, cleaned, tabs as spaces."""
    return sanitize(text.replace("\r\n", "\n")).expandtabs(4).split("\n")


@dataclass(slots=True)
class Piece:
    """A chunk on the screen: its lines as runs, and the number of the first where it is known.

    `width` is how many cells the longest line takes, cut or not.
    """

    chunk: Chunk
    lines: list[list[Run]]
    first: int | None
    width: int

    @classmethod
    def of(cls, chunk: Chunk, text: str, first: int | None) -> Piece:
        """A chunk with its text, not coloured yet."""
        lines = shown_lines(text)
        longest = max(map(len, lines)) if text.isascii() else max(map(cell_len, lines))
        return cls(chunk, [[("", line)] for line in lines], first, longest)


class Row(NamedTuple):
    """A row: its piece, the index of its line in it, and the part of that line, which begins at `column`.

    `runs` is None for a line that is not wrapped: it is what the piece has, so that colours may come later.
    """

    piece: int
    line: int
    column: int = 0
    runs: list[Run] | None = None


def rows_of(pieces: list[Piece], wrap: int) -> list[Row]:
    """The rows of all pieces; with `wrap` (in cells, 0 for not) long lines go on in the next row."""
    if not wrap:
        return [Row(place, line) for place, piece in enumerate(pieces) for line in range(len(piece.lines))]
    return [
        Row(place, line, column, part)
        for place, piece in enumerate(pieces)
        for line, runs in enumerate(piece.lines)
        for column, part in _folded(runs, wrap)
    ]


def cut(runs: list[Run]) -> list[Run]:
    """A line that is not wrapped: what is beyond LONGEST_LINE is told, not shown."""
    length = sum(len(text) for _, text in runs)
    if length <= LONGEST_LINE:
        return runs
    kept: list[Run] = []
    room = LONGEST_LINE
    for role, text in runs:
        kept.append((role, text[:room]))
        room -= len(text)
        if room <= 0:
            break
    return [*kept, ("comment", f" … {length - LONGEST_LINE:,} characters more: w wraps")]


def _folded(runs: list[Run], width: int) -> list[tuple[int, list[Run]]]:
    """The parts of a line that fit into `width` cells, each with the character it begins with."""
    if sum(len(text) * 2 for _, text in runs) <= width or _width(runs) <= width:
        return [(0, runs)]
    parts: list[tuple[int, list[Run]]] = []
    part: list[Run] = []
    room, column, begun = width, 0, 0
    for role, text in runs:
        while text:
            fits = text[:room] if text.isascii() else (chop_cells(text[:room], room) or [""])[0]
            if not fits and not part:
                fits = text[:1]
            if fits:
                part.append((role, fits))
                room -= len(fits) if text.isascii() else cell_len(fits)
                column += len(fits)
                text = text[len(fits) :]
            if text:
                parts.append((begun, part))
                part, room, begun = [], width, column
    return [*parts, (begun, part)]


def _width(runs: list[Run]) -> int:
    return sum(len(text) if text.isascii() else cell_len(text) for _, text in runs)
