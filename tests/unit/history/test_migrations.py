"""Files of every older schema come to ours whole, in one step that a kill does not leave half done."""

# ruff: noqa: ASYNC220, ASYNC240, ASYNC251 - the files are small and the loop has nothing else to do
from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from backend.models import Change, FileChange, Status, Stream
from tests.unit.history.conftest import MakeEntry
from workbench.history.codec import encode, indexed_output, storable
from workbench.history.database import schema
from workbench.history.entry import Entry, KeptFile, Segment
from workbench.history.store import History

SCHEMAS = Path(__file__).parent / "schemas"


def write_1(path: Path, entries: list[Entry]) -> None:
    """A file as version 1 of the schema has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((SCHEMAS / "1.sql").read_text("utf-8"))
        for entry in entries:
            values = (
                *(storable(entry.id), storable(entry.session), entry.number, storable(entry.profile)),
                *(entry.status.value, entry.state_lost, entry.started_at, entry.duration_ms),
                *(storable(entry.code), indexed_output(entry), "owner"),
            )
            row = connection.execute(
                "INSERT INTO entries (id, session, number, profile, status, state_lost, started_at, "
                f"duration_ms, code, output, owner) VALUES ({', '.join('?' * len(values))})",
                values,
            ).lastrowid
            connection.execute("INSERT INTO bodies VALUES (?, ?)", (row, encode(entry)))
            connection.execute("INSERT OR REPLACE INTO counters VALUES (?, ?)", (entry.session, entry.number))
        connection.execute("DELETE FROM entries WHERE id = 'gone'")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()


def past(make_entry: MakeEntry, count: int) -> list[Entry]:
    change = (FileChange("out/table.csv", Change.CREATED, 5),)
    return [
        replace(
            make_entry(f"print({n}) # needle{n}"),
            number=n + 1,
            status=Status.SUCCEEDED,
            started_at=float(n),
            segments=(Segment(Stream.STDOUT, f"output {n}\n"),),
            files_changed=change if n % 10 == 3 else (),
        )
        for n in range(count)
    ]


def test_there_is_a_file_for_each_older_schema() -> None:
    assert sorted(int(path.stem) for path in SCHEMAS.glob("*.sql")) == list(range(1, schema.VERSION))


async def test_version_1_comes_over_whole(path: Path, make_entry: MakeEntry) -> None:
    entries = past(make_entry, 30)
    write_1(path, [*entries, make_entry("last", id="gone", number=31)])
    async with History(path) as history:
        assert history.notice == ""
        assert await history.entries("default") == entries
        assert [row.code for row in await history.search("needle7")] == ["print(7) # needle7"]
        assert len(await history.search('"output 1"')) == 11
        assert len(await history.search("status:ok")) == 30
        assert [row.number for row in await history.search("file:table")] == [24, 14, 4]
        await history.pin(entries[0].id, True)
        new = await history.begin(make_entry("new"))
        assert new.number == 32
        await history.finish(replace(new, status=Status.SUCCEEDED))
        await history.delete(entries[1].id)
        assert [row.code for row in await history.search("new")] == ["new"]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.execute("INSERT INTO search (search) VALUES ('integrity-check')")
        assert connection.execute("SELECT max(seq) FROM entries").fetchone() == (32,)
        assert _shape(connection) == _shape_of_new(path.parent)


async def test_version_2_comes_over_with_its_kept_files(path: Path) -> None:
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((SCHEMAS / "2.sql").read_text("utf-8"))
        connection.execute("INSERT INTO counters VALUES ('default', 7)")
        connection.execute("INSERT INTO kept_files VALUES ('local', 'default', 'a', 'digest', 6, 1.0)")
        connection.execute("PRAGMA user_version = 2")
        connection.commit()
    async with History(path) as history:
        assert history.notice == ""
        kept = (await history.kept_files("local", "default")).newest
        assert kept == (KeptFile("a", "digest", 6, 1.0, 7),)
    with closing(sqlite3.connect(path)) as connection:
        assert _shape(connection) == _shape_of_new(path.parent)


async def test_a_kill_in_the_midst_leaves_the_old_or_the_new(path: Path, make_entry: MakeEntry) -> None:
    entries = past(make_entry, 3_000)
    write_1(path, entries)
    before = path.read_bytes()
    randomness = random.Random(5)
    seen = set()
    for _ in range(6):
        path.write_bytes(before)
        opening = "import sys, pathlib; from workbench.history.database import Database; print(flush=True); "
        opening += "Database(pathlib.Path(sys.argv[1])); print('done', flush=True); sys.stdin.read()"
        with subprocess.Popen(
            [sys.executable, "-c", opening, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(randomness.uniform(0, 0.15))  # the moment of the kill is random
            process.kill()
        with closing(sqlite3.connect(path)) as connection:
            seen.add(connection.execute("PRAGMA user_version").fetchone()[0])
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        async with History(path) as history:
            assert history.notice == ""
            assert len(await history.search("needle", 5_000)) == 3_000
            assert await history.get(entries[2_999].id) == entries[2_999]
    assert seen <= {1, schema.VERSION}


def _shape(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {(name, " ".join(sql.split()).replace('"', "")) for name, sql in rows}


def _shape_of_new(folder: Path) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(folder / "new.db", isolation_level=None)) as connection:
        schema.prepare(connection)
        return _shape(connection)


async def test_a_rollback_journal_becomes_a_log_with_one_writer(path: Path, make_entry: MakeEntry) -> None:
    write_1(path, past(make_entry, 1))
    async with History(path), History(path) as second:
        await second.begin(make_entry())
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize("kind", ["nfs4", "fuse.sshfs"])
async def test_on_a_network_file_system_the_journal_is_rolled_back(
    path: Path, make_entry: MakeEntry, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    from workbench.history.database import file

    device = path.parent.parent.stat().st_dev
    mounts = path.parent.parent / "mounts"
    mounts.write_text(
        f"36 35 0:99 / /else rw - ext4 /dev/x rw\n"
        f"37 35 {device >> 8}:{device & 255} / /mnt rw,relatime shared:1 - {kind} server:/ rw\n"
    )
    monkeypatch.setattr(file, "MOUNTS", mounts)
    async with History(path) as history:
        assert f"network file system ({kind})" in history.notice
        entry = await history.begin(make_entry("kept"))
        assert [row.code for row in await history.search("kept")] == ["kept"]
        assert await history.get(entry.id) == entry
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        await history.finish(replace(entry, status=Status.SUCCEEDED))
        assert "network" in history.notice
