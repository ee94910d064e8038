"""Finding and replacing: what matches where, and what cannot be asked."""

from __future__ import annotations

import re
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.widgets.editor.find import search as module
from workbench.widgets.editor.find.search import Query, QueryError, replace_all, replacement, search

TEXT = "alpha Beta\nbeta betas\n\nx = beta.beta(1)\n"


@pytest.mark.parametrize(
    ("query", "spans"),
    [
        (Query("beta"), [(0, 6), (1, 0), (1, 5), (3, 4), (3, 9)]),
        (Query("beta", case=True), [(1, 0), (1, 5), (3, 4), (3, 9)]),
        (Query("beta", word=True), [(0, 6), (1, 0), (3, 4), (3, 9)]),
        (Query("beta(1)", word=True), [(3, 9)]),
        (Query(r"b\w+s", regex=True), [(1, 5)]),
        (Query(r"^", regex=True), [(0, 0), (1, 0), (2, 0), (3, 0), (4, 0)]),
        (Query(r"a$\n", regex=True), [(0, 9)]),
        (Query("b.t"), []),
        (Query(""), []),
    ],
)
def test_where_it_matches(query: Query, spans: list[tuple[int, int]]) -> None:
    assert [start for start, _ in search(TEXT, query).spans] == spans


def test_a_match_over_lines_marks_each_of_them() -> None:
    found = search("ab\ncd\nef", Query(r"b\n.*\ne", regex=True))
    assert found.spans == (((0, 1), (2, 1)),)
    assert found.rows == {0: [(1, None)], 1: [(0, None)], 2: [(0, 1)]}


def test_going_round() -> None:
    found = search(TEXT, Query("beta"))
    assert found.after((1, 1)) == 2
    assert found.after((3, 10)) == 0
    assert found.before((1, 0)) == 0
    assert found.before((0, 0)) == 4
    assert found.index((1, 5), (1, 9)) == 2
    assert found.index((1, 5), (1, 8)) is None


@pytest.mark.parametrize(
    ("query", "template", "result"),
    [
        (Query("beta", case=True), r"\1", "alpha Beta\n\\1 \\1s\n\nx = \\1.\\1(1)\n"),
        (Query(r"(\w+)\.(\w+)", regex=True), r"\2\n\1", "alpha Beta\nbeta betas\n\nx = beta\nbeta(1)\n"),
        (Query(r"^(?=\w)", regex=True), "# ", "# alpha Beta\n# beta betas\n\n# x = beta.beta(1)\n"),
    ],
)
def test_replacing_all_is_one_edit(query: Query, template: str, result: str) -> None:
    done = replace_all(TEXT, query, template)
    assert done is not None
    lines = TEXT.split("\n")
    before = "\n".join([*lines[: done.start[0]], lines[done.start[0]][: done.start[1]]])
    after = "\n".join([lines[done.end[0]][done.end[1] :], *lines[done.end[0] + 1 :]])
    assert before + done.text + after == result


def test_nothing_to_replace() -> None:
    assert replace_all(TEXT, Query("zeta"), "") is None


def test_replacing_one_knows_its_surroundings() -> None:
    query = Query(r"(?<=x = )(\w+)", regex=True)
    start = TEXT.index("beta.")
    assert replacement(TEXT, query, r"<\1>", start, start + 4) == "<beta>"
    assert replacement(TEXT, query, "", start, start + 3) is None


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (Query("(", regex=True), "missing )"),
        (Query("[a", regex=True), "unterminated"),
        (Query("*", regex=True), "repeat"),
    ],
)
def test_a_broken_pattern_says_what_is_wrong(query: Query, said: str) -> None:
    with pytest.raises(QueryError, match=re.escape(said)):
        search("x", query)


def test_a_broken_replacement_says_so() -> None:
    with pytest.raises(QueryError, match="replacement"):
        replace_all("x", Query("x", regex=True), r"\7")


def test_a_pattern_that_explodes_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.6)
    text, said = "x" * 5000, []

    def look() -> None:
        try:
            search(text, Query(r"(x+)(x+)(x+)(x+)\4\3\2\1!", regex=True))
        except QueryError as error:
            said.append(str(error))

    thread = threading.Thread(target=look)
    used, last = time.process_time(), time.monotonic()
    thread.start()
    gaps = []
    while thread.is_alive():
        time.sleep(0.005)
        now = time.monotonic()
        gaps.append(now - last)
        last = now
    assert said == ["the pattern takes too long here; make it simpler"]
    assert time.process_time() - used < 5, "the limit counts the time of the processor"
    assert len(gaps) > 20, "other threads went on meanwhile"


def test_very_many_matches_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 10)
    found = search("a" * 100, Query("a"))
    assert (len(found.spans), found.more) == (10, True)
    done = replace_all("a" * 100, Query("a"), "b")
    assert done is not None
    assert (done.count, done.text) == (100, "b" * 100)


@given(st.text(alphabet="ab\n .*", max_size=40), st.text(alphabet="ab\n.*", min_size=1, max_size=4))
def test_plain_words_are_found_as_str_finds_them(text: str, word: str) -> None:
    starts, position = [], text.find(word)
    while position >= 0:
        starts.append((text.count("\n", 0, position), position - text.rfind("\n", 0, position) - 1))
        position = text.find(word, position + len(word))
    assert [start for start, _ in search(text, Query(word, case=True)).spans] == starts
