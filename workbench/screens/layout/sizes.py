"""How large the panes are, once somebody wants them otherwise than the style sheets have them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from textual.screen import Screen
from textual.widget import Widget

from workbench.layout import LEAST, MOST, KeptLayout
from workbench.screens.layout.panes import Layout

_PARTS = 10_000  # as finely as shares are kept
_WHOLE = 20  # fr of two panes together in the style sheets, where there may be a third
_NARROWEST = 20  # columns that the sidebar keeps, and twice that the rest


class Sizes:
    """Moves the borders between panes: `work` between editor and output, `past` between history and files,
    `side` left of the sidebar. `layout` holds where they are; sizes follow the terminal's.
    """

    def __init__(self, screen: Screen[None], panes: Layout, side: Widget, layout: KeptLayout) -> None:
        self._screen, self._panes, self._side = screen, panes, side
        self.layout = layout

    @property
    def _wide(self) -> bool:
        return self._screen.has_class("-wide")

    @property
    def _room(self) -> int:
        """Columns that the sidebar may have; before the first frame the terminal tells."""
        attached = self._screen.is_attached
        columns = self._screen.size.width if attached else shutil.get_terminal_size().columns
        return max(_NARROWEST, columns - 2 * _NARROWEST)

    def apply(self) -> None:
        """Give the panes their sizes; call it again when the screen's classes changed."""
        self._share(self._panes.work, self.layout.editor, across=self._wide)
        self._share(self._panes.side[:2], self.layout.history, across=False)
        wanted = self.layout.side
        alone = self._screen.has_class("-solo-side")
        self._side.styles.width = max(_NARROWEST, min(wanted, self._room)) if wanted and not alone else None

    def _share(self, pair: Sequence[Widget], share: float, *, across: bool) -> None:
        first, second = pair
        for pane, part in ((first, share), (second, 1 - share)):
            fraction = f"{round(part * _WHOLE, 4)}fr"
            pane.styles.width, pane.styles.height = (fraction, None) if across else (None, fraction)

    def nudge(self, columns: int, rows: int) -> bool:
        """Move the border nearest to the focused pane; False when there is none to move that way."""
        pane = self._panes.focused() or self._panes.panes[0]
        if rows:
            border = "past" if pane in self._panes.side else "" if self._wide else "work"
        elif self._wide and pane is self._panes.panes[0]:
            border = "work"
        else:
            border = "side"
        behind = self._behind(border)
        if behind is None:
            return False
        return self.move(border, behind.region.x + columns, behind.region.y + rows)

    def _pair(self, border: str) -> Sequence[Widget]:
        return self._panes.work if border == "work" else self._panes.side[:2] if border == "past" else ()

    def _behind(self, border: str) -> Widget | None:
        """What is right of a border, or below it; None where there is no border to be seen."""
        if border == "side":
            alone = self._screen.has_class("-solo")
            return None if alone or not self._side.region else self._side
        pair = self._pair(border)
        return pair[1] if pair and all(pane.region for pane in pair) else None

    def _upright(self, border: str) -> bool:
        return border == "side" or (border == "work" and self._wide)

    def border_at(self, column: int, row: int) -> str:
        """The border at a cell of the screen, or nothing."""
        for border in ("side", "past", "work"):
            behind = self._behind(border)
            if behind is not None and behind.region.contains(column, row):
                place = behind.region
                if (column == place.x) if self._upright(border) else (row == place.y):
                    return border
        return ""

    def move(self, border: str, column: int, row: int) -> bool:
        """Move a border to a column or row of the screen, as far as it can go; False when it stays."""
        before = self.layout
        if border == "side":
            right = self._side.region.right
            self.layout = replace(before, side=max(_NARROWEST, min(right - column, self._room)))
        else:
            first, second = self._pair(border)
            area = first.region.union(second.region)
            if self._upright(border):
                share = (column - area.x) / max(1, area.width)
            else:
                share = (row - area.y) / max(1, area.height)
            share = ceil(max(LEAST, min(share, MOST)) * _PARTS) / _PARTS  # rounded down it is a cell less
            name = "editor" if border == "work" else "history"
            self.layout = replace(before, **{name: share})  # type: ignore[arg-type]  # a share
        if self.layout == before:
            return False
        self.apply()
        return True
