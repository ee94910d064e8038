"""Files to and from a session in the app: dialogs, dropped paths, the list, and what goes wrong."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from backend.executor.folders import SessionFolder
from tests.app.test_served import at_server
from tests.app.whole import Whole, whole
from tests.unit.transfers.conftest import names
from workbench.screens.confirm import ConfirmScreen
from workbench.screens.files.overwriting import OverwriteScreen
from workbench.screens.files.picking import FolderScreen, OpenScreen, SaveScreen
from workbench.screens.files.transfers import TransfersScreen
from workbench.transfers import source
from workbench.transfers.transfer import State, Transfer


@pytest.fixture
async def app(home: Path) -> AsyncIterator[Whole]:
    async with whole() as one:
        yield one


def data(app: Whole) -> Path:
    """The data directory of the local session."""
    root = app.main._setup.paths.data / "sessions"
    return SessionFolder(root, "default").data


def transfers(app: Whole) -> tuple[Transfer, ...]:
    return app.main.controller.transfers.transfers


async def on(app: Whole, screen: type) -> None:
    await app.until(lambda: isinstance(app.app.screen, screen), screen.__name__)
    await app.pilot.pause()


async def drop(app: Whole, text: str) -> None:
    """What a terminal sends when files are dropped on it."""
    await app.press("f7")
    app.app.post_message(events.Paste(text))
    await app.pilot.pause()


async def settled(app: Whole) -> None:
    await app.main.controller.transfers.settled()
    await app.pilot.pause()


async def test_dropped_files_are_named_with_sizes_and_sent(app: Whole, home: Path) -> None:
    (home / "a.txt").write_text("aaa")
    (home / "two words.csv").write_text("x" * 2000)
    await drop(app, f"'{home}/a.txt' '{home}/two words.csv' '{home}/none.txt'")
    await on(app, ConfirmScreen)
    await app.see("Upload 2 files?", "a.txt  3 B", "two words.csv  2.0 kB", "Not there:", "none.txt")
    await app.press("enter")
    await app.notice("2 files uploaded.")
    await app.see("two words.csv")
    assert (data(app) / "a.txt").read_text() == "aaa"


async def test_a_paste_without_files_is_said_in_words(app: Whole) -> None:
    await drop(app, "print('hello')")
    await app.notice("Not there: print(hello).")
    assert app.code == ""
    assert not isinstance(app.app.screen, ConfirmScreen)


async def test_a_file_is_chosen_in_a_dialog_or_several_by_a_pattern(app: Whole, home: Path) -> None:
    for name in ("a.csv", "b.csv", "c.txt"):
        (home / name).write_text(name)
    await app.press("f7", "u")
    await on(app, OpenScreen)
    await app.see("a.csv", "c.txt")
    app.app.screen.query_one(Input).focus()
    await app.answer("*.csv")
    await app.notice("2 files uploaded.")
    assert names(data(app)) == ["a.csv", "b.csv"]


async def test_names_that_cannot_be_shown_do_no_harm_in_the_dialog(app: Whole, home: Path) -> None:
    strange = home / "[/red]\x1b]0;x\x07"
    strange.mkdir(parents=True)
    (home / "[b].txt").write_text("x")
    (home / "\x1b]0;x\x07.txt").write_text("x")
    os.chdir(strange)
    app.main.moving_desk._place = strange
    await app.press("f7", "u")
    await on(app, OpenScreen)
    await app.see("[/red]␛]0;x␇")
    assert "\x1b" not in app.text
    await app.press("escape")
    app.main.moving_desk._place = home
    await app.press("u")
    await on(app, OpenScreen)
    await app.see("[b].txt")
    assert "0;x" not in app.text


async def test_taken_names_ask_and_all_is_one_answer(app: Whole, home: Path) -> None:
    three = ("a.txt", "b.txt", "c.txt")
    for name in three:
        (home / name).write_text("new")
        (data(app) / name).write_text("old")
    await drop(app, "\n".join(str(home / name) for name in three))
    await on(app, ConfirmScreen)
    await app.press("y")
    await on(app, OverwriteScreen)
    await app.see("a.txt is in the session already.", "The same for 2 other files")
    await app.press("k")
    await app.see("b.txt is in the session already.", "The same for 1 other file")
    await app.press("a", "r")
    await app.notice("3 files uploaded.")
    found = {path.name: path.read_text() for path in data(app).iterdir()}
    assert found == {"a.txt": "old", "a-2.txt": "new", "b.txt": "new", "c.txt": "new"}


async def test_a_file_is_kept_under_a_name_that_is_chosen(app: Whole, home: Path) -> None:
    (data(app) / "plot.txt").write_text("plot")
    await app.press("f7", "r")
    await app.see("plot.txt")
    await app.press("down", "d")
    await on(app, SaveScreen)
    assert app.app.screen.query_one(Input).value == "plot.txt"
    await app.answer("mine.txt")
    await app.notice("1 file downloaded to")
    assert (home / "mine.txt").read_text() == "plot"


async def test_a_folder_is_fetched_with_all_in_it(app: Whole, home: Path) -> None:
    (data(app) / "plots" / "deep").mkdir(parents=True)
    (data(app) / "plots" / "a").write_text("a")
    (data(app) / "plots" / "deep" / "b").write_text("b")
    (data(app) / "plots" / "empty").mkdir()
    await app.press("f7", "r")
    await app.see("plots")
    await app.press("down", "d")
    await on(app, FolderScreen)
    app.app.screen.query_one("#select").press()  # type: ignore[attr-defined]  # a Button
    await app.notice("2 files downloaded.")
    assert (home / "plots" / "deep" / "b").read_text() == "b"
    assert (home / "plots" / "empty").is_dir()


async def test_the_list_cancels_tries_again_and_clears(
    app: Whole, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "PIECE", 4096)  # 50,000 reads: it is on its way when it is cancelled
    os.mkfifo(home / "pipe")
    (home / "big").write_bytes(b"x" * 200_000_000)
    queue = app.main.controller.transfers
    target = app.main.controller.target
    await app.press("f7")
    app.main.moving_desk._queue.upload(home / "big", "big", target, "default")
    queue.upload(home / "pipe", "pipe", target, "default")
    await app.press("t")
    await on(app, TransfersScreen)
    await app.see("✗ ↑ pipe", "is no regular file", "big")
    await app.press("down", "x")
    await app.until(lambda: transfers(app)[0].state is State.CANCELLED)
    assert names(data(app)) == []
    await app.see("■ ↑ big", "cancelled")
    (home / "big").write_text("small now")
    await app.press("r")
    await app.see("✓ ↑ big", "100 %")
    assert (data(app) / "big").read_text() == "small now"
    await app.press("c")
    await app.see("Nothing was moved yet.")


async def test_a_line_tells_how_far_it_is_and_quitting_asks(
    app: Whole, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "PIECE", 4096)
    (home / "big").write_bytes(b"x" * 300_000_000)
    target = app.main.controller.target
    app.main.moving_desk._queue.upload(home / "big", "big", target, "default", size=300_000_000)
    await app.until(lambda: app.text.count("↑ 1 · ") == 2)  # in the pane and in the status bar
    await app.press("ctrl+q")
    await on(app, ConfirmScreen)
    await app.see("A file is on the way.", "What has not arrived whole is cancelled")
    await app.press("n")
    app.main.controller.transfers.cancel(1)
    await app.notice("1 file cancelled.")
    await app.until(lambda: "↑ 1" not in app.text)


async def test_a_download_is_opened_and_its_folder_too(
    app: Whole, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    (data(app) / "a.txt").write_text("content")
    queue, target = app.main.controller.transfers, app.main.controller.target
    queue.download("a.txt", home / "down" / "a.txt", target, "default")
    (home / "down").mkdir()
    await settled(app)
    await app.press("f7", "t")
    await on(app, TransfersScreen)
    await app.press("v")
    await app.notice("There is no display here for a viewer")
    assert any(f"It is {home}/down/a.txt." in notice for notice in app.notices)
    (home / "xdg-open").write_text(f'#!/bin/sh\necho "$1" >> {home}/asked\n[ -e "$1" ] || exit 2\n')
    (home / "xdg-open").chmod(0o755)
    monkeypatch.setenv("PATH", f"{home}:{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":0")
    await app.command("Transfers: Open file in the system's viewer")
    await app.notice(f"{home}/down/a.txt is opened.")
    await app.press("f")
    await app.notice(f"{home}/down is opened.")
    assert (home / "asked").read_text().split() == [f"{home}/down/a.txt", f"{home}/down"]
    (home / "down" / "a.txt").unlink()
    await app.press("v")
    await app.notice("xdg-open does not open a.txt: it is not there.")


async def test_a_name_that_the_target_refuses_and_a_name_taken_meanwhile(home: Path, tmp_path: Path) -> None:
    (home / "a:b.txt").write_text("x")
    (home / "a.txt").write_text("x")
    async with at_server(tmp_path, "2024-02-02-preview") as (app, _):
        await drop(app, f"{home / 'a:b.txt'}\n{home / 'a.txt'}")
        await on(app, ConfirmScreen)
        await app.press("y")
        await app.notice("1 file uploaded, 1 file failed. a:b.txt:")
        queue, target = app.main.controller.transfers, app.main.controller.target
        queue.upload(home / "a.txt", "a.txt", target, "default")
        await settled(app)
        await app.press("t")
        await on(app, TransfersScreen)
        await app.see("A file name has no ':'", "Give it another name.", "a.txt is in the session already.")
        await app.press("r")
        await on(app, OverwriteScreen)
        await app.press("r")
        await app.until(lambda: [one.state for one in transfers(app)].count(State.DONE) == 2)
