"""Numbers and texts take a short way to what IPython shows, unless code has another form for them."""

from __future__ import annotations

from typing import Any

import pytest
from IPython.core.formatters import DisplayFormatter as Parent

from backend.executor.worker.ipython_display import DisplayFormatter

VALUES = [
    0,
    -1,
    10**80,
    True,
    "",
    "a'b",
    "a\"b'",
    "two\nlines\u2028\x85\x00",
    "é" * 200,
    "\ud800",
    1.5,
    (1, "x"),
]


@pytest.fixture
def formatter() -> Any:
    """A formatter without a shell."""
    return DisplayFormatter()


@pytest.mark.parametrize("value", VALUES)
def test_values_look_as_in_ipython(formatter: Any, value: Any) -> None:
    assert formatter.format(value) == Parent().format(value)


@pytest.mark.parametrize("kind", [int, str])
def test_a_form_of_the_codes_own_is_taken(formatter: Any, kind: type) -> None:
    value = kind(7)
    assert formatter.format(value)[0]["text/plain"] == repr(value)
    formatter.formatters["text/plain"].for_type(kind, lambda value, printer, cycle: printer.text("own"))
    assert formatter.format(value)[0]["text/plain"] == "own"


def test_so_is_another_kind_of_form(formatter: Any) -> None:
    formatter.format(7)
    formatter.formatters["text/html"].for_type(int, lambda value: "<b>")
    assert formatter.format(7)[0] == {"text/plain": "7", "text/html": "<b>"}
    formatter.formatters["text/html"].pop(int)
    assert formatter.format(7)[0] == {"text/plain": "7"}
    formatter.formatters["text/html"].type_printers = {int: lambda value: "<i>"}
    assert formatter.format(7)[0] == {"text/plain": "7", "text/html": "<i>"}


def test_a_number_too_long_to_spell_is_named(formatter: Any) -> None:
    assert formatter.format(10**5000)[0] == {"text/plain": "<repr failed: ValueError>"}
