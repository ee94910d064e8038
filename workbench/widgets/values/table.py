"""A table of any number of rows, drawn by visible cells, with its head always in sight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from workbench.preview.tables import sorted_rows
from workbench.sanitize import sanitize_line
from workbench.widgets.fit import left, right
from workbench.widgets.paint import Paint
from workbench.widgets.values.columns import GAP, WIDEST, Columns, columns_of

_CUT = 400  # characters of a cell that are looked at: more cannot be seen, and cleaning a megabyte takes time


class TableView(ScrollView, can_focus=True):
    """Shows rows of strings, which may come from outside. One cell is under the cursor.

    `sort` orders by a column: smallest first, largest first, as it was. A click on a name does so too.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--head",
        "table--number",
        "table--dim",
        "table--row",
        "table--cursor",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1, 0)", "Up", show=False),
        Binding("down,j", "move(1, 0)", "Down", show=False),
        Binding("left,h", "move(0, -1)", "Left", show=False),
        Binding("right,l", "move(0, 1)", "Right", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "edge(-1)", "First row", show=False),
        Binding("end", "edge(1)", "Last row", show=False),
        Binding("s", "sort", "Sort", tooltip="Orders by this column: up, down, as it was."),
    ]

    class Moved(Message):
        """Another cell is under the cursor; `text` is all that is in it."""

        def __init__(self, column: str, text: str) -> None:
            super().__init__()
            self.column, self.text = column, text

    cursor: reactive[tuple[int, int]] = reactive((0, 0))
    """Row and column under the cursor."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._names: list[str] = []
        self._given: list[list[str]] = []
        self._rows: list[list[str]] = []
        self._columns = Columns((), (), ())
        self._order: tuple[int, bool] | None = None
        self._paint = Paint(self)

    def show(self, columns: Sequence[str], rows: list[list[str]]) -> None:
        """Show these rows; each has one cell a column."""
        self._names = list(columns)
        self._given = self._rows = rows
        self._columns = columns_of(self._names, rows)
        self._order = None
        self.virtual_size = Size(self._gutter + self._columns.width, len(rows) + 1)
        self.set_reactive(TableView.cursor, (0, 0))
        self.scroll_home(animate=False)
        self.refresh(layout=True)
        self._tell()

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    @property
    def cell(self) -> str:
        """All that is in the cell under the cursor, as it came."""
        row, column = self.cursor
        return self._rows[row][column] if self._rows and self._names else ""

    @property
    def order(self) -> tuple[str, bool] | None:
        """The column that rows are ordered by and whether the largest come first; None as they came."""
        return None if self._order is None else (self._names[self._order[0]], self._order[1])

    # -- moving

    def validate_cursor(self, cursor: tuple[int, int]) -> tuple[int, int]:
        """Keep the cursor inside."""
        row, column = cursor
        return (
            min(max(row, 0), max(len(self._rows) - 1, 0)),
            min(max(column, 0), max(len(self._names) - 1, 0)),
        )

    def watch_cursor(self) -> None:
        """Bring the cell into view."""
        row, column = self.cursor
        self.refresh()
        if self._names:
            start, width = self._columns.starts[column], self._columns.widths[column]
            # the head covers the first line, and the row numbers the first cells
            place = Region(start, row, self._gutter + width, 2)
            self.scroll_to_region(place, animate=False, force=True)
        self._tell()

    def _tell(self) -> None:
        if self._names:
            self.post_message(self.Moved(self._names[self.cursor[1]], self.cell))

    def action_move(self, rows: int, columns: int) -> None:
        """Move the cursor by so many cells."""
        row, column = self.cursor
        self.cursor = (row + rows, column + columns)

    def action_page(self, pages: int) -> None:
        """Move the cursor by so many pages."""
        self.action_move(pages * max(self.scrollable_content_region.height - 2, 1), 0)

    def action_edge(self, end: int) -> None:
        """Move to the first row or the last."""
        self.cursor = (len(self._rows) if end > 0 else 0, self.cursor[1])

    def action_sort(self) -> None:
        """Order by the column under the cursor: up, down, as it was."""
        self.sort(self.cursor[1])

    def sort(self, column: int) -> None:
        """Order by a column, the next way round."""
        if not self._names:
            return
        descending = self._order == (column, False)
        self._order = None if self._order == (column, True) else (column, descending)
        if self._order is None:
            self._rows = self._given
        else:
            self._rows = sorted_rows(self._given, column, descending=descending)
        self.cursor = (0, column)
        self.scroll_to(y=0, animate=False)
        self.refresh()
        self._tell()

    def on_click(self, event: events.Click) -> None:
        """A click on a name orders; one on a cell moves there."""
        place = event.get_content_offset(self)
        if place is None or not self._names:
            return
        column = self._columns.at(max(place.x - self._gutter + self.scroll_offset.x, 0))
        if place.y == 0:
            self.sort(column)
        elif place.y + self.scroll_offset.y <= len(self._rows):
            self.cursor = (place.y - 1 + self.scroll_offset.y, column)

    # -- drawing

    @property
    def _gutter(self) -> int:
        return len(str(max(len(self._rows), 1))) + 2

    def notify_style_update(self) -> None:
        """Take the colours of the new theme or focus."""
        self._paint.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """The head, or one row: its number, which does not scroll sideways, and what fits of its cells."""
        width, base = self.scrollable_content_region.width, self.rich_style
        scroll_x, scroll_y = self.scroll_offset
        row = y + scroll_y - 1
        if y and row >= len(self._rows):
            return Strip.blank(width, base)
        ground = base + self._paint("table--head") if not y else base
        if y and row == self.cursor[0] and self.has_focus:
            ground = base + self._paint("table--row")
        number = f"{row + 1:>{self._gutter - 2}}  " if y else " " * self._gutter
        edge = Segment(number, ground + self._paint("table--dim"))
        room = max(width - self._gutter, 0)
        seen = self._columns.seen(scroll_x, room)
        cells = [segment for column in seen for segment in self._cell(row if y else -1, column, ground)]
        strip = Strip(cells)
        if seen:
            begin = scroll_x - self._columns.starts[seen.start]
            strip = strip.crop(begin, begin + room)
        return Strip.join([Strip([edge], self._gutter), strip.adjust_cell_length(room, ground)])

    def _cell(self, row: int, column: int, ground: Style) -> list[Segment]:
        text = self._names[column] if row < 0 else self._rows[row][column]
        shown = sanitize_line(text[:_CUT])
        style = ground
        if row < 0 and self._order is not None and self._order[0] == column:
            shown = f"{left(shown, min(len(shown), WIDEST - 2))} {'▼' if self._order[1] else '▲'}"
        elif row >= 0 and self._columns.numeric[column]:
            style += self._paint("table--number")
        if (row, column) == self.cursor or (row < 0 and column == self.cursor[1] and self.has_focus):
            style += self._paint("table--cursor") if row >= 0 else Style(underline=True)
        fit = right if self._columns.numeric[column] else left
        return [Segment(fit(shown, self._columns.widths[column]), style), Segment(" " * GAP, ground)]
