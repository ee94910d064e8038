"""Executions that go as they should: values, output, statuses, polling, and what is sent."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from typing import Any

import pytest

from backend.client.remote import RemoteBackend
from backend.errors import Unsupported
from backend.models import Staged, Status, Stream
from tests.contract.driver import running
from tests.unit.client.conftest import FAST, LEGACY, NEWEST, SESSION, Make, code, exchanges, run
from tests.unit.client.scripted import Gate, Scripted, answer, executed, hang, pending

ASYNC = replace(FAST, asynchronous=True)
RUN = "POST /executions"


async def test_a_synchronous_execution_gives_output_value_and_duration(
    server: Scripted, backend: RemoteBackend
) -> None:
    server.on(RUN, answer(executed("hi\n", 42, stderr="oh\n")))
    ran = await run(backend, "print('hi'); 42")
    assert (ran.status, ran.stdout, ran.stderr, ran.value) == (Status.SUCCEEDED, "hi\n", "oh\n", "42")
    assert (ran.outcome.duration_ms, ran.outcome.sizes) == (9, {Stream.STDOUT: 3, Stream.STDERR: 3})
    kinds = [type(event).__name__ for event in ran.events]
    assert kinds == ["Exchanged", "Started", "Chunk", "Chunk", "Finished"]


async def test_what_is_sent_names_session_version_limit_and_an_id_of_our_own(
    server: Scripted, make: Make
) -> None:
    server.on(RUN, answer(executed()))
    ran = await run(make(output_limit=9000, url=f"{server.url}/"), "1", limit=7.5)
    (request,) = server.requests
    assert request.path == "/executions"
    assert request.query == {"api-version": NEWEST, "identifier": SESSION}
    assert request.headers["operation-id"] == ran.id
    assert request.json == {
        "identifier": SESSION,
        "codeInputType": "Inline",
        "executionType": "Synchronous",
        "code": "1",
        "timeoutInSeconds": 8,
        "outputStreamsMaxLength": 9000,
    }


async def test_the_legacy_generation_wraps_and_has_no_output_limit(server: Scripted, make: Make) -> None:
    server.on("POST /code/execute", answer({"properties": {"status": "Success", "stdout": "1", "result": 2}}))
    ran = await run(make(LEGACY, output_limit=9000), "1")
    assert (ran.status, ran.stdout, ran.value) == (Status.SUCCEEDED, "1", "2")
    assert "outputStreamsMaxLength" not in server.requests[0].json["properties"]


@pytest.mark.parametrize("base", ["/subscriptions/S/resourceGroups/G/sessionPools/P", "/deep/er/", "/", ""])
async def test_a_base_with_a_path_keeps_it_and_a_slash_at_its_end_does_not_matter(
    server: Scripted, make: Make, base: str
) -> None:
    server.on("POST .*", answer(executed("x")))
    assert (await run(make(url=server.url + base))).stdout == "x"
    assert server.requests[0].path == f"{base.rstrip('/')}/executions"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (None, None),
        ("", None),
        ("text", "text"),
        (1.5, "1.5"),
        (True, "true"),
        ([1, [2]], "[1, [2]]"),
        ({"a": None}, '{"a": null}'),
        ("nan", "nan"),
    ],
)
async def test_values_of_every_type_of_json(
    server: Scripted, backend: RemoteBackend, told: Any, shown: str | None
) -> None:
    server.on(RUN, answer(executed(value=told)))
    assert (await run(backend)).value == shown


async def test_an_image_is_a_bundle(server: Scripted, backend: RemoteBackend) -> None:
    server.on(RUN, answer(executed(value={"type": "image", "format": "png", "base64_data": "iVBORw0KGgo="})))
    outcome = (await run(backend)).outcome
    assert outcome.value is not None
    assert outcome.value["image/png"] == "iVBORw0KGgo="


async def test_the_status_is_that_of_the_body(server: Scripted, backend: RemoteBackend) -> None:
    stderr = "Traceback (most recent call last):\n  File 1\nZeroDivisionError: division by zero\n"
    server.on(RUN, answer(executed("a\n", status="Failed", stderr=stderr)))
    ran = await run(backend)
    assert (ran.status, ran.stdout, ran.error) == (Status.FAILED, "a\n", "ZeroDivisionError")


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
async def test_a_stream_as_long_as_the_limit_is_shown_as_cut(
    server: Scripted, make: Make, stream: str
) -> None:
    text = {"stdout": "", "stderr": "", stream: "x" * 50}
    server.on(RUN, answer(executed(text["stdout"], stderr=text["stderr"])))
    outcome = (await run(make(output_limit=50))).outcome
    assert outcome.truncated == (Stream(stream),)
    assert "50 characters" in outcome.message
    assert stream in outcome.message
    assert (await run(make(output_limit=51))).outcome.truncated == ()


# -- asynchronous


@pytest.mark.parametrize(
    ("options", "limit", "version", "expected"),
    [
        (FAST, None, NEWEST, "Synchronous"),
        (FAST, 220.0, NEWEST, "Synchronous"),
        (FAST, 221.0, NEWEST, "Asynchronous"),
        (FAST, 221.0, "2024-10-02-preview", "Asynchronous"),
        (ASYNC, None, NEWEST, "Asynchronous"),
    ],
)
async def test_long_limits_and_profiles_that_say_so_run_asynchronously(
    server: Scripted, make: Make, options: Any, limit: float | None, version: str, expected: str
) -> None:
    server.on(RUN, answer(executed()))
    await run(make(version, options=options), limit=limit)
    assert server.requests[0].json["executionType"] == expected


async def test_the_legacy_generation_is_always_synchronous(server: Scripted, make: Make) -> None:
    server.on("POST /code/execute", answer({"properties": {"status": "Success"}}))
    await run(make(LEGACY, options=ASYNC), limit=500)
    assert server.requests[0].json["properties"]["executionType"] == "Synchronous"


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/executions/there-1?api-version=v&identifier=test", "/base/executions/there-1"),
        ("executions/there-1", "/base/executions/there-1"),
        ("/base/executions/there-1", "/base/executions/there-1"),
        ("{url}/base/executions/there-1?x=y", "/base/executions/there-1"),
        ("http://127.0.0.1:9/executions/elsewhere", "/base/executions/there-1"),
        ("https://evil.example/base/executions/there-1", "/base/executions/there-1"),
        ("//evil.example/executions/there-1", "/base/executions/there-1"),
        ("", "/base/executions/there-1"),
        ("http://[broken", "/base/executions/there-1"),
    ],
)
async def test_an_asynchronous_execution_is_polled_at_its_own_origin_until_it_is_final(
    server: Scripted, make: Make, location: str, path: str
) -> None:
    accepted = answer(pending("NotStarted"), 202, operation_location=location.format(url=server.url))
    server.on("POST .*", accepted)
    server.on("GET .*", answer(pending()), answer(pending()), answer(executed("done\n", 5)))
    ran = await run(make(url=f"{server.url}/base", options=ASYNC))
    assert (ran.status, ran.stdout, ran.value) == (Status.SUCCEEDED, "done\n", "5")
    assert [request.path for request in server.requests[1:]] == [path] * 3
    assert ("polling", 0) in ran.stages
    assert len(exchanges(ran)) == 4


async def test_polls_begin_early_and_slow_down(server: Scripted, make: Make) -> None:
    server.on(RUN, answer(pending(), 202))
    times: list[float] = []

    async def look(request: Any, line: Any) -> None:
        times.append(asyncio.get_running_loop().time())
        await answer(pending() if len(times) < 8 else executed())(request, line)

    server.on("GET /executions/there-1", look)
    await run(make(options=replace(ASYNC, first_poll=0.02, slowest_poll=0.06)))
    pauses = [after - before for before, after in itertools.pairwise(times)]
    assert pauses[0] < 0.06 <= min(pauses[-3:])


async def test_a_synchronous_answer_that_is_not_final_is_polled(
    server: Scripted, backend: RemoteBackend
) -> None:
    server.on(RUN, answer(pending(), 202))
    server.on("GET /executions/there-1", answer(executed("end")))
    assert (await run(backend)).stdout == "end"


# -- order, and leaving


async def test_executions_of_one_session_are_sent_one_after_another(
    server: Scripted, backend: RemoteBackend
) -> None:
    gate = Gate(answer(executed()))
    server.on(RUN, gate)
    async with running(backend, "0", SESSION) as first, running(backend, "1", SESSION) as second:
        await server.until(1, RUN)
        async with running(backend, "2", SESSION) as third:
            await third.until(lambda ran: bool(ran.stages))
            assert len(server.requests) == 1
            gate.opened.set()
            await asyncio.gather(first.end(), second.end(), third.end())
    assert [request.json["code"] for request in server.requests] == ["0", "1", "2"]
    assert [second.ran.stages, third.ran.stages] == [[("queued", 1)], [("queued", 2), ("queued", 1)]]


async def test_sessions_do_not_wait_for_each_other(server: Scripted, backend: RemoteBackend) -> None:
    server.on(RUN, hang())
    async with running(backend, "0", SESSION), running(backend, "1", "other-session"):
        await server.until(2, RUN)


async def test_a_full_queue_rejects(server: Scripted, backend: RemoteBackend) -> None:
    server.on(RUN, hang())
    waiting = [asyncio.create_task(run(backend, str(number))) for number in range(66)]
    await server.until(1, RUN)
    rejected = await waiting[65]
    assert rejected.status is Status.REJECTED
    assert "64 executions wait" in rejected.outcome.message
    await backend.close()
    assert {(await each).status for each in waiting[:65]} == {Status.INTERRUPTED}


async def test_what_waits_in_the_queue_can_be_taken_out_and_what_was_sent_cannot(
    server: Scripted, backend: RemoteBackend
) -> None:
    gate = Gate(answer(executed("first")))
    server.on(RUN, gate)
    async with running(backend, "0", SESSION) as first, running(backend, "1", SESSION) as second:
        await server.until(1, RUN)
        await second.stop()
        ended = await second.end()
        assert (ended.status, ended.started) == (Status.INTERRUPTED, None)
        assert "never ran" in ended.outcome.message
        with pytest.raises(Unsupported):
            await first.stop()
        gate.opened.set()
        assert (await first.end()).stdout == "first"
    assert len(server.requests) == 1


async def test_an_abandoned_execution_is_lost_at_once_and_its_late_answer_is_dropped(
    server: Scripted, make: Make
) -> None:
    backend = make(options=replace(FAST, begun=0.01))
    gate = Gate(answer(executed("late")))
    server.on(RUN, gate, answer(executed("next")))
    async with running(backend, "0", SESSION) as first:
        await server.until(1, RUN)
        await first.until(lambda ran: ran.started is not None)
        await backend.abandon(SESSION, first.submission.id)
        ran = await first.end(2)
    assert ran.status is Status.LOST
    assert "may still run" in ran.outcome.message
    assert ran.outcome.duration_ms >= 10  # it was begun after that many
    gate.opened.set()
    assert (await run(backend)).stdout == "next"
    assert ran.stdout == ""


async def test_an_abandoned_poll_ends_too(server: Scripted, make: Make) -> None:
    backend = make(options=ASYNC)
    server.on(RUN, answer(pending(), 202))
    server.on("GET /executions/there-1", answer(pending()))
    async with running(backend, "0", SESSION) as first:
        await server.until(2, "GET /executions/there-1")
        await backend.abandon(SESSION, first.submission.id)
        assert (await first.end(2)).status is Status.LOST
    assert not [task for task in asyncio.all_tasks() if "Turn.run" in repr(task)]


async def test_code_counts_as_running_before_its_answer_comes(server: Scripted, make: Make) -> None:
    gate = Gate(answer(executed()))
    server.on(RUN, gate)
    async with running(make(options=replace(FAST, begun=0.01)), "0", SESSION) as first:
        await first.until(lambda ran: ran.started is not None)
        gate.opened.set()
        await first.end()


async def test_leaving_the_events_lets_the_execution_go_on(server: Scripted, make: Make) -> None:
    backend = make(options=replace(FAST, begun=0.01))
    gate = Gate(answer(executed()))
    server.on(RUN, gate, answer(executed("next")))
    async with running(backend, "0", SESSION) as first:
        await server.until(1, RUN)
        await first.until(lambda ran: ran.started is not None)
    gate.opened.set()
    assert (await run(backend)).stdout == "next"
    assert len(server.asked(RUN)) == 2


async def test_a_slow_reader_of_a_long_poll_finds_the_first_and_the_last_exchanges(
    server: Scripted, make: Make
) -> None:
    backend = make(options=replace(ASYNC, first_poll=0.001, slowest_poll=0.001))
    server.on(RUN, answer(pending(), 202))
    server.on("GET /executions/there-1", *[answer(pending())] * 80, answer(executed()))
    events = backend.execute(SESSION, code("0"))
    seen = [await anext(events)]
    await server.until(81, "GET /executions/there-1")
    seen += [event async for event in events]
    kept = [event for event in seen if not isinstance(event, Staged)]
    assert len(kept) < 60
    assert len(server.asked("GET /executions/there-1")) == 81
