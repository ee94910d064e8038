"""A small app that shows one dialog and keeps what it was dismissed with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

NOW = 1_750_000_000.0
HOSTILE = "[@click=app.quit]x[/] \x1b]0;t\x07"
NOTHING: Any = object()


class SmallApp(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.result: Any = NOTHING

    def compose(self) -> ComposeResult:
        yield Static("main", markup=False)

    async def ask(self, screen: Screen[Any]) -> None:
        await self.push_screen(screen, self._answered)

    def _answered(self, result: object) -> None:
        self.result = result

    @property
    def text(self) -> str:
        lines = self.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in lines)


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    for _ in range(200):
        if condition():
            return
        await pilot.pause(0.01)
    shown = pilot.app.text if isinstance(pilot.app, SmallApp) else ""
    raise AssertionError(f"the condition did not come true within two seconds:\n{shown}")
