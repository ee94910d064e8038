"""Tables and trees of files: delimiters, broken and ragged rows, order, JSON and its lines."""

from __future__ import annotations

import pytest

from workbench.preview.goals import Goal, goal
from workbench.preview.kinds import View, views
from workbench.preview.tables import MOST_COLUMNS, delimiter_of, number_of, sorted_rows, table_of
from workbench.preview.trees import Broken, NotJsonError, Number, json_text, lines_of, tree_of


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n3,4", ","),
        ("a;b\n1,5;2\n3,5;4", ";"),
        ("a\tb\n1\t2\n", "\t"),
        ("a|b|c\n1|2|3\n", "|"),
        ('"x, y",b\n"1, 2",3\n', ","),
        ("only words\nhere", ""),
        ("", ""),
    ],
)
def test_the_delimiter_is_what_cuts_all_lines_alike(text: str, delimiter: str) -> None:
    assert delimiter_of(text) == delimiter


def test_a_table_has_names_where_the_first_row_is_words() -> None:
    named = table_of('name,height\n"Mon, early",11.2\nTue,"13\n5"\n')
    assert (named.columns, named.rows) == (["name", "height"], [["Mon, early", "11.2"], ["Tue", "13\n5"]])
    assert table_of("1,2\n3,4").columns == ["1", "2"]
    assert table_of("a,a\n3,4").columns == ["1", "2"]
    assert table_of("", "a.csv").rows == []
    assert table_of("x\ty\n1\t2,5", "a.tsv").rows == [["1", "2,5"]]


def test_ragged_and_broken_rows_are_kept_and_told() -> None:
    ragged = table_of("a,b\n1,2\n3\n4,5,6\n")
    assert ragged.columns == ["a", "b", "3"]
    assert ragged.rows == [["1", "2", ""], ["3", "", ""], ["4", "5", "6"]]
    assert ragged.notes == ("2 rows have another number of cells",)
    broken = table_of("a,b\n" + "x" * 200_000 + ",1\n2,3\n")
    assert broken.rows[-1] == ["2", "3"]
    assert "1 row cannot be read" in broken.notes


def test_a_quote_that_is_not_closed_does_not_swallow_the_file() -> None:
    text = 'a,b\n1,"2\n' + "".join(f"{n},{n}\n" for n in range(300))
    found = table_of(text)
    assert len(found.rows) == 301
    assert found.notes[0].startswith("a quote is not closed")


def test_the_last_row_of_a_part_is_left_out_and_wide_tables_are_cut() -> None:
    assert table_of("a,b\n1,2\n3,", cut=True).rows == [["1", "2"]]
    wide = table_of(",".join("x" * 3_000) + "\n1,2\n")
    assert len(wide.columns) == MOST_COLUMNS
    assert f"{3_000 - MOST_COLUMNS:,} columns more" in wide.notes


@pytest.mark.parametrize(
    ("cell", "number"), [("1,234.5", 1234.5), (" -2e3 ", -2000.0), ("", None), ("nan", None), ("1_0", None)]
)
def test_numbers_in_cells(cell: str, number: float | None) -> None:
    assert number_of(cell) == number


def test_rows_are_ordered_by_number_or_by_word_with_nothing_last() -> None:
    rows = [[cell] for cell in ("10", "9", "", "x", "-1")]
    assert [row[0] for row in sorted_rows(rows, 0, descending=False)] == ["-1", "9", "10", "x", ""]
    assert [row[0] for row in sorted_rows(rows, 0, descending=True)] == ["10", "9", "-1", "x", ""]
    words = [["b"], ["A"], [""]]
    assert [row[0] for row in sorted_rows(words, 0, descending=False)] == ["A", "b", ""]


def test_json_keeps_numbers_as_they_are_written() -> None:
    value = tree_of('{"a": 1.10, "b": [true, null, "x"], "c": 1' + "0" * 6_000 + "}")
    assert value["a"] == "1.10"
    assert isinstance(value["a"], Number)
    assert len(value["c"]) == 6_001
    assert json_text({"a": Number("1.10"), "b": [Number("2")], "c": "x"}) == (
        '{\n  "a": 1.1,\n  "b": [\n    2\n  ],\n  "c": "x"\n}'
    )
    assert json_text("as it is") == "as it is"


@pytest.mark.parametrize("text", ["{", "[1,]", "", "[" * 100_000, '{"a" 1}'])
def test_what_is_no_json_says_so(text: str) -> None:
    with pytest.raises(NotJsonError, match=r"This (is no JSON: line 1|JSON is nested too deeply)"):
        tree_of(text)


def test_json_lines_keep_the_lines_that_are_broken() -> None:
    found = lines_of('{"a": 1}\n\nnot json\n[2]\n{"cut', cut=True)
    assert found[0] == {"a": "1"}
    assert found[1] == Broken("not json", "Expecting value")
    assert found[2:] == [["2"]]


PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("name", "head", "size", "first"),
    [
        ("a.py", b"x = 1", 5, View.TEXT),
        ("a.CSV", b"a,b", 3, View.TABLE),
        ("a.json", b"{}", 2, View.TREE),
        ("a.json", b"[1, ", 1 << 30, View.TEXT),
        ("a.jsonl", b"{}", 1 << 30, View.TREE),
        ("a.md", b"# x", 3, View.MARKDOWN),
        ("plot", PNG, 9, View.PICTURE),
        ("a.txt", PNG, 9, View.PICTURE),
        ("a.png", PNG, 1 << 30, View.HEX),
        ("a.png", b"no picture", 10, View.TEXT),
        ("a.svg", b"<svg/>", 6, View.TEXT),
        ("a.csv", b"\0\1", 2, View.HEX),
    ],
)
def test_the_best_view_follows_from_name_and_content(name: str, head: bytes, size: int, first: View) -> None:
    found = views(name, head, size)
    assert found[0] is first
    assert View.HEX in found


def test_other_views_are_offered_where_the_content_lets_them() -> None:
    assert views("a.txt", b'{"a": 1}', 8) == (View.TEXT, View.TREE, View.HEX)
    assert views("a.log", b"a,b\n1,2\n3,4\n", 12) == (View.TEXT, View.TABLE, View.HEX)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("12", Goal(line=12)),
        ("1,000", Goal(line=1000)),
        ("50%", Goal(offset=500)),
        ("0x1F", Goal(offset=31)),
        ("0.1 kB", Goal(offset=100)),
        ("200b", Goal(offset=200)),
        ("9 GB", Goal(offset=1000)),
        ("0", None),
        ("-3", None),
        ("end", None),
        ("", None),
        ("nan%", None),
    ],
)
def test_places_are_lines_shares_and_offsets(words: str, found: Goal | None) -> None:
    assert goal(words, 1000) == found


def test_tens_of_thousands_of_rows_are_a_table_in_order() -> None:
    found = table_of("a,b\n" + "".join(f"row {n},{n * 7 % 1000}\n" for n in range(60_000)))
    ordered = sorted_rows(found.rows, 1, descending=True)
    assert len(ordered) == 60_000
    assert [ordered[0][1], ordered[-1][1]] == ["999", "0"]
