"""Pins, labels, deleting and bringing back, what retention removes, neighbours, and searches for all that."""

# ruff: noqa: ASYNC240 - the file is small and the loop has nothing else to do
from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from backend.models import Change, FileChange, Status, Stream
from tests.unit.history.conftest import MakeEntry
from workbench.history.database import Database
from workbench.history.entry import Entry, KeptFile, Marks, Segment
from workbench.history.store import History
from workbench.history.upkeep import PURGE_AFTER, Retention

DAY = 86_400.0


async def add(history: History, entry: Entry, output: str = "") -> Entry:
    begun = await history.begin(entry)
    done = replace(begun, status=Status.SUCCEEDED, segments=(Segment(Stream.STDOUT, output),))
    await history.finish(done)
    return done


async def found(history: History, query: str, *, ranked: bool = False) -> list[str]:
    return [summary.code for summary in await history.search(query, ranked=ranked)]


async def test_pins_and_labels_are_found(history: History, make_entry: MakeEntry) -> None:
    one = await add(history, make_entry("alpha"))
    await add(history, make_entry("beta golden"))
    await history.pin(one.id, True)
    await history.label(one.id, "golden baseline")
    assert await history.marks(one.id) == Marks(True, "golden baseline")
    assert await found(history, "pinned:") == ["alpha"]
    assert await found(history, "label:base") == ["alpha"]
    assert await found(history, "-label:") == ["beta golden"]
    assert await found(history, "golden", ranked=True) == ["alpha", "beta golden"]
    (row,) = await history.search("alpha")
    assert (row.pinned, row.label, row.profile) == (True, "golden baseline", "local")
    await history.finish(replace(one, message="later"))  # a mark outlives a change of the entry
    await history.pin(one.id, False)
    await history.label(one.id, "")
    assert await found(history, "pinned:") == []
    assert await history.marks("unknown") == Marks()


async def test_what_is_deleted_is_nowhere_and_comes_back(history: History, make_entry: MakeEntry) -> None:
    one, two = await add(history, make_entry("one")), await add(history, make_entry("two"))
    await history.delete(one.id)
    assert await history.get(one.id) is None
    assert await history.entries("default") == [two]
    assert [row.code for row in await history.recent()] == ["two"]
    assert await found(history, "one") == []
    assert [row.code for row in await history.neighbours(two.id)] == ["two"]
    await history.restore([one.id])
    assert await history.entries("default") == [one, two]
    assert await found(history, "one") == ["one"]


async def test_a_session_is_deleted_but_for_what_runs(history: History, make_entry: MakeEntry) -> None:
    ids = [(await add(history, make_entry(f"code {n}"))).id for n in range(3)]
    elsewhere = await add(history, make_entry("elsewhere", profile="pool"))
    running = await history.begin(make_entry("running"))
    assert sorted(await history.delete_session("local", "default")) == sorted(ids)
    assert [entry.id for entry in await history.entries("default")] == [elsewhere.id, running.id]
    await history.restore(ids)
    assert len(await history.entries("default", "local")) == 4


