"""The events of one execution, and the frames that carry descriptors."""

from __future__ import annotations

import asyncio
import os
import socket

import pytest

from backend.executor.job import ROOM, Job
from backend.executor.worker import frames
from backend.models import Chunk, Finished, Outcome, Status, Stream, Submission


def _job() -> tuple[Job, list[bool]]:
    room: list[bool] = []
    return Job(Submission("x", ""), lambda job, there: room.append(there)), room


async def test_nothing_comes_after_the_end() -> None:
    job, _ = _job()
    job.emit(Finished("x", Outcome(Status.INTERRUPTED)))
    job.emit(Finished("x", Outcome(Status.SUCCEEDED)))
    job.text(Stream.STDOUT, "late")
    assert await job.take() == [Finished("x", Outcome(Status.INTERRUPTED))]


async def test_neighbouring_chunks_are_joined_and_streams_kept_apart() -> None:
    job, _ = _job()
    for stream, text in ((Stream.STDOUT, "a"), (Stream.STDOUT, "b"), (Stream.STDERR, "c")):
        job.text(stream, text)
    assert await job.take() == [Chunk("x", Stream.STDOUT, "ab"), Chunk("x", Stream.STDERR, "c")]


async def test_the_code_is_slowed_while_too_much_waits() -> None:
    job, room = _job()
    job.text(Stream.STDOUT, "x" * ROOM)
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


async def test_a_reader_waits_for_the_first_event() -> None:
    job, _ = _job()
    taking = asyncio.create_task(job.take())
    await asyncio.sleep(0)
    assert not taking.done()
    job.text(Stream.STDOUT, "a")
    assert await taking == [Chunk("x", Stream.STDOUT, "a")]


def test_descriptors_reach_a_receiver_that_closes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were it taken for a failure, a second worker would be given the same session."""
    ours, theirs = socket.socketpair()
    received: list[int] = []
    send = socket.send_fds

    def send_and_be_served(sock: socket.socket, data: list[bytes], fds: list[int]) -> int:
        count = send(sock, data, fds)
        frame, got = frames.receive_with_fds(theirs, 1)
        assert frame == {"op": "fork"}
        received.extend(got)
        theirs.close()
        return count

    monkeypatch.setattr(socket, "send_fds", send_and_be_served)
    with ours:
        frames.send_with_fds(ours, {"op": "fork"}, [ours.fileno()])
    assert len(received) == 1
    os.close(received[0])
