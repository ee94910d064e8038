"""A file that is locked, full, read-only, damaged, newer, replaced or no file: no run is stopped by it."""

# ruff: noqa: ASYNC240 - the files are small and the loop has nothing else to do
from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from backend.models import Status, Stream
from tests.unit.history.conftest import MakeEntry
from workbench.history import spill
from workbench.history.database import Database
from workbench.history.entry import Entry, Segment
from workbench.history.store import History

PATIENCE = 0.1


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another connection that writes and does not come to an end."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def finished(entry: Entry) -> Entry:
    return replace(entry, status=Status.SUCCEEDED, segments=(Segment(Stream.STDOUT, "output"),))


async def fill(path: Path, make_entry: MakeEntry, count: int) -> list[Entry]:
    async with History(path) as history:
        entries = [finished(await history.begin(make_entry(f"code {index}" * 20))) for index in range(count)]
        for entry in entries:
            await history.finish(entry)
    return entries


async def test_a_locked_file_does_not_stop_a_run(history: History, path: Path, make_entry: MakeEntry) -> None:
    earlier = await history.begin(make_entry("earlier"))
    with locked(path):
        entry = await history.begin(make_entry("while locked"))
        assert entry.number == 2
        assert "locked" in history.notice
        await history.progress(entry.id, (Segment(Stream.STDOUT, "so far"),))
        assert await history.get(entry.id) == replace(entry, segments=(Segment(Stream.STDOUT, "so far"),))
        await history.finish(finished(earlier))
        assert await history.get(earlier.id) == finished(earlier)
        assert [s.code for s in await history.recent()] == ["earlier", "while locked"]
        assert [e.code for e in await history.entries("default")] == ["earlier", "while locked"]
        assert [s.code for s in await history.search("locked")] == ["while locked"]
        async with History(path, patience=PATIENCE) as other:  # reads go on elsewhere
            assert [s.code for s in await other.recent()] == ["earlier"]
    await history.finish(finished(entry))
    assert history.notice == ""
    with closing(Database(path)) as main:
        assert [e for e, _ in main.entries()] == [finished(earlier), finished(entry)]
    assert path.with_name("spill.jsonl").read_bytes() == b""


async def test_what_was_spilled_is_taken_in_at_the_next_open(path: Path, make_entry: MakeEntry) -> None:
    history = History(path, patience=PATIENCE)
    await history.open()
    with locked(path):
        done = finished(await history.begin(make_entry("done")))
        await history.finish(done)
        running = await history.begin(make_entry("running"))
        await history.close()
    async with History(path) as history:
        assert await history.get(done.id) == done
        left = await history.get(running.id)
        assert left is not None
        assert left.status is Status.LOST
        assert (await history.begin(make_entry())).number == 3


async def test_a_spilled_copy_never_replaces_a_final_entry(path: Path, make_entry: MakeEntry) -> None:
    (entry,) = await fill(path, make_entry, 1)
    spill.append(path.with_name("spill.jsonl"), replace(entry, status=Status.RUNNING), "gone")
    async with History(path) as history:
        assert await history.get(entry.id) == entry


def test_a_spill_file_that_was_cut_short_gives_the_rest(tmp_path: Path, make_entry: MakeEntry) -> None:
    path = tmp_path / "spill.jsonl"
    odd = make_entry("\ud800\n\0", session="\t")
    spill.append(path, make_entry("first"), "o1")
    with path.open("ab") as file:
        file.write(b'o2\t{"id": "cut')
    spill.append(path, odd, "o3")
    kept: list[tuple[Entry, str]] = []
    assert spill.take_in(path, lambda entry, owner: kept.append((entry, owner))) == 2
    assert [entry.code for entry, _ in kept] == ["first", "\ud800\n\0"]
    assert kept[1] == (odd, "o3")
    assert path.read_bytes() == b""


def test_a_spill_file_stays_when_it_could_not_be_taken_in(tmp_path: Path, make_entry: MakeEntry) -> None:
    path = tmp_path / "spill.jsonl"
    spill.append(path, make_entry(), "o")
    before = path.read_bytes()

    def refuse(entry: Entry, owner: str) -> None:
        raise sqlite3.OperationalError

    with pytest.raises(sqlite3.OperationalError):
        spill.take_in(path, refuse)
    assert path.read_bytes() == before


