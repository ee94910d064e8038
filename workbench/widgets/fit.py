"""Text cut or padded to a number of terminal cells; wide characters count as two."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size


def cut(text: str, width: int) -> str:
    """`text` in at most `width` cells; what does not fit ends in `…`."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return text
    # set_cell_size pads with a space where a wide character is split
    return set_cell_size(text, width - 1).rstrip() + "…"


def cut_middle(text: str, width: int) -> str:
    """`text` in at most `width` cells with its start and its end kept, for names that differ at the end."""
    if cell_len(text) <= width:
        return text
    if width < 5:
        return cut(text, width)
    head = set_cell_size(text, (width - 1) // 2).rstrip()
    tail, room = "", width - 1 - cell_len(head)
    for char in reversed(text):
        if cell_len(char + tail) > room:
            break
        tail = char + tail
    return f"{head}…{tail}"


def left(text: str, width: int) -> str:
    """`text` cut or padded to exactly `width` cells, at the left edge."""
    return set_cell_size(cut(text, width), max(width, 0))


def right(text: str, width: int) -> str:
    """`text` cut or padded to exactly `width` cells, at the right edge."""
    shown = cut(text, width)
    return " " * (width - cell_len(shown)) + shown
