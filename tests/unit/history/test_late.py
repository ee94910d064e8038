"""Output that comes after the end of its execution is added to the entry, in bounds and soon."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from backend.models import Chunk, Status, Stream
from tests.contract.driver import eventually
from tests.unit.history.conftest import MakeEntry
from workbench.history import late as module
from workbench.history.codec import decode, encode
from workbench.history.entry import Entry, Segment
from workbench.history.late import LateOutput
from workbench.history.recorder import LATE_HEAD, LATE_TAIL
from workbench.history.store import History

OUT, ERR = Stream.STDOUT, Stream.STDERR
OWN = Segment(OUT, "own\n")


def came(entry: Entry, text: str, stream: Stream = OUT) -> Chunk:
    return Chunk(entry.id, stream, text, late=True)


@pytest.fixture
async def keeping(history: History) -> AsyncIterator[LateOutput]:
    """Late output on its way into a history; it is written at once."""
    keeping = LateOutput(history, every=0.001)
    yield keeping
    await keeping.close()


async def over(history: History, entry: Entry) -> Entry:
    """The entry, begun and finished."""
    entry = await history.begin(entry)
    entry = replace(entry, status=Status.SUCCEEDED, segments=(OWN,))
    await history.finish(entry)
    return entry


async def stored(history: History, entry: Entry) -> tuple[Segment, ...]:
    found = await history.get(entry.id)
    assert found is not None
    return found.segments


async def test_it_is_written_soon_behind_what_was_there(
    history: History, keeping: LateOutput, path: Path, make_entry: MakeEntry
) -> None:
    entry = await over(history, make_entry())
    keeping.add(came(entry, "a"))
    keeping.add(came(entry, "b"))
    await eventually(lambda: b'"ab"' in path.with_name("history.db-wal").read_bytes())
    keeping.add(came(entry, "c", ERR))
    await eventually(lambda: b'"c"' in path.with_name("history.db-wal").read_bytes())
    assert await history.get(entry.id) == replace(
        entry, segments=(OWN, Segment(OUT, "ab", late=True), Segment(ERR, "c", late=True))
    )


async def test_it_is_found(history: History, keeping: LateOutput, make_entry: MakeEntry) -> None:
    entry = await over(history, make_entry())
    keeping.add(came(entry, "needle"))
    await keeping.flush()
    assert [found.id for found in await history.search("needle")] == [entry.id]


async def test_it_is_bounded_and_what_is_left_out_is_counted(
    history: History, keeping: LateOutput, make_entry: MakeEntry
) -> None:
    entry = await over(history, make_entry())
    for _ in range(50):
        keeping.add(came(entry, "x" * 10_000))
        await keeping.flush()
    kept = await stored(history, entry)
    assert sum(len(part.text) for part in kept if part.late and part.stream is OUT) == LATE_HEAD + LATE_TAIL
    assert f"{500_000 - LATE_HEAD - LATE_TAIL:,} bytes left out" in kept[2].text
    assert kept[2].late


async def test_it_waits_for_the_end_of_its_entry(
    history: History, keeping: LateOutput, make_entry: MakeEntry
) -> None:
    """Its listener may be slow: then late output is there before the entry is final."""
    entry = await history.begin(make_entry())
    keeping.add(came(entry, "late"))
    await keeping.flush()
    assert await stored(history, entry) == ()
    await history.finish(replace(entry, status=Status.FAILED, segments=(OWN,)))
    await keeping.flush()
    assert await stored(history, entry) == (OWN, Segment(OUT, "late", late=True))


async def test_closing_writes_the_rest(history: History, make_entry: MakeEntry) -> None:
    entry = await over(history, make_entry())
    keeping = LateOutput(history, every=60)
    keeping.add(came(entry, "rest"))
    await keeping.close()
    assert await stored(history, entry) == (OWN, Segment(OUT, "rest", late=True))


async def test_an_entry_that_was_deleted_stays_so(
    history: History, keeping: LateOutput, make_entry: MakeEntry
) -> None:
    entry = await over(history, make_entry())
    await history.delete(entry.id)
    keeping.add(came(entry, "late"))
    await keeping.flush()
    assert await history.get(entry.id) is None
    assert not keeping._recorders[entry.id].changed  # tried once and for all


async def test_a_locked_file_has_it_later(
    history: History, keeping: LateOutput, path: Path, make_entry: MakeEntry
) -> None:
    entry = await over(history, make_entry())
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        keeping.add(came(entry, "late"))
        await keeping.flush()
        assert await stored(history, entry) == (OWN,)
    for _ in range(100):
        if len(await stored(history, entry)) == 2:
            break
        await asyncio.sleep(0.05)
    assert await stored(history, entry) == (OWN, Segment(OUT, "late", late=True))


async def test_an_entry_that_waits_in_the_spill_file_has_it_too(
    history: History, keeping: LateOutput, path: Path, make_entry: MakeEntry
) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        entry = await over(history, make_entry())
        keeping.add(came(entry, "late"))
        await keeping.flush()
    await over(history, make_entry())  # a write that works takes the others along
    assert await stored(history, entry) == (OWN, Segment(OUT, "late", late=True))


async def test_those_who_printed_last_are_held(
    history: History, keeping: LateOutput, make_entry: MakeEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EXECUTIONS", 2)
    entries = [await over(history, make_entry()) for _ in range(4)]
    for entry in (*entries, entries[2], entries[0]):
        keeping.add(came(entry, "x"))
        await keeping.flush()
    texts = ["".join(part.text for part in await stored(history, entry) if part.late) for entry in entries]
    assert texts == ["x", "x", "xx", "x"]


def test_records_of_earlier_versions_are_read(make_entry: MakeEntry) -> None:
    entry = make_entry(segments=(OWN,), dropped=(5, 6))
    record = json.loads(encode(entry))
    for later in ("sizes", "spool", "left_running"):
        del record[later]
    assert decode(json.dumps(record).encode()) == entry
