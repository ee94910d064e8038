"""Tokens: where they come from, when they are renewed, and that nobody sees them."""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
import sys
import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend.client import auth, sources
from backend.client.auth import Credential
from backend.client.endpoint import Endpoint
from backend.client.remote import RemoteBackend
from backend.client.sources import Command, Token, Variable, source_of
from backend.errors import NotAllowed, Unreachable, UsageError, WorkbenchError
from backend.models import Status, Target
from tests.contract.driver import alive, eventually
from tests.unit.client.conftest import FAST, SESSION, Make, Tokens, Watch, exchanges, run
from tests.unit.client.scripted import (
    Line,
    Reply,
    Request,
    Scripted,
    answer,
    body,
    executed,
    head,
    pending,
    refusal,
)

RUN = "POST /executions"
SENTINEL = "sentinel-of-a-token-0123456789"
HTTPS = Endpoint.parse("https://r.dynamicsessions.io/subscriptions/s/resourceGroups/g/sessionPools/p")


def jwt(**claims: Any) -> str:
    """A token as Microsoft Entra makes them; its signature is nothing."""
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in ({"alg": "x"}, claims)
    ]
    return b".".join([*parts, b"c2lnbmF0dXJl"]).decode()


# -- where they come from


@pytest.mark.parametrize("auth", ["none", "", " none "])
def test_without_auth_there_is_no_source(auth: str) -> None:
    assert source_of(auth) is None


@pytest.mark.parametrize(
    "auth", ["basic", "env:", "env:A B", "env", "command:", "command: ", "command:'", "azure:x"]
)
def test_an_auth_that_means_nothing_is_refused(auth: str) -> None:
    with pytest.raises(UsageError):
        source_of(auth)


async def test_a_token_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    source = source_of("env:THE_TOKEN")
    assert source is not None
    with pytest.raises(NotAllowed, match="THE_TOKEN") as raised:
        await source.fetch()
    assert "az account get-access-token" in raised.value.hint
    monkeypatch.setenv("THE_TOKEN", " Bearer abc \n")
    assert (await source.fetch()).text == "abc"


@pytest.mark.parametrize("text", ["a b", "a\nb: c", "", "{}", '{"accessToken": 5}', "é", "{broken"])
async def test_what_is_no_token_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(NotAllowed) as raised:
        await Variable("X", {"X": text}).fetch()
    assert text not in raised.value.message or len(text) < 3


AZ = {
    "accessToken": "abc",
    "expiresOn": "2031-01-02 03:04:05.000000",
    "expires_on": 2000000000,
    "tokenType": "Bearer",
}
PRINTS = "import sys; sys.stdout.write(sys.argv[1])"


@pytest.mark.parametrize(
    ("printed", "expires_at"),
    [
        ("abc\n", None),
        ('"abc"', None),
        (json.dumps(AZ), 2000000000.0),
        (json.dumps(AZ | {"expires_on": None}), time.mktime((2031, 1, 2, 3, 4, 5, 0, 0, -1))),
        (json.dumps({"access_token": "abc"}), None),
    ],
)
async def test_a_command_prints_a_token_bare_or_as_az_does(printed: str, expires_at: float | None) -> None:
    token = await Command((sys.executable, "-c", PRINTS, printed)).fetch()
    assert (token.text, token.expires_at) == ("abc", expires_at)


async def test_a_command_is_split_into_words_and_sees_no_shell() -> None:
    source = source_of(f"command:{sys.executable} -c '{PRINTS}' '$HOME;`id`'")
    assert source is not None
    assert (await source.fetch()).text == "$HOME;`id`"


async def test_the_expiry_in_the_token_counts() -> None:
    token = await Variable("X", {"X": jwt(exp=1234)}).fetch()
    assert token.expires_at == 1234.0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("/no/such/program",), "cannot be run"),
        ((sys.executable, "-c", "import sys; sys.exit('Please run az login')"), "Please run az login"),
        ((sys.executable, "-c", "pass"), "no bearer token"),
    ],
)
async def test_a_command_that_gives_no_token_says_why(arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(NotAllowed, match=said):
        await Command(arguments).fetch()


async def test_a_command_that_hangs_is_ended_with_what_it_started(tmp_path: Path) -> None:
    """Its child holds the pipe, and the same end comes over it."""
    mark = tmp_path / "child"
    child = (
        f"import os,pathlib,time; pathlib.Path({str(mark)!r}).write_text(str(os.getpid())); time.sleep(60)"
    )
    parent = f"import subprocess,sys; subprocess.run([sys.executable, '-c', {child!r}])"
    start = time.monotonic()
    with pytest.raises(NotAllowed, match="within 1 s"):
        await Command((sys.executable, "-c", parent), limit=1.0).fetch()
    assert time.monotonic() - start < 10
    if mark.exists() and (written := mark.read_text()):  # else it was ended before it began
        await eventually(lambda: not alive(int(written)))


async def test_a_command_that_is_left_is_ended() -> None:
    fetching = asyncio.create_task(Command((sys.executable, "-c", "import time; time.sleep(60)")).fetch())
    await asyncio.sleep(0.1)
    fetching.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(5):
            await fetching


async def test_azure_without_its_libraries_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "azure.identity", None)
    source = source_of("azure")
    assert source is not None
    with pytest.raises(NotAllowed) as raised:
        await source.fetch()
    assert "session-workbench[azure]" in raised.value.hint


