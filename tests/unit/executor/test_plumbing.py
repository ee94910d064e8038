"""The pipes of a worker: how fast they are read while an execution runs, and when it has ended."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from collections.abc import AsyncIterator

import pytest_asyncio

from backend.executor.pipes import PACE, READ
from backend.executor.plumbing import Plumbing
from backend.models import Stream

READS = 60


class Flood:
    """A child that floods a pipe of a plumbing, and how many bytes came."""

    def __init__(self) -> None:
        self.size = 0
        self.came = asyncio.Event()
        self.wanted = 0
        self.plumbing = Plumbing(lambda *_: None, self._data, lambda *_: None)
        read, write = os.pipe()
        self.child = subprocess.Popen(["yes"], stdout=write)
        os.close(write)
        self.plumbing.use({Stream.STDOUT: read})

    def _data(self, stream: Stream, data: bytes) -> None:
        self.size += len(data)
        if self.size >= self.wanted:
            self.came.set()

    async def seconds_for(self, size: int) -> float:
        """How long it takes until so many bytes more have come."""
        self.wanted = self.size + size
        self.came.clear()
        began = time.monotonic()
        await self.came.wait()
        return time.monotonic() - began

    def close(self) -> None:
        self.child.kill()
        self.child.wait()
        self.plumbing.close()


@pytest_asyncio.fixture(loop_scope="session")
async def flood() -> AsyncIterator[Flood]:
    made = Flood()
    yield made
    made.close()


async def test_what_floods_on_after_the_end_is_read_at_a_calm_pace(flood: Flood) -> None:
    flood.plumbing.end_text()
    assert await flood.seconds_for(READS * READ) > 0.9 * READS * PACE


async def test_the_next_execution_is_read_as_fast_as_it_comes(flood: Flood) -> None:
    flood.plumbing.end_text()
    calm = await flood.seconds_for(READS * READ)
    flood.plumbing.begin_text()
    assert min([await flood.seconds_for(READS * READ) for _ in range(3)]) < calm
