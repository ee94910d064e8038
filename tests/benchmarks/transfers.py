"""Files of a gigabyte through the queue of transfers, at a local session and at `workbench serve`.

`python -m tests.benchmarks transfers`. Memory is what this process has resident beyond what it had before.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from backend.client.remote import RemoteBackend
from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.models import Target
from backend.port import Backend
from tests.benchmarks.client import _forget, _peak
from tests.benchmarks.row import Row, within
from tests.benchmarks.server import COMMAND, listening
from workbench.transfers.queue import Queue
from workbench.transfers.transfer import State

BYTES = 1_000_000_000
SESSION = "transfers"
MORE_MB = 20.0


def _content(folder: Path) -> Path:
    path = folder / "big"
    with path.open("wb") as file:
        for _ in range(BYTES // 1_000_000):
            file.write(os.urandom(1_000_000))
    return path


async def _move(backend: Backend, big: Path, target: Target) -> list[float]:
    """MB/s up and down."""
    queue = Queue(lambda _: contextlib.nullcontext(backend))
    rates = []
    for up in (True, False):
        began = time.perf_counter()
        if up:
            queue.upload(big, "big", target, SESSION)
        else:
            queue.download("big", big.with_name("back"), target, SESSION)
        await queue.settled()
        if any(one.state is not State.DONE for one in queue.transfers):
            raise ValueError(queue.transfers)
        rates.append(BYTES / 1e6 / (time.perf_counter() - began))
    big.with_name("back").unlink()
    await backend.delete_file(SESSION, "big")
    await backend.close()
    return rates


def rows() -> Iterator[Row]:
    """The table."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        big = _content(folder)
        before = _forget(os.getpid())
        local = LocalBackend(folder / "sessions", Choice(sys.executable, "bench"))
        rates = asyncio.run(_move(local, big, Target()))
        yield _row("local", rates, _peak(os.getpid()) - before)
        with listening(str(COMMAND), "serve", "--port", "0", "--max-upload", "1024") as (_, port):
            target = Target("served", "remote", f"http://127.0.0.1:{port}")
            warm = RemoteBackend(target)
            asyncio.run(_warmed(warm))
            before = _forget(os.getpid())
            rates = asyncio.run(_move(RemoteBackend(target), big, target))
            yield _row("served", rates, _peak(os.getpid()) - before)


def _row(where: str, rates: list[float], more: float) -> Row:
    up, down = rates
    return within(f"1 GB {where}, {up:.0f} MB/s up, {down:.0f} down: memory", [more], "MB more", MORE_MB)


async def _warmed(backend: RemoteBackend) -> None:
    await backend.list_files(SESSION)
    await backend.close()


if __name__ == "__main__":
    for row in rows():
        print(row, flush=True)
