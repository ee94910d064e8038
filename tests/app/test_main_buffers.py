"""The main screen's buffers: open, save, save as, close, and what is asked on the way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.app.whole import Whole, configure, whole


async def alone(app: Whole) -> None:
    """No dialog is open."""
    await app.until(lambda: len(app.app.screen_stack) == 1, "the main screen alone")
    await app.pilot.pause()


async def holds(app: Whole, path: Path, content: str) -> None:
    await app.until(lambda: path.read_text() == content, f"{content!r} in {path.name}")


async def test_a_file_is_opened_changed_and_saved(home: Path) -> None:
    (home / "job.py").write_text("x = 1\n")
    async with whole() as app:
        await app.press("ctrl+o")
        await app.answer("missing.py")
        await app.see("There is no such file.")
        await app.answer(".")
        await app.see("That is a directory")
        await app.answer("job.py")
        await app.until(lambda: app.code == "x = 1\n")
        await app.press(*"y")
        await app.press("ctrl+s")
        await app.until(lambda: (home / "job.py").read_text() == "yx = 1\n")


async def test_a_scratch_buffer_asks_for_its_name(home: Path) -> None:
    async with whole() as app:
        await app.write("x = 1\n")
        await app.press("ctrl+s")
        await app.see("Save as")
        await app.answer("no/such/folder.py")
        await app.see("There is no directory no/such.")
        await app.answer("new.py")
        await app.until(lambda: (home / "new.py").exists())
        assert (home / "new.py").read_text() == "x = 1\n"
        await app.until(lambda: "new.py" in app.text)


async def test_overwriting_another_file_is_asked(home: Path) -> None:
    (home / "there.py").write_text("precious")
    async with whole() as app:
        await app.write("mine")
        for answer, content in (("n", "precious"), ("y", "mine")):
            await app.press("alt+s")
            await app.answer("there.py")
            await app.see("Overwrite file?")
            await app.press(answer)
            await alone(app)
            await holds(app, home / "there.py", content)


async def test_a_file_changed_by_another_program_is_asked(home: Path) -> None:
    path = home / "shared.py"
    path.write_text("one")
    async with whole(files=[path]) as app:
        await app.until(lambda: app.code == "one")
        await app.write("mine")
        path.write_text("theirs, longer")
        await app.press("ctrl+s")
        await app.see("The file changed on disk")
        await app.press("escape")
        await alone(app)
        assert path.read_text() == "theirs, longer"
        await app.press("ctrl+s")
        await app.see("The file changed on disk")
        await app.press("y")
        await app.until(lambda: path.read_text() == "mine")


async def test_closing_unsaved_changes_asks_and_reopening_brings_them_back(home: Path) -> None:
    path = home / "job.py"
    path.write_text("x = 1\n")
    async with whole(files=[path]) as app:
        await app.until(lambda: app.code == "x = 1\n")
        await app.write("x = 2\n")
        await app.press("ctrl+w")
        await app.see("Close without saving?", "job.py has changes")
        await app.press("n")
        await alone(app)
        assert app.code == "x = 2\n"
        await app.press("ctrl+w")
        await app.see("Close without saving?")
        await app.press("y")
        await app.until(lambda: app.code == "")
        await app.press("alt+w")
        await app.until(lambda: app.code == "x = 2\n")
        assert path.read_text() == "x = 1\n"


@pytest.mark.usefixtures("home")
async def test_buffers_come_back_with_cursor_and_order() -> None:
    async with whole() as app:
        await app.write("first = 1")
        await app.press("ctrl+n")
        await app.write("second = 2")
        await app.press("home")
    async with whole() as app:
        assert app.code == "second = 2"
        assert app.main.editor.editor.cursor_location == (0, 0)
        await app.press("ctrl+pageup")
        await app.until(lambda: app.code == "first = 1")


async def test_files_named_at_the_start_come_in_front_of_kept_buffers(home: Path) -> None:
    async with whole() as app:
        await app.write("kept = True")
    (home / "named.py").write_text("named = 1\n")
    async with whole(files=[Path("named.py")]) as app:
        await app.until(lambda: app.code == "named = 1\n")
        texts = [document.text for document in app.main.editor.documents.items]
        assert texts == ["kept = True", "named = 1\n"]


@pytest.mark.usefixtures("home")
async def test_a_file_that_cannot_be_edited_is_told_and_stays_as_it_is(home: Path) -> None:
    (home / "blob.py").write_bytes(b"\xff\xfe\x00")
    async with whole(files=[Path("blob.py")]) as app:
        await app.notice("blob.py")
        before = app.code
        await app.press("f2", "a", "ctrl+s")
        assert app.code == before
        assert app.main.editor.editor.read_only
    assert (home / "blob.py").read_bytes() == b"\xff\xfe\x00"


@pytest.mark.usefixtures("home")
async def test_a_state_folder_that_is_full_of_nonsense_does_not_stop_the_app() -> None:
    async with whole() as app:
        await app.write("kept")
    state = Path(os.environ["WORKBENCH_HOME"]) / "state"
    for path in state.rglob("*"):
        if path.is_file():
            path.write_bytes(b"\x00nonsense")
    configure("")
    async with whole() as app:
        assert (await app.run("1")).value == {"text/plain": "1"}
