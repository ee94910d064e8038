"""The commands of preview, search and transfers: their keys move, palette and help know them."""

from __future__ import annotations

import re

import pytest
from textual.app import App, ComposeResult

from tests.app.whole import Whole, configure, whole
from workbench.commands.table import COMMANDS
from workbench.screens.files.transfers import TransfersScreen
from workbench.screens.help import HelpScreen
from workbench.screens.preview import PreviewScreen
from workbench.screens.search.screen import SearchScreen
from workbench.widgets.keys import KeyBar
from workbench.widgets.paging.text import PagedText


@pytest.mark.parametrize("screen", [PreviewScreen, SearchScreen, TransfersScreen])
def test_every_command_of_a_screen_has_its_action(
    screen: type[PreviewScreen | SearchScreen | TransfersScreen],
) -> None:
    names = [command.action.partition("(")[0] for command in COMMANDS if command.place is screen.PLACE]
    assert names
    assert [name for name in names if not hasattr(screen, f"action_{name}")] == []


async def titles(app: Whole) -> str:
    """What the palette offers, until it is closed again."""
    await app.press("ctrl+p")
    await app.until(lambda: re.search(r"(Preview|Search|Run): ", app.text), "the palette")
    told = app.text
    await app.press("escape")
    return told


@pytest.mark.usefixtures("home")
async def test_preview_and_search_have_their_commands_in_palette_help_and_keymap() -> None:
    configure('[keys]\n"preview.wrap" = "z"\n"search.outcome" = "f12"\n')
    async with whole() as app:
        assert "Preview:" not in await titles(app)
        await app.run("open('a.txt', 'w').write('some words');")
        await app.main.files_desk.preview_path("a.txt")
        await app.see("1 some words")
        view = app.app.screen.query_one(PagedText)
        before = view.wrap
        await app.press("w")
        assert view.wrap is before
        await app.press("z")
        assert view.wrap is not before
        offered = await titles(app)
        assert "Preview: Wrap lines  (Z)" in offered or "Preview: Wrap lines  (z)" in offered
        assert "Run: " not in offered
        await app.command("Preview: Wrap lines")
        await app.until(lambda: view.wrap is before)
        await app.press("f1")
        await app.until(lambda: isinstance(app.app.screen, HelpScreen))
        await app.see("Preview", "Goes to a line, a percentage or an offset.")
        await app.press("escape", "escape", "ctrl+r")
        await app.see("Search history")
        await app.until(lambda: app.app.screen.query_one("Hits"))
        await app.press("f12")
        await app.see("succeeded")
        assert "Search: Pin" in await titles(app)


@pytest.mark.usefixtures("home")
async def test_help_in_a_dialog_tells_its_keys_also_those_that_wait() -> None:
    async with whole() as app:
        await app.run("1")
        await app.command("Session: Replay session")
        await app.see("Replay: default")
        await app.press("f1")
        await app.until(lambda: isinstance(app.app.screen, HelpScreen))
        await app.see("F5", "Runs what is checked, in order.", "Writes a report, as .md or .json.")
        assert "Run all cells" not in app.text


class _Silent(App[None]):
    """Has no key that wants to be shown."""

    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        yield KeyBar()


@pytest.mark.parametrize("width", [80, 1])
async def test_where_no_key_is_shown_the_line_is_empty(width: int) -> None:
    async with _Silent().run_test(size=(width, 5)) as pilot:
        await pilot.pause()
        bar = pilot.app.query_one(KeyBar)
        assert bar.hints == []
        assert bar.size.height == 1
