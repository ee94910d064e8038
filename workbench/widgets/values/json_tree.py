"""JSON as a tree that folds; what is folded costs nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any, ClassVar

from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from backend.records import dataclass
from workbench.preview.trees import Broken, Number, json_text
from workbench.sanitize import sanitize_line
from workbench.widgets import folding
from workbench.widgets.paint import Paint

PAGE = 200
"""Children that are shown at once; the rest comes page by page."""

_SHOWN = 200  # characters of a text that are shown in a row
_UNFOLDED = 30  # children up to which what is in the root is unfolded at first


@dataclass(frozen=True, slots=True)
class Item:
    """A row: `key` as it stands in front of the value, `path` as code would reach it.

    `after` is set for a row that stands for the children not shown yet, from that one on.
    """

    key: str
    value: Any
    path: str
    after: int | None = None


class JsonTree(Tree[Item]):
    """Folds dicts and lists. Values and keys may come from outside."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"json--{name}" for name in ("key", "text", "number", "word", "note", "broken")
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l", "unfold", "Unfold", show=False),
        Binding("left,h", "fold", "Fold", show=False),
        Binding("home", "scroll_home", "First", show=False),
        Binding("end", "scroll_end", "Last", show=False),
    ]

    class Moved(Message):
        """Another row is under the cursor; `path` is how code would reach its value."""

        def __init__(self, path: str) -> None:
            super().__init__()
            self.path = path

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("", id=id)
        self.show_root = True
        self.guide_depth = 2
        self.auto_expand = True
        self._paint = Paint(self)

    def show(self, value: Any, name: str = "") -> None:
        """Show a value; the root is called `name`."""
        self.clear()
        self.root.data = Item(name, value, "")
        self.root.set_label("")
        self.root.allow_expand = bool(_length(value))
        if self.root.allow_expand:
            self._fill(self.root)
            self.root.expand()
            for child in list(self.root.children):
                if child.data is not None and 0 < _length(child.data.value) <= _UNFOLDED // 3:
                    if len(self.root.children) > _UNFOLDED:
                        break
                    self._fill(child)
                    child.expand()
        self.cursor_line = 0

    @property
    def item(self) -> Item | None:
        """What is under the cursor."""
        node = self.cursor_node
        return None if node is None else node.data

    @property
    def text(self) -> str:
        """What is under the cursor as JSON; a text as it is."""
        item = self.item
        return "" if item is None else json_text(item.value)

    def on_tree_node_expanded(self, message: Tree.NodeExpanded[Item]) -> None:
        """Give a row its children when they are first seen."""
        message.stop()
        if not message.node.children and message.node.allow_expand and message.node.data is not None:
            self._fill(message.node)

    def on_tree_node_selected(self, message: Tree.NodeSelected[Item]) -> None:
        """Show the next page where the row stands for it."""
        message.stop()
        item, parent = message.node.data, message.node.parent
        if item is not None and item.after is not None and parent is not None:
            line = message.node.line
            message.node.remove()
            self._fill(parent, item.after)
            self.call_after_refresh(self.move_cursor_to_line, line)

    def on_tree_node_highlighted(self, message: Tree.NodeHighlighted[Item]) -> None:
        """Tell where the cursor is."""
        message.stop()
        if message.node.data is not None:
            self.post_message(self.Moved(message.node.data.path))

    def action_unfold(self) -> None:
        """Unfold the row, or go to its first child."""
        folding.unfold(self)

    def action_fold(self) -> None:
        """Fold the row, or go to the one around it."""
        folding.fold(self)

    def _fill(self, node: TreeNode[Item], start: int = 0) -> None:
        assert node.data is not None
        count = 0
        for item in islice(_children(node.data), start, start + PAGE):
            node.add("", item, allow_expand=bool(_length(item.value)))
            count += 1
        left = _length(node.data.value) - start - count
        if left > 0:
            node.add_leaf("", Item(f"{left:,} more", None, node.data.path, after=start + count))

    # -- drawing

    def notify_style_update(self) -> None:
        """Take the colours of the new theme or focus."""
        self._paint.clear()
        super().notify_style_update()

    def render_label(self, node: TreeNode[Item], base_style: Style, style: Style) -> Text:
        """Mark, key and value, the latter short."""
        item = node.data
        if item is None:
            return Text("")
        mark = ("▾ " if node.is_expanded else "▸ ") if node.allow_expand else "  "
        if item.after is not None:
            return Text.assemble(
                ("… ", style), (item.key, style), (" · Enter shows the next", self._part("note", style))
            )
        text = Text(mark, base_style)
        if item.key:
            text.append(sanitize_line(item.key[:_SHOWN]), self._part("key", style)).append("  ", style)
        role, words = _words(item.value)
        return text.append(words, self._part(role, style))

    def _part(self, name: str, style: Style) -> Style:
        return style + self._paint(f"json--{name}")


def _length(value: Any) -> int:
    return len(value) if isinstance(value, dict | list) else 0


def _children(item: Item) -> Iterator[Item]:
    if isinstance(item.value, dict):
        for key, value in item.value.items():
            yield Item(str(key), value, f"{item.path}[{key!r}]")
    else:
        for index, value in enumerate(item.value):
            yield Item(str(index), value, f"{item.path}[{index}]")


def _words(value: Any) -> tuple[str, str]:
    """The role and the words of a value in one row."""
    if isinstance(value, Broken):
        return "broken", sanitize_line(f"{value.problem}: {value.line[:_SHOWN]}")
    if isinstance(value, Number | int | float) and not isinstance(value, bool):
        return "number", sanitize_line(str(value)[:_SHOWN])
    if isinstance(value, str):
        more = f" … {len(value) - _SHOWN:,} characters more" if len(value) > _SHOWN else ""
        return "text", sanitize_line(json.dumps(value[:_SHOWN], ensure_ascii=False)) + more
    if isinstance(value, dict):
        return "note", "{}" if not value else f"{{{len(value):,}}}"
    if isinstance(value, list):
        return "note", "[]" if not value else f"[{len(value):,}]"
    return "word", {True: "true", False: "false", None: "null"}.get(value, sanitize_line(str(value)[:_SHOWN]))
