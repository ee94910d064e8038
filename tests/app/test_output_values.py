"""Values and tracebacks in the output pane: opened, copied, saved, followed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from backend.models import Display, ErrorInfo, Status
from tests.app.test_output import OutputApp, done, entry, on_screen, printed, until
from tests.unit.output.test_tracebacks import PANDAS
from tests.unit.output.test_values import DATA, png
from workbench.screens.main.values import _written
from workbench.screens.value import ValueScreen
from workbench.widgets.output.lines.links import Place
from workbench.widgets.output.pane import OutputPane
from workbench.widgets.output.values.table import table_of
from workbench.widgets.values.table import TableView

FRAME = {"application/vnd.dataresource+json": DATA, "text/plain": "frame"}


class ValuesApp(OutputApp):
    """Keeps what the pane asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Any] = []

    def on_output_pane_frame_opened(self, message: OutputPane.FrameOpened) -> None:
        self.asked.append(message.place)

    def on_output_pane_value_opened(self, message: OutputPane.ValueOpened) -> None:
        self.asked.append(("open", message.kept))

    def on_output_pane_value_save_asked(self, message: OutputPane.ValueSaveAsked) -> None:
        self.asked.append(("save", message.kept))


async def test_enter_on_a_frame_asks_for_its_place_and_on_folded_ones_unfolds() -> None:
    app = ValuesApp()
    async with app.run_test(size=(60, 24)) as pilot:
        app.view.focus()
        app.pane.begin(entry(3))
        error = ErrorInfo("ValueError", "no", PANDAS)
        await app.pane.finish(replace(done(3), status=Status.FAILED, error=error))
        await pilot.press("home", "down", "down", "enter")
        assert app.asked == [Place("<run 3>", 2, "local", "s")]
        await pilot.press("down", "down", "down", "enter")
        assert app.rows()[5].startswith("▾   … 2 frames of pandas")
        assert "site-packages/pandas/core" in app.rows()[6]
        await pilot.press("enter")
        assert app.rows()[5].startswith("▸   … 2 frames of pandas")


async def test_values_are_opened_copied_and_saved() -> None:
    app = ValuesApp()
    async with app.run_test(size=(60, 30)) as pilot:
        app.view.focus()
        app.pane.begin(entry(1))
        await app.pane.feed(Display("1", {"image/png": png(40, 20), "text/plain": "<Figure>"}))
        await app.pane.finish(replace(done(1), value=FRAME))
        await pilot.press("home", "down", "enter")
        assert [(what, "image/png" in kept.bundle) for what, kept in app.asked] == [("open", True)]
        await pilot.press("home", "s", "v")
        assert app.asked[-1][0] == "save"
        assert app.asked[-1][1].table is not None
        assert app.clipboard.startswith(",a,b\n0,0.0,t0\n")
        await printed(app, 1, 2)
        asked = len(app.asked)
        await pilot.press("end", "s", "v", "enter")
        assert len(app.asked) == asked


async def test_stored_values_look_the_same() -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        app.pane.show([replace(done(1), value=FRAME)])
        await until(lambda: app.pane.idle and len(app.pane.buffer) > 10)
        assert "Enter opens it" in app.pane.buffer.text(app.pane.buffer.end - 1)

    await on_screen(test)


async def test_a_table_is_sorted_by_key_and_by_click() -> None:
    class TableApp(App[None]):
        def compose(self) -> ComposeResult:
            return iter(())

    app = TableApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(ValueScreen(1, FRAME, table_of(FRAME)))
        view = app.screen.query_one(TableView)
        assert view.row_count == 30
        await pilot.press("right", "right", "s")
        assert view._rows[2][2] == "t10"
        await pilot.press("s")
        assert view._rows[0][2] == "t9"
        await pilot.press("left", "s", "s", "c")
        assert view._rows[0][1] == "14.5"
        assert app.clipboard.startswith(",a,b\n")
        await pilot.press("s")
        assert view._rows[0][1] == "0.0"
        await pilot.press("escape")
        await app.push_screen(ValueScreen(2, {"image/png": png(30, 30), "text/plain": "<Figure>"}, None))
        await until(
            lambda: any("PNG, 30 × 30 pixels" in row.text for row in app.screen._compositor.render_strips())
        )


def test_a_saved_value_is_whole_or_not_there(tmp_path: Path) -> None:
    _written(tmp_path / "a.csv", b"1")
    _written(tmp_path / "a.csv", b"2")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.csv", b"2")]
