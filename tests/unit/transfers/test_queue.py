"""The queue of transfers over a real local backend, and a real server in both generations."""

from __future__ import annotations

import asyncio
import os
from functools import partial
from pathlib import Path

import pytest

from tests.contract.driver import eventually, pieces
from tests.unit.transfers.conftest import NEW, OLD, SESSION, Place, names, opened
from workbench.transfers.meter import Meter
from workbench.transfers.queue import Queue
from workbench.transfers.transfer import Direction, State, Transfer

CONTENT = bytes(range(256)) * 10_240  # 2.6 MB: ten pieces of the smallest reader


def only(queue: Queue) -> Transfer:
    (one,) = queue.transfers
    return one


def on_the_way(monkeypatch: pytest.MonkeyPatch, at: int, act: object) -> None:
    """Call `act` once, as soon as so many bytes have moved."""
    add = Meter.add
    acted: list[bool] = []

    def watched(meter: Meter, count: int) -> None:
        add(meter, count)
        if meter.moved >= at and not acted:
            acted.append(True)
            assert callable(act)
            act()

    monkeypatch.setattr(Meter, "add", watched)


async def test_there_and_back(place: Place, here: Path) -> None:
    (here / "a.bin").write_bytes(CONTENT)
    queue = place.queue()
    queue.upload(here / "a.bin", "a.bin", place.target, SESSION)
    assert queue.moving
    await queue.settled()
    assert (place.data / "a.bin").read_bytes() == CONTENT
    queue.download("a.bin", here / "b.bin", place.target, SESSION)
    await queue.settled()
    assert (here / "b.bin").read_bytes() == CONTENT
    assert [(one.state, one.moved, one.total, one.part) for one in queue.transfers] == [
        (State.DONE, len(CONTENT), len(CONTENT), 1.0)
    ] * 2
    states = [one.state for one in place.changes if one.direction is Direction.UP]
    assert states == [State.WAITING, State.RUNNING, State.DONE]
    queue.clear()
    assert not queue.transfers


async def test_so_many_at_once_and_all_in_the_end(local: Place, here: Path) -> None:
    queue, most = local.queue(at_once=2), 0

    def count(_: Transfer) -> None:
        nonlocal most
        most = max(most, sum(one.state is State.RUNNING for one in queue.transfers))

    queue.changed = count
    for number in range(9):
        (here / f"{number}").write_bytes(CONTENT[:500_000])
        queue.upload(here / f"{number}", f"{number}", local.target, SESSION, size=500_000)
    assert queue.progress.words == "↑ 9 · 0 %"
    await queue.settled()
    assert most == 2
    assert local.names == [f"{number}" for number in range(9)]
    assert queue.progress.words == ""


