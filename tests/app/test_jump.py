"""Jump mode: letters on panes, buffers and actions."""

from __future__ import annotations

import pytest

from tests.app.modal_app import SmallApp
from tests.app.test_main_layout import focus_on, only
from tests.app.whole import whole
from workbench.screens.confirm import ConfirmScreen
from workbench.screens.jump import Jump, JumpScreen, jumps_on, lettered
from workbench.screens.search.rows import Hits

pytestmark = pytest.mark.usefixtures("home")


def test_letters_are_those_wished_and_no_two_alike() -> None:
    jumps = [Jump(0, 0, str, wish) for wish in ("f", "f", "", "a", *("",) * 30)]
    given = lettered(jumps)
    assert (given["f"], given["a"]) == (jumps[0], jumps[3])
    assert len(given) == len({id(jump) for jump in given.values()}) == 26


async def test_a_letter_goes_to_its_pane_and_escape_leaves() -> None:
    async with whole() as app:
        await app.press("alt+o")
        await app.until(lambda: isinstance(app.app.screen, JumpScreen))
        await app.see(" e ", " o ", " h ", " f ")
        await app.press("escape")
        await app.until(lambda: app.app.screen is app.main)
        assert app.focused == "editor"
        for letter, pane in (("f", "files"), ("o", "output"), ("h", "history"), ("e", "editor")):
            await app.press("alt+o", letter)
            await focus_on(app, pane)


async def test_letters_stand_for_actions_buffers_and_panes_that_are_not_shown() -> None:
    async with whole(size=(80, 24)) as app:
        await app.write("print('jumped')")
        await app.press("alt+o")
        await app.see("h history (not shown)", "f files (not shown)")
        await app.press("exclamation_mark")  # is no letter: nothing happens
        await app.press("r")
        await app.until(lambda: "jumped" in app.output)
        await app.press("ctrl+n")
        await app.until(lambda: app.code == "")
        await app.press("alt+o")
        await app.until(lambda: isinstance(app.app.screen, JumpScreen))
        letters = {jump.row: letter for letter, jump in app.app.screen._jumps.items() if not jump.wish}  # type: ignore[attr-defined]
        await app.press(letters[0])
        await app.until(lambda: "jumped" in app.code)
        await app.press("alt+o", "f")
        await focus_on(app, "files")
        await app.press("alt+o", "s")
        await app.until(lambda: type(app.app.screen).__name__ == "SessionsScreen")
        await app.press("escape", "f2", "f9")
        await only(app, "editor")


async def test_the_other_screens_have_letters_too() -> None:
    """A dialog's fields, a search's list, the buttons of a question, the keys of the last line."""
    async with whole() as app:
        await app.run("print('found')")
        await app.press("ctrl+r")
        await app.see("print('found')")
        search = app.app.screen
        await app.press("alt+o")
        await app.until(lambda: isinstance(app.app.screen, JumpScreen))
        jumps = app.app.screen._jumps  # type: ignore[attr-defined]
        assert {"e", "o", "r"} <= set(jumps), "Edit, Open and Run again have their letters"
        await app.press(
            next(letter for letter, jump in jumps.items() if jump.act == search.query_one(Hits).focus)
        )
        await app.until(lambda: isinstance(app.app.focused, Hits))
        await app.press("alt+o", "o")
        await app.until(lambda: type(app.app.screen).__name__ == "EntryScreen")
        await app.press("alt+o")
        await app.until(lambda: isinstance(app.app.screen, JumpScreen))
        await app.press("escape", "escape", "escape")
        await app.until(lambda: app.app.screen is app.main)
        await app.press("f1", "alt+o")
        await app.until(lambda: isinstance(app.app.screen, JumpScreen))
        await app.press("escape", "escape")


async def test_a_letter_on_a_button_presses_it() -> None:
    app = SmallApp()
    async with app.run_test(size=(60, 20)) as pilot:
        screen = ConfirmScreen("Sure?", ".")
        await app.push_screen(screen)
        await pilot.pause()
        jumps = lettered(jumps_on(screen))
        assert set(jumps) == {"y", "n"}
        jumps["y"].act()
        await pilot.pause()
        assert app.screen is not screen
