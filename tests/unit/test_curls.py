"""Executions and exchanges as curl commands, in either generation."""

from __future__ import annotations

import shlex

import pytest

from backend.errors import UsageError
from backend.models import Target
from backend.wire.exchange import Exchange
from backend.wire.versions import ApiVersion
from tests.app.distant import BASE, exchange
from workbench.curls import of_exchange, of_execution, version_in
from workbench.history.entry import Entry


def entry(code: str, session: str) -> Entry:
    return Entry("one", code, session)


def made(method: str, path: str, query: str = "", **more: object) -> Exchange:
    found = Exchange.from_dict(exchange(method, path, **more))
    url = found.url + query
    return Exchange.from_dict({**found.to_dict(), "url": url})


@pytest.mark.parametrize(
    ("version", "other"),
    [("2024-02-02-preview", "2025-10-02-preview"), ("2024-10-02-preview", "2024-02-02-preview")],
)
def test_the_other_generation_has_a_version_that_stands_for_it(version: str, other: str) -> None:
    assert version_in(version) == version
    assert version_in(version, other=True) == other


def test_an_execution_of_this_machine_goes_to_the_server_of_this_machine() -> None:
    words = shlex.split(of_execution(entry("print('a')", "s 1"), ApiVersion.V2025_10_02, Target()))
    assert "http://localhost:6000/executions?api-version=2025-10-02-preview&identifier=s%201" in words
    assert not [word for word in words if "Authorization" in word]


def test_the_code_of_an_asynchronous_target_is_submitted_so() -> None:
    target = Target("pool", "remote", BASE, asynchronous=True)
    command = of_execution(entry("1", "session"), ApiVersion.V2025_10_02, target)
    assert '"executionType": "Asynchronous"' in command
    assert f"'{BASE}/executions?" in command


@pytest.mark.parametrize(
    ("auth", "base", "said"),
    [
        ("azure", BASE, "$(az account get-access-token"),
        ("env:LAB_TOKEN", BASE, '-H "Authorization: Bearer $LAB_TOKEN"'),
        ("env:LAB_TOKEN", "http://localhost:6000", '-H "Authorization: Bearer $LAB_TOKEN"'),
        ("command:pass show 'my token'", BASE, "Bearer $(pass show 'my token')\""),
    ],
)
def test_the_shell_gets_the_token_where_the_target_does(auth: str, base: str, said: str) -> None:
    target = Target("pool", "remote", base, auth=auth)
    assert said in of_execution(entry("1", "session"), ApiVersion.V2025_10_02, target)
    found = exchange("GET", "/files", request_body=b"")
    asked = Exchange.from_dict({**found, "url": found["url"].replace(BASE, base)})
    assert said in of_exchange(asked, target)


@pytest.mark.parametrize(
    ("auth", "base"),
    [("none", BASE), ("env:LAB_TOKEN", "http://lab.example:6000"), ("azure", "https://else.invalid")],
)
def test_no_token_is_meant_for_another_place_or_for_nobody(auth: str, base: str) -> None:
    asked = made("GET", "/files", request_body=b"")
    assert "Authorization" not in of_exchange(asked, Target("pool", "remote", base, auth=auth))


def test_what_was_asked_with_the_code_is_asked_again() -> None:
    body = (
        b'{"code": "1", "executionType": "Asynchronous", "timeoutInSeconds": 7, "outputStreamsMaxLength": 9}'
    )
    again = of_exchange(made("POST", "/executions", request_body=body))
    assert '"Asynchronous", "code": "1", "timeoutInSeconds": 7, "outputStreamsMaxLength": 9}' in again
    other = of_exchange(made("POST", "/executions", request_body=body), other=True)
    assert '"executionType": "Synchronous", "code": "1", "timeoutInSeconds": 7}' in other


def test_an_exchange_keeps_its_base_and_its_token_is_fetched_by_the_shell() -> None:
    command = of_exchange(made("POST", "/executions"))
    assert f"{BASE}/executions?" in command
    assert "Authorization: Bearer $(az account get-access-token" in command
    assert "print(1)" in command


@pytest.mark.parametrize(
    ("method", "path", "query", "expected"),
    [
        ("GET", "/files", "", "/files?api-version=2024-02-02-preview"),
        ("GET", "/files/a.csv/content", "", "/files/content/a.csv?api-version=2024-02-02-preview"),
        ("DELETE", "/files/a%20b", "", "/files/a%20b?api-version=2024-02-02-preview"),
        (
            "GET",
            "/files",
            "&path=sub",
            "/files?api-version=2024-10-02-preview",
        ),  # no folders there
        ("GET", "/session", "", "/session?api-version=2025-02-02-preview"),
    ],
)
def test_other_calls_are_translated_or_borrowed(method: str, path: str, query: str, expected: str) -> None:
    command = of_exchange(made(method, path, query, request_body=b""), other=True)
    assert f"{BASE}{expected}" in command


def test_code_that_was_not_kept_whole_cannot_be_copied() -> None:
    with pytest.raises(UsageError, match="not kept whole"):
        of_exchange(made("POST", "/executions", request_body=b'{"code": "' + b"x" * 100_000 + b'"}'))


def test_a_path_of_nobody_is_told() -> None:
    with pytest.raises(UsageError, match="There is no curl command"):
        of_exchange(made("GET", "/elsewhere"))
