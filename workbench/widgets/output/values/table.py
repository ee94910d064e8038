"""Tables in values: read from HTML or from the data of a frame, drawn with a few rows, whole elsewhere.

HTML from outside is never shown as such: only the texts of its cells are taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

from rich.cells import cell_len, set_cell_size

from backend.records import dataclass
from workbench.format import count
from workbench.preview.tables import number_of
from workbench.sanitize import sanitize_line

ROWS, COLUMNS, CELL = 5_000, 500, 500
"""Rows, columns and characters of a cell that are read."""

HTML = 1_000_000
"""Characters of HTML that are read: a second of a thread's time."""

_DATA = "application/vnd.dataresource+json"
_WIDEST = 32  # cells of a column among the lines
_GAP = "  "
SHOWN = 10
"""Rows of a table among the lines."""


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as text. `index` is how many of the columns are row labels.

    `total` and `wide` are how many rows and columns there are, 0 where only those here are known of.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    index: int = 0
    total: int = 0
    wide: int = 0

    @property
    def words(self) -> str:
        """Its size: `1,000 rows × 12 columns`, and how many of them are here if not all are."""
        here = len(self.rows), len(self.header) - self.index
        total = max(self.total, here[0]), max(self.wide, here[1])
        said = f"{count(total[0], 'row')} × {count(total[1], 'column')}"
        if total == here:
            return said
        part = f"{here[0]:,} rows" if total[1] == here[1] else f"{here[0]:,} rows × {here[1]:,} columns"
        return f"{said}, {part} are here"


def table_of(bundle: Mapping[str, Any]) -> Table | None:
    """The table in a bundle, None without one."""
    data = bundle.get(_DATA)
    if isinstance(data, Mapping):
        found = _from_data(data)
        if found is not None:
            return found
    html = bundle.get("text/html")
    if isinstance(html, str) and "<table" in html[:20_000]:
        return _from_html(html[:HTML], str(bundle.get("text/plain", "")))
    return None


def numeric(cells: Sequence[str]) -> bool:
    """Whether most of these are numbers, which stand at the right."""
    numbers = sum(number_of(cell.rstrip("% ")) is not None for cell in cells)
    return numbers * 2 > len([cell for cell in cells if cell])


def drawn(table: Table, width: int, most: int) -> tuple[list[str], str]:
    """A header and the first rows in at most `width` cells, and what is left out: `7 rows more`.

    A first line of dashes parts header and rows.
    """
    rows = table.rows[:most]
    columns = list(zip(table.header, *rows, strict=True))
    widths = [min(max(map(cell_len, column)), _WIDEST) for column in columns]
    shown, room = 0, width
    while shown < len(columns) and (widths[shown] + len(_GAP) <= room or not shown):
        room -= widths[shown] + len(_GAP)
        shown += 1
    right = [numeric(column[1:]) and place >= table.index for place, column in enumerate(columns[:shown])]
    lines = []
    for row in (table.header, *rows):
        cells = [_cell(row[place], widths[place], right=right[place]) for place in range(shown)]
        lines.append(_GAP.join(cells).rstrip())
    lines.insert(1, _GAP.join("─" * widths[place] for place in range(shown)))
    left = []
    if (more := max(table.total, len(table.rows)) - len(rows)) > 0:
        left.append(f"{more:,} row{'' if more == 1 else 's'}")
    if (more := max(table.wide + table.index, len(columns)) - shown) > 0:
        left.append(f"{more:,} column{'' if more == 1 else 's'}")
    return lines, f"{' and '.join(left)} more" if left else ""


def csv_of(table: Table) -> str:
    """The table as comma-separated values."""
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.header)
    writer.writerows(table.rows)
    return text.getvalue()


def _cell(text: str, width: int, *, right: bool) -> str:
    size = cell_len(text)
    if size > width:
        return set_cell_size(text, width - 1).rstrip() + "…"
    return " " * (width - size) + text if right else text + " " * (width - size)


def _text(value: object) -> str:
    said = "" if value is None else value if isinstance(value, str) else str(value)
    return sanitize_line(" ".join(said[:CELL].split()))


