"""Only rows that changed are drawn after a key, and they look as if all had been."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from rich.style import Style
from textual.strip import Strip

from tests.app.test_editor import Host, running
from workbench.widgets.editor.code_editor import CodeEditor

TEXT = "".join(
    f"# %%\ndef double_{number}(value):\n\treturn {{'of': (value, [{number}])}}  # twice\n\n"
    for number in range(40)
)
SEED = 5
KEYS = (
    *"ab(['\"})#:",
    *("enter", "backspace", "delete", "tab", "shift+tab", "space", "escape"),
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "ctrl+home", "ctrl+end"),
    *("shift+up", "shift+down", "shift+left", "shift+end", "ctrl+z", "ctrl+y", "alt+up", "ctrl+slash"),
)
LONG_LINE = "z" * 90


Cells = list[list[tuple[str, Style | None]]]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def drawn(app: Host) -> Cells:
    """The cells of the screen as they are shown now."""
    strips = app.screen._compositor.render_strips()
    return [[(char, segment.style) for segment in strip for char in segment.text] for strip in strips]


def differences(first: Cells, second: Cells) -> list[tuple[int, int, object, object]]:
    return [
        (row, column, *pair)
        for row, lines in enumerate(zip(first, second, strict=True))
        for column, pair in enumerate(zip(*lines, strict=True))
        if pair[0] != pair[1]
    ]


async def test_what_is_drawn_row_by_row_looks_like_the_whole(state: Path) -> None:
    pick = random.Random(SEED)
    async with running(state, (60, 24)) as (app, pilot):
        app.pane.new_buffer(TEXT)
        editor = app.pane.editor
        editor.highlight("python")
        editor.cursor_blink = False
        await pilot.pause()
        for step in range(120):
            if step == 40:
                editor.mark_failed([1, 5, 6])
            if step == 80:
                editor.insert(LONG_LINE)
            await pilot.press(pick.choice(KEYS))
            rows = drawn(app)
            editor._build_highlight_map()
            editor.refresh()
            await pilot.pause()
            assert differences(rows, drawn(app)) == [], f"step {step} of seed {SEED}"


async def test_a_letter_draws_one_row(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(state, (60, 24)) as (app, pilot):
        app.pane.new_buffer(TEXT)
        editor = app.pane.editor
        editor.cursor_blink = False
        await pilot.press("down", "down", "end", "a")
        await pilot.pause(0.2)
        rows: list[int] = []
        draw = CodeEditor.render_line

        def counted(self: CodeEditor, y: int) -> Strip:
            rows.append(y)
            return draw(self, y)

        monkeypatch.setattr(CodeEditor, "render_line", counted)
        await pilot.press("b")
        await pilot.pause(0.1)
        assert set(rows) == {2}
        await pilot.press("up")
        assert set(rows) == {1, 2}
