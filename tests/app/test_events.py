"""A short storm of random events; `python -m tests.events` is the long one, with another seed each time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.modal_app import HOSTILE, SmallApp
from tests.events.events import storm
from tests.unit.output.hostile import controls
from workbench.widgets.choice_list import ChoiceList
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
