"""The screen without colours: what stood out by its background is reversed instead."""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_STANDS_OUT = 0.25  # difference of brightness (0 to 1) from which a background is one to be seen


class PlainFilter(LineFilter):
    """Takes all colours away; cursors, selections and marks stay to be seen."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments in bold, underlined and reversed only."""
        return [
            Segment(text, style and _plain(style, background.brightness), control)
            for text, style, control in segments
        ]


@lru_cache(4096)
def _plain(style: Style, behind: float) -> Style:
    reverse = bool(style.reverse)
    if style.bgcolor is not None and style.bgcolor.triplet is not None:
        bright = Color(*style.bgcolor.triplet).brightness
        reverse ^= abs(bright - behind) >= _STANDS_OUT
    return Style(
        bold=style.bold, italic=style.italic, underline=style.underline, strike=style.strike, reverse=reverse
    ) + Style(meta=style.meta)
