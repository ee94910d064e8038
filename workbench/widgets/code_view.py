"""Read-only text with line numbers and highlighting, drawn by visible lines."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from workbench.sanitize import sanitize
from workbench.widgets.lexing import ROLES, Run, runs_by_line
from workbench.widgets.paint import Paint

# a line of a megabyte would cost a full measure at every repaint
LONGEST_LINE = 2_000


def displayable(text: str) -> str:
    """`text` as lines to show: cleaned, tabs as spaces, overlong lines cut with a note of what is left."""
    lines = sanitize(text.replace("\r\n", "\n").removesuffix("\n")).expandtabs(4).split("\n")
    return "\n".join(
        line
        if len(line) <= LONGEST_LINE
        else f"{line[:LONGEST_LINE]} … {len(line) - LONGEST_LINE:,} characters more"
        for line in lines
    )


class CodeView(ScrollView, can_focus=True):
    """Shows text that nobody edits. It scrolls by keys and mouse; colours come after the first paint."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"code--gutter", *(f"code--{role}" for role in ROLES)}

    def __init__(self, *, id: str | None = None, numbers: bool = True) -> None:
        super().__init__(id=id)
        self._runs: list[list[Run]] = []
        self._numbers = numbers
        self._paint = Paint(self)

    @property
    def line_count(self) -> int:
        """How many lines there are."""
        return len(self._runs)

    def show(self, text: str, filename: str = "") -> None:
        """Show `text`, highlighted as `filename`'s ending tells; plain at once, coloured a moment later."""
        shown = displayable(text)
        self._runs = [[("", line)] for line in shown.split("\n")]
        width = max(cell_len(line) for line in shown.split("\n"))
        self.virtual_size = Size(width + self._gutter + 1, len(self._runs))
        self.refresh(layout=True)
        if filename:
            self.run_worker(self._colour(shown, filename), group="colour", exclusive=True)

    def show_runs(self, runs: list[list[Run]]) -> None:
        """Show lines that are coloured already; their text must be displayable."""
        self._runs = runs or [[("", "")]]
        width = max(sum(cell_len(text) for _, text in line) for line in self._runs)
        self.virtual_size = Size(width + self._gutter + 1, len(self._runs))
        self.refresh(layout=True)

    async def _colour(self, shown: str, filename: str) -> None:
        self._runs = await asyncio.to_thread(runs_by_line, shown, filename)
        self.refresh()

    @property
    def _gutter(self) -> int:
        return len(str(len(self._runs))) + 2 if self._numbers else 1

    def notify_style_update(self) -> None:
        """Take the colours of the new theme or focus."""
        self._paint.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """One visible line: its number, which does not scroll sideways, and its text."""
        scroll_x, scroll_y = self.scroll_offset
        width, gutter, base = self.scrollable_content_region.width, self._gutter, self.rich_style
        place = y + scroll_y
        if place >= len(self._runs):
            return Strip.blank(width, base)
        number = f"{place + 1:>{gutter - 1}} " if self._numbers else " "
        edge = Segment(number, base + self._paint("code--gutter"))
        text = Strip([Segment(text, self._style(base, role)) for role, text in self._runs[place]])
        room = max(0, width - gutter)
        text = text.crop(scroll_x, scroll_x + room).adjust_cell_length(room, base)
        return Strip.join([Strip([edge], gutter), text])

    def _style(self, base: Style, role: str) -> Style:
        return base + self._paint(f"code--{role}") if role else base
