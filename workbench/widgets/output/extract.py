"""The text of a selection."""

from __future__ import annotations

from rich.cells import cell_len
from textual.selection import Selection

from .lines.buffer import LineBuffer
from .lines.width import TAB


def extract(buffer: LineBuffer, selection: Selection, gutter: int) -> str:
    """What a selection holds; its rows are line numbers, its columns those of the screen behind `gutter`."""
    first, last = buffer.dropped, buffer.end - 1
    start, end = selection.start, selection.end
    if start is not None:
        first = max(first, start.y)
    if end is not None:
        last = min(last, end.y)
    lines = list(buffer.texts(first, last + 1))
    if lines and end is not None and end.y == last:
        lines[-1] = lines[-1][: text_index(lines[-1], max(end.x - gutter, 0))]
    if lines and start is not None and start.y == first:
        lines[0] = lines[0][text_index(lines[0], max(start.x - gutter, 0)) :]
    return "\n".join(lines)


def text_index(text: str, shown_index: int) -> int:
    """The index in `text` of a character of its tab-expanded form; inside a tab, that of the tab."""
    if "\t" not in text:
        return min(shown_index, len(text))
    column = shown = 0
    for index, char in enumerate(text):
        width = TAB - column % TAB if char == "\t" else 1
        if shown + width > shown_index:
            return index
        shown += width
        column += width if char == "\t" else cell_len(char)
    return len(text)