# -- when they are renewed


async def test_a_token_is_renewed_five_minutes_before_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Tokens("one-token", "two-token", expires_at=time.time() + 400)
    credential = Credential(source, HTTPS)
    now = time.monotonic()
    monkeypatch.setattr(auth.time, "monotonic", lambda: now + 98)  # type: ignore[attr-defined]
    assert [await credential.token(), await credential.token()] == ["one-token"] * 2
    monkeypatch.setattr(auth.time, "monotonic", lambda: now + 98 + 102)  # type: ignore[attr-defined]
    assert await credential.token() == "two-token"


async def test_many_calls_at_once_fetch_one_token() -> None:
    source = Tokens("one-token", "two-token")
    credential = Credential(source, HTTPS)
    assert set(await asyncio.gather(*(credential.token() for _ in range(20)))) == {"one-token"}
    assert set(await asyncio.gather(*(credential.renewed("one-token") for _ in range(20)))) == {True}
    assert source.fetched == 2


@pytest.mark.parametrize("url", ["http://pool.example", "http://10.0.0.1:6000"])
def test_a_token_never_goes_over_plain_http_to_another_machine(url: str) -> None:
    with pytest.raises(UsageError, match="never sent over http"):
        RemoteBackend(Target("t", "remote", url, auth="env:X"))
    RemoteBackend(Target("t", "remote", url))


def bearer(*accepted: str, then: Reply) -> Reply:
    """A reply to those who have a good token; others are refused."""

    async def reply(request: Request, line: Line) -> None:
        good = request.headers.get("authorization") in {f"Bearer {token}" for token in accepted}
        await (then if good else refusal(401, "InvalidAuthenticationToken", "ended"))(request, line)

    return reply


async def test_a_refused_token_is_renewed_once_and_the_code_sent_again(server: Scripted, make: Make) -> None:
    server.on(RUN, bearer("new-token", then=answer(executed("in"))))
    source = Tokens("old-token", "new-token")
    assert (await run(make(source=source))).stdout == "in"
    assert len(server.requests) == source.fetched == 2


async def test_the_same_token_again_is_not_tried_twice(server: Scripted, make: Make) -> None:
    server.on(RUN, bearer(then=answer(executed())))
    ran = await run(make(source=Tokens("same-token")))
    assert ran.status is Status.REJECTED
    assert len(server.requests) == 1


async def test_two_refusals_in_a_row_are_the_end(server: Scripted, make: Make) -> None:
    server.on(RUN, bearer(then=answer(executed())))
    assert (await run(make(source=Tokens("a-token", "b-token", "c-token")))).status is Status.REJECTED
    assert len(server.requests) == 2


async def test_a_token_that_ends_while_polling_is_renewed_and_the_operation_goes_on(
    server: Scripted, make: Make
) -> None:
    server.on(RUN, answer(pending(), 202))
    looks = [bearer("old-token", then=answer(pending()))] * 2
    server.on("GET /executions/there-1", *looks, bearer("new-token", then=answer(executed("end"))))
    source = Tokens("old-token", "new-token")
    ran = await run(make(source=source, options=replace(FAST, asynchronous=True)))
    assert (ran.status, ran.stdout) == (Status.SUCCEEDED, "end")
    assert (len(server.asked(RUN)), source.fetched) == (1, 2)


class Expired(Tokens):
    """Gives one token, then none until somebody signs in."""

    def __init__(self) -> None:
        super().__init__("old-token", "new-token")
        self.signed_in = False
        self.refused = 0

    async def fetch(self) -> Token:
        if self.fetched and not self.signed_in:
            self.refused += 1
            raise NotAllowed("az gave no token.", "Sign in again, for example with: az login")
        return await super().fetch()


