"""Brackets and quotes that come in pairs, and the indentation of `else:`."""

from __future__ import annotations

import pytest

from workbench.widgets.editor.text.document import make_document
from workbench.widgets.editor.text.pairs import (
    Kind,
    empty_pair,
    hanging_indent,
    inserted,
    kind_at_end,
    steps_over,
)


@pytest.mark.parametrize(
    ("before", "kind"),
    [
        ("x = ", Kind.CODE),
        ("x = '", Kind.STRING),
        ("x = 'a'", Kind.CODE),
        ("x = 'a' # it's", Kind.COMMENT),
        ("x = '#", Kind.STRING),
        ('x = """a', Kind.STRING),
        ('x = """a"""', Kind.CODE),
        (r"x = '\'", Kind.STRING),
        (r"x = '\\'", Kind.CODE),
        ("''", Kind.CODE),
        ("'a' + \"b", Kind.STRING),
    ],
)
def test_what_the_end_of_a_line_is(before: str, kind: Kind) -> None:
    assert kind_at_end(before) is kind


@pytest.mark.parametrize(
    ("char", "before", "after", "more"),
    [
        ("(", "f", "", ")"),
        ("(", "f", " + 1", ")"),
        ("(", "f", "x", ""),
        ("[", "x = ", ")", "]"),
        ("'", "x = ", "", "'"),
        ("'", "x = f", "", "'"),
        ("'", "don", "", ""),
        ("'", "x = rb", ")", "'"),
        ('"', '""', "", '"""'),
        ('"', '"""', "", ""),
        ("'", "''", "", "'''"),
        (")", "f(", "", ""),
    ],
)
def test_what_comes_with_a_character(char: str, before: str, after: str, more: str) -> None:
    assert inserted(char, before, after, Kind.CODE) == more


def test_nothing_comes_in_strings_and_comments() -> None:
    assert inserted("(", "'a ", "'", Kind.STRING) == ""
    assert inserted("'", "# it", "", Kind.COMMENT) == ""


@pytest.mark.parametrize(
    ("char", "before", "after", "kind", "over"),
    [
        (")", "f(x", ")", Kind.CODE, True),
        (")", "f(x)", ")", Kind.CODE, False),
        (")", "'(", ")'", Kind.STRING, False),
        ("'", "'a", "'", Kind.STRING, True),
        ("'", "x = ", "'a'", Kind.CODE, False),
        (")", "f(", "", Kind.CODE, False),
    ],
)
def test_stepping_over(char: str, before: str, after: str, kind: Kind, over: bool) -> None:
    assert steps_over(char, before, after, kind) is over


def test_an_empty_pair() -> None:
    assert empty_pair("f(", ")")
    assert empty_pair("'", "'")
    assert not empty_pair("(", "]")
    assert not empty_pair("", "")


@pytest.mark.parametrize(
    ("text", "indent"),
    [
        ("if x:\n    a\n    else", ""),
        ("if x:\n    a\nelse", None),
        ("for x in y:\n    if x:\n        a\n        else", "    "),
        ("try:\n    a\n    except E", ""),
        ("try:\n    a\nexcept E:\n    b\n    finally", ""),
        ("x = 1\nelse", None),
        ("def f():\n    else", None),
        ("if x:\n    a\n    elif y > 1", ""),
        ("async for x in y:\n    a\n    else", ""),
    ],
)
def test_where_else_belongs(text: str, indent: str | None) -> None:
    *above, line = text.split("\n")
    assert hanging_indent(line, above[::-1]) == indent


def test_the_tree_knows_strings_of_several_lines() -> None:
    document = make_document('x = """\nit\'s (\n""" + (\n', "python")
    assert document.kind_at((1, 3)) is Kind.STRING
    assert document.kind_at((2, 3)) is Kind.CODE
    assert document.kind_at((2, 7)) is Kind.CODE


def test_statements_have_their_rows() -> None:
    document = make_document("a = 1\nfor x in y:\n    b\n    c\n\nd = (1,\n  2)\n", "python")
    assert document.statement_rows(0) == (0, 1)
    assert document.statement_rows(3) == (1, 4)
    assert document.statement_rows(4) == (4, 5)
    assert document.statement_rows(6) == (5, 7)
    assert make_document("for x in y:\n  b", None).statement_rows(1) == (1, 2)
