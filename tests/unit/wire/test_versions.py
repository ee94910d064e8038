"""The table of versions and the paths that follow from it."""

from __future__ import annotations

from typing import get_args

import pytest

from backend.models import Target
from backend.wire.problems import WireError
from backend.wire.routes import Match, match, path_of
from backend.wire.versions import (
    FEATURES,
    NEWEST,
    ApiVersion,
    Call,
    FileShape,
    Generation,
    Option,
    borrowed,
)
from workbench.config import schema

V = ApiVersion
LEGACY = (V.V2024_02_02, V.V2024_08_02)
CURRENT = (V.V2024_10_02, V.V2025_02_02, V.V2025_10_02)
SESSIONS = {Call.SESSION, Call.END_SESSION, Call.LIST_SESSIONS, Call.METADATA, Call.STOP_SESSION}


def test_versions_are_in_order_and_the_settings_and_targets_know_the_same() -> None:
    assert list(ApiVersion) == sorted(ApiVersion)
    assert NEWEST is V.V2025_10_02
    assert set(get_args(schema.ApiVersion)) == {version.value for version in ApiVersion}
    assert Target().api_version == NEWEST


@pytest.mark.parametrize("text", ["2024-10-02-preview", " 2024-10-02-Preview\n", "2024-10-02-PREVIEW"])
def test_a_version_is_read_in_any_case(text: str) -> None:
    assert ApiVersion.parse(text) is V.V2024_10_02


@pytest.mark.parametrize("text", ["", "2024-10-02", "2026-01-01", "latest", "x" * 1000])
def test_an_unknown_version_is_refused_with_those_that_there_are(text: str) -> None:
    with pytest.raises(WireError) as caught:
        ApiVersion.parse(text)
    assert all(version.value in caught.value.message for version in ApiVersion)
    assert (caught.value.field, caught.value.code) == ("api-version", "UnsupportedApiVersion")
    assert len(caught.value.message) < 250


def test_what_each_version_has() -> None:
    assert [FEATURES[v].generation for v in V] == [Generation.LEGACY] * 2 + [Generation.CURRENT] * 3
    assert [FEATURES[v].success for v in V] == [200, 202, 202, 200, 200]
    assert [FEATURES[v].asynchronous for v in V] == [False, False, True, True, True]
    assert [FEATURES[v].operation_ids for v in V] == [False, False, True, True, True]
    assert [FEATURES[v].listed_bare for v in V] == [False, True, False, False, False]
    assert [FEATURES[v].directory_field for v in V] == [False, False, False, False, True]
    assert [FEATURES[v].output_limit for v in V] == [None, None, None, None, 4096]
    assert [FEATURES[v].file_shape for v in V] == [FileShape.PROPERTIES, FileShape.CONTAINER] + [
        FileShape.FLAT
    ] * 3
    assert [Option.FOLDERS in FEATURES[v].options for v in V] == [False, False, True, True, True]
    assert [Option.RECURSIVE in FEATURES[v].options for v in V] == [False] * 4 + [True]
    assert [Option.OUTPUT_LIMIT in FEATURES[v].options for v in V] == [False] * 4 + [True]
    assert [FEATURES[v].calls >= SESSIONS for v in V] == [False, False, False, True, True]
    assert [Call.POLL in FEATURES[v].calls for v in V] == [False, False, True, True, True]


@pytest.mark.parametrize(
    ("call", "version", "options", "lender"),
    [
        (Call.EXECUTE, V.V2024_02_02, (), V.V2024_02_02),
        (Call.POLL, V.V2024_08_02, (), V.V2024_10_02),
        (Call.POLL, V.V2025_02_02, (), V.V2025_02_02),
        (Call.END_SESSION, V.V2024_02_02, (), V.V2025_02_02),
        (Call.END_SESSION, V.V2024_10_02, (), V.V2025_02_02),
        (Call.METADATA, V.V2025_10_02, (), V.V2025_10_02),
        (Call.LIST_FILES, V.V2024_02_02, (Option.FOLDERS,), V.V2024_10_02),
        (Call.LIST_FILES, V.V2025_02_02, (Option.FOLDERS,), V.V2025_02_02),
        (Call.LIST_FILES, V.V2025_02_02, (Option.FOLDERS, Option.RECURSIVE), V.V2025_10_02),
    ],
)
def test_a_call_is_borrowed_from_the_lowest_version_that_has_it(
    call: Call, version: ApiVersion, options: tuple[Option, ...], lender: ApiVersion
) -> None:
    assert borrowed(call, version, *options) is lender


@pytest.mark.parametrize("call", Call)
@pytest.mark.parametrize("version", ApiVersion)
def test_every_call_can_be_made_in_every_version(version: ApiVersion, call: Call) -> None:
    lender = borrowed(call, version)
    method, path = path_of(call, lender, "x")
    assert match(method, path, lender.value).call is call


