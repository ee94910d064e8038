"""A session's file in an editor and back, over the whole app: changed, unchanged, in conflict, refused."""

from __future__ import annotations

import asyncio
import os
import stat
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from textual.drivers.headless_driver import HeadlessDriver

from backend.errors import FileError
from tests.app.whole import Whole, whole
from workbench.screens.confirm import ConfirmScreen


@pytest.fixture(autouse=True)
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where copies go; the headless terminal can be lent, to programs that need none."""
    folder = tmp_path / "copies"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr(HeadlessDriver, "can_suspend", property(lambda driver: True))
    for name in ("VISUAL", "EDITOR", "PAGER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    return folder


def program(folder: Path, name: str, script: str) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def left(copies: Path) -> list[str]:
    return [path.read_text() for path in copies.rglob("*") if path.is_file()]


async def one(text: bytes) -> AsyncIterator[bytes]:
    yield text


async def write(app: Whole, text: bytes) -> None:
    await app.main.controller.backend.write_file(app.main.controller.session, "notes.txt", one(text))


async def content(app: Whole) -> bytes:
    return await app.main.controller.backend.read_file(app.main.controller.session, "notes.txt")


async def opened(app: Whole, way: str) -> None:
    """Write a file and open it from the files pane."""
    await write(app, b"before")
    await app.main.files.refresh_files()
    app.main.arrangement.go(app.main.files)
    await app.press("down", {"edit": "e", "page": "p", "view": "o"}[way])


async def test_what_is_edited_is_put_back(
    copies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", program(tmp_path, "edit", 'printf " and after" >> "$1"'))
    async with whole() as app:
        await opened(app, "edit")
        await app.notice("notes.txt is changed in the session (16 B).")
        assert await content(app) == b"before and after"
    assert left(copies) == []


async def test_an_editor_that_changes_nothing_and_waits_for_nobody_is_told(
    copies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", program(tmp_path, "edit", "exit 0"))
    monkeypatch.setattr("workbench.screens.main.outside.AT_ONCE", 60.0)
    async with whole() as app:
        await opened(app, "edit")
        await app.notice("ended at once. If it has a window of its own")
        assert left(copies) == ["before"]


@pytest.mark.parametrize("agreed", [True, False])
async def test_a_file_that_changed_meanwhile_is_replaced_only_when_that_is_wanted(
    copies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, agreed: bool
) -> None:
    gate = tmp_path / "gate"
    script = f'printf mine > "$1"; touch {tmp_path}/open; while [ ! -e {gate} ]; do sleep 0.02; done'
    monkeypatch.setenv("EDITOR", program(tmp_path, "edit", script))
    async with whole() as app:
        await opened(app, "edit")
        await app.until((tmp_path / "open").exists, "the editor")
        await write(app, b"of another")
        gate.touch()
        await app.until(lambda: isinstance(app.app.screen, ConfirmScreen), "the question")
        await app.see("changed while you edited it")
        await app.press("y" if agreed else "n")
        await app.notice("is changed in the session" if agreed else "What you wrote is in")
        assert await content(app) == (b"mine" if agreed else b"of another")
    assert left(copies) == ([] if agreed else ["mine"])


async def test_a_change_that_the_target_refuses_stays_here(
    copies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", program(tmp_path, "edit", 'printf mine > "$1"'))

    async def refused(*arguments: object) -> None:
        raise FileError("No space is left at the target.")

    async with whole() as app:
        await opened(app, "edit")
        await app.notice("is changed in the session")
        monkeypatch.setattr(app.main.controller.backend, "write_file", refused)
        monkeypatch.setenv("EDITOR", program(tmp_path, "edit", 'printf other > "$1"'))
        await app.press("e")
        await app.notice("No space is left at the target.")
        await app.notice("What you wrote is in")
    assert left(copies) == ["other"]


@pytest.mark.parametrize(
    ("way", "words"), [("edit", "Neither VISUAL nor EDITOR"), ("view", "There is no display here")]
)
async def test_without_a_program_for_it_one_sentence_says_so(copies: Path, way: str, words: str) -> None:
    async with whole() as app:
        await opened(app, way)
        await app.notice(words)
    assert left(copies) == []


async def test_the_viewers_copy_lives_as_long_as_the_workbench(
    copies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, "xdg-open", f'cp "$1" {tmp_path}/seen')
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":0")
    async with whole() as app:
        await opened(app, "view")
        await app.notice("A copy of notes.txt is opened.")
        assert (tmp_path / "seen").read_text() == "before"
        assert left(copies) == ["before"]
    assert left(copies) == []


async def test_a_viewer_that_has_no_program_for_the_file_says_so(
    copies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, "xdg-open", "exit 4")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":0")
    async with whole() as app:
        await opened(app, "view")
        await app.notice("xdg-open does not open notes.txt: there is no program for it.")


async def test_fetching_a_large_file_is_shown_and_ended_by_escape(
    copies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", program(tmp_path, "edit", f"touch {tmp_path}/never"))
    monkeypatch.setattr("workbench.screens.waiting.SOON", 0.0)

    async def endless(session: str, path: str) -> AsyncIterator[bytes]:
        yield b"some"
        await asyncio.Event().wait()

    async with whole() as app:
        monkeypatch.setattr(app.main.controller.backend, "download", endless)
        await opened(app, "edit")
        await app.see("Copying notes.txt", "4 B of 6 B", "Cancel")
        await app.press("escape")
        await app.until(lambda: left(copies) == [], "the copy to go")
        assert not (tmp_path / "never").exists()
