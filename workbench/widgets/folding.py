"""The keys that unfold and fold rows of a tree, the same in every tree."""

from __future__ import annotations

from typing import Any

from textual.widgets import Tree


def unfold(tree: Tree[Any]) -> None:
    """Unfold the row with the cursor; where it is unfolded go to its first child."""
    node = tree.cursor_node
    if node is None or not node.allow_expand:
        return
    if not node.is_expanded:
        node.expand()
    elif node.children:
        tree.move_cursor(node.children[0])


def fold(tree: Tree[Any], *, root: bool = True) -> None:
    """Fold the row with the cursor, or else go to the one around it; the root only if `root` says so."""
    node = tree.cursor_node
    if node is None:
        return
    if node.is_expanded and node.allow_expand and (root or not node.is_root):
        node.collapse()
    elif node.parent is not None:
        tree.move_cursor(node.parent)
