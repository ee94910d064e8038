"""The status bar: which parts it keeps at which width, and that foreign names stay text."""

from __future__ import annotations

from importlib.resources import files

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult

from backend.models import SessionState
from workbench.widgets import status
from workbench.widgets.status import StatusBar, StatusParts, fitted

FULL = StatusParts(
    SessionState.IDLE, "local", "main", "2025-10-02-preview", "process", "Python 3.11 · ipython"
)


class BarApp(App[None]):
    CSS = files("workbench").joinpath("styles/panes.tcss").read_text()

    def compose(self) -> ComposeResult:
        yield StatusBar()

    @property
    def bar(self) -> StatusBar:
        return self.query_one(StatusBar)

    @property
    def line(self) -> str:
        return self.bar.render_line(0).text.strip()


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (
            120,
            "● idle │ target local │ session main │ API 2025-10-02-preview │ isolation process"
            " │ Python 3.11 · ipython",
        ),
        (90, "● idle │ target local │ session main │ API 2025-10-02-preview │ isolation process"),
        (80, "● idle │ local │ main │ API 2025-10-02-preview │ process"),
        (54, "● idle │ local │ main │ process"),
        (24, "● idle │ local │ main"),
        (10, "● idle"),
    ],
)
async def test_a_narrow_terminal_drops_the_least_important_parts_first(width: int, expected: str) -> None:
    app = BarApp()
    async with app.run_test(size=(width, 3)) as pilot:
        app.bar.parts = FULL
        await pilot.pause()
        assert app.line == expected


@pytest.mark.parametrize("state", list(SessionState))
async def test_every_state_is_said_in_its_word(state: SessionState) -> None:
    app = BarApp()
    async with app.run_test(size=(60, 3)) as pilot:
        app.bar.update_status(state=state, session="main")
        await pilot.pause()
        assert app.line.split()[1] == state.value
        assert app.line.endswith("session main")


def test_the_states_have_symbols_of_their_own() -> None:
    assert len({symbol for symbol, _ in status._SYMBOLS.values()}) == len(SessionState)


async def test_foreign_names_are_plain_text_and_long_ones_keep_both_ends() -> None:
    app = BarApp()
    async with app.run_test(size=(120, 3)) as pilot:
        app.bar.update_status(target="[@click=app.quit]x[/]", session="\x1b]0;t\x07" + "a" * 90 + "z")
        await pilot.pause()
        assert "target [@click=app.quit]x[/]" in app.line
        assert "\x1b" not in app.line
        assert app.line.endswith("aaz")
        assert "session ␛]0;t␇" in app.line


@pytest.mark.parametrize("width", range(8, 140, 3))
def test_what_is_shown_always_fits(width: int) -> None:
    shown = fitted(FULL, width)
    assert 6 + sum(3 + cell_len(part.words) for part in shown) <= width or not shown
