"""An exchange is bounded, free of secrets, and comes back from JSON."""

from __future__ import annotations

import base64
import json
import subprocess
import sys

import pytest

from backend.wire.exchange import KEPT, KEPT_BINARY, Content, Exchange
from backend.wire.timings import Timing, timings

TOKEN = "0123456789-secret"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL2R5In0.c2lnbmF0dXJl"


def recorded(**fields: object) -> Exchange:
    given: dict[str, object] = {
        "request_headers": [("Authorization", f"Bearer {TOKEN}"), ("Accept", "*/*"), ("Accept", "x")],
        "request_body": b'{"code": "1"}',
        "status": 200,
        "response_headers": [("Content-Type", "application/json"), ("X-Ms-Preparation-Time", "3")],
        "response_body": b"{}",
        "started_at": 1730548475.5,
        "duration_ms": 12.5,
        "api_version": "2025-02-02-preview",
        "borrowed_from": "2025-02-02-preview",
        "secrets": [TOKEN],
    }
    return Exchange.record("POST", "https://pool.invalid/executions?identifier=s1", **given | fields)  # type: ignore[arg-type]


def test_an_exchange_tells_what_went_over_the_wire() -> None:
    exchange = recorded()
    assert exchange.request_headers == (
        ("Authorization", "Bearer ***"),
        ("Accept", "*/*"),
        ("Accept", "x"),
    )
    assert exchange.request_body == Content('{"code": "1"}', 13)
    assert exchange.response_body == Content("{}", 2)
    assert (exchange.status, exchange.duration_ms) == (200, 12.5)
    assert exchange.timings == (Timing("preparation time", 3, "3"),)


def test_an_exchange_comes_back_from_json() -> None:
    exchange = recorded(response_body=b"\x00\xff", error="x")
    text = json.dumps(exchange.to_dict())
    assert Exchange.from_dict(json.loads(text)) == exchange


def test_an_exchange_of_another_release_is_read() -> None:
    data = recorded().to_dict() | {"later": 1}
    data["request_body"]["later"] = 1
    assert Exchange.from_dict(data) == recorded()
    assert Exchange.from_dict({}) == Exchange("", "")
    assert Exchange.from_dict({"url": "u", "request_headers": None, "request_body": None}).url == "u"


def test_no_secret_gets_in_by_any_way() -> None:
    leaky = {
        "request_body": f'{{"a": "{TOKEN}"}}'.encode(),
        "response_body": f"<p>{TOKEN}</p>".encode(),
        "response_headers": [("Location", f"https://x.invalid/?a={TOKEN}"), ("Set-Cookie", "a=b")],
        "error": f"refused {TOKEN}",
    }
    shown = repr(recorded(**leaky)) + json.dumps(recorded(**leaky).to_dict())
    assert TOKEN not in shown
    assert "a=b" not in shown


def test_what_looks_like_a_secret_is_masked_however_an_exchange_is_made() -> None:
    made = Exchange(
        "GET",
        f"https://me:pw@x.invalid/?token={JWT}",
        request_headers=(("Authorization", f"Bearer {JWT}"), ("Cookie", "a=b")),
        request_body=Content(f'{{"access_token": "{JWT}"}}', 5),
        error=JWT,
    )
    for exchange in (made, Exchange.from_dict(json.loads(json.dumps(made.to_dict())))):
        assert exchange.url == "https://***@x.invalid/?token=***"
        assert exchange.request_headers == (("Authorization", "Bearer ***"), ("Cookie", "***"))
        assert exchange.request_body.text == '{"access_token": "***"}'
        assert exchange.error == "***"


def test_identifiers_are_hidden_when_asked() -> None:
    body = b'{"identifier": "session-1"}'
    shown = json.dumps(recorded(request_body=body, response_body=body, hide_identifiers=True).to_dict())
    assert "session-1" not in shown
    assert "identifier=s1" not in shown
    assert "session-1" in json.dumps(recorded(request_body=body).to_dict())


