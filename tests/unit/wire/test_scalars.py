"""Single values in every spelling seen."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.wire import scalars

NOON = 1730548475.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2024-11-02T11:54:35.595707834Z", 1730548475.595707834),
        ("2024-11-02T11:54:35Z", NOON),
        ("2024-11-02t11:54:35z", NOON),
        ("2024-11-02 11:54:35 UTC", NOON),
        ("2024-11-02T11:54:35", NOON),
        ("2024-11-02T11:54:35.5", NOON + 0.5),
        ("2024-11-02T13:24:35.250+01:30", NOON + 0.25),
        ("2024-11-02T06:54:35-0500", NOON),
        ("2024-11-02T11:54:35.123456789012345678Z", NOON + 0.123456789),
        ("1969-12-31T23:59:59.5Z", -0.5),
        ("0001-01-01T00:00:00Z", -62135596800.0),
        (NOON, NOON),
        (int(NOON), NOON),
        (int(NOON) * 1000, NOON),
        ("yesterday", None),
        ("2024-13-02T11:54:35Z", None),
        ("2024-11-02", None),
        ("", None),
        (None, None),
        (True, None),
        ([1], None),
        (math.nan, None),
    ],
)
def test_times_are_read(text: Any, seconds: float | None) -> None:
    found = scalars.as_time(text)
    assert found == (pytest.approx(seconds, abs=1e-6) if seconds is not None else None)


def test_a_time_is_read_to_the_last_digit_that_a_float_has() -> None:
    assert scalars.as_time("2024-11-02T11:54:35.595707834Z") == 1730548475.595707834


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (NOON, "2024-11-02T11:54:35.000000000Z"),
        (NOON + 0.5, "2024-11-02T11:54:35.500000000Z"),
        (0.0, "1970-01-01T00:00:00.000000000Z"),
        (-0.5, "1969-12-31T23:59:59.500000000Z"),
        (-62135596800.0, "0001-01-01T00:00:00.000000000Z"),
        (1e18, "1970-01-01T00:00:00.000000000Z"),
        (math.inf, "1970-01-01T00:00:00.000000000Z"),
        (math.nan, "1970-01-01T00:00:00.000000000Z"),
    ],
)
def test_times_are_written_with_nine_digits_and_z(seconds: float, text: str) -> None:
    assert scalars.time_text(seconds) == text


@given(st.floats(min_value=0, max_value=4e9))
def test_a_time_comes_back_as_it_went_out(seconds: float) -> None:
    assert scalars.as_time(scalars.time_text(seconds)) == pytest.approx(seconds, abs=1e-9)


@pytest.mark.parametrize(
    ("raw", "milliseconds"),
    [
        ("5011", 5011),
        ("5010.000000", 5010),
        (" 7 ", 7),
        ("42m56.970311818s", 42 * 60_000 + 56_970.311818),
        ("1h2m3s", 3_723_000),
        ("1.5h", 5_400_000),
        ("9ms", 9),
        ("250us", 0.25),
        ("250µs", 0.25),
        ("250μs", 0.25),
        ("40ns", 4e-5),
        ("0s", 0),
        ("5 seconds", None),
        ("-3", None),
        ("-3s", None),
        ("s", None),
        ("3s later", None),
        ("12:30", None),
        ("NaN", None),
        ("1e999", None),
        ("9" * 5000, None),
        ("true", None),
        ("", None),
    ],
)
def test_durations_of_headers_are_milliseconds_or_nothing(raw: str, milliseconds: float | None) -> None:
    found = scalars.as_milliseconds(raw)
    assert found == (pytest.approx(milliseconds) if milliseconds is not None else None)


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "0s"),
        (0.25, "0.25ms"),
        (9, "9ms"),
        (5010, "5.01s"),
        (60_000, "1m0s"),
        (42 * 60_000 + 56_970.311, "42m56.970311s"),
        (3_723_500, "1h2m3.5s"),
        (-5, "0s"),
    ],
)
def test_durations_are_written_as_go_does(milliseconds: float, text: str) -> None:
    assert scalars.go_duration(milliseconds) == text


@given(st.floats(min_value=0, max_value=1e9))
def test_a_duration_comes_back_to_the_microsecond(milliseconds: float) -> None:
    found = scalars.as_milliseconds(scalars.go_duration(milliseconds))
    assert found == pytest.approx(milliseconds, abs=0.001)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (None, ""),
        (5, "5"),
        (["a\n", "b"], "a\nb"),
        ({"a": [1]}, '{"a": [1]}'),
        (["a", 1], '["a", 1]'),
        (True, "true"),
        ("a\ud800b", "a\ufffdb"),
    ],
)
def test_a_stream_is_text_whatever_was_sent(value: Any, text: str) -> None:
    assert scalars.as_text(value) == text


@pytest.mark.parametrize(
    ("value", "size"),
    [
        (5045, 5045),
        ("5045", 5045),
        (5045.0, 5045),
        (None, 0),
        ("big", 0),
        (-1, 0),
        (True, 0),
        ({}, 0),
        (10**400, 0),
    ],
)
def test_sizes_are_read(value: Any, size: int) -> None:
    assert scalars.as_size(value) == size
