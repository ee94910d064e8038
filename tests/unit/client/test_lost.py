"""A session that is made again, empty, under the same identifier: every sign of it, and what is none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from backend.client.lost import Trace
from backend.client.remote import RemoteBackend
from backend.models import Started, Status
from backend.wire.facts import ExecutionFacts, SessionFacts
from backend.wire.messages import HttpAnswer
from tests.contract.driver import running
from tests.unit.client.conftest import FAST, LEGACY, SESSION, Make, Watch, run
from tests.unit.client.scripted import Gate, Scripted, answer, body, broken, executed, refusal

RUN = "POST /executions"
LOOK = "GET /session"
ALWAYS = replace(FAST, idle=0)
AT = "2026-01-01T00:00:{:02}Z"


def told(second: int, etag: str = "") -> Any:
    """GET /session of one made in this second."""
    return answer({"identifier": SESSION, "createdAt": AT.format(second), "etag": etag})


async def test_another_container_is_told_before_the_first_output_after_and_once(
    server: Scripted, backend: RemoteBackend
) -> None:
    server.on(RUN, answer(executed(), x_ms_session_guid="a"), answer(executed("y"), x_ms_session_guid="b"))
    assert not (await run(backend)).outcome.state_lost
    async with Watch(backend) as watch:
        ran = await run(backend)
    assert ran.started is not None
    assert ran.started.state_lost
    assert not ran.outcome.state_lost
    assert not ran.outcome.message
    assert [state for state, _ in watch.states] == ["lost", "running", "idle"]
    ran = await run(backend)
    assert ran.started is not None
    assert not ran.started.state_lost


async def test_it_is_told_by_the_outcome_when_the_code_had_begun(server: Scripted, make: Make) -> None:
    backend = make(options=replace(FAST, begun=0.01))
    gate = Gate(answer(executed(), x_ms_session_guid="b"))
    server.on(RUN, answer(executed(), x_ms_session_guid="a"), gate)
    await run(backend)
    async with running(backend, "1", SESSION) as second:
        await second.until(lambda ran: any(isinstance(event, Started) for event in ran.events))
        gate.opened.set()
        ran = await second.end()
    assert ran.started is not None
    assert not ran.started.state_lost
    assert ran.outcome.state_lost
    assert "made anew" in ran.outcome.message
    ran = await run(backend)
    assert ran.started is not None
    assert not ran.started.state_lost


async def test_a_container_named_after_each_execution_is_no_sign(
    server: Scripted, backend: RemoteBackend
) -> None:
    """As the samples of the local container show it."""
    for number in ("1", "2"):
        tree = executed() | {"id": number}
        server.on(RUN, answer(tree, operation_id=number, x_ms_session_guid=number))
        ran = await run(backend)
        assert ran.started is not None
        assert not ran.started.state_lost


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [
        (told(1), told(1), False),
        (told(1), told(2), True),
        (told(1, "a"), told(1, "b"), True),
        (told(1, "a"), told(1, "a"), False),
        (told(1, "a"), told(1), False),
        (told(1), refusal(404, "NotFound"), True),
        (told(1), refusal(404, "SessionNotFound"), True),
        (told(1), refusal(400, "SessionWithIdentifierNotFound"), True),
        (told(1), refusal(400, "Other"), False),
        (told(1), refusal(403), False),
        (told(1), refusal(500), False),
        (told(1), body(b"<html>"), False),
        (told(1), broken(), False),
    ],
)
async def test_what_the_session_tells_before_the_next_execution(
    server: Scripted, make: Make, before: Any, after: Any, lost: bool
) -> None:
    backend = make(options=ALWAYS)
    server.on(RUN, answer(executed()))
    server.on(LOOK, before)
    await run(backend)
    await run(backend)
    server.on(LOOK, after)
    async with Watch(backend) as watch:
        ran = await run(backend)
    assert ran.status is Status.SUCCEEDED
    assert ran.started is not None
    assert ran.started.state_lost is lost
    assert ("lost" in [state for state, _ in watch.states]) is lost
    assert [request.path for request in server.requests][-2:] == ["/session", "/executions"]


async def test_a_session_made_after_the_last_answer_is_another_one(server: Scripted, make: Make) -> None:
    """By the clock of the target alone: nobody had asked before."""
    backend = make(options=ALWAYS)
    server.on(RUN, answer(executed(), date="Thu, 01 Jan 2026 00:00:10 GMT"))
    server.on(LOOK, told(9))
    await run(backend)
    ran = await run(backend)
    assert ran.started is not None
    assert not ran.started.state_lost
    backend = make(options=ALWAYS)
    await run(backend)
    server.on(LOOK, told(12))
    ran = await run(backend)
    assert ran.started is not None
    assert ran.started.state_lost


async def test_a_borrowed_call_that_the_target_does_not_know_is_no_sign(server: Scripted, make: Make) -> None:
    backend = make(LEGACY, options=ALWAYS)
    server.on("POST /code/execute", answer({"properties": {"status": "Success"}}))
    server.on(LOOK, refusal(404, "NotFound", "no such path"))
    await run(backend)
    ran = await run(backend)
    assert ran.started is not None
    assert not ran.started.state_lost
    server.on(LOOK, told(1))
    await run(backend)
    server.on(LOOK, refusal(404, "NotFound", "no such session"))
    ran = await run(backend)  # it knows the call, so now it means the session
    assert ran.started is not None
    assert ran.started.state_lost


async def test_nobody_looks_before_anything_ran_nor_soon_after(server: Scripted, make: Make) -> None:
    server.on(RUN, answer(executed()))
    await run(make(options=ALWAYS))
    backend = make()
    await run(backend)
    await run(backend)
    assert not server.asked(LOOK)


async def test_a_target_that_knows_no_such_session_refuses_and_says_so(
    server: Scripted, backend: RemoteBackend
) -> None:
    gone = refusal(400, "SessionWithIdentifierNotFound", "gone")
    server.on(RUN, answer(executed()), gone, answer(executed()))
    await run(backend)
    async with Watch(backend) as watch:
        ran = await run(backend)
    assert (ran.status, ran.outcome.state_lost) == (Status.REJECTED, True)
    assert "variables are gone" in ran.outcome.message
    assert "lost" in [state for state, _ in watch.states]
    assert len(server.requests) == 2
    ran = await run(backend)
    assert ran.started is not None
    assert ran.started.state_lost


def test_an_etag_that_changes_in_one_container_tells_nothing_from_then_on() -> None:
    trace = Trace()
    ran = ExecutionFacts("1", Status.SUCCEEDED, container="same")
    trace.executed(ran, HttpAnswer(200), "1")
    assert not trace.looked(SessionFacts("s", 1.0, etag="a"))
    assert trace.looked(SessionFacts("s", 1.0, etag="b"))
    trace.executed(ran, HttpAnswer(200), "2")
    assert not trace.looked(SessionFacts("s", 1.0, etag="c"))
    assert trace.looked(SessionFacts("s", 2.0, etag="c"))