def test_a_long_text_keeps_its_beginning_and_tells_what_is_cut() -> None:
    content = recorded(response_body="ä".encode() * KEPT).response_body
    assert content.text == "ä" * (KEPT // 2)
    assert (content.size, content.cut, content.binary) == (2 * KEPT, KEPT, False)
    assert recorded(response_body=b"a" * KEPT).response_body == Content("a" * KEPT, KEPT)


def test_of_a_transfer_the_beginning_and_the_whole_size_are_enough() -> None:
    content = recorded(response_body=b"a" * KEPT, response_size=10**9).response_body
    assert (len(content.text), content.size, content.cut) == (KEPT, 10**9, 10**9 - KEPT)
    assert recorded(request_body=b"abc", request_size=10).request_body == Content("abc", 10, 7)


@pytest.mark.parametrize("body", [b"\x89PNG\r\n\x1a\n\x00\x00", b"\xff\xfe\x00", b"text\x00text"])
def test_what_is_no_text_is_kept_as_base64(body: bytes) -> None:
    content = recorded(response_body=body).response_body
    assert content.binary
    assert base64.b64decode(content.text) == body
    long = recorded(response_body=body * KEPT).response_body
    assert base64.b64decode(long.text) == (body * KEPT)[:KEPT_BINARY]
    assert long.cut == len(body) * KEPT - KEPT_BINARY


@pytest.mark.parametrize("offset", range(-len(TOKEN) - 1, 2))
@pytest.mark.parametrize(("kept", "fill"), [(KEPT, b"a"), (KEPT_BINARY, b"\x00")])
def test_a_secret_at_the_cut_leaves_nothing_behind(offset: int, kept: int, fill: bytes) -> None:
    body = fill * (kept + offset) + TOKEN.encode() + fill * kept
    text = recorded(response_body=body).response_body.text
    shown = base64.b64decode(text).decode() if fill == b"\x00" else text
    assert TOKEN[:4] not in shown


@pytest.mark.parametrize("offset", [-40, -3, 0])
def test_a_token_that_nobody_named_leaves_nothing_at_the_cut(offset: int) -> None:
    token = f"eyJ{'A' * 4000}.{'B' * 4000}"
    body = b" " * (KEPT + offset) + token.encode() + b" " * KEPT
    assert "AAA" not in recorded(response_body=body).response_body.text


def test_text_cut_in_a_character_is_still_text() -> None:
    body = b"a" + "ä".encode() * KEPT * 2
    content = recorded(response_body=body[: KEPT * 2]).response_body
    assert not content.binary


def test_headers_tell_where_the_time_went() -> None:
    headers = [
        ("X-Ms-Overall-Execution-Time", "42m56.97s"),
        ("x-ms-execution-request-time", "5010.000000"),
        ("X-Ms-Allocation-Retries", "2"),
        ("X-Ms-New-Allocation", "True"),
        ("X-Ms-Session-Guid", "d04f"),
        ("X-Ms-Allocation-Time", "n/a"),
        ("x-ms-error-code", "Timeout"),
        ("X-Ms-Request-Id", "1"),
        ("Content-Type", "text/plain"),
    ]
    others = (
        Timing("execution request time", 5010, "5010.000000"),
        Timing("allocation retries", None, "2"),
        Timing("new allocation", None, "True"),
        Timing("session guid", None, "d04f"),
        Timing("allocation time", None, "n/a"),
    )
    sure = Timing("overall execution time", 2_576_970.0, "42m56.97s")
    assert timings(headers) == (sure, *others)
    # longer than the whole exchange: only the header's own text is sure
    assert timings(headers, 5100.0) == (Timing("overall execution time", None, "42m56.97s"), *others)


def test_an_exchange_needs_no_pydantic_and_no_client() -> None:
    code = (
        "import sys, backend.wire.exchange, backend.wire.versions, backend.wire.fields; print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"pydantic", "httpx", "starlette", "asyncio"} & set(done.stdout.split())


def test_no_part_of_the_wire_does_input_or_output() -> None:
    modules = "client_side, backend.wire.server_side, backend.wire.curl, backend.wire.exchange"
    code = f"import sys, backend.wire.{modules}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"httpx", "starlette", "asyncio", "subprocess", "sqlite3"} & set(done.stdout.split())
