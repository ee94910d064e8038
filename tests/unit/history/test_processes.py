"""Several processes on one file, and processes that are killed."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from backend.models import Status
from tests.unit.history.conftest import MakeEntry
from workbench.history.database import LOST_MESSAGE
from workbench.history.owners import Owner, ended, sweep
from workbench.history.store import History

KILLS = 20


def start(path: Path, session: str, *count: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.unit.history.writer", str(path), session, *count],
        stdout=subprocess.PIPE,
        text=True,
    )


def killed_after(process: subprocess.Popen[str], lines: int, seconds: float) -> list[tuple[str, str]]:
    """What the writer acknowledged, as (word, entry id): killed some time after so many lines."""
    assert process.stdout is not None
    assert process.stdout.readline() == "open \n"
    read = [process.stdout.readline() for _ in range(lines)]
    time.sleep(seconds)  # not to wait for anything: the moment of the kill is random
    process.kill()
    read += [line for line in process.stdout if line.endswith("\n")]
    return [(word, entry_id) for word, entry_id, _ in map(str.split, read)]


@pytest.mark.timeout(240)  # twenty processes, on a machine that may have others
async def test_nothing_acknowledged_is_lost_by_kill_9(path: Path) -> None:
    randomness = random.Random(6)
    acknowledged: dict[str, str] = {}
    for _ in range(KILLS):
        with start(path, "s") as process:
            words = killed_after(process, randomness.randrange(6), randomness.uniform(0, 0.005))
        acknowledged |= {entry_id: word for word, entry_id in words}
        async with History(path) as history:
            assert history.notice == ""
    async with History(path) as history:
        await history.check()
        assert history.notice == ""
        entries = {entry.id: entry for entry in await history.entries("s")}
    assert len(acknowledged) > KILLS
    for entry_id, word in acknowledged.items():
        entry = entries[entry_id]
        assert entry.status is Status.SUCCEEDED or (word != "finish" and entry.status is Status.LOST)
        assert word == "begin" or entry.stdout
    assert {entry.status for entry in entries.values()} == {Status.SUCCEEDED, Status.LOST}
    assert all(entry.message == LOST_MESSAGE for entry in entries.values() if entry.status is Status.LOST)
    assert len({entry.number for entry in entries.values()}) == len(entries)
    assert not list(path.parent.glob("owners/*.lock"))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.execute("INSERT INTO search (search) VALUES ('integrity-check')")


async def test_processes_that_write_at_once_get_distinct_numbers(path: Path) -> None:
    processes = [start(path, "shared", "40") for _ in range(2)]
    outputs = [process.communicate(timeout=50)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    numbers = [
        int(line.split()[2]) for text in outputs for line in text.splitlines() if line.startswith("begin")
    ]
    assert sorted(numbers) == list(range(1, 81))
    async with History(path) as history:
        entries = await history.entries("shared")
    assert [entry.number for entry in entries] == list(range(1, 81))
    assert {entry.status for entry in entries} == {Status.SUCCEEDED}


async def test_only_entries_of_ended_processes_are_lost(path: Path, make_entry: MakeEntry) -> None:
    first = History(path)
    assert await first.open() == 0
    running = await first.begin(make_entry())
    async with History(path) as second:
        assert await second.get(running.id) == running
        mine = await second.begin(make_entry())
    async with History(path) as third:
        left = await third.get(mine.id)
        assert left is not None
        assert (left.status, left.message) == (Status.LOST, LOST_MESSAGE)
        assert await third.get(running.id) == running
    await first.close()
    again = History(path)
    assert await again.open() == 1
    await again.close()


def test_an_owner_lives_until_it_is_released(tmp_path: Path) -> None:
    owner = Owner(tmp_path)
    other = Owner(tmp_path)
    assert not ended(tmp_path, owner.id)
    assert sweep(tmp_path) == 0
    assert owner.id != other.id
    owner.release()
    assert ended(tmp_path, owner.id)
    assert not ended(tmp_path, other.id)
    (tmp_path / "stale.lock").touch()
    assert ended(tmp_path, "stale")
    assert sweep(tmp_path) == 1
    other.release()
    assert list(tmp_path.iterdir()) == []
