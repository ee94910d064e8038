"""The files pane over 10,000 files, previews, changes among 1,000: `python -m tests.benchmarks files`.

Headless, so a paint is what Textual composes and what would go to the terminal.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from textual.app import App, ComposeResult
from textual.widget import Widget
from textual.widgets import Input, Tree

from backend.changes import compare
from backend.executor.workspace import Workspace
from backend.models import FileInfo
from tests.benchmarks.row import Row, at_most, within
from tests.directory import Files
from workbench.screens.preview import PreviewScreen
from workbench.widgets.files.pane import FilesPane
from workbench.widgets.paging.text import PagedText

ENTRIES = 10_000
LISTED_MS = 400.0
KEY_MS = 50.0
REPEATS = 7
LINES = b"".join(b"%09d some words of a log that grows and grows\n" % number for number in range(20_000))
GIGABYTE = 1 << 30
PREVIEW_MS = 100.0
DETECTED, DETECTIONS = 1_000, 40
DETECTION_MS = 5.0
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


class Watch:
    """Milliseconds since it was made, on the wall and of the processor, which neighbours disturb less."""

    def __init__(self) -> None:
        self._began = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        """Both."""
        wall, busy = self._began
        return (time.perf_counter() - wall) * 1000, (time.process_time() - busy) * 1000


Times = list[tuple[float, float]]


async def measure(workspace: Workspace) -> tuple[Times, Times, Times]:
    """How long it takes to list and paint, to fill a stock tree with the same names, and each key typed."""
    app = Bench(workspace)
    listed: Times = []
    stock: Times = []
    keys: Times = []
    async with app.run_test(size=(120, 40)):
        for _ in range(REPEATS):
            watch = Watch()
            await app.pane.show_session(app.list, "data")
            await painted(app.pane)
            listed.append(watch.read())
            watch = Watch()
            app.stock.clear()
            for info in await app.list(""):
                app.stock.root.add_leaf(info.name, info)
            app.stock.root.expand()
            await painted(app.stock)
            stock.append(watch.read())
        app.stock.clear()
        app.pane.action_filter()
        line = app.pane.query_one(Input)
        for needle in NEEDLES:
            samples: Times = []
            for _ in range(REPEATS):
                line.value = ""
                await painted(app.pane)
                watch = Watch()
                line.value = needle
                await painted(app.pane)
                samples.append(watch.read())
            keys.append((median(wall for wall, _ in samples), median(busy for _, busy in samples)))
    return listed, stock, keys


def pane_rows() -> Iterator[Row]:
    """The pane with 10,000 files."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder) / "data")
        for number in range(ENTRIES):
            (workspace.root / f"f{number:05}.csv").touch()
        listed, stock, keys = asyncio.run(measure(workspace))
    yield within(f"{ENTRIES:,} files listed and painted", wall(listed), "ms", LISTED_MS)
    yield at_most("  beside all of them in a stock Tree", wall(listed), wall(stock), "ms", 0.5)
    yield within("  of the processor", busy(listed), "ms", LISTED_MS)
    yield within(f"filter of {ENTRIES:,} files, a key", wall(keys), "ms", KEY_MS)
    yield within("  of the processor", busy(keys), "ms", KEY_MS)
    yield within("  of the processor, the slowest key", [max(busy(keys))], "ms", KEY_MS)


def wall(times: Times) -> list[float]:
    """The milliseconds on the wall."""
    return [each for each, _ in times]


def busy(times: Times) -> list[float]:
    """The milliseconds of the processor."""
    return [each for _, each in times]


def text_file(path: Path, size: int) -> None:
    """A text of that size: its first and last megabyte are written, what is between is a hole."""
    with path.open("wb") as file:
        file.write(LINES)
        if size > len(LINES):
            os.ftruncate(file.fileno(), size - len(LINES))
            file.seek(0, os.SEEK_END)
            file.write(LINES)


async def opened(folder: Path, name: str) -> tuple[list[float], list[float]]:
    """Milliseconds from the key to the first lines, and from there to the last lines."""
    files: Any = Files(folder)
    first, last = [], []
    async with App[None]().run_test(size=(120, 40)) as pilot:
        for _ in range(REPEATS):
            info = FileInfo(name, "file", (folder / name).stat().st_size, 0.0)
            screen = PreviewScreen(info, files, "s")
            began = time.perf_counter()
            await pilot.app.push_screen(screen)
            while not (  # noqa: ASYNC110 - what is painted tells nobody
                screen.query(PagedText) and "some words" in screen.query_one(PagedText).render_line(0).text
            ):
                await asyncio.sleep(0.001)
            first.append((time.perf_counter() - began) * 1000)
            began = time.perf_counter()
            await screen.query_one(PagedText).go_end()
            last.append((time.perf_counter() - began) * 1000)
            screen.dismiss(None)
            await pilot.pause()
    return first, last


def preview_rows() -> Iterator[Row]:
    """Previews of a large and of a small text."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text_file(folder / "small.log", len(LINES))
        text_file(folder / "large.log", GIGABYTE)
        small, _ = asyncio.run(opened(folder, "small.log"))
        large, end = asyncio.run(opened(folder, "large.log"))
    yield within("preview of a 1 GB text, to its first lines", large, "ms", PREVIEW_MS)
    yield at_most("  the same beside a text of 1 MB", large, small, "ms", 1.5)
    yield within("  from there to its last lines", end, "ms", PREVIEW_MS)


def walked(folder: Path) -> None:
    """The least that tells the files of a tree with their sizes and times."""
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            walked(Path(entry.path))
        else:
            entry.stat(follow_symlinks=False)


def detection_rows() -> Iterator[Row]:
    """What an execution pays to be told which of 1,000 files it changed: two listings and a comparison."""
    found, bare = [], []
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder) / "data")
        for number in range(DETECTED):
            place = workspace.root / (f"folder{number % 20}" if number % 2 else "")
            place.mkdir(exist_ok=True)
            (place / f"f{number:04}.csv").touch()
        for _ in range(DETECTIONS):
            watch = Watch()
            assert compare(workspace.snapshot(), workspace.snapshot()) == ()
            found.append(watch.read()[0])
            watch = Watch()
            walked(workspace.root)
            walked(workspace.root)
            bare.append(watch.read()[0])
    yield within(f"changes among {DETECTED:,} files, two listings", found, "ms", DETECTION_MS)
    yield within("  the best time", [min(found)], "ms", DETECTION_MS)
    yield at_most("  beside two bare walks with stat()", found, bare, "ms", 1.3)


def rows() -> Iterator[Row]:
    """The table."""
    yield from detection_rows()
    yield from pane_rows()
    yield from preview_rows()
