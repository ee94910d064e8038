"""Uploads, downloads and deletes that go wrong, and how much memory they take."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from backend.client.files import UPLOAD_LIMIT
from backend.client.remote import RemoteBackend
from backend.errors import BadAnswer, FileError, Refused, Unreachable, Unsupported
from backend.models import Exchanged, FileInfo, Target
from backend.wire.exchange import Exchange
from tests.contract.driver import pieces
from tests.unit.client.conftest import FAST, SESSION, Make
from tests.unit.client.scripted import (
    Line,
    Reply,
    Request,
    Scripted,
    answer,
    body,
    broken,
    endless,
    head,
    refusal,
)
from workbench.cli.files import deleting
from workbench.screens.main.deleting import Deleting
from workbench.transfers.session import SessionFiles

UP = "POST /files"
PIECE = bytes(1 << 16)


async def many(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield PIECE


# -- before the first byte


@pytest.mark.parametrize(
    "name",
    ["a:b", "a*b", 'a"b', "a\nb", "a\x1bb", "..", "../x", "/etc/passwd", "", "a/../../b", "a\0b", "x" * 256],
)
async def test_a_name_that_the_target_would_refuse_is_refused_before_a_byte_is_sent(
    server: Scripted, backend: RemoteBackend, name: str
) -> None:
    read = []

    async def content() -> AsyncIterator[bytes]:
        read.append(name)
        yield b"x"

    with pytest.raises(FileError):
        await backend.write_file(SESSION, name, content(), 1)
    assert not server.requests
    assert not read


async def test_what_a_pool_does_not_take_is_refused_before_a_byte_is_sent() -> None:
    url = "https://r.dynamicsessions.io/subscriptions/s/resourceGroups/g/sessionPools/p"
    backend = RemoteBackend(Target("t", "remote", url), FAST)
    with pytest.raises(FileError, match="128 MB"):
        await backend.write_file(SESSION, "a", pieces(), UPLOAD_LIMIT + 1)
    await backend.close()


# -- row 58: transfers that break


@pytest.mark.parametrize(("size", "said"), [(5, "grown"), (50, "shrunk")])
async def test_a_file_that_changes_while_it_is_sent_never_arrives_whole(
    server: Scripted, backend: RemoteBackend, size: int, said: str
) -> None:
    server.on(UP, answer({"name": "a.txt", "sizeInBytes": 20}))
    with pytest.raises(FileError, match=said):
        await backend.write_file(SESSION, "a.txt", pieces(b"x" * 10, b"x" * 10), size)
    await server.until(1, UP)
    assert not server.requests[0].whole


async def test_content_that_fails_ends_the_upload_and_nothing_arrives_whole(
    server: Scripted, backend: RemoteBackend
) -> None:
    async def content() -> AsyncIterator[bytes]:
        yield b"x" * 1000
        raise FileError("The disk is gone.")

    server.on(UP, answer({"name": "a.txt"}))
    with pytest.raises(FileError, match="The disk is gone"):
        await backend.write_file(SESSION, "a.txt", content())
    await server.until(1, UP)
    assert not server.requests[0].whole


async def test_a_connection_that_breaks_in_an_upload_is_told_and_it_is_not_repeated(
    server: Scripted, backend: RemoteBackend
) -> None:
    async def half(request: Request, line: Line) -> None:
        await line.reader.readexactly(1 << 20)
        line.reset()

    server.early[UP] = half
    with pytest.raises(FileError, match=r"no whole answer: [a-z ]+\.") as raised:
        await backend.write_file(SESSION, "a.bin", many(100), 100 * len(PIECE))
    assert raised.value.hint
    assert len(server.requests) == 1


async def test_an_upload_that_is_refused_early_stops_and_says_why(
    server: Scripted, backend: RemoteBackend
) -> None:
    async def full(request: Request, line: Line) -> None:
        await refusal(413, "RequestEntityTooLarge", "at most 128 MB")(request, line)
        line.writer.close()

    server.early[UP] = full
    with pytest.raises(FileError) as raised:
        await backend.write_file(SESSION, "a.bin", many(2000), 2000 * len(PIECE))
    assert "larger than the target takes" in raised.value.message or "no whole answer" in raised.value.message


@pytest.mark.parametrize(
    "reply",
    [
        broken(head(200, {"content-length": "1000"}) + b"x" * 500),
        broken(head(200, {"transfer-encoding": "chunked"}) + b"5\r\nxxxxx\r\n"),
        body(b"x" * 10, content_encoding="gzip"),
        body(b"x" * 10, content_encoding="zstd"),
    ],
)
async def test_a_download_that_breaks_raises(server: Scripted, backend: RemoteBackend, reply: Reply) -> None:
    server.on("GET /files/a.txt/content", reply)
    with pytest.raises((FileError, BadAnswer), match=r"no whole answer|cannot be read"):
        async for _ in backend.download(SESSION, "a.txt"):
            pass


async def test_a_download_that_stalls_raises(server: Scripted, make: Make) -> None:
    async def stalls(request: Request, line: Line) -> None:
        await line.send(head(200, {"content-length": "1000"}) + b"x" * 500)
        await line.reader.read()

    server.on("GET /files/a.txt/content", stalls)
    with pytest.raises(FileError, match="took too long"):
        await make(options=replace(FAST, stalling=0.1)).read_file(SESSION, "a.txt")


async def test_leaving_a_download_ends_it(server: Scripted, backend: RemoteBackend) -> None:
    server.on("GET /files/a.txt/content", endless(1 << 40))
    async for _ in backend.download(SESSION, "a.txt"):
        break
    server.on("GET /files", answer({"value": []}))
    assert await backend.list_files(SESSION) == []


async def test_a_part_of_a_file_ends_the_download_where_the_target_knows_no_ranges(
    server: Scripted, backend: RemoteBackend
) -> None:
    server.on("GET /files/a.txt/content", endless(1 << 40))
    async with asyncio.timeout(5):
        assert await backend.read_file(SESSION, "a.txt", offset=100_000, limit=10) == b" " * 10
    assert server.requests[0].headers["range"] == "bytes=100000-100009"


async def test_a_part_of_a_whole_answer_is_the_part_asked_for(
    server: Scripted, backend: RemoteBackend
) -> None:
    server.on("GET /files/a.txt/content", body(bytes(range(256))))
    assert await backend.read_file(SESSION, "a.txt", offset=7, limit=3) == bytes([7, 8, 9])
    assert await backend.read_file(SESSION, "a.txt", offset=254) == bytes([254, 255])
    assert await backend.read_file(SESSION, "a.txt", offset=300, limit=3) == b""
    assert await backend.read_file(SESSION, "a.txt", limit=0) == b""


# -- row 54, 55: listings


async def test_a_listing_that_goes_on_elsewhere_is_not_followed(
    server: Scripted, backend: RemoteBackend
) -> None:
    async with Scripted.running() as other:
        for link in (
            f"{other.url}/files?skip=1",
            "//evil.example/files?skip=1",
            f"https://127.0.0.1:{server.port}/f?a=1",
        ):
            server.on("GET /files", answer({"value": [], "nextLink": link}))
            with pytest.raises(FileError, match="not followed"):
                await backend.list_files(SESSION)
            server.on("GET /listSessions", answer({"sessions": [], "nextLink": link}))
            with pytest.raises(Refused, match="not followed"):
                await backend.sessions()
        assert not other.requests


async def test_the_rest_of_a_listing_is_of_the_same_folder(server: Scripted, backend: RemoteBackend) -> None:
    first = {"value": [{"name": "a", "type": "file"}], "nextLink": "/files?skip=1"}
    server.on("GET /files", answer(first), answer({"value": [{"name": "b", "type": "file"}]}))
    assert [file.path for file in await backend.list_files(SESSION, "sub")] == ["sub/a", "sub/b"]
    assert [request.query["path"] for request in server.requests] == ["sub", "sub"]


async def test_a_link_to_itself_ends_the_listing(server: Scripted, backend: RemoteBackend) -> None:
    tree = {"value": [{"name": "a.txt", "type": "file"}], "nextLink": "/files?x=1"}
    server.on("GET /files", answer(tree))
    assert [file.path for file in await backend.list_files(SESSION)] == ["a.txt"]
    assert len(server.requests) == 2


async def test_a_deleted_file_that_is_listed_still_is_told(server: Scripted, backend: RemoteBackend) -> None:
    server.on("DELETE /files/a.txt", answer({}, 204))
    server.on("GET /files", answer({"value": [{"name": "a.txt", "type": "file"}]}))
    with pytest.raises(FileError, match="lists it still"):
        await backend.delete_file(SESSION, "a.txt")


async def test_many_deletions_are_verified_by_one_listing(
    server: Scripted, backend: RemoteBackend, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["a.txt", "b.txt", "c.txt"]
    for name in names:
        server.on(f"DELETE /files/{name}", answer({}))
    server.on("GET /files", answer({"value": [{"name": "b.txt", "type": "file"}]}))
    work = Deleting(backend, SESSION, [FileInfo(name, "file", 1, 0.0) for name in names])
    await work.run(lambda words: None)
    assert work.told() == "2 files are deleted, of 3."
    assert work.failures == ["b.txt is listed still."]
    assert len(server.asked("GET /files")) == 1
    assert await deleting.run(SessionFiles(backend, SESSION), names, force=True) == 1
    assert "b.txt is deleted, and lists it still" in capsys.readouterr().err
    assert len(server.asked("GET /files")) == 2


async def test_offline_is_told_as_such(server: Scripted, backend: RemoteBackend) -> None:
    await server.stop()
    for call in (backend.list_files(SESSION), backend.write_file(SESSION, "a.txt", pieces(b"x"), 1)):
        with pytest.raises(Unreachable):
            await call


async def test_an_end_that_the_target_does_not_know_is_told(server: Scripted, make: Make) -> None:
    server.on("DELETE /session", refusal(404, "NotFound", "no such path"))
    with pytest.raises(Unsupported, match="no call to end a session"):
        await make("2024-10-02-preview").end_session(SESSION)
    await make().end_session(SESSION)


# -- memory


async def test_transfers_take_little_memory_however_long(server: Scripted, backend: RemoteBackend) -> None:
    count = 3200  # of 64 KiB: 200 MB
    server.on(UP, answer({"name": "a.bin", "sizeInBytes": count * len(PIECE)}))
    server.on("GET /files/a.bin/content", endless(count * len(PIECE)))
    tracemalloc.start()
    try:
        await backend.write_file(SESSION, "a.bin", many(count), count * len(PIECE))
        size = 0
        async for piece in backend.download(SESSION, "a.bin"):
            size += len(piece)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert server.requests[0].size > count * len(PIECE)
    assert size == count * len(PIECE)
    assert peak < 12 << 20


async def test_the_answer_to_an_upload_may_be_lost(server: Scripted, backend: RemoteBackend) -> None:
    server.on(UP, broken())
    with pytest.raises(FileError) as raised:
        await backend.write_file(SESSION, "a.txt", pieces(b"x"), 1)
    assert "list of files" in raised.value.hint


async def test_the_exchange_of_an_upload_tells_the_size_of_all_that_was_sent(
    server: Scripted, backend: RemoteBackend
) -> None:
    server.on(UP, answer({"name": "a", "sizeInBytes": 1 << 20}))
    watching = backend.watch(SESSION)
    told = asyncio.ensure_future(anext(event async for event in watching if isinstance(event, Exchanged)))
    await asyncio.sleep(0)
    await backend.write_file(SESSION, "a", many(16), 1 << 20)
    exchange = Exchange.from_dict((await told).exchange)
    assert exchange.request_body.size == int(server.requests[0].headers["content-length"]) > 1 << 20
    assert exchange.request_body.size == exchange.request_body.cut + len(exchange.request_body.text)
