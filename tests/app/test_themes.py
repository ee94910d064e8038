"""Theme files that change while they are worn, and a choice that is kept."""

from __future__ import annotations

import os

import pytest
from textual.widgets import OptionList

from tests.app.whole import configure, whole
from workbench.config.paths import find_paths
from workbench.screens.themes import ThemeScreen
from workbench.theming.load import builtin_directory

pytestmark = pytest.mark.usefixtures("home")

OURS = (builtin_directory() / "harbor.toml").read_text("utf-8")
MINE = OURS.replace('name = "harbor"', 'name = "mine"')


async def test_a_theme_of_the_user_is_worn_anew_when_its_file_changes() -> None:
    configure(MINE, "themes/mine.toml")
    configure('theme = "mine"\n')
    async with whole() as app:
        configure(MINE.replace('surface = "#161c25"', 'surface = "#123456"'), "themes/mine.toml")
        await app.until(lambda: app.main.output.styles.background.hex == "#123456")
        configure("name = [broken", "themes/mine.toml")
        await app.notice("The theme file mine.toml is left out")
        await app.pilot.pause(1.2)
        assert len(app.notices) == 1
        assert app.main.output.styles.background.hex == "#123456"
        assert (await app.run("1")).value == {"text/plain": "1"}


async def test_a_new_file_comes_into_the_list_and_ctrl_s_keeps_the_choice() -> None:
    async with whole() as app:
        await app.command("View: Change theme")
        await app.see("● harbor")
        configure(MINE, "themes/mine.toml")
        await app.see("mine")
        await app.press("end", "ctrl+s")
        await app.notice("is the theme from now on")
        kept = find_paths(os.environ).config_file.read_text()
        assert kept == f'theme = "{app.app.theme}"\n'
        assert app.app.theme != "harbor"


async def test_a_theme_that_goes_while_one_chooses_is_not_worn() -> None:
    async with whole() as app:
        await app.command("View: Change theme")
        await app.see("● harbor")
        screen = app.app.screen
        assert isinstance(screen, ThemeScreen)
        listed = screen.query_one(OptionList)
        listed.highlighted = len(listed.options) - 1
        listed.action_select()  # what it tells is still on its way
        screen.show_names(["harbor"])
        await app.pilot.pause()
        assert app.app.screen is screen
        assert app.app.theme == "harbor"
