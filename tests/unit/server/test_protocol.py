"""Clients that are slow, greedy, or speak what is not HTTP, over raw sockets; deadlines made short."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from backend.models import SessionState
from tests.unit.server.conftest import JSON, NEWEST, Running, Start, multipart
from tests.unit.server.raw import Connection, exchange, written

SHORT = {"head_seconds": 0.4, "body_seconds": 0.4, "linger_seconds": 0.4}
CHUNKED = {"Transfer-Encoding": "chunked"}


async def refused(connection: Connection, status: int) -> str:
    """The refusal, after which the connection is closed; gives its code."""
    answer = await connection.answer()
    assert answer.status == status
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert await connection.rest() == b""
    return answer.code


async def test_a_silent_connection_is_closed(start: Start) -> None:
    async with start(**SHORT) as server:
        connection = await server.connect()
        began = time.monotonic()
        assert await connection.rest() == b""
        assert 0.3 < time.monotonic() - began < 5


async def test_a_head_byte_by_byte_has_a_deadline(start: Start) -> None:
    async with start(**SHORT) as server:
        connection = await server.connect()
        answering = asyncio.create_task(refused(connection, 408))
        began = time.monotonic()
        for byte in server.request("GET", "/health", {f"X-{number}": "x" for number in range(50)}):
            if answering.done():
                break
            connection.send(bytes([byte]))
            await asyncio.sleep(0.02)
        assert await answering == "RequestTimeout"
        assert time.monotonic() - began < 5


async def test_the_head_of_a_later_request_has_one_too(start: Start) -> None:
    async with start(**SHORT) as server:
        connection = await server.connect()
        connection.send(server.request("GET", "/health"))
        assert (await connection.answer()).status == 200
        connection.send(b"GET /health HTTP/1.1\r\nHost")
        assert await refused(connection, 408) == "RequestTimeout"


async def test_a_quiet_connection_may_rest_longer_than_a_head(start: Start) -> None:
    async with start(**SHORT) as server:
        connection = await server.connect()
        for _ in range(2):
            connection.send(server.request("GET", "/health"))
            assert (await connection.answer()).status == 200
            await asyncio.sleep(0.6)  # past the deadline of a head


async def test_a_body_that_stops_is_refused_and_nothing_written(start: Start) -> None:
    async with start(**SHORT) as server:
        kind, body = multipart([("file", "half", b"x" * 1000)])
        connection = await server.connect()
        request = server.request(
            "POST", f"/files?api-version={NEWEST}&identifier=test", {"Content-Type": kind}, body
        )
        connection.send(request[:-500])
        assert await refused(connection, 408) == "RequestTimeout"
        assert await server.names() == []


async def test_a_body_byte_by_byte_has_a_deadline(start: Start) -> None:
    async with start(**SHORT, whole_body_seconds=1.0) as server:
        connection = await server.connect()
        answering = asyncio.create_task(refused(connection, 408))
        began = time.monotonic()
        connection.send(server.request("POST", "/executions", {**JSON, "Content-Length": "1000"}))
        while not answering.done() and time.monotonic() - began < 10:
            connection.send(b" ")
            await asyncio.sleep(0.05)
        assert await answering == "RequestTimeout"
        assert 0.9 < time.monotonic() - began < 5


async def test_code_may_run_longer_than_any_deadline(start: Start) -> None:
    async with start(**SHORT) as server:
        answer = await server.run("import time; time.sleep(1); 'done'")
        assert answer["status"] == "Succeeded"


async def test_who_does_not_take_an_answer_is_let_go(start: Start) -> None:
    async with start(answer_seconds=0.4) as server:
        await server.put("big", b"x" * (30 << 20))
        connection = await server.connect()
        connection.send(server.request("GET", f"/files/big/content?api-version={NEWEST}&identifier=test"))
        await connection.reader.readuntil(b"\r\n\r\n")
        connection.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await asyncio.sleep(1.5)
        connection.writer.transport.resume_reading()  # type: ignore[attr-defined]
        assert len(await connection.rest()) < 30 << 20


async def test_a_refused_body_is_taken_in_until_the_refusal_is_read(server: Running) -> None:
    body = b"x" * (20 << 20)
    answer = await server.ask("POST", "/files?identifier=test", {"Content-Type": "text/plain"}, body)
    assert (answer.status, answer.target) == (415, "Content-Type")


async def test_a_refused_body_that_never_ends_is_cut(start: Start) -> None:
    async with start(**SHORT) as server:
        connection = await server.connect()
        connection.send(server.request("POST", "/nothing", {"Content-Length": str(1 << 40)}))
        assert (await connection.answer()).status == 404
        began = time.monotonic()
        rest = asyncio.create_task(connection.rest())
        while not rest.done() and time.monotonic() - began < 10:
            connection.send(b"x" * 1000)
            await asyncio.sleep(0.02)
        assert time.monotonic() - began < 5


HEADS = {
    "not http": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    "no version": (b"GET /health\r\n\r\n", 400),
    "http 2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "space in target": (b"GET /he alth HTTP/1.1\r\nHost: {}\r\n\r\n", 400),
    "folded": (b"GET /health HTTP/1.1\r\nHost: {}\r\nX: a\r\n b\r\nY : c\r\n\r\n", 400),
    "nul": (b"GET /health HTTP/1.1\r\nHost: {}\r\nX: a\0b\r\n\r\n", 400),
    "no host": (b"GET /health HTTP/1.1\r\n\r\n", 400),
    "no host, 1.0": (b"GET /health HTTP/1.0\r\n\r\n", 400),
    "two hosts": (b"GET /health HTTP/1.1\r\nHost: {}\r\nHost: {}\r\n\r\n", 400),
    "two lengths": (
        b"POST /executions HTTP/1.1\r\nHost: {}\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        400,
    ),
    "one length twice": (
        b"POST /executions HTTP/1.1\r\nHost: {}\r\nContent-Length: 2\r\ncontent-length : 2\r\n\r\n{}",
        400,
    ),
    "same length twice": (
        b"POST /executions HTTP/1.1\r\nHost: {}\r\nContent-Length: 2\r\ncontent-length: 2\r\n\r\n{}",
        400,
    ),
    "two tokens": (
        b"GET /listSessions HTTP/1.1\r\nHost: {}\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n",
        400,
    ),
    "length and chunks": (
        b"POST /executions HTTP/1.1\r\nHost: {}\r\nContent-Length: 2\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    "unknown coding": (b"POST /executions HTTP/1.1\r\nHost: {}\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
    "negative length": (b"POST /executions HTTP/1.1\r\nHost: {}\r\nContent-Length: -1\r\n\r\n", 400),
    "long head": (b"GET /health HTTP/1.1\r\nHost: {}\r\nX: " + b"x" * 40_000 + b"\r\n\r\n", 431),
    "long target": (b"GET /" + b"x" * 40_000 + b" HTTP/1.1\r\nHost: {}\r\n\r\n", 431),
    "many fields": (b"GET /health HTTP/1.1\r\nHost: {}\r\n" + b"X: x\r\n" * 100 + b"\r\n", 431),
}


@pytest.mark.parametrize("name", HEADS)
async def test_heads_that_are_refused(server: Running, name: str) -> None:
    head, status = HEADS[name]
    connection = await server.connect()
    connection.send(head.replace(b"{}", server.host.encode(), 2))
    answer = await connection.answer()
    assert answer.status == status
    assert answer.code == "InvalidRequest"
    assert (await server.ask("GET", "/health")).status == 200


async def test_a_hundred_fields_are_enough_for_everybody(server: Running) -> None:
    headers = "".join(f"X-{number}: x\r\n" for number in range(99))
    head = f"GET /health HTTP/1.1\r\nHost: {server.host}\r\n{headers}\r\n"
    assert (await exchange(server.port, head.encode())).status == 200


async def test_a_body_may_come_in_chunks(server: Running) -> None:
    head = written(
        "POST", "/executions?identifier=test", {**JSON, **CHUNKED, "Content-Length": ""}, host=server.host
    )
    head = head.replace(b"Content-Length: \r\n", b"")
    pieces = [b'{"co', b'de": "6 * 7"', b"}"]
    body = (
        b"".join(b"%x;note=x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
        + b"0\r\nTrailer: x\r\n\r\n"
    )
    answer = await exchange(server.port, head + body)
    assert answer.json["result"]["executionResult"] == 42


@pytest.mark.parametrize(
    "body",
    [
        b"x\r\n",
        b"-1\r\n",
        b"ffffffffffffffffffffff\r\n",
        b"2\r\nabc",
        b"2;" + b"x" * 70_000,
        b"\r\n",
        b"0x2\r\nab",
    ],
    ids=range(7),
)
async def test_broken_chunks_are_refused(server: Running, body: bytes) -> None:
    head = written("POST", "/executions?identifier=test", {**JSON, **CHUNKED}, host=server.host)
    connection = await server.connect()
    connection.send(head.replace(b"Content-Length: 0\r\n", b"") + body)
    assert await refused(connection, 431 if len(body) > 70_000 else 400) == "InvalidRequest"
    assert (await server.run("1"))["status"] == "Succeeded"


async def test_idle_connections_give_way_to_new_ones(start: Start) -> None:
    async with start(connections=8) as server:
        idle = [await server.connect() for _ in range(40)]
        assert (await server.ask("GET", "/health")).status == 200
        for connection in idle:
            connection.close()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.01)


async def all_run(server: Running, count: int) -> bool:
    return sum(one.state is SessionState.RUNNING for one in await server.backend.sessions()) == count


async def healthy(server: Running) -> bool:
    return (await server.ask("GET", "/health")).status == 200


async def test_busy_connections_do_not_and_the_new_one_is_refused(start: Start) -> None:
    async with start(connections=3) as server:
        await server.run("1")
        busy = [await server.connect() for _ in range(3)]
        for number, connection in enumerate(busy):
            connection.send(server.execution("import time; time.sleep(2)", session=f"busy-{number}"))
        await until(lambda: all_run(server, 3))
        extra = await server.connect()
        answer = await extra.answer()
        assert (answer.status, answer.code) == (503, "TooManyConnections")
        assert answer.headers["retry-after"] == "1"
        for connection in busy:
            assert (await connection.answer()).status == 200
            connection.close()
        await until(lambda: healthy(server))  # once it has seen them go


async def test_honest_clients_are_served_among_hundreds_of_slow_ones(start: Start) -> None:
    async with start() as server:
        await server.run("1")
        slow = [await server.connect() for _ in range(300)]
        for connection in slow:
            connection.send(b"POST /executions HTTP/1.1\r\nHost: loc")
        began = time.monotonic()
        for _ in range(20):
            assert (await server.run("1"))["status"] == "Succeeded"
        assert time.monotonic() - began < 5
        for connection in slow:
            connection.close()


async def test_names_may_arrive_as_raw_utf_8(server: Running) -> None:
    await server.put("M\u00fcller \u6f22.txt", b"content")
    target = f"/files/M\u00fcller%20\u6f22.txt/content?api-version={NEWEST}&identifier=test"
    connection = await server.connect()
    request = server.request("GET", target)
    split = request.index("\u6f22".encode()) + 1
    connection.send(request[:split])
    await connection.writer.drain()
    await asyncio.sleep(0.05)
    connection.send(request[split:])
    assert (await connection.answer()).body == b"content"
