"""The server's own document tells what is served, and requests made from it are answered, odd ones too."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.server.openapi import document
from backend.server.settings import Settings
from backend.wire.versions import FEATURES
from tests.unit.server.conftest import Running, multipart
from tests.unit.server.raw import Answer, exchange
from tests.unit.server.schema import problems

DOCUMENT = document(Settings(""))
OPERATIONS = [(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods]
EXAMPLES = 60  # of each operation
CODES = ["1", "print('x')", "1/0", "x", "", " ", "'\\ud800'", "float('nan')", "{'a': [1]}", "def", "\0"]
SESSIONS = ["fuzz-1", "fuzz-2"]
ODD = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["..", "/", "%00", "\0", "a/../b", "-1", "9" * 40, "NaN", "null", "\ud7ff", "x" * 300, "/mnt/data"]
    ),
)
TREE = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=10,
)


async def test_the_document_tells_every_route_and_no_other(server: Running) -> None:
    answer = await server.ask("GET", "/openapi.json")
    served = {(route.method, route.path) for features in FEATURES.values() for route in features.routes}
    told = answer.json
    assert {(method.upper(), path) for path, methods in told["paths"].items() for method in methods} == served
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            versions = next(one for one in operation["parameters"] if one["name"] == "api-version")["schema"][
                "enum"
            ]
            having = [
                version
                for version, features in FEATURES.items()
                if any((route.method, route.path) == (method.upper(), path) for route in features.routes)
            ]
            assert versions == having, (method, path)


def matching(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that a schema allows."""
    if "$ref" in schema:
        return matching(DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kind = schema.get("type")
    if kind == "object":
        required = {name: matching(schema["properties"][name]) for name in schema["required"]}
        optional = {
            name: matching(each)
            for name, each in schema["properties"].items()
            if name not in schema["required"]
        }
        if "code" in required:
            required["code"] = st.sampled_from(CODES)
        if "identifier" in optional:
            optional["identifier"] = st.sampled_from(SESSIONS)
        return st.fixed_dictionaries(required, optional=optional)
    if kind == "integer":
        return st.integers(schema.get("minimum", 0), schema.get("maximum", 10**6))
    if kind == "number":
        return st.floats(0.5, 100)
    if kind == "boolean":
        return st.sampled_from([True, False])
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True)
    return st.text(min_size=schema.get("minLength", 0), max_size=min(20, schema.get("maxLength", 20)))


def value_of(parameter: dict[str, Any], odd: bool) -> st.SearchStrategy[str]:
    """The value of a parameter as text."""
    if odd:
        return ODD
    if parameter["name"] == "identifier":
        return st.sampled_from(SESSIONS)
    if parameter["name"] in ("name", "path"):
        return st.sampled_from(["a.txt", "b", "missing", "sub"])
    return matching(parameter["schema"]).map(
        lambda value: json.dumps(value) if isinstance(value, bool) else str(value)
    )


@st.composite
def requests(draw: st.DrawFn, method: str, path: str) -> tuple[str, dict[str, str], bytes, bool]:
    """Target, headers and body of a request, and whether nothing about it is odd."""
    operation = DOCUMENT["paths"][path][method.lower()]
    query, headers, plain = [], {}, True
    for parameter in operation["parameters"]:
        odd = draw(st.integers(0, 9)) == 0
        if not parameter["required"] and draw(st.booleans()):
            continue
        value = draw(value_of(parameter, odd))
        plain = plain and not odd
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", quote(value or "x", safe=""))
        elif parameter["in"] == "query":
            query.append(f"{parameter['name']}={quote(value, safe='')}")
        elif value.isascii() and value.isprintable():
            headers[parameter["name"]] = value.strip()
    body = b""
    if "requestBody" in operation:
        odd = draw(st.integers(0, 2)) == 0
        plain = plain and not odd
        kind, content = next(iter(operation["requestBody"]["content"].items()))
        label, body = draw(bodies(kind, content["schema"], odd))
        headers["Content-Type"] = label
    return f"{path}?{'&'.join(query)}", headers, body, plain


@st.composite
def bodies(draw: st.DrawFn, kind: str, schema: dict[str, Any], odd: bool) -> tuple[str, bytes]:
    """Content type and bytes of a body."""
    if kind == "application/json":
        tree = draw(matching(schema))
        if not odd:
            return kind, json.dumps(tree).encode()
        inner = tree.get("properties", tree)
        inner[draw(st.sampled_from([*inner, "unknown"]))] = draw(TREE)
        data = json.dumps(tree).encode()
        return kind, draw(
            st.sampled_from([data, data[:-1], data.decode().encode("utf-16"), b"", b"[]", b"\xff"])
        )
    name = draw(ODD) if odd else draw(st.sampled_from(["a.txt", "b", "c.bin"]))
    label, data = multipart([("file", name.replace('"', ""), draw(st.binary(max_size=100)))])
    at = draw(st.integers(0, len(data))) if odd else len(data)
    return label, data[:at]


def judge(method: str, path: str, answer: Answer, plain: bool) -> None:
    """The answer is one that the document tells."""
    assert answer.status < 500, answer
    assert (
        b"Traceback (most" not in answer.body or b'"stderr"' in answer.body or b"stack_trace" in answer.body
    )
    told = DOCUMENT["paths"][path][method.lower()]["responses"]
    expected = told.get(str(answer.status), told["default"])
    if str(answer.status) not in told:
        assert answer.status >= 400, answer
        assert answer.code
    schema = expected.get("content", {}).get("application/json", {}).get("schema")
    if schema is not None:
        assert not list(problems(answer.json, schema, DOCUMENT)), answer.body
    if plain:
        assert answer.status in (200, 202, 204, 206, 400, 404, 409, 416), answer


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[" ".join(one) for one in OPERATIONS])
async def test_requests_made_from_the_document_are_answered(server: Running, method: str, path: str) -> None:
    loop = asyncio.get_running_loop()
    await server.put("a.txt", b"0123456789", session="fuzz-1")
    logged = len(server.log.getvalue())

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    @given(requests(method, path))
    def tried(request: tuple[str, dict[str, str], bytes, bool]) -> None:
        target, headers, body, plain = request
        sent = server.request(method, target, headers, body)
        judge(
            method,
            path,
            asyncio.run_coroutine_threadsafe(exchange(server.port, sent), loop).result(30),
            plain,
        )

    await asyncio.to_thread(tried)
    assert "failed here" not in server.log.getvalue()[logged:]


async def test_an_answer_that_does_not_match_would_be_seen(server: Running) -> None:
    schema = {"$ref": "#/components/schemas/Execution"}
    body = await server.run("1")
    assert not list(problems(body, schema, DOCUMENT))
    changes: list[dict[str, Any]] = [{"status": "Done"}, {"id": 1}, {"result": {}}, {"rawResult": None}]
    for change in changes:
        assert list(problems({**body, **change}, schema, DOCUMENT)), change
