"""The files pane: the session's data directory as a tree, read folder by folder."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar, Self

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static, Tree

from backend.errors import WorkbenchError
from backend.models import FileChange, FileInfo
from workbench.commands.command import Place, bindings
from workbench.commands.files import COMMANDS
from workbench.sanitize import sanitize_line
from workbench.widgets.files.rows import Folders, Kind, Order, Row, marks, summary
from workbench.widgets.files.tree import FilesTree
from workbench.widgets.line_input import LineInput
from workbench.widgets.told import Told

Lister = Callable[[str], Awaitable[list[FileInfo]]]
"""Directory, relative to the data directory → its entries. Raises WorkbenchError."""

# seconds between repaints that let the ages grow
_AGES = 20.0


class FilesPane(Vertical):
    """Shows files; previews, deletes and path insertion are asked for by message."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(COMMANDS, Place.FILES)
    BORDER_TITLE = "Files"
    ALLOW_MAXIMIZE = True
    DEFAULT_CSS = """
    FilesPane {
        & > Static, & > Input { display: none; }
        &.-filtering > Input { display: block; }
        & > #limits { color: $text-muted; padding: 0 2; }
        &.-limited > #limits { display: block; }
        &.-empty > FilesTree { height: 1; }
        &.-empty > #none { display: block; }
    }
    """

    class Opened(Told):
        """Preview this file."""

        def __init__(self, info: FileInfo) -> None:
            super().__init__()
            self.info = info

        @property
        def path(self) -> str:
            """The file's path, relative to the data directory."""
            return self.info.path

    class DeleteAsked(Told):
        """Delete this file or folder, after asking."""

        def __init__(self, info: FileInfo) -> None:
            super().__init__()
            self.info = info

    class PathChosen(Told):
        """Put this path into the editor."""

        def __init__(self, path: str) -> None:
            super().__init__()
            self.path = path

    class ExchangesAsked(Told):
        """Show what went over the wire for the session's files."""

    class Failed(Told):
        """A folder could not be read."""

        def __init__(self, error: WorkbenchError) -> None:
            super().__init__()
            self.error = error

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

    def mark(self, changes: Sequence[FileChange]) -> None:
        """Mark what the last execution created (+) and changed (~); earlier marks go."""
        self._tree.marks = marks(changes)
        self._tree.repaint_rows()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Deleting and inserting need a file or folder under the cursor, closing the filter an open one."""
        if action == "unfilter":
            return self.has_class("-filtering")
        return self.selected is not None if action in ("delete", "insert_path") else True

    def action_open(self) -> None:
        """Preview the file, open or close the folder, or follow the note under the cursor."""
        self._tree.action_select_cursor()

    def action_toggle_folder(self) -> None:
        """Open or close the folder under the cursor."""
        self._tree.action_toggle_node()

    def action_expand(self) -> None:
        """Open the folder under the cursor; in an open one go to its first entry."""
        self._tree.unfold()

    def action_collapse(self) -> None:
        """Close the folder under the cursor, or go to the folder around it."""
        self._tree.fold()

    def action_move(self, where: str) -> None:
        """Move the cursor of the tree."""
        self._tree.move(where)

    def action_delete(self) -> None:
        """Ask for deletion of what is under the cursor."""
        if info := self.selected:
            self.post_message(self.DeleteAsked(info))

    def action_insert_path(self) -> None:
        """Ask for the path under the cursor to be put into the editor."""
        if info := self.selected:
            self.post_message(self.PathChosen(info.path))

    def action_exchanges(self) -> None:
        """Show what went over the wire for the files."""
        self.post_message(self.ExchangesAsked())

    def action_filter(self) -> None:
        """Open the filter, with what it held selected."""
        self.add_class("-filtering")
        self._input.focus()
        self._input.select_all()

    def action_unfilter(self) -> None:
        """Clear and close the filter, and show everything again."""
        self._close_filter()
        self._tree.focus()
        self._sync()

    def _close_filter(self) -> None:
        self.remove_class("-filtering")
        with self.prevent(Input.Changed):
            self._input.value = ""
        self._known.needle = ""

    def action_sort(self) -> None:
        """Sort by name, by size, by time, in turn."""
        self._known.sort(self._known.order.next)
        self._sync()

    @on(Input.Changed)
    def _needle_changed(self, message: Input.Changed) -> None:
        message.stop()
        self._known.needle = message.value.strip()
        self._sync()

    @on(Input.Submitted)
    def _needle_done(self, message: Input.Submitted) -> None:
        message.stop()
        self._tree.focus()

    def action_refresh_files(self) -> None:
        """Read the open folders again."""
        self.run_worker(self.refresh_files(), group="refresh", exclusive=True)

    @on(Tree.NodeSelected)
    def _row_chosen(self, message: Tree.NodeSelected[Row]) -> None:
        message.stop()
        row = message.node.data
        if row is None:
            return
        if row.kind is Kind.FILE and row.info is not None:
            self.post_message(self.Opened(row.info))
        elif row.kind is Kind.MORE:
            self._known.next_page(row.path)
            self._sync()
        elif row.kind is Kind.ERROR:
            self._load(row.path)

    @on(Tree.NodeExpanded)
    def _folder_opened(self, message: Tree.NodeExpanded[Row]) -> None:
        message.stop()
        if message.node.data is not None:
            self._load(message.node.data.path)

    @on(Tree.NodeCollapsed)
    @on(Tree.NodeHighlighted)
    def _keep_inside(self, message: Message) -> None:
        message.stop()
        # which keys the footer shows depends on the row under the cursor
        self.refresh_bindings()

    def _load(self, directory: str) -> None:
        """Read one folder in the background; what is known of it shows meanwhile."""
        self._known.errors.pop(directory, None)
        self._sync()
        self.run_worker(self._read_and_show(directory), group=f"read {directory}", exclusive=True)

    async def _read_and_show(self, directory: str) -> None:
        await self._read(directory)
        self._sync()

    async def _read(self, directory: str) -> None:
        known = self._known
        try:
            entries = await self._lister(directory)
        except WorkbenchError as error:
            known.errors[directory] = error
            if known is self._known:
                self.post_message(self.Failed(error))
            return
        known.keep(directory, entries)

    def _sync(self) -> None:
        tree, known = self._tree, self._known
        listing = known.listings.get("")
        tree.sync(tree.root, known.rows, tree.open_folders())
        self.set_class(listing == () and "" not in known.errors, "-empty")
        order = f"by {known.order}" if known.order is not Order.NAME else ""
        told = summary(listing or ())
        if known.needle:
            told = f"{len(known.matching('') or ()):,} of {told}"
        self.border_title = " · ".join(filter(None, ("Files", told, order)))
