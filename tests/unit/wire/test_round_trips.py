"""Generated: what one side writes the other reads, and nothing that comes in breaks a reader."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.models import ErrorInfo, FileInfo, Status
from backend.wire.client_side import ClientSide
from backend.wire.exchange import Exchange
from backend.wire.facts import Execute, ExecutionFacts, Fault, Listing, PoolFacts, SessionFacts, Versioned
from backend.wire.messages import HttpAnswer
from backend.wire.problems import WireError
from backend.wire.routes import match
from backend.wire.server_side import ServerSide
from backend.wire.text import dump
from backend.wire.versions import FEATURES, ApiVersion, Generation

versions = st.sampled_from(ApiVersion)
anything = st.text()
well_formed = st.text(st.characters(codec="utf-8"))
identifiers = st.text("abcXYZ019-_", min_size=4, max_size=40)
operations = st.text("abcXYZ019-_.~:", min_size=1, max_size=40)
seconds = st.floats(min_value=0, max_value=4e9).map(lambda time: round(time, 3))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
names = st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=40).filter(
    lambda name: name not in (".", "..") and len(name.encode()) <= 255
)
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
files = st.builds(
    FileInfo,
    paths,
    st.sampled_from(["file", "directory"]),
    st.integers(min_value=0, max_value=2**50),
    seconds,
)
# fmt: off
WORDS = [
    "properties", "status", "stdout", "stderr", "result", "executionResult",
    "executionTimeInMilliseconds", "id", "$id", "identifier", "sessionId", "executionType", "error",
    "code", "message", "rawResult", "error_name", "error_message", "error_stack_trace", "diagnosticInfo",
    "operationId", "value", "$values", "name", "filename", "size", "sizeInBytes", "type", "directory",
    "lastModifiedAt", "last_modified_time", "nextLink", "sessions", "createdAt", "expireAt", "etag",
    "runtimes", "preInstalledPackages", "jupyterKernel", "timeoutInSeconds", "codeInputType",
    "outputStreamsMaxLength", "details", "innererror",
]
# fmt: on
TELLING = [
    "Success",
    "Failed",
    "Running",
    "Timeout",
    "inline",
    "a.txt",
    "..",
    "2024-11-02T11:54:35Z",
    "5",
    "-1",
]
telling_trees = st.recursive(
    st.sampled_from(TELLING) | st.none() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=8),
    max_leaves=30,
)

HEADERS = ["operation-id", "operation-location", "retry-after", "date", "content-type", "x-ms-error-code"]


def strict(body: bytes) -> Any:
    """The JSON of a body, which is ASCII, has no NaN and no lone surrogate."""

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    tree = json.loads(body.decode("ascii"), parse_constant=refuse)
    json.dumps(tree, ensure_ascii=False).encode("utf-8")
    return tree


@given(versions, anything, identifiers, operations, st.integers(1, 220) | st.none(), st.booleans())
def test_code_arrives_as_it_was_sent(
    version: ApiVersion, code: str, session: str, operation: str, timeout: int | None, asynchronous: bool
) -> None:
    asked = Execute(code, session, operation, timeout, asynchronous)
    for other_shape in (False, True):
        sent = ClientSide(version).execute(asked, other_shape=other_shape)
        strict(sent.body)
        legacy = FEATURES[version].generation is Generation.LEGACY
        if legacy and other_shape:
            continue
        query = dict(parse_qsl(urlsplit(sent.target).query, keep_blank_values=True))
        found = ServerSide(version).read_execute(query, sent.headers, sent.body)
        assert found == replace(
            asked,
            code=code.encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
            asynchronous=asynchronous and not legacy,
            output_limit=FEATURES[version].output_limit,
        )


@given(
    version=versions,
    id=operations,
    session=identifiers,
    status=st.sampled_from(Status),
    asynchronous=st.booleans(),
    stdout=well_formed,
    stderr=well_formed,
    value=st.none() | st.integers(-(10**6), 10**6).map(lambda number: {"text/plain": str(number)}),
    error=st.none()
    | st.just(ErrorInfo("ValueError", "x: y", "Traceback (most recent call last):\n  F\nValueError: x: y\n")),
    duration_ms=st.integers(0, 10**9),
)
def test_an_execution_is_read_as_it_was_told(
    version: ApiVersion, error: ErrorInfo | None, **fields: Any
) -> None:
    failed = fields["status"].final and fields["status"] is not Status.SUCCEEDED
    facts = ExecutionFacts(error=error if failed else None, **fields)
    answer = ServerSide(version).execution(facts)
    strict(answer.body)
    for version_asked in ApiVersion:
        found = ClientSide(version_asked).read_execution(answer, limit=10**9)
        wanted = facts
        if FEATURES[version].generation is Generation.LEGACY:
            wanted = replace(wanted, session="", asynchronous=False)
        if not facts.final:
            wanted = replace(wanted, stdout="", stderr="", value=None, duration_ms=found.duration_ms)
        assert found == wanted


@given(anything, anything, anything, anything, anything, st.sampled_from(Status), versions)
def test_whatever_an_execution_tells_its_answer_is_strict_json(
    stdout: str, stderr: str, text: str, name: str, message: str, status: Status, version: ApiVersion
) -> None:
    facts = ExecutionFacts(
        "7",
        status,
        "session-1",
        stdout=stdout,
        stderr=stderr,
        value={"text/plain": text},
        displays=({"image/png": text},),
        error=ErrorInfo(name, message, text),
        message=message,
        duration_ms=1.5,
    )
    answer = ServerSide(version).execution(facts, limit=50)
    tree = strict(answer.body)
    result = tree.get("properties") or tree.get("result") or tree["rawResult"]
    assert len(result["stdout"]) <= 50
    assert len(result["stderr"]) <= 50
    for value in answer.headers.values():
        assert value.isascii()
        assert value.isprintable()
    assert ClientSide(version).read_execution(answer, limit=50).final == facts.final


@given(versions, st.lists(files, max_size=4), well_formed)
def test_files_are_listed_as_they_are(version: ApiVersion, found: list[FileInfo], link: str) -> None:
    answer = ServerSide(version).files(Listing(tuple(found), link))
    strict(answer.body)
    read = ClientSide(version).read_files(answer)
    wanted = found
    if version is ApiVersion.V2024_02_02:
        wanted = [file for file in found if file.kind == "file"]
    if version is not ApiVersion.V2025_10_02:  # no other tells the folder
        wanted = [replace(file, path=file.name) for file in wanted]
    assert [file.path for file in read.files] == [file.path for file in wanted]
    for one, other in zip(read.files, wanted, strict=True):
        assert (one.kind, one.size) == (other.kind, other.size)
        assert one.modified == pytest.approx(other.modified, abs=1e-6)
    assert read.next_link == ("" if version is ApiVersion.V2024_08_02 else link)


@given(versions, paths, identifiers)
def test_a_file_is_asked_for_and_found_by_its_path(version: ApiVersion, path: str, session: str) -> None:
    client = ClientSide(version)
    for request in (
        client.describe(session, path),
        client.download(session, path),
        client.delete(session, path),
    ):
        parts = urlsplit(request.target)
        query = dict(parse_qsl(parts.query))
        found = match(request.method, parts.path, query["api-version"])
        assert (found.call, found.version) == (request.call, request.version)
        assert ServerSide(found.version).read_path(found.name, query) == path


@given(versions, st.text(max_size=300), st.text(), st.floats(0, 1e6) | st.none())
def test_a_refusal_is_read_as_it_was_told(
    version: ApiVersion, code: str, message: str, retry_after: float | None
) -> None:
    answer = ServerSide(version).fault(Fault(429, code, message, retry_after=retry_after))
    strict(answer.body)
    found = ClientSide(version).read_fault(answer)
    assert found.status == 429
    assert (found.retry_after is None) == (retry_after is None)
    assert len(found.message) < 2100


@given(identifiers, seconds | st.none(), seconds | st.none(), well_formed)
def test_sessions_and_pools_are_read_as_they_were_told(
    identifier: str, created: float | None, expires: float | None, text: str
) -> None:
    server, client = ServerSide(ApiVersion.V2025_02_02), ClientSide(ApiVersion.V2025_02_02)
    session = SessionFacts(identifier, created, None, expires, text)
    assert client.read_session(server.session(session)) == session
    pool = PoolFacts(packages=(Versioned(identifier, text),), created_at=created)
    found = client.read_metadata(server.metadata(pool))
    assert (found.packages, found.created_at) == (pool.packages, pool.created_at)


READERS: list[Callable[[ClientSide, HttpAnswer], object]] = [
    lambda client, answer: client.read_execution(answer),
    lambda client, answer: client.read_files(answer),
    lambda client, answer: client.read_files(answer, "sub"),
    lambda client, answer: client.read_file(answer, "sub/a.txt"),
    lambda client, answer: client.read_session(answer),
    lambda client, answer: client.read_sessions(answer),
    lambda client, answer: client.read_metadata(answer),
]


def read_all(body: bytes, headers: dict[str, str]) -> None:
    """Read a body as everything there is; a reader may raise WireError and nothing else."""
    answer = HttpAnswer(200, headers, body)
    client = ClientSide(ApiVersion.V2025_10_02)
    for reader in READERS:
        with contextlib.suppress(WireError):
            reader(client, answer)
    client.read_fault(answer)
    for version in ApiVersion:
        try:
            ServerSide(version).read_execute({}, headers, body)
        except WireError as problem:
            strict(ServerSide(version).refusal(problem).body)


@given(json_values | telling_trees, st.dictionaries(st.sampled_from(HEADERS), st.text()))
def test_no_json_breaks_a_reader(tree: Any, headers: dict[str, str]) -> None:
    read_all(json.dumps(tree).encode(), headers)


@given(st.binary())
def test_no_bytes_break_a_reader(body: bytes) -> None:
    read_all(body, {})


@pytest.mark.parametrize(
    "unit", ["[", '{"properties":', '{"error":', '{"value":', '{"result":', '{"$values":[']
)
@pytest.mark.parametrize("depth", [60, 300, 900, 100_000])
def test_no_depth_breaks_a_reader(unit: str, depth: int) -> None:
    closing = "".join({"[": "]", "{": "}"}[letter] for letter in reversed(unit) if letter in "[{")
    read_all((unit * depth + "1" + closing * depth).encode(), {})


@given(json_values)
def test_json_goes_out_strict_or_not_at_all(tree: Any) -> None:
    try:
        body = dump(tree)
    except ValueError:
        assert "NaN" in json.dumps(tree) or "Infinity" in json.dumps(tree)
        return
    strict(body)


@given(st.text(), st.text(), st.binary(), st.lists(st.tuples(st.text(), st.text())), st.text())
def test_an_exchange_comes_back_from_json(
    method: str, url: str, body: bytes, headers: list[tuple[str, str]], error: str
) -> None:
    exchange = Exchange.record(
        method, url, request_headers=headers, request_body=body, response_body=body, error=error, status=200
    )
    assert Exchange.from_dict(json.loads(json.dumps(exchange.to_dict()))) == exchange
