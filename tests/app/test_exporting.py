"""Executions leave the app as notebooks, scripts and bundles, and come back as sessions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.app.whole import Whole, whole
from workbench.screens.confirm import ConfirmScreen
from workbench.screens.prompt import PromptScreen

pytestmark = pytest.mark.usefixtures("home")


async def prompt(app: Whole, words: str) -> PromptScreen:
    await app.until(
        lambda: isinstance(app.app.screen, PromptScreen) and words in app.text, f"a prompt for {words}"
    )
    assert isinstance(app.app.screen, PromptScreen)
    return app.app.screen


async def answer(app: Whole, words: str, text: str) -> None:
    screen = await prompt(app, words)
    screen.query_one(Input).value = text
    await app.pilot.pause()
    await app.press("enter")
    await app.until(lambda: app.app.screen is not screen or screen.query_one("#problem").size.height)


async def confirm(app: Whole, words: str, key: str) -> None:
    await app.until(
        lambda: isinstance(app.app.screen, ConfirmScreen) and words in app.text, f"question {words}"
    )
    screen = app.app.screen
    await app.press(key)
    await app.until(lambda: app.app.screen is not screen)


def codes(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(path.read_text())["cells"]]


async def test_an_execution_some_and_all_of_a_session_are_written(tmp_path: Path) -> None:
    one, some, everything = tmp_path / "one.ipynb", tmp_path / "some.py", tmp_path / "all.zip"
    async with whole() as app:
        for code in ("x = 1", "open('kept.txt', 'w').write('kept')", "x + 1"):
            await app.run(code)
        app.main.history.focus()
        await app.press("x")
        screen = await prompt(app, "Export 1 execution")
        assert screen.query_one(Input).value == "default.ipynb"
        await answer(app, "Export 1 execution", str(tmp_path / "it.doc"))
        await app.see("ends in none of .ipynb, .py, .zip")
        await answer(app, "Export 1 execution", str(one))
        await app.notice("one.ipynb: 1 execution.")
        assert codes(one) == ["x + 1"]
        one.write_text("mine")
        await app.press("x")
        await answer(app, "Export 1 execution", str(one))
        await confirm(app, "Overwrite file?", "n")
        assert one.read_text() == "mine"
        await app.press("X")
        await answer(app, "Export which of 3", "7")
        await app.notice("has no execution 7")
        await answer(app, "Export which of 3", "1, 3")
        await answer(app, "Export 2 executions", str(some))
        await app.until(some.exists, "the script")
        assert "x = 1\n" in some.read_text()
        assert "kept" not in some.read_text()
        await app.press("ctrl+r")
        await app.see("x + 1", "Export")
        await app.press("alt+shift+e")
        await answer(app, "Export which of 3", "all")
        await answer(app, "Export 3 executions", str(everything))
        await app.notice("all.zip: 3 executions, 1 file (4 B).")

        await app.command("Import session from a file")
        await answer(app, "Import a session", str(tmp_path / "nothing.zip"))
        await app.see("There is no such file.")
        await answer(app, "Import a session", str(everything))
        await confirm(app, "Session default-2 is here", "y")
        await app.until(lambda: app.main.controller.session == "default-2" and app.state == "idle")
        await app.until(lambda: len(app.rows) == 3, "its executions")
        assert (await app.run("open('kept.txt').read()")).value == {"text/plain": "'kept'"}


async def test_what_is_damaged_is_refused_and_scripts_are_left_out_when_one_says_so(tmp_path: Path) -> None:
    damaged, active = tmp_path / "damaged.zip", tmp_path / "active.ipynb"
    damaged.write_bytes(b"PK nothing")
    output = {"output_type": "display_data", "data": {"text/html": "<script>1</script>"}, "metadata": {}}
    cell = {"cell_type": "code", "source": "7", "outputs": [output], "metadata": {}, "execution_count": 1}
    active.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [cell]}))
    async with whole() as app:
        app.main.history.focus()
        await app.press("X")
        await app.notice("Nothing was run in this session yet.")
        await app.press("i")
        await answer(app, "Import a session", str(damaged))
        await app.notice("damaged.zip is refused: it is damaged")
        for key, sessions in (("n", 0), ("y", 1)):
            await app.press("ctrl+r")
            await app.see("Search history")
            await app.press("alt+i")
            await answer(app, "Import a session", str(active))
            await confirm(app, "Leave out what would run?", key)
            if key == "y":
                await confirm(app, "1 output with scripts left out", "n")
            assert len(await app.main.controller.history.recent("active")) == sessions
        assert app.main.controller.session == "default"
