"""What editing keys do to lines."""

from __future__ import annotations

import pytest

from workbench.widgets.editor.text import lines


@pytest.mark.parametrize(
    ("before", "indent"),
    [
        ("", 0),
        ("x = 1", 0),
        ("    x = 1", 4),
        ("if x:", 4),
        ("    for a in b:  # why: because", 8),
        ("f(", 4),
        ("x = [  # list", 4),
        ("    return x", 0),
        ("        pass", 4),
        ("    raise ValueError('a:')", 0),
        ("    return {", 8),
        ("    return f(a,", 4),
        ("s = 'if x:'", 0),
        ("s = 'it''s ('", 0),
        ("# note:", 0),
        ("    returned = 1", 4),
        ("  return", 2),
        ("pass", 0),
    ],
)
def test_enter_indents_as_the_code_asks(before: str, indent: int) -> None:
    assert lines.indent_after(before) == " " * indent


def test_tabs_are_kept() -> None:
    assert lines.indent_after("\tif x:") == "\t    "
    assert lines.indent_after("\treturn x") == ""


def test_indent_and_dedent_move_to_stops() -> None:
    assert lines.indented(["a", "  b", "", "    c"]) == ["    a", "    b", "", "        c"]
    assert lines.dedented(["    a", "  b", "c", "     d", "\te"]) == ["a", "b", "c", "    d", "e"]


@pytest.mark.parametrize(
    ("plain", "commented"),
    [
        (["a", "  b"], ["# a", "#   b"]),
        (["    a", "      b", "", "    c"], ["    # a", "    #   b", "", "    # c"]),
        ([""], ["# "]),
    ],
)
def test_comments_toggle(plain: list[str], commented: list[str]) -> None:
    assert lines.commented(plain) == commented
    assert lines.commented(commented) == plain


def test_mixed_lines_are_commented_again() -> None:
    assert lines.commented(["# a", "b"]) == ["# # a", "# b"]
    assert lines.commented(["#a", "#  b"]) == ["a", " b"]


@pytest.mark.parametrize(
    ("before", "width"), [("", 1), ("x", 1), ("    ", 4), ("      ", 2), (" ", 1), ("  x", 1)]
)
def test_backspace(before: str, width: int) -> None:
    assert lines.backspace_width(before) == width


@pytest.mark.parametrize(
    ("column", "word"), [(0, "foo_1"), (4, "foo_1"), (5, "."), (6, "bar"), (9, "  "), (11, "=="), (99, "==")]
)
def test_word_at(column: int, word: str) -> None:
    line = "foo_1.bar  =="
    left, right = lines.word_at(line, column)
    assert line[left:right] == word


def test_word_at_nothing() -> None:
    assert lines.word_at("", 0) == (0, 0)
