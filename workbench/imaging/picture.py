"""A picture in cells: its pixels, and its rows as segments to paint."""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from backend.records import dataclass

Rgb = tuple[int, int, int]

UPPER = "▀"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture made to fit: `width` pixels a row, `height` rows, four bytes a pixel (RGBA).

    `source` is the size of the original in pixels, `kind` its format (`PNG`), `moving` says that it has more
    frames than the first, which is shown.
    """

    width: int
    height: int
    rgba: bytes
    source: tuple[int, int]
    kind: str
    moving: bool = False

    @property
    def rows(self) -> int:
        """How many rows of cells it takes; two pixels are above each other in one."""
        return (self.height + 1) // 2

    @property
    def words(self) -> str:
        """What it is: `PNG, 1,200 × 900 pixels`, and that it moves."""
        width, height = self.source
        return f"{self.kind}, {width:,} × {height:,} pixels" + (", first frame" if self.moving else "")

    def row(self, y: int, background: Rgb) -> list[Segment]:
        """One row of cells over a background; neighbours that look the same are one segment.

        About 3 µs a cell: made for the rows that are seen, and kept by whoever paints them.
        """
        upper = self._line(2 * y, background)
        below = 2 * y + 1
        lower = self._line(below, background) if below < self.height else [background] * self.width
        segments: list[Segment] = []
        last, count = (upper[0], lower[0]), 0
        for pair in zip(upper, lower, strict=True):
            if pair == last:
                count += 1
                continue
            segments.append(_segment(last, count))
            last, count = pair, 1
        segments.append(_segment(last, count))
        return segments

    def _line(self, y: int, background: Rgb) -> list[Rgb]:
        start = y * self.width * 4
        line = self.rgba[start : start + self.width * 4]
        pixels = zip(line[0::4], line[1::4], line[2::4], line[3::4], strict=True)
        return [(r, g, b) if a == 255 else _over((r, g, b), a, background) for r, g, b, a in pixels]


def _over(colour: Rgb, alpha: int, background: Rgb) -> Rgb:
    red, green, blue = (
        (above * alpha + below * (255 - alpha) + 127) // 255
        for above, below in zip(colour, background, strict=True)
    )
    return red, green, blue


def _segment(pair: tuple[Rgb, Rgb], count: int) -> Segment:
    upper, lower = pair
    return Segment((" " if upper == lower else UPPER) * count, _style(upper, lower))


@lru_cache(maxsize=8_192)  # a photo on a whole screen has some 5,000 pairs
def _style(upper: Rgb, lower: Rgb) -> Style:
    return Style(color=Color.from_rgb(*upper), bgcolor=Color.from_rgb(*lower))
