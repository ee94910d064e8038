"""Refusals: as a server writes them, and whatever a target, a container or a proxy answers."""

from __future__ import annotations

import json
import time

import pytest

from backend.wire.client_side import ClientSide
from backend.wire.facts import Fault
from backend.wire.faults import LINES, SCREEN
from backend.wire.messages import HttpAnswer
from backend.wire.problems import WireError
from backend.wire.server_side import ServerSide
from backend.wire.versions import ApiVersion

CLIENT = ClientSide(ApiVersion.V2025_10_02)
PAGE = b"""<!DOCTYPE html><html><head><title>502 Bad Gateway</title><style>p {}</style>
<script>alert("no")</script></head><body><center><h1>502 Bad   Gateway</h1></center>
<p>caf&eacute; &lt;closed&gt;</p></body></html>"""


def read(body: bytes, status: int = 400, headers: dict[str, str] | None = None) -> Fault:
    return CLIENT.read_fault(HttpAnswer(status, headers or {}, body))


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b'{"error": {"code": "Busy", "message": "No pod."}}', "Busy", "No pod."),
        (b'{"Error": {"Code": "Busy", "Message": "No pod.", "innererror": {}}}', "Busy", "No pod."),
        (b'{"error": {"error": "x", "code": "Busy", "message": "No pod."}}', "Busy", "No pod."),
        (b'{"code": "Busy", "message": "No pod."}', "Busy", "No pod."),
        (b'{"error": "invalid_token", "code": "Busy"}', "Busy", "invalid_token"),
        (b'{"title": "Bad Request", "status": 400}', "", "Bad Request"),
        (b'{"error": {"code": "Busy"}}', "Busy", '{"error": {"code": "Busy"}}'),
        (b'{"detail": "Not Found"}', "", "Not Found"),
        (b'"file not found"', "", "file not found"),
        (b'\xef\xbb\xbf"file not found"', "", "file not found"),
        (b"upstream connect error", "", "upstream connect error"),
        (b"", "", ""),
        (b"null", "", ""),
        (b"[1]", "", "[1]"),
        (b"\xff\xfe", "", "\ufffd\ufffd"),
    ],
)
def test_whatever_came_is_code_and_message(body: bytes, code: str, message: str) -> None:
    found = read(body)
    assert (found.status, found.code, found.message) == (400, code, message)


@pytest.mark.parametrize("headers", [{"Content-Type": "text/html"}, {}])
def test_of_a_page_of_html_only_the_words_are_told(headers: dict[str, str]) -> None:
    assert read(PAGE, 502, headers).message == "502 Bad Gateway\n502 Bad Gateway\ncafé <closed>"


def test_the_code_may_be_in_the_header() -> None:
    assert read(b"", headers={"X-Ms-Error-Code": "SessionNotFound"}).code == "SessionNotFound"
    assert read(b'{"error": {"code": "A"}}', headers={"x-ms-error-code": "B"}).code == "A"


def test_details_and_target_are_kept() -> None:
    found = read(b'{"error": {"code": "A", "message": "m", "target": "t", "details": [{"code": "B"}, 5]}}')
    assert found.target == "t"
    assert list(found.details) == [{"code": "B"}]


def test_a_message_is_cut_to_a_screen() -> None:
    assert read(b"x" * 5000).message == "x" * SCREEN + "… (5000 characters in all)"
    many = read(b"\n".join([b"line"] * 200)).message
    assert many.count("\n") == LINES - 1
    assert many.endswith("characters in all)")
    assert len(read(b'{"code": "' + b"c" * 500 + b'"}').code) < 130


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"Retry-After": "-3"}, 0),
        (
            {"Retry-After": "Sat, 02 Nov 2024 12:00:05 GMT", "Date": "Sat, 02 Nov 2024 12:00:00 GMT"},
            5,
        ),
        ({"Retry-After": "Sat, 02 Nov 2024 11:00:00 GMT", "Date": "Sat, 02 Nov 2024 12:00:00 GMT"}, 0),
        ({"Retry-After": "Sat, 02 Nov 2024 12:00:05 GMT"}, None),
        ({"Retry-After": "Sat, 02 Nov 2024 12:00:05", "Date": "Sat, 02 Nov 2024 12:00:00 GMT"}, None),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
def test_how_long_to_wait_is_counted_on_the_targets_clock(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert read(b"", 429, headers).retry_after == seconds


@pytest.mark.parametrize("version", ApiVersion)
def test_a_server_refuses_with_code_and_header(version: ApiVersion) -> None:
    fault = Fault(429, "TooMany", "All sessions are in use.", "identifier", 0.2, ({"code": "Inner"},))
    answer = ServerSide(version).fault(fault)
    assert answer.status == 429
    assert answer.headers == {
        "Content-Type": "application/json",
        "x-ms-error-code": "TooMany",
        "Retry-After": "1",
    }
    assert json.loads(answer.body) == {
        "error": {
            "code": "TooMany",
            "message": "All sessions are in use.",
            "target": "identifier",
            "details": [{"code": "Inner"}],
        }
    }


def test_a_header_has_no_line_end_however_the_code_is_spelled() -> None:
    answer = ServerSide(ApiVersion.V2025_10_02).fault(Fault(400, "a\r\nX-Evil: 1\x00é", "m"))
    assert answer.headers["x-ms-error-code"] == "aX-Evil: 1"


def test_what_could_not_be_read_is_a_refusal() -> None:
    problem = WireError("There is no such path.", "path", "NotFound", 404)
    answer = ServerSide(ApiVersion.V2024_02_02).refusal(problem)
    assert answer.status == 404
    assert json.loads(answer.body)["error"] == {
        "code": "NotFound",
        "message": "There is no such path.",
        "target": "path",
    }


@pytest.mark.parametrize("unit", [b"<!doctype ", b"<a ", b"<![CDATA[", b"&", b"[", b"<!--"])
def test_a_hostile_page_takes_no_time(unit: bytes) -> None:
    started = time.process_time()
    read(b"<html>" + unit * (1_000_000 // len(unit)), headers={"Content-Type": "text/html"})
    assert time.process_time() - started < 5
