"""Finding lines: as typed, or by a pattern that must not stop the app."""

from __future__ import annotations

import time
from importlib.util import find_spec

import pytest

from workbench.widgets.output.find.query import Query, QueryError, Regex, finder
from workbench.widgets.output.find.search import Search
from workbench.widgets.output.lines.buffer import LineBuffer
from workbench.widgets.output.lines.kinds import Kind

needs_re2 = pytest.mark.skipif(find_spec("re2") is None, reason="no wheel of google-re2 here")


async def found(buffer: LineBuffer, query: Query) -> list[int]:
    search = Search(buffer, finder(query))
    async for _ in search.run():
        pass
    numbers, at = [], search.below(-1)
    while at is not None:
        numbers.append(at)
        at = search.below(at)
    assert len(numbers) == search.count
    return numbers


def filled(text: str, **more: int) -> LineBuffer:
    buffer = LineBuffer(**more)
    buffer.feed(Kind.STDOUT, text)
    return buffer


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        (Query("one"), [0, 1]),
        (Query("one", case=True), [0]),
        (Query("STRASSE"), [3]),
        (Query("a.b"), [2]),
        (Query("a.b", regex=True), [2, 4]),
        (Query("^o", regex=True), [0, 1]),
        (Query("e$", regex=True, case=True), [0, 3]),
        (Query(r"e\s*s", regex=True), []),
        (Query(r"[^x]$", regex=True), [0, 1, 2, 3, 4, 5]),
        (Query(r"\Aone", regex=True), [0, 1]),
        (Query("redgreen"), [5]),
        (Query("31m"), []),
        (Query("missing"), []),
    ],
)
async def test_lines_of_a_query(query: Query, numbers: list[int]) -> None:
    text = "one\nONE\na.b\nstrasse\naxb\n\x1b[31mred\x1b[32mgreen\x1b[0m\n"
    assert await found(filled(text), query) == numbers


async def test_many_lines_are_all_looked_at() -> None:
    buffer = filled("".join(f"line {index}\n" for index in range(30_000)))
    assert await found(buffer, Query("9999")) == [9_999, 19_999, 29_999]
    assert await found(buffer, Query("(?:9){4}$", regex=True)) == [9_999, 19_999, 29_999]
    assert await found(buffer, Query(r"\b\d\d$", regex=True)) == list(range(10, 100))
    assert len(await found(buffer, Query("line"))) == 30_000


async def test_from_match_to_match_and_round() -> None:
    search = Search(filled("x\na\nx\na\nx\n"), finder(Query("a")))
    async for _ in search.run():
        pass
    assert [search.after(-1), search.after(1), search.after(3)] == [1, 3, 1]
    assert [search.before(4), search.before(3), search.before(1)] == [3, 1, 3]
    assert [search.place(1), search.place(2), search.place(3)] == [1, 0, 2]


async def test_lines_that_come_are_found_and_those_dropped_are_not() -> None:
    buffer = filled("a\nb\n", cap=100)
    search = Search(buffer, finder(Query("a")))
    async for _ in search.run():
        pass
    buffer.feed(Kind.STDOUT, "a unfinished")
    search.again()
    async for _ in search.run():
        pass
    assert search.count == 2
    buffer.feed(Kind.STDOUT, "\n" + "x\n" * 150 + "a\n")
    search.again()
    async for _ in search.run():
        pass
    assert search.count == 1
    assert search.after(-1) == buffer.end - 1


async def test_a_pattern_without_end_is_given_up() -> None:
    text, endless = "a" * 5_000 + "b", Query(r"(a|aa|a?)+(x?)\2$", regex=True)
    start = time.monotonic()
    with pytest.raises(QueryError, match="too long"):
        await found(filled(text + "\n"), endless)
    assert time.monotonic() - start < 60
    assert finder(endless).spans(text) == []


@needs_re2
async def test_a_pattern_that_never_ends_elsewhere_ends_where_time_is_linear() -> None:
    text, pattern = "a" * 5_000, Query("(a|aa|a?)+c$", regex=True)
    assert await found(filled(f"{text}b\n{text}c\n"), pattern) == [1]
    assert finder(pattern).spans(f"{text}c") == [(0, 5_001)]


async def test_a_search_that_is_stopped_matches_no_further() -> None:
    search = Search(filled("".join(f"line {index}\n" for index in range(30_000))), finder(Query("line")))
    search.stop()
    assert search._match(search._slice()) == (0, [])


async def test_a_search_tells_how_far_it_is() -> None:
    search = Search(filled("".join(f"{index:060}\n" for index in range(60_000))), finder(Query("9")))
    before = search.share
    shares = [search.share async for _ in search.run()]
    assert before == 0.0
    assert shares[-1] == 1.0
    assert shares == sorted(shares)
    assert len(shares) > 2


@pytest.mark.parametrize("text", ["(", "*", "[a", "a{99999999999}", "\\", "(?<x"])
def test_what_is_no_pattern_is_told(text: str) -> None:
    with pytest.raises(QueryError):
        finder(Query(text, regex=True))
    assert finder(Query(text)).spans(f"_{text}_") == [(1, 1 + len(text))]


def test_spans_of_matches_in_a_line() -> None:
    assert finder(Query("AB")).spans("abxAb") == [(0, 2), (3, 5)]
    assert finder(Query("i")).spans("İiI") == [(1, 2), (2, 3)]
    assert finder(Query("x*", regex=True)).spans("axxb") == [(1, 3)]


NUMBERED = [f"line {n} {'x y' * (n % 7)}; {n % 13}.5 [{n}]" for n in range(300)]
TEXT = "\n".join([*NUMBERED, "", "-", "ä LINE", "a\tb", "]^"])
ASCII = TEXT.replace("ä", "\v\x1c\0")
PATTERNS = r"""line \d+7 |\S+9|\s\s|[^x]9$|^$|^-?$|x*|\W$|\D{9}|(?i)LINE|[\s;]9|[^]]\]|[]^]+|a\sb|9|1\d5
(?P<n>\d)(?P=n)|(\d)\1\.|\b12\b|e.*5|(?<=x )y|[\t-\r]|\\|$|\Aline|(?x) l # any|[^\n]*\n?|\n|\x0a|[^\S;]1
\S+foo|[\Sx]+9|(?<!x )y|e(?= 1)|\{?9|[{]|(?:x ?y)+$|\s\W|[\s]$|\d{2,}|(?:\d\d){2}|x{,2}y|\.5 \[(?!1)"""


@pytest.mark.parametrize("pattern", [*PATTERNS.replace("\n", "|").split("|"), "9|1\\d5", "^|$"])
def test_lines_that_are_matched_together_are_those_of_each_alone(pattern: str) -> None:
    try:
        found = Regex(Query(pattern, regex=True))
    except QueryError:
        pytest.skip("half a pattern")
    for text in (TEXT, ASCII):
        alone = found._one_by_one(text, 7)
        assert all(way(text, 7) == alone for way in found._ways)
        assert found.lines(text, 7) == alone


@needs_re2
@pytest.mark.parametrize(("pattern", "linear"), [(r"\S+9", True), ("(?:ab){e<2}", False), ("a{,3}", False)])
def test_what_is_read_otherwise_is_not_asked_of_the_linear_engine(pattern: str, linear: bool) -> None:
    found = Regex(Query(pattern, regex=True))
    assert (found._linear is not None) is linear
    assert found.lines("9\nxx\nab 9", 0) == found._one_by_one("9\nxx\nab 9", 0)
