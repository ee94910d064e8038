"""Executions and exchanges as curl commands, in either generation."""

from __future__ import annotations

import shlex

import pytest

from backend.errors import UsageError
from backend.wire.exchange import Exchange
from backend.wire.versions import ApiVersion
from tests.app.distant import BASE, exchange
from workbench.curls import of_exchange, of_execution, version_in


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
    words = shlex.split(of_execution("print('a')", "s 1", ApiVersion.V2025_10_02))
    assert "http://localhost:6000/executions?api-version=2025-10-02-preview&identifier=s%201" in words


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