async def test_the_deleted_are_purged_after_a_time(
    history: History, path: Path, make_entry: MakeEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await add(history, make_entry("secret_token_1", id="a"), "secret_output_1")
    await add(history, make_entry("kept"))
    await history.hold(one.id, ["0" * 64])
    await history.delete(one.id)
    assert not await history.upkeep(Retention())
    late = time.time() + PURGE_AFTER + 1
    monkeypatch.setattr(time, "time", lambda: late)
    assert await history.upkeep(Retention())
    await history.restore([one.id])
    assert await history.get(one.id) is None
    assert (await add(history, make_entry("next"))).number == 3
    with closing(sqlite3.connect(path)) as other:
        for table in ("entries", "texts", "bodies"):
            assert other.execute(f"SELECT count(*) FROM {table}").fetchone() == (2,)
        assert other.execute("SELECT count(*) FROM held_blobs").fetchone() == (0,)
        other.execute("INSERT INTO search (search) VALUES ('integrity-check')")
    await history.close()
    assert b"secret_" not in path.read_bytes()


async def test_retention_by_age_and_size_leaves_what_is_pinned(
    history: History, make_entry: MakeEntry
) -> None:
    now = time.time()
    old = [await add(history, make_entry(f"old {n}", started_at=now - 40 * DAY)) for n in range(250)]
    big = "".join(f"{n:x}" for n in range(100_000))
    large = [await add(history, make_entry(f"large {n}", started_at=now), big) for n in range(6)]
    await history.pin(old[0].id, True)
    await history.pin(large[0].id, True)
    assert not await history.upkeep(Retention())
    assert await history.upkeep(Retention(days=30))
    codes = [row.code for row in await history.recent()]
    assert codes == [f"large {n}" for n in reversed(range(6))] + ["old 0"]
    size = history.path.stat().st_size
    assert await history.upkeep(Retention(size=1))
    assert [row.code for row in await history.recent()] == ["large 0", "old 0"]
    await history.close()
    assert history.path.stat().st_size < size / 2


async def test_neighbours_ran_just_before_and_after_in_the_session(
    history: History, make_entry: MakeEntry
) -> None:
    entries = []
    for n in range(9):
        entries.append(await add(history, make_entry(f"code {n}")))
        await add(history, make_entry("other", session="other"))
        await add(history, make_entry("other", profile="pool"))
    rows = await history.neighbours(entries[4].id, 2)
    assert [row.code for row in rows] == [f"code {n}" for n in (2, 3, 4, 5, 6)]
    assert [row.code for row in await history.neighbours(entries[0].id, 1)] == ["code 0", "code 1"]
    assert await history.neighbours("unknown") == []


async def test_files_times_versions_and_places_are_found(history: History, make_entry: MakeEntry) -> None:
    now = time.time()
    entry = await history.begin(
        make_entry("writes", session="report-7", profile="pool", api_version="2025-02-02", started_at=now)
    )
    change = FileChange("out/table.csv", Change.CREATED, 5)
    await history.finish(replace(entry, status=Status.FAILED, files_changed=(change,)))
    await add(history, make_entry("plain", started_at=now - 3 * DAY))
    for query in (
        "file:table.csv",
        "file:.CSV writes",
        "session:report",
        'session:"report-7"',
        "profile:po",
        "version:2025",
        "status:failed",
        "-status:ok",
        "after:1d",
        "on:today",
        "-session:default",
        "-before:2d writes",
        "-plain",
        "code:writ",
    ):
        assert await found(history, query) == ["writes"], query
    for query in ("file:nothing", "session:x", 'session:"report"', "output:writes", "after:1d plain"):
        assert await found(history, query) == [], query
    assert await found(history, "before:1d") == ["plain"]
    assert await found(history, "-file:table.csv") == ["plain"]


async def test_nearly_the_same_comes_last_and_says_so(history: History, make_entry: MakeEntry) -> None:
    await add(history, make_entry("df.groupby('a')"))
    await add(history, make_entry("grpby = 1"))
    rows = await history.search("grpby", ranked=True)
    assert [(row.code, row.close) for row in rows] == [("grpby = 1", False), ("df.groupby('a')", True)]
    assert [row.code for row in await history.search("grpby")] == ["grpby = 1"]
    await add(history, make_entry("merge(one)"))
    assert [row.code for row in await history.search("megre", ranked=True)] == ["merge(one)"]


async def test_blobs_are_kept_as_long_as_somebody_needs_them(
    history: History, make_entry: MakeEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await add(history, make_entry())
    held = await history.put_blob(b"held", entry.id)
    filed = await history.put_blob(b"filed")
    lost = await history.put_blob(b"nobody's")
    file = KeptFile("data.csv", filed, 5, 1.0)
    await history.keep_files("local", "default", [file])
    assert (await history.kept_files("local", "default")).newest == (replace(file, number=1),)
    assert not (await history.kept_files("pool", "default")).newest
    await history.upkeep(Retention())
    assert await history.get_blob(lost) == b"nobody's"
    late = time.time() + 2 * DAY
    monkeypatch.setattr(time, "time", lambda: late)
    await history.upkeep(Retention())
    assert [await history.get_blob(digest) for digest in (held, filed, lost)] == [b"held", b"filed", None]
    await history.forget_files("local", "default", ["data.csv"])
    await history.delete(entry.id)
    much_later = late + 2 * DAY
    monkeypatch.setattr(time, "time", lambda: much_later)
    await history.upkeep(Retention())
    assert [await history.get_blob(digest) for digest in (held, filed)] == [None, None]


def test_a_large_entry_is_compressed(path: Path, make_entry: MakeEntry) -> None:
    path.parent.mkdir()
    path.touch()
    entry = make_entry(segments=(Segment(Stream.STDOUT, "the same line\n" * 50_000),))
    with closing(Database(path)) as database:
        database.keep(entry, "")
        assert database.get(entry.id) == entry
        (size,) = database._connection.execute("SELECT length(body) FROM bodies").fetchone()
    assert size < 10_000


async def test_kept_files_go_by_age_with_the_entries_and_with_their_session(
    history: History, make_entry: MakeEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    start = now - 10 * DAY
    entries = [await add(history, make_entry(f"code {n}", started_at=start + n * DAY)) for n in range(4)]
    pinned = await add(history, make_entry("pinned", session="pinned", started_at=start))
    await history.pin(pinned.id, True)
    for session, name, at in (
        ("default", "first", start - DAY),
        ("default", "last", now),
        ("pinned", "old", 1),
    ):
        digest = await history.put_blob(name.encode() * 100_000)
        await history.keep_files("local", session, [KeptFile(name, digest, len(name) * 100_000, float(at))])

    async def paths() -> set[str]:
        found = [await history.kept_files("local", session) for session in ("default", "pinned")]
        return {file.path for past in found for file in past.newest}

    limit = int(await history._call(lambda: history._open.main.size())) + 800_000  # type: ignore[union-attr]  # open
    assert await history.upkeep(Retention(size=limit))
    assert await paths() == {"last", "old"}  # the first was older than all entries, and its room is enough
    assert len(await history.entries("default")) == len(entries)
    await history.upkeep(Retention(size=1))
    assert await paths() == {"old"}
    assert [row.code for row in await history.recent()] == ["pinned"]

    await history.delete(pinned.id)
    monkeypatch.setattr(time, "time", lambda: now + 2 * DAY)
    await history.upkeep(Retention())
    await history.upkeep(Retention())
    assert await paths() == set()
    assert not [path for path in history.path.with_name("blobs").rglob("*") if path.is_file()]
