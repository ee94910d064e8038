"""The layout as the user changes it: sizes by key and by mouse, panes hidden, all kept for the next start."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from textual.screen import Screen
from textual.widget import Widget

from workbench.screens.layout.panes import Layout

if TYPE_CHECKING:
    from workbench.layout import KeptLayout
    from workbench.screens.layout.sizes import Sizes

_SETTLED = 0.5  # seconds without a change until the layout is written


class LayoutDesk:
    """Changes the layout, keeps it at `path`. What it needs is imported for a change or a kept layout."""

    def __init__(self, screen: Screen[None], panes: Layout, side: Widget, path: Path) -> None:
        self._screen, self._panes, self._side, self._path = screen, panes, side, path
        self._sizes: Sizes | None = None
        self._on_disk: KeptLayout | None = None
        self._dragged = ""
        self._waiting = False
        self.problem = ""
        """What is wrong with the file that was found."""

    @property
    def sizes(self) -> Sizes:
        """The borders between the panes."""
        if self._sizes is None:
            from workbench.layout import KeptLayout
            from workbench.screens.layout.sizes import Sizes

            self._sizes = Sizes(self._screen, self._panes, self._side, KeptLayout())
            self._on_disk = self._sizes.layout
        return self._sizes

    def restore(self) -> None:
        """Lay the panes out as they were left, and from now on keep what changes."""
        if self._path.exists():
            from workbench.layout import LayoutError, load_layout

            try:
                layout = load_layout(self._path)
            except LayoutError as error:
                self.problem = f"The layout is the default one, for {self._path} cannot be used: {error}."
            else:
                self.sizes.layout = self._on_disk = layout
                for pane in self._panes.panes:
                    pane.set_class(pane.id in layout.hidden, "-hidden")
                self._screen.set_class(not layout.sidebar, "-no-side")
                self.sizes.apply()
        self._panes.changed = self._changed

    def resized(self) -> None:
        """Fit what was changed to another size of the terminal."""
        if self._sizes is not None:
            self._sizes.apply()

    # -- by key

    def nudge(self, columns: int, rows: int) -> bool:
        """Move the border nearest to the focused pane; False when there is none that way."""
        moved = self.sizes.nudge(columns, rows)
        self._changed()
        return moved

    def reset(self) -> None:
        """Every pane where the style sheets have it."""
        from workbench.layout import KeptLayout

        self.sizes.layout = KeptLayout()
        self._panes.show_all()
        self.sizes.apply()

    # -- by mouse

    def press(self, column: int, row: int) -> bool:
        """The button went down; True when it has a border, which follows the pointer now."""
        self._dragged = self.sizes.border_at(column, row)
        return bool(self._dragged)

    def drag(self, column: int, row: int) -> None:
        """The pointer moved."""
        if self._dragged:
            self.sizes.move(self._dragged, column, row)

    def release(self) -> bool:
        """The button is up; True when a border was held."""
        held, self._dragged = bool(self._dragged), ""
        if held:
            self._changed()
        return held

    # -- keeping

    def _changed(self) -> None:
        if self._sizes is not None:
            self._sizes.apply()
        if not self._waiting:
            self._waiting = True
            self._screen.set_timer(_SETTLED, self._settled)

    def _settled(self) -> None:
        self._waiting = False
        self._screen.run_worker(self.keep, group="layout", thread=True, exit_on_error=False)

    def keep(self) -> None:
        """Write the layout when it is another than the one on disk. A full disk costs the layout only."""
        from workbench.layout import save_layout

        now = self._now()
        if now == self._on_disk and not self.problem:
            return
        try:
            save_layout(self._path, now)
        except OSError:
            return
        self._on_disk, self.problem = now, ""

    def _now(self) -> KeptLayout:
        layout = self.sizes.layout
        lasting = self._panes.panes[:4]  # others come when they are asked for
        hidden = tuple(str(pane.id) for pane in lasting if pane.has_class("-hidden"))
        if not self._screen.has_class("-narrow", "-tiny"):
            layout = replace(layout, sidebar=not self._screen.has_class("-no-side"))
        return replace(layout, hidden=hidden)
