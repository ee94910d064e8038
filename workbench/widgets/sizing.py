"""Sizes of scrolling views that change often: the screen is laid out only where a scrollbar comes or goes."""

from __future__ import annotations

from textual.geometry import Size
from textual.scroll_view import ScrollView


def take_size(view: ScrollView, size: Size) -> None:
    """Give a view a virtual size in cells.

    Setting `virtual_size` asks for a layout of the whole screen at each change (Textual 8.2): that takes an
    eighth of a paint, and panes beside are drawn too.
    """
    if size == view.virtual_size:
        return
    if _bars(view, size) != (view.show_horizontal_scrollbar, view.show_vertical_scrollbar):
        view.virtual_size = size
        return
    view.set_reactive(ScrollView.virtual_size, size)
    if view.show_horizontal_scrollbar:
        view.horizontal_scrollbar.window_virtual_size = size.width
    if view.show_vertical_scrollbar:
        view.vertical_scrollbar.window_virtual_size = size.height


def _bars(view: ScrollView, size: Size) -> tuple[bool, bool]:
    """Whether a horizontal and a vertical scrollbar are shown for a size."""
    room, styles = view.container_size, view.styles
    down = size.height > room.height
    across = size.width > room.width - styles.scrollbar_size_vertical * down
    return across, size.height > room.height - styles.scrollbar_size_horizontal * across
