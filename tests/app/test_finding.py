"""Find and replace in the editor pane, driven by keys and mouse."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.test_editor import running, screen, until
from workbench.widgets.editor.find.bar import FindBar, Press


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


TEXT = "alpha beta\nbeta = 1\nBeta betas\n"


async def test_find_counts_and_goes_round(state: Path) -> None:
    async with running(state) as (app, pilot):
        app.pane.new_buffer(TEXT)
        await pilot.pause()
        await pilot.press("ctrl+f", *"beta")
        await until(pilot, lambda: "1 of 4" in screen(app))
        assert app.pane.editor.selection == ((0, 6), (0, 10))
        await pilot.press("enter", "down")
        assert "3 of 4" in screen(app)
        await pilot.press("up", "up", "up")
        assert "4 of 4" in screen(app)
        await pilot.press("alt+e")
        await until(pilot, lambda: "of 3" in screen(app))
        await pilot.press("alt+a")
        await until(pilot, lambda: "of 2" in screen(app))
        await pilot.press("escape")
        assert app.focused is app.pane.editor
        assert app.pane.editor.selected_text == "beta"
        await pilot.press("alt+n")
        assert app.pane.editor.selection == ((1, 0), (1, 4))
        await pilot.press("alt+p")
        assert app.pane.editor.selection == ((0, 6), (0, 10))


async def test_a_broken_pattern_is_told_in_the_bar(state: Path) -> None:
    async with running(state) as (app, pilot):
        app.pane.new_buffer(TEXT)
        await pilot.pause()
        await pilot.press("ctrl+f", "alt+r", "left_parenthesis")
        await until(pilot, lambda: "missing )" in screen(app))
        await pilot.press("b", "right_parenthesis")
        await until(pilot, lambda: "of 4" in screen(app))
        await pilot.press("z")
        await until(pilot, lambda: "nothing" in screen(app))


async def test_replace_one_and_all(state: Path) -> None:
    async with running(state) as (app, pilot):
        app.pane.new_buffer(TEXT)
        editor = app.pane.editor
        await pilot.pause()
        await pilot.press("alt+h", *"beta", "tab", *"x1", "enter")
        await until(pilot, lambda: editor.text == "alpha x1\nbeta = 1\nBeta betas\n")
        await until(pilot, lambda: "1 of 3" in screen(app))
        await pilot.press("alt+g")
        await until(pilot, lambda: "3 matches are replaced" in screen(app))
        assert editor.text == "alpha x1\nx1 = 1\nx1 x1s\n"
        editor.undo()
        assert editor.text == "alpha x1\nbeta = 1\nBeta betas\n", "all are one step"
        editor.undo()
        assert editor.text == TEXT
        await until(pilot, lambda: "of 4" in screen(app) or "4" in screen(app))


async def test_matches_are_marked_while_the_bar_is_there(state: Path) -> None:
    async with running(state) as (app, pilot):
        app.pane.new_buffer(TEXT)
        editor = app.pane.editor
        await pilot.pause()

        def marked(row: int) -> list[tuple[int, int]]:
            style = editor._found_style
            return [(span.start, span.end) for span in editor.get_line(row).spans if span.style == style]

        await pilot.press("ctrl+f", *"beta")
        await until(pilot, lambda: marked(2) == [(0, 4), (5, 9)])
        editor.insert("  ", (2, 0))
        await until(pilot, lambda: marked(2) == [(2, 6), (7, 11)])
        app.pane.new_buffer("one beta")
        await until(pilot, lambda: app.pane.editor.get_line(0).spans != [])
        await pilot.click(next(press for press in app.query(Press) if press.name == "close"))
        assert not app.query_one(FindBar).display
        assert app.pane.editor.get_line(0).spans == []
