"""What a server takes from clients of all ages, and what it refuses."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest

from backend.wire.client_side import ClientSide
from backend.wire.facts import Execute
from backend.wire.problems import WireError
from backend.wire.server_side import ServerSide
from backend.wire.versions import ApiVersion

LEGACY = [ApiVersion.V2024_02_02, ApiVersion.V2024_08_02]
CURRENT = [version for version in ApiVersion if version not in LEGACY]
QUERY = {"identifier": "session-1"}


def read(version: ApiVersion, tree: Any, headers: Mapping[str, str] | None = None) -> Execute:
    return ServerSide(version).read_execute(QUERY, headers or {}, json.dumps(tree).encode())


def body(version: ApiVersion, **fields: Any) -> Any:
    return {"properties": fields} if version in LEGACY else fields


@pytest.mark.parametrize("version", ApiVersion)
def test_code_alone_is_a_request(version: ApiVersion) -> None:
    found = read(version, body(version, code="1"))
    assert (found.code, found.session, found.timeout, found.operation_id) == ("1", "session-1", None, "")


@pytest.mark.parametrize("version", ApiVersion)
def test_words_are_read_in_any_case_and_code_by_its_old_name(version: ApiVersion) -> None:
    for word in ("inline", "Inline", "INLINE", "InlineText", "inlinetext"):
        fields = {"codeInputType": word, "executionType": "synchronous", "pythonCode": "1"}
        assert read(version, body(version, **fields)).code == "1"


@pytest.mark.parametrize("version", ApiVersion)
def test_asynchronous_is_read_where_it_can_be_polled(version: ApiVersion) -> None:
    fields = {"executionType": "aSynchronous", "code": "1"}
    assert read(version, body(version, **fields)).asynchronous is (version in CURRENT)


@pytest.mark.parametrize("version", ApiVersion)
def test_code_may_come_in_base64(version: ApiVersion) -> None:
    encoded = base64.encodebytes("print('ä')\n".encode() * 20).decode()
    fields = {"codeInputType": "InlineBase64", "code": encoded}
    assert read(version, body(version, **fields)).code == "print('ä')\n" * 20


@pytest.mark.parametrize("version", CURRENT)
def test_a_wrapped_body_is_read_where_published_examples_have_it(version: ApiVersion) -> None:
    assert read(version, {"properties": {"code": "1", "timeoutInSeconds": 5}}).timeout == 5


@pytest.mark.parametrize("version", LEGACY)
@pytest.mark.parametrize("tree", [{"code": "1"}, {}, {"properties": None}, {"properties": "x", "code": "1"}])
def test_a_flat_body_has_the_services_own_refusal_on_the_old_path(version: ApiVersion, tree: Any) -> None:
    with pytest.raises(WireError) as caught:
        read(version, tree)
    assert (caught.value.code, caught.value.status) == ("SessionPropertiesMissing", 400)
    refusal = ServerSide(version).refusal(caught.value)
    assert refusal.status == 400
    assert refusal.headers["x-ms-error-code"] == "SessionPropertiesMissing"
    assert json.loads(refusal.body)["error"]["code"] == "SessionPropertiesMissing"


@pytest.mark.parametrize("version", ApiVersion)
def test_a_client_can_send_the_other_shape(version: ApiVersion) -> None:
    asked = Execute("1", "session-1", "operation-1", 5)
    first, second = ClientSide(version).execute(asked), ClientSide(version).execute(asked, other_shape=True)
    assert ("properties" in json.loads(first.body)) is (version in LEGACY)
    assert ("properties" in json.loads(second.body)) is (version in CURRENT)
    assert (first.path, first.query, first.headers) == (second.path, second.query, second.headers)


@pytest.mark.parametrize("version", ApiVersion)
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "code"),
        ({"code": None}, "code"),
        ({"code": 5}, "code"),
        ({"code": ["1"]}, "code"),
        ({"code": "1", "codeInputType": "Carved"}, "codeInputType"),
        ({"code": "1", "codeInputType": 5}, "codeInputType"),
        ({"code": "1", "executionType": "Sometime"}, "executionType"),
        ({"code": "1", "timeoutInSeconds": -1}, "timeoutInSeconds"),
        ({"code": "1", "timeoutInSeconds": "soon"}, "timeoutInSeconds"),
        ({"code": "1", "timeoutInSeconds": True}, "timeoutInSeconds"),
        ({"code": "1", "outputStreamsMaxLength": -1}, "outputStreamsMaxLength"),
        ({"code": "!", "codeInputType": "InlineBase64"}, "code"),
        ({"code": "/w==", "codeInputType": "InlineBase64"}, "code"),
    ],
)
def test_what_cannot_be_read_is_refused_by_the_name_of_the_field(
    version: ApiVersion, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(WireError) as caught:
        read(version, body(version, **fields))
    assert caught.value.field == (f"properties.{field}" if version in LEGACY else field)
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("told", "seconds"), [(100, 100), ("100", 100), (0.5, 0.5), (0, None), ("", None), (None, None)]
)
def test_time_limits_are_read(told: Any, seconds: float | None) -> None:
    assert read(ApiVersion.V2025_02_02, {"code": "1", "timeoutInSeconds": told}).timeout == seconds


@pytest.mark.parametrize(
    ("seconds", "told"), [(5, 5), (0.2, 1), (1.2, 2), (220.0, 220), (1e300, 2**31 - 1), (None, None)]
)
def test_time_limits_are_written_as_whole_seconds(seconds: float | None, told: int | None) -> None:
    for version in ApiVersion:
        tree = json.loads(ClientSide(version).execute(Execute("1", "session-1", timeout=seconds)).body)
        found = tree.get("properties", tree).get("timeoutInSeconds")
        assert found == told
        assert isinstance(found, int | None)


def test_an_output_limit_is_sent_where_the_version_has_it_and_read_everywhere() -> None:
    for version in ApiVersion:
        sent = json.loads(ClientSide(version).execute(Execute("1", "session-1", output_limit=10)).body)
        assert ("outputStreamsMaxLength" in sent) is (version is ApiVersion.V2025_10_02)
        assert read(version, body(version, code="1", outputStreamsMaxLength=10)).output_limit == 10


@pytest.mark.parametrize("version", ApiVersion)
def test_an_operation_id_is_a_header_in_any_case(version: ApiVersion) -> None:
    for name in ("operation-id", "Operation-Id"):
        assert read(version, body(version, code="1"), {name: "abc-1"}).operation_id == "abc-1"
    for bad in ("a b", "a/b", "ä", "x" * 129, "a\n"):
        with pytest.raises(WireError) as caught:
            read(version, body(version, code="1"), {"operation-id": bad})
        assert caught.value.field == "operation-id"


def test_the_session_of_the_query_counts_before_that_of_the_body() -> None:
    server = ServerSide(ApiVersion.V2024_08_02)
    text = json.dumps({"properties": {"code": "1", "identifier": "inside"}}).encode()
    assert server.read_execute({"identifier": "outside"}, {}, text).session == "outside"
    assert server.read_execute({}, {}, text).session == "inside"
    assert server.read_execute({}, {}, b'{"properties": {"code": "1"}}').session == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b'{"code": "1", "code": "2"}', "twice"),
        (b'{"code": NaN}', "NaN"),
        (b'{"code": "1", "timeoutInSeconds": Infinity}', "Infinity"),
        (b'{"code": "\xff"}', "not UTF-8"),
        (b'\xef\xbb\xbf{"code": "1"}', "not JSON"),
        ('{"code": "1"}'.encode("utf-16"), "not UTF-8"),
        (b'{"code": "1", "timeoutInSeconds": ' + b"9" * 21 + b"}", "too long"),
        (b'{"code": "1", "x": ' + b"[" * 70 + b"]" * 70 + b"}", "too deeply"),
        (b"[" * 200_000, "too deeply"),
        (b"[]", "not a JSON object"),
        (b'"code"', "not a JSON object"),
    ],
)
def test_what_two_readers_could_read_in_two_ways_is_refused(text: bytes, words: str) -> None:
    with pytest.raises(WireError, match=words) as caught:
        ServerSide(ApiVersion.V2025_10_02).read_execute(QUERY, {}, text)
    assert caught.value.status == 400


def test_a_lone_surrogate_in_code_becomes_a_replacement_character() -> None:
    found = ServerSide(ApiVersion.V2025_10_02).read_execute(QUERY, {}, b'{"code": "\\ud800 \\ud83d\\ude00"}')
    assert found.code == "\ufffd 😀"


def test_identifiers_are_checked_by_the_version() -> None:
    for version in ApiVersion:
        with pytest.raises(WireError) as caught:
            ServerSide(version).read_identifier({"identifier": "a\nb"})
        assert caught.value.field == "identifier"
        assert ServerSide(version).read_identifier({}) == ""


@pytest.mark.parametrize(
    ("word", "recursive"), [("true", True), ("True", True), ("1", True), ("false", False), ("", False)]
)
def test_a_listing_goes_into_directories_when_asked(word: str, recursive: bool) -> None:
    assert ServerSide(ApiVersion.V2025_10_02).read_recursive({"recursive": word}) is recursive


@pytest.mark.parametrize("word", ["-1", "x", "1.5", "9" * 10, "²"])
def test_a_number_of_sessions_is_a_number(word: str) -> None:
    with pytest.raises(WireError):
        ServerSide(ApiVersion.V2025_10_02).read_skip({"skip": word})


def test_uploads_go_where_path_and_label_say() -> None:
    server = ServerSide(ApiVersion.V2024_10_02)
    assert server.read_upload_path("/mnt/data/a.txt", {}) == "a.txt"
    assert server.read_upload_path("a.txt", {"path": "/mnt/data/sub"}) == "sub/a.txt"
    assert server.read_upload_path("../a.txt", {"path": "sub"}) == "sub/a.txt"
    with pytest.raises(WireError):
        server.read_upload_path("a.txt", {"path": "/etc"})


@pytest.mark.parametrize("session", ["", "\ud800"])
def test_a_client_needs_an_identifier_of_text(session: str) -> None:
    with pytest.raises(WireError):
        ClientSide(ApiVersion.V2025_10_02).list_files(session)


def test_every_part_of_a_url_is_encoded() -> None:
    request = ClientSide(ApiVersion.V2025_10_02).download("a b&c=d/#?é", "süb/100% a&b#.txt")
    assert request.url("https://pool.invalid/x/y/") == (
        "https://pool.invalid/x/y/files/100%25%20a%26b%23.txt/content"
        "?api-version=2025-10-02-preview&identifier=a%20b%26c%3Dd%2F%23%3F%C3%A9&path=s%C3%BCb"
    )
    assert request.url("http://localhost:6000").startswith("http://localhost:6000/files/")
