"""Jump mode: letters on panes, buffers and actions."""

from __future__ import annotations

import pytest

from tests.app.test_main_layout import focus_on, only
from tests.app.whole import whole
from workbench.screens.jump import Jump, JumpScreen, lettered

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
