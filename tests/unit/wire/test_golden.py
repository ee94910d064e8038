"""Every call of every version in both directions, against files that were read beside the contract.

A golden file holds the request that a client sends and the answer that a server writes. Each is made and each
is read, so that neither side can drift with the other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import pytest

from backend.wire.client_side import ClientSide
from backend.wire.facts import ExecutionFacts
from backend.wire.messages import HttpAnswer
from backend.wire.routes import match
from backend.wire.server_side import ServerSide
from backend.wire.versions import FEATURES, ApiVersion, Generation
from tests.unit.wire.cases import (
    ANSWERS,
    OPERATION,
    REQUESTS,
    RUN,
    SESSION,
    START,
    golden,
    shown_answer,
    shown_request,
)

VERSIONS = list(ApiVersion)
READ = [name for name, case in ANSWERS.items() if case.read]


def ordered(tree: Any) -> str:
    """JSON text: two trees have the same only with their keys in the same order."""
    return json.dumps(tree, ensure_ascii=False, indent=1)


def answer(shown: Mapping[str, Any]) -> HttpAnswer:
    body = shown.get("body", "")
    text = body if isinstance(body, str) else json.dumps(body)
    return HttpAnswer(shown["status"], shown.get("headers", {}), text.encode())


@pytest.mark.parametrize("version", VERSIONS)
def test_a_golden_file_has_every_case_and_no_other(version: ApiVersion) -> None:
    found = golden(version)
    assert list(found["requests"]) == list(REQUESTS)
    assert list(found["answers"]) == list(ANSWERS)


@pytest.mark.parametrize("name", REQUESTS)
@pytest.mark.parametrize("version", VERSIONS)
def test_a_client_sends_exactly_this(version: ApiVersion, name: str) -> None:
    sent = shown_request(REQUESTS[name](ClientSide(version)))
    assert ordered(sent) == ordered(golden(version)["requests"][name])


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("version", VERSIONS)
def test_a_server_answers_exactly_this(version: ApiVersion, name: str) -> None:
    written = shown_answer(ANSWERS[name].write(ServerSide(version)))
    assert ordered(written) == ordered(golden(version)["answers"][name])


@pytest.mark.parametrize("name", REQUESTS)
@pytest.mark.parametrize("version", VERSIONS)
def test_a_server_reads_what_the_client_asked(version: ApiVersion, name: str) -> None:
    shown = golden(version)["requests"][name]
    sent = REQUESTS[name](ClientSide(version))
    method, _, target = shown["line"].partition(" ")
    path, _, query_text = target.partition("?")
    query = dict(parse_qsl(query_text))
    matched = match(method, path, query["api-version"])
    server = ServerSide(matched.version)
    assert (matched.call, matched.version) == (sent.call, sent.version)
    assert matched.id == (OPERATION if name == "poll" else "")
    if sent.call not in ("list sessions", "metadata", "health", "ready"):
        assert server.read_identifier(query) == SESSION
    if "folder" in name:
        assert server.read_directory(query) == "sub"
    if sent.call in ("describe file", "download", "delete file"):
        wanted = "sub/größe 1.csv" if "folder" in name else "README.md"
        assert server.read_path(matched.name, query) == wanted
    assert server.read_recursive(query) == (name == "list all files")
    assert server.read_skip(query) == (20 if name == "list more sessions" else 0)


@pytest.mark.parametrize("name", ["execute", "start"])
@pytest.mark.parametrize("version", VERSIONS)
def test_a_server_reads_the_code_that_a_client_sent(version: ApiVersion, name: str) -> None:
    shown = golden(version)["requests"][name]
    query = dict(parse_qsl(shown["line"].partition("?")[2]))
    found = ServerSide(version).read_execute(query, shown["headers"], json.dumps(shown["body"]).encode())
    legacy = FEATURES[version].generation is Generation.LEGACY
    sent = RUN if name == "execute" else START
    limit = 4096 if version is ApiVersion.V2025_10_02 else None
    assert found == replace(sent, asynchronous=sent.asynchronous and not legacy, output_limit=limit)


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("version", VERSIONS)
def test_a_client_reads_what_the_server_told(version: ApiVersion, name: str) -> None:
    case = ANSWERS[name]
    assert case.read
    found = case.read(ClientSide(version), answer(golden(version)["answers"][name]))
    assert found == told(case.facts, version)


def told(facts: object, version: ApiVersion) -> object:
    """The facts as far as a generation has a place for them."""
    if FEATURES[version].generation is Generation.LEGACY and isinstance(facts, ExecutionFacts):
        return replace(facts, session="", asynchronous=False)
    return facts


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("asked", VERSIONS)
@pytest.mark.parametrize("answered", VERSIONS)
def test_an_answer_of_any_version_is_read_whatever_was_asked_for(
    asked: ApiVersion, answered: ApiVersion, name: str
) -> None:
    case = ANSWERS[name]
    assert case.read
    found = case.read(ClientSide(asked), answer(golden(answered)["answers"][name]))
    assert found == told(case.facts, answered)