async def test_a_full_file_keeps_what_it_has(history: History, path: Path, make_entry: MakeEntry) -> None:
    first = finished(await history.begin(make_entry("first")))
    await history.finish(first)
    main = history._open.main
    assert main is not None
    # SQLite takes the present size for it: SQLITE_FULL from here
    await history._call(main._connection.execute, "PRAGMA max_page_count = 1")
    big = finished(await history.begin(make_entry("big " * 100_000)))
    assert "full" in history.notice
    await history.finish(big)
    assert [s.id for s in await history.recent()] == [big.id, first.id]
    await history.close()
    async with History(path) as again:
        assert await again.get(first.id) == first
        assert await again.get(big.id) == big
        assert again.notice == ""


async def test_without_a_spill_file_entries_stay_in_memory(
    history: History, path: Path, make_entry: MakeEntry
) -> None:
    path.with_name("spill.jsonl").mkdir()
    with locked(path):
        entry = await history.begin(make_entry())
        assert "memory only" in history.notice
        assert await history.get(entry.id) == entry
    path.with_name("spill.jsonl").rmdir()
    await history.finish(finished(entry))
    assert history.notice == ""
    with closing(Database(path)) as main:
        assert main.get(entry.id) == finished(entry)


async def test_a_newer_schema_is_only_read(path: Path, make_entry: MakeEntry) -> None:
    (old,) = await fill(path, make_entry, 1)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 999")
    before = path.read_bytes()
    async with History(path) as history:
        assert "later version (schema 999)" in history.notice
        assert await history.get(old.id) == old
        new = await history.begin(make_entry("new"))
        await history.finish(finished(new))
        assert new.number == 2
        assert [s.code for s in await history.recent()] == ["new", old.code]
        assert "later version" in history.notice
    assert path.read_bytes() == before
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 2")
    async with History(path) as history:
        assert await history.get(new.id) == finished(new)


async def test_a_file_that_is_no_database_is_moved_aside(path: Path, make_entry: MakeEntry) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database, but long enough to have a header " * 100)
    before = path.read_bytes()
    async with History(path) as history:
        assert "moved to history.db.damaged-" in history.notice
        entry = await history.begin(make_entry())
        assert await history.get(entry.id) == entry
        (aside,) = path.parent.glob("history.db.damaged-*")
        assert aside.read_bytes() == before
    async with History(path) as history:
        assert history.notice == ""


@pytest.mark.parametrize("where", [0.5, 0.6, 0.7, 0.8, 0.9])
async def test_damage_inside_is_met_with_a_new_file_and_salvage(
    path: Path, make_entry: MakeEntry, where: float
) -> None:
    entries = await fill(path, make_entry, 250)
    data = bytearray(path.read_bytes())
    start = int(len(data) * where)
    data[start : start + 12_000] = bytes(12_000)
    path.write_bytes(data)
    path.parent.joinpath("owners", "left.lock").touch()  # the mark of an unclean end
    async with History(path) as history:
        await history.check()
        assert "History was damaged" in history.notice
        known = {entry.id: entry for entry in entries}
        kept = await history.entries("default")
        assert kept
        assert all(known[entry.id] == entry for entry in kept)
        assert f"{len(kept)} entries were saved" in history.notice
        new = await history.begin(make_entry("new"))
        assert await history.get(new.id) == new
    with closing(Database(path)) as main:
        assert main.sound()


async def test_damage_while_open_does_not_stop_a_run(
    history: History, path: Path, make_entry: MakeEntry
) -> None:
    for _ in range(50):
        await history.finish(finished(await history.begin(make_entry("x" * 2000))))
    main = history._open.main
    assert main is not None
    for pragma in ("wal_checkpoint(TRUNCATE)", "shrink_memory"):  # so that it reads the file
        await history._call(main._connection.execute, f"PRAGMA {pragma}")
    with path.open("r+b") as file:
        file.write(b"\xff" * 8192)
    entry = await history.begin(make_entry("new"))
    await history.finish(finished(entry))
    assert "damaged" in history.notice
    assert await history.get(entry.id) == finished(entry)


