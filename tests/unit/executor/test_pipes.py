"""An output pipe: small writes read together, late output read calmly, an end that waits for nobody."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator

import pytest

from backend.executor import pipes
from backend.executor.pipes import CAPACITY, READ, OutputPipe, enlarge
from backend.models import Stream


@pytest.fixture(autouse=True)
def _no_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pace between two small reads is longer than any test."""
    monkeypatch.setattr(pipes, "PACE", 1000.0)


@pytest.fixture
def ends() -> Iterator[tuple[int, int]]:
    """A pipe's read end, which the test gives away, and its write end."""
    read, write = os.pipe()
    enlarge(write)
    os.set_blocking(write, False)
    yield read, write
    os.close(write)


async def loops() -> None:
    """Let the loop look at its descriptors many times."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_small_writes_are_read_together(ends: tuple[int, int]) -> None:
    read, write = ends
    texts: list[str] = []
    pipe = OutputPipe(read, Stream.STDOUT, lambda stream, text: texts.append(text))
    for letter in "xyz":
        os.write(write, letter.encode())
        await loops()
    assert texts == ["x"]
    pipe.drain()
    assert texts == ["x", "yz"]
    pipe.close()


async def test_large_writes_are_read_without_a_pause(ends: tuple[int, int]) -> None:
    read, write = ends
    sizes: list[int] = []
    pipe = OutputPipe(read, Stream.STDOUT, lambda stream, text: sizes.append(len(text)))
    assert os.write(write, bytes(CAPACITY)) == CAPACITY
    await loops()
    assert sizes == [READ] * (CAPACITY // READ)
    pipe.close()


async def test_late_output_is_read_calmly(ends: tuple[int, int]) -> None:
    read, write = ends
    late: list[int] = []
    pipe = OutputPipe(read, Stream.STDOUT, lambda stream, text: pytest.fail("not late"))
    pipe.become_late(lambda stream, text: late.append(len(text)))
    assert os.write(write, bytes(CAPACITY)) == CAPACITY
    await loops()
    assert late == [READ]
    pipe.close()


async def test_a_drain_takes_what_is_there_and_no_more(ends: tuple[int, int]) -> None:
    """Somebody writes on as fast as it is read."""
    read, write = ends
    taken: list[int] = []

    def write_more(stream: Stream, data: bytes) -> None:
        taken.append(len(data))
        if len(taken) < 100:
            os.write(write, data)

    pipe = OutputPipe(read, Stream.STDOUT, lambda stream, text: None, write_more)
    assert os.write(write, bytes(CAPACITY)) == CAPACITY
    pipe.drain()
    assert sum(taken) == CAPACITY
    pipe.close()