SERVED = [
    ("POST", "/code/execute", LEGACY, Call.EXECUTE),
    ("POST", "/python/execute", LEGACY, Call.EXECUTE),
    ("POST", "/upload", LEGACY, Call.UPLOAD),
    ("POST", "/files/upload", LEGACY, Call.UPLOAD),
    ("GET", "/files", LEGACY + CURRENT, Call.LIST_FILES),
    ("GET", "/files/a.md", LEGACY + CURRENT, Call.DESCRIBE),
    ("GET", "/files/content/a.md", LEGACY, Call.DOWNLOAD),
    ("GET", "/files/content/a.md/content", LEGACY, Call.DOWNLOAD),
    ("DELETE", "/files/a.md", LEGACY + CURRENT, Call.DELETE),
    ("POST", "/executions", CURRENT, Call.EXECUTE),
    ("GET", "/executions/7", CURRENT, Call.POLL),
    ("POST", "/files", CURRENT, Call.UPLOAD),
    ("GET", "/files/a.md/content", CURRENT, Call.DOWNLOAD),
    ("GET", "/session", CURRENT[1:], Call.SESSION),
    ("DELETE", "/session", CURRENT[1:], Call.END_SESSION),
    ("GET", "/listSessions", CURRENT[1:], Call.LIST_SESSIONS),
    ("GET", "/metadata", CURRENT[1:], Call.METADATA),
    ("POST", "/.management/stopSession", CURRENT[1:], Call.STOP_SESSION),
    ("GET", "/health", LEGACY + CURRENT, Call.HEALTH),
    ("GET", "/health/startup", LEGACY + CURRENT, Call.READY),
]


@pytest.mark.parametrize(("method", "path", "versions", "call"), SERVED)
@pytest.mark.parametrize("version", ApiVersion)
def test_a_path_is_served_by_the_versions_that_have_it_and_no_other(
    version: ApiVersion, method: str, path: str, versions: tuple[ApiVersion, ...], call: Call
) -> None:
    if version in versions:
        found = match(method, path, version.value)
        assert (found.call, found.version) == (call, version)
        assert (found.name or found.id) == ("a.md" if "a.md" in path else "7" if "/7" in path else "")
    else:
        with pytest.raises(WireError) as caught:
            match(method, path, version.value)
        assert caught.value.status in (404, 405)


@pytest.mark.parametrize(
    ("method", "path", "version"),
    [
        ("POST", "/code/execute", V.V2024_08_02),
        ("POST", "/upload", V.V2024_08_02),
        ("GET", "/files/content/a.md", V.V2024_08_02),
        ("GET", "/files", V.V2025_10_02),
        ("POST", "/files", V.V2025_10_02),
        ("POST", "/executions", V.V2025_10_02),
        ("GET", "/health", V.V2025_10_02),
    ],
)
def test_a_request_without_a_version_gets_the_newest_that_serves_its_path(
    method: str, path: str, version: ApiVersion
) -> None:
    assert match(method, path).version is version


@pytest.mark.parametrize("raw", ["a%20%C3%A9.md", "a é.md", "a%20é.md"])
def test_a_name_arrives_raw_or_percent_encoded(raw: str) -> None:
    assert match("GET", f"/files/{raw}", NEWEST.value).name == "a é.md"


def test_a_file_called_content_is_a_file_like_others() -> None:
    for version in ApiVersion:
        assert match("GET", "/files/content", version.value) == Match(Call.DESCRIBE, version, "content")
        assert match("GET", "/files/content/content", version.value) == Match(
            Call.DOWNLOAD, version, "content"
        )


def test_a_slash_at_the_end_and_the_question_for_the_head_are_understood() -> None:
    assert match("GET", "/files/", NEWEST.value).call is Call.LIST_FILES
    assert match("HEAD", "/files/a/content", NEWEST.value).call is Call.DOWNLOAD


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("PUT", "/files/a", 405, "no such method"),
        ("GET", "/code/execute", 404, "2024-02-02-preview, 2024-08-02-preview have it"),
        ("GET", "/nothing", 404, "no such path"),
        ("GET", "/files/a/b/c/d", 404, "no such path"),
        ("GET", "/files//content", 404, "no such path"),
    ],
)
def test_what_no_version_serves_is_refused_in_words(method: str, path: str, status: int, words: str) -> None:
    with pytest.raises(WireError, match=words) as caught:
        match(method, path, NEWEST.value)
    assert caught.value.status == status


def test_a_name_that_is_not_utf_8_is_refused() -> None:
    with pytest.raises(WireError, match="not UTF-8"):
        match("GET", "/files/%ff", NEWEST.value)


@pytest.mark.parametrize(
    ("version", "good", "bad"),
    [
        (
            V.V2024_02_02,
            ["a", "jörg@example.org", "x y", "x" * 256],
            ["", "x" * 257, "a\nb", "a\x00", "\ud800"],
        ),
        (V.V2024_10_02, ["a", "A-b_9", "x" * 256], ["", "x" * 257, "a.b", "a b", "é", "abc\n"]),
        (
            V.V2025_02_02,
            ["abcd", '_|}{[]:"";\'<>?/.,@#$%^&*()-+=!~`', "x" * 128],
            ["abc", "x" * 129, "ab cd", "ab\\cd", "éééé"],
        ),
        (V.V2025_10_02, ["test-identifier"], ["s1", "abcd\n"]),
    ],
)
def test_an_identifier_is_what_its_version_allows(
    version: ApiVersion, good: list[str], bad: list[str]
) -> None:
    rule = FEATURES[version].identifiers
    for identifier in good:
        assert rule.check(identifier) == identifier
    for identifier in bad:
        with pytest.raises(WireError) as caught:
            rule.check(identifier)
        assert rule.words in caught.value.message
        assert caught.value.field == "identifier"
