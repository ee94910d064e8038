"""A box that shows how far something is, and takes Escape for an end of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar, TypeVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from workbench.screens.dialog import Dialog, title
from workbench.widgets.keys import KeyBar

SOON = 0.3
"""Seconds that something may take before a box is shown for it."""

_STEP = 0.2  # seconds between two looks at how far it is

T = TypeVar("T")


async def waited(
    app: App[Any], heading: str, job: Coroutine[Any, Any, T], words: Callable[[], str]
) -> T | None:
    """What `job` gives; None when the user ended it. A box shows `words` when it is not quick.

    Call it in a worker. Raises what the job raises.
    """
    task = asyncio.create_task(job)
    try:
        await asyncio.wait({task}, timeout=SOON)
        if not task.done() and not await app.push_screen_wait(WaitScreen(heading, task, words)):
            return None
        return await task
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task})


class WaitScreen(Dialog[bool]):
    """Shows a task's progress; dismisses with True when it has ended, with None when the user ends it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Cancel", tooltip="Ends it; nothing is left half-done.")
    ]

    def __init__(self, heading: str, task: asyncio.Task[Any], words: Callable[[], str]) -> None:
        super().__init__()
        self._heading, self._job, self._words = heading, task, words
        self._left = False

    def compose(self) -> ComposeResult:
        """What is waited for, how far it is, and the key that ends it."""
        with Vertical(classes="dialog -small"):
            yield title(self._heading)
            yield Static(self._words(), id="progress", markup=False)
            yield KeyBar()

    def on_mount(self) -> None:
        """Look at the task until it has ended."""
        self.run_worker(self._watched())

    async def _watched(self) -> None:
        while not self._job.done():
            self.query_one("#progress", Static).update(self._words())
            await asyncio.wait({self._job}, timeout=_STEP)
        if not self._left:
            self.dismiss(True)

    def action_close(self) -> None:
        """Wait no longer; who waits ends the task."""
        self._left = True
        super().action_close()