async def test_an_entry_that_does_not_read_is_damage_too(path: Path, make_entry: MakeEntry) -> None:
    entries = await fill(path, make_entry, 3)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE bodies SET body = x'7b22' WHERE seq = 2")
        connection.execute("UPDATE entries SET status = 'running' WHERE seq = 2")
        connection.commit()
    async with History(path) as history:
        assert "2 entries were saved" in history.notice
        assert await history.entries("default") == [entries[0], entries[2]]


async def test_a_write_that_reads_first_waits_for_the_lock_too(path: Path, make_entry: MakeEntry) -> None:
    output = (Segment(Stream.STDOUT, "so far"),)
    async with History(path, patience=10) as history:
        entry = await history.begin(make_entry())
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            asyncio.get_running_loop().call_later(0.3, other.execute, "ROLLBACK")
            await history.progress(entry.id, output)
        assert history.notice == ""
        assert await history.get(entry.id) == replace(entry, segments=output)


async def test_a_deleted_file_is_noticed(history: History, path: Path, make_entry: MakeEntry) -> None:
    entry = await history.begin(make_entry())
    path.unlink()
    await history.finish(finished(entry))
    assert "deleted" in history.notice
    async with History(path) as other:
        assert await other.get(entry.id) == finished(entry)


async def test_each_notice_is_told_once_and_when_it_is_over(
    history: History, path: Path, make_entry: MakeEntry
) -> None:
    told: list[str] = []
    history.tell = told.append
    entry = await history.begin(make_entry())
    path.unlink()
    await history.finish(finished(entry))
    with locked(path):
        await history.finish(finished(await history.begin(make_entry())))
    await history.begin(make_entry())
    beginnings = [
        "The history file was moved or deleted",
        "History cannot be written (",
        "History is written again",
    ]
    assert [one.startswith(start) for one, start in zip(told, beginnings, strict=True)] == [True] * 3


async def test_what_is_in_no_file_is_counted_and_written_at_the_end_if_that_works_then(
    path: Path, make_entry: MakeEntry
) -> None:
    async with History(path, patience=PATIENCE) as history:
        spill = path.with_name("spill.jsonl")
        spill.unlink(missing_ok=True)
        spill.mkdir()
        with locked(path):
            entry = await history.begin(make_entry())
            await history.finish(finished(entry))
            assert history.unsaved == 1
            assert "in memory only" in history.notice
        spill.rmdir()
    async with History(path) as history:
        assert await history.get(entry.id) == finished(entry)
        assert history.unsaved == 0


async def test_an_empty_file_is_a_new_one(path: Path, make_entry: MakeEntry) -> None:
    path.parent.mkdir()
    path.touch()
    async with History(path) as history:
        await history.begin(make_entry())
        assert history.notice == ""
        assert not list(path.parent.glob("*damaged*"))


async def test_a_directory_in_its_place_means_memory(path: Path, make_entry: MakeEntry) -> None:
    path.mkdir(parents=True)
    async with History(path) as history:
        assert "is a directory" in history.notice
        entry = await history.begin(make_entry("kept"))
        await history.finish(finished(entry))
        assert await history.get(entry.id) == finished(entry)
        assert [s.code for s in await history.search("kept")] == ["kept"]
        assert (await history.begin(make_entry())).number == 2
    path.rmdir()
    async with History(path) as history:  # the spill file had it
        assert await history.get(entry.id) == finished(entry)


async def test_no_place_at_all_means_memory(tmp_path: Path, make_entry: MakeEntry) -> None:
    (tmp_path / "file").touch()
    async with History(tmp_path / "file" / "history.db") as history:
        assert "not kept" in history.notice or "memory only" in history.notice
        entry = await history.begin(make_entry())
        await history.finish(finished(entry))
        assert await history.get(entry.id) == finished(entry)
        assert "memory only" in history.notice
