"""Executions over HTTP: in order, once, whoever leaves; stopped by time limits and ends of sessions."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import pytest

from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from tests.unit.server.conftest import JSON, NEWEST, Running, Start, running
from tests.unit.server.raw import Connection, exchange, until

STUBBORN = (
    "import time\nwhile True:\n    try:\n        time.sleep(100)\n    except BaseException:\n        pass"
)


async def test_code_runs_and_variables_stay(server: Running) -> None:
    assert (await server.run("x = 20"))["result"]["executionResult"] == ""
    answer = await server.run("print('out'); x + 1")
    assert answer["status"] == "Succeeded"
    assert answer["result"]["executionResult"] == 21
    assert answer["result"]["stdout"] == "out\n"


async def test_fifty_posts_at_once_run_one_after_another(server: Running) -> None:
    await server.run("order = []")
    code = "import time; order.append(('begin', {0})); time.sleep(0.001); order.append(('end', {0}))"
    await asyncio.gather(*(server.run(code.format(number)) for number in range(50)))
    order = (await server.run("[list(each) for each in order]"))["result"]["executionResult"]
    order = json.loads(order.replace("'", '"')) if isinstance(order, str) else order
    begun = [number for what, number in order if what == "begin"]
    assert order == [[what, number] for number in begun for what in ("begin", "end")]
    assert sorted(begun) == list(range(50))


async def test_a_connection_s_order_is_the_order_of_execution(server: Running) -> None:
    await server.run("seen = []")
    ids = [
        (await server.run(f"seen.append({number})", executionType="Asynchronous"))["id"]
        for number in range(40)
    ]
    await server.ended(ids[-1])
    assert (await server.run("seen"))["result"]["executionResult"] == list(range(40))


async def test_a_full_queue_is_refused_with_a_time_to_come_again(server: Running) -> None:
    connection = await server.connect()
    statuses = []
    for number in range(70):
        code = "import time; time.sleep(100)" if not number else "pass"
        connection.send(server.execution(code, executionType="Asynchronous"))
        answer = await connection.answer()
        statuses.append(answer.status)
    assert statuses == [202] * 64 + [429] * 6
    assert answer.code == "TooManyExecutions"
    assert int(answer.headers["retry-after"]) >= 1
    assert (await server.ask("DELETE", f"/session?api-version={NEWEST}&identifier=test")).status == 204


async def test_the_same_operation_id_is_the_same_execution(server: Running) -> None:
    operation = {"operation-id": "op-1"}
    await server.run("n = 0")
    code = "import time; time.sleep(0.2); n += 1; n"
    both = await asyncio.gather(*(server.run(code, headers=operation) for _ in range(2)))
    later = await server.run(code, headers=operation)
    assert [one["result"]["executionResult"] for one in (*both, later)] == [1, 1, 1]
    assert {one["id"] for one in (*both, later)} == {"op-1"}
    assert (await server.run("n"))["result"]["executionResult"] == 1


async def test_an_operation_id_with_other_code_is_refused_and_runs_nothing(server: Running) -> None:
    await server.run("n = 5", headers={"operation-id": "op-1"})
    answer = await exchange(server.port, server.execution("n = 6", headers={"operation-id": "op-1"}))
    assert (answer.status, answer.code, answer.target) == (409, "OperationIdInUse", "operation-id")
    assert (await server.run("n"))["result"]["executionResult"] == 5


async def test_the_same_operation_id_in_another_session_is_another_execution(server: Running) -> None:
    first = await server.run("1", session="one-session", headers={"operation-id": "op"})
    second = await server.run("2", session="other-session", headers={"operation-id": "op"})
    assert (first["result"]["executionResult"], second["result"]["executionResult"]) == (1, 2)


async def test_a_client_that_leaves_does_not_stop_its_execution(server: Running) -> None:
    await server.run("1")
    connection = await server.connect()
    connection.send(
        server.execution("import time; time.sleep(0.4); print('done')", headers={"operation-id": "gone"})
    )
    await connection.writer.drain()

    async def begun() -> bool:
        return (await server.poll("gone")).status == 200

    await until(begun)
    connection.writer.transport.abort()
    assert (await server.ended("gone"))["result"]["stdout"] == "done\n"


async def test_an_asynchronous_execution_is_polled_where_its_answer_says(server: Running) -> None:
    answer = await exchange(server.port, server.execution("6 * 7", executionType="asynchronous"))
    assert answer.status == 202
    assert answer.json["status"] in ("Running", "NotStarted")
    assert "result" not in answer.json
    location = answer.headers["operation-location"]

    async def ended() -> bool:
        return bool((await server.ask("GET", location)).json["status"] != "Running")

    await until(ended)
    polled = await server.ask("GET", location)
    assert (polled.status, polled.json["result"]["executionResult"]) == (200, 42)
    assert polled.json["id"] == answer.headers["operation-id"]


async def test_an_unknown_execution_is_not_found(server: Running) -> None:
    await server.run("1", headers={"operation-id": "mine"})
    assert (await server.poll("nobody-s")).code == "ExecutionNotFound"
    assert (await server.poll("mine", session="another")).status == 404


async def test_a_time_limit_stops_the_code(server: Running) -> None:
    answer = await server.run("x = 1\nimport time; time.sleep(100)", timeoutInSeconds=1)
    assert answer["status"] == "Failed"
    assert answer["error"]["error"]["code"] == "Timeout"
    assert answer["result"]["executionTimeInMilliseconds"] < 4000
    assert (await server.run("x"))["result"]["executionResult"] == 1


async def test_the_server_s_own_time_limit_counts_where_a_request_has_none(start: Start) -> None:
    async with start(timeout=0.5) as server:
        answer = await server.run("import time; time.sleep(100)")
        assert answer["error"]["error"]["code"] == "Timeout"
        assert (await server.run("1", timeoutInSeconds=60))["status"] == "Succeeded"


async def test_a_session_ends_with_what_runs_in_it(server: Running) -> None:
    await server.run("open('file', 'w').write('x'); import os; os.getpid()")
    running = asyncio.create_task(server.run(STUBBORN, headers={"operation-id": "stubborn"}))
    waiting = asyncio.create_task(server.run("open('never', 'w')"))

    async def begun() -> bool:
        return bool((await server.poll("stubborn")).json.get("status") == "Running")

    await until(begun)
    began = time.monotonic()
    answer = await server.ask("DELETE", f"/session?api-version={NEWEST}&identifier=test")
    assert (answer.status, answer.body) == (204, b"")
    assert time.monotonic() - began < 5
    assert (await running)["status"] == "Canceled"
    assert (await waiting)["status"] == "Canceled"
    for target in ("/session", "/executions/stubborn"):
        gone = await server.ask("GET", f"{target}?api-version={NEWEST}&identifier=test")
        assert gone.status == 404
    again = await server.ask("DELETE", f"/session?api-version={NEWEST}&identifier=test")
    assert (again.status, again.code) == (404, "SessionNotFound")
    assert await server.names() == []


async def test_code_hears_of_the_end_of_its_session(server: Running) -> None:
    code = (
        "import time\ntry: print('begun'); time.sleep(100)\nexcept KeyboardInterrupt: print('heard'); raise"
    )
    running = asyncio.create_task(server.run(f"open('begun', 'w').close()\n{code}"))

    async def begun() -> bool:
        return await server.names() == ["begun"]

    await until(begun)
    await server.ask("DELETE", f"/session?api-version={NEWEST}&identifier=test")
    answer = await running
    assert (answer["status"], answer["result"]["stdout"]) == ("Canceled", "begun\nheard\n")


async def test_a_session_that_is_ended_is_made_again_empty(server: Running) -> None:
    await server.run("x = 1")
    ending = asyncio.create_task(server.ask("DELETE", f"/session?api-version={NEWEST}&identifier=test"))
    await asyncio.sleep(0)
    assert (await ending).status == 204
    assert (await server.run("'x' in globals()"))["result"]["executionResult"] == "False"


async def test_lost_variables_show_as_another_container(server: Running) -> None:
    async def guid(code: str) -> str:
        return (await exchange(server.port, server.execution(code))).headers["x-ms-session-guid"]

    first = await guid("1")
    assert await guid("import os; os._exit(1)") == first
    second = await guid("2")
    assert second != first
    assert await guid("3") == second


async def test_too_many_sessions_are_refused_and_room_is_used_again(start: Start) -> None:
    async with start(max_sessions=2) as server:
        await server.run("1", session="first")
        await server.run("1", session="second")
        answer = await exchange(server.port, server.execution("1", session="third"))
        assert (answer.status, answer.code) == (429, "TooManySessions")
        assert int(answer.headers["retry-after"]) >= 1
        assert (await server.put("file", b"", session="third")).status == 429
        assert (await server.ask("DELETE", f"/session?api-version={NEWEST}&identifier=first")).status == 204
        assert (await server.run("1", session="third"))["status"] == "Succeeded"


async def test_idle_sessions_end_and_busy_ones_do_not(start: Start) -> None:
    async with start(idle_timeout=0.4) as server:
        busy = asyncio.create_task(server.run("import time; time.sleep(1.2); 'done'", session="busy"))
        await server.run("1", session="idle")
        await server.put("file", b"x", session="idle")

        async def only_busy() -> bool:
            answer = await server.ask("GET", "/listSessions")
            return [one["identifier"] for one in answer.json["sessions"]] == ["busy"]

        await until(only_busy)
        assert (await busy)["status"] == "Succeeded"
        assert await server.names(session="idle") == []


async def test_sessions_are_told_with_their_times(server: Running) -> None:
    await server.run("1", session="told")
    answer = await server.ask("GET", f"/session?api-version={NEWEST}&identifier=told")
    assert answer.status == 200
    assert set(answer.json) == {"identifier", "createdAt", "lastAccessedAt", "expireAt", "etag"}
    assert answer.json["createdAt"] <= answer.json["lastAccessedAt"] < answer.json["expireAt"]
    stopped = await server.ask("POST", "/.management/stopSession?identifier=told")
    assert (stopped.status, stopped.headers["content-type"]) == (200, "text/plain; charset=utf-8")


async def test_lists_of_sessions_go_on_behind_a_link(server: Running) -> None:
    for number in range(3):
        await server.ask("GET", f"/files?identifier=session-{number}")
    answer = await server.ask("GET", "/listSessions?skip=1")
    assert [one["identifier"] for one in answer.json["sessions"]] == ["session-1", "session-2"]
    assert "nextLink" not in answer.json


async def test_metadata_tells_the_sessions_interpreter(server: Running) -> None:
    answer = await server.ask("GET", "/metadata")
    told = await server.run("import platform, IPython; [platform.python_version(), IPython.__version__]")
    version, ipython = json.loads(told["result"]["executionResult"].replace("'", '"'))
    assert answer.json["runtimes"] == [{"name": "Python", "version": version}]
    assert answer.json["jupyterKernel"]["name"] == "ipython"
    assert answer.json["jupyterKernel"]["version"] == ipython
    assert {"name": "ipython", "version": ipython} in answer.json["preInstalledPackages"]
    assert (await server.ask("GET", "/health/startup")).status == 200


@pytest.mark.parametrize("limit", [0, 10, 4096])
async def test_streams_are_cut_to_the_length_that_was_asked_for(server: Running, limit: int) -> None:
    answer = await server.run("print('x' * 10000, end='')", outputStreamsMaxLength=limit)
    assert answer["result"]["stdout"] == "x" * limit


async def test_a_flood_is_kept_up_to_a_limit_and_told(server: Running) -> None:
    body = json.dumps({"properties": {"code": "for _ in range(100): print('x' * 99_999)"}}).encode()
    answer = await server.ask(
        "POST", "/code/execute?api-version=2024-02-02-preview&identifier=flood", JSON, body
    )
    stdout = answer.json["properties"]["stdout"]
    assert len(stdout) < 5 << 20
    assert stdout.endswith(f"\n[{100 * 100_000 - (4 << 20)} more characters are not kept]\n")


async def test_images_are_values_and_other_displays_are_output(server: Running) -> None:
    code = (
        "from IPython.display import display, HTML\n"
        "import base64\n"
        "display('seen')\n"
        "display({'image/png': 'iVBORw0KGgo=', 'text/plain': 'x'}, raw=True)\n"
    )
    result = (await server.run(code))["result"]
    assert result["stdout"] == "'seen'\n"
    assert result["executionResult"] == {"type": "image", "format": "png", "base64_data": "iVBORw0KGgo="}


async def test_requests_on_one_connection_are_answered_in_order(server: Running) -> None:
    connection = await server.connect()
    for number in range(5):
        connection.send(server.execution(str(number)))
    answers = [(await connection.answer()).json["result"]["executionResult"] for _ in range(5)]
    assert answers == list(range(5))


async def test_both_families_of_loopback_are_served(server: Running) -> None:
    connection = await Connection.open(server.port, "::1")
    connection.send(server.execution("1"))
    assert (await connection.answer()).status == 200


async def test_an_interpreter_that_cannot_run_is_told_and_not_hidden(tmp_path: Path) -> None:
    broken = LocalBackend(tmp_path, Choice("/nothing/python", "test"))
    async with running(broken) as server:
        ready = await server.ask("GET", "/health/startup")
        assert ready.status == 500
        assert (await server.ask("GET", "/health")).status == 200
        metadata = await server.ask("GET", "/metadata")
        assert (metadata.status, metadata.code) == (503, "CannotStart")
        assert "/nothing/python" in metadata.json["error"]["message"]
        answer = await server.run("1")
        assert (answer["status"], answer["error"]["error"]["code"]) == ("Failed", "Rejected")
        assert "/nothing/python" in answer["error"]["error"]["message"]
    await broken.close()
