"""What files of a session held, execution by execution."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from backend.models import Status
from tests.unit.history.conftest import MakeEntry
from workbench.history.database import keeping
from workbench.history.entry import KeptFile
from workbench.history.past import Past
from workbench.history.store import History
from workbench.history.upkeep import PURGE_AFTER, Retention


def past(contents: dict[int, str], *changes: int) -> Past:
    files = [KeptFile("a", digest, len(digest), 1.0, number) for number, digest in contents.items()]
    return Past.of(files, [("a", number) for number in changes])


@pytest.mark.parametrize(
    ("contents", "changes", "number", "held", "since"),
    [
        ({0: "one"}, (), 1, "one", False),
        ({0: "one", 3: "two"}, (3,), 3, "one", True),
        ({0: "one", 3: "two"}, (3,), 4, "two", False),
        ({0: "one", 3: "two"}, (3,), 9, "two", False),
        # seen only after it was used: it was so before, unless it was changed meanwhile
        ({5: "one"}, (), 2, "one", False),
        ({5: "one"}, (4,), 2, "", True),
        ({5: "one"}, (4,), 5, "one", False),
        ({0: "one", 6: "two"}, (3,), 5, "two", False),
        ({0: "one", 6: "two"}, (3, 5), 5, "", True),
        # what it held from 3 on is not kept
        ({0: "one", 3: ""}, (3,), 3, "one", True),
        ({0: "one", 3: ""}, (3,), 4, "", False),
        ({}, (2,), 1, "", True),
        ({}, (), 1, "", False),
    ],
)
def test_what_a_file_held_when_an_execution_began(
    contents: dict[int, str], changes: tuple[int, ...], number: int, held: str, since: bool
) -> None:
    found = past(contents, *changes)
    before = found.before("a", number)
    assert (before.digest if before else "") == held
    assert found.changed_since("a", number) is since


def test_the_newest_and_those_that_are_still_there() -> None:
    found = past({0: "one", 3: "two"}, 3)
    assert [file.digest for file in found.newest] == ["two"]
    assert not found.where(["one"]).newest
    assert found.where(["one"]).before("a", 4) is None
    assert found.where(["one"]).before("a", 3) == KeptFile("a", "one", 3, 1.0, 0)


async def contents(history: History) -> list[tuple[int | None, str]]:
    found = await history.kept_files("local", "default")
    return [(file.number, file.digest) for file in found.contents.get("a", ())]


def kept(digest: str, number: int | None, size: int = 1) -> KeptFile:
    return KeptFile("a", digest, size, 1.0, number)


async def keep(history: History, *files: KeptFile) -> None:
    await history.keep_files("local", "default", files)


async def test_a_content_is_noted_where_it_is_another_one(history: History, make_entry: MakeEntry) -> None:
    await history.forget_files("local", "default", ["a"])
    assert await contents(history) == []
    await keep(history, kept("one", None))
    entry = await history.begin(make_entry())
    await keep(history, kept("one", None), kept("two", 0))
    assert await contents(history) == [(0, "two")]
    await history.finish(replace(entry, status=Status.SUCCEEDED))
    await keep(history, kept("three", None))
    await history.begin(make_entry(status=Status.QUEUED))  # it is in the queue, and has seen nothing
    await history.forget_files("local", "default", ["a"])
    assert await contents(history) == [(0, "two"), (1, "")]
    assert not (await history.kept_files("local", "default")).newest


async def test_the_first_and_the_newest_are_kept_and_not_all_between(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    await keep(history, *(kept(f"d{number}", number) for number in range(50)))
    numbers = [number for number, _ in await contents(history)]
    assert numbers == [0, *range(50 - keeping.MOST_CONTENTS + 1, 50)]
    monkeypatch.setattr(keeping, "MOST_OLDER", 3)
    await keep(history, kept("last", 60, size=2))
    assert [number for number, _ in await contents(history)] == [0, 49, 60]


async def test_deleting_a_session_lets_go_of_its_files_when_it_cannot_come_back(
    history: History, make_entry: MakeEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await history.begin(make_entry())
    await history.finish(replace(entry, status=Status.SUCCEEDED))
    digest = await history.put_blob(b"content")
    await history.keep_files("local", "default", [KeptFile("a", digest, 7, time.time())])
    deleted = await history.delete_session("local", "default")
    await history.upkeep(Retention())
    assert await history.get_blob(digest) == b"content"
    await history.restore(deleted)
    assert len(await contents(history)) == 1
    await history.delete_session("local", "default")
    late = time.time() + 2 * PURGE_AFTER
    monkeypatch.setattr(time, "time", lambda: late)
    await history.upkeep(Retention())
    assert await contents(history) == []
    assert await history.get_blob(digest) is None
