"""The variables pane, with a real session."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from backend.models import Variable
from tests.app.whole import whole
from tests.unit.output.hostile import HOSTILE, controls
from workbench.widgets.variables import VariablesPane

pytestmark = pytest.mark.usefixtures("home")


async def test_variables_are_shown_followed_filtered_and_inspected() -> None:
    async with whole() as app:
        await app.press("alt+y")
        await app.see("No variables yet.")
        assert app.focused == "variables"
        await app.run("total, words = 12, ['a', 'b']")
        await app.see("Variables · 2", "total", "int", "12", "['a', 'b']")
        await app.run("del total; third = 3.5")
        await app.see("third", "3.5")
        assert "total" not in str(app.main.variable_desk.pane._variables)
        await app.press("slash", *"thi")
        await app.see("Variables · 1 of 2")
        await app.press("enter", "i")
        await app.see("float")
        await app.press("escape")
        await app.until(lambda: app.app.screen is app.main)
        await app.press("escape")
        await app.see("Variables · 2")
        await app.press("alt+y")
        assert not app.main.variable_desk.pane.display
        assert app.focused == "editor"
        await app.command("Variables: Filter variables")
        await app.until(lambda: app.main.variable_desk.pane.display and app.focused == "variables")


async def test_hostile_names_and_values_are_text() -> None:
    class Panes(App[None]):
        def compose(self) -> ComposeResult:
            yield VariablesPane()

    app = Panes()
    async with app.run_test(size=(60, 60)) as pilot:
        app.query_one(VariablesPane).show(
            [Variable(f"{n}{text}", text, text, text) for n, text in enumerate(HOSTILE)]
        )
        await pilot.pause()
        rows = [strip.text for strip in app.screen._compositor.render_strips()]
        assert controls("".join(rows)) == []
