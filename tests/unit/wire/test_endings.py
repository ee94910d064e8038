"""How an execution ended, told and read in both generations."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from backend.models import ErrorInfo, Status, Stream
from backend.wire.client_side import ClientSide
from backend.wire.facts import ExecutionFacts
from backend.wire.messages import HttpAnswer
from backend.wire.server_side import ServerSide
from backend.wire.versions import FEATURES, ApiVersion, Generation

TRACEBACK = "Traceback (most recent call last):\n  File \"<run 1>\", line 1, in <module>\nKeyError: 'a'\n"
KEY_ERROR = ErrorInfo("KeyError", "'a'", TRACEBACK)
INTERRUPT = ErrorInfo("KeyboardInterrupt", "", TRACEBACK.replace("KeyError: 'a'", "KeyboardInterrupt"))
BARE = ErrorInfo("KeyError", "'a'", "")
FINAL = [status for status in Status if status.final]


def there_and_back(facts: ExecutionFacts, version: ApiVersion, limit: int | None = None) -> ExecutionFacts:
    answer = ServerSide(version).execution(facts, limit=limit)
    return ClientSide(version).read_execution(answer, limit=limit)


def kept(facts: ExecutionFacts, version: ApiVersion) -> ExecutionFacts:
    legacy = FEATURES[version].generation is Generation.LEGACY
    return replace(facts, session="", asynchronous=False) if legacy else facts


@pytest.mark.parametrize("message", ["", "Its worker was ended."])
@pytest.mark.parametrize("error", [None, KEY_ERROR, INTERRUPT])
@pytest.mark.parametrize("status", [status for status in FINAL if status is not Status.SUCCEEDED])
@pytest.mark.parametrize("version", ApiVersion)
def test_every_ending_comes_back(
    version: ApiVersion, status: Status, error: ErrorInfo | None, message: str
) -> None:
    facts = ExecutionFacts(
        "7", status, "session-1", stdout="o", stderr="careful\n", error=error, message=message, duration_ms=1
    )
    if status is Status.FAILED and error:
        facts = replace(facts, message="")  # an exception speaks for itself
    assert there_and_back(facts, version) == kept(facts, version)


@pytest.mark.parametrize("version", ApiVersion)
def test_an_exception_speaks_for_itself(version: ApiVersion) -> None:
    facts = ExecutionFacts("7", Status.FAILED, "session-1", error=KEY_ERROR, message="x", duration_ms=1)
    found = there_and_back(facts, version)
    assert (found.error, found.message, found.stderr) == (KEY_ERROR, "", "")


@pytest.mark.parametrize("version", ApiVersion)
def test_an_error_without_a_traceback_comes_back(version: ApiVersion) -> None:
    facts = ExecutionFacts("7", Status.FAILED, "session-1", stderr="careful\n", error=BARE, duration_ms=1)
    assert there_and_back(facts, version) == kept(facts, version)


@pytest.mark.parametrize("status", [Status.QUEUED, Status.RUNNING])
@pytest.mark.parametrize("version", ApiVersion)
def test_what_is_not_finished_has_no_output(version: ApiVersion, status: Status) -> None:
    facts = ExecutionFacts("7", status, "session-1", asynchronous=True, stdout="half", stderr="of it")
    found = there_and_back(facts, version)
    assert (found.id, found.status, found.stdout, found.stderr) == ("7", status, "", "")
    assert not found.final


@pytest.mark.parametrize("version", ApiVersion)
def test_clients_that_know_no_error_find_it_in_stderr_which_is_always_text(version: ApiVersion) -> None:
    server = ServerSide(version)
    failed = ExecutionFacts("7", Status.FAILED, "session-1", stderr="careful\n", error=KEY_ERROR)
    late = ExecutionFacts("7", Status.TIMED_OUT, "session-1", message="The time limit of 5 s was reached.")
    for facts, stderr in (
        (failed, f"careful\n{TRACEBACK}"),
        (late, "Timeout: The time limit of 5 s was reached.\n"),
    ):
        body = json.loads(server.execution(facts).body)
        result: dict[str, Any] = body["properties"] if "properties" in body else body["result"]
        assert result["stderr"] == stderr
        assert result["stdout"] == ""


@pytest.mark.parametrize("version", ApiVersion)
def test_legacy_answers_say_exactly_success_or_failure(version: ApiVersion) -> None:
    for status in FINAL:
        body = json.loads(ServerSide(version).execution(ExecutionFacts("7", status, "s")).body)
        word = body["properties"]["status"] if "properties" in body else body["status"]
        if FEATURES[version].generation is Generation.LEGACY:
            assert word == ("Success" if status is Status.SUCCEEDED else "Failure")
        else:
            words = {Status.SUCCEEDED: "Succeeded", Status.INTERRUPTED: "Canceled"}
            assert word == words.get(status, "Failed")


@pytest.mark.parametrize("version", ApiVersion)
def test_streams_are_cut_to_the_limit_and_the_error_stays(version: ApiVersion) -> None:
    facts = ExecutionFacts(
        "7", Status.FAILED, "session-1", stdout="o" * 500, stderr="e" * 500, error=KEY_ERROR, duration_ms=1
    )
    found = there_and_back(facts, version, limit=200)
    assert found.truncated == {Stream.STDOUT, Stream.STDERR}
    assert found.error == KEY_ERROR
    assert found.stdout == "o" * 200
    assert found.stderr == "e" * (200 - len(TRACEBACK))


@pytest.mark.parametrize("version", [version for version in ApiVersion if version >= ApiVersion.V2024_10_02])
def test_a_traceback_that_is_cut_itself_is_told_in_full_beside_stderr(version: ApiVersion) -> None:
    facts = ExecutionFacts("7", Status.FAILED, "session-1", stderr="e", error=KEY_ERROR, duration_ms=1)
    found = there_and_back(facts, version, limit=20)
    assert (found.error, found.stderr) == (KEY_ERROR, "")


@pytest.mark.parametrize(
    ("text", "limit", "full"),
    [
        ("a" * 9, 10, False),
        ("a" * 10, 10, True),
        ("é" * 4, 10, True),  # eight bytes of ten: a ninth character would not fit
        ("é" * 3, 10, False),
        ("é" * 10, 10, True),
        ("é" * 7, 10, False),
    ],
)
def test_a_stream_as_long_as_the_limit_may_be_cut(text: str, limit: int, full: bool) -> None:
    body = json.dumps({"properties": {"status": "Success", "stdout": text, "stderr": ""}}).encode()
    found = ClientSide(ApiVersion.V2024_02_02).read_execution(HttpAnswer(200, {}, body), limit=limit)
    assert (Stream.STDOUT in found.truncated) is full


def test_the_newest_version_has_a_limit_without_being_asked() -> None:
    body = json.dumps({"status": "Succeeded", "result": {"stdout": "a" * 4096, "stderr": "b"}}).encode()
    answer = HttpAnswer(200, {}, body)
    assert ClientSide(ApiVersion.V2025_10_02).read_execution(answer).truncated == {Stream.STDOUT}
    assert not ClientSide(ApiVersion.V2025_02_02).read_execution(answer).truncated


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("Timeout", Status.TIMED_OUT),
        ("timeout", Status.TIMED_OUT),
        ("ConnectionClosed", Status.WORKER_DIED),
        ("ConnectionError", Status.LOST),
        ("WebsocketError", Status.LOST),
        ("InternalServerError", Status.FAILED),
        ("MessageProcessingError", Status.FAILED),
        ("ValueError", Status.FAILED),
    ],
)
@pytest.mark.parametrize("nested", [True, False])
def test_the_services_names_of_errors_tell_the_status(code: str, status: Status, nested: bool) -> None:
    detail = {"code": code, "message": "It went wrong.", "innererror": {"code": "x"}, "details": []}
    body = {"id": "7", "status": "Failed", "error": {"error": detail} if nested else detail}
    found = ClientSide(ApiVersion.V2025_02_02).read_execution(HttpAnswer(200, {}, json.dumps(body).encode()))
    assert found.status is status
    if status is Status.FAILED:
        assert found.error == ErrorInfo(code, "It went wrong.", "")
    else:
        assert found.message == "It went wrong."
