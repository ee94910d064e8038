"""How wide lines are, without looking at every character of every line."""

from __future__ import annotations

import heapq
import re

from rich.cells import cell_len

TAB = 8
_ESCAPES = re.compile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\))")
_PROBED = 3


def estimate_width(lines: list[str], text: str, known: int) -> int:
    """The width in cells of the widest of `lines`, exact for plain ASCII.

    Of other text only the longest few lines are measured; the view corrects the width when it shows a wider
    one: measuring all takes longer than keeping them. `text` is what the lines came from; nothing is measured
    when no line can be wider than `known`.
    """
    longest = max(map(len, lines), default=0)
    if text.isascii() and "\t" not in text and "\x1b" not in text:
        return longest
    if longest * (TAB if "\t" in text else 2) <= known:
        return 0
    return max(
        cell_len(_ESCAPES.sub("", line).expandtabs(TAB)) for line in heapq.nlargest(_PROBED, lines, len)
    )
