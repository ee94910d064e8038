"""The data directory as a tree, read folder by folder, filtered and sorted: the pane without its actions."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Self

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Static, Tree

from backend.errors import WorkbenchError
from backend.models import FileChange, FileInfo
from workbench.sanitize import sanitize_line
from workbench.widgets.files.messages import Failed
from workbench.widgets.files.rows import Folders, Kind, Order, marks, summary
from workbench.widgets.files.tree import FilesTree
from workbench.widgets.line_input import LineInput

Lister = Callable[[str], Awaitable[list[FileInfo]]]
"""Directory, relative to the data directory → its entries. Raises WorkbenchError."""

# seconds between repaints that let the ages grow
_AGES = 20.0
_SAID = 12.0  # seconds that a sentence stays


class Browsing(Vertical):
    """Shows files. What one does with them is its heirs' business."""

    DEFAULT_CSS = """
    Browsing {
        & > Static, & > Input { display: none; }
        &.-filtering > Input { display: block; }
        & > #said { display: block; max-height: 6; padding: 0 2; color: $text-warning; }
        & > #limits { color: $text-muted; padding: 0 2; }
        &.-limited > #limits { display: block; }
        &.-empty > FilesTree { height: 1; }
        &.-empty > #none { display: block; }
    }
    """

    def __init__(
        self,
        lister: Lister,
        root: str = "data",
        *,
        id: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(id=id)
        self._lister = lister
        self._tree = FilesTree(root, clock)
        self._known = Folders()
        self._hush: Timer | None = None
        self.busy = False
        self._input = LineInput(placeholder="Filter: part of a name", compact=True, select_on_focus=False)

    def compose(self) -> ComposeResult:
        """The filter, what the target cannot do, the tree, and words for when there is nothing in it."""
        yield self._input
        yield Static(id="limits", markup=False)
        yield self._tree
        yield Static(Content("No files yet. What your code writes appears here."), id="none", markup=False)

    def on_mount(self) -> None:
        """Open the root and let the ages grow. The first listing comes with the first `refresh_files`."""
        with self.prevent(Tree.NodeExpanded):
            self._tree.root.expand()
        self._sync()
        self.set_interval(_AGES, self._tree.repaint_rows)

    def focus(self, scroll_visible: bool = True) -> Self:
        """Give the focus to the tree."""
        self._tree.focus(scroll_visible)
        return self

    @property
    def selected(self) -> FileInfo | None:
        """The file or folder under the cursor; None on the root and on notes."""
        node = self._tree.cursor_node
        return node.data.info if node and node.data else None

    @property
    def folder(self) -> str:
        """The folder with the cursor: the one under it, or the one around the file; the root's is empty."""
        node = self._tree.cursor_node
        row = node.data if node else None
        if row is None:
            return ""
        return row.path.rpartition("/")[0] if row.kind is Kind.FILE else row.path

    def objection(self, path: str) -> str:
        """Why nothing new can have that path, as far as is known, in a sentence; empty when it can."""
        folder, _, name = path.rpartition("/")
        if folder and (around := self._known.listings.get(folder.rpartition("/")[0])) is not None:
            found = [info.kind for info in around if info.path == folder]
            if not found:
                return f"There is no folder called {folder}. Make it first."
            if found != ["directory"]:
                return f"{folder} is no folder."
        inside = self._known.listings.get(folder, ())
        return (
            f"There is something called {path} already." if any(info.name == name for info in inside) else ""
        )

    def say(self, words: str, *, busy: bool = False) -> None:
        """Say something in the pane's last lines for a while; without words take away what was said.

        `busy` tells that something is being done, which Escape asks to stop: that stays until it is over.
        """
        self.busy = busy and bool(words)
        if self._hush is not None:
            self._hush.stop()
            self._hush = None
        found = self.query("#said")
        if not words:
            found.remove()
            return
        if found:
            found.last(Static).update(Content(sanitize_line(words)))
        else:
            self.mount(Static(Content(sanitize_line(words)), id="said", markup=False))
        if not busy:
            self._hush = self.set_timer(_SAID, lambda: self.say(""))
        self.refresh_bindings()

    async def show_session(self, lister: Lister, root: str, *, limits: str = "", read: bool = True) -> None:
        """Show another data directory: forget everything read so far, and `read` the new one.

        `limits` says in a few words what the target cannot do with files.
        """
        self._lister = lister
        self.query_one("#limits", Static).update(limits)
        self.set_class(bool(limits), "-limited")
        self._known = Folders(order=self._known.order)
        self._close_filter()
        self._tree.marks = {}
        self._tree.root.set_label(Text(sanitize_line(root)))
        self._sync()
        if read:
            await self.refresh_files()

    # -- reading

    async def refresh_files(self) -> None:
        """Read the root and every open folder again; open folders and the cursor stay as they are."""
        known, opened, wanted = self._known, self._tree.open_folders(), [""]
        for directory in wanted:
            await self._read(directory)
            if known is not self._known:
                return
            inside = known.listings.get(directory, ())
            wanted += [info.path for info in inside if info.kind == "directory" and info.path in opened]
        self._sync()

    def load(self, directory: str) -> None:
        """Read one folder in the background; what is known of it shows meanwhile."""
        self._known.errors.pop(directory, None)
        self._sync()
        self.run_worker(self._read_and_show(directory), group=f"read {directory}", exclusive=True)

    async def _read_and_show(self, directory: str) -> None:
        await self._read(directory)
        self._sync()

    async def reveal(self, path: str) -> None:
        """Open the folders around a path and move the cursor to it, if it is there."""
        parts = path.split("/")
        for count in range(1, len(parts)):
            folder = self._tree.find("/".join(parts[:count]))
            if folder is not None and not folder.is_expanded:
                with self.prevent(Tree.NodeExpanded):
                    folder.expand()
                await self._read_and_show("/".join(parts[:count]))
        self._tree.move_cursor(self._tree.find(path))

    async def _read(self, directory: str) -> None:
        known = self._known
        try:
            entries = await self._lister(directory)
        except WorkbenchError as error:
            known.errors[directory] = error
            if known is self._known:
                self.post_message(Failed(error))
            return
        known.keep(directory, entries)

    # -- showing

    def mark(self, changes: Sequence[FileChange]) -> None:
        """Mark what the last execution created (+) and changed (~); earlier marks go."""
        self._tree.marks = marks(changes)
        self._tree.repaint_rows()

    def _sync(self) -> None:
        """Bring the rows in line with what is known."""
        tree, known = self._tree, self._known
        tree.sync(tree.root, known.rows, tree.open_folders())
        self.set_class(known.listings.get("") == () and "" not in known.errors, "-empty")
        self._entitle()

    def _entitle(self) -> None:
        # the order comes first: a narrow pane cuts the end
        head = f"Files by {self._known.order}" if self._known.order is not Order.NAME else "Files"
        self.border_title = " · ".join(filter(None, (head, self._amount())))

    def _amount(self) -> str:
        """How much is here, for the title."""
        told = summary(self._known.listings.get("", ()))
        return f"{len(self._known.matching('') or ()):,} of {told}" if self._known.needle else told

    def action_sort(self) -> None:
        """Sort by name, by size, by time, in turn."""
        self._known.sort(self._known.order.next)
        self._sync()

    # -- the filter

    def action_filter(self) -> None:
        """Open the filter, with what it held selected."""
        self.add_class("-filtering")
        self._input.focus()
        self._input.select_all()

    def unfilter(self) -> None:
        """Clear and close the filter, and show everything again."""
        self._close_filter()
        self._tree.focus()
        self._sync()

    def _close_filter(self) -> None:
        self.remove_class("-filtering")
        with self.prevent(Input.Changed):
            self._input.value = ""
        self._known.needle = ""

    @on(Input.Changed)
    def _needle_changed(self, message: Input.Changed) -> None:
        message.stop()
        self._known.needle = message.value.strip()
        self._sync()

    @on(Input.Submitted)
    def _needle_done(self, message: Input.Submitted) -> None:
        message.stop()
        self._tree.focus()
