"""Files that arrive: whole under their name, or not at all and nothing beside it."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from backend.errors import FileError, UsageError
from workbench.transfers import destination


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_it_is_there_whole_and_has_the_rights_of_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    assert await destination.write(path, pieces(b"one", b"", b"two")) == 6
    assert path.read_bytes() == b"onetwo"
    (tmp_path / "usual").touch()
    assert path.stat().st_mode == (tmp_path / "usual").stat().st_mode
    assert names(tmp_path) == ["a", "usual"]


async def test_a_name_as_long_as_names_can_be(tmp_path: Path) -> None:
    path = tmp_path / ("é" * 127 + "x")
    await destination.write(path, pieces(b"x"))
    assert path.read_bytes() == b"x"
    with pytest.raises(FileError, match="too long"):
        await destination.write(tmp_path / ("x" * 256), pieces(b"x"))
    assert names(tmp_path) == [path.name]


async def test_what_breaks_on_the_way_leaves_nothing(tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise FileError("The target went away.")

    (tmp_path / "a").write_text("before")
    with pytest.raises(FileError, match="went away"):
        await destination.write(tmp_path / "a", broken(), overwrite=True)
    assert (tmp_path / "a").read_text() == "before"
    assert names(tmp_path) == ["a"]


async def test_what_is_cancelled_on_the_way_leaves_nothing(tmp_path: Path) -> None:
    begun = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            begun.set()

    writing = asyncio.create_task(destination.write(tmp_path / "a", endless()))
    await begun.wait()
    assert len(names(tmp_path)) == 1
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert names(tmp_path) == []


async def test_what_is_there_stays_also_when_it_comes_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "a"

    async def meanwhile() -> AsyncIterator[bytes]:
        path.write_text("another's")
        yield b"ours"

    with pytest.raises(UsageError, match="is there already"):
        await destination.write(path, meanwhile())
    with pytest.raises(UsageError, match="is there already"):
        await destination.write(path, pieces(b"x"))
    assert path.read_text() == "another's"
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="is there already"):
        await destination.write(tmp_path / "dangling", pieces(b"x"))
    assert names(tmp_path) == ["a", "dangling"]


async def test_a_link_that_is_replaced_leads_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("kept")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    await destination.write(tmp_path / "link", pieces(b"new"), overwrite=True)
    assert (tmp_path / "target").read_text() == "kept"
    assert (tmp_path / "link").read_text() == "new"


async def test_a_directory_is_neither_made_nor_replaced(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no directory"):
        await destination.write(tmp_path / "missing" / "a", pieces(b"x"))
    (tmp_path / "folder").mkdir()
    with pytest.raises(FileError, match="directory"):
        await destination.write(tmp_path / "folder", pieces(b"x"), overwrite=True)
    assert names(tmp_path) == ["folder"]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if os.getuid() or subprocess.run(mount, check=False).returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        yield disk
    finally:
        subprocess.run(["umount", disk], check=True)


async def test_a_full_disk_is_told_and_nothing_is_left(small: Path) -> None:
    with pytest.raises(FileError, match="disk is full"):
        await destination.write(small / "a", pieces(*[b"x" * 300_000] * 10))
    assert names(small) == []
