"""Keymaps, and the screen on which keys are changed."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from textual.binding import Binding

from tests.app.test_main_layout import focus_on
from tests.app.whole import Whole, configure, whole
from workbench.commands.command import Command, Place, bindings
from workbench.commands.table import COMMANDS
from workbench.config.keymaps import KEYMAPS, with_keymap
from workbench.config.keys import check_keys
from workbench.config.paths import find_paths

pytestmark = pytest.mark.usefixtures("home")


def config() -> str:
    return find_paths(os.environ).config_file.read_text()


async def keys_screen(app: Whole, words: str) -> None:
    """The screen of keys, with what these words find."""
    await app.command("View: Change keys")
    await app.see("Type to search commands and keys")
    await app.press(*("space" if letter == " " else letter for letter in words))
    await app.see(words)


@pytest.mark.parametrize("keymap", KEYMAPS)
def test_keymaps_pass_the_check_and_put_no_key_on_two_commands(keymap: str) -> None:
    assert check_keys(KEYMAPS[keymap], COMMANDS, "")[1] == []
    commands = [command for command in with_keymap(COMMANDS, keymap) if isinstance(command, Command)]
    every = {}
    for place in Place:
        bound = [binding.key for binding in bindings(commands, place) if isinstance(binding, Binding)]
        assert [key for key, count in Counter(bound).items() if count > 1] == [], place
        every[place] = set(bound)
    for place in Place:
        if place is not Place.APP and not place.alone:
            assert not every[place] & every[Place.APP], place


async def test_a_keymap_of_the_config_is_in_force_and_own_keys_go_before_it() -> None:
    configure('keymap = "emacs"\n[keys]\n"editor.copy" = "alt+0"\n"buffer.close" = "alt+8"\n')
    async with whole() as app:
        await app.write("one two")
        await app.press("home", "ctrl+d", "ctrl+e")
        assert app.code == "ne two"
        assert app.main.editor.editor.cursor_location == (0, 6)
        assert app.main.keymap["editor.copy"] == "alt+0"


async def test_a_key_is_changed_by_pressing_another_and_kept() -> None:
    async with whole() as app:
        await keys_screen(app, "Next pane")
        await app.press("enter")
        await app.see("Press the key. Escape leaves it as it is.")
        await app.press("f5")
        await app.see("F5 cannot be had: f5 belongs to 'run.run' and never moves.")
        await app.press("f4")
        await app.see("F4 cannot be had: f4 is the key of 'view.history'")
        await app.press("f10")
        await app.see("F10", "yours")
        assert config() == '[keys]\n"view.next" = "f10"\n'
        await app.press("escape", "f10")
        await focus_on(app, "output")
        await keys_screen(app, "Next pane")
        await app.press("f4")
        await app.see("F6")
        assert config() == "[keys]\n"
        await app.press("escape", "f6")
        await focus_on(app, "history")


async def test_what_is_in_the_way_is_told_and_fixed_keys_stay() -> None:
    configure('[keys]\n"files.sort" = "f6"\n')
    async with whole(size=(140, 40)) as app:
        await keys_screen(app, "Next pane")
        await app.see("in the files: Sort files")
        await app.press(*["backspace"] * 9, *"stop", "enter")
        await app.notice("never moves")