async def test_without_another_token_a_poll_says_sign_in_and_goes_on_when_somebody_has(
    server: Scripted, make: Make
) -> None:
    server.on(RUN, answer(pending(), 202))
    server.on("GET /executions/there-1", bearer("new-token", then=answer(executed("end"))))
    source = Expired()
    backend = make(source=source, options=replace(FAST, asynchronous=True, patience=30))
    async with Watch(backend) as watch:
        running = asyncio.create_task(run(backend))
        await eventually(lambda: source.refused >= 2)
        assert not running.done()
        source.signed_in = True
        assert (await running).stdout == "end"
    told = [message for state, message in watch.states if state == "offline"]
    assert len(told) == 1
    assert "Sign in" in told[0]
    assert "goes on there" in told[0]


async def test_an_upload_is_not_sent_twice_but_the_next_one_has_a_new_token(
    server: Scripted, make: Make
) -> None:
    server.on("POST /files", bearer("new-token", then=answer({"name": "a.txt", "sizeInBytes": 1})))
    backend = make(source=Tokens("old-token", "new-token"))

    async def content() -> Any:
        yield b"x"

    with pytest.raises(NotAllowed, match="had ended"):
        await backend.write_file(SESSION, "a.txt", content(), 1)
    assert (await backend.write_file(SESSION, "a.txt", content(), 1)).size == 1


# -- that nobody sees them


def echo(status: int = 200, **headers: str) -> Reply:
    """An answer that repeats the request's headers everywhere, also where they are no HTTP."""

    async def reply(request: Request, line: Line) -> None:
        told = request.headers.get("authorization", "")
        tree = executed(f"out {told}", f"value {told}", stderr=f"err {told}")
        content = json.dumps(tree | {"error": {"code": told[:90], "message": told}}).encode()
        named = {name: value.format(told) for name, value in headers.items()}
        named |= {"content-length": str(len(content)), "x-told": told, "set-cookie": told}
        await line.send(head(status, named) + content)

    return reply


async def broken_head(request: Request, line: Line) -> None:
    await line.send(f"HTTP/1.1 200 OK\r\n{request.headers.get('authorization')}\r\n\r\n".encode())
    line.writer.close()


async def test_a_token_is_in_no_event_exchange_error_or_repr(server: Scripted, make: Make) -> None:
    backend = make(source=Tokens(SENTINEL), options=replace(FAST, repeats=0, lookup=0.05))
    seen: list[str] = []
    replies = [echo(status) for status in (200, 202, 400, 403, 404, 429, 500)]
    replies += [echo(302, location="http://evil.example/?t={}"), broken_head, body(b"x" + SENTINEL.encode())]
    async with Watch(backend) as watch:
        for reply in replies:
            server.on("POST .*", reply, answer(executed()))
            server.on("GET .*", reply)
            server.on("DELETE .*", reply)
            ran = await run(backend, f"print('{SENTINEL}')")
            seen += [repr(ran.events), json.dumps(exchanges(ran)), str(ran.outcome.message)]
            seen += await _errors(backend)
    seen += [repr(watch.events), repr(backend), repr(vars(backend)), repr(vars(backend.calls.transport))]
    seen += [repr(backend.calls.transport.credential), repr(Token(SENTINEL))]
    assert all(request.headers["authorization"] == f"Bearer {SENTINEL}" for request in server.requests)
    assert len(server.requests) > 50
    assert not [text for text in seen if SENTINEL in text]
    assert any("Bearer ***" in text for text in seen)


async def _errors(backend: RemoteBackend) -> list[str]:
    calls = [
        backend.start(SESSION),
        backend.pool(),
        backend.sessions(),
        backend.list_files(SESSION),
        backend.file_info(SESSION, "a.txt"),
        backend.delete_file(SESSION, "a.txt"),
        backend.read_file(SESSION, "a.txt", limit=0),
    ]
    found = []
    for call in calls:
        try:
            found.append(repr(await call))
        except WorkbenchError as error:
            found += [str(error), repr(error), repr(vars(error)), "".join(traceback.format_exception(error))]
    return found


async def test_a_bad_certificate_gets_no_token() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).parent / "untrusted.pem")
    came = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(await reader.read())

    listener = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    port = listener.sockets[0].getsockname()[1]
    backend = RemoteBackend(Target("t", "remote", f"https://localhost:{port}"), FAST, Tokens(SENTINEL))
    try:
        with pytest.raises(Unreachable, match="certificate is not trusted"):
            await backend.pool()
    finally:
        await backend.close()
        listener.close()
    assert not any(came)


def test_the_scope_is_that_of_the_service() -> None:
    assert sources.SCOPE == "https://dynamicsessions.io/.default"
