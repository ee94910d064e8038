"""Copies for other programs: private, whole or not there, changed or not, and gone afterwards."""

from __future__ import annotations

import asyncio
import stat
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.errors import FileError
from workbench.outside.copies import Copy, plain_name


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def left(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def given(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def test_a_copy_is_private_and_goes_with_all_beside_it(folder: Path) -> None:
    copy = await Copy.make("notes/plan a.py", given(b"x = ", b"1\n"))
    assert copy.path.name == "plan_a.py"
    assert copy.path.read_bytes() == b"x = 1\n"
    assert copy.size == 6
    assert stat.S_IMODE(copy.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(copy.path.parent.stat().st_mode) == 0o700
    copy.path.with_name("plan_a.py~").write_text("of an editor")
    copy.remove()
    copy.remove()
    assert left(folder) == []


async def test_a_copy_knows_whether_it_has_changed_also_when_it_was_replaced() -> None:
    copy = await Copy.make("a.txt", given(b"one"))
    assert not await copy.changed()
    beside = copy.path.with_name("new")
    beside.write_bytes(b"two!")
    beside.replace(copy.path)
    assert await copy.changed()
    assert copy.length() == 4
    assert b"".join([piece async for piece in copy.pieces()]) == b"two!"
    copy.path.unlink()
    with pytest.raises(FileError, match="cannot be read"):
        await copy.changed()


async def test_nothing_is_left_when_the_content_does_not_come(folder: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise FileError("The target is gone.")

    with pytest.raises(FileError, match="The target is gone"):
        await Copy.make("a.txt", broken())
    assert left(folder) == []


async def test_nothing_is_left_when_the_making_is_cancelled(folder: Path) -> None:
    begun = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield b"some"
        begun.set()
        await asyncio.Event().wait()

    making = asyncio.create_task(Copy.make("a.txt", endless()))
    await begun.wait()
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    assert left(folder) == []


async def test_a_place_that_takes_no_files_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "gone"))
    with pytest.raises(FileError, match=r"cannot be copied to .*gone: No such file"):
        await Copy.make("a.txt", given(b""))


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("a.py", "a.py"),
        ("deep/in/é ü.tar.gz", "é_ü.tar.gz"),
        ("-rf", "rf"),
        ("..hidden", "hidden"),
        ("\x1b[31m\n\u202e.txt", "_31m_.txt"),
        ("---", "file"),
        ("x" * 250 + ".csv", "x" * 96 + ".csv"),
        ("x" * 250, "x" * 100),
    ],
)
def test_names_of_copies_are_plain_and_keep_their_endings(name: str, plain: str) -> None:
    assert plain_name(name) == plain
