"""The local executor beside jupyter_client with ipykernel, in one run, taking turns.

`python -m tests.benchmarks.executor` prints the rows. Both sides run on this interpreter, through their
public asynchronous interfaces. What is timed: a new session until it is ready for code; `1+1` until its value
and its end are known, in sessions that have run before; a loop of prints until the reader has all of it.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import tempfile
import time
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager

from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.models import Chunk, Submission
from tests.benchmarks.row import Row, at_least, at_most

STARTS = 9
COLD = 5
ROUNDS = 20
WARM = 50  # executions in a row, of each side
FLOODS = 3
LINES = 200_000
LINE = 100  # bytes, its newline counted
FLOOD = f"for i in range({LINES}): print('x' * {LINE - 1})"
PAUSE = 0.3  # seconds between starts: people do not open sessions back to back
_ids = itertools.count()


class Ours:
    """The port over the local executor."""

    def __init__(self, folder: Path) -> None:
        self.backend = LocalBackend(folder, Choice(sys.executable, "benchmark"))

    async def start(self, name: str) -> None:
        """A session that is ready."""
        await self.backend.start(name)

    async def run(self, code: str) -> int:
        """Run code; gives the number of characters printed."""
        count = 0
        async for event in self.backend.execute("main", Submission(f"benchmark-{next(_ids)}", code)):
            if isinstance(event, Chunk):
                count += len(event.text)
        return count


class Peer:
    """jupyter_client over ipykernel."""

    def __init__(self) -> None:
        self.manager: Any = None
        self.client: Any = None

    async def start(self) -> None:
        """A kernel that is ready."""
        self.manager = AsyncKernelManager(kernel_name="python3")
        self.manager.kernel_cmd = [
            sys.executable,
            "-m",
            "ipykernel_launcher",
            "-f",
            "{connection_file}",
            "--log-level=40",
        ]
        await self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        await self.client.wait_for_ready(timeout=60)

    async def run(self, code: str) -> int:
        """Run code; gives the number of characters printed."""
        sent = self.client.execute(code)
        count = 0
        while True:
            message = await self.client.get_iopub_msg(timeout=60)
            if message["parent_header"].get("msg_id") != sent:
                continue
            if message["msg_type"] == "stream":
                count += len(message["content"]["text"])
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                break
        await self.client.get_shell_msg(timeout=60)
        return count

    async def stop(self) -> None:
        """End the kernel."""
        self.client.stop_channels()
        await self.manager.shutdown_kernel(now=True)


async def _timed(work: Awaitable[object]) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


async def _starts(ours: Ours) -> Row:
    mine, theirs = [], []
    for count in range(STARTS):
        await asyncio.sleep(PAUSE)
        mine.append(await _timed(ours.start(f"new-{count}")) * 1000)
        peer = Peer()
        theirs.append(await _timed(peer.start()) * 1000)
        await peer.stop()
    return at_most("new session, nursery warm", mine, theirs, "ms", 0.03)


async def _cold() -> Row:
    """The first session of a program that has just begun: its nursery has to import everything."""
    mine, theirs = [], []
    for _ in range(COLD):
        with tempfile.TemporaryDirectory() as folder:
            ours = Ours(Path(folder))
            mine.append(await _timed(ours.start("first")) * 1000)
            await ours.backend.close()
        peer = Peer()
        theirs.append(await _timed(peer.start()) * 1000)
        await peer.stop()
    return at_most("first session, from cold", mine, theirs, "ms", 0.5)


async def _warm(ours: Ours, peer: Peer) -> list[Row]:
    mine: list[float] = []
    theirs: list[float] = []
    for side, times in ((ours, mine), (peer, theirs)):
        await side.run("1+1")
        times.clear()
    for _ in range(ROUNDS):
        mine += [await _timed(ours.run("1+1")) * 1000 for _ in range(WARM)]
        theirs += [await _timed(peer.run("1+1")) * 1000 for _ in range(WARM)]
    last = [_worst(mine)], [_worst(theirs)]
    return [
        at_most("warm 1+1, p50", mine, theirs, "ms", 0.1),
        at_most("warm 1+1, p99", *last, "ms", 0.2),
    ]


def _worst(times: list[float]) -> float:
    return sorted(times)[len(times) * 99 // 100]


async def _floods(ours: Ours, peer: Peer) -> Row:
    megabytes = LINES * LINE / 1e6
    mine: list[float] = []
    theirs: list[float] = []
    for _ in range(FLOODS):
        for side, rates in ((ours, mine), (peer, theirs)):
            began = time.perf_counter()
            count = await side.run(FLOOD)
            rates.append(megabytes / (time.perf_counter() - began))
            if count != LINES * LINE:
                raise AssertionError(f"{count} of {LINES * LINE} characters came")
    return at_least("printed output", mine, theirs, "MB/s", 10)


async def _measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        ours, peer = Ours(Path(folder)), Peer()
        try:
            await ours.start("main")
            rows = [await _cold(), await _starts(ours)]
            await peer.start()
            rows += await _warm(ours, peer)
            rows.append(await _floods(ours, peer))
            await peer.stop()
        finally:
            await ours.backend.close()
    return rows


def rows() -> list[Row]:
    """All rows of the executor; takes about half a minute."""
    return asyncio.run(_measure())


if __name__ == "__main__":
    for row in rows():
        print(row)
