"""The whole app with fixed content, so that a picture of it is the same every time."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from workbench.app import WorkbenchApp
from workbench.history.entry import Entry, Summary
from workbench.setup import prepare
from workbench.theming.load import load_themes

LIMIT = 20.0  # seconds
MINUTES_AGO = 180.0


@pytest.fixture
def clean_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A home of its own, no animations, times in UTC."""
    for name in list(os.environ):
        if name.startswith("WORKBENCH_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    time.tzset()
    monkeypatch.setattr(Input, "_toggle_cursor", lambda self: None)  # a cursor that blinks is there or not
    monkeypatch.setattr(TextArea, "_toggle_cursor_blink_visible", lambda self: None)
    yield
    monkeypatch.undo()
    time.tzset()


def make_app(theme: str = "harbor") -> WorkbenchApp:
    """The app on the home of the test."""
    setup = prepare({"theme": theme, "session": "weather"})
    return WorkbenchApp(setup, setup.backend(), setup.history(), load_themes())


async def until(pilot: Pilot[None], condition: Callable[[], object]) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < deadline
        await pilot.pause(0.02)


def seen(app: WorkbenchApp) -> str:
    """What is on the screen, as text."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


async def settle(pilot: Pilot[None]) -> WorkbenchApp:
    """Wait until the session is there, then stop all that moves or differs between machines."""
    app = pilot.app
    assert isinstance(app, WorkbenchApp)
    main = app.main
    await until(pilot, lambda: main.controller.state.value == "idle" and main.editor.ready.is_set())
    await until(pilot, lambda: main.status.parts.interpreter)
    await until(pilot, lambda: main.editor.editor.language == "python")
    main.status.update_status(interpreter="Python 3.13 · ipython")
    await pilot.pause()
    return app


async def fill(app: WorkbenchApp, pilot: Pilot[None], code: str, entries: list[Entry]) -> None:
    """Show code, and entries in output and history; a file in the session."""
    app.main.editor.put_code(code)
    app.main.output.show(entries)
    now = time.time()
    app.main.history.set_rows(
        [
            Summary(
                entry.id,
                entry.session,
                entry.number,
                entry.code,
                entry.status,
                entry.state_lost,
                now - MINUTES_AGO,
                entry.duration_ms,
            )
            for entry in reversed(entries)
        ]
    )
    await app.main.controller.backend.write_file("weather", "weather.csv", _bytes(b"Mon,11.2\nTue,13.5\n"))
    app.main.files._tree._clock = lambda: 0.0  # an age that does not grow while a busy machine paints: now
    await app.main.files.refresh_files()
    await until(pilot, lambda: app.main.output.idle)
    await pilot.pause()


async def _bytes(data: bytes) -> AsyncIterator[bytes]:
    yield data
