"""A session goes to another target with its files; what is lost there is rebuilt with those kept."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from tests.app.test_replay import opened, ran
from tests.app.whole import Whole, configure, whole
from tests.contract.served import serving
from workbench.screens.replay.screen import ReplayScreen

pytestmark = pytest.mark.usefixtures("home")


@asynccontextmanager
async def beside_a_server(
    folder: Path, version: str, **flags: Any
) -> AsyncIterator[tuple[Whole, LocalBackend]]:
    """The app, and what is behind the server that its profile `there` names."""
    served = LocalBackend(folder / "served", Choice(sys.executable, "test"))
    try:
        async with serving(served) as url:
            configure(f'[profiles.there]\nurl = "{url}"\napi_version = "{version}"\ntrack_files = true\n')
            async with whole(size=(140, 44), **flags) as app:
                yield app, served
    finally:
        await served.close()


async def pushed(app: Whole) -> ReplayScreen:
    await app.command("Session: Push session to a target")
    await app.until(lambda: isinstance(app.app.screen, ReplayScreen), "the push")
    screen = app.app.screen
    assert isinstance(screen, ReplayScreen)
    await app.until(lambda: screen._board.plan is not None, "the plan")
    return screen


async def test_a_session_is_pushed_with_its_files_and_back(tmp_path: Path) -> None:
    async with beside_a_server(tmp_path, "2025-10-02-preview") as (app, _):
        data = app.main.controller.backend
        source = tmp_path / "in.txt"
        source.write_text("words")
        app.main.controller.transfers.upload(source, "in.txt", app.main.controller.target, "default")
        await app.main.controller.transfers.settled()
        await app.run("text = open('in.txt').read()")
        await app.run("open('made.txt', 'w').write(text * 2)")
        screen = await pushed(app)
        await app.see("Push: default at local → there", "2 of 2 checked", "+ in.txt (5 B)")
        await ran(app, screen)
        await app.see("2 equal")
        await app.press("o")
        await app.until(lambda: app.main.controller.target.profile == "there" and app.state == "idle")
        session = app.main.controller.session
        assert session != "default"
        kept = await app.main.controller.history.kept_files("there", session)
        assert [file.path for file in kept.newest] == ["in.txt"]
        assert (await app.run("text, open('made.txt').read()")).value == {
            "text/plain": "('words', 'wordswords')"
        }
        assert await data.read_file("default", "made.txt") == b"wordswords"  # it is where it was, too

        screen = await pushed(app)
        await app.see("→ local", "3 of 3 checked", "+ in.txt (5 B)")
        await ran(app, screen)
        await app.see("3 equal")
        await app.press("o")
        await app.until(lambda: app.main.controller.target.profile == "local" and app.state == "idle")
        assert app.main.controller.session not in ("default", session)
        assert (await app.run("text")).value == {"text/plain": "'words'"}


@pytest.mark.parametrize("version", ["2024-02-02-preview", "2025-10-02-preview"])
async def test_a_rebuild_at_a_served_target_sends_what_is_kept(tmp_path: Path, version: str) -> None:
    async with beside_a_server(tmp_path, version, profile="there") as (app, served):
        controller = app.main.controller
        source = tmp_path / "in.txt"
        source.write_text("words")
        controller.transfers.upload(source, "in.txt", controller.target, controller.session)
        await controller.transfers.settled()
        await app.run("text = open('in.txt').read()")
        await app.run("import os; os._exit(1)")
        await controller.keeping.settled()
        await served.delete_file(controller.session, "in.txt")
        screen = await opened(app, "alt+v")
        await app.see("Rebuild:", "+ in.txt (5 B), kept by hash")
        await ran(app, screen)
        await app.see("1 equal")
        await app.press("escape")
        assert (await app.run("text")).value == {"text/plain": "'words'"}
