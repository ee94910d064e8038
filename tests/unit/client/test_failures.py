"""Answers that do not come, come broken, or refuse: each has one typed end, and nothing runs twice."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
from collections.abc import Awaitable
from dataclasses import replace
from typing import Any

import pytest

from backend.client.remote import RemoteBackend
from backend.errors import (
    AnswerLost,
    BadAnswer,
    FileError,
    NotAllowed,
    Refused,
    TargetError,
    Unreachable,
    WorkbenchError,
)
from backend.models import Staged, Status
from tests.contract.driver import running
from tests.unit.client.conftest import FAST, LEGACY, SESSION, Make, Watch, exchanges, run
from tests.unit.client.scripted import (
    Reply,
    Scripted,
    answer,
    body,
    broken,
    closed,
    endless,
    executed,
    hang,
    head,
    pending,
    refusal,
    trickle,
)

RUN = "POST /executions"
SHORT = replace(FAST, calling=0.3, unlimited=0.3, grace=0.1)
WHOLE = head(200, {"content-length": "4000", "content-type": "application/json"})

# -- row 53: an execution whose answer is lost

LOST: dict[str, Reply] = {
    "reset before the head": broken(),
    "closed before the head": closed(),
    "reset in the head": broken(b"HTTP/1.1 200 OK\r\ncontent-le"),
    "closed in the head": closed(b"HTTP/1.1 200 OK\r\ncontent-le"),
    "reset in the body": broken(WHOLE + b'{"status": "Succ'),
    "closed in the body": closed(WHOLE + b'{"status": "Succ'),
    "no HTTP": closed(b"SSH-2.0-OpenSSH_9\r\n\r\n"),
    "truncated JSON": body(b'{"status": "Succeeded", "result": {"stdo', content_type="application/json"),
    "HTML": body(b"<html><body><h1>Welcome</h1></body></html>", content_type="text/html"),
    "200 with an error": answer({"error": {"code": "InternalServerError", "message": "sorry"}}),
    "wrong types": answer({"status": {"a": 1}, "result": 5}),
    "a list": answer([1, 2]),
    "empty": body(b""),
    "deep JSON": body(b"[" * 100_000),
    "500": refusal(500, "InternalServerError", "sorry"),
    "502 of a proxy": body(b"<html>Bad Gateway</html>", 502, content_type="text/html"),
    "503": refusal(503, "Unavailable", "sorry", retry_after="1"),
    "504": refusal(504, "GatewayTimeout", "sorry"),
    "408": refusal(408, "RequestTimeout", "sorry"),
    "broken gzip": body(b"no gzip at all", content_encoding="gzip"),
    "cut gzip": body(gzip.compress(json.dumps(executed("x" * 999)).encode())[:-4], content_encoding="gzip"),
    "an encoding not asked for": body(b"x", content_encoding="br"),
    "a body of 10 GB": endless(10 << 30),
    "a gzip bomb": body(gzip.compress(bytes(64 << 20)), content_encoding="gzip"),
}


@pytest.mark.parametrize("kind", LOST)
async def test_an_execution_without_a_whole_answer_is_lost_and_never_sent_again(
    server: Scripted, make: Make, kind: str
) -> None:
    server.on("POST /code/execute", LOST[kind])
    ran = await run(make(LEGACY))
    assert ran.status is Status.LOST
    assert "may still run" in ran.outcome.message
    assert len(server.asked("POST /code/execute")) == 1
    assert len(exchanges(ran)) == 1


@pytest.mark.parametrize("kind", LOST)
async def test_it_is_looked_up_by_its_id_where_the_version_can(
    server: Scripted, backend: RemoteBackend, kind: str
) -> None:
    server.on(RUN, LOST[kind])
    server.on("GET /executions/ours-.*", answer(pending()), answer(executed("found", 7)))
    server.on("GET /executions/there-1", answer(executed("found", 7)))
    ran = await run(backend)
    assert (ran.status, ran.stdout, ran.value) == (Status.SUCCEEDED, "found", "7")
    assert len(server.asked(RUN)) == 1
    assert server.asked("GET /executions/.*")[0].path == f"/executions/{ran.id}"


async def test_an_execution_that_the_target_does_not_know_is_lost(
    server: Scripted, backend: RemoteBackend
) -> None:
    server.on(RUN, broken())
    ran = await run(backend)
    assert ran.status is Status.LOST
    assert len(server.asked("GET /executions/.*")) > 1
    assert len(server.asked(RUN)) == 1


@pytest.mark.parametrize("reply", [hang(), trickle(json.dumps(executed()).encode(), 1.0)])
async def test_an_answer_that_takes_for_ever_is_given_up_past_the_time_limit(
    server: Scripted, make: Make, reply: Reply
) -> None:
    server.on(RUN, reply)
    start = time.monotonic()
    ran = await run(make(options=SHORT), limit=0.2)
    assert ran.status is Status.LOST
    assert 0.3 <= time.monotonic() - start < 5
    assert "0.3 s" in ran.outcome.message


async def test_an_answer_past_the_deadline_is_looked_up_and_followed_without_a_limit(
    server: Scripted, make: Make
) -> None:
    server.on(RUN, hang())
    server.on("GET /executions/ours-.*", answer(pending()))
    server.on("GET /executions/there-1", *[answer(pending())] * 5, answer(executed("after all")))
    ran = await run(make(options=SHORT))
    assert (ran.status, ran.stdout) == (Status.SUCCEEDED, "after all")


async def test_a_poll_past_the_time_limit_is_given_up(server: Scripted, make: Make) -> None:
    server.on(RUN, answer(pending(), 202))
    server.on("GET /executions/there-1", answer(pending()))
    ran = await run(make(options=replace(FAST, grace=0.05, lookup=0.05)), limit=0.05)
    assert ran.status is Status.LOST
    assert "not finished in time" in ran.outcome.message


# -- what an answer shows


async def test_an_error_shows_the_status_and_the_beginning_of_the_answer_safely(
    server: Scripted, backend: RemoteBackend
) -> None:
    server.on("GET /metadata", body(b"<b>\x1b]0;title\x07\x9b1m\xe2\x80\xaegnp" + b"x" * 5000, 200))
    with pytest.raises(BadAnswer) as raised:
        await backend.pool()
    text = str(raised.value)
    assert raised.value.status == 200
    assert "200" in text
    assert "<b>" in text
    assert all(letter.isprintable() for letter in text)
    assert len(text) < 600


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        (refusal(409, "Conflict", "it is busy"), "Conflict: it is busy"),
        (body(b'"just text"', 409), "just text"),
        (body(b"", 409), "no word"),
        (body(b"<html><title>No</title><script>x()</script><p>Go away</p></html>", 409), "No Go away"),
        (answer({"error": "text"}, 409), "text"),
        (answer({"message": "ARM"}, 409), "ARM"),
    ],
)
async def test_a_refusal_of_any_shape_is_shown_with_its_status_and_nothing_ran(
    server: Scripted, backend: RemoteBackend, reply: Reply, shown: str
) -> None:
    server.on(RUN, reply)
    ran = await run(backend)
    assert ran.status is Status.REJECTED
    assert "409" in ran.outcome.message
    assert shown in ran.outcome.message
    assert ran.started is None
    assert len(server.requests) == 1


# -- row 54: calls other than executions


@pytest.mark.parametrize("kind", LOST)
async def test_every_other_call_ends_with_a_typed_error(server: Scripted, make: Make, kind: str) -> None:
    server.on("GET .*", LOST[kind])
    backend = make()
    calls: dict[str, Awaitable[Any]] = {
        "pool": backend.pool(),
        "sessions": backend.sessions(),
        "list": backend.list_files(SESSION),
        "info": backend.file_info(SESSION, "a.txt"),
    }
    empty = {("a list", "sessions"), ("a list", "list"), ("wrong types", "pool")}  # can be read as that
    for name, call in calls.items():
        if (kind, name) in empty:
            await call
            continue
        with pytest.raises((AnswerLost, BadAnswer, Refused, FileError)) as raised:
            await call
        assert raised.value.message


async def test_a_success_with_an_error_is_told_with_its_words(
    server: Scripted, backend: RemoteBackend
) -> None:
    server.on("GET /metadata", LOST["200 with an error"])
    with pytest.raises(Refused, match="answered 200 and an error: InternalServerError: sorry"):
        await backend.pool()


@pytest.mark.parametrize("reply", [trickle(b'{"runtimes": []}', 0.25), refusal(503)])
async def test_a_call_has_a_deadline_for_all_its_tries_together(
    server: Scripted, make: Make, reply: Reply
) -> None:
    server.on("GET /metadata", reply)
    start = time.monotonic()
    with pytest.raises(AnswerLost, match=r"no answer within 0\.3 s"):
        await make(options=replace(SHORT, repeats=1000)).pool()
    assert time.monotonic() - start < 3


async def test_a_gzip_bomb_is_not_unpacked_further_than_the_cap(server: Scripted, make: Make) -> None:
    import tracemalloc

    bomb = gzip.compress(bytes(200 << 20))
    server.on("GET /metadata", body(bomb, content_encoding="gzip"))
    backend = make()
    tracemalloc.start()
    try:
        with pytest.raises(BadAnswer, match="longer than"):
            await backend.pool()
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()


async def test_a_packed_answer_is_unpacked(server: Scripted, backend: RemoteBackend) -> None:
    server.on(RUN, body(gzip.compress(json.dumps(executed("packed")).encode()), content_encoding="gzip"))
    assert (await run(backend)).stdout == "packed"


@pytest.mark.parametrize(
    "kind", ["500", "503", "502 of a proxy", "reset before the head", "closed in the body"]
)
async def test_gets_and_deletes_are_repeated(server: Scripted, make: Make, kind: str) -> None:
    backend = make()
    server.on("GET /metadata", LOST[kind], LOST[kind], answer({"runtimes": [{"name": "P", "version": "3"}]}))
    assert (await backend.pool()).runtimes == (("P", "3"),)
    server.on("DELETE /session", LOST[kind], answer({}, 204))
    await backend.end_session(SESSION)
    assert len(server.requests) == 5


async def test_a_repeated_delete_that_finds_nothing_has_done_it(
    server: Scripted, backend: RemoteBackend
) -> None:
    server.on("DELETE /files/a.txt", broken(), refusal(404, "FileNotFound", "none"))
    server.on("GET /files", answer({"value": []}))
    await backend.delete_file(SESSION, "a.txt")


async def test_repeats_end(server: Scripted, backend: RemoteBackend) -> None:
    server.on("GET /metadata", refusal(500))
    with pytest.raises(Refused) as raised:
        await backend.pool()
    assert raised.value.status == 500
    assert len(server.requests) == 3


# -- row 55: redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "location", ["http://127.0.0.1:{port}/executions", "http://evil.example/", "/elsewhere"]
)
async def test_a_redirect_is_refused_and_not_followed(
    server: Scripted, backend: RemoteBackend, status: int, location: str
) -> None:
    async with Scripted.running() as other:
        server.on(
            ".* .*".replace(".* ", "POST ", 1), body(b"", status, location=location.format(port=other.port))
        )
        server.on("GET .*", body(b"", status, location=location.format(port=other.port)))
        ran = await run(backend)
        assert ran.status is Status.REJECTED
        assert str(status) in ran.outcome.message
        assert "not followed" in ran.outcome.message
        with pytest.raises(Refused):
            await backend.pool()
        assert not other.requests
    assert len(server.requests) == 2


# -- the body in the other shape


async def test_a_target_that_wants_the_other_shape_gets_it_once_and_from_then_on(
    server: Scripted, backend: RemoteBackend
) -> None:
    server.on(RUN, refusal(400, "SessionPropertiesMissing"), answer(executed("1")))
    assert (await run(backend)).stdout == "1"
    assert (await run(backend)).stdout == "1"
    assert ["properties" in request.json for request in server.requests] == [False, True, True]
    assert {request.path for request in server.requests} == {"/executions"}


async def test_a_target_that_wants_neither_shape_is_asked_twice_and_no_more(
    server: Scripted, backend: RemoteBackend
) -> None:
    server.on(RUN, refusal(400, "SessionPropertiesMissing"))
    assert (await run(backend)).status is Status.REJECTED
    assert ["properties" in request.json for request in server.requests] == [False, True]
    server.on(RUN, answer(executed("flat")))
    assert (await run(backend)).stdout == "flat"
    assert "properties" not in server.requests[-1].json


# -- row 57: offline


async def test_a_target_that_is_away_rejects_says_offline_and_comes_back(
    server: Scripted, make: Make
) -> None:
    backend = make()
    server.on(RUN, answer(executed("back")))
    async with Watch(backend) as watch:
        assert (await run(backend)).status is Status.SUCCEEDED
        port = server.port
        await server.stop()
        ran = await run(backend)
        assert ran.status is Status.REJECTED
        assert ran.started is None
        with pytest.raises(Unreachable):
            await backend.start(SESSION)
        server._server = await asyncio.start_server(server._serve, "127.0.0.1", port)
        assert (await run(backend)).stdout == "back"
    states = [state for state, _ in watch.states]
    assert states == ["running", "idle", "offline", "offline", "idle", "running", "idle"]
    assert "cannot be reached" in watch.states[2][1]


async def test_a_host_that_does_not_exist_is_unreachable(make: Make) -> None:
    backend = make(url="https://no-such-host.invalid")
    with pytest.raises(Unreachable, match="cannot be reached"):
        await backend.pool()


async def test_a_target_of_this_machine_is_asked_directly_whatever_proxy_is_set(
    server: Scripted, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Scripted.running() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        server.on(RUN, answer(executed("direct")))
        assert (await run(make())).stdout == "direct"
        assert not proxy.requests


async def test_polls_go_on_while_the_target_is_away(server: Scripted, make: Make) -> None:
    backend = make(options=replace(FAST, patience=5))
    server.on(RUN, answer(pending(), 202))
    away = [broken(), refusal(503), body(b"<html>", 502), refusal(429), answer([1])]
    server.on("GET /executions/there-1", answer(pending()), *away, answer(executed("end")))
    async with Watch(backend) as watch:
        assert (await run(backend)).stdout == "end"
    states = [state for state, _ in watch.states]
    assert states[0] == "running"
    assert "offline" in states
    assert states[-2:] == ["running", "idle"]


async def test_polls_that_fail_for_too_long_end_as_lost(server: Scripted, backend: RemoteBackend) -> None:
    server.on(RUN, answer(pending(), 202))
    server.on("GET /executions/there-1", refusal(503, "Away"))
    ran = await run(backend)
    assert ran.status is Status.LOST
    assert "Away" in ran.outcome.message


async def test_an_execution_that_polls_do_not_find_any_more_is_lost(server: Scripted, make: Make) -> None:
    server.on(RUN, answer(pending(), 202))
    missing = refusal(404, "NotFound", "no such execution")
    server.on("GET /executions/there-1", missing, missing, answer(pending()), missing)
    ran = await run(make(options=replace(FAST, patience=30)))
    assert ran.status is Status.LOST
    assert "does not know this execution any more" in ran.outcome.message
    assert len(server.asked("GET /executions/there-1")) == 3 + 4


async def test_cookies_of_a_target_are_not_kept(server: Scripted, backend: RemoteBackend) -> None:
    server.on(RUN, answer(executed(), set_cookie="affinity=1; Path=/"))
    await run(backend)
    await run(backend)
    assert not any("cookie" in request.headers for request in server.requests)


# -- row 52: no room


RETRY_AFTER = {
    "seconds": "0",
    "a date": "Wed, 21 Oct 2015 07:28:01 GMT",
    "a past date": "Wed, 21 Oct 1999 07:28:00 GMT",
    "negative": "-5",
    "1e9": "1000000000",
    "an exponent": "1e9",
    "nan": "nan",
    "inf": "inf",
    "garbage": "soon",
    "empty": "",
}


@pytest.mark.parametrize("kind", [*RETRY_AFTER, "missing"])
async def test_without_room_it_waits_visibly_for_at_least_the_backoff_and_at_most_the_cap(
    server: Scripted, backend: RemoteBackend, kind: str
) -> None:
    headers = {"retry_after": RETRY_AFTER[kind]} if kind in RETRY_AFTER else {}
    full = refusal(429, "TooManyRequests", "allocating", date="Wed, 21 Oct 2015 07:28:00 GMT", **headers)
    server.on(RUN, full, full, answer(executed("room")))
    ran = await run(backend)
    assert (ran.status, ran.stdout) == (Status.SUCCEEDED, "room")
    waits = [event.seconds for event in ran.events if isinstance(event, Staged)]
    assert [event.stage.value for event in ran.events if isinstance(event, Staged)] == ["waiting"] * 2
    assert all(FAST.first_wait <= seconds <= FAST.longest_wait * 1.25 for seconds in waits)
    if kind in ("a date", "1e9", "an exponent"):
        assert min(waits) >= FAST.longest_wait
    assert len({request.headers["operation-id"] for request in server.requests}) == 1


async def test_the_target_may_ask_for_more_than_the_backoff(server: Scripted, make: Make) -> None:
    backend = make(options=replace(FAST, longest_wait=0.5))
    server.on(RUN, refusal(429, retry_after="0.2"), answer(executed()))
    (wait,) = [event.seconds for event in (await run(backend)).events if isinstance(event, Staged)]
    assert 0.2 <= wait <= 0.25


async def test_who_waits_for_room_can_be_taken_out_and_never_ran(server: Scripted, make: Make) -> None:
    backend = make(options=replace(FAST, first_wait=60, longest_wait=60))
    server.on(RUN, refusal(429))
    async with running(backend, "1", SESSION) as started:
        await started.until(lambda ran: bool(ran.stages))
        await started.stop()
        ran = await started.end(2)
    assert ran.status is Status.INTERRUPTED
    assert "never ran" in ran.outcome.message
    assert len(server.requests) == 1


async def test_waiting_for_room_ends_some_day(server: Scripted, make: Make) -> None:
    server.on(RUN, refusal(429, "TooManyRequests", "no pod"))
    ran = await run(make(options=replace(FAST, room_patience=0.05)))
    assert ran.status is Status.REJECTED
    assert "no pod" in ran.outcome.message


async def test_the_documented_404_of_a_full_pool_waits_too_and_others_do_not(
    server: Scripted, backend: RemoteBackend
) -> None:
    full = refusal(404, "NotFound", "The maximum number of concurrent sessions is reached.")
    server.on(RUN, full, answer(executed("room")))
    assert (await run(backend)).stdout == "room"
    server.on(RUN, refusal(404, "NotFound", "no such path"))
    assert (await run(backend)).status is Status.REJECTED


# -- who is not let in


@pytest.mark.parametrize("status", [401, 403])
async def test_a_target_that_does_not_let_us_in_is_not_asked_again(
    server: Scripted, backend: RemoteBackend, status: int
) -> None:
    server.on(".*".replace(".*", "POST .*"), body(b"", status))
    server.on("GET .*", body(b"", status))
    assert (await run(backend)).status is Status.REJECTED
    with pytest.raises(NotAllowed) as raised:
        await backend.start(SESSION)
    assert raised.value.hint
    assert len(server.requests) == 2


def test_every_error_of_an_answer_is_one_of_the_workbench() -> None:
    for kind in (Unreachable, NotAllowed, Refused, BadAnswer, AnswerLost):
        assert issubclass(kind, TargetError)
        assert issubclass(kind, WorkbenchError)
        assert kind("x").exit_code == 3
