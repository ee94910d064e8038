"""HTTP by hand over a socket: what a client library would mend on the way arrives as it was written."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

LIMIT = 20.0  # seconds until a test gives up


@dataclass(frozen=True)
class Answer:
    """An answer; header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, which is JSON in ASCII."""
        return json.loads(self.body.decode("ascii"))

    @property
    def code(self) -> str:
        """The word of a refusal, whose shape is checked."""
        error = self.json["error"]
        assert self.headers["x-ms-error-code"] == error["code"]
        assert set(error) <= {"code", "message", "target"}
        assert error["message"]
        assert "Traceback" not in error["message"]
        return str(error["code"])

    @property
    def target(self) -> str:
        """What a refusal names."""
        return str(self.json["error"].get("target", ""))


def written(
    method: str,
    target: str,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    host: str = "localhost",
) -> bytes:
    """A request with its length."""
    fields = {"Host": host, **(headers or {})}
    if body or method in ("POST", "PUT"):
        fields.setdefault("Content-Length", str(len(body)))
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    return "\r\n".join(lines).encode() + body


class Connection:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def open(cls, port: int, host: str = "127.0.0.1") -> Connection:
        """Connect."""
        return cls(*await asyncio.open_connection(host, port))

    def send(self, data: bytes) -> None:
        """Write."""
        self.writer.write(data)

    async def answer(self, *, head: bool = False) -> Answer:
        """The next answer."""
        async with asyncio.timeout(LIMIT):
            start = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = start.strip().split("\r\n")
            headers = {}
            for line in lines:
                name, _, value = line.partition(": ")
                assert name.lower() not in headers, name
                headers[name.lower()] = value
            status = int(first.split()[1])
            length = 0 if head or status == 204 else int(headers["content-length"])
            return Answer(status, headers, await self.reader.readexactly(length))

    async def rest(self) -> bytes:
        """All that comes until the other end closes."""
        async with asyncio.timeout(LIMIT):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""

    def close(self) -> None:
        """Close."""
        self.writer.close()


async def until(check: Callable[[], Awaitable[bool]]) -> None:
    """Ask again and again until it is so."""
    async with asyncio.timeout(LIMIT):
        while True:
            if await check():
                return
            await asyncio.sleep(0.01)  # as a client does: nothing tells


async def exchange(port: int, request: bytes, host: str = "127.0.0.1", *, head: bool = False) -> Answer:
    """The answer to one request on a connection of its own."""
    connection = await Connection.open(port, host)
    try:
        connection.send(request)
        return await connection.answer(head=head)
    finally:
        connection.close()
