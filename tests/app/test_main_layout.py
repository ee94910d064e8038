"""The main screen's panes, sizes, themes and keys."""

from __future__ import annotations

import os

import pytest

from tests.app.whole import Whole, configure, whole
from workbench.config.paths import find_paths

pytestmark = pytest.mark.usefixtures("home")

PANES = ("editor", "output", "history", "files")


def shown(app: Whole) -> list[str]:
    """The panes that have room on the screen."""
    return [name for name in PANES if getattr(app.main, name).region.area]


async def focus_on(app: Whole, pane: str) -> None:
    await app.until(lambda: app.focused == pane, f"the focus on {pane}")


async def only(app: Whole, *panes: str) -> None:
    await app.until(lambda: shown(app) == list(panes), f"{panes} alone")


async def test_the_focus_goes_round_and_by_name() -> None:
    async with whole() as app:
        assert app.focused == "editor"
        for pane in ("output", "history", "files", "editor"):
            await app.press("f6")
            await focus_on(app, pane)
        await app.press("shift+f6")
        await focus_on(app, "files")
        for key, pane in (("f2", "editor"), ("f3", "output"), ("f4", "history"), ("f7", "files")):
            await app.press(key)
            await focus_on(app, pane)


async def test_a_pane_takes_all_the_room_and_gives_it_back() -> None:
    async with whole() as app:
        for key, pane in (("f2", "editor"), ("f4", "history")):
            await app.press(key)
            await focus_on(app, pane)
            await app.press("f9")
            await only(app, pane)
            assert getattr(app.main, pane).region.width >= 119
            assert app.focused == pane
            await app.press("f9")
            await only(app, *PANES)


async def test_going_elsewhere_while_one_pane_is_large_makes_that_one_large() -> None:
    async with whole() as app:
        await app.press("f9", "f4")
        await focus_on(app, "history")
        await only(app, "history")
        await app.press("f6")
        await focus_on(app, "files")
        await only(app, "files")


async def test_the_sidebar_hides_and_the_focus_leaves_it() -> None:
    async with whole() as app:
        await app.press("f4")
        await focus_on(app, "history")
        await app.press("ctrl+b")
        await only(app, "editor", "output")
        await focus_on(app, "editor")
        await app.press("ctrl+b")
        await only(app, *PANES)
        await app.press("ctrl+b", "f7")
        await focus_on(app, "files")
        assert shown(app) == list(PANES)


async def test_a_narrow_screen_shows_the_sidebar_when_it_is_asked_for() -> None:
    async with whole(size=(80, 24)) as app:
        assert shown(app) == ["editor", "output"]
        await app.press("f4")
        await focus_on(app, "history")
        assert "history" in shown(app)
        await app.press("f2")
        await focus_on(app, "editor")
        await only(app, "editor", "output")
        await app.press("ctrl+b")
        await app.until(lambda: "files" in shown(app))
        await app.press("ctrl+b")
        await only(app, "editor", "output")


@pytest.mark.parametrize("size", [(60, 15), (100, 24), (170, 50), (300, 100)])
async def test_every_pane_can_be_reached_at_any_size(size: tuple[int, int]) -> None:
    async with whole(size=size) as app:
        for key, pane in (("f3", "output"), ("f4", "history"), ("f7", "files"), ("f2", "editor")):
            await app.press(key)
            await focus_on(app, pane)
            region = getattr(app.main, pane).region
            assert region.width >= 20, pane
            assert region.height >= 3, pane


async def test_a_tiny_terminal_says_so_and_work_goes_on() -> None:
    async with whole(size=(120, 40)) as app:
        await app.write("kept = 1")
        await app.pilot.resize_terminal(50, 12)
        await app.see("The terminal is too small")
        await app.run("print('went on')")
        await app.pilot.resize_terminal(120, 40)
        await app.see("kept = 1", "went on")


# -- themes


def colours(app: Whole) -> set[str]:
    """The background colours of the editor and the output, as they are on the screen."""
    backgrounds = set()
    for pane in (app.main.editor.editor, app.main.output.view):
        style = app.main.get_style_at(pane.region.x + 3, pane.region.bottom - 2)
        backgrounds.add(str(style.bgcolor))
    return backgrounds


async def test_a_theme_repaints_all_and_is_put_back_by_escape() -> None:
    async with whole() as app:
        await app.run("print('some output')")
        before = colours(app)
        await app.command("View: Change theme")
        await app.see("● harbor", "sailcloth")
        await app.press("end")
        await app.until(lambda: app.app.theme == "sailcloth")
        await app.press("escape")
        await app.until(lambda: app.app.theme == "harbor" and colours(app) == before)
        app.app.wear("sailcloth")
        await app.until(lambda: colours(app).isdisjoint(before))
        assert not find_paths(os.environ).config_file.exists()
    async with whole() as app:
        assert app.app.theme == "harbor"


async def test_the_theme_of_the_config_is_worn_from_the_start() -> None:
    configure('theme = "sailcloth"\n')
    async with whole() as app:
        assert app.app.theme == "sailcloth"
        assert not app.app.current_theme.dark


async def test_a_broken_theme_costs_one_notice() -> None:
    configure("name = [broken", "themes/mine.toml")
    configure('name = "other"\ndark = 3\n', "themes/other.toml")
    async with whole() as app:
        await app.notice("The theme file mine.toml is left out")
        await app.notice("The theme file other.toml is left out")
        assert len(app.notices) == 2
        assert (await app.run("1")).value == {"text/plain": "1"}


# -- keys


async def test_keys_of_the_config_work_and_are_shown() -> None:
    configure('[keys]\n"run.all" = "f10"\n"view.next" = "ctrl+k"\n"history.rerun" = "z"\n')
    async with whole() as app:
        await app.write("print('by', 'f10')")
        await app.press("f10")
        await app.until(lambda: "by f10" in app.output)
        await app.press("shift+f5")
        await app.see("^K Panes")
        await app.press("ctrl+k")
        await focus_on(app, "output")
        await app.press("f4")
        await focus_on(app, "history")
        await app.see("z Run again")
        await app.press("z")
        await app.until(lambda: len(app.rows) == 2)
        await app.press("f1")
        await app.until(lambda: len(app.app.screen_stack) == 2)
        await app.press(*"all")
        await app.see("Run all")
        assert any("Run all" in line and "F10" in line for line in app.text.splitlines())
        await app.press("escape", "escape")
        await app.until(lambda: len(app.app.screen_stack) == 1)
        await app.command("Run: Run all  (F10)")
        await app.until(lambda: len(app.rows) == 3)


async def test_settings_of_editor_and_output_take_effect() -> None:
    configure(
        "[editor]\ntab_size = 2\nline_numbers = false\nwrap = true\nauto_indent = true\n"
        "[output]\nmax_lines = 1000\n"
    )
    async with whole() as app:
        await app.press("i", "f", "space", "x", "colon", "enter", "y")
        editor = app.main.editor.editor
        assert editor.text == "if x:\n  y"
        assert (editor.show_line_numbers, editor.soft_wrap) == (False, True)
        assert app.main.output.buffer.cap == 1000
        await app.press("backspace", "backspace")
        assert editor.text == "if x:\n"


async def test_without_auto_indent_a_line_begins_at_the_left() -> None:
    configure("[editor]\nauto_indent = false\n")
    async with whole() as app:
        await app.press("i", "f", "space", "x", "colon", "enter", "y")
        assert app.main.editor.editor.text == "if x:\ny"
