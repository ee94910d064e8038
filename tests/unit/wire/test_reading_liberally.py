"""Every shape of an answer that any target has been seen to give, and odd ones that can still be read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from backend.models import ErrorInfo, FileInfo, Status
from backend.wire.client_side import ClientSide
from backend.wire.current import Execution
from backend.wire.facts import KernelFacts, Listing, SessionFacts, Versioned
from backend.wire.messages import HttpAnswer
from backend.wire.problems import WireError
from backend.wire.versions import ApiVersion

CLIENT = ClientSide(ApiVersion.V2025_02_02)
NOON = 1730548475.5


def answer(tree: Any, headers: dict[str, str] | None = None) -> HttpAnswer:
    return HttpAnswer(200, headers or {}, json.dumps(tree).encode())


def legacy(**properties: Any) -> HttpAnswer:
    return answer({"properties": {"status": "Success", "stdout": "", "stderr": "", **properties}})


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Success", Status.SUCCEEDED),
        ("SUCCEEDED", Status.SUCCEEDED),
        ("Failure", Status.FAILED),
        ("failed", Status.FAILED),
        ("Canceled", Status.INTERRUPTED),
        ("cancelled", Status.INTERRUPTED),
        ("NotStarted", Status.QUEUED),
        ("Not Started", Status.QUEUED),
        ("running", Status.RUNNING),
        ("InProgress", Status.RUNNING),
        ("timed_out", Status.TIMED_OUT),
    ],
)
def test_status_words_of_both_generations_are_read_in_both(word: str, status: Status) -> None:
    assert CLIENT.read_execution(legacy(status=word)).status is status
    assert CLIENT.read_execution(answer({"id": "7", "status": word})).status is status


@pytest.mark.parametrize(
    ("fields", "value"),
    [
        ({"result": 63}, {"text/plain": "63"}),
        ({"executionResult": 63}, {"text/plain": "63"}),
        ({"executionResult": "", "result": 63}, {"text/plain": "63"}),
        ({"executionResult": 0}, {"text/plain": "0"}),
        ({"executionResult": False}, {"text/plain": "false"}),
        ({"executionResult": "nan"}, {"text/plain": "nan"}),
        ({"executionResult": [1, "a"]}, {"text/plain": '[1, "a"]'}),
        ({"executionResult": "", "result": ""}, None),
        ({"executionResult": None}, None),
        ({}, None),
    ],
)
def test_the_value_goes_by_two_names_and_has_any_type(fields: dict[str, Any], value: Any) -> None:
    assert CLIENT.read_execution(legacy(**fields)).value == value
    if "result" not in fields:
        current = {"id": "7", "status": "Succeeded", "result": fields}
        assert CLIENT.read_execution(answer(current)).value == value


@pytest.mark.parametrize(
    "body",
    [
        {"id": "7", "status": "Running", "result": {"stdout": "7", "stderr": ""}},
        {"id": "7", "status": "NotStarted", "rawResult": {"stdout": "7"}},
        {"id": "7", "status": "Succeeded", "rawResult": {"stdout": "7", "stderr": ""}},
        {"status": "Succeeded", "rawResult": {"stdout": "7\n", "operationId": "7"}},
        {"properties": {"$id": "7", "status": "Running", "stdout": "7"}},
    ],
)
def test_the_operation_id_is_never_shown_as_output(body: Any) -> None:
    found = CLIENT.read_execution(answer(body))
    assert (found.id, found.stdout) == ("7", "")


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ({"id": "7", "status": "Running"}, {}),
        ({"status": "Running", "rawResult": {"operationId": "7"}}, {}),
        ({"status": "Running"}, {"OPERATION-ID": "7"}),
        ({"status": "Running"}, {"Operation-Location": "/executions/7?api-version=x&identifier=y"}),
        ({"status": "Running"}, {"operation-location": "https://pool.invalid/a/b/executions/7/"}),
        ({"status": "Running"}, {"operation-location": "/executions/%37"}),
        ({"status": "Running"}, {"operation-location": "https://[", "operation-id": "7"}),
    ],
)
def test_the_id_is_found_wherever_it_is_told(body: Any, headers: dict[str, str]) -> None:
    assert CLIENT.read_execution(answer(body, headers)).id == "7"


@pytest.mark.parametrize(
    "body",
    [
        {"status": "Success", "stdout": "o", "stderr": "e", "result": 1},
        {"properties": {"status": "Success", "stdout": "o", "stderr": "e", "executionResult": 1}},
        {
            "properties": {
                "status": "Succeeded",
                "result": {"stdout": "o", "stderr": "e", "executionResult": 1},
            }
        },
        {"status": "Succeeded", "result": {"stdout": "o", "stderr": "e", "executionResult": 1}},
        {"status": "Succeeded", "executionType": 5, "rawResult": {"stdout": "o", "stderr": "e", "result": 1}},
        {
            "status": "Succeeded",
            "error": None,
            "result": {"stdout": ["o"], "stderr": "e", "executionResult": "1"},
        },
        {
            "status": "Succeeded",
            "error": "no",
            "result": {"stdout": "o", "stderr": "e", "executionResult": "1"},
        },
    ],
)
def test_bodies_wrapped_and_flat_are_told_apart_by_what_is_in_them(body: Any) -> None:
    found = CLIENT.read_execution(answer(body))
    assert (found.status, found.stdout, found.stderr) == (Status.SUCCEEDED, "o", "e")
    assert found.value == {"text/plain": "1"}


@pytest.mark.parametrize(
    ("told", "duration"),
    [(9, 9), (9.5, 9.5), ("9", 9), (None, None), ("soon", None), ([], None), (True, None)],
)
def test_a_duration_that_cannot_be_read_is_none(told: Any, duration: float | None) -> None:
    assert CLIENT.read_execution(legacy(executionTimeInMilliseconds=told)).duration_ms == duration


def test_what_tells_no_id_anywhere_is_still_an_execution() -> None:
    found = CLIENT.read_execution(answer({"status": "Running"}, {"operation-location": "https://["}))
    assert found.id == ""


def test_streams_are_text_even_when_null() -> None:
    found = CLIENT.read_execution(legacy(stdout=None, stderr=5))
    assert (found.stdout, found.stderr) == ("", "5")


def test_an_error_in_plain_text_is_the_message() -> None:
    found = CLIENT.read_execution(answer({"id": "7", "status": "Failed", "error": "The pool is on fire."}))
    assert found.message == "The pool is on fire."


def test_the_kernels_own_error_counts_before_the_services_word() -> None:
    body = {
        "id": "7",
        "status": "Failed",
        "error": {"error": {"code": "ExecutionError", "message": "It failed."}},
        "result": {"stdout": "", "stderr": ""},
        "rawResult": {"error_name": "NameError", "error_message": "no x", "error_stack_trace": "tb"},
    }
    found = CLIENT.read_execution(answer(body))
    assert found.error == ErrorInfo("NameError", "no x", "tb")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "status"),
        ({"status": None}, "status"),
        ({"status": 5}, "status"),
        ({"status": "Exploded"}, "status"),
        ({"properties": {"status": "Exploded", "stdout": ""}}, "properties.status"),
        ({"properties": {}}, "properties.status"),
        ({"error": {"code": "x"}}, "status"),
        ([], ""),
        ("text", ""),
        (None, ""),
    ],
)
def test_what_is_no_execution_is_refused_by_the_name_of_the_field(body: Any, field: str) -> None:
    with pytest.raises(WireError) as caught:
        CLIENT.read_execution(answer(body))
    assert caught.value.field == field
    assert len(caught.value.message) < 200


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe\xff", b"{", b"[" * 100_000])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(WireError, match="not JSON"):
        CLIENT.read_execution(HttpAnswer(200, {}, body))


def test_json_is_read_in_the_encodings_it_may_have() -> None:
    text = json.dumps({"id": "7", "status": "Succeeded", "result": {"stdout": "ä"}}, ensure_ascii=False)
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32-be"):
        assert CLIENT.read_execution(HttpAnswer(200, {}, text.encode(encoding))).stdout == "ä"


WHEN = "2024-11-02T11:54:35.5Z"
FILE = FileInfo("a.md", "file", 5, NOON)
ENTRIES: list[Any] = [
    {
        "name": "a.md",
        "type": "File",
        "contentType": "text/markdown",
        "sizeInBytes": 5,
        "lastModifiedAt": WHEN,
    },
    {
        "name": "a.md",
        "type": "file",
        "filename": "a.md",
        "size": 5,
        "last_modified_time": WHEN,
        "mime_type": "x",
    },
    {"$id": "1", "properties": {"$id": "2", "filename": "a.md", "size": 5, "lastModifiedTime": WHEN}},
    {"name": "a.md", "sizeInBytes": "5", "lastModifiedAt": WHEN, "directory": "."},
    {"name": "a.md", "sizeInBytes": 5, "lastModifiedAt": WHEN, "directory": "/mnt/data", "new": {"deep": []}},
    {"filename": "/mnt/data/a.md", "size": 5, "lastModifiedTime": WHEN},
]


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("envelope", ["value", "$values", "files", "both", "bare"])
def test_files_are_read_in_every_envelope_and_shape(envelope: str, entry: Any) -> None:
    tree: Any = [entry]
    if envelope == "both":
        tree = {"$id": "1", "value": {"$id": "2", "$values": [entry]}}
    elif envelope != "bare":
        tree = {envelope: [entry]}
    assert CLIENT.read_files(answer(tree)) == Listing((FILE,))
    assert CLIENT.read_file(answer(tree), "a.md") == FILE


@pytest.mark.parametrize("entry", ENTRIES)
def test_one_file_is_read_by_itself(entry: Any) -> None:
    assert CLIENT.read_file(answer(entry), "a.md") == FILE


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("File", "file"),
        ("directory", "directory"),
        ("DIRECTORY", "directory"),
        ("folder", "directory"),
        ("symlink", "other"),
        (None, "file"),
    ],
)
def test_kinds_are_read_without_case(word: Any, kind: str) -> None:
    assert CLIENT.read_files(answer([{"name": "x", "type": word}])).files[0].kind == kind


@pytest.mark.parametrize(
    ("asked", "told", "path"),
    [
        ("", "", "a"),
        ("", ".", "a"),
        ("", "sub", "sub/a"),
        ("", "./sub/", "sub/a"),
        ("", "/mnt/data/sub", "sub/a"),
        ("sub", None, "sub/a"),
        ("sub", ".", "sub/a"),
        ("sub", "sub", "sub/a"),
        ("sub", "/mnt/data/sub/deep", "sub/deep/a"),
        ("sub", "sub/deep", "sub/deep/a"),
        ("sub", "deep", "sub/deep/a"),
        ("sub", "subway", "sub/subway/a"),
    ],
)
def test_the_directory_of_an_entry_is_told_in_many_ways(asked: str, told: str | None, path: str) -> None:
    found = CLIENT.read_files(answer({"value": [{"name": "a", "directory": told}]}), asked)
    assert [file.path for file in found.files] == [path]


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"name": ""},
        {"name": ".."},
        {"name": "../x"},
        {"name": "/etc/passwd"},
        {"name": "a\0b"},
        5,
        None,
        {"name": "a", "directory": "../.."},
        {"properties": {}},
    ],
)
def test_an_entry_without_a_name_that_a_file_can_have_is_counted_and_left_out(entry: Any) -> None:
    found = CLIENT.read_files(answer({"value": [entry, {"name": "b"}]}))
    assert [file.path for file in found.files] == ["b"]
    assert found.unreadable == 1


def test_an_empty_listing_is_a_listing_and_the_rest_is_linked() -> None:
    assert CLIENT.read_files(answer({"value": []})) == Listing(())
    assert CLIENT.read_files(answer({"value": [], "nextLink": None})) == Listing(())
    assert CLIENT.read_files(answer({"value": [], "nextLink": "/files?skip=1"})).next_link == "/files?skip=1"


@pytest.mark.parametrize("tree", [{}, {"value": None}, {"error": {"code": "x"}}, "text", None, 5])
def test_what_lists_nothing_is_refused(tree: Any) -> None:
    with pytest.raises(WireError) as caught:
        CLIENT.read_files(answer(tree))
    assert caught.value.field == "value"


@pytest.mark.parametrize("tree", [{}, [], {"value": []}, None, "text", {"message": "healthy"}])
def test_what_tells_no_file_is_refused(tree: Any) -> None:
    with pytest.raises(WireError) as caught:
        CLIENT.read_file(answer(tree), "a.md")
    assert caught.value.field == "name"


def test_the_next_page_goes_to_the_same_place_in_the_same_session() -> None:
    request = CLIENT.list_files("session-1", "sub")
    link = "https://evil.invalid/else?api-version=1&identifier=other&path=sub&skip=50&token=%2Fa"
    following = CLIENT.next_page(request, link)
    assert following
    assert following.path == "/files"
    assert following.query == {
        "api-version": "2025-02-02-preview",
        "identifier": "session-1",
        "path": "sub",
        "skip": "50",
        "token": "/a",
    }
    assert CLIENT.next_page(following, link) is None
    assert CLIENT.next_page(request, "") is None
    assert CLIENT.next_page(request, "https://evil.invalid/") is None
    assert CLIENT.next_page(request, "https://[?skip=1") is None


@pytest.mark.parametrize("word", ["expireAt", "expiresAt"])
def test_the_end_of_a_session_goes_by_two_names(word: str) -> None:
    tree = {"identifier": "s", "createdAt": WHEN, "lastAccessedAt": None, word: WHEN, "etag": 5, "more": 1}
    assert CLIENT.read_session(answer(tree)) == SessionFacts("s", NOON, None, NOON, "5")


@pytest.mark.parametrize("envelope", ["sessions", "value", None])
def test_sessions_are_listed_in_every_envelope(envelope: str | None) -> None:
    items: list[Any] = [{"identifier": "a"}, {"identifier": ""}, "odd", {"identifier": "b"}]
    tree = {envelope: items, "count": 2, "nextLink": None} if envelope else items
    found = CLIENT.read_sessions(answer(tree))
    assert [session.identifier for session in found.sessions] == ["a", "b"]
    assert found.next_link == ""


@pytest.mark.parametrize("tree", [{}, {"identifier": ""}, [], None])
def test_what_tells_no_session_is_refused(tree: Any) -> None:
    with pytest.raises(WireError):
        CLIENT.read_session(answer(tree))


def test_metadata_is_read_as_far_as_it_goes() -> None:
    tree = {
        "runtimes": [{"name": "Python", "version": 3.12}, {"version": "1"}, "odd"],
        "preInstalledPackages": None,
        "createdAt": "never",
        "jupyterKernel": {"name": "k", "extra": 1},
    }
    found = CLIENT.read_metadata(answer(tree))
    assert found.runtimes == (Versioned("Python", "3.12"),)
    assert found.packages == ()
    assert found.created_at is None
    assert found.kernel == KernelFacts("k")
    assert CLIENT.read_metadata(answer({})).kernel is None


def test_fields_that_nobody_knows_yet_are_kept_by_the_models() -> None:
    tree = {"id": "7", "status": "Succeeded", "result": {"stdout": "", "charts": [1]}, "cost": {"a": None}}
    written = Execution.read(tree).written()
    assert written["cost"] == {"a": None}
    assert written["result"] == {"stdout": "", "charts": [1]}
