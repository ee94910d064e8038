"""Replaying in the app: from the history pane, side by side, lines marked; what was lost is rebuilt."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList, Select

from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from tests.app.whole import Whole, configure, whole
from tests.contract.served import serving
from workbench.screens.replay.screen import ReplayScreen
from workbench.screens.replay.where import WhereScreen
from workbench.widgets.output.banner import LossBanner

pytestmark = pytest.mark.usefixtures("home")

VOLATILE = "import random; print('first'); print('drawn', random.random())"


async def opened(app: Whole, key: str = "p") -> ReplayScreen:
    """The replay screen, once its plan is made."""
    if key == "p":
        app.main.history.focus()
    await app.press(key)
    await app.until(lambda: isinstance(app.app.screen, ReplayScreen), "the replay screen")
    screen = app.app.screen
    assert isinstance(screen, ReplayScreen)
    await app.until(lambda: screen._board.plan is not None, "the plan")
    return screen


async def ran(app: Whole, screen: ReplayScreen) -> None:
    await app.press("f5")
    await app.until(lambda: screen._board.replay is not None and not screen._runs, "its end")
    await app.pilot.pause()


async def test_from_the_history_pane_side_by_side_and_compared_again(tmp_path: Path) -> None:
    async with whole() as app:
        await app.run("x = 20")
        await app.run(VOLATILE)
        await app.run("x + 1")
        screen = await opened(app)
        await app.see("Replay: default at local → local", "1 of 3 checked", "No files are needed")
        await app.press("a")
        await app.see("3 of 3 checked")
        await app.press("g")
        await ran(app, screen)
        await app.see("2 equal, 1 differs", "≠ stdout")
        screen.query_one("#steps", OptionList).highlighted = 1
        await app.see("stdout before", "stdout after", "│ drawn 0.")
        await app.press("tab", "i")  # the cursor is on the first line that differs
        await app.see("3 equal · 1 marked", "Not counted: line 'drawn")
        await app.press("u")
        await app.see("2 equal, 1 differs")
        await app.press("s")
        await app.answer(str(tmp_path / "report.json"))
        await app.until((tmp_path / "report.json").exists, "the report")
        told = json.loads((tmp_path / "report.json").read_text())
        assert (told["equal"], told["differs"]) == (2, 1)
        await app.press("escape")
        await app.until(lambda: app.app.screen is app.main)
        assert [status for _, status in app.rows] == ["succeeded"] * 3  # the session itself is as it was
        assert len(await app.main.controller.history.recent()) == 6


async def test_the_target_is_a_session_a_version_or_an_interpreter(tmp_path: Path) -> None:
    served = LocalBackend(tmp_path / "served", Choice(sys.executable, "test"))
    try:
        async with serving(served) as url:
            configure(f'[profiles.there]\nurl = "{url}"\n')
            async with whole(size=(140, 44)) as app:
                await app.run("import sys; x = 20; sys.executable.count('elsewhere')")
                screen = await opened(app)

                async def to(**fields: str) -> None:
                    await app.press("t")
                    await app.until(lambda: isinstance(app.app.screen, WhereScreen), "the form")
                    for name, value in fields.items():
                        field = app.app.screen.query_one(f"#{name}")
                        assert isinstance(field, Select | Input)
                        field.value = value
                        await app.pilot.pause()
                    await app.press("ctrl+s")

                await to(profile="there", version="2024-08-02-preview")
                await app.see("default at local → there (2024-08-02-preview)")
                await ran(app, screen)
                await app.see("1 equal")
                after = screen._board.comparisons[screen._board.entries[0].id].after
                assert after is not None
                assert (after.profile, after.api_version) == ("there", "2024-08-02-preview")

                await to(profile="local", python="/nowhere/python")
                await app.see("There is no interpreter /nowhere/python.")
                other = tmp_path / "elsewhere"
                (other / "bin").mkdir(parents=True)
                (other / "bin" / "python").symlink_to(sys.executable)
                await app.press("escape")
                await to(profile="local", python=str(other), session="stays")
                await app.see(f"default at local → stays at local, {other}", "it runs in stays, which stays")
                await ran(app, screen)
                await app.see("1 differs")
                await app.press("o")
                await app.until(lambda: app.main.controller.session == "stays" and app.state == "idle")
                assert (await app.run("x + 1")).value == {"text/plain": "21"}
    finally:
        await served.close()


async def test_f8_stops_what_runs_and_nothing_is_left_behind(tmp_path: Path) -> None:
    again = tmp_path / "again"
    async with whole() as app:
        await app.run("1")
        await app.run(f"import os, time; time.sleep(60 if os.path.exists({str(again)!r}) else 0)")
        again.touch()
        await app.run("3")
        screen = await opened(app)
        await app.press("a", "f5")
        await app.see("▶ running", "1 equal")
        await app.press("f8")
        await app.until(lambda: screen._board.replay is not None and not screen._runs, "its end")
        await app.see("1 equal, 2 not run · stopped")
        folders = {one.name for one in app.main.controller.backend.root.iterdir()}  # type: ignore[attr-defined]  # local
        assert len([name for name in folders if not name.startswith(".")]) == 1
        assert [info.identifier for info in await app.main.controller.backend.sessions()] == ["default"]


async def test_a_dead_worker_is_offered_a_rebuild_which_brings_variables_back() -> None:
    async with whole() as app:
        await app.run("x = 20")
        await app.run("import os; os._exit(1)")
        await app.see("variables are gone: its worker ended", "Rebuild (Alt+V)", "Go on empty", "New session")
        screen = await opened(app, "alt+v")
        await app.see("Rebuild: default at local → local", "1 of 1 checked")
        assert not app.main.query(LossBanner)
        await ran(app, screen)
        await app.see("1 equal")
        await app.press("escape")
        assert (await app.run("x + 1")).value == {"text/plain": "21"}


async def test_a_new_start_offers_it_and_the_other_answers_do_as_they_say() -> None:
    async with whole() as app:
        await app.run("x = 20")
        assert not app.main.query(LossBanner)
    async with whole() as app:
        await app.see("The variables of this session are from before")
        await app.command("Session: Go on without what was lost")
        await app.until(lambda: not app.main.query(LossBanner))
    async with whole() as app:
        await app.see("The variables of this session are from before")
        await app.pilot.click("#loss-empty")
        await app.until(lambda: not app.main.query(LossBanner))
        assert app.main.controller.session == "default"
    async with whole() as app:
        await app.see("The variables of this session are from before")
        await app.pilot.click("#loss-new")
        await app.until(lambda: app.main.controller.session != "default" and app.state == "idle")
        assert not app.main.query(LossBanner)


async def test_what_cannot_be_done_is_said() -> None:
    async with whole() as app:
        await app.command("Session: Replay session")
        await app.notice("Nothing was run in this session yet.")
        await app.command("Session: Push session to a target")
        await app.notice("There is no other target yet")
        await app.press("alt+v")
        await app.notice("Nothing of this session is lost")
