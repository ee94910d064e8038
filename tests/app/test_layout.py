"""Panes that are resized, hidden, and found again as they were left."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from textual.events import MouseDown, MouseMove, MouseUp

from tests.app.test_main_layout import PANES, focus_on, only
from tests.app.whole import Whole, whole
from workbench.config.paths import find_paths
from workbench.layout import KeptLayout, LayoutError, load_layout, save_layout

pytestmark = pytest.mark.usefixtures("home")


def layout_file() -> Path:
    return find_paths(os.environ).state / "layout.json"


def height(app: Whole, pane: str) -> int:
    return int(getattr(app.main, pane).region.height)


async def drag(app: Whole, start: tuple[int, int], end: tuple[int, int]) -> None:
    """The mouse, button held, from one cell of the screen to another."""
    for kind, (x, y) in ((MouseDown, start), (MouseMove, end), (MouseUp, end)):
        await app.pilot._post_mouse_events([kind], button=1, offset=(x, y))


async def test_keys_move_the_border_beside_the_focused_pane_and_the_next_start_has_it() -> None:
    async with whole() as app:
        before = height(app, "editor")
        side = app.main.side.region.width
        await app.press("alt+shift+down")
        await app.until(lambda: height(app, "editor") == before + 2)
        await app.press("alt+shift+left")
        await app.until(lambda: app.main.side.region.width == side + 4)
        await app.press("f7")
        await focus_on(app, "files")
        files = height(app, "files")
        await app.press("alt+shift+up")
        await app.until(lambda: height(app, "files") == files + 2)
        await app.until(lambda: layout_file().exists())
    async with whole() as app:
        assert height(app, "editor") == before + 2
        assert app.main.side.region.width == side + 4
        await app.until(lambda: height(app, "files") == files + 2)
        await app.command("View: Reset layout")
        await app.until(lambda: height(app, "editor") == before and app.main.side.region.width == side)
    assert load_layout(layout_file()) == KeptLayout()


async def test_the_mouse_drags_borders_and_selects_nothing_meanwhile() -> None:
    async with whole() as app:
        await app.run("print('some output')")
        output = app.main.output.region
        await drag(app, (output.x + 5, output.y), (output.x + 5, output.y - 6))
        await app.until(lambda: app.main.output.region.y == output.y - 6)
        side = app.main.side.region
        await drag(app, (side.x, 4), (side.x - 10, 4))
        await app.until(lambda: app.main.side.region.x == side.x - 10)
        assert app.app.mouse_captured is None
        assert not app.main.get_selected_text()
        await drag(app, (side.x - 10, 4), (0, 4))
        await app.until(lambda: app.main.editor.region.width >= 40)


async def test_a_wide_screen_has_its_border_upright() -> None:
    async with whole(size=(180, 40)) as app:
        width = app.main.editor.region.width
        await app.press("alt+shift+right")
        await app.until(lambda: app.main.editor.region.width == width + 4)
        await app.pilot.resize_terminal(120, 40)
        await app.until(lambda: app.main.editor.region.width == app.main.output.region.width)
        assert height(app, "editor") + height(app, "output") == 38


async def test_a_hidden_pane_stays_away_until_somebody_goes_there() -> None:
    async with whole() as app:
        await app.press("f3", "shift+f9")
        await only(app, "editor", "history", "files")
        await focus_on(app, "editor")
        await app.press("shift+f9")
        await app.notice("cannot both be hidden")
        await app.press("f6")
        await focus_on(app, "history")
    async with whole() as app:
        await only(app, "editor", "history", "files")
        await app.press("f3")
        await focus_on(app, "output")
        await only(app, *PANES)
        await app.press("f7", "shift+f9")
        await focus_on(app, "history")
        await app.press("shift+f9")
        await only(app, "editor", "output")


async def test_a_maximised_sidebar_pane_has_all_the_room_after_a_resize() -> None:
    async with whole() as app:
        await app.press("alt+shift+left", "f4", "f9")
        await only(app, "history")
        assert app.main.history.region.width >= 119
        await app.press("f9")
        await only(app, *PANES)


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"editor": 5}', '{"side": -1}', '{"hidden": ["editor", "output"]}']
)
async def test_a_broken_layout_costs_one_notice_and_is_replaced(text: str) -> None:
    save_layout(layout_file(), KeptLayout())
    layout_file().write_text(text)
    if text == "{":
        async with whole() as app:
            await app.notice("cannot be used")
            assert len(app.notices) == 1
        assert json.loads(layout_file().read_text())["editor"] == 0.55
    else:
        with pytest.raises(LayoutError):
            load_layout(layout_file())


async def test_a_pane_that_was_called_has_its_share_and_is_passed_over_once_it_is_away() -> None:
    async with whole(size=(120, 44)) as app:
        await app.press("f7", "alt+shift+up")
        await app.command("View: Show or hide variables  (Alt+Y)")
        await app.until(lambda: app.focused == "variables")
        assert app.main.arrangement.panes[4].region.height >= 8
        await app.press("alt+y")
        await focus_on(app, "editor")
        await app.press("shift+f6")
        await focus_on(app, "files")
