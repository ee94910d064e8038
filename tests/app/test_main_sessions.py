"""The main screen's sessions: restart, switch, new, busy, and how panes follow."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from backend.executor.folders import SessionFolder
from backend.models import Status
from tests.app.whole import Whole, whole
from tests.contract.driver import pieces
from workbench.history.entry import Entry
from workbench.history.store import History

pytestmark = pytest.mark.usefixtures("home")


async def switch(app: Whole, session: str) -> None:
    await app.command("Session: Switch session")
    await app.answer(session)


async def settled(app: Whole, session: str) -> None:
    """The session is the one shown, and idle."""
    await app.until(
        lambda: app.main.status.parts.session == session and app.state == "idle", f"session {session}"
    )


async def test_a_restart_drops_variables_and_keeps_files() -> None:
    async with whole() as app:
        await app.run("x = 1; open('kept.txt', 'w').close()")
        await app.command("Session: Restart session")
        await app.notice("A fresh worker runs the session; variables from before are gone.")
        await settled(app, "default")
        await app.run("x")
        assert "NameError" in app.output
        assert "kept.txt" in app.text


async def test_switching_takes_panes_along_and_back() -> None:
    async with whole() as app:
        await app.run("x = 'of default'; open('mine.txt', 'w').close()")
        await switch(app, "other")
        await settled(app, "other")
        await app.until(lambda: app.rows == [])
        await app.see("session other", "No files yet.")
        await app.run("y = 1; 'x' in dir()")
        assert app.rows == [("y = 1; 'x' in dir()", "succeeded")]
        assert "False" in app.output
        await switch(app, "default")
        await settled(app, "default")
        await app.until(
            lambda: [code for code, _ in app.rows] == ["x = 'of default'; open('mine.txt', 'w').close()"]
        )
        await app.run("print(x)")
        assert "of default" in app.output


async def test_what_runs_in_the_session_left_neither_waits_nor_shows_in_the_other() -> None:
    async with whole() as app:
        await app.write("import time; print('on'); time.sleep(60)")
        await app.press("f5")
        await app.until(lambda: app.state == "running")
        await switch(app, "other")
        await settled(app, "other")
        entry = await app.run("print('in other')")
        assert entry.session == "other"
        assert app.rows == [("print('in other')", "succeeded")]
        await switch(app, "default")
        await app.until(lambda: app.state == "running")
        await app.press("f8")
        await app.until(lambda: [status for _, status in app.rows] == ["interrupted"])


async def test_the_end_of_what_runs_in_the_session_left_does_not_show_in_the_other() -> None:
    async with whole() as app:
        code = "import os, time\nwhile not os.path.exists('go'): time.sleep(0.01)\nopen('made', 'w').close()"
        await app.write(code)
        await app.press("f5")
        await app.until(lambda: app.state == "running")
        await switch(app, "other")
        await settled(app, "other")
        await app.main.controller.backend.write_file("default", "go", pieces(b""))
        await app.until(lambda: not app.main.controller.running)
        await app.until(lambda: "+ made" in app.output)
        assert app.rows == []
        assert not app.main.files._tree.marks
        await switch(app, "default")
        await app.until(lambda: app.rows == [("import os, time", "succeeded")])


async def test_a_new_session_has_a_name_of_its_own() -> None:
    async with whole() as app:
        await app.run("x = 1")
        await app.command("Session: New session")
        await app.until(lambda: app.main.status.parts.session != "default" and app.state == "idle")
        assert len(app.main.controller.session) == 32
        assert app.rows == []


async def test_a_session_in_use_is_told_and_the_one_before_stays() -> None:
    async with whole() as app:
        folder = SessionFolder(sessions_folder(), "taken")
        folder.acquire()
        await app.run("x = 5")
        await switch(app, "taken")
        await app.notice("Another workbench has the session 'taken' open.")
        await settled(app, "default")
        assert len(app.notices) == 1
        assert (await app.run("x")).value == {"text/plain": "5"}
        folder.release()


async def test_the_default_session_in_use_gives_way() -> None:
    folder = SessionFolder(sessions_folder(), "default")
    folder.acquire()
    async with whole() as app:
        await settled(app, "default-2")
        assert app.notices == []
        await app.run("1")
        assert app.rows == [("1", "succeeded")]
    folder.release()


def sessions_folder() -> Path:
    return Path(os.environ["WORKBENCH_HOME"]) / "data" / "sessions"


async def test_an_interpreter_that_cannot_run_leaves_the_rest_usable() -> None:
    async with whole(python="/bin/false", state="lost") as app:
        await app.notice("The interpreter /bin/false cannot run sessions")
        await app.write("kept = 1")
        await app.press("f5")
        await app.until(lambda: app.rows == [("kept = 1", "rejected")])
        await app.until(lambda: "cannot run sessions" in app.output)
        assert app.code == "kept = 1"


async def test_damage_that_an_unclean_end_left_is_told_of_beside_the_session() -> None:
    data = Path(os.environ["WORKBENCH_HOME"]) / "data"
    async with History(data / "history.db") as history:
        entries = [Entry(f"id{index}", f"code {index}" * 40, "default") for index in range(250)]
        await history.add([replace(entry, status=Status.SUCCEEDED) for entry in entries])
    with (data / "history.db").open("r+b") as file:
        file.seek((data / "history.db").stat().st_size * 6 // 10)
        file.write(bytes(12_000))
    (data / "owners" / "left.lock").touch()
    async with whole() as app:
        await app.notice("History was damaged")
        (told,) = (notice for notice in app.notices if "was damaged" in notice)
        kept = int(told.split(", ")[1].split()[0])
        await app.until(lambda: 0 < len(app.rows) == kept < 250, "the rows that were saved")
        await app.run("print('on', 'we go')")
        assert app.rows[0] == ("print('on', 'we go')", "succeeded")


async def test_history_that_cannot_be_used_meanwhile_is_told_of() -> None:
    data = Path(os.environ["WORKBENCH_HOME"]) / "data"
    async with whole() as app:
        await app.run("1")
        for file in data.glob("history.db*"):
            file.unlink()
        await app.run("2")
        await app.notice("The history file was moved or deleted while it was open; a new one is used.")
        assert app.rows[0] == ("2", "succeeded")


async def test_what_history_could_not_write_is_asked_about_before_it_is_lost() -> None:
    data = Path(os.environ["WORKBENCH_HOME"]) / "data"
    async with whole() as app:
        for file in (*data.glob("history.db*"), *data.glob("spill.jsonl")):
            file.unlink()
        (data / "history.db").mkdir()
        (data / "spill.jsonl").mkdir()
        await app.run("1")
        await app.press("ctrl+q")
        await app.see("An execution is in memory only", "That is lost.")
        await app.press("escape")
        assert app.state == "idle"
