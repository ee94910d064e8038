"""A short storm of random events; `python -m tests.events` is the long one, with another seed each time."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import OptionList, Static

from tests.app.modal_app import HOSTILE, SmallApp
from tests.events.events import storm
from tests.unit.output.hostile import controls
from workbench.screens.steady import Steady
from workbench.widgets.choice_list import ChoiceField, ChoiceList
from workbench.widgets.line_input import LineInput

SHORT, SEED = 80, 3


async def test_random_events_over_hostile_text_leave_the_app_whole(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("VISUAL", "EDITOR", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PAGER", "true")
    await storm(SHORT, SEED, errors=3)


async def test_a_line_of_input_draws_controls_as_symbols_and_keeps_them() -> None:
    app = SmallApp()
    async with app.run_test(size=(60, 10)) as pilot:
        line = LineInput(HOSTILE)
        await app.screen.mount(line)
        await pilot.pause()
        assert "\u241b]0;t\u2407" in app.text
        assert not controls(app.text.replace("\n", ""))
        assert line.value == HOSTILE


async def test_a_page_in_a_list_without_room_goes_nowhere() -> None:
    app = SmallApp()
    async with app.run_test(size=(60, 10)) as pilot:
        listed = ChoiceList("one", "two")
        listed.styles.height = 0
        listed.styles.border = None
        await app.screen.mount(listed)
        listed.highlighted = 0
        await pilot.pause()
        listed.action_page_down()
        listed.action_page_up()
        assert listed.highlighted == 0


async def test_a_page_in_the_list_of_a_field_before_it_is_drawn_goes_nowhere() -> None:
    app = SmallApp()
    async with app.run_test(size=(1, 1)) as pilot:
        field = ChoiceField([("one", 1), ("two", 2)], allow_blank=False)
        await app.screen.mount(field)
        field.expanded = True
        listed = field.query_one(OptionList)
        await pilot.pause()
        listed._index_to_line.clear()
        listed.styles.height, listed.styles.border = 4, None
        listed.action_page_up()  # type: ignore[no-untyped-call]
        listed.action_page_down()  # type: ignore[no-untyped-call]
        assert listed.highlighted == 0


async def test_a_click_on_what_has_just_gone_selects_nothing() -> None:
    app = SmallApp()
    async with app.run_test(size=(20, 5)) as pilot:
        screen = Steady[None]()
        await app.push_screen(screen)
        await screen.mount(Static("one"))
        await pilot.pause()
        widget, _ = screen.get_widget_and_offset_at(1, 0)
        assert isinstance(widget, Static)
        widget._parent = None
        assert screen.get_widget_and_offset_at(1, 0) == (None, None)
        widget._parent = screen
