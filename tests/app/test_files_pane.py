"""The files pane over real directories: rows, folders, refresh, marks, errors, names."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from backend.models import Change, FileChange, FileInfo
from tests.app.files_app import Directory, PaneApp, info
from tests.app.modal_app import until
from workbench.widgets.files import messages
from workbench.widgets.files.rows import PAGE
from workbench.widgets.files.tree import FilesTree


@pytest.fixture
def directory(tmp_path: Path) -> Directory:
    root = tmp_path / "data"
    (root / "plots").mkdir(parents=True)
    (root / "plots" / "one.png").write_bytes(b"x" * 34_000)
    (root / "b.csv").write_bytes(b"x" * 1_234)
    (root / "A.txt").write_bytes(b"hello")
    return Directory(root)


async def test_rows_have_folders_first_and_size_and_age_at_the_right(directory: Directory) -> None:
    app = PaneApp(directory)
    async with app.run_test(size=(34, 12)) as pilot:
        await app.pane.refresh_files()
        await pilot.pause()
        assert app.lines == [
            "▾ main",
            "  ▸ plots            folder  3 min",
            "    A.txt               5 B  3 min",
            "    b.csv            1.2 kB  3 min",
        ]
        assert app.pane.border_title == "Files · 1 folder, 2 files"


async def test_a_folder_is_read_when_it_opens_and_says_so_meanwhile(directory: Directory) -> None:
    app = PaneApp(directory)
    async with app.run_test(size=(34, 12)) as pilot:
        await app.pane.refresh_files()
        app.pane.focus()
        directory.gate.clear()
        await pilot.press("down", "right")
        await until(pilot, lambda: directory.calls == ["", "plots"])
        assert any("loading…" in line for line in app.lines)
        directory.gate.set()
        await until(pilot, lambda: any("one.png" in line for line in app.lines))
        assert not any("loading…" in line for line in app.lines)
        await pilot.press("right", "enter")
        assert app.heard == [messages.Opened(info("plots/one.png", 34_000))]
        await pilot.press("left", "left")
        assert not any("one.png" in line for line in app.lines)


async def test_refresh_keeps_open_folders_cursor_and_shows_what_changed(directory: Directory) -> None:
    app = PaneApp(directory)
    async with app.run_test(size=(34, 14)) as pilot:
        await app.pane.refresh_files()
        app.pane.focus()
        await pilot.press("down", "right")
        await until(pilot, lambda: any("one.png" in line for line in app.lines))
        await pilot.press("right")
        assert app.pane.selected == info("plots/one.png", 34_000)
        (directory.root / "plots" / "a.png").write_bytes(b"new")
        (directory.root / "plots" / "one.png").write_bytes(b"shorter")
        (directory.root / "A.txt").unlink()
        await app.pane.refresh_files()
        app.pane.mark(
            [FileChange("plots/a.png", Change.CREATED), FileChange("plots/one.png", Change.CHANGED)]
        )
        await pilot.pause()
        assert app.pane.selected == info("plots/one.png", 7)
        assert app.lines == [
            "▾ main",
            "  ▾ plots         ~  folder  3 min",
            "      a.png       +     3 B  3 min",
            "      one.png     ~     7 B  3 min",
            "    b.csv            1.2 kB  3 min",
        ]
        app.pane.mark([])
        await pilot.pause()
        assert not any("~" in line or "+" in line for line in app.lines)


async def test_the_cursor_stays_near_when_its_file_is_gone(directory: Directory) -> None:
    app = PaneApp(directory)
    async with app.run_test(size=(34, 14)) as pilot:
        await app.pane.refresh_files()
        app.pane.focus()
        await pilot.press("end")
        assert app.pane.selected == info("b.csv", 1_234)
        (directory.root / "b.csv").unlink()
        await app.pane.refresh_files()
        assert app.pane.selected == info("A.txt", 5)


async def test_keys_ask_for_deletion_and_path(directory: Directory) -> None:
    app = PaneApp(directory)
    async with app.run_test(size=(34, 12)) as pilot:
        await app.pane.refresh_files()
        app.pane.focus()
        await pilot.press("home", "x", "i")
        assert app.heard == [], "the root cannot be deleted nor inserted"
        assert not {"x", "i"} & set(app.screen.active_bindings)
        await pilot.press("end", "i", "x", "delete")
        assert {"x", "i"} <= set(app.screen.active_bindings)
        asked = messages.DeleteAsked((info("b.csv", 1_234),))
        assert app.heard == [messages.PathChosen(("b.csv",)), asked, asked]
        before = len(directory.calls)
        await pilot.press("r")
        await until(pilot, lambda: len(directory.calls) > before)


async def test_a_click_moves_the_cursor_and_a_second_one_opens(directory: Directory) -> None:
    app = PaneApp(directory)
    async with app.run_test(size=(34, 12)) as pilot:
        await app.pane.refresh_files()
        await pilot.click(FilesTree, offset=(8, 2))
        assert app.pane.selected == info("A.txt", 5)
        assert app.heard == []
        await pilot.click(FilesTree, offset=(8, 2), times=2)
        assert app.heard == [messages.Opened(info("A.txt", 5))]
        await pilot.click(FilesTree, offset=(8, 1))
        await until(pilot, lambda: any("one.png" in line for line in app.lines))


async def test_a_folder_that_cannot_be_read_says_why_and_enter_tries_again(directory: Directory) -> None:
    directory.broken.add("plots")
    app = PaneApp(directory)
    async with app.run_test(size=(60, 12)) as pilot:
        await app.pane.refresh_files()
        app.pane.focus()
        await pilot.press("down", "enter")
        await until(pilot, lambda: any("Enter tries again: plots cannot be read." in x for x in app.lines))
        assert [type(message) for message in app.heard] == [messages.Failed]
        directory.broken.clear()
        await pilot.press("down", "enter")
        await until(pilot, lambda: any("one.png" in line for line in app.lines))
        assert not any("cannot" in line for line in app.lines)


async def test_an_unreadable_root_shows_the_error_not_the_empty_state(directory: Directory) -> None:
    directory.broken.add("")
    app = PaneApp(directory)
    async with app.run_test(size=(60, 12)):
        await app.pane.refresh_files()
        assert "The directory cannot be read." in app.lines[1]
        assert not app.pane.has_class("-empty")


async def test_an_empty_directory_says_what_will_appear(tmp_path: Path) -> None:
    app = PaneApp(Directory(tmp_path))
    async with app.run_test(size=(34, 12)) as pilot:
        await app.pane.refresh_files()
        await pilot.pause()
        assert app.query_one("FilesPane > #none").display
        (tmp_path / "new.txt").write_text("x")
        await app.pane.refresh_files()
        await pilot.pause()
        assert not app.query_one("FilesPane > #none").display
        assert any("new.txt" in line for line in app.lines)


async def test_another_session_shows_only_its_own_files(directory: Directory, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "theirs.txt").write_text("x")
    other = Directory(tmp_path / "other")
    app = PaneApp(directory)
    async with app.run_test(size=(34, 12)) as pilot:
        await app.pane.refresh_files()
        app.pane.focus()
        await pilot.press("down", "right")
        await until(pilot, lambda: any("one.png" in line for line in app.lines))
        directory.gate.clear()
        slow = asyncio.create_task(app.pane.refresh_files())
        await until(pilot, lambda: directory.calls == ["", "plots", ""])
        await app.pane.show_session(other, "other")
        directory.gate.set()
        await slow
        assert other.calls == [""], "folders open in one session are not asked of another"
        other.gate.clear()
        await pilot.press("home", "left", "enter", "enter")
        await until(pilot, lambda: other.calls == ["", ""])
        assert [line.split()[:2] for line in app.lines] == [["▾", "other"], ["theirs.txt", "1"]]
        other.gate.set()


async def test_hostile_names_are_plain_text(tmp_path: Path) -> None:
    (tmp_path / "[@click=app.quit]x[").mkdir()
    (tmp_path / "\x1b]0;t\x07\n\u202e").write_text("x")
    (tmp_path / "[b]bold[").write_text("x")
    app = PaneApp(Directory(tmp_path))
    async with app.run_test(size=(60, 12)) as pilot:
        await app.pane.refresh_files()
        await pilot.pause()
        assert "[@click=app.quit]x[" in app.lines[1]
        assert "␛]0;t␇␊\ufffd" in app.lines[2]
        assert "[b]bold[" in app.lines[3]
        await pilot.click(FilesTree, offset=(12, 1))
        assert app.is_running


@pytest.mark.parametrize("width", [12, 22, 30, 44])
async def test_rows_never_overflow(directory: Directory, width: int) -> None:
    (directory.root / ("long" * 20)).write_text("x")
    (directory.root / ("日本" * 20)).write_text("x")
    app = PaneApp(directory)
    async with app.run_test(size=(width, 12)) as pilot:
        await app.pane.refresh_files()
        await pilot.pause()
        tree = app.tree_widget
        assert tree.virtual_size.width <= width
        assert {tree.render_line(y).cell_length for y in range(6)} == {width}
        assert ("kB" in "".join(app.lines)) == (width >= 30)


async def test_a_large_folder_comes_in_pages(tmp_path: Path) -> None:
    entries = [info(f"f{number:05}", 1) for number in range(2 * PAGE + 345)]

    async def lister(_: str) -> list[FileInfo]:
        return entries

    app = PaneApp(Directory(tmp_path))
    async with app.run_test(size=(34, 12)) as pilot:
        await app.pane.show_session(lister, "main")
        app.pane.focus()
        await pilot.press("end")
        assert app.lines[-1].endswith("… 1,345 more")
        await pilot.press("enter")
        await until(pilot, lambda: app.pane.selected == entries[PAGE])
        await pilot.press("end")
        assert app.lines[-1].endswith("… 345 more")
        await pilot.press("enter")
        await until(pilot, lambda: app.pane.selected == entries[2 * PAGE])
        await pilot.press("end")
        assert app.pane.selected == entries[-1]


async def test_the_filter_narrows_as_one_types_and_escape_shows_everything(directory: Directory) -> None:
    app = PaneApp(directory)
    async with app.run_test(size=(40, 12)) as pilot:
        app.pane.focus()
        await app.pane.refresh_files()
        await pilot.press("slash", *"B.C")
        assert app.lines == ["▾ main", "    b.csv         csv      1.2 kB  3 min"]
        assert app.pane.border_title == "Files · 1 of 1 folder, 2 files"
        await pilot.press("x")  # a letter of the filter, not the key that deletes
        assert app.lines == ["▾ main", "    nothing that was read matches “B.Cx”"]
        assert not app.heard
        await pilot.press("backspace", "enter", "down", "enter")
        await until(pilot, lambda: bool(app.heard))
        assert isinstance(opened := app.heard[0], messages.Opened)
        assert opened.path == "b.csv"
        await pilot.press("escape")
        assert len(app.lines) == 4
        assert app.pane.border_title == "Files · 1 folder, 2 files"


async def test_the_filter_finds_what_was_read_inside_folders(directory: Directory) -> None:
    app = PaneApp(directory)
    async with app.run_test(size=(40, 12)) as pilot:
        app.pane.focus()
        await app.pane.refresh_files()
        await pilot.press("down", "enter")
        await until(pilot, lambda: any("one.png" in line for line in app.lines))
        await pilot.press("slash", *"one")
        assert [line.split()[1 if "▾" in line else 0] for line in app.lines] == ["main", "plots", "one.png"]


async def test_files_are_sorted_by_size_and_time_and_name_in_turn(directory: Directory) -> None:
    app = PaneApp(directory)
    async with app.run_test(size=(40, 12)) as pilot:
        app.pane.focus()
        await app.pane.refresh_files()
        await pilot.press("s")
        assert [line.split()[0] for line in app.lines[2:]] == ["b.csv", "A.txt"]
        assert app.pane.border_title == "Files by size · 1 folder, 2 files"
        await pilot.press("s")
        assert "by time" in str(app.pane.border_title)
        await app.pane.refresh_files()
        assert "by time" in str(app.pane.border_title)
        await pilot.press("s")
        assert [line.split()[0] for line in app.lines[2:]] == ["A.txt", "b.csv"]
        assert "by" not in str(app.pane.border_title)


async def test_another_session_has_no_filter_and_the_same_order(directory: Directory) -> None:
    app = PaneApp(directory)
    async with app.run_test(size=(40, 12)) as pilot:
        app.pane.focus()
        await app.pane.refresh_files()
        await pilot.press("s", "slash", *"zzz")
        await app.pane.show_session(directory, "other")
        assert len(app.lines) == 4
        assert "by size" in str(app.pane.border_title)