def _from_data(data: Mapping[str, Any]) -> Table | None:
    """Of a Frictionless Data resource, as pandas makes it: fields, records, and the labels of rows."""
    schema, records = data.get("schema"), data.get("data")
    fields = schema.get("fields") if isinstance(schema, Mapping) else None
    if not isinstance(fields, list) or not isinstance(records, list):
        return None
    names = [str(field.get("name", "")) for field in fields[:COLUMNS] if isinstance(field, Mapping)]
    key = schema.get("primaryKey") if isinstance(schema, Mapping) else None
    keys = key if isinstance(key, list) else [key]
    index = next((place for place, name in enumerate(names) if name not in keys), 0)
    rows = [
        tuple(_text(record.get(name)) for name in names)
        for record in records[:ROWS]
        if isinstance(record, Mapping)
    ]
    total, wide = (data.get(name) for name in ("total", "columns"))
    header = tuple(
        _text("" if name == "index" and place < index else name) for place, name in enumerate(names)
    )
    if not names:
        return None
    return Table(header, tuple(rows), index, _number(total) or len(records), _number(wide))


def _number(value: object) -> int:
    return value if type(value) is int and 0 < value < 10**12 else 0


def _from_html(html: str, text: str) -> Table | None:
    parser = _Cells()
    try:
        parser.feed(html)
        parser.close()
    except (ValueError, AssertionError):  # of broken declarations, html.parser raises both
        return None
    rows = [row for row in parser.rows if row]
    width = max(map(len, rows), default=0)
    if width == 0 or (len(rows) < 2 and not parser.heads):
        return None
    filled = [tuple(row + [""] * (width - len(row))) for row in rows]
    heads = min(parser.heads, 3)
    if heads > 1:  # levels of columns, or the name of the index below them
        header = tuple(
            " ".join(dict.fromkeys(filter(None, column))) for column in zip(*filled[:heads], strict=True)
        )
    else:
        header = filled[0] if heads else tuple(str(place + 1) for place in range(width))
    return Table(header, tuple(filled[heads:]), min(parser.index, width - 1), _total(text))


def _total(text: str) -> int:
    """pandas says below a shortened frame how many rows it has: `[1000 rows x 12 columns]`."""
    last = text.rstrip().rpartition("\n")[2]
    words = last.strip("[]").split()
    return int(words[0]) if last.startswith("[") and words[1:2] == ["rows"] and words[0].isdigit() else 0


class _Cells(HTMLParser):
    """Takes the cells of the first table. `heads` counts its first rows that are headers only."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.heads = 0
        self.index = 0
        self._depth = 0
        self._over = False
        self._cell: list[str] | None = None
        self._size = 0
        self._span = 1
        self._marks: list[bool] = []  # of the cells of this row: whether each is a header
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A table, row or cell begins."""
        if tag in ("script", "style"):
            self._hidden += 1
        elif self._over:
            return
        elif tag == "table":
            self._depth += 1
        elif tag == "tr" and self._depth == 1 and len(self.rows) < ROWS:
            self._end_row()
            self.rows.append([])
        elif tag in ("td", "th") and self._depth == 1 and self.rows:
            self._end_cell()
            self._cell, self._size = [], 0
            span = dict(attrs).get("colspan") or "1"
            self._span = min(int(span), COLUMNS) if span.isdigit() and len(span) < 5 else 1
            self._marks.append(tag == "th")

    def handle_endtag(self, tag: str) -> None:
        """A table, row or cell ends."""
        if tag in ("script", "style"):
            self._hidden = max(self._hidden - 1, 0)
        elif self._over:
            return
        elif tag in ("td", "th") and self._depth == 1:
            self._end_cell()
        elif tag == "tr" and self._depth == 1:
            self._end_row()
        elif tag == "table":
            self._depth -= 1
            if self._depth <= 0:
                self._end_row()
                self._over = True

    def handle_data(self, data: str) -> None:
        """Text, which counts within a cell."""
        if self._cell is not None and not self._hidden and self._size < CELL:
            self._cell.append(data[:CELL])
            self._size += len(data)

    def close(self) -> None:
        """The end, also of what was never closed."""
        super().close()
        self._end_row()

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        row, text = self.rows[-1], _text("".join(self._cell))
        room = COLUMNS - len(row)
        row += [text] * min(self._span, max(room, 0))
        self._cell = None

    def _end_row(self) -> None:
        self._end_cell()
        marks, self._marks = self._marks, []
        if not marks or not self.rows:
            return
        if all(marks) and self.heads == len(self.rows) - 1:
            self.heads += 1
        elif not self.index and marks[0]:
            self.index = marks.index(False) if False in marks else 0
