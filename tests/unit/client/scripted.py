"""A server over real sockets that answers as a script says, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

KEPT = 1 << 20  # bytes of a body that are kept


@dataclass
class Request:
    """What was asked. `size` are the bytes of the body, `whole` whether all of it came by its `end`."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""
    size: int = 0
    whole: bool = False
    end: bool = False

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Line:
    """The connection of one request."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def reset(self) -> None:
        """Break the connection the rude way."""
        plug = self.writer.get_extra_info("socket")
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Reply = Callable[[Request, Line], Awaitable[None]]


class Scripted:
    """Answers each call with the replies planned for it, in order; the last one goes on for ever.

    A call is `POST /executions`, the method and a pattern of the path.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.came = asyncio.Condition()
        self.early: dict[str, Reply] = {}  # answers before the body is read
        self._plans: list[tuple[str, re.Pattern[str], list[Reply]]] = []
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.StreamWriter] = set()
        self.port = 0

    @classmethod
    @contextlib.asynccontextmanager
    async def running(cls) -> AsyncIterator[Self]:
        """A server on a free port."""
        server = cls()
        server._server = await asyncio.start_server(server._serve, "127.0.0.1", 0, limit=1 << 20)
        server.port = server._server.sockets[0].getsockname()[1]
        try:
            yield server
        finally:
            await server.stop()

    async def stop(self) -> None:
        """Listen no more, and break all connections."""
        assert self._server is not None
        self._server.close()
        for writer in list(self._lines):
            writer.transport.abort()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def on(self, call: str, *replies: Reply) -> None:
        """Plan the replies to a call; a later plan comes before an earlier one."""
        method, pattern = call.split(" ", 1)
        self._plans.insert(0, (method, re.compile(pattern), list(replies)))

    def asked(self, call: str) -> list[Request]:
        """The requests of a call."""
        method, pattern = call.split(" ", 1)
        return [one for one in self.requests if one.method == method and re.fullmatch(pattern, one.path)]

    async def until(self, count: int, call: str) -> None:
        """Wait until a call came so many times, whole or not."""
        async with asyncio.timeout(10), self.came:
            await self.came.wait_for(lambda: sum(one.end for one in self.asked(call)) >= count)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._lines.add(writer)
        try:
            while True:
                await self._one(Line(reader, writer))
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._lines.discard(writer)
            writer.close()

    async def _one(self, line: Line) -> None:
        request = _head(await line.reader.readuntil(b"\r\n\r\n"))
        self.requests.append(request)
        reply = self._reply(request)
        if f"{request.method} {request.path}" in self.early:
            await self.early[f"{request.method} {request.path}"](request, line)
            return
        try:
            await _body(request, line.reader)
            request.whole = True
        finally:
            request.end = True
            async with self.came:
                self.came.notify_all()
        await reply(request, line)

    def _reply(self, request: Request) -> Reply:
        for method, pattern, replies in self._plans:
            if request.method == method and pattern.fullmatch(request.path):
                return replies.pop(0) if len(replies) > 1 else replies[0]
        return refusal(404, "NotFound", f"no {request.path} here")


def _head(head: bytes) -> Request:
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    parts = urlsplit(target)
    headers = {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines) if name
    }
    return Request(method, parts.path, dict(parse_qsl(parts.query)), headers)


async def _body(request: Request, reader: asyncio.StreamReader) -> None:
    if "chunked" in request.headers.get("transfer-encoding", ""):
        while size := int(await reader.readuntil(b"\r\n"), 16):
            await _take(request, reader, size)
            await reader.readline()
        await reader.readline()
    else:
        await _take(request, reader, int(request.headers.get("content-length", 0)))


async def _take(request: Request, reader: asyncio.StreamReader, size: int) -> None:
    while size:
        piece = await reader.read(min(size, 1 << 16))
        if not piece:
            raise asyncio.IncompleteReadError(b"", size)
        size -= len(piece)
        request.size += len(piece)
        if len(request.body) < KEPT:
            request.body += piece


# -- replies


def head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def body(content: bytes, status: int = 200, **headers: str) -> Reply:
    """An answer with a body; `_` in the name of a header stands for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    whole = head(status, {"content-length": str(len(content)), **named}) + content

    async def reply(request: Request, line: Line) -> None:
        await line.send(whole)

    return reply


def answer(tree: Any, status: int = 200, **headers: str) -> Reply:
    """JSON."""
    return body(json.dumps(tree).encode(), status, content_type="application/json", **headers)


def refusal(status: int, code: str = "", message: str = "", **headers: str) -> Reply:
    return answer({"error": {"code": code, "message": message}}, status, **headers)


def executed(stdout: str = "", value: Any = "", status: str = "Succeeded", **more: Any) -> Any:
    """The body of a finished execution in the current generation."""
    result = {
        "stdout": stdout,
        "stderr": more.pop("stderr", ""),
        "executionResult": value,
        "executionTimeInMilliseconds": 9,
    }
    told = {"id": "there-1", "identifier": "test", "executionType": "Synchronous", "status": status}
    return {**told, "result": result, **more}


def pending(status: str = "Running", operation: str = "there-1") -> Any:
    """The body of an execution that goes on; the operation id stands where output would."""
    raw = {"stdout": operation, "operationId": operation, "result": None}
    told = {"id": operation, "identifier": "test", "executionType": "Asynchronous"}
    return {**told, "status": status, "rawResult": raw}


def hang() -> Reply:
    """No answer at all, until the client leaves."""

    async def reply(request: Request, line: Line) -> None:
        await line.reader.read()

    return reply


def broken(sent: bytes = b"") -> Reply:
    """A reset after these bytes."""

    async def reply(request: Request, line: Line) -> None:
        await line.send(sent)
        await asyncio.sleep(0.01)  # or the reset overtakes what was sent
        line.reset()

    return reply


def closed(sent: bytes = b"") -> Reply:
    """An orderly end after these bytes."""

    async def reply(request: Request, line: Line) -> None:
        await line.send(sent)
        line.writer.close()

    return reply


def trickle(content: bytes, seconds: float, status: int = 200) -> Reply:
    """One byte at a time."""

    async def reply(request: Request, line: Line) -> None:
        await line.send(head(status, {"content-length": str(len(content))}))
        for number in range(len(content)):
            await line.send(content[number : number + 1])
            await asyncio.sleep(seconds)

    return reply


def endless(size: int, **headers: str) -> Reply:
    """A body that says to have `size` bytes and goes on until the client leaves."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def reply(request: Request, line: Line) -> None:
        await line.send(head(200, {"content-length": str(size), **named}))
        piece = b" " * (1 << 16)
        while not line.writer.is_closing():
            await line.send(piece)

    return reply


@dataclass
class Gate:
    """A reply that waits until it is opened."""

    then: Reply
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, request: Request, line: Line) -> None:
        await self.opened.wait()
        await self.then(request, line)
