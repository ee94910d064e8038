"""A screen on which a click on what is just going does no harm."""

from __future__ import annotations

from textual.geometry import Offset
from textual.screen import Screen, ScreenResultType
from textual.widget import Widget


class Steady(Screen[ScreenResultType]):
    """Selects text only of what is there; for a widget that has just gone Textual (8.2) ends the app."""

    def get_widget_and_offset_at(self, x: int, y: int) -> tuple[Widget | None, Offset | None]:
        """What is at a place of the screen, and where in its content; None for nothing."""
        widget, offset = super().get_widget_and_offset_at(x, y)
        if widget is not None and widget.parent is None:
            return None, None
        return widget, offset
