"""Several files at once: keys, mouse, the title, and what is chosen afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.models import FileInfo
from tests.app.files_app import Directory, PaneApp, info
from tests.app.modal_app import until
from workbench.widgets.files import messages
from workbench.widgets.files.rows import PAGE
from workbench.widgets.files.tree import FilesTree


@pytest.fixture
def directory(tmp_path: Path) -> Directory:
    root = tmp_path / "data"
    (root / "d").mkdir(parents=True)
    (root / "d" / "inner.txt").write_bytes(b"x" * 10)
    for number, name in enumerate("abc", 1):
        (root / f"{name}.csv").write_bytes(b"x" * 1000 * number)
    return Directory(root)


def paths(app: PaneApp) -> list[str]:
    return [chosen.path for chosen in app.pane.chosen]


async def test_space_selects_and_goes_on_and_the_title_tells_how_much(directory: Directory) -> None:
    app = PaneApp(directory)
    async with app.run_test(size=(50, 12)) as pilot:
        await app.pane.refresh_files()
        app.pane.focus()
        await pilot.press("down", "down", "space", "down", "space")
        assert paths(app) == ["a.csv", "c.csv"]
        assert app.pane.border_title == "Files · 2 selected · 4.0 kB"
        assert [line.split()[0] for line in app.lines[2:]] == ["•a.csv", "b.csv", "•c.csv"]
        await pilot.press("x")
        asked = app.heard[-1]
        assert isinstance(asked, messages.DeleteAsked)
        assert [each.path for each in asked.files] == ["a.csv", "c.csv"]
        await pilot.press("end", "space", "home", "down", "down", "i")
        assert app.heard[-1] == messages.PathChosen(("a.csv",))
        await pilot.press("escape")
        assert app.pane.border_title == "Files · 1 folder, 3 files"
        assert not any("•" in line for line in app.lines)
        assert paths(app) == ["a.csv"], "without a selection it is the one under the cursor"


async def test_shift_extends_from_where_it_began_and_keeps_what_was_selected(directory: Directory) -> None:
    app = PaneApp(directory)
    async with app.run_test(size=(50, 12)) as pilot:
        await app.pane.refresh_files()
        app.pane.focus()
        await pilot.press("end", "space", "home", "down", "shift+down", "shift+down")
        assert paths(app) == ["d", "a.csv", "b.csv", "c.csv"]
        await pilot.press("shift+up")
        assert paths(app) == ["d", "a.csv", "c.csv"]
        await pilot.press("shift+home")
        assert paths(app) == ["d", "c.csv"]


async def test_all_that_is_shown_pages_to_come_included(directory: Directory, tmp_path: Path) -> None:
    entries = [info(f"f{number:05}", 1) for number in range(PAGE + 5)]

    async def lister(_: str) -> list[FileInfo]:
        return entries

    app = PaneApp(Directory(tmp_path))
    async with app.run_test(size=(50, 12)) as pilot:
        await app.pane.show_session(lister, "main")
        app.pane.focus()
        await pilot.press("ctrl+a")
        assert app.pane.border_title == "Files · 1,005 selected · 1.0 kB"
        await pilot.press("escape", "home", "down", "shift+end")
        assert len(paths(app)) >= PAGE - 1
        await pilot.press("escape", "home", "pagedown", "up", "shift+pagedown")
        first, page = int(paths(app)[0][1:]), len(paths(app))
        assert 5 <= page <= 11
        await pilot.press("shift+pageup", "shift+pageup")
        assert (paths(app)[-1], len(paths(app))) == (f"f{first:05}", min(first + 1, page))
        await pilot.press("pageup")
        await pilot.press("escape", "slash", *"0100", "enter", "ctrl+a")
        assert paths(app) == ["f00100", "f01000", "f01001", "f01002", "f01003", "f01004"]


async def test_a_folder_that_only_holds_a_match_is_not_selected_with_all(directory: Directory) -> None:
    app = PaneApp(directory)
    async with app.run_test(size=(50, 12)) as pilot:
        await app.pane.refresh_files()
        app.pane.focus()
        await pilot.press("down", "right")
        await until(pilot, lambda: any("inner.txt" in line for line in app.lines))
        await pilot.press("slash", *"inner", "enter", "ctrl+a")
        assert paths(app) == ["d/inner.txt"]
        await pilot.press("escape")
        assert app.pane.has_class("-filtering"), "the selection goes first, then the filter"
        await pilot.press("escape")
        assert not app.pane.has_class("-filtering")


async def test_the_mouse_selects_as_elsewhere(directory: Directory) -> None:
    app = PaneApp(directory)
    async with app.run_test(size=(50, 12)) as pilot:
        await app.pane.refresh_files()
        await pilot.click(FilesTree, offset=(8, 2), control=True)
        await pilot.click(FilesTree, offset=(8, 4), control=True)
        assert paths(app) == ["a.csv", "c.csv"]
        await pilot.click(FilesTree, offset=(8, 3), control=True)
        await pilot.click(FilesTree, offset=(8, 3), control=True)
        assert paths(app) == ["a.csv", "c.csv"]
        await pilot.click(FilesTree, offset=(8, 1))
        assert paths(app) == ["d"], "a plain click lets the selection go"
        await pilot.click(FilesTree, offset=(8, 1))
        await pilot.click(FilesTree, offset=(8, 3), shift=True)
        assert paths(app) == ["d", "a.csv", "b.csv"]
        assert not any(isinstance(message, messages.Opened) for message in app.heard)


async def test_what_is_gone_or_elsewhere_is_not_selected_any_more(directory: Directory) -> None:
    app = PaneApp(directory)
    async with app.run_test(size=(50, 12)) as pilot:
        await app.pane.refresh_files()
        app.pane.focus()
        await pilot.press("ctrl+a")
        (directory.root / "a.csv").unlink()
        await app.pane.refresh_files()
        assert paths(app) == ["d", "b.csv", "c.csv"]
        await app.pane.show_session(directory, "other")
        assert app.pane.picked == ()
