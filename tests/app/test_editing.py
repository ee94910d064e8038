"""Typing code in the editor pane: pairs, brackets, occurrences, places, cells, marks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.test_editor import running, screen
from workbench.cells import Runnable


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.mark.parametrize(
    ("text", "keys", "result"),
    [
        ("", ["f", "(", "'", "a", "'", ")", "x"], "f('a')x"),
        ("", ["(", "[", "backspace", "backspace", "x"], "x"),
        ("", ['"', '"', '"', "d"], '"""d"""'),
        ("", ["#", " ", "i", "t", "'", "s"], "# it's"),
        ("ab", ["shift+right", "(", "x"], "(x)b"),
        ("ab", ["ctrl+a", '"'], '"ab"'),
        ("ab", ["ctrl+a", "(", "ctrl+z"], "ab"),
        ("if x:\n    a\n    ", ["ctrl+end", *"else:"], "if x:\n    a\nelse:"),
        ("f(a, [b])", ["right", "alt+m", "x"], "f(a, [b]x)"),
        ("f(a, [b])", ["right", "alt+m", "alt+m", "x"], "fx(a, [b])"),
        ("ab abc ab", ["alt+k", "alt+k", "x"], "ab abc x"),
        ("ab abc ab", ["shift+right", "shift+right", "alt+k", "alt+k", "x"], "x abc ab"),
    ],
)
async def test_typing(state: Path, text: str, keys: list[str], result: str) -> None:
    names = {"(": "left_parenthesis", ")": "right_parenthesis", "'": "apostrophe", '"': "quotation_mark"}
    names |= {"#": "number_sign", " ": "space", ":": "colon", "[": "left_square_bracket"}
    async with running(state) as (app, pilot):
        app.pane.new_buffer(text)
        app.pane.editor.highlight("python")
        await pilot.pause()
        app.pane.editor.move_cursor((0, 0))
        await pilot.press(*(names.get(key, key) for key in keys))
        assert app.pane.editor.text == result


async def test_pairs_can_be_turned_off(state: Path) -> None:
    async with running(state) as (app, pilot):
        app.pane.editor.auto_close = False
        await pilot.press("left_parenthesis", "left_square_bracket", "backspace")
        assert app.pane.editor.text == "("


async def test_what_else_can_be_run(state: Path) -> None:
    text = "a = 1\n# %%\nfor x in a:\n    b\n    c\n\nd = 2\n"
    async with running(state) as (app, pilot):
        app.pane.new_buffer(text)
        editor = app.pane.editor
        editor.highlight("python")
        await pilot.pause()
        editor.move_cursor((3, 2))
        assert editor.code_above() == Runnable("a = 1", 0)
        assert editor.statement_to_run() == Runnable("for x in a:\n    b\n    c", 2)
        editor.go_to_next_statement()
        assert editor.cursor_location == (6, 0)
        editor.go_on()
        assert editor.text == text + "\n# %%\n"
        assert editor.cursor_location == editor.document.end
        editor.go_on()
        assert editor.text == text + "\n# %%\n", "an empty cell is not followed by another"
        editor.undo()
        assert editor.text == text, "one step"


async def test_failed_lines_are_marked_and_follow(state: Path) -> None:
    async with running(state) as (app, pilot):
        app.pane.new_buffer("a\nb\nc\nd")
        editor = app.pane.editor
        await pilot.pause()
        app.pane.mark_failed(app.pane.document.id, Runnable("b\nc\nd", 1), [1, 3])
        await pilot.pause()
        assert editor.failed_rows == [1, 3]
        assert ["2! b" in screen(app), "3! c" in screen(app), "4! d" in screen(app)] == [True, False, True]
        await pilot.press("ctrl+home", "enter")
        assert editor.failed_rows == [2, 4]
        await pilot.press("alt+z")
        assert editor.cursor_location == (2, 0)
        await pilot.press("x")
        assert editor.failed_rows == [4], "a changed line is not the one that failed"
        await pilot.press("alt+z", "ctrl+z")
        assert editor.cursor_location[0] in (2, 4)


async def test_a_line_that_moved_is_found(state: Path) -> None:
    async with running(state) as (app, pilot):
        app.pane.new_buffer("a\n    b\nc")
        await pilot.pause()
        first = app.pane.document.id
        app.pane.editor.insert("x\ny\n", (0, 0))
        app.pane.new_buffer("other")
        assert app.pane.show_place(first, Runnable("a\n    b\nc", 0), 2)
        assert (app.pane.document.id, app.pane.editor.cursor_location) == (first, (3, 4))
        assert not app.pane.show_place("gone", Runnable("a", 0), 1)


async def test_going_to_a_line(state: Path) -> None:
    async with running(state) as (app, pilot):
        app.pane.new_buffer("line\n" * 200)
        await pilot.pause()
        assert app.pane.go_to_line("150:3")
        await pilot.pause()
        assert app.pane.editor.cursor_location == (149, 2)
        assert "150  line" in screen(app)
        assert not app.pane.go_to_line("here")
