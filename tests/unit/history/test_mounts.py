"""The store on file systems that are full or read-only: real ones, which only root can mount."""

# ruff: noqa: ASYNC221 - mounting takes a millisecond, and the loop has nothing else to do
from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from backend.models import Status, Stream
from tests.unit.history.conftest import MakeEntry
from workbench.history.entry import Entry, Segment
from workbench.history.store import History

MOUNT = shutil.which("mount")
SIZE = "8m"


def mount(*arguments: str) -> bool:
    """Whether it worked."""
    done = subprocess.run([str(MOUNT), *arguments], capture_output=True, check=False)
    return done.returncode == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system of its own, writable; unmounted at the end."""
    folder = tmp_path / "disk"
    folder.mkdir()
    own = sys.platform == "linux" and MOUNT is not None and os.geteuid() == 0
    if not own or not mount("-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)):
        pytest.skip("mounting a file system is not allowed here")
    try:
        yield folder
    finally:
        subprocess.run([str(shutil.which("umount")), "--lazy", str(folder)], check=True)


def read_only(folder: Path) -> None:
    assert mount("-o", "remount,ro", str(folder))


def finished(entry: Entry, output: str = "output") -> Entry:
    return replace(entry, status=Status.SUCCEEDED, segments=(Segment(Stream.STDOUT, output),))


async def write(history: History, entry: Entry, output: str = "output") -> Entry:
    begun = await history.begin(entry)
    done = finished(begun, output)
    await history.finish(done)
    return done


def noise(size: int) -> str:
    return os.urandom(size // 2).hex()


async def test_a_full_disk_stops_nothing_and_is_made_good_when_there_is_room(
    disk: Path, make_entry: MakeEntry
) -> None:
    path, filler = disk / "history.db", disk / "filler"
    async with History(path) as history:
        kept = [await write(history, make_entry(f"before {n}"), noise(1000)) for n in range(5)]
        room = os.statvfs(disk)
        filler.write_bytes(b"\0" * (room.f_bavail * room.f_bsize - 64 * 1024))
        during = [await write(history, make_entry(f"during {n}"), noise(20_000)) for n in range(8)]
        assert history.notice
        assert [row.code for row in reversed(await history.recent())] == [
            entry.code for entry in (*kept, *during)
        ]
        for entry in (*kept, *during):
            assert await history.get(entry.id) == entry
        with closing(sqlite3.connect(path)) as other:
            assert other.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        filler.unlink()
        after = await write(history, make_entry("after"))
        assert history.notice == ""
    async with History(path) as again:
        for entry in (*kept, *during, after):
            assert await again.get(entry.id) == entry
    assert not (disk / "spill.jsonl").exists() or (disk / "spill.jsonl").stat().st_size == 0


async def seen(path: Path, entries: list[Entry], make_entry: MakeEntry) -> str:
    """What a store on a disk that cannot be written says; it has `entries`, and takes a new one."""
    async with History(path) as history:
        notice = history.notice
        assert [await history.get(entry.id) for entry in entries] == entries
        new = await write(history, make_entry("new"))
        assert new.number == len(entries) + 1
        assert await history.get(new.id) == new
        assert [row.code for row in await history.search("code")] == [entry.code for entry in entries[::-1]]
        return notice


async def test_on_a_read_only_disk_history_is_read(disk: Path, make_entry: MakeEntry) -> None:
    path = disk / "history.db"
    async with History(path) as history:
        entries = [await write(history, make_entry(f"code {n}")) for n in range(3)]
    read_only(disk)
    before = path.read_bytes()
    notice = await seen(path, entries, make_entry)
    assert "History is only read, and new entries are kept in memory only" in notice
    assert path.read_bytes() == before


KILLED = """
import asyncio, os, sys
from dataclasses import replace
from pathlib import Path
from backend.models import Status
from workbench.history.entry import Entry
from workbench.history.store import History

async def main():
    history = History(Path(sys.argv[1]))
    await history.open()
    for n in range(3):
        entry = Entry(f"id-{n}", f"code {n}", "default", status=Status.QUEUED, started_at=1.0)
        await history.finish(replace(await history.begin(entry), status=Status.SUCCEEDED))
    os.kill(os.getpid(), 9)

asyncio.run(main())
"""


@pytest.mark.parametrize("index", [True, False], ids=["with its index", "without its index"])
async def test_what_is_in_the_log_only_is_read_on_a_read_only_disk(
    disk: Path, make_entry: MakeEntry, index: bool
) -> None:
    path = disk / "history.db"
    subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert path.with_name("history.db-wal").stat().st_size
    if not index:
        path.with_name("history.db-shm").unlink()
    read_only(disk)
    async with History(path) as history:
        assert "History is only read, and new entries are kept in memory only" in history.notice
        assert [row.id for row in await history.recent()] == ["id-2", "id-1", "id-0"]
        new = await write(history, make_entry("new"))
        assert await history.get(new.id) == new
