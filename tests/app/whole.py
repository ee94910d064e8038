"""The whole app over a real local backend, in a home of its own, and what a person does with it."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.widgets import Input

from workbench.app import WorkbenchApp
from workbench.commands.table import COMMANDS
from workbench.history.entry import Entry
from workbench.screens.main.screen import MainScreen
from workbench.setup import prepare
from workbench.theming.load import load_themes

LIMIT = 15.0  # seconds until a test gives up waiting


class Whole:
    """The running app. `see` and `until` wait; the other calls do what their name says at once."""

    def __init__(self, app: WorkbenchApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def main(self) -> MainScreen:
        return self.app.main

    @property
    def text(self) -> str:
        """What is on the screen."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)

    @property
    def notices(self) -> list[str]:
        """The toasts shown and not yet gone."""
        return [notification.message for notification in self.app._notifications]

    @property
    def output(self) -> str:
        """All lines of the output pane."""
        buffer = self.main.output.buffer
        return "\n".join(buffer.text(number) for number in range(buffer.dropped, buffer.end))

    @property
    def rows(self) -> list[tuple[str, str]]:
        """First line and status of the rows of the history pane, newest first."""
        listed = self.main.history._list.rows
        return [(row.code.splitlines()[0], row.status.value) for row in listed]

    @property
    def code(self) -> str:
        """The text of the active buffer."""
        return self.main.editor.editor.text

    @property
    def focused(self) -> str:
        """The id of the pane with the focus."""
        pane = self.main.arrangement.focused()
        return str(pane.id) if pane is not None else ""

    @property
    def state(self) -> str:
        """The word of the status bar."""
        return self.main.status.parts.state.value

    async def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Wait for a condition."""
        deadline = time.monotonic() + LIMIT
        while not condition():
            assert time.monotonic() < deadline, f"waited for {what or 'a condition'}; screen:\n{self.text}"
            await self.pilot.pause(0.01)

    async def see(self, *words: str) -> None:
        """Wait for words on the screen."""
        await self.until(lambda: all(word in self.text for word in words), f"{words}")

    async def notice(self, words: str) -> None:
        """Wait for a toast with these words."""
        await self.until(lambda: any(words in notice for notice in self.notices), f"notice {words!r}")

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def ready(self, state: str) -> None:
        """The session is in this state, its panes are filled."""
        await self.until(lambda: self.state == state and self.main.editor.ready.is_set(), state)
        await self.pilot.pause()

    async def write(self, code: str) -> None:
        """Replace the text of the active buffer; the cursor is at its end."""
        editor = self.main.editor.editor
        editor.load_text(code)
        editor.move_cursor(editor.document.end)
        await self.pilot.pause()

    async def run(self, code: str) -> Entry:
        """Run code past the editor, until it is on the screen."""
        entry = await self.main.controller.run(code)
        await self.pilot.pause()
        return entry

    async def command(self, title: str) -> None:
        """Run a command from the palette by its whole title."""
        await self.press("ctrl+p")
        await self.until(lambda: self.app.screen.query(Input), "the palette")
        self.app.screen.query_one(Input).value = title
        await self.until(lambda: self.text.count(title) > 1, f"{title} in the palette")
        await self.press("enter")
        await self.until(lambda: not isinstance(self.app.screen, CommandPalette), "the palette to go")

    async def answer(self, text: str) -> None:
        """Type a line into the prompt on the screen and take it."""
        await self.until(lambda: self.app.screen.query(Input), "a prompt")
        self.app.screen.query_one(Input).value = text
        await self.pilot.pause()
        await self.press("enter")


@asynccontextmanager
async def whole(
    *,
    size: tuple[int, int] = (120, 40),
    files: Sequence[Path] = (),
    state: str = "idle",
    toasts: bool = False,
    **flags: Any,
) -> AsyncIterator[Whole]:
    """Start the app the way the command does, and end it in order; `toasts` has notices drawn too."""
    setup = prepare(flags, COMMANDS)
    themes = load_themes(setup.paths.themes)
    app = WorkbenchApp(setup, setup.backend(), setup.history(), themes, files)
    async with app.run_test(size=size, notifications=toasts) as pilot:
        one = Whole(app, pilot)
        try:
            await one.ready(state)
            yield one
        finally:
            await app.main.close_down()


def configure(text: str, name: str = "config.toml") -> None:
    """Write a file of the user's configuration."""
    path = Path(os.environ["WORKBENCH_HOME"]) / "config" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
