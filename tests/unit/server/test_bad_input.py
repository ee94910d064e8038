"""What nobody should send is refused in words that name the field, and never with a 500."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.server.conftest import JSON, NEWEST, Running

CURRENT = f"/executions?api-version={NEWEST}&identifier=test"
LEGACY = "/code/execute?api-version=2024-02-02-preview&identifier=test"

BODIES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", ""),
    "no json": (b"code", ""),
    "list": (b"[]", ""),
    "text": (b'"code"', ""),
    "null": (b"null", ""),
    "cut": (b'{"code": "1"', ""),
    "two": (b'{"code": "1"} {}', ""),
    "byte order mark": (b'\xef\xbb\xbf{"code": "1"}', ""),
    "utf-16": ('{"code": "1"}'.encode("utf-16"), ""),
    "latin-1": (b'{"code": "\xe9"}', ""),
    "key twice": (b'{"code": "1", "code": "2"}', ""),
    "nan": (b'{"code": "1", "timeoutInSeconds": NaN}', ""),
    "infinity": (b'{"code": "1", "timeoutInSeconds": -Infinity}', ""),
    "long integer": (b'{"code": "1", "timeoutInSeconds": ' + b"9" * 100_000 + b"}", ""),
    "deep": (b'{"code": "1", "x": ' + b"[" * 65 + b"]" * 65 + b"}", ""),
    "very deep": (b"[" * 100_000, ""),
    "no code": (b"{}", "code"),
    "code is null": (b'{"code": null}', "code"),
    "code is a number": (b'{"code": 1}', "code"),
    "code is a list": (b'{"code": ["1"]}', "code"),
    "input type": (b'{"code": "1", "codeInputType": "Outline"}', "codeInputType"),
    "execution type": (b'{"code": "1", "executionType": "Later"}', "executionType"),
    "timeout is text": (b'{"code": "1", "timeoutInSeconds": "soon"}', "timeoutInSeconds"),
    "timeout is negative": (b'{"code": "1", "timeoutInSeconds": -1}', "timeoutInSeconds"),
    "timeout is true": (b'{"code": "1", "timeoutInSeconds": true}', "timeoutInSeconds"),
    "limit is negative": (b'{"code": "1", "outputStreamsMaxLength": -1}', "outputStreamsMaxLength"),
    "no base64": (b'{"code": "%%%", "codeInputType": "InlineBase64"}', "code"),
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("target", [CURRENT, LEGACY])
async def test_bodies_that_cannot_be_read(server: Running, name: str, target: str) -> None:
    body, field = BODIES[name]
    if target == LEGACY and body.startswith(b"{") and field:
        body, field = b'{"properties": ' + body + b"}", f"properties.{field}"
    elif target == LEGACY and field == "" and name in ("list", "null", "text"):
        field = ""
    answer = await server.ask("POST", target, JSON, body)
    assert answer.status == 400, answer
    assert answer.code == "InvalidRequest"
    assert answer.target == field
    assert len(answer.body) < 2000


async def test_a_flat_body_in_the_older_generation_has_the_service_s_own_word(server: Running) -> None:
    answer = await server.ask("POST", LEGACY, JSON, b'{"code": "1"}')
    assert (answer.status, answer.code) == (400, "SessionPropertiesMissing")


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonx",
        "text/json",
        "multipart/form-data",
    ],
)
async def test_only_json_is_code(server: Running, kind: str) -> None:
    answer = await server.ask("POST", CURRENT, {"Content-Type": kind} if kind else {}, b'{"code": "1"}')
    assert (answer.status, answer.code, answer.target) == (415, "UnsupportedMediaType", "Content-Type")
    for kind in ("Application/JSON", "application/json; charset=utf-8"):
        assert (await server.ask("POST", CURRENT, {"Content-Type": kind}, b'{"code": "1"}')).status == 200


async def test_a_compressed_body_is_not_unpacked(server: Running) -> None:
    answer = await server.ask("POST", CURRENT, {**JSON, "Content-Encoding": "gzip"}, b"\x1f\x8b")
    assert (answer.status, answer.target) == (415, "Content-Encoding")


@pytest.mark.parametrize(("size", "status"), [(1 << 20, 200), ((1 << 20) + 1, 413), (5 << 20, 413)])
async def test_code_has_a_length(server: Running, size: int, status: int) -> None:
    answer = await server.ask("POST", CURRENT, JSON, json.dumps({"code": "#" * size}).encode())
    assert answer.status == status
    if status == 413:
        assert answer.code == "RequestTooLarge"


@pytest.mark.parametrize(
    ("target", "field"),
    [
        ("/files?api-version=2030-01-01&identifier=test", "api-version"),
        ("/files?api-version=x%00&identifier=test", "api-version"),
        ("/files?api-version=2024-02-02-preview&api-version=2024-02-02-preview", "api-version"),
        ("/files?identifier=one-session&identifier=other-session", "identifier"),
        ("/files?identifier=one&Identifier=other", "identifier"),
        (f"/files?api-version={NEWEST}&identifier=abc", "identifier"),
        (f"/files?api-version={NEWEST}&identifier={'x' * 129}", "identifier"),
        ("/files?api-version=2024-10-02-preview&identifier=with.dot", "identifier"),
        ("/files?api-version=2024-02-02-preview&identifier=a%0ab", "identifier"),
        ("/files?identifier=%ff%fe", "identifier"),
        ("/files?%ff=1", "query"),
        ("/files?skip=-1", "skip"),
        ("/files?skip=1e3", "skip"),
        ("/files?skip=99999999999999999999", "skip"),
        ("/listSessions?skip=x", "skip"),
        ("/files?path=..", "path"),
        ("/files?path=/etc", "path"),
    ],
)
async def test_parameters_that_cannot_be_read(server: Running, target: str, field: str) -> None:
    answer = await server.ask("GET", target)
    assert answer.status == 400
    assert answer.target == field


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/", 404),
        ("GET", "/executions", 405),
        ("PUT", "/files", 405),
        ("OPTIONS", "/files", 405),
        ("PATCH", "/executions", 405),
        ("POST", "/openapi.json", 405),
        ("POST", "/executions?api-version=2024-02-02-preview", 404),
        ("POST", f"/code/execute?api-version={NEWEST}", 404),
        ("GET", "/session?api-version=2024-10-02-preview", 404),
        ("GET", "/files/a/b/c/d", 404),
        ("BREW", "/files", 405),
    ],
)
async def test_calls_that_are_not_there(server: Running, method: str, target: str, status: int) -> None:
    answer = await server.ask(method, target)
    assert answer.status == status
    assert answer.target in ("path", "method")
    if status == 405:
        assert "GET" in answer.headers["allow"] or "POST" in answer.headers["allow"]


@pytest.mark.parametrize("operation", ["", "a b", "a/b", "x" * 129, "\u00e9"])
async def test_an_operation_id_is_plain(server: Running, operation: str) -> None:
    answer = await server.ask("POST", CURRENT, {**JSON, "operation-id": operation}, b'{"code": "1"}')
    assert answer.status == (400 if operation else 200)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("'\\ud800'", "'\\ud800'"),
        ("float('nan')", "nan"),
        ("[float('inf')]", "[inf]"),
        ("'\\x00\\x1b'", "'\\x00\\x1b'"),
        ("10 ** 400", None),
        ("[[[[1]]]]", [[[[1]]]]),
    ],
)
async def test_values_that_json_does_not_have_are_text(server: Running, code: str, value: Any) -> None:
    result = (await server.run(code))["result"]["executionResult"]
    assert result == value or (value is None and str(result).startswith("1000"))


async def test_lone_surrogates_in_output_are_replaced(server: Running) -> None:
    answer = await server.run("import os; os.write(1, b'\\xed\\xa0\\x80|'); print(1)")
    assert answer["result"]["stdout"].startswith("\ufffd")


async def test_identifiers_with_signs_arrive_in_every_spelling(server: Running) -> None:
    await server.ask("GET", f"/files?api-version={NEWEST}&identifier=a%2Bb%2Fc")
    await server.ask("GET", f"/files?api-version={NEWEST}&identifier=a+b/c")
    await server.ask("GET", "/files?api-version=2024-02-02-preview&identifier=two+words")
    await server.ask("GET", "/files?api-version=2024-02-02-preview&identifier=two%20words")
    answer = await server.ask("GET", "/listSessions")
    assert [one["identifier"] for one in answer.json["sessions"]] == ["a+b/c", "two words"]
