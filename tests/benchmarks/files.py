"""The files pane over a local session with 10,000 files: `python -m tests.benchmarks files`.

Headless, so a paint is what Textual composes and what would go to the terminal.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from textual.app import App, ComposeResult
from textual.widget import Widget
from textual.widgets import Input, Tree

from backend.executor.workspace import Workspace
from backend.models import FileInfo
from tests.benchmarks.row import Row, within
from workbench.widgets.files.pane import FilesPane

ENTRIES = 10_000
LISTED_MS = 400.0
KEY_MS = 50.0
REPEATS = 7
NEEDLES = ("f", "f1", "f12", "f123", "f12", "f1", "7", "77", "777", "zzz")  # as typed and taken back


class Bench(App[None]):
    """The pane as it is beside an editor, and a stock tree as wide for comparison."""

    CSS = "FilesPane { width: 44; } #stock { width: 44; }"

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self.pane = FilesPane(self.list)
        self.stock: Tree[FileInfo] = Tree("stock", id="stock")

    def compose(self) -> ComposeResult:
        """One above the other."""
        yield self.pane
        yield self.stock

    async def list(self, directory: str) -> list[FileInfo]:
        """A real listing, in a thread as the local backend does it."""
        return await asyncio.to_thread(self._workspace.entries, directory)


async def painted(widget: Widget) -> None:
    """Wait until what was changed is drawn."""
    done = asyncio.Event()
    widget.call_after_refresh(done.set)
    await done.wait()


async def measure(workspace: Workspace) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds to list and paint, to fill a stock tree with the same names, and of each key typed."""
    app = Bench(workspace)
    listed, stock, keys = [], [], []
    async with app.run_test(size=(120, 40)):
        for _ in range(REPEATS):
            began = time.perf_counter()
            await app.pane.show_session(app.list, "data")
            await painted(app.pane)
            listed.append((time.perf_counter() - began) * 1000)
            began = time.perf_counter()
            app.stock.clear()
            for info in await app.list(""):
                app.stock.root.add_leaf(info.name, info)
            app.stock.root.expand()
            await painted(app.stock)
            stock.append((time.perf_counter() - began) * 1000)
        app.stock.clear()
        app.pane.action_filter()
        line = app.pane.query_one(Input)
        for needle in NEEDLES:
            samples = []
            for _ in range(REPEATS):
                line.value = ""
                await painted(app.pane)
                began = time.perf_counter()
                line.value = needle
                await painted(app.pane)
                samples.append((time.perf_counter() - began) * 1000)
            keys.append(median(samples))
    return listed, stock, keys


def pane_rows() -> Iterator[Row]:
    """The pane with 10,000 files."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder) / "data")
        for number in range(ENTRIES):
            (workspace.root / f"f{number:05}.csv").touch()
        listed, stock, keys = asyncio.run(measure(workspace))
    yield within(f"{ENTRIES:,} files listed and painted", listed, "ms", LISTED_MS)
    yield within("  the same names in a stock Tree", stock, "ms", float("inf"))
    yield within(f"filter of {ENTRIES:,} files, a key", keys, "ms", KEY_MS)
    yield within("  the slowest key", [max(keys)], "ms", KEY_MS)


def rows() -> Iterator[Row]:
    """The table."""
    yield from pane_rows()
