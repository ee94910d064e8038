"""The history pane in a small app: rows, cursor, messages, filter, hostile text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest
from rich.cells import cell_len
from rich.color import Color as RichColor
from textual.app import App, ComposeResult
from textual.color import Color
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Input

from backend.models import Status
from workbench.history.entry import Summary
from workbench.theming.load import load_themes
from workbench.theming.textual import to_theme
from workbench.theming.theme_file import ThemeFile
from workbench.widgets.history.list import HistoryList
from workbench.widgets.history.pane import HistoryPane
from workbench.widgets.history.row import headline, pieces

NOW = 1_750_000_000.0


def row(number: int, code: str = "", status: Status = Status.SUCCEEDED, **more: Any) -> Summary:
    fields: dict[str, Any] = {"state_lost": False, "started_at": NOW - 180, "duration_ms": 12.0, **more}
    return Summary(f"id-{number}", "main", number, code or f"print({number})", status, **fields)


def rows(count: int) -> list[Summary]:
    return [row(number) for number in range(count, 0, -1)]


class PaneApp(App[None]):
    CSS = files("workbench").joinpath("styles/panes.tcss").read_text()

    def __init__(self) -> None:
        super().__init__()
        self.pane = HistoryPane(clock=lambda: NOW)
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.pane

    def on_history_pane_opened(self, message: HistoryPane.Opened) -> None:
        self.heard.append(message)

    def on_history_pane_recalled(self, message: HistoryPane.Recalled) -> None:
        self.heard.append(message)

    def on_history_pane_rerun(self, message: HistoryPane.Rerun) -> None:
        self.heard.append(message)

    def on_history_pane_searched(self, message: HistoryPane.Searched) -> None:
        self.heard.append(message)

    @property
    def rows(self) -> HistoryList:
        return self.pane.query_one(HistoryList)

    def screen_text(self) -> list[str]:
        height = self.rows.size.height
        return [self.rows.render_line(y).text.rstrip() for y in range(height)]


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    for _ in range(200):
        if condition():
            return
        await pilot.pause(0.01)
    raise AssertionError("the condition did not come true within two seconds")


async def test_rows_show_number_symbol_code_and_age_newest_first() -> None:
    app = PaneApp()
    async with app.run_test(size=(34, 12)) as pilot:
        app.pane.set_rows([row(12, "a = 1\nb = 2"), row(7, "boom()", Status.FAILED, started_at=NOW - 7200)])
        await pilot.pause()
        first, second, *_ = app.screen_text()
        assert first == "12 ✓ a = 1 ⋯                3 min"
        assert second == " 7 ✗ boom()                   2 h"
        assert app.pane.border_title == "History · 2 executions"


async def test_keys_move_the_cursor_and_post_what_was_asked_for() -> None:
    app = PaneApp()
    async with app.run_test(size=(34, 12)) as pilot:
        app.pane.set_rows(rows(30))
        app.pane.focus()
        await pilot.press("down", "down", "enter", "up", "e", "end", "r", "home", "pagedown")
        assert app.heard == [
            HistoryPane.Opened("id-28"),
            HistoryPane.Recalled("id-29"),
            HistoryPane.Rerun("id-1"),
        ]
        assert app.rows.cursor == app.rows.scrollable_content_region.height - 1


async def test_an_entry_appears_as_running_and_is_updated_in_place() -> None:
    app = PaneApp()
    async with app.run_test(size=(34, 8)) as pilot:
        app.pane.set_rows([])
        app.pane.upsert(row(1, "work()", Status.RUNNING, duration_ms=None))
        await pilot.pause()
        assert app.screen_text()[0] == " 1 ▶ work()               running"
        app.pane.upsert(row(1, "work()", Status.WORKER_DIED, state_lost=True))
        await pilot.pause()
        assert app.screen_text()[0] == " 1 †! work()                3 min"
        assert len(app.rows.rows) == 1


async def test_a_new_entry_takes_the_cursor_only_when_it_was_on_the_newest_and_not_in_use() -> None:
    app = PaneApp()
    async with app.run_test(size=(34, 8)) as pilot:
        app.pane.set_rows(rows(3))
        app.set_focus(None)
        app.pane.upsert(row(4))
        assert app.rows.selected == row(4)
        app.pane.focus()
        await until(pilot, lambda: app.rows.has_focus)
        app.pane.upsert(row(5))
        assert app.rows.selected == row(4)
        app.pane.set_rows(rows(9))
        assert app.rows.selected == row(4)


async def test_clicks_select_then_open() -> None:
    app = PaneApp()
    async with app.run_test(size=(34, 8)) as pilot:
        app.pane.set_rows(rows(5))
        await pilot.click(HistoryList, offset=(4, 2))
        assert app.rows.selected == row(3)
        assert app.heard == []
        await pilot.click(HistoryList, offset=(4, 2))
        assert app.heard == [HistoryPane.Opened("id-3")]
        await pilot.click(HistoryList, offset=(4, 6))
        assert app.heard == [HistoryPane.Opened("id-3")], "below the last row there is nothing to open"
        assert app.rows.selected == row(3)


async def test_ten_thousand_rows_scroll_to_the_cursor() -> None:
    app = PaneApp()
    async with app.run_test(size=(34, 12)) as pilot:
        app.pane.set_rows(rows(10_000))
        app.pane.focus()
        await pilot.press("end")
        await pilot.pause()
        assert app.rows.scroll_offset.y == 10_000 - app.rows.size.height
        assert app.screen_text()[-1].startswith("    1 ✓ print(1)")
        await pilot.press("pageup", "pageup")
        await pilot.pause()
        assert app.rows.scroll_offset.y < 10_000 - app.rows.size.height
        await pilot.press("pagedown", "pagedown")
        await pilot.pause()
        assert app.rows.scroll_offset.y == 10_000 - app.rows.size.height


async def test_the_filter_asks_once_for_what_was_typed_and_escape_asks_for_everything() -> None:
    app = PaneApp()
    async with app.run_test(size=(34, 12)) as pilot:
        app.pane.set_rows(rows(3))
        app.pane.focus()
        await pilot.press("slash")
        await until(pilot, lambda: isinstance(app.focused, Input))
        for letter in "her":
            app.query_one(Input).insert_text_at_cursor(letter)
        await until(pilot, lambda: bool(app.heard))
        assert app.heard == [HistoryPane.Searched("her")]
        app.pane.set_rows([])
        await pilot.pause()
        assert "Nothing matches “her”." in " ".join(app.screen_text())
        assert app.pane.border_title == "History · 0 found"
        await pilot.press("escape")
        await until(pilot, lambda: app.rows.has_focus)
        assert app.heard[1:] == [HistoryPane.Searched("")]
        assert not app.query_one(Input).display
        assert app.query_one(Input).value == ""


async def test_letters_typed_into_the_filter_are_no_commands() -> None:
    app = PaneApp()
    async with app.run_test(size=(34, 12)) as pilot:
        app.pane.set_rows(rows(3))
        app.pane.show_filter()
        await until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press("e", "r", "down")
        await until(pilot, lambda: app.heard[-1:] == [HistoryPane.Searched("er")])
        assert {type(message) for message in app.heard} == {HistoryPane.Searched}
        assert app.rows.cursor == 1, "arrows move the list while one types"
        await pilot.press("enter")
        await until(pilot, lambda: app.rows.has_focus)


async def test_while_filtering_a_new_entry_makes_the_pane_ask_again() -> None:
    app = PaneApp()
    async with app.run_test(size=(34, 12)) as pilot:
        app.pane.show_filter()
        app.query_one(Input).value = "x"
        await until(pilot, lambda: app.heard == [HistoryPane.Searched("x")])
        app.pane.set_rows([row(1)])
        app.pane.upsert(row(2))
        assert [shown.number for shown in app.rows.rows] == [1]
        await until(pilot, lambda: app.heard == [HistoryPane.Searched("x")] * 2)
        app.pane.upsert(replace(row(1), status=Status.FAILED))
        assert app.rows.rows[0].status is Status.FAILED


async def test_empty_history_says_what_to_do_and_keys_do_nothing() -> None:
    app = PaneApp()
    async with app.run_test(size=(34, 12)) as pilot:
        app.pane.focus()
        await pilot.press("enter", "e", "r", "down", "end")
        assert app.heard == []
        assert "e" not in app.screen.active_bindings, "the footer offers no key that does nothing"
        assert " ".join(" ".join(app.screen_text()).split()) == (
            "No executions yet. F5 runs the code in the editor."
        )


async def test_hostile_code_is_plain_text() -> None:
    hostile = "[@click=app.quit]x[/] \x1b]0;t\x07\u202e\t\udc80日本"
    app = PaneApp()
    async with app.run_test(size=(60, 8)) as pilot:
        app.pane.set_rows([row(1, hostile)])
        await pilot.pause()
        strip = app.rows.render_line(0)
        assert "[@click=app.quit]x[/] ␛]0;t␇" in strip.text
        assert not any(char in strip.text for char in "\x1b\x07\u202e\t\udc80")
        assert all(not segment.style or not segment.style.meta for segment in strip)
        assert strip.cell_length == app.rows.scrollable_content_region.width


@pytest.mark.parametrize("width", [20, 34, 44, 54, 80])
def test_a_row_fills_its_width_exactly(width: int) -> None:
    for code in ("x", "日本語" * 30, "y" * 200):
        summary = row(123, code, Status.TIMED_OUT, state_lost=True, duration_ms=123_456.0)
        assert sum(cell_len(piece.text) for piece in pieces(summary, width, 3, NOW)) == width


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("", "(no code)"),
        ("\n\n  x = 1\n", "x = 1"),
        ("# %% load\nimport os\nos.getcwd()", "import os ⋯"),
        ("# only a note", "# only a note"),
        ("a\rb", "a ⋯"),
    ],
)
def test_the_headline_is_the_first_telling_line(code: str, expected: str) -> None:
    assert headline(code) == expected


def luminance(color: RichColor) -> float:
    """WCAG 2 relative luminance plus the 0.05 of its contrast formula."""
    shares = (
        share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4
        for share in Color.from_rich_color(color).normalized
    )
    return sum(weight * share for weight, share in zip((0.2126, 0.7152, 0.0722), shares, strict=True)) + 0.05


@pytest.mark.parametrize("theme", load_themes().themes.values(), ids=lambda file: file.name)
@pytest.mark.parametrize("focus", [True, False])
async def test_every_piece_of_a_row_can_be_read_in_every_theme(theme: ThemeFile, focus: bool) -> None:
    app = PaneApp()
    async with app.run_test(size=(60, 12)) as pilot:
        app.pane.set_rows([row(n, status=status, state_lost=True) for n, status in enumerate(Status, 1)])
        app.register_theme(to_theme(theme))
        app.theme = theme.name
        if focus:
            app.pane.focus()
            await until(pilot, lambda: app.rows.has_focus)
        else:
            app.set_focus(None)
        await pilot.pause()
        for y in range(len(Status)):
            for segment in app.rows.render_line(y):
                assert segment.style is not None
                fore, back = segment.style.color, segment.style.bgcolor
                assert fore is not None
                assert back is not None
                contrast = luminance(fore) / luminance(back)
                assert max(contrast, 1 / contrast) > 3, f"{segment.text!r} {fore.name} on {back.name}"