@pytest.mark.parametrize("way", Direction)
async def test_cancelled_at_every_tenth_of_the_way(
    place: Place, here: Path, way: Direction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.transfers.source.PIECE", len(CONTENT) // 10)
    (here / "a").write_bytes(CONTENT)
    (place.data / "b").write_bytes(CONTENT)
    queue = place.queue()
    for tenth in range(11):
        queue.clear()
        with monkeypatch.context() as patch:
            if way is Direction.UP:
                id = queue.upload(here / "a", "a", place.target, SESSION)
            else:
                id = queue.download("b", here / "b", place.target, SESSION)
            if tenth:
                on_the_way(patch, len(CONTENT) * tenth // 10 - 1, partial(queue.cancel, id))
            else:
                queue.cancel(id)
            await queue.settled()
        assert only(queue).state is State.CANCELLED, tenth
        assert names(here) == ["a"]
        await eventually(lambda: place.names == ["b"], 10)


@pytest.mark.parametrize("place", [OLD, "2025-10-02-preview"], indirect=True)
@pytest.mark.parametrize("way", Direction)
async def test_the_target_goes_away_at_every_tenth_of_the_way(
    place: Place, here: Path, way: Direction
) -> None:
    assert place.wire is not None
    up = way is Direction.UP
    (here / "a").write_bytes(CONTENT)
    (place.data / "b").write_bytes(CONTENT)
    queue = place.queue()
    for tenth in range(10):
        queue.clear()
        await place.backend.list_files(SESSION)
        place.wire.break_after(2_000 + len(CONTENT) * tenth // 10, from_client=up)
        if up:
            queue.upload(here / "a", "a", place.target, SESSION, overwrite=True)
        else:
            queue.download("b", here / "b", place.target, SESSION)
        await queue.settled()
        assert only(queue).state is State.FAILED, tenth
        assert only(queue).error
        assert only(queue).remedy
        place.wire.left = None
        await eventually(lambda: place.names == ["b"], 10)
        assert names(here) == ["a"]
    queue.retry(only(queue).id)
    await queue.settled()
    assert only(queue).state is State.DONE
    assert (place.data / "a" if up else here / "b").read_bytes() == CONTENT


async def test_waiting_ones_are_cancelled_and_tried_again(local: Place, here: Path) -> None:
    (here / "a").write_bytes(b"a")
    queue = local.queue(at_once=1)
    for name in ("one", "two", "three"):
        queue.upload(here / "a", name, local.target, SESSION)
    queue.cancel(2)
    queue.cancel(1)
    await queue.settled()
    states = {one.path: one.state for one in queue.transfers}
    assert states == {"one": State.CANCELLED, "two": State.CANCELLED, "three": State.DONE}
    queue.retry(2)
    queue.retry(3)  # it is done, and stays so
    await queue.settled()
    assert local.names == ["three", "two"]
    assert [one.id for one in queue.transfers] == [1, 3, 2]


async def test_what_is_there_is_not_replaced_unasked(place: Place, here: Path) -> None:
    (here / "a").write_text("new")
    (place.data / "a").write_text("old")
    queue = place.queue()
    queue.upload(here / "a", "a", place.target, SESSION)
    queue.download("a", here / "a", place.target, SESSION)
    await queue.settled()
    assert [(one.state, one.taken) for one in queue.transfers] == [(State.FAILED, True)] * 2
    assert ((here / "a").read_text(), (place.data / "a").read_text()) == ("new", "old")
    queue.retry(1, overwrite=True)
    await queue.settled()
    assert (place.data / "a").read_text() == "new"


@pytest.mark.parametrize("place", [OLD], indirect=True)
async def test_what_the_target_refuses_is_said_before_the_first_byte(place: Place, here: Path) -> None:
    (here / "a:b").write_text("a")
    (here / "a").write_text("a")
    queue = place.queue()
    queue.upload(here / "a:b", "a:b", place.target, SESSION)
    queue.upload(here / "a", "folder/a", place.target, SESSION)
    queue.upload(here / "none", "none", place.target, SESSION)
    await queue.settled()
    assert [one.state for one in queue.transfers] == [State.FAILED] * 3
    assert [one.moved for one in queue.transfers] == [0] * 3
    for one, said in zip(queue.transfers, ("has no ':'", "knows no folders", "No such file"), strict=True):
        assert said in one.error
        assert one.remedy
    complaints = [one.complaint.partition(" ")[0] for one in queue.transfers]
    assert complaints == ["a:b:", "a:", str(here / "none")], "each names its file, once"


@pytest.mark.parametrize("kind", [OLD, NEW])
async def test_what_is_larger_than_a_server_takes_is_refused_in_words(
    kind: str, tmp_path: Path, here: Path
) -> None:
    (here / "a").write_bytes(CONTENT)
    async with opened(kind, tmp_path / "sessions", max_upload=len(CONTENT) - 1) as place:
        queue = place.queue()
        queue.upload(here / "a", "a", place.target, SESSION)
        await queue.settled()
        assert only(queue).state is State.FAILED
        assert only(queue).complaint.startswith("a is larger than the target takes: ")
        assert only(queue).remedy == "Split it, or pack it."
        assert place.names == []


@pytest.mark.parametrize(("size", "said"), [(10, "shrunk"), (len(CONTENT) * 2, "grown")])
async def test_a_file_that_changes_while_it_is_sent(
    place: Place, here: Path, size: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.transfers.source.PIECE", len(CONTENT) // 10)
    (here / "a").write_bytes(CONTENT)
    queue = place.queue()
    on_the_way(monkeypatch, 1, lambda: os.truncate(here / "a", size))
    queue.upload(here / "a", "a", place.target, SESSION)
    await queue.settled()
    assert said in only(queue).error
    assert only(queue).remedy
    await eventually(lambda: place.names == [], 10)


async def test_a_file_that_vanishes_while_it_is_sent_is_sent(
    place: Place, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "a").write_bytes(CONTENT)
    queue = place.queue()
    on_the_way(monkeypatch, 1, lambda: (here / "a").unlink())
    queue.upload(here / "a", "a", place.target, SESSION)
    await queue.settled()
    assert (place.data / "a").read_bytes() == CONTENT
    queue.retry(1)  # it is done: nothing happens
    assert not queue.moving


async def test_a_file_that_shrinks_or_vanishes_while_it_is_fetched(
    place: Place, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = CONTENT * 4  # more than sockets hold
    (place.data / "a").write_bytes(whole)
    (place.data / "b").write_bytes(whole)
    queue = place.queue()
    with monkeypatch.context() as patch:
        on_the_way(patch, 1, lambda: os.truncate(place.data / "a", 10))
        queue.download("a", here / "a", place.target, SESSION)
        await queue.settled()
    assert only(queue).state is State.FAILED
    assert only(queue).remedy
    with monkeypatch.context() as patch:
        on_the_way(patch, 1, lambda: (place.data / "b").unlink())
        queue.download("b", here / "b", place.target, SESSION)
        await queue.settled()
    assert names(here) == ["b"]
    assert (here / "b").read_bytes() == whole


async def test_closing_cancels_all(local: Place, here: Path) -> None:
    (here / "a").write_bytes(CONTENT)
    queue = local.queue(at_once=1)
    for name in ("one", "two", "three"):
        queue.upload(here / "a", name, local.target, SESSION)
    await asyncio.sleep(0)
    await queue.close()
    assert {one.state for one in queue.transfers} == {State.CANCELLED}
    assert local.names == []


async def test_a_write_that_is_cancelled_is_over_before_its_file_is_closed(
    local: Place, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Left alone, the thread would write to whatever file got the number of the closed one."""
    begun: list[int] = []
    ended: list[int] = []
    write = os.write

    def slow(fd: int, data: bytes) -> int:
        begun.append(fd)
        done = write(fd, data)
        os.stat(fd)  # it is open still
        ended.append(fd)
        return done

    await local.backend.write_file(SESSION, "a", pieces(CONTENT))
    monkeypatch.setattr("workbench.transfers.destination.os.write", slow)
    queue = local.queue()
    on_the_way(monkeypatch, 1, lambda: asyncio.get_running_loop().call_soon(queue.cancel, 1))
    queue.download("a", here / "b", local.target, SESSION)
    await queue.settled()
    assert only(queue).state is State.CANCELLED
    assert begun == ended
