"""Errors by rank: short ones are notices, one that takes reading stays, is scrolled and copied."""

from __future__ import annotations

import pytest

from backend.errors import TargetError
from tests.app.modal_app import HOSTILE
from tests.app.whole import whole
from workbench.screens.reading import ReadingScreen


@pytest.mark.usefixtures("home")
async def test_an_error_that_takes_reading_stays_until_it_is_closed() -> None:
    async with whole() as app:
        app.main.failed(TargetError("It is gone.", "Look for it."))
        await app.notice("It is gone.")
        assert len(app.app.screen_stack) == 1
        said = HOSTILE + "\n" + "\n".join(f"line {number}" for number in range(100))
        app.main.failed(TargetError(said, "Read it."))
        await app.see("[@click=app.quit]x[/] ␛]0;t␇", "line 3", "Copy")
        assert isinstance(app.app.screen, ReadingScreen)
        await app.press("c")
        assert "line 99" in app.app.clipboard
        await app.press("end")
        await app.see("Read it.")
        app.main.failed(TargetError(said, "Not one over the other."))
        assert len(app.app.screen_stack) == 2
        await app.press("escape")
        await app.until(lambda: len(app.app.screen_stack) == 1)
        assert app.focused == "editor"
