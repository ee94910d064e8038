"""The keys that move and select in the text, each in the same small piece of it."""

from __future__ import annotations

from pathlib import Path

from textual.document._document import Selection

from tests.app.test_editor import running

LINES = ["one two", "three four", *(f"row {number}" for number in range(50))]
PLACE = (1, 7)  # in "four", behind its f
PAGE = 17  # rows that a page is at most, on a screen of 20

MOVES = (
    ("up", "shift+up", (0, 7)),
    ("down", "shift+down", (2, 5)),
    ("left", "shift+left", (1, 6)),
    ("right", "shift+right", (1, 8)),
    ("ctrl+left", "ctrl+shift+left", (1, 6)),
    ("ctrl+right", "ctrl+shift+right", (1, 10)),
    ("home", "shift+home", (1, 0)),
    ("end", "shift+end", (1, 10)),
    ("ctrl+home", "ctrl+shift+home", (0, 0)),
    ("ctrl+end", "ctrl+shift+end", (51, 6)),
)

DELETIONS = {
    "backspace": "three our",
    "delete": "three fur",
    "ctrl+backspace": "three our",
    "ctrl+delete": "three f",
    "ctrl+u": "our",
    "ctrl+shift+k": "row 0",
}


async def test_each_key_moves_and_with_shift_selects(tmp_path: Path) -> None:
    async with running(tmp_path / "state") as (app, pilot):
        editor = app.pane.editor
        editor.load_text("\n".join(LINES))
        for key, selecting, place in MOVES:
            editor.move_cursor(PLACE)
            await pilot.press(key)
            assert editor.selection == Selection.cursor(place), key
            editor.move_cursor(PLACE)
            await pilot.press(selecting)
            assert editor.selection == Selection(PLACE, place), selecting
        for down, up in (("pagedown", "pageup"), ("shift+pagedown", "shift+pageup")):
            editor.move_cursor(PLACE)
            await pilot.press(down)
            start, end = editor.selection
            assert PAGE - 5 <= end[0] - PLACE[0] <= PAGE + 3
            assert (start == PLACE) is down.startswith("shift")
            await pilot.press(up)
            assert editor.cursor_location[0] == PLACE[0]


async def test_each_key_deletes_what_it_says(tmp_path: Path) -> None:
    async with running(tmp_path / "state") as (app, pilot):
        editor = app.pane.editor
        editor.load_text("\n".join(LINES))
        for key, line in DELETIONS.items():
            editor.move_cursor(PLACE)
            await pilot.press(key)
            assert editor.document[1] == line, key
            await pilot.press("ctrl+z")
            assert editor.text == "\n".join(LINES)
