"""Sizes, ages, durations and statuses as words, above all at the edges between two units."""

from __future__ import annotations

import time

import pytest
from rich.cells import cell_len

from backend.models import Status
from workbench import format


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (-1, "0 B"),
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (9_949, "9.9 kB"),
        (9_950, "10 kB"),
        (34_000, "34 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (1_200_000_000, "1.2 GB"),
        (5_000_000_000_000_000_000, "5,000 PB"),
    ],
)
def test_size(given: int, expected: str) -> None:
    assert format.size(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (-3, "0.0 ms"),
        (0.42, "0.4 ms"),
        (0.96, "1 ms"),
        (12.4, "12 ms"),
        (999.4, "999 ms"),
        (999.5, "1.0 s"),
        (1_234, "1.2 s"),
        (59_949, "59.9 s"),
        (59_960, "1 min 00 s"),
        (123_000, "2 min 03 s"),
        (3_599_600, "1 h 00 min"),
        (3_720_000, "1 h 02 min"),
    ],
)
def test_duration(given: float, expected: str) -> None:
    assert format.duration(given) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (-100, "now"),
        (4, "now"),
        (12, "12 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (86_400, "1 d"),
        (59 * 86_400, "59 d"),
        (60 * 86_400, "2 mo"),
        (719 * 86_400, "23 mo"),
        (730 * 86_400, "2 y"),
    ],
)
def test_age(seconds: int, expected: str) -> None:
    assert format.age(1_000_000_000, now=1_000_000_000 + seconds) == expected


def test_age_of_this_moment_needs_no_clock_given() -> None:
    assert format.age(time.time()) == "now"


def test_age_in_a_sentence() -> None:
    assert format.ago(100, now=102) == "just now"
    assert format.ago(100, now=300) == "3 min ago"


def test_every_status_has_a_symbol_of_its_own_one_cell_wide() -> None:
    symbols = [format.status_symbol(status) for status in Status]
    assert len(set(symbols)) == len(Status)
    assert {cell_len(symbol) for symbol in symbols} == {1}


def test_statuses_read_as_words() -> None:
    assert format.status_words(Status.TIMED_OUT) == "timed out"
    assert all("_" not in format.status_words(status) for status in Status)


def test_counted_nouns() -> None:
    assert format.count(1, "entry", "entries") == "1 entry"
    assert format.count(2345, "entry", "entries") == "2,345 entries"
    assert format.count(0, "file") == "0 files"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("ctrl+s", "Ctrl+S"),
        ("f5", "F5"),
        ("shift+f6", "Shift+F6"),
        ("slash", "/"),
        ("e", "e"),
        ("enter", "Enter"),
        ("pageup", "PgUp"),
        ("ctrl+full_stop", "Ctrl+."),
    ],
)
def test_keys_as_people_write_them(given: str, expected: str) -> None:
    assert format.key_words(given) == expected
