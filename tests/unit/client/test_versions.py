"""The whole port in every version, against a server that behaves."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from backend.client.remote import RemoteBackend
from backend.errors import FileError, Unsupported, UsageError
from backend.models import Exchanged, SessionState, Status, Target
from backend.wire.versions import FEATURES, ApiVersion, Option
from tests.contract.driver import pieces
from tests.unit.client.conftest import FAST, SESSION, Make, Watch, code, run
from tests.unit.client.good import Good, good

IDS = [version.value for version in ApiVersion]


@pytest.fixture
async def there() -> AsyncIterator[Good]:
    async with good() as running:
        yield running


@pytest.fixture(params=list(ApiVersion), ids=IDS)
def version(request: pytest.FixtureRequest) -> ApiVersion:
    found: ApiVersion = request.param
    return found


@pytest.fixture
def backend(there: Good, make: Make, version: ApiVersion) -> RemoteBackend:
    return make(version.value, url=there.url)


async def test_variables_stay_and_failures_tell_their_exception(backend: RemoteBackend) -> None:
    assert (await run(backend, "x = 20")).value is None
    ran = await run(backend, "print('é\\n')\nx + 1")
    assert (ran.status, ran.stdout, ran.value) == (Status.SUCCEEDED, "é\n\n", "21")
    ran = await run(backend, "print('a')\n1/0")
    assert (ran.status, ran.stdout, ran.error) == (Status.FAILED, "a\n", "ZeroDivisionError")
    assert "Traceback" in ran.traceback


async def test_long_limits_give_the_same(backend: RemoteBackend) -> None:
    ran = await run(backend, "print('long')\n5", limit=500)
    assert (ran.status, ran.stdout, ran.value) == (Status.SUCCEEDED, "long\n", "5")


async def test_a_session_starts_lists_and_ends(there: Good, backend: RemoteBackend) -> None:
    assert (await backend.start(SESSION)).state is SessionState.IDLE
    assert not there.sessions
    for name in (SESSION, "other-1", "other-2"):
        there._session(name)
    info = await backend.start(SESSION)
    assert info.created_at == pytest.approx(there.sessions[SESSION].made_at)
    assert info.expires_at is not None
    assert [one.identifier for one in await backend.sessions()] == ["other-1", "other-2", SESSION]
    await backend.end_session(SESSION)
    assert sorted(there.sessions) == ["other-1", "other-2"]
    await backend.end_session(SESSION)  # it is gone already


async def test_the_pool_tells_runtimes_and_packages(backend: RemoteBackend) -> None:
    pool = await backend.pool()
    assert (pool.runtimes, pool.packages) == ((("Python", "3.12"),), (("numpy", "2.0"),))


@pytest.mark.parametrize("known", [True, False])
async def test_files_go_there_and_back(there: Good, backend: RemoteBackend, known: bool) -> None:
    content = bytes(range(256)) * 700
    size = len(content) if known else None
    info = await backend.write_file(SESSION, "data é.bin", pieces(content[:1000], b"", content[1000:]), size)
    assert (info.path, info.size, info.kind) == ("data é.bin", len(content), "file")
    request = there.scripted.requests[-1]
    assert ("content-length" in request.headers) is known
    assert ("transfer-encoding" in request.headers) is not known
    assert there.sessions[SESSION].files["data é.bin"] == content
    assert b"".join([piece async for piece in backend.download(SESSION, "data é.bin")]) == content
    assert await backend.read_file(SESSION, "data é.bin") == content
    assert await backend.read_file(SESSION, "data é.bin", offset=1000, limit=50) == content[1000:1050]
    assert await backend.read_file(SESSION, "data é.bin", offset=10**9) == b""
    assert (await backend.file_info(SESSION, "data é.bin")).modified == 1_700_000_000.5
    await backend.delete_file(SESSION, "data é.bin")
    assert there.sessions[SESSION].files == {}
    for call in (backend.file_info, backend.read_file, backend.delete_file):
        with pytest.raises(FileError, match="no such file"):
            await call(SESSION, "data é.bin")


@pytest.mark.parametrize("content", [b"", b"x"])
async def test_a_file_may_be_empty(backend: RemoteBackend, content: bytes) -> None:
    await backend.write_file(SESSION, "empty", pieces(content), len(content))
    assert await backend.read_file(SESSION, "empty") == content


async def test_a_listing_of_many_pages_is_whole(there: Good, backend: RemoteBackend) -> None:
    there._session(SESSION).files |= {f"{number}.txt": b"x" * number for number in range(7)}
    files = await backend.list_files(SESSION)
    assert [(file.path, file.size) for file in files] == [(f"{number}.txt", number) for number in range(7)]


async def test_folders_where_the_version_has_them_and_a_reason_where_not(
    there: Good, backend: RemoteBackend, version: ApiVersion
) -> None:
    there._session(SESSION).files |= {"top.txt": b"1", "sub/a.txt": b"2", "sub/deep/b.txt": b"3"}
    has = Option.FOLDERS in FEATURES[version].options
    assert backend.capabilities.folders is has
    if not has:
        for call in (
            backend.list_files(SESSION, "sub"),
            backend.file_info(SESSION, "sub/a.txt"),
            backend.write_file(SESSION, "sub/c.txt", pieces(b"x"), 1),
        ):
            with pytest.raises(Unsupported, match="2024-10-02-preview is the first that does"):
                await call
        assert not there.scripted.requests
        return
    assert [file.path for file in await backend.list_files(SESSION, "sub")] == ["sub/a.txt"]
    assert await backend.read_file(SESSION, "sub/deep/b.txt") == b"3"
    assert (await backend.write_file(SESSION, "sub/c.txt", pieces(b"xyz"), 3)).path == "sub/c.txt"
    await backend.delete_file(SESSION, "sub/a.txt")
    assert sorted(there.sessions[SESSION].files) == ["sub/c.txt", "sub/deep/b.txt", "top.txt"]


async def test_recursion_where_the_version_has_it_and_a_reason_where_not(
    there: Good, backend: RemoteBackend, version: ApiVersion
) -> None:
    there._session(SESSION).files |= {"top.txt": b"1", "sub/a.txt": b"2", "sub/deep/b.txt": b"3"}
    if Option.RECURSIVE not in FEATURES[version].options:
        with pytest.raises(Unsupported, match="2025-10-02-preview is the first that does"):
            await backend.list_files(SESSION, recursive=True)
        return
    paths = {file.path for file in await backend.list_files(SESSION, recursive=True)}
    assert {"top.txt", "sub/a.txt", "sub/deep/b.txt"} <= paths


async def test_a_borrowed_call_says_so(there: Good, backend: RemoteBackend, version: ApiVersion) -> None:
    async with Watch(backend) as watch:
        await backend.start(SESSION)
    (exchange,) = [event.exchange for event in watch.events if isinstance(event, Exchanged)]
    borrowed = "" if version >= ApiVersion.V2025_02_02 else "2025-02-02-preview"
    assert exchange["borrowed_from"] == borrowed
    assert exchange["api_version"] == (borrowed or version.value)


async def test_exchanges_of_files_are_told_with_the_beginning_of_their_bodies(
    backend: RemoteBackend,
) -> None:
    async with Watch(backend) as watch:
        await backend.write_file(SESSION, "a.txt", pieces(b"sent" * 10), 40)
        assert await backend.read_file(SESSION, "a.txt") == b"sent" * 10
    upload, download = (event.exchange for event in watch.events if isinstance(event, Exchanged))
    assert upload["method"] == "POST"
    assert 'filename="a.txt"' in upload["request_body"]["text"]
    assert (download["response_body"]["text"], download["response_body"]["size"]) == ("sent" * 10, 40)


async def test_images_come_as_bundles(there: Good, backend: RemoteBackend) -> None:
    data = base64.b64encode(b"\x89PNG").decode()
    there._session(SESSION).variables["picture"] = {"type": "image", "format": "png", "base64_data": data}
    value = (await run(backend, f'{{"a": "{data}"}}')).outcome.value
    assert value is not None


@pytest.mark.parametrize(
    ("version", "name"),
    [("2024-10-02-preview", "with space"), ("2025-10-02-preview", "abc"), ("2025-10-02-preview", "a" * 129)],
)
async def test_an_identifier_that_the_version_refuses_is_refused_before_it_is_sent(
    there: Good, make: Make, version: str, name: str
) -> None:
    backend = make(version, url=there.url)
    with pytest.raises(UsageError):
        await backend.start(name)
    events = [event async for event in backend.execute(name, code())]
    assert len(events) == 1
    assert not there.scripted.requests


# -- row 56: a session that is made again


@pytest.mark.parametrize("idle", [0.0, 1000.0])
async def test_a_session_that_was_made_again_is_announced(
    there: Good, make: Make, version: ApiVersion, idle: float
) -> None:
    """After an idle time before the code runs, else with its answer."""
    backend = make(version.value, url=there.url, options=replace(FAST, idle=idle))
    await run(backend, "x = 1")
    assert (await run(backend, "x")).value == "1"
    there.expire(SESSION)
    async with Watch(backend) as watch:
        ran = await run(backend, "x")
    assert (ran.status, ran.error) == (Status.FAILED, "NameError")
    assert ran.started is not None
    assert ran.started.state_lost
    states = [state for state, _ in watch.states]
    assert states == ["lost", "running", "idle"]
    assert "variables are gone" in watch.states[0][1]
    again = await run(backend, "x = 2")
    assert again.started is not None
    assert not again.started.state_lost
    assert not again.outcome.state_lost


def test_a_target_that_cannot_be_is_refused() -> None:
    for url in (
        "localhost:6000",
        "https://management.azure.com/subscriptions/s",
        "http://localhost:6000/files",
    ):
        with pytest.raises(UsageError) as raised:
            RemoteBackend(Target("t", "remote", url))
        assert raised.value.hint
    with pytest.raises(UsageError, match="no API version"):
        RemoteBackend(Target("t", "remote", "http://localhost:6000", api_version="2023"))
