"""The bytes of a file of any size, read where one looks."""

from __future__ import annotations

from collections import OrderedDict
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from backend.errors import WorkbenchError
from workbench.preview.search import Match
from workbench.preview.source import Source
from workbench.widgets.paint import Paint

ROW = 16
"""Bytes of a row."""

_PAGE = 64 << 10  # bytes of one read
_KEPT = 8  # pages


class HexView(ScrollView, can_focus=True):
    """Shows offset, sixteen bytes, and what of them is ASCII; the pages of the file come as one scrolls."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"hex--offset", "hex--plain", "hex--match"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "scroll_up", "Up", show=False),
        Binding("j", "scroll_down", "Down", show=False),
    ]

    class Moved(Message):
        """Another part is in sight."""

    class Failed(Message):
        """A part could not be read."""

        def __init__(self, error: WorkbenchError) -> None:
            super().__init__()
            self.error = error

    def __init__(self, source: Source, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._source = source
        self._pages: OrderedDict[int, bytes] = OrderedDict()
        self._asked: set[int] = set()
        self._match: Match | None = None
        self._paint = Paint(self)

    def on_mount(self) -> None:
        """Take the size of the file."""
        self.reload()

    def reload(self) -> None:
        """Read anew what is in sight."""
        self._pages.clear()
        self._asked.clear()
        self.virtual_size = Size(self._digits + 2 + 3 * ROW + 3 + ROW, -(-self._source.size // ROW))
        self.refresh(layout=True)

    @property
    def place(self) -> int:
        """Offset of the first byte in sight."""
        return self.scroll_offset.y * ROW

    @property
    def text(self) -> str:
        """The rows in sight."""
        height = self.scrollable_content_region.height
        return "\n".join(self.render_line(y).text.rstrip() for y in range(height)).rstrip()

    async def go(self, offset: int) -> None:
        """Show a place in the file."""
        self.scroll_to(y=offset // ROW, animate=False, force=True, immediate=True)

    async def go_end(self) -> None:
        """Show the end of the file."""
        self.scroll_end(animate=False, force=True, immediate=True)

    async def show_match(self, match: Match) -> None:
        """Show and mark what was found."""
        self._match = match
        await self.go(max(match.start - ROW * (self.size.height // 3), 0))
        self.refresh()

    def watch_scroll_y(self, old: float, new: float) -> None:
        """Tell that something else is in sight."""
        super().watch_scroll_y(old, new)
        self.post_message(self.Moved())

    async def _read(self, page: int) -> None:
        try:
            data = await self._source.read(page * _PAGE, _PAGE)
        except WorkbenchError as error:
            self.post_message(self.Failed(error))
            return
        self._pages[page] = data
        self._asked.discard(page)
        while len(self._pages) > _KEPT:
            self._pages.popitem(last=False)
        self.refresh()

    def _bytes(self, start: int) -> bytes | None:
        """One row; None while it is on its way."""
        page, offset = divmod(start, _PAGE)
        data = self._pages.get(page)
        if data is not None:
            self._pages.move_to_end(page)
            return data[offset : offset + ROW]
        if page not in self._asked:
            self._asked.add(page)
            self.run_worker(self._read(page), group=f"page-{page}")
        return None

    # -- drawing

    @property
    def _digits(self) -> int:
        return max(8, len(f"{self._source.size:x}"))

    def notify_style_update(self) -> None:
        """Take the colours of the new theme or focus."""
        self._paint.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """One row of sixteen bytes."""
        scroll_x, scroll_y = self.scroll_offset
        width, base = self.scrollable_content_region.width, self.rich_style
        start = (y + scroll_y) * ROW
        if start >= self._source.size:
            return Strip.blank(width, base)
        data = self._bytes(start)
        segments = [Segment(f"{start:0{self._digits}x}  ", base + self._paint("hex--offset"))]
        segments += [Segment("…", base)] if data is None else self._row(start, data, base)
        return Strip(segments).crop(scroll_x, scroll_x + width).adjust_cell_length(width, base)

    def _row(self, start: int, data: bytes, base: Style) -> list[Segment]:
        marked = base + self._paint("hex--match")
        plain = base + self._paint("hex--plain")
        codes, letters = [], []
        for index, byte in enumerate(data):
            found = self._marks(start + index)
            codes.append(Segment(f"{byte:02x}", marked if found else base))
            codes.append(Segment("  " if index == 7 else " ", base))
            letters.append(Segment(chr(byte) if 32 <= byte < 127 else "·", marked if found else plain))
        missing = ROW - len(data)
        codes.append(Segment(" " * (3 * missing + (missing > 8)) + " ", base))
        return codes + letters

    def _marks(self, offset: int) -> bool:
        match = self._match
        return match is not None and match.start <= offset < match.start + match.length
