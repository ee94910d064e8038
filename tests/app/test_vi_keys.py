"""The keys of vi in the editor pane: modes on the border, one command one undo, searches and files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.test_editor import Host, running, screen, until
from tests.app.whole import configure, whole
from workbench.documents import Documents
from workbench.widgets.editor.options import EditorOptions
from workbench.widgets.editor.pane import EditorPane


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def made(self: Host, state: Path) -> None:
        super(Host, self).__init__()
        self.said = []
        self.pane = EditorPane(Documents(state), options=EditorOptions(keys="vim"))

    monkeypatch.setattr(Host, "__init__", made)
    return tmp_path / "state"


async def test_a_command_is_one_step_of_undo(state: Path) -> None:
    async with running(state) as (app, pilot):
        app.pane.new_buffer("one two\nthree")
        editor = app.pane.editor
        await pilot.pause()
        assert " NORMAL " in screen(app)
        await pilot.press("c", "w")
        assert " INSERT " in screen(app)
        await pilot.press(*"f(", "x", "right_parenthesis", "enter", "y", "escape")
        assert editor.text == "f(x)\ny two\nthree"
        assert editor.cursor_location == (1, 0)
        await pilot.press("u")
        assert editor.text == "one two\nthree"
        await pilot.press("ctrl+r")
        assert editor.text == "f(x)\ny two\nthree"
        await pilot.press("d", "d", "j", "p", "u", "u")
        assert editor.text == "f(x)\ny two\nthree"


async def test_selections_are_seen_and_worked_on(state: Path) -> None:
    async with running(state) as (app, pilot):
        app.pane.new_buffer("abc def\nghi")
        editor = app.pane.editor
        await pilot.pause()
        await pilot.press("v", "e")
        assert editor.selected_text == "abc"
        assert " VISUAL " in screen(app)
        await pilot.press("V")
        assert editor.selected_text == "abc def"
        await pilot.press("y", "p")
        assert editor.text == "abc def\nabc def\nghi"
        assert app.clipboard == "abc def\n"
        await pilot.click(editor, offset=(7, 0), times=2)
        await pilot.press("d")
        assert editor.text == "abc \nabc def\nghi"


async def test_searching_and_lines(state: Path) -> None:
    async with running(state) as (app, pilot):
        app.pane.new_buffer("one\ntwo one\nthree one")
        editor = app.pane.editor
        await pilot.pause()
        await pilot.press("slash", *"on.", "enter")
        await until(pilot, lambda: app.focused is editor)
        await pilot.press("n")
        assert editor.cursor_location[0] == 1
        await pilot.press("escape", "0", "j")
        await pilot.press("colon", *"2", "enter")
        assert editor.cursor_location == (1, 0)
        await pilot.press("w", "asterisk")
        await until(pilot, lambda: editor.cursor_location[0] == 2)
        await pilot.press("colon", *"w")
        assert " :w " in screen(app)
        await pilot.press("escape", "x")
        assert editor.text.startswith("one\ntwo one")


async def test_writing_and_closing_a_file(home: Path) -> None:
    configure('[editor]\nkeys = "vim"\n')
    file = home / "a.py"
    file.write_text("x = 1\n")
    async with whole(files=[file]) as it:
        await it.until(lambda: it.main.editor.document.name == "a.py", "the file")
        await it.press("A", "0", "escape", "colon", "w", "q", "enter")
        await it.until(lambda: it.main.editor.document.name != "a.py", "it to close")
        assert file.read_text() == "x = 10\n"
        await it.press("colon", "q", "a", "enter")
        await it.until(lambda: not it.app.is_running or it.app._exit, "the end")
