"""What is typed, as words and conditions; nothing typed is an error."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.history.query import FIELDS, Condition, Query, Word, parse

NOW = time.mktime((2026, 11, 30, 12, 0, 0, 0, 0, -1))  # a Monday, at noon here
DAY = 86_400.0


def words(text: str) -> list[tuple[str, str, bool]]:
    return [(word.text, word.where, word.negated) for word in parse(text, NOW).words]


def conditions(text: str) -> list[Condition]:
    query = parse(text, NOW)
    assert query.words == ()
    return list(query.conditions)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("one two", [("one", "", False), ("two", "", False)]),
        ('"two words" x', [("two words", "", False), ("x", "", False)]),
        ("-numpy", [("numpy", "", True)]),
        ('-"two words"', [("two words", "", True)]),
        ("-1 ->x --", [("-1", "", False), ("->x", "", False), ("--", "", False)]),
        ("code:df output:nan", [("df", "code", False), ("nan", "output", False)]),
        ('code:"a b" -output:xyz', [("a b", "code", False), ("xyz", "output", True)]),
        ("http://x", [("http://x", "", False)]),
        ("lambda:x nofield:y", [("lambda:x", "", False), ("nofield:y", "", False)]),
        ('a"b', [('a"b', "", False)]),
        ("a[before:after]", [("a[before:after]", "", False)]),
    ],
)
def test_words(text: str, expected: list[tuple[str, str, bool]]) -> None:
    assert words(text) == expected
    assert parse(text, NOW).hint == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("status:failed", Condition("status", ("failed",))),
        ("STATUS:Fail", Condition("status", ("failed",))),
        ("-status:ok", Condition("status", ("succeeded",), negated=True)),
        ("status:failed,timed-out", Condition("status", ("failed", "timed_out"))),
        ("status:died", Condition("status", ("worker_died",))),
        ("session:ab", Condition("session", ("ab",))),
        ("session:a,b", Condition("session", ("a", "b"))),
        ('session:"a b"', Condition("session", ("a b",), exact=True)),
        ("profile:pool", Condition("profile", ("pool",))),
        ("version:2025", Condition("version", ("2025",))),
        ("file:.csv", Condition("file", (".csv",))),
        ("label:", Condition("label", ("",))),
        ("label:base", Condition("label", ("base",))),
        ("pinned:", Condition("pinned")),
        ("pinned:no", Condition("pinned", negated=True)),
        ("-pinned:no", Condition("pinned")),
    ],
)
def test_conditions(text: str, expected: Condition) -> None:
    assert conditions(text) == [expected]
    assert parse(text, NOW).hint == ""


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("after:2d", NOW - 2 * DAY, float("inf")),
        ("before:30m", float("-inf"), NOW - 1800),
        ("on:today", NOW - DAY / 2, NOW + DAY / 2),
        ("on:yesterday", NOW - 1.5 * DAY, NOW - DAY / 2),
        ("on:monday", NOW - DAY / 2, NOW + DAY / 2),
        ("on:sun", NOW - 1.5 * DAY, NOW - DAY / 2),
        ("on:2026-11-29", NOW - 1.5 * DAY, NOW - DAY / 2),
        ("on:2026-11", NOW - 29.5 * DAY, NOW + DAY / 2),
        ("after:11:30", NOW - 1800, float("inf")),
        ("after:2026-11-30T10", NOW - 7200, float("inf")),
    ],
)
def test_times(text: str, begin: float, end: float) -> None:
    (condition,) = conditions(text)
    assert condition.span == pytest.approx((begin, end), abs=3_601 if "2026-11" in text else 1)


@pytest.mark.parametrize(
    ("text", "searched", "said"),
    [
        ("status:nonsense", ["status:nonsense"], "No status is 'nonsense'"),
        ("after:sometime", ["after:sometime"], "'sometime' is no time"),
        ("on:2026-02-31", ["on:2026-02-31"], "is no time"),
        ("pinned:perhaps", ["pinned:perhaps"], "yes or no"),
        ("stauts:failed", ["stauts:failed"], "status: is one"),
        ('"numpy as', ["numpy as"], "not closed"),
        ("status:", [], "status: how it ended"),
        ("-n", [], "three letters"),
        ("after:", [], "after: started then or later"),
    ],
)
def test_what_makes_no_sense_is_text_and_a_hint(text: str, searched: list[str], said: str) -> None:
    query = parse(text, NOW)
    assert [word.text for word in query.words] == searched
    assert query.conditions == ()
    assert said in query.hint


@given(st.text(st.sampled_from('ab:-"\\ \0statusafter0é\ud800'), max_size=40))
def test_nothing_typed_is_an_error(text: str) -> None:
    query = parse(text, NOW)
    assert all(word.text for word in query.words)


def test_a_pasted_text_costs_little() -> None:
    assert len(parse("word " * 10_000).words) == 32
    assert len(parse("x" * 10_000).words[0].text) == 1_000


def test_queries_are_values() -> None:
    assert parse("x") == Query((Word("x"),))
    assert parse("x -why").texts == ("x",)
    assert set(FIELDS) >= {"status", "session", "profile", "after", "before", "file", "pinned", "label"}
