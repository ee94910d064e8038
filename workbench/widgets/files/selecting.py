"""Several files at once: selected by keys and by mouse, shown in the rows and counted in the title."""

from __future__ import annotations

import time
from collections.abc import Callable

from textual import on

from backend.models import FileInfo
from workbench.widgets.files.browsing import Browsing, Lister
from workbench.widgets.files.messages import MenuAsked
from workbench.widgets.files.selection import Selection, told
from workbench.widgets.files.tree import FilesTree


class Selecting(Browsing):
    """Knows what is chosen: the selection, else what is under the cursor."""

    def __init__(
        self,
        lister: Lister,
        root: str = "data",
        *,
        id: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(lister, root, id=id, clock=clock)
        self._selection = Selection()
        self._picked: tuple[FileInfo, ...] = ()

    @property
    def chosen(self) -> tuple[FileInfo, ...]:
        """What a command works on: the selected files and folders, as listed, else what has the cursor."""
        if self._picked:
            return self._picked
        under = self.selected
        return (under,) if under else ()

    @property
    def picked(self) -> tuple[FileInfo, ...]:
        """The selected files and folders, as listed; empty when none is selected."""
        return self._picked

    async def show_session(self, lister: Lister, root: str, *, limits: str = "", read: bool = True) -> None:
        """Show another data directory; what was selected in the one before is not in this."""
        self._selection = Selection()
        await super().show_session(lister, root, limits=limits, read=read)

    def _sync(self) -> None:
        super()._sync()
        self._show_selection()

    def _show_selection(self) -> None:
        """Draw what is selected, and let go what is gone."""
        if self._selection.paths or self._picked:
            self._picked = tuple(self._known.find(self._selection.paths))
            self._selection.keep({info.path for info in self._picked})
            self._tree.selected = frozenset(self._selection.paths)
            self._tree.repaint_rows()
            self._entitle()
        self.refresh_bindings()

    def _amount(self) -> str:
        return told(self._picked) if self._picked else super()._amount()

    # -- by key

    def action_move(self, where: str) -> None:
        """Move the cursor of the tree."""
        self._selection.settle()
        self._tree.move(where)

    def action_select(self) -> None:
        """Select what is under the cursor, or let it go, and move on."""
        if info := self.selected:
            self._selection.toggle(info.path)
            self._tree.move("down")
            self._show_selection()

    def action_extend(self, where: str) -> None:
        """Move the cursor, and select all from where this began."""
        start = self.selected
        self._tree.move(where)
        self._extend(start.path if start else "")

    def _extend(self, start: str) -> None:
        anchor = start if self._selection.anchor is None else self._selection.anchor
        self._selection.extend(anchor, self._tree.paths_to_cursor(anchor))
        self._show_selection()

    def action_select_all(self) -> None:
        """Select all that is shown, pages to come included."""
        self._selection.replace(info.path for info in self._known.shown(self._tree.open_folders()))
        self._show_selection()

    def clear_selection(self) -> None:
        """Select nothing."""
        self._selection.replace(())
        self._show_selection()

    # -- by mouse

    @on(FilesTree.Clicked)
    def _clicked(self, message: FilesTree.Clicked) -> None:
        message.stop()
        path = message.row.info.path if message.row.info else None
        if message.menu:
            if path not in self._selection.paths:
                self.clear_selection()
            self.post_message(MenuAsked(*message.at))
        elif message.shift:
            self._extend(message.cursor)
        elif message.ctrl and path is not None:
            self._selection.toggle(path)
            self._show_selection()
        elif not message.ctrl:
            self.clear_selection()
