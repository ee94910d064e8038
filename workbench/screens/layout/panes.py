"""Which panes are on the screen, and which of them has the focus."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.screen import Screen
from textual.widget import Widget


class Layout:
    """Moves the focus between panes and shows them; how they look then is for the style sheets.

    Classes of the screen: `-side` the sidebar is wanted, `-no-side` it is not, `-solo` one pane has all the
    room (that pane has `-shown`). A pane with `-hidden` is not there. `changed` is called when what is shown
    changes.
    """

    def __init__(self, screen: Screen[None], panes: Sequence[Widget]) -> None:
        self._screen = screen
        self._panes = panes
        self.changed: Callable[[], None] = lambda: None

    def add(self, pane: Widget) -> None:
        """One more pane in the sidebar."""
        self._panes = (*self._panes, pane)

    @property
    def panes(self) -> Sequence[Widget]:
        """Editor, output, history, files, and those that were added."""
        return self._panes

    @property
    def work(self) -> Sequence[Widget]:
        """Editor and output."""
        return self._panes[:2]

    @property
    def side(self) -> Sequence[Widget]:
        """History and files, and those that were added."""
        return self._panes[2:]

    def wanted(self, pane: Widget) -> bool:
        """Whether a pane is neither hidden nor put away by who brought it."""
        return not pane.has_class("-hidden") and pane.styles.inline.get_rule("display", None) != "none"

    def focused(self) -> Widget | None:
        """The pane that has the focus in it."""
        return next((pane for pane in self._panes if pane.has_focus_within), None)

    def reveal(self, pane: Widget) -> None:
        """Show a pane, though it be hidden, the sidebar away, or another have all the room."""
        screen = self._screen
        pane.remove_class("-hidden")
        if pane in self.side:
            screen.remove_class("-no-side")
            screen.add_class("-side")
        elif screen.has_class("-narrow"):
            screen.remove_class("-side")
        if screen.has_class("-solo"):
            self._solo(pane)
        self.changed()

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
        """Go to the next pane that is not hidden, or with -1 to the one before."""
        current = self.focused()
        index = self._panes.index(current) if current is not None else -step
        for number in range(1, len(self._panes) + 1):
            pane = self._panes[(index + step * number) % len(self._panes)]
            if self.wanted(pane):
                self.go(pane)
                return

    def maximise(self) -> None:
        """Give the focused pane all the room, or give it back."""
        if self._screen.has_class("-solo"):
            self._end_solo()
            return
        pane = self.focused() or self._panes[0]
        self._screen.add_class("-solo")
        self._solo(pane)
        self.changed()

    def _end_solo(self) -> None:
        self._screen.remove_class("-solo", "-solo-side")
        self.changed()

    def _solo(self, pane: Widget) -> None:
        for other in self._panes:
            other.set_class(other is pane, "-shown")
        self._screen.set_class(pane in self.side, "-solo-side")

    def hide(self) -> bool:
        """Hide the pane with the focus, which goes to its neighbour; False for the last one at work."""
        pane = self.focused() or self._panes[0]
        column = self.work if pane in self.work else self.side
        others = [other for other in column if other is not pane and self.wanted(other)]
        if self._screen.has_class("-solo"):
            self._end_solo()
        if not others and pane in self.side:
            self.toggle_side()
            return True
        if not others:
            return False
        pane.add_class("-hidden")
        self.go(others[0])
        return True

    def show_all(self) -> None:
        """Show every pane, none of them alone."""
        self._screen.remove_class("-solo", "-solo-side", "-no-side")
        for pane in self._panes:
            pane.remove_class("-hidden")
        self.changed()

    def toggle_side(self) -> None:
        """Show or hide the sidebar; the focus leaves it with it."""
        screen = self._screen
        narrow = screen.has_class("-narrow")
        shown = screen.has_class("-side") if narrow else not screen.has_class("-no-side")
        screen.set_class(not shown, "-side")
        screen.set_class(shown, "-no-side")
        if shown and self.focused() in self.side:
            self.go(next(pane for pane in self.work if self.wanted(pane)))
        self.changed()
