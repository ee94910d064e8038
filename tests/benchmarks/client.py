"""The client at `workbench serve` over real sockets: what it costs beside the bare socket, and large files.

`python -m tests.benchmarks.client [overhead] [transfer]` prints the rows. The peer of the overhead is a
client of a few lines that sends the same request to the same server; of the transfers, bare httpx at bare
Starlette.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from backend.client.remote import RemoteBackend
from backend.models import Finished, Submission, Target
from tests.benchmarks.row import Row, at_least, within
from tests.benchmarks.server import (
    BYTES,
    COMMAND,
    PEER,
    TRANSFERS,
    Client,
    content,
    get_peer,
    listening,
    put_peer,
    rate,
)

WARM = 500  # executions of each, in turns
NAME = "big"


def _backend(port: int) -> RemoteBackend:
    return RemoteBackend(Target("served", "remote", f"http://127.0.0.1:{port}"))


async def _execute(backend: RemoteBackend, number: int) -> float:
    """Run `1`; gives the milliseconds to its outcome."""
    began = time.perf_counter()
    async for event in backend.execute("client", Submission(f"execution-{number}", "1")):
        if isinstance(event, Finished) and event.outcome.value is None:
            raise ValueError(event)
    return (time.perf_counter() - began) * 1000


async def _overhead(port: int) -> list[float]:
    """Milliseconds of an execution beyond those of the same request on a bare socket, next to it in time."""
    backend, bare = _backend(port), Client(port, "bare")
    await bare.open()
    pairs = []
    for number in range(WARM + 20):
        ours = await _execute(backend, number)
        pairs.append((ours, await bare.run()))
    await backend.close()
    return [ours - peer for ours, peer in pairs[20:]]


def overhead() -> Iterator[Row]:
    """What the client adds to one execution."""
    with listening(str(COMMAND), "serve", "--port", "0") as (_, port):
        yield within("client overhead beyond the socket", asyncio.run(_overhead(port)), "ms", 2)


def _peak(pid: int) -> float:
    """The most that a process has had resident since `_forget`, in MB."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _forget(pid: int) -> float:
    """Begin anew with the peak of a process; what it has now, in MB."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", "ascii")
    return _peak(pid)


async def _move(port: int) -> list[float]:
    """MB/s up and down through the client."""
    backend = _backend(port)
    began = time.perf_counter()
    await backend.write_file("client", NAME, content(), BYTES)
    up = time.perf_counter() - began
    began, size = time.perf_counter(), 0
    async for piece in backend.download("client", NAME):
        size += len(piece)
    down = time.perf_counter() - began
    await backend.close()
    if size != BYTES:
        raise ValueError(size)
    return [BYTES / 1e6 / up, BYTES / 1e6 / down]


def transfer() -> Iterator[Row]:
    """A file of one gigabyte up and down through client and server, beside bare httpx and bare Starlette."""
    with (
        listening(str(COMMAND), "serve", "--port", "0", "--max-upload", "1024") as (pid, port),
        tempfile.TemporaryDirectory() as folder,
        listening(sys.executable, "-c", PEER, f"{folder}/big") as (_, peer),
    ):
        asyncio.run(_overhead(port))  # both are warm
        before = _forget(pid), _forget(os.getpid())
        ours = [asyncio.run(_move(port)) for _ in range(TRANSFERS)]
        after = _peak(pid), _peak(os.getpid())
        theirs = [asyncio.run(rate(peer, put_peer, get_peer)) for _ in range(TRANSFERS)]
        for number, what in enumerate(("upload", "download")):
            mine, bare = ([one[number] for one in side] for side in (ours, theirs))
            yield at_least(f"{what} of 1 GB through client and server", mine, bare, "MB/s", 0.5)
        for who, least, most in zip(("server", "client"), before, after, strict=True):
            yield within(f"peak memory of the {who} meanwhile", [most - least], "MB more", 20)


def rows(parts: list[str] | None = None) -> Iterator[Row]:
    """All rows, or those of the named parts."""
    for part in (overhead, transfer):
        if not parts or part.__name__ in parts:
            yield from part()


if __name__ == "__main__":
    for row in rows(sys.argv[1:]):
        print(row, flush=True)
