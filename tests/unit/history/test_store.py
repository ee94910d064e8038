"""What is written comes back: entries, numbers, order, odd text."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from backend.models import Change, ErrorInfo, FileChange, Status, Stream
from tests.unit.history.conftest import MakeEntry
from workbench.history.entry import Entry, Segment
from workbench.history.store import History

ODD = "a\x00b \ud800 \ud83d\ude00 \udcff [/] \x1b[31mred \u202e \U0001f600"


async def test_an_entry_comes_back_whole(history: History, make_entry: MakeEntry) -> None:
    begun = await history.begin(
        make_entry("x", profile="p", api_version="v", isolation="sealed", started_at=5.0)
    )
    finished = replace(
        begun,
        status=Status.FAILED,
        state_lost=True,
        segments=(
            Segment(Stream.STDOUT, "out"),
            Segment(None, bundle={"image/png": "aGk=", "application/json": {"a": [1, None, 1.5]}}),
            Segment(Stream.STDERR, "err", late=True),
        ),
        value={"text/plain": "3"},
        error=ErrorInfo("ValueError", "no", "Traceback…"),
        message="One sentence.",
        duration_ms=2.5,
        files_changed=(FileChange("a/b", Change.CREATED, 7),),
        dropped=(1, 2),
        sizes=(3, 4),
        spool=("/a/b.stdout", ""),
        left_running=("sleep (1)", "odd\n\udcff (2)"),
    )
    await history.finish(finished)
    assert await history.get(begun.id) == finished
    unlisted = replace(finished, files_changed=None)
    await history.finish(unlisted)
    assert await history.get(begun.id) == unlisted
    assert await history.get("no such id") is None


async def test_begin_is_on_disk_before_it_returns(
    history: History, path: Path, make_entry: MakeEntry
) -> None:
    entry = await history.begin(make_entry())
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT status FROM entries WHERE id = ?", (entry.id,)).fetchone() == (
            "running",
        )
    other.close()


async def test_commits_are_synced_in_full(history: History) -> None:
    main = history._open.main
    assert main is not None
    pragmas = [
        main._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "journal_mode")
    ]
    assert pragmas == [2, "wal"]


async def test_numbers_count_by_session_and_are_not_given_twice(
    history: History, make_entry: MakeEntry
) -> None:
    first = await history.begin(make_entry())
    second = await history.begin(make_entry())
    other = await history.begin(make_entry(session="other"))
    assert (first.number, second.number, other.number) == (1, 2, 1)
    await history.delete(second.id)
    assert await history.get(second.id) is None
    assert (await history.begin(make_entry())).number == 3


async def test_progress_keeps_the_last_output_and_leaves_finished_entries(
    history: History, make_entry: MakeEntry
) -> None:
    entry = await history.begin(make_entry())
    await history.progress(entry.id, (Segment(Stream.STDOUT, "so far"),))
    kept = await history.get(entry.id)
    assert kept is not None
    assert kept.stdout == "so far"
    done = replace(entry, status=Status.SUCCEEDED, segments=(Segment(Stream.STDOUT, "all"),))
    await history.finish(done)
    await history.progress(entry.id, (Segment(Stream.STDOUT, "late news"),))
    await history.progress("unknown", ())
    assert await history.get(entry.id) == done


async def test_recent_is_newest_first_and_pages(history: History, make_entry: MakeEntry) -> None:
    for index in range(5):
        await history.begin(make_entry(f"{index}", session="ab"[index % 2]))
    page = await history.recent(limit=2)
    assert [summary.code for summary in page] == ["4", "3"]
    page = await history.recent(limit=2, before=page[-1].sequence)
    assert [summary.code for summary in page] == ["2", "1"]
    assert [summary.code for summary in await history.recent("a")] == ["4", "2", "0"]
    assert [entry.code for entry in await history.entries("a")] == ["0", "2", "4"]
    assert await history.recent("none") == []


async def test_odd_text_survives_a_round_trip(history: History, make_entry: MakeEntry) -> None:
    entry = await history.begin(make_entry(ODD, session=ODD))
    entry = replace(
        entry,
        status=Status.SUCCEEDED,
        segments=(Segment(Stream.STDOUT, ODD),),
        value={"text/plain": ODD},
        error=ErrorInfo(ODD, ODD, ODD),
        message=ODD,
    )
    await history.finish(entry)
    assert await history.get(entry.id) == entry
    assert await history.entries(ODD) == [entry]
    assert [summary.id for summary in await history.recent(ODD)] == [entry.id]


async def test_work_is_done_off_the_event_loop(history: History, make_entry: MakeEntry) -> None:
    threads: set[str] = set()
    begin = history._open.begin

    def spying(entry: Entry) -> Entry:
        threads.add(threading.current_thread().name)
        return begin(entry)

    history._open.begin = spying  # type: ignore[method-assign]  # a spy
    await asyncio.gather(*(history.begin(make_entry()) for _ in range(5)))
    assert len(threads) == 1
    assert threading.current_thread().name not in threads


def test_one_store_serves_several_event_loops(path: Path, make_entry: MakeEntry) -> None:
    history = History(path)
    asyncio.run(history.open())
    entry = asyncio.run(history.begin(make_entry()))
    assert asyncio.run(history.get(entry.id)) == entry
    asyncio.run(history.close())
    asyncio.run(history.close())


async def test_files_are_private(history: History, path: Path, make_entry: MakeEntry) -> None:
    await history.begin(make_entry())
    for found in (path.parent, *path.parent.rglob("*")):
        assert stat.S_IMODE(found.stat().st_mode) == (0o700 if found.is_dir() else 0o600), found


async def test_a_closed_store_says_so(path: Path, make_entry: MakeEntry) -> None:
    history = History(path)
    with pytest.raises(RuntimeError, match="not open"):
        await history.begin(make_entry())


async def test_opening_looks_at_no_table_as_a_whole(
    path: Path, make_entry: MakeEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a million entries the app opens as fast as with none: each statement goes by an index."""
    from workbench.history.database import file
    from workbench.history.upkeep import Retention

    async with History(path) as history:
        await history.finish(replace(await history.begin(make_entry()), status=Status.SUCCEEDED))
    asked: set[str] = set()
    connect = file._connect

    def traced(*arguments: object) -> sqlite3.Connection:
        connection = connect(*arguments)  # type: ignore[arg-type]  # passed on
        connection.set_trace_callback(asked.add)
        return connection

    monkeypatch.setattr(file, "_connect", traced)
    async with History(path) as history:
        await history.recent(limit=1)
        await history.search("", 200, "default", "local")
        await history.upkeep(Retention(days=1))
    with closing(sqlite3.connect(path)) as connection:
        plans = {
            statement: [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
            for statement in asked
            if statement.startswith(("SELECT", "UPDATE", "DELETE"))
        }
    assert len(plans) >= 5
    walked = [
        (statement, step)
        for statement, plan in plans.items()
        for step in plan
        if step.split(" ", 2)[:2] in [["SCAN", table] for table in ("entries", "texts", "bodies")]
    ]
    assert not walked
