"""`workbench serve` over real sockets: latency, throughput, growth, and large files beside bare Starlette.

`python -m tests.benchmarks.server [latency] [growth] [transfer]` prints the rows. The small requests come
from a client of a few lines, on the same two cores as the server, so what it costs counts too.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.benchmarks.row import Row, at_least, within

COMMAND = Path(sys.executable).parent / "workbench"
WARM = 500  # executions in a row
CLIENTS = 50
EACH = 100  # executions of each client, of one round
ROUNDS = 5
MANY = 50_000
BYTES = 1 << 30
TRANSFERS = 3
PIECE = 1 << 18
BODY = json.dumps({"codeInputType": "Inline", "executionType": "Synchronous", "code": "1"}).encode()
START = "Listening   http://127.0.0.1:"
PEER = """
import asyncio, socket, sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import FileResponse, Response
from starlette.routing import Route

async def put(request):
    with open(sys.argv[1], "wb") as file:
        async for piece in request.stream():
            await asyncio.to_thread(file.write, piece)
    return Response()

async def get(request):
    return FileResponse(sys.argv[1])

listener = socket.create_server(("127.0.0.1", 0))
print("Listening   http://127.0.0.1:%d" % listener.getsockname()[1], flush=True)
app = Starlette(routes=[Route("/file", put, methods=["PUT"]), Route("/file", get)])
config = uvicorn.Config(app, http="h11", loop="asyncio", log_level="error", access_log=False)
asyncio.run(uvicorn.Server(config).serve([listener]))
"""


@contextmanager
def listening(*command: str) -> Iterator[tuple[int, int]]:
    """A server; its process id and port."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "WORKBENCH_HOME": home}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=home)
        assert process.stdout is not None
        try:
            line = next(line for line in process.stdout if line.startswith(START))
            yield process.pid, int(line.removeprefix(START))
        finally:
            process.terminate()
            process.wait()


def memory(pid: int) -> float:
    """What a process has resident, in MB."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


class Client:
    """One connection that runs the same code again and again."""

    def __init__(self, port: int, session: str) -> None:
        self._port = port
        target = f"/executions?api-version=2025-10-02-preview&identifier={session}"
        head = f"POST {target} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: application/json\r\n"
        self._request = f"{head}Content-Length: {len(BODY)}\r\n\r\n".encode() + BODY

    async def open(self) -> None:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    async def run(self) -> float:
        """Run it; gives the milliseconds to the whole answer."""
        began = time.perf_counter()
        self._writer.write(self._request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        body = await self._reader.readexactly(length)
        took = (time.perf_counter() - began) * 1000
        if b'"executionResult": 1' not in body:
            raise ValueError(body)
        return took


async def _latency(port: int) -> list[float]:
    client = Client(port, "latency")
    await client.open()
    for _ in range(20):
        await client.run()
    return [await client.run() for _ in range(WARM)]


async def _crowd(port: int, each: int) -> float:
    """Executions a second, of many clients with a session each."""
    clients = [Client(port, f"session-{number}") for number in range(CLIENTS)]
    for client in clients:
        await client.open()
        await client.run()

    async def work(client: Client) -> None:
        for _ in range(each):
            await client.run()

    began = time.perf_counter()
    await asyncio.gather(*map(work, clients))
    return CLIENTS * each / (time.perf_counter() - began)


def latency() -> Iterator[Row]:
    """The time of `1`, and how many of it a second."""
    with listening(str(COMMAND), "serve", "--port", "0") as (_, port):
        yield within("POST /executions of 1, warm", asyncio.run(_latency(port)), "ms", 3)
        rates = [asyncio.run(_crowd(port, EACH)) for _ in range(ROUNDS)]
        yield within(f"… of {CLIENTS} clients, each", [1000 / rate for rate in rates], "ms/run", 1000 / 300)


def growth() -> Iterator[Row]:
    """What the server has more after many executions."""
    with listening(str(COMMAND), "serve", "--port", "0") as (pid, port):
        asyncio.run(_crowd(port, EACH))
        before = memory(pid)
        asyncio.run(_crowd(port, MANY // CLIENTS))
        yield within(f"growth over {MANY:,} executions", [memory(pid) - before], "MB", 20)


async def content() -> AsyncIterator[bytes]:
    for _ in range(BYTES // PIECE):
        yield b"x" * PIECE


async def _form(boundary: bytes) -> AsyncIterator[bytes]:
    yield b'--%s\r\nContent-Disposition: form-data; name="file"; filename="big"\r\n\r\n' % boundary
    async for piece in content():
        yield piece
    yield b"\r\n--%s--\r\n" % boundary


async def _put_ours(client: httpx.AsyncClient) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = await client.post("/files", content=_form(b"b"), headers=kind)
    answer.raise_for_status()


async def put_peer(client: httpx.AsyncClient) -> None:
    (await client.put("/file", content=content())).raise_for_status()


async def _get(client: httpx.AsyncClient, path: str) -> None:
    size = 0
    async with client.stream("GET", path) as answer:
        async for piece in answer.aiter_raw():
            size += len(piece)
    if size != BYTES:
        raise ValueError(size)


async def _get_ours(client: httpx.AsyncClient) -> None:
    await _get(client, "/files/big/content")


async def get_peer(client: httpx.AsyncClient) -> None:
    await _get(client, "/file")


async def rate(port: int, *calls: Callable[[httpx.AsyncClient], Coroutine[Any, Any, None]]) -> list[float]:
    """MB/s of each call."""
    found = []
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=120, trust_env=False) as client:
        for call in calls:
            began = time.perf_counter()
            await call(client)
            found.append(BYTES / 1e6 / (time.perf_counter() - began))
    return found


def transfer() -> Iterator[Row]:
    """A file of one gigabyte up and down, beside bare Starlette that writes and reads the same."""
    with (
        listening(str(COMMAND), "serve", "--port", "0", "--max-upload", "1024") as (pid, port),
        tempfile.TemporaryDirectory() as folder,
        listening(sys.executable, "-c", PEER, f"{folder}/big") as (_, peer),
    ):
        asyncio.run(_crowd(port, 1))
        before = memory(pid)
        pairs = [
            (asyncio.run(rate(port, _put_ours, _get_ours)), asyncio.run(rate(peer, put_peer, get_peer)))
            for _ in range(TRANSFERS)
        ]
        ours, theirs = zip(*pairs, strict=True)
        for number, what in enumerate(("upload", "download")):
            mine, bare = ([one[number] for one in side] for side in (ours, theirs))
            yield at_least(f"{what} of 1 GB", mine, bare, "MB/s", 0.5)
        yield within("memory of the server after them", [memory(pid) - before], "MB more", 20)


def rows(parts: list[str] | None = None) -> Iterator[Row]:
    """All rows, or those of the named parts."""
    for part in (latency, growth, transfer):
        if not parts or part.__name__ in parts:
            yield from part()


if __name__ == "__main__":
    for row in rows(sys.argv[1:]):
        print(row, flush=True)
