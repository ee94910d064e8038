"""What jump mode finds on the main screen: panes, buffers, facts of the status bar, keys of the last line."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.screen import Screen
from textual.widget import Widget

from workbench.screens.jump import Jump, jumps_of_keys
from workbench.screens.layout.panes import Layout
from workbench.widgets.editor.tabs import TabRow, place
from workbench.widgets.keys import KeyBar
from workbench.widgets.status import SESSION, TARGET, StatusBar

_PLUS = 3  # cells of the plus behind the tabs
_FACTS = {TARGET: ("t", "switch_target"), SESSION: ("s", "sessions")}
"""Parts of the status bar → the letter they would like, and the action behind them."""


def jumps_of(screen: Screen[None], panes: Layout) -> Iterator[Jump]:
    """Everything on the main screen that a letter can stand for, panes first."""
    yield from _panes(screen, panes)
    yield from _buffers(panes.panes[0])
    yield from _facts(screen)
    yield from jumps_of_keys(screen.query_one(KeyBar))


def _panes(screen: Screen[None], panes: Layout) -> Iterator[Jump]:
    every = [pane for pane in panes.panes if pane.styles.inline.get_rule("display", None) != "none"]
    away = [pane for pane in every if not pane.region]
    for pane in every:
        name = str(pane.id)
        if pane.region:
            column, row, words = pane.region.x + 1, pane.region.y, ""
            if pane is panes.panes[0]:
                row += 1  # its first line are the tabs
        else:
            words = f"{name} (not shown)"
            column = max(0, screen.size.width - len(words) - 5)
            row = max(0, screen.size.height - 3 - away.index(pane))
        yield Jump(column, row, partial(panes.go, pane), name[0], words)


def _buffers(editor: Widget) -> Iterator[Jump]:
    row = editor.query_one(TabRow)
    if not row.region:
        return
    for placed in place(row.tabs, row.active, row.size.width - _PLUS):
        if placed.tab.id != row.active and placed.right <= row.size.width - _PLUS:
            selected = TabRow.Selected(placed.tab.id)
            yield Jump(row.region.x + placed.left, row.region.y, partial(row.post_message, selected))


def _facts(screen: Screen[None]) -> Iterator[Jump]:
    bar = screen.query_one(StatusBar)
    for rank, column in bar.columns().items():
        if rank in _FACTS and bar.region:
            wish, action = _FACTS[rank]
            act = partial(screen.call_later, screen.run_action, action)
            yield Jump(bar.content_region.x + column, bar.region.y, act, wish)
