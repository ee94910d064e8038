"""The windows of a text file that are kept, as rows to paint, and where in them something is; pure."""

from __future__ import annotations

from workbench.preview.chunks import Chunk
from workbench.preview.encodings import Encoding
from workbench.preview.search import Match
from workbench.widgets.code_view import LONGEST_LINE
from workbench.widgets.lexing import Run
from workbench.widgets.paging.lines import NOTE, Piece, Row, cut, rows_of, shown_lines

KEPT = 8
"""Windows kept around the place in sight."""


class Held:
    """Pieces that follow each other in the file, and the rows made of them for one width."""

    def __init__(self, encoding: Encoding) -> None:
        self.encoding = encoding
        self.pieces: list[Piece] = []
        self.rows: list[Row] = []
        self.match: Match | None = None
        self._marks: tuple[int, int, int, int] | None = None

    @property
    def start(self) -> int:
        """The first byte kept."""
        return self.pieces[0].chunk.start if self.pieces else 0

    @property
    def end(self) -> int:
        """The byte behind the last one kept."""
        return self.pieces[-1].chunk.end if self.pieces else 0

    @property
    def width(self) -> int:
        """Cells of the longest line, where it is not wrapped."""
        longest = max((piece.width for piece in self.pieces), default=0)
        return min(longest, LONGEST_LINE + NOTE)

    @property
    def last_number(self) -> int | None:
        """The highest line number, None where numbers are unknown."""
        last = self.pieces[-1] if self.pieces else None
        return None if last is None or last.first is None else last.first + len(last.lines)

    # -- pieces

    def replace(self, chunk: Chunk, first: int | None) -> Piece:
        """Keep this chunk alone; `first` is the number of its first line, where it is known."""
        self.pieces = [self._piece(chunk, first)]
        return self.pieces[0]

    def append(self, chunk: Chunk) -> Piece:
        """Keep the chunk that follows."""
        before, piece = self.pieces[-1], self._piece(chunk, None)
        if before.first is not None:
            piece.first = before.first + len(before.lines) - self._goes_on(before.chunk)
        self.pieces.append(piece)
        return piece

    def prepend(self, chunk: Chunk) -> Piece:
        """Keep the chunk that comes before; the last one goes when there are too many."""
        behind, piece = self.pieces[0], self._piece(chunk, None)
        if chunk.start == 0:
            piece.first = 1
        elif behind.first is not None:
            piece.first = behind.first - len(piece.lines) + self._goes_on(chunk)
        self.pieces.insert(0, piece)
        del self.pieces[KEPT:]
        return piece

    def drop_first(self) -> int:
        """Let the first chunk go when there are too many; how many rows went with it."""
        if len(self.pieces) <= KEPT:
            return 0
        gone = sum(row.piece == 0 for row in self.rows)
        del self.pieces[0]
        return gone

    def _piece(self, chunk: Chunk, first: int | None) -> Piece:
        return Piece.of(chunk, chunk.text(self.encoding), first)

    def _goes_on(self, chunk: Chunk) -> bool:
        """Whether the last line of a chunk goes on in the next one: it is longer than a window."""
        return not chunk.data.endswith(self.encoding.newline)

    # -- rows

    def lay(self, wrap: int) -> None:
        """Make rows of the pieces, `wrap` cells wide; 0 for rows as long as their lines."""
        self.rows = rows_of(self.pieces, wrap)
        self.find_marks()

    def place(self, row: int) -> int:
        """About which byte of the file a row is at."""
        if not self.rows:
            return 0
        found = self.rows[min(row, len(self.rows) - 1)]
        piece = self.pieces[found.piece]
        chunk = piece.chunk
        return chunk.start + (chunk.end - chunk.start) * found.line // max(len(piece.lines), 1)

    def row_of(self, offset: int) -> int | None:
        """The row in which a byte of the file is shown."""
        where = self._location(offset)
        if where is None:
            return None
        piece, line, column = where
        found = None
        for index, row in enumerate(self.rows):
            if (row.piece, row.line) == (piece, line) and row.column <= column:
                found = index
        return found

    def same_line(self, row: Row) -> int:
        """The row with which the line of an earlier row begins now."""
        found = (
            index for index, now in enumerate(self.rows) if (now.piece, now.line) == (row.piece, row.line)
        )
        return next(found, 0)

    def _location(self, offset: int) -> tuple[int, int, int] | None:
        """Piece, line and character of a byte."""
        for place, piece in enumerate(self.pieces):
            chunk = piece.chunk
            if chunk.start <= offset < chunk.end:
                text = self.encoding.decode(chunk.data[: offset - chunk.start])
                if chunk.start == 0 and self.encoding.mark:
                    text = text[1:]
                lines = shown_lines(text)
                return place, len(lines) - 1, len(lines[-1])
        return None

    # -- the match

    def find_marks(self) -> None:
        """Find where the match is in the pieces of now: piece, line, first character and the one after."""
        where = None if self.match is None else self._location(self.match.start)
        self._marks = None
        if where is not None and self.match is not None:
            chunk = self.pieces[where[0]].chunk
            start = self.match.start - chunk.start
            found = self.encoding.decode(chunk.data[start : start + self.match.length])
            self._marks = (*where, where[2] + len(shown_lines(found)[0]))

    def number(self, row: Row) -> int | None:
        """The number of a row's line; None where it is unknown, and for a line that goes on from above."""
        first = self.pieces[row.piece].first
        return None if first is None or row.column else first + row.line

    def runs(self, row: Row) -> list[Run]:
        """The runs of a row, with the match as a run of its own."""
        runs = cut(self.pieces[row.piece].lines[row.line]) if row.runs is None else row.runs
        if self._marks is None or self._marks[:2] != (row.piece, row.line):
            return runs
        begin, end = (place - row.column for place in self._marks[2:])
        return _split(runs, begin, end)


def _split(runs: list[Run], begin: int, end: int) -> list[Run]:
    result: list[Run] = []
    place = 0
    for role, text in runs:
        cuts = [min(max(at - place, 0), len(text)) for at in (begin, end)]
        parts = ((role, text[: cuts[0]]), ("match", text[cuts[0] : cuts[1]]), (role, text[cuts[1] :]))
        result += [(name, part) for name, part in parts if part]
        place += len(text)
    return result
