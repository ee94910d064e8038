"""Which panes are on the screen, and which of them has the focus."""

from __future__ import annotations

from collections.abc import Sequence

from textual.screen import Screen
from textual.widget import Widget


class Layout:
    """Moves the focus between panes and shows them; how they look then is for the style sheets.

    Classes of the screen: `-side` the sidebar is wanted, `-no-side` it is not, `-solo` one pane has all the
    room (that pane has `-shown`).
    """

    def __init__(self, screen: Screen[None], panes: Sequence[Widget]) -> None:
        self._screen = screen
        self._panes = panes

    def add(self, pane: Widget) -> None:
        """One more pane in the sidebar."""
        self._panes = (*self._panes, pane)

    @property
    def _side(self) -> Sequence[Widget]:
        return self._panes[2:]

    def focused(self) -> Widget | None:
        """The pane that has the focus in it."""
        return next((pane for pane in self._panes if pane.has_focus_within), None)

    def reveal(self, pane: Widget) -> None:
        """Show a pane: the sidebar when it is in there, itself when another has all the room."""
        screen = self._screen
        if pane in self._side:
            screen.remove_class("-no-side")
            screen.add_class("-side")
        elif screen.has_class("-narrow"):
            screen.remove_class("-side")
        if screen.has_class("-solo"):
            self._solo(pane)

    def go(self, pane: Widget) -> None:
        """Show a pane and give it the focus."""
        if not pane.is_attached:
            return  # the first frame has just been drawn
        self.reveal(pane)
        focus = getattr(pane, "focus_editor", pane.focus)
        if pane.region:
            focus()
        else:
            self._screen.call_after_refresh(focus)  # it cannot take the focus before it is on the screen

    def step(self, step: int) -> None:
        """Go to the next pane, or with -1 to the one before."""
        current = self.focused()
        index = self._panes.index(current) if current is not None else -step
        self.go(self._panes[(index + step) % len(self._panes)])

    def maximise(self) -> None:
        """Give the focused pane all the room, or give it back."""
        if self._screen.has_class("-solo"):
            self._screen.remove_class("-solo")
            return
        pane = self.focused() or self._panes[0]
        self._screen.add_class("-solo")
        self._solo(pane)

    def _solo(self, pane: Widget) -> None:
        for other in self._panes:
            other.set_class(other is pane, "-shown")
        self._screen.set_class(pane in self._side, "-solo-side")

    def toggle_side(self) -> None:
        """Show or hide the sidebar; the focus leaves it with it."""
        screen = self._screen
        narrow = screen.has_class("-narrow")
        shown = screen.has_class("-side") if narrow else not screen.has_class("-no-side")
        screen.set_class(not shown, "-side")
        screen.set_class(shown, "-no-side")
        if shown and self.focused() in self._side:
            self.go(self._panes[0])
