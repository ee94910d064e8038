"""One line of buffer tabs. It shrinks names, then scrolls, so that the active one can always be seen."""

from __future__ import annotations

from rich.segment import Segment
from textual import events
from textual._cells import cell_len
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from backend.records import dataclass
from workbench.sanitize import sanitize_line

_SHORTEST = 8
"""Cells a name keeps before the row scrolls."""

_FRAME = 5
"""Cells of a tab beside its name: blanks, mark, cross."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A buffer's tab: its document's id, its name, whether its file differs from it."""

    id: str
    name: str
    dirty: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A tab as it is drawn: cells from `left` to `right`, the cross in the last two."""

    tab: Tab
    text: str
    left: int
    right: int


def place(tabs: tuple[Tab, ...], active: str, width: int) -> list[Placed]:
    """Where each tab goes in a row of `width` cells; tabs left of the first that fits are left out."""
    if not tabs:
        return []
    names = [sanitize_line(tab.name) for tab in tabs]
    room = width // len(tabs) - _FRAME
    if sum(cell_len(name) + _FRAME for name in names) > width:
        names = [_shortened(name, max(_SHORTEST, room)) for name in names]
    index = next((number for number, tab in enumerate(tabs) if tab.id == active), 0)
    widths = [cell_len(name) + _FRAME for name in names]
    first = 0
    while first < index and sum(widths[first : index + 1]) > width:
        first += 1
    placed: list[Placed] = []
    left = 0
    for tab, name, cells in zip(tabs[first:], names[first:], widths[first:], strict=True):
        mark = "●" if tab.dirty else " "
        placed.append(Placed(tab, f"{mark} {name} × ", left, left + cells))
        left += cells
    return placed


def _shortened(name: str, cells: int) -> str:
    if cell_len(name) <= cells:
        return name
    while cell_len(name) > cells - 1:
        name = name[:-1]
    return f"{name}…"


class TabRow(Widget):
    """The tabs of the open buffers; a click switches, on the cross or with the middle button closes."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES = {"tab-row--active", "tab-row--add"}  # noqa: RUF012  # Textual reads it as it is
    DEFAULT_CSS = """
    TabRow { height: 1; width: 1fr; }
    TabRow .tab-row--active { text-style: bold reverse; }
    """

    tabs: reactive[tuple[Tab, ...]] = reactive(())
    active: reactive[str] = reactive("")
    note: reactive[str] = reactive("")
    """A word at the right end: the mode of vi's keys, or that the buffer is read-only."""
    cursor: reactive[str] = reactive("")
    """Where the cursor is; shown where tabs leave room for it."""

    class Selected(Message):
        """A tab was clicked."""

        def __init__(self, document_id: str) -> None:
            super().__init__()
            self.document_id = document_id

    class Closed(Message):
        """A tab's cross was clicked."""

        def __init__(self, document_id: str) -> None:
            super().__init__()
            self.document_id = document_id

    class Added(Message):
        """The plus behind the last tab was clicked."""

    def render_line(self, y: int) -> Strip:
        """The row of tabs."""
        if y:
            return Strip.blank(self.size.width, self.rich_style)
        placed = place(self.tabs, self.active, self._room)
        active_style = self.get_component_rich_style("tab-row--active")
        segments = [
            Segment(item.text, active_style if item.tab.id == self.active else self.rich_style)
            for item in placed
        ]
        strip = Strip(segments).crop(0, self._room)
        plus = Segment(" + ", self.get_component_rich_style("tab-row--add"))
        row, width = Strip.join([strip, Strip([plus])]), self.size.width
        end = [Segment(f" {self.note} ", active_style)] if self.note else []
        if row.cell_length + len(self.cursor) + 2 + sum(len(each.text) for each in end) <= width:
            end.insert(0, Segment(f" {self.cursor} ", self.rich_style))
        right = Strip(end)
        row = row.adjust_cell_length(max(0, width - right.cell_length), self.rich_style)
        return Strip.join([row, right]).crop(0, width)

    @property
    def _room(self) -> int:
        note = cell_len(self.note) + 2 if self.note else 0
        return max(0, self.size.width - 3 - note)

    def on_click(self, event: events.Click) -> None:
        """Switch, close or add."""
        event.stop()
        placed = place(self.tabs, self.active, self._room)
        hit = next((item for item in placed if item.left <= event.x < min(item.right, self._room)), None)
        if hit is None:
            end = min(placed[-1].right, self._room) if placed else 0
            if end <= event.x < end + 3:
                self.post_message(self.Added())
        elif event.button == 2 or event.x >= hit.right - 2:
            self.post_message(self.Closed(hit.tab.id))
        else:
            self.post_message(self.Selected(hit.tab.id))
