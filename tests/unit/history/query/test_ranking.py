"""Which hit comes first, and which words are nearly the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.models import Status
from workbench.history.entry import Summary
from workbench.history.query.fuzzy import mistakes, names, near
from workbench.history.query.ranking import ranked

NOW = 1_000_000_000.0
DAY = 86_400.0


def row(code: str, days: float = 0, **more: object) -> Summary:
    made = Summary(code, "s", 1, code, Status.SUCCEEDED, False, NOW - days * DAY, 1.0)
    return replace(made, **more)  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    ("words", "better", "worse"),
    [
        (["frame"], row("frame = 1"), row("no such word")),
        (["frame"], row("frame = 1"), row("dataframe = 1")),
        (["frame"], row("frames = 1"), row("dataframe = 1")),
        (["a", "b"], row("a b"), row("a\nb")),
        (["frame"], row("frame"), row("frame ", days=60)),
        (["frame"], row("frame", days=2), row("other", days=0)),
        (["frame"], row("frame ", days=20, label="frame"), row("frame")),
        (["frame"], row("frame ", pinned=True), row("frame")),
        (["frame"], row("other", days=90), row("frame", close=True)),
    ],
)
def test_the_better_comes_first(words: list[str], better: Summary, worse: Summary) -> None:
    assert ranked([worse, better], words, NOW) == [better, worse]
    assert ranked([better, worse], words, NOW) == [better, worse]


def test_without_words_the_order_stays() -> None:
    rows = [row("b"), row("a", days=3), row("c")]
    assert ranked(rows, (), NOW) == rows


def test_names_of_code() -> None:
    assert names("df.groupby('Key')  # über x1 ab") == {"groupby", "key", "über"}


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("grpby", ["groupby"]),
        ("gruopby", ["groupby"]),
        ("gropby", ["groupby"]),
        ("rdcsv", ["read_csv"]),
        ("enumarate", ["enumerate"]),
        ("groupby", []),
        ("xyz", []),
        ("of", []),
        ("a b", []),
        ("prnit", ["print"]),
    ],
)
def test_near(word: str, found: list[str]) -> None:
    assert near(word, ["groupby", "read_csv", "enumerate", "print", "value"]) == found


def test_mistakes_are_counted_up_to_a_limit() -> None:
    assert mistakes("abcd", "abdc", 2) == 1
    assert mistakes("abcd", "abcd", 2) == 0
    assert mistakes("abcd", "wxyz", 2) == 3
