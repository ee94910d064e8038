"""A tree whose rows carry kind, size and age at the right edge."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Set
from typing import ClassVar, Self

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import BindingType
from textual.geometry import Region
from textual.message import Message
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from backend.models import Change
from workbench.sanitize import sanitize_line
from workbench.widgets import folding
from workbench.widgets.files.columns import columns
from workbench.widgets.files.rows import Kind, Row, same_row
from workbench.widgets.fit import cut_middle, left
from workbench.widgets.paint import Paint

RowsOf = Callable[[str], list[Row]]
"""Path of a folder → the rows in it."""

_RIGHT_BUTTON = 3
_MARKS = {Change.CREATED: "+", Change.CHANGED: "~"}


class FilesTree(Tree[Row], inherit_bindings=False):
    """Draws rows of files; which files there are is its pane's business. Labels never pass through markup."""

    BINDINGS: ClassVar[list[BindingType]] = []
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "files--folder",
        "files--detail",
        "files--created",
        "files--changed",
        "files--error",
        "files--note",
        "files--selected",
    }
    DEFAULT_CSS = "FilesTree { height: 1fr; overflow-x: hidden; }"

    class Clicked(Message):
        """A row was clicked, and has the cursor now.

        `cursor` is the path that had it before, `at` the column and row of the screen; `menu` tells that it
        was the right button.
        """

        def __init__(self, row: Row, cursor: str, event: events.Click) -> None:
            super().__init__()
            self.row, self.cursor = row, cursor
            self.at = (int(event.screen_x), int(event.screen_y))
            self.menu = event.button == _RIGHT_BUTTON
            self.ctrl, self.shift = event.ctrl, event.shift

    def __init__(self, root: str, clock: Callable[[], float] = time.time) -> None:
        self._busy = False
        super().__init__(Text(sanitize_line(root)), Row(Kind.FOLDER, ""))
        self._clock = clock
        self._paint = Paint(self)
        self.marks: Mapping[str, Change] = {}
        self.selected: Set[str] = frozenset()
        self.guide_depth = 2
        self.show_guides = False

    def open_folders(self) -> set[str]:
        """The paths of the folders that are open."""
        return {row.path for node in self._folders(self.root) if (row := node.data)}

    def find(self, path: str) -> TreeNode[Row] | None:
        """The node of a file or folder whose row is there."""
        return next((node for node in self._walk(self.root) if self._path(node) == path), None)

    def sync(self, node: TreeNode[Row], rows_of: RowsOf, opened: Set[str]) -> None:
        """Make the rows below an open folder those of `rows_of`, and keep cursor and scroll position.

        Folders that appear are open when their path is in `opened`.
        """
        cursor, line = self.cursor_node, self.cursor_line
        # after "… more" the cursor stays on the line, where the first of the new rows is
        kept = cursor.data if cursor and cursor.data and cursor.data.kind is not Kind.MORE else None
        self._busy = True
        try:
            self._sync(node, rows_of, opened)
        finally:
            self._busy = False
        self.refresh(layout=True)
        self.repaint_rows()
        last = self.last_line
        found = next((node for node in self._walk(self.root) if same_row(node.data, kept)), None)
        # set, not moved: moving the cursor would scroll to it
        self.cursor_line = found.line if found else max(0, min(line, last))

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """Ask to be drawn. While rows come and go once for all: asked for each of 1,000 it is 40 ms."""
        return (
            self
            if self._busy
            else super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        )

    def _sync(self, node: TreeNode[Row], rows_of: RowsOf, opened: Set[str]) -> None:
        assert node.data is not None
        rows = rows_of(node.data.path)
        kept = self._reused(node, rows)
        for child in reversed(node.children[kept:]):
            child.remove()
        for row in rows[kept:]:
            folder = row.kind is Kind.FOLDER
            node.add(Text(), row, expand=folder and row.path in opened, allow_expand=folder)
        for child in node.children:
            if child.allow_expand and child.is_expanded:
                self._sync(child, rows_of, opened)

    def _reused(self, node: TreeNode[Row], rows: list[Row]) -> int:
        """Give the nodes below a folder the new rows as far as they fit; tells for how many they do.

        A file's node takes the row of any other, since rows are drawn from their data: making 1,000 nodes
        anew for each key of the filter takes 30 ms.
        """
        count = 0
        for child, row in zip(node.children, rows, strict=False):
            if not same_row(child.data, row) and (child.allow_expand or row.kind is Kind.FOLDER):
                break
            child.data = row
            count += 1
        return count

    def _folders(self, node: TreeNode[Row]) -> Iterator[TreeNode[Row]]:
        return (found for found in self._walk(node) if found.allow_expand and found.is_expanded)

    def _walk(self, node: TreeNode[Row]) -> Iterator[TreeNode[Row]]:
        yield node
        if node.is_expanded:
            for child in node.children:
                yield from self._walk(child)

    def paths_to_cursor(self, path: str) -> list[str]:
        """The paths of the files and folders from the row of `path` to the cursor, the root left out."""
        nodes = list(self._walk(self.root))
        lines = [index for index, node in enumerate(nodes) if node.data and self._path(node) == path]
        start = lines[0] if lines else self.cursor_line
        first, last = sorted((start, self.cursor_line))
        return [node.data.path for node in nodes[first : last + 1] if node.data and node.data.info]

    def _path(self, node: TreeNode[Row] | None) -> str | None:
        """The path of a file or folder; None for a note."""
        row = node.data if node else None
        return row.path if row and row.kind in (Kind.FILE, Kind.FOLDER) else None

    def repaint_rows(self) -> None:
        """Draw every row anew: ages have grown, marks or the selection have changed."""
        # the root is part of every row's cache key, so its new label invalidates all of them
        self.root.set_label(self.root.label)

    def get_label_width(self, node: TreeNode[Row]) -> int:
        """One cell: rows are cut to the width of the tree, so there is nothing to scroll to."""
        return 1

    def process_label(self, label: str | Text) -> Text:
        """The label as it is: a str would be read as markup by the stock tree."""
        return Text(label) if isinstance(label, str) else label

    def render_label(self, node: TreeNode[Row], base_style: Style, style: Style) -> Text:
        """The row of one node, over the whole width of the tree."""
        row = node.data
        assert row is not None
        width = max(1, self.scrollable_content_region.width - 2 * self._depth(node))
        if row.kind not in (Kind.FOLDER, Kind.FILE):
            role = "error" if row.kind is Kind.ERROR else "note"
            return Text(left(f"  {sanitize_line(row.note)}", width), self._role(role) + style)
        selected = row.path in self.selected
        details = columns(row.info, width, self._clock()) if row.info else ""
        mark = _MARKS.get(self.marks.get(row.path, Change.DELETED), "")
        room = width - 2 - len(details) - (2 if mark else 0)
        name = cut_middle(sanitize_line(row.info.name) if row.info else str(node.label), room)
        text = Text(no_wrap=True, end="")
        if selected:
            base_style += self._role("selected")
            style = self._role("selected") + style
        icon = self._icon(node) + ("•" if selected else " ")
        text.append(icon, base_style + style + Style.from_meta({"toggle": True}))
        text.append(left(name, room), (self._role("folder") if node.allow_expand else base_style) + style)
        if mark:
            text.append(f" {mark}", self._role(self.marks[row.path].value) + style)
        text.append(details, self._role("detail") + style)
        return text

    def _depth(self, node: TreeNode[Row]) -> int:
        depth = 0
        while node.parent is not None:
            depth, node = depth + 1, node.parent
        return depth

    def _icon(self, node: TreeNode[Row]) -> str:
        if not node.allow_expand:
            return " "
        return "▾" if node.is_expanded else "▸"

    def _role(self, role: str) -> Style:
        return self._paint(f"files--{role}")

    def notify_style_update(self) -> None:
        """Take the colours of the new theme or focus."""
        self._paint.clear()
        super().notify_style_update()

    def move(self, where: str) -> None:
        """Move the cursor: up, down, page_up, page_down, first or last."""
        page = max(1, self.scrollable_content_region.height - 1)
        target = {
            "up": self.cursor_line - 1,
            "down": self.cursor_line + 1,
            "page_up": self.cursor_line - page,
            "page_down": self.cursor_line + page,
            "first": 0,
            "last": self.last_line,
        }[where]
        self.move_cursor_to_line(max(0, min(self.last_line, target)))

    def unfold(self) -> None:
        """Open the folder under the cursor; in an open one go to its first entry."""
        folding.unfold(self)

    def fold(self) -> None:
        """Close the folder under the cursor, or go to the folder around it."""
        folding.fold(self, root=False)

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor and opens folders and notes; a second click on a file opens it.

        With Ctrl or Shift, and with the right button, it opens nothing.
        """
        event.prevent_default()
        line = event.style.meta.get("line")
        node = self.get_node_at_line(line) if isinstance(line, int) else None
        if node is None or node.data is None:
            return
        before = self._path(self.cursor_node) or ""
        self.move_cursor(node)
        clicked = self.Clicked(node.data, before, event)
        self.post_message(clicked)
        plain = not (clicked.menu or clicked.ctrl or clicked.shift)
        single = event.chain == 1
        if plain and single != (node.data.kind is Kind.FILE):
            self.action_select_cursor()
