"""The events of one execution, and the frames that carry descriptors."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from typing import Any, cast

import pytest

from backend.executor.death import Death
from backend.executor.job import CROWD, EVENT, LAST_ROOM, ROOM, Job, weight
from backend.executor.link import WorkerLink
from backend.executor.turn import Turn
from backend.executor.worker import frames
from backend.models import Chunk, Display, Finished, Outcome, Stage, Status, Stream, Submission


def _job() -> tuple[Job, list[bool]]:
    room: list[bool] = []
    return Job(Submission("x", ""), lambda job, there: room.append(there)), room


async def test_nothing_comes_after_the_end() -> None:
    job, _ = _job()
    job.emit(Finished("x", Outcome(Status.INTERRUPTED)))
    job.emit(Finished("x", Outcome(Status.SUCCEEDED)))
    job.text(Stream.STDOUT, "late")
    assert await job.take() == [Finished("x", Outcome(Status.INTERRUPTED))]


async def test_the_first_of_answer_and_death_counts() -> None:
    job, _ = _job()
    turn = Turn(job, cast(WorkerLink, None), lambda: None)
    assert turn.take({"event": "done"})
    assert not turn.take(Death(signal=9))
    assert turn.answer == {"event": "done"}


async def test_neighbouring_chunks_are_joined_and_streams_kept_apart() -> None:
    job, _ = _job()
    for stream, text in ((Stream.STDOUT, "a"), (Stream.STDOUT, "b"), (Stream.STDERR, "c")):
        job.text(stream, text)
    assert await job.take() == [Chunk("x", Stream.STDOUT, "ab"), Chunk("x", Stream.STDERR, "c")]


async def test_the_code_is_slowed_while_too_much_waits() -> None:
    job, room = _job()
    job.text(Stream.STDOUT, "x" * (ROOM - EVENT))
    assert room == []
    job.text(Stream.STDOUT, "x")
    assert room == [False]
    await job.take()
    assert room == [False, True]
    job.text(Stream.STDOUT, "x" * (ROOM + 1))
    job.detach()
    assert room == [False, True, False, True]
    job.text(Stream.STDOUT, "x" * (ROOM + 1))
    assert len(room) == 4


async def test_code_that_is_being_stopped_gets_more_room_once() -> None:
    """It cannot end while it is slowed in a write; code that does not end must not fill the memory."""
    job, room = _job()
    job.text(Stream.STDOUT, "x" * (ROOM + 1))
    job.stage(Stage.INTERRUPTING)
    assert room == [False, True]
    job.text(Stream.STDOUT, "x" * (LAST_ROOM - EVENT))
    assert room == [False, True]
    job.text(Stream.STDOUT, "x")
    job.stage(Stage.KILLING)
    assert room == [False, True, False]
    await job.take()
    job.text(Stream.STDOUT, "x" * (ROOM + 1))
    assert room == [False, True, False, True, False]


@pytest.mark.parametrize(
    "bundle",
    [
        {"text/plain": "x" * (ROOM // 10)},
        {"application/json": ["x" * (ROOM // 10)]},
        {"application/json": {"x" * (ROOM // 10): 1}},
        {"application/json": [[]] * (ROOM // 10 // EVENT)},
    ],
    ids=["text", "list", "key", "many"],
)
async def test_displays_of_any_make_slow_the_code(bundle: dict[str, Any]) -> None:
    job, room = _job()
    for _ in range(9):
        job.emit(Display("x", bundle))
    assert room == []
    for _ in range(2):
        job.emit(Display("x", bundle))
    assert room == [False]


async def test_displays_of_a_thread_that_does_not_wait_are_left_out_and_counted() -> None:
    job, _ = _job()
    shown = Display("x", {"text/plain": "x" * (CROWD // 4)})
    for _ in range(100):
        job.emit(shown)
    job.text(Stream.STDOUT, "text is slowed, and never left out")
    events = await job.take()
    kept = events.count(shown)
    assert 3 < kept < 7
    job.emit(shown)
    _, (note, last) = events, await job.take()
    assert isinstance(note, Chunk)
    assert f"before: {100 - kept} …" in note.text
    assert last == shown
    assert events[-1] == Chunk("x", Stream.STDOUT, "text is slowed, and never left out")


def test_a_display_of_millions_of_numbers_is_weighed_at_once() -> None:
    bundle = {"application/json": [[0] * 4_000_000] * 5}
    began = time.perf_counter()
    assert weight(bundle) > CROWD
    assert time.perf_counter() - began < 0.3


async def test_a_reader_waits_for_the_first_event() -> None:
    job, _ = _job()
    taking = asyncio.create_task(job.take())
    await asyncio.sleep(0)
    assert not taking.done()
    job.text(Stream.STDOUT, "a")
    assert await taking == [Chunk("x", Stream.STDOUT, "a")]


class Served(socket.socket):
    """One whose other end takes what is sent and closes, before the sender gets on."""

    def __init__(self, other: socket.socket, fd: int) -> None:
        super().__init__(fileno=fd)
        self.other = other
        self.received: list[int] = []

    def sendmsg(self, *message: Any) -> int:
        count = super().sendmsg(*message)
        frame, self.received = frames.receive_with_fds(self.other, 1)
        assert frame == {"op": "fork"}
        self.other.close()
        return count


def test_descriptors_reach_a_receiver_that_closes_at_once() -> None:
    """Were it taken for a failure, a second worker would be given the same session."""
    ours, theirs = socket.socketpair()
    with Served(theirs, ours.detach()) as served:
        frames.send_with_fds(served, {"op": "fork"}, [served.fileno()])
    assert len(served.received) == 1
    os.close(served.received[0])
