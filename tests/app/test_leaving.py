"""Keys that come faster than screens go: each screen is left once, and the one beneath stays."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import suppress

from textual.command import CommandPalette
from textual.screen import Screen
from textual.worker import WorkerFailed, WorkerState

from tests.app.modal_app import SmallApp
from workbench import screens
from workbench.palette import Palette
from workbench.screens.confirm import ConfirmScreen
from workbench.screens.leaving import Leaving
from workbench.screens.main.frame import Frame
from workbench.screens.steady import Steady


def _below(kind: type[Screen[object]]) -> Iterator[type[Screen[object]]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def test_every_screen_but_the_main_one_is_left_once() -> None:
    for found in pkgutil.walk_packages(screens.__path__, "workbench.screens."):
        importlib.import_module(found.name)
    own = {one for one in _below(Screen) if one.__module__.startswith("workbench.")} - {Steady}
    assert len(own) > 25, "the screens were found"
    assert {one.__name__ for one in own if not issubclass(one, (Leaving, Frame))} == set()
    assert issubclass(Palette, Leaving)


async def test_two_keys_that_come_together_take_one_screen_away() -> None:
    app = SmallApp()
    async with app.run_test(size=(60, 20)) as pilot:
        answers: list[bool | None] = []
        below, over = ConfirmScreen("Below?", "."), ConfirmScreen("Over?", ".")
        app.push_screen(below, answers.append)
        await app.push_screen(over, answers.append)
        for _ in range(2):
            over.action_answer(True)  # what the keys do that both reached it
        await pilot.pause()
        assert answers == [True]
        assert app.screen is below


async def test_a_screen_under_another_takes_that_with_it() -> None:
    app = SmallApp()
    async with app.run_test(size=(60, 20)) as pilot:
        answers: list[object] = []
        main = app.screen
        below = ConfirmScreen("Below?", ".")
        app.push_screen(below, answers.append)
        await app.push_screen(ConfirmScreen("Over?", "."), answers.append)
        await app.push_screen(CommandPalette())
        below.dismiss(True)
        await pilot.pause()
        assert app.screen is main
        assert answers == [None, True]


async def test_a_search_that_outlives_its_palette_ends_nothing() -> None:
    app = SmallApp()
    async with app.run_test(size=(60, 20)) as pilot:
        palette = Palette()
        await app.push_screen(palette)
        await palette.query_one("CommandList").remove()
        worker = palette._gather_commands("x")
        with suppress(WorkerFailed):
            await worker.wait()
        await pilot.pause()
        assert worker.state is WorkerState.ERROR
        assert app.is_running
        assert app._exception is None
