"""The examples that the container's samples and the contract publish, letter by letter.

Both sides read them, and what a server writes matches them key for key.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from backend.models import FileInfo, Status
from backend.wire.client_side import ClientSide
from backend.wire.facts import Execute, ExecutionFacts, Listing
from backend.wire.messages import HttpAnswer
from backend.wire.server_side import ServerSide
from backend.wire.timings import timings
from backend.wire.versions import ApiVersion

LEGACY, CURRENT = ApiVersion.V2024_08_02, ApiVersion.V2024_10_02
IDENTIFIED = {"identifier": "test-identifier"}

LEGACY_REQUEST = r"""{
    "properties": {
        "identifier": "test-identifier",
        "codeInputType": "inline",
        "executionType": "Synchronous",
        "code": "print(\"inline-synchronous\")",
        "timeoutInSeconds": 100
    }
}"""
LEGACY_HEADERS = {
    "Content-Type": "application/json",
    "Operation-Id": "d04f566c-9a27-44cc-9b66-bfad404a7921",
    "X-Ms-Container-Execution-Duration": "5011",
    "X-Ms-Execution-Request-Time": "5010.000000",
    "X-Ms-Overall-Execution-Time": "42m56.970311818s",
    "X-Ms-Session-Guid": "d04f566c-9a27-44cc-9b66-bfad404a7921",
}
LEGACY_ANSWER = r"""{
  "properties": {
    "$id": "d04f566c-9a27-44cc-9b66-bfad404a7921",
    "status": "Success",
    "stdout": "inline-synchronous\n",
    "stderr": "",
    "executionResult": "",
    "executionTimeInMilliseconds": 9
  }
}"""
LEGACY_FILES = (
    '[{"name":"README.md","type":"file","filename":"README.md","size":5045,"last_modified_time":'
    '"2024-11-02T11:54:35.595707834Z","mime_type":"text/markdown; charset=utf-8"}]'
)
LEGACY_FILE = (
    '{"value":[{"$id":"","properties":{"$id":"","filename":"README.md","size":5045,'
    '"lastModifiedTime":"2024-11-02T11:54:35.595707834Z"}}]}'
)
LEGACY_DELETED = '{"message": "file deleted successfully"}'

REQUEST = r"""{
        "identifier": "test-identifier",
        "codeInputType": "inline",
        "executionType": "Synchronous",
        "code": "print(\"inline-synchronous\")",
        "timeoutInSeconds": 100
}"""
ANSWER = r"""{
  "id": "553e972b-2925-442b-ad67-28970e2d5c53",
  "identifier": "test-identifier",
  "sessionId": "test-identifier",
  "executionType": "synchronous",
  "status": "Succeeded",
  "result": {
    "stdout": "inline-synchronous\n",
    "stderr": "",
    "executionResult": "",
    "executionTimeInMilliseconds": 9
  },
  "rawResult": {
    "hresult": 0,
    "result": "",
    "error_name": "",
    "error_message": "",
    "error_stack_trace": "",
    "stdout": "inline-synchronous\n",
    "stderr": "",
    "diagnosticInfo": {
      "executionRequestTimeInMilliSeconds": 9,
      "executionProcessResponseTimeInMilliSeconds": 0,
      "executionDuration": 9,
      "identifier": "test-identifier"
    },
    "operationId": "553e972b-2925-442b-ad67-28970e2d5c53"
  }
}"""
ASYNCHRONOUS_REQUEST = r"""{
        "identifier": "test-identifier",
        "codeInputType": "inline",
        "executionType": "Asynchronous",
        "code": "import time\\ntime.sleep(2)\\nprint(\"Hello from async code\")",
        "timeoutInSeconds": 100
}"""
LOCATION = (
    "/executions/8963ad02-1d0b-43ef-9863-0cefd18d5fb4"
    "?api-version=2024-10-02-preview&identifier=test-identifier"
)
STARTED = r"""{
  "id": "8963ad02-1d0b-43ef-9863-0cefd18d5fb4",
  "identifier": "test-identifier",
  "sessionId": "test-identifier",
  "executionType": "Asynchronous",
  "status": "Running",
  "rawResult": {
    "hresult": 0,
    "result": null,
    "error_name": "",
    "error_message": "",
    "error_stack_trace": "",
    "stdout": "8963ad02-1d0b-43ef-9863-0cefd18d5fb4",
    "stderr": "",
    "diagnosticInfo": {
      "executionRequestTimeInMilliSeconds": 0,
      "executionProcessResponseTimeInMilliSeconds": 0,
      "executionDuration": 75,
      "identifier": "10"
    },
    "operationId": "8963ad02-1d0b-43ef-9863-0cefd18d5fb4"
  }
}"""
POLLED = r"""{
  "id": "8963ad02-1d0b-43ef-9863-0cefd18d5fb4",
  "identifier": "test-identifier",
  "sessionId": "test-identifier",
  "executionType": "Asynchronous",
  "status": "Succeeded",
  "result": {
    "stdout": "Hello from async code\n",
    "stderr": "",
    "executionResult": "",
    "executionTimeInMilliseconds": 380
  },
  "rawResult": {
    "hresult": 0,
    "result": "",
    "error_name": "",
    "error_message": "",
    "error_stack_trace": "",
    "stdout": "",
    "stderr": "",
    "diagnosticInfo": {
      "executionRequestTimeInMilliSeconds": 0,
      "executionProcessResponseTimeInMilliSeconds": 0,
      "executionDuration": 0,
      "identifier": ""
    },
    "operationId": ""
  }
}"""
FILE = (
    '{"name":"README2.md","sizeInBytes":133,"lastModifiedAt":"2024-11-02T12:33:05.677209683Z",'
    '"contentType":"text/markdown; charset=utf-8","type":"File"}'
)
FILES = f'{{"value":[{FILE}]}}'
NEWEST_FILE = (
    '{"name": "README2.md", "type": "File", "contentType": "text/markdown; charset=utf-8", '
    '"sizeInBytes": 133, "lastModifiedAt": "2024-11-02T12:33:05.677209683Z", "directory": "."}'
)
README = FileInfo("README.md", "file", 5045, 1730548475.595707834)
README2 = FileInfo("README2.md", "file", 133, 1730550785.677209683)


def answer(body: str, status: int = 200, headers: dict[str, str] | None = None) -> HttpAnswer:
    return HttpAnswer(status, headers or {}, body.encode())


def shape(tree: Any) -> Any:
    """Keys in their order and the types of what is in them."""
    if isinstance(tree, dict):
        return [(key, shape(value)) for key, value in tree.items()]
    if isinstance(tree, list):
        return [shape(item) for item in tree]
    return type(tree).__name__


def without_times(tree: Any) -> Any:
    """The tree with only the seconds of times: more is more than a float has."""
    text = json.dumps(tree)
    for second in ("2024-11-02T11:54:35.", "2024-11-02T12:33:05."):
        while (start := text.find(second)) >= 0:
            text = text[: start + len(second) - 1] + text[start + len(second) + 10 :]
    return json.loads(text)


RUN = Execute('print("inline-synchronous")', "test-identifier", timeout=100)


def test_a_server_reads_the_legacy_request() -> None:
    assert ServerSide(LEGACY).read_execute(IDENTIFIED, {}, LEGACY_REQUEST.encode()) == RUN


def test_a_client_sends_the_legacy_request() -> None:
    assert json.loads(ClientSide(LEGACY).execute(RUN).body) == json.loads(LEGACY_REQUEST)


def test_a_client_reads_the_legacy_answer() -> None:
    found = ClientSide(LEGACY).read_execution(answer(LEGACY_ANSWER, 202, LEGACY_HEADERS))
    assert found == ExecutionFacts(
        "d04f566c-9a27-44cc-9b66-bfad404a7921",
        Status.SUCCEEDED,
        stdout="inline-synchronous\n",
        duration_ms=9,
        container="d04f566c-9a27-44cc-9b66-bfad404a7921",
    )


def test_a_server_writes_the_legacy_answer_and_adds_the_pools_name_of_the_value() -> None:
    facts = ExecutionFacts(
        "d04f566c-9a27-44cc-9b66-bfad404a7921",
        Status.SUCCEEDED,
        "test-identifier",
        stdout="inline-synchronous\n",
        duration_ms=9,
        container="d04f566c-9a27-44cc-9b66-bfad404a7921",
    )
    written = ServerSide(LEGACY).execution(facts)
    body = json.loads(written.body)
    assert body["properties"].pop("result") == ""
    assert body == json.loads(LEGACY_ANSWER)
    assert shape(body) == shape(json.loads(LEGACY_ANSWER))
    assert written.status == 202
    assert list(written.headers) == list(LEGACY_HEADERS)


def test_the_headers_of_the_legacy_answer_are_times() -> None:
    found = {timing.name: timing.milliseconds for timing in timings(LEGACY_HEADERS.items())}
    assert found == {
        "container execution duration": 5011,
        "execution request time": 5010,
        "overall execution time": pytest.approx(42 * 60_000 + 56_970.311818),
        "session guid": None,
    }


def test_legacy_files_are_read_and_written() -> None:
    client, server = ClientSide(LEGACY), ServerSide(LEGACY)
    assert client.read_files(answer(LEGACY_FILES)) == Listing((README,))
    assert client.read_file(answer(LEGACY_FILES), "README.md") == README
    assert client.read_file(answer(LEGACY_FILE), "README.md") == README
    for written, published in (
        (server.files(Listing((README,))), LEGACY_FILES),
        (server.uploaded(README), LEGACY_FILES),
        (server.file(README), LEGACY_FILE),
    ):
        assert shape(json.loads(written.body)) == shape(json.loads(published))
        assert without_times(json.loads(written.body)) == without_times(json.loads(published))
    deleted = server.deleted()
    assert (deleted.status, deleted.body.decode()) == (200, LEGACY_DELETED)


def test_a_legacy_download_has_the_published_headers() -> None:
    assert ServerSide(LEGACY).content_headers(README) == {
        "Accept-Ranges": "bytes",
        "Content-Length": "5045",
        "Content-Type": "text/markdown; charset=utf-8",
        "Last-Modified": "Sat, 02 Nov 2024 11:54:35 GMT",
    }


def test_a_server_reads_the_current_requests() -> None:
    server = ServerSide(CURRENT)
    assert server.read_execute(IDENTIFIED, {}, REQUEST.encode()) == RUN
    # the sample escapes its line ends twice, and so it must arrive
    assert server.read_execute(IDENTIFIED, {}, ASYNCHRONOUS_REQUEST.encode()) == Execute(
        'import time\\ntime.sleep(2)\\nprint("Hello from async code")',
        "test-identifier",
        timeout=100,
        asynchronous=True,
    )


def test_a_client_sends_the_current_request() -> None:
    sent, published = json.loads(ClientSide(CURRENT).execute(RUN).body), json.loads(REQUEST)
    assert shape(sent) == shape(published)
    assert sent == published | {"codeInputType": "Inline"}


def test_a_client_reads_the_current_answers() -> None:
    client = ClientSide(CURRENT)
    assert client.read_execution(answer(ANSWER, 202)) == ExecutionFacts(
        "553e972b-2925-442b-ad67-28970e2d5c53",
        Status.SUCCEEDED,
        "test-identifier",
        stdout="inline-synchronous\n",
        duration_ms=9,
    )
    identifier = "8963ad02-1d0b-43ef-9863-0cefd18d5fb4"
    started = client.read_execution(answer(STARTED, 202, {"Operation-Location": LOCATION}))
    assert started == ExecutionFacts(identifier, Status.RUNNING, "test-identifier", asynchronous=True)
    assert client.read_execution(answer(POLLED)) == ExecutionFacts(
        identifier,
        Status.SUCCEEDED,
        "test-identifier",
        asynchronous=True,
        stdout="Hello from async code\n",
        duration_ms=380,
    )


@pytest.mark.parametrize(
    ("published", "status", "polled"), [(ANSWER, 202, False), (STARTED, 202, False), (POLLED, 200, True)]
)
def test_a_server_writes_the_current_answers_key_for_key(published: str, status: int, polled: bool) -> None:
    facts = ClientSide(CURRENT).read_execution(answer(published))
    written = ServerSide(CURRENT).execution(facts, polled=polled)
    assert written.status == status
    assert shape(json.loads(written.body)) == shape(json.loads(published))
    if published is ANSWER:
        assert json.loads(written.body) == json.loads(ANSWER) | {"executionType": "Synchronous"}
    if published is STARTED:
        assert written.headers["Operation-Location"] == LOCATION


def test_current_files_are_read_and_written() -> None:
    client, server = ClientSide(CURRENT), ServerSide(CURRENT)
    assert client.read_files(answer(FILES)) == Listing((README2,))
    assert client.read_file(answer(FILE), "README2.md") == README2
    for written, published in (
        (server.files(Listing((README2,))), FILES),
        (server.uploaded(README2), FILE),
        (server.file(README2), FILE),
    ):
        assert shape(json.loads(written.body)) == shape(json.loads(published))
        assert without_times(json.loads(written.body)) == without_times(json.loads(published))
    assert server.deleted() == HttpAnswer(204)


def test_the_newest_version_adds_the_directory() -> None:
    newest = ApiVersion.V2025_10_02
    assert ClientSide(newest).read_file(answer(NEWEST_FILE), "README2.md") == README2
    written = json.loads(ServerSide(newest).file(README2).body)
    assert without_times(written) == without_times(json.loads(NEWEST_FILE))
