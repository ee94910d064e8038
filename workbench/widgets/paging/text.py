"""The text of a file of any size: a few windows of it are kept, the next ones come as one scrolls."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from backend.errors import WorkbenchError
from workbench.preview import chunks
from workbench.preview.chunks import WINDOW, Chunk
from workbench.preview.encodings import Encoding
from workbench.preview.search import Match
from workbench.preview.source import Source
from workbench.widgets.code_view import CodeView
from workbench.widgets.lexing import runs_by_line
from workbench.widgets.paging.held import KEPT, Held
from workbench.widgets.paging.lines import Piece

_AHEAD = 40  # rows from the edge at which the next window is read
_COUNTED = 4 << 20  # bytes of one step of counting lines


class PagedText(CodeView):
    """Shows lines of a file, coloured as its name tells, from any place in it.

    Line numbers are known from the start of the file on; elsewhere there are none.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"code--match"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "scroll_up", "Up", show=False),
        Binding("j", "scroll_down", "Down", show=False),
    ]

    class Moved(Message):
        """Another part is in sight."""

    class Failed(Message):
        """A window could not be read."""

        def __init__(self, error: WorkbenchError) -> None:
            super().__init__()
            self.error = error

    def __init__(self, source: Source, encoding: Encoding, name: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._source, self._encoding, self._filename = source, encoding, name
        self._held = Held(encoding)
        self._wrapped_at = 0
        self.wrap = False

    # -- where

    @property
    def line_count(self) -> int:
        """How many lines are kept."""
        return sum(len(piece.lines) for piece in self._held.pieces)

    @property
    def place(self) -> int:
        """About which byte of the file the first row in sight is at."""
        return self._held.place(self.scroll_offset.y)

    @property
    def at_end(self) -> bool:
        """Whether the last row of the file is in sight."""
        return self._held.end >= self._source.size and self.scroll_offset.y >= self.max_scroll_y

    @property
    def text(self) -> str:
        """The lines kept, as they are shown."""
        lines = (runs for piece in self._held.pieces for runs in piece.lines)
        return "\n".join("".join(text for _, text in runs) for runs in lines)

    # -- going

    def action_scroll_home(self) -> None:
        """Show the start of the file, not only of what is kept of it."""
        self.run_worker(self._edge(end=False), group="edge", exclusive=True)

    def action_scroll_end(self) -> None:
        """Show the end of the file, not only of what is kept of it."""
        self.run_worker(self._edge(end=True), group="edge", exclusive=True)

    async def _edge(self, *, end: bool) -> None:
        try:
            await (self.go_end() if end else self.go(0))
        except WorkbenchError as error:
            self.post_message(self.Failed(error))

    def show_head(self, head: bytes) -> None:
        """Show the start of the file, of which `head` is read already."""
        data = head[:WINDOW]
        last = len(data) >= self._source.size
        self._replace(chunks.after(data, 0, self._encoding, last=last), 1)
        self._scroll(0)

    async def go(self, offset: int) -> None:
        """Show the first whole line at or behind a byte of the file. Raises WorkbenchError."""
        start = chunks.aligned(max(min(offset, self._source.size), 0), self._encoding)
        data = await self._source.read(start, WINDOW)
        last = start + len(data) >= self._source.size
        chunk = chunks.around(data, start, self._encoding, last=last)
        if not chunk.data and start:
            await self.go_end()
            return
        self._replace(chunk, 1 if chunk.start == 0 else None)
        self._scroll(0)

    async def go_end(self) -> None:
        """Show the last lines of the file. Raises WorkbenchError."""
        size = self._source.size
        start = chunks.aligned(max(size - WINDOW, 0), self._encoding)
        chunk = chunks.before(await self._source.read(start, size - start), size, self._encoding)
        self._replace(chunk, 1 if chunk.start == 0 else None)
        self.scroll_end(animate=False, force=True, immediate=True)

    async def go_line(self, line: int) -> bool:
        """Show a line by its number, counted from the start of the file; False where there are fewer.

        Raises WorkbenchError.
        """
        place, number = 0, 1
        newline = self._encoding.newline
        while place < self._source.size and (data := await self._source.read(place, _COUNTED)):
            count = data.count(newline)
            if number + count < line:
                number, place = number + count, place + len(data)
                continue
            behind = 0
            for _ in range(line - number):
                behind = data.index(newline, behind) + len(newline)
            # from the end of the line before, so that the window begins with this one
            await self.go(max(place + behind - len(newline), 0))
            if self._held.pieces:
                self._held.pieces[0].first = line if self._held.start else 1
                self._lay()
            return True
        return False

    async def show_match(self, match: Match) -> None:
        """Show and mark what was found. Raises WorkbenchError."""
        self._held.match = match
        for start in (max(match.start - WINDOW // 2, 0), match.start):  # a line can be longer than a window
            if self._held.row_of(match.start) is None:
                await self.go(start)
        self._held.find_marks()
        row = self._held.row_of(match.start)
        if row is not None:
            self._scroll(max(row - self.size.height // 3, 0))
        self.refresh()

    def set_wrap(self, wrap: bool) -> None:
        """Have long lines go on in the next row, or run out of sight."""
        rows = self._held.rows
        row = rows[min(self.scroll_offset.y, len(rows) - 1)] if rows else None
        self.wrap = wrap
        self._lay()
        if row is not None:
            self.scroll_to(x=0, animate=False, force=True, immediate=True)
            self._scroll(self._held.same_line(row))

    def on_resize(self, event: events.Resize) -> None:
        """Wrap anew for another width."""
        if self.wrap and self._room != self._wrapped_at:
            self._lay()

    def _scroll(self, row: int) -> None:
        self.scroll_to(y=row, animate=False, force=True, immediate=True)

    # -- windows

    def watch_scroll_y(self, old: float, new: float) -> None:
        """Read the next window when the edge of those kept is near."""
        super().watch_scroll_y(old, new)
        self.post_message(self.Moved())
        if self._near_end and self._held.end < self._source.size:
            self.run_worker(self._extend(), group="extend")
        elif self.scroll_offset.y < _AHEAD and self._held.start > 0:
            self.run_worker(self._extend_before(), group="extend")

    @property
    def _near_end(self) -> bool:
        return self.scroll_offset.y + self.size.height + _AHEAD >= len(self._held.rows)

    async def _extend(self) -> None:
        start = self._held.end
        data = await self._window(start, WINDOW)
        if not data or self._held.end != start:
            return  # another read was first, or the file has become shorter
        last = start + len(data) >= self._source.size
        piece = self._held.append(chunks.after(data, start, self._encoding, last=last))
        gone = self._held.drop_first()
        self._lay()
        if gone:
            self._scroll(max(self.scroll_offset.y - gone, 0))
        self._colour_piece(piece)
        self._fill()

    async def _extend_before(self) -> None:
        end = self._held.start
        start = chunks.aligned(max(end - WINDOW, 0), self._encoding)
        data = await self._window(start, end - start)
        if not data or self._held.start != end:
            return
        piece = self._held.prepend(chunks.before(data, end, self._encoding))
        self._lay()
        self._scroll(self.scroll_offset.y + sum(row.piece == 0 for row in self._held.rows))
        self._colour_piece(piece)

    async def _window(self, start: int, size: int) -> bytes:
        try:
            return await self._source.read(start, size)
        except WorkbenchError as error:
            self.post_message(self.Failed(error))
            return b""

    def _fill(self) -> None:
        """Read on where the rows do not fill the screen: lines can be longer than a window."""
        if self._near_end and self._held.end < self._source.size and len(self._held.pieces) < KEPT:
            self.run_worker(self._extend(), group="extend")

    def _replace(self, chunk: Chunk, first: int | None) -> None:
        piece = self._held.replace(chunk, first)
        self._lay()
        self._colour_piece(piece)
        self._fill()

    def _colour_piece(self, piece: Piece) -> None:
        if self._filename:
            self.run_worker(self._coloured(piece), group="colour")

    async def _coloured(self, piece: Piece) -> None:
        text = "\n".join(runs[0][1] for runs in piece.lines)
        lines = await asyncio.to_thread(runs_by_line, text, self._filename)
        if any(piece is kept for kept in self._held.pieces) and len(lines) == len(piece.lines):
            piece.lines = lines
            if self.wrap:
                self._lay(same=True)
            self.refresh()

    @property
    def _room(self) -> int:
        return max(self.scrollable_content_region.width - self._gutter - 1, 8)

    def _lay(self, *, same: bool = False) -> None:
        """Make rows of the pieces; `same` when there are no other ones."""
        self._wrapped_at = self._room if self.wrap else 0
        self._held.lay(self._wrapped_at)
        if not same:
            width = 0 if self.wrap else self._held.width
            self.virtual_size = Size(width + self._gutter + 1, len(self._held.rows))
        self.refresh(layout=not same)

    # -- drawing

    @property
    def _gutter(self) -> int:
        last = self._held.last_number
        return 2 if last is None else len(str(last)) + 2

    def render_line(self, y: int) -> Strip:
        """One row: its number, which does not scroll sideways, and its text."""
        scroll_x, scroll_y = self.scroll_offset
        width, gutter, base = self.scrollable_content_region.width, self._gutter, self.rich_style
        if y + scroll_y >= len(self._held.rows):
            return Strip.blank(width, base)
        row = self._held.rows[y + scroll_y]
        known = self._held.number(row)
        number = " " * gutter if known is None else f"{known:>{gutter - 1}} "
        edge = Segment(number, base + self._paint("code--gutter"))
        text = Strip([Segment(text, self._style(base, role)) for role, text in self._held.runs(row)])
        room = max(0, width - gutter)
        text = text.crop(scroll_x, scroll_x + room).adjust_cell_length(room, base)
        return Strip.join([Strip([edge], gutter), text])
