"""Delimited text as a table; broken and ragged rows are tolerated, and told; pure."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator

from backend.records import dataclass

DELIMITERS = ",\t;|"
MOST_COLUMNS = 2_000
_SAMPLE = 50  # lines that tell the delimiter


@dataclass(frozen=True, slots=True)
class Table:
    """Column names and rows, each with one cell a column. `notes` say what was not as it should be."""

    columns: list[str]
    rows: list[list[str]]
    notes: tuple[str, ...] = ()


def delimiter_of(text: str, name: str = "") -> str:
    """What separates the cells of `text`: by the file's name, else what cuts most lines into as many cells.

    Empty when nothing does.
    """
    if name.lower().endswith((".tsv", ".tab")):
        return "\t"
    lines = [line for line in text[:65_536].split("\n", _SAMPLE)[:_SAMPLE] if line.strip()]
    best, delimiter = 0.0, ""
    for candidate in DELIMITERS:
        widths = Counter(len(row) for row in _parsed("\n".join(lines), candidate, []))
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        score = count / max(sum(widths.values()), 1)
        if width > 1 and score > best:
            best, delimiter = score, candidate
    return delimiter


def table_of(text: str, name: str = "", *, cut: bool = False) -> Table:
    """`text` as a table. `cut`: there is more of the file, so the last row may be half and is left out."""
    delimiter = delimiter_of(text, name) or ","
    notes: list[str] = []
    rows = list(_parsed(text, delimiter, notes))
    if not cut and _swallowed(rows):
        notes = ["a quote is not closed: quotes are read as they stand"]
        rows = list(_parsed(text, delimiter, notes, csv.QUOTE_NONE))
    if cut and len(rows) > 1:
        rows.pop()
    width = max((len(row) for row in rows), default=0)
    if width > MOST_COLUMNS:
        notes.append(f"{width - MOST_COLUMNS:,} columns more")
        width = MOST_COLUMNS
        rows = [row[:width] for row in rows]
    columns = rows.pop(0) if rows and _is_header(rows) else []
    columns += [str(number) for number in range(len(columns) + 1, width + 1)]
    ragged = sum(len(row) != width for row in rows)
    if ragged:
        notes.append(f"{ragged:,} {'row has' if ragged == 1 else 'rows have'} another number of cells")
        for row in rows:
            row += [""] * (width - len(row))
    return Table(columns, rows, tuple(notes))


def _parsed(
    text: str, delimiter: str, notes: list[str], quoting: int = csv.QUOTE_MINIMAL
) -> Iterator[list[str]]:
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
    broken = 0
    while True:
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error:  # a cell of more than 128 kB
            broken += 1
            continue
        if row:
            yield row
    if broken:
        notes.append(f"{broken:,} {'row' if broken == 1 else 'rows'} cannot be read")


def _swallowed(rows: list[list[str]]) -> bool:
    """Whether the last row has taken in what follows an opening quote."""
    return bool(rows) and any(cell.count("\n") > 100 for cell in rows[-1])


def _is_header(rows: list[list[str]]) -> bool:
    """Whether the first row names the columns: words, no two the same, where the others are no less wide."""
    first = [cell.strip() for cell in rows[0]]
    if len(rows) == 1 or not all(first) or len(set(first)) < len(first):
        return False
    return not any(number_of(cell) is not None for cell in first)


def number_of(cell: str) -> float | None:
    """The number in a cell, `1,234.5` and ` 12 ` too; None when it holds none. NaN counts as none."""
    text = cell.strip().replace(",", "").replace("_", "x")
    try:
        number = float(text)
    except ValueError:
        return None
    return None if number != number else number


def sorted_rows(rows: list[list[str]], column: int, *, descending: bool) -> list[list[str]]:
    """The rows by one column: by number where most cells hold one, else by words. Empty cells come last."""
    filled = [row for row in rows if row[column].strip()]
    empty = [row for row in rows if not row[column].strip()]
    numbers = [number_of(row[column]) for row in filled]
    if sum(number is not None for number in numbers) * 2 > len(filled):
        plain = [row for row, number in zip(filled, numbers, strict=True) if number is None]
        keyed = [(number, row) for row, number in zip(filled, numbers, strict=True) if number is not None]
        keyed.sort(key=lambda pair: pair[0], reverse=descending)
        return [row for _, row in keyed] + plain + empty
    return sorted(filled, key=lambda row: row[column].casefold(), reverse=descending) + empty
