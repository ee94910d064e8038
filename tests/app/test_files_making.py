"""New files, new folders, other names, deletion and the menu, in the whole app over real backends."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from backend.errors import FileError
from backend.executor.local import LocalBackend
from tests.app.whole import Whole, whole
from workbench.commands.files import COMMANDS
from workbench.screens.main import deleting
from workbench.screens.menu import MenuScreen

pytestmark = pytest.mark.usefixtures("home")


def data(app: Whole) -> Path:
    """The data directory of the session."""
    backend = app.main.controller.backend
    assert isinstance(backend, LocalBackend)
    return backend.workspace(app.main.controller.session).root


async def at_files(app: Whole, *names: str) -> None:
    """Go to the files pane, with these files there."""
    for name in names:
        path = data(app) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("content")
    await app.main.files.refresh_files()
    await app.press("f7")
    await app.until(lambda: app.focused == "files")


async def test_files_and_folders_are_made_and_renamed_and_the_cursor_goes_there() -> None:
    async with whole() as app:
        await at_files(app)
        await app.press("f")
        await app.answer("plots")
        await app.notice("The folder plots is there now.")
        await app.until(lambda: app.main.files.folder == "plots")
        await app.press("n")
        await app.until(lambda: app.app.screen.query(Input), "a prompt")
        assert app.app.screen.query_one(Input).value == "plots/"
        await app.answer("plots/new.txt")
        await app.notice("plots/new.txt is there now, empty.")
        await app.until(lambda: [each.path for each in app.main.files.chosen] == ["plots/new.txt"])
        assert (data(app) / "plots" / "new.txt").read_bytes() == b""
        await app.press("R")
        await app.answer("old.txt")
        await app.notice("plots/new.txt is old.txt now.")
        await app.until(lambda: [each.path for each in app.main.files.chosen] == ["old.txt"])
        assert (data(app) / "old.txt").exists()


async def test_nothing_is_replaced_and_the_prompt_says_so() -> None:
    async with whole() as app:
        await at_files(app, "kept.txt")
        await app.press("n")
        await app.answer("kept.txt")
        await app.see("There is something called kept.txt already.")
        await app.answer("../outside")
        await app.see("No part of a path is empty, . or ..")
        await app.answer("no/new.txt")
        await app.see("There is no folder called no. Make it first.")
        await app.answer("kept.txt/new.txt")
        await app.see("kept.txt is no folder.")
        (data(app) / "quick.txt").write_text("made meanwhile")
        await app.answer("quick.txt")
        await app.notice("quick.txt: there is something of that name already.")
        assert (data(app) / "quick.txt").read_text() == "made meanwhile"


async def test_the_selected_are_deleted_after_one_question_that_names_them() -> None:
    async with whole() as app:
        await at_files(app, *(f"{number}.txt" for number in range(8)), "d/inner.txt", "kept.txt")
        await app.press("ctrl+a", "end", "space", "x")
        await app.see("Delete 1 folder and 8 files?", "d/", "3.txt", "and 4 more", "56 B", "no way back")
        await app.press("y")
        await app.notice("1 folder and 8 files are deleted.")
        await app.until(lambda: [path.name for path in data(app).iterdir()] == ["kept.txt"])


async def test_what_is_not_deleted_is_told_and_what_was_gone_already_counts_as_deleted() -> None:
    async with whole() as app:
        await at_files(app, "a", "b", "c", "d")
        real = app.main.controller.backend.delete_file

        async def sometimes(session: str, path: str, *, verify: bool = True) -> None:
            if path == "a":
                raise FileError("a: access is denied.")
            if path == "b":
                return  # it says so, and keeps it
            if path == "c":
                await real(session, path)  # the second time there is none
            await real(session, path)

        app.main.controller.backend.delete_file = sometimes  # type: ignore[method-assign]  # answers of a bad disk
        await app.press("ctrl+a", "x")
        await app.see("Delete 4 files?")
        await app.press("y")
        await app.notice("a: access is denied.\nb is listed still.")
        await app.notice("2 files are deleted, of 4.")
        assert sorted(path.name for path in data(app).iterdir()) == ["a", "b"]


async def test_many_are_counted_on_the_way_and_escape_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deleting, "QUIET", 0.0)
    async with whole() as app:
        await at_files(app, *(f"{number:02}" for number in range(40)))
        backend, pane = app.main.controller.backend, app.main.files
        real, done = backend.delete_file, 0

        async def slow(session: str, path: str, *, verify: bool = True) -> None:
            nonlocal done
            done += 1
            if done == 3:
                await app.see("Deleting 3 of 40. Esc stops.")
                await app.press("escape")
                await app.pilot.pause()
            await real(session, path)

        backend.delete_file = slow  # type: ignore[method-assign]  # at a known pace
        await app.press("ctrl+a", "x")
        await app.see("Delete 40 files?")
        await app.press("y")
        await app.notice("3 files are deleted, of 40.")
        await app.until(lambda: not pane.busy and "Deleting" not in app.text)
        assert len(list(data(app).iterdir())) == 37


async def test_the_menu_lists_what_fits_and_does_it_by_key_click_and_arrows() -> None:
    async with whole() as app:
        await at_files(app, "a.txt", "b.txt")
        await app.press("down", "m")
        await app.see("Rename or move", "R", "Delete files", "New folder", "a.txt")
        await app.press("escape")
        await app.until(lambda: len(app.app.screen_stack) == 1)
        await app.press("ctrl+a", "shift+f10")
        await app.see("2 selected", "Delete files")
        assert "Rename or move" not in app.text, "of several there is none"
        await app.press("x")
        await app.see("Delete 2 files?")
        await app.press("n")
        tree = app.main.files.query_one("FilesTree")
        await app.until(lambda: len(app.app.screen_stack) == 1)
        await app.press("escape")
        await app.pilot.click(tree, offset=(8, 2), button=3)
        await app.until(lambda: isinstance(app.app.screen, MenuScreen))
        await app.see("b.txt", "Rename or move")
        listed = app.app.screen.query_one(OptionList)
        line = listed.get_option_index("files.insert-path") + 1  # below the border
        await app.pilot.click(listed, offset=(4, line))
        await app.until(lambda: app.code == "'b.txt'", "the path in the editor")


async def test_every_action_is_in_the_menu_and_in_the_palette_and_has_a_key() -> None:
    moves = {"menu", "expand", "collapse"}
    actions = [c for c in COMMANDS if c.action.partition("(")[0] not in {*moves, "move", "extend"}]
    assert [command.id for command in actions if not (command.palette and command.key)] == []
    async with whole() as app:
        await at_files(app, "a.txt", "b.txt")
        await app.press("down")
        listed = {command.id for command in app.main.files.commands()}
        assert {command.id for command in actions} - listed == {"files.clear"}, "there is nothing to let go"
        await app.press("ctrl+a")
        await app.command("Files: Select nothing, show all")
        await app.until(lambda: not app.main.files.picked, "the selection let go")
        await app.press("ctrl+a", "m")
        await app.see("2 selected", "Select nothing, show all")
        await app.press("escape")
        await app.until(lambda: len(app.app.screen_stack) == 1)
        await app.press("escape", "home", "down", "m", "space")
        await app.until(lambda: [info.path for info in app.main.files.picked] == ["a.txt"])
        await app.command("Files: Select or let go")
        await app.until(lambda: [info.path for info in app.main.files.picked] == ["a.txt", "b.txt"])


async def test_the_palette_acts_on_the_selection_from_elsewhere() -> None:
    async with whole() as app:
        await at_files(app, "a.txt", "b.txt")
        await app.press("ctrl+a", "f2")
        await app.until(lambda: app.focused == "editor")
        await app.command("Files: Insert path")
        await app.until(lambda: app.code == "['a.txt', 'b.txt']")
        await app.press("f7", "escape", "home", "f2")
        await app.command("Files: Rename or move")
        await app.notice("needs one file or folder")
