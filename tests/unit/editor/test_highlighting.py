"""Syntax tables and the styles made of them."""

from __future__ import annotations

import re

from rich.style import Style
from textual.app import App
from textual.theme import BUILTIN_THEMES
from textual.widgets import TextArea

from workbench.theming.theme_file import SYNTAX_KEYS
from workbench.widgets.editor.highlighting import (
    CAPTURES,
    derived_syntax,
    editor_theme,
    highlights_between,
    parse_style,
)
from workbench.widgets.editor.text.document import SyntaxDocument, compiled_query, make_document

SOURCE = TextArea._get_builtin_highlight_query("python")


def named(text: str, first: int, last: int) -> dict[int, list[tuple[str, str]]]:
    """Row → (text, capture) in the order they are applied."""
    document, query = make_document(text, "python"), compiled_query("python", SOURCE)
    assert isinstance(document, SyntaxDocument)
    assert query is not None
    rows = highlights_between(document, query, first, last)
    return {
        row: [(document[row].encode()[start:end].decode(), name) for start, end, name in found]
        for row, found in rows.items()
    }


def test_every_capture_of_the_query_has_a_colour() -> None:
    used = set(re.findall(r"@([a-z][\w.]*)", SOURCE))
    plain = {"spell", "punctuation.bracket", "punctuation.delimiter"}
    assert used - plain <= set(CAPTURES)
    assert set(CAPTURES.values()) == set(SYNTAX_KEYS)


def test_values_are_colours_with_words() -> None:
    assert parse_style("#ff0000") == Style(color="#ff0000")
    assert parse_style("bold italic rgb(0,255,0)") == Style(color="#00ff00", bold=True, italic=True)
    assert parse_style("bold") == Style(bold=True)
    assert parse_style("") is None
    assert parse_style("no colour at all") is None


def test_a_table_becomes_a_theme() -> None:
    theme = editor_theme("mine", {"keyword": "#112233", "string": "nonsense"})
    assert theme.syntax_styles["repeat"] == Style(color="#112233")
    assert "string" not in theme.syntax_styles


def test_every_builtin_theme_gives_a_whole_table() -> None:
    app: App[None] = App()
    for name in BUILTIN_THEMES:
        app.theme = name
        table = derived_syntax(app.theme_variables)
        assert set(table) == set(SYNTAX_KEYS), name
        assert all(parse_style(value) for value in table.values()), name


def test_a_window_holds_what_the_whole_holds() -> None:
    text = 'x = ValueError(f"a {y!r} b")\n' * 5 + '"""one\ntwo\nthree"""\n' + "class A:\n  pass\n" * 20
    whole = named(text, 0, 60)
    for first in range(0, 40, 3):
        part = named(text, first, first + 2)
        assert part == {row: whole[row] for row in part}
        assert set(part) == {row for row in whole if first <= row <= first + 2}


def test_inner_tokens_win_over_outer_ones() -> None:
    row = named('s = f"a {name} b"\n', 0, 0)[0]
    assert row.index(('f"a {name} b"', "string")) < row.index(("name", "variable"))


def test_columns_follow_the_line_as_it_is_drawn() -> None:
    document, query = make_document("'\x1b\x00é' + 1", "python"), compiled_query("python", SOURCE)
    assert isinstance(document, SyntaxDocument)
    assert query is not None
    found = highlights_between(document, query, 0, 0)[0]
    start = next(start for start, _end, name in found if name == "number")
    assert "'\u241b\u2400é' + 1".encode()[start:] == b"1"


def test_the_later_pattern_wins_whatever_came_first() -> None:
    for text in ("int\nA()\nValueError\n", "A()\nint\nValueError\n"):
        row = named(text, 0, 3)[2]
        assert [name for _, name in row] == ["variable", "type", "type.builtin"]
