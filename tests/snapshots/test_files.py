"""How the files pane looks: loading, empty, an error, thousands of files with some selected, the menu."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from backend.errors import FileError
from backend.models import Change, FileChange, FileInfo
from tests.app.files_app import Directory, PaneApp, info
from tests.app.modal_app import until
from workbench.screens.menu import MenuScreen
from workbench.widgets.files.browsing import Lister
from workbench.widgets.files.pane import FilesPane

pytestmark = pytest.mark.usefixtures("clean_environment")

Compare = Callable[..., bool]
SIZE = (44, 12)
NAMES = (
    "model.parquet",
    "plot.png",
    "report.md",
    "run.py",
    "weather.csv",
    "Makefile",
    "日本語.txt",
    "data.tar.gz",
)


class Pane(PaneApp):
    """The pane over a list that is made up."""

    def __init__(self, lister: Lister) -> None:
        super().__init__(Directory(Path()))
        self.lister = lister

    async def show(self, pilot: Pilot[None]) -> None:
        """Read the list and give the pane the focus."""
        await self.pane.show_session(self.lister, "weather", limits="")
        self.pane.focus()
        await pilot.pause()


async def thousands(directory: str) -> list[FileInfo]:
    """Folders, files of every kind and their sizes; pages of them."""
    folders = [info("plots", kind="directory"), info("tables", kind="directory")]
    named = [info(name, 900 * 7**number) for number, name in enumerate(NAMES)]
    return folders + named + [info(f"series-{number:04}.csv", number) for number in range(2_345)]


def shown(lister: Lister, *keys: str) -> tuple[Pane, Callable[[Pilot[None]], object]]:
    """An app, and what makes it show the list and press keys."""
    app = Pane(lister)

    async def before(pilot: Pilot[None]) -> None:
        await app.show(pilot)
        await pilot.press(*keys)
        await pilot.pause()

    return app, before


def test_loading(snap_compare: Compare) -> None:
    async def never(directory: str) -> list[FileInfo]:
        await asyncio.Event().wait()
        return []

    app = Pane(never)

    async def before(pilot: Pilot[None]) -> None:
        app.run_worker(app.show(pilot))
        await until(pilot, lambda: any("loading…" in line for line in app.lines))

    assert snap_compare(app, terminal_size=SIZE, run_before=before)


def test_empty(snap_compare: Compare) -> None:
    async def nothing(directory: str) -> list[FileInfo]:
        return []

    app, before = shown(nothing)
    assert snap_compare(app, terminal_size=SIZE, run_before=before)


def test_error(snap_compare: Compare) -> None:
    async def broken(directory: str) -> list[FileInfo]:
        raise FileError("The data directory: access is denied.")

    app, before = shown(broken)
    assert snap_compare(app, terminal_size=SIZE, run_before=before)


def test_thousands_with_some_selected_and_marks(snap_compare: Compare) -> None:
    app, before = shown(thousands, "down", "space", "down", "shift+down", "shift+down")
    app.call_later(
        app.pane.mark, [FileChange("plot.png", Change.CREATED), FileChange("run.py", Change.CHANGED)]
    )
    assert snap_compare(app, terminal_size=SIZE, run_before=before)


def test_menu(snap_compare: Compare) -> None:
    app = Pane(thousands)

    async def before(pilot: Pilot[None]) -> None:
        await app.show(pilot)
        await pilot.press("down", "down", "down")
        pane: FilesPane = app.pane
        await app.push_screen(MenuScreen(pane.subject, pane.commands(), {}, 6, 4))
        await pilot.pause(0.1)

    assert snap_compare(app, terminal_size=(60, 24), run_before=before)
