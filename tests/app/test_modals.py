"""The small dialogs: what they show, their keys, what they dismiss with, hostile text."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from backend.models import FileInfo
from tests.app.modal_app import HOSTILE, NOTHING, NOW, SmallApp, until
from workbench.commands.command import Command, Place
from workbench.screens.confirm import ConfirmScreen
from workbench.screens.files.deletion import deletion
from workbench.screens.help import HelpScreen, keys_of, sections
from workbench.screens.prompt import PromptScreen, completed_path
from workbench.screens.themes import ThemeScreen


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["y"], True),
        (["n"], False),
        (["escape"], False),
        (["enter"], False),
        (["right", "enter"], True),
        (["tab", "enter"], True),
    ],
)
async def test_confirm_answers_by_keys_and_enter_is_the_safe_answer(keys: list[str], expected: bool) -> None:
    app = SmallApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.ask(ConfirmScreen("Delete file?", "a.txt", lost="All of it."))
        await pilot.press(*keys)
        assert app.result is expected


async def test_confirm_answers_by_mouse_and_shows_foreign_text_as_text() -> None:
    app = SmallApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.ask(deletion([FileInfo(HOSTILE, "file", 34_000, NOW)]))
        await pilot.pause()
        assert "[@click=app.quit]x[/] ␛]0;t␇" in app.text
        assert "34 kB" in app.text
        await pilot.click("#yes")
        assert app.result is True


async def test_prompt_gives_the_line_and_keeps_asking_while_there_is_a_problem() -> None:
    app = SmallApp()
    async with app.run_test(size=(80, 24)) as pilot:
        refuse = lambda value: "" if value == "ab" else f"No {value} [b]."  # noqa: E731  # a one-line stand-in
        await app.ask(PromptScreen("Save as", value="a", problem=refuse))
        await pilot.press("enter")
        await pilot.pause()
        assert app.result is NOTHING
        assert "No a [b]." in app.text
        await pilot.press("b")
        await pilot.pause()
        assert "No a [b]." not in app.text
        await pilot.press("enter")
        assert app.result == "ab"


async def test_prompt_gives_none_on_escape_and_nothing_on_an_empty_line() -> None:
    app = SmallApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.ask(PromptScreen("Save as"))
        await pilot.press("enter")
        assert app.result is NOTHING
        await pilot.press("escape")
        assert app.result is None


async def test_ctrl_a_selects_all_in_a_prompt() -> None:
    app = SmallApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.ask(PromptScreen("Save as", value="old.py"))
        await pilot.press("ctrl+a", "x", "enter")
        assert app.result == "x"


async def test_tab_completes_an_existing_path(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file.py").write_text("")
    app = SmallApp()
    async with app.run_test(size=(120, 24)) as pilot:
        await app.ask(PromptScreen("Open", value=f"{tmp_path}/", paths=True))
        field = app.screen.query_one(Input)
        for start, full in (("fo", "folder/"), ("fi", "folder/file.py")):
            field.insert_text_at_cursor(start)
            await until(pilot, lambda full=full: field._suggestion.endswith(full))  # type: ignore[misc]  # bound now
            await pilot.press("tab")
            assert field.value == f"{tmp_path}/{full}"
        await pilot.press("enter")
        assert app.result == f"{tmp_path}/folder/file.py"


def test_a_path_completes_to_the_first_that_exists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("beta.py", "alpha.py", ".hidden"):
        (tmp_path / name).write_text("")
    (tmp_path / "bees").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert completed_path("b") == "bees/"
    assert completed_path("bet") == "beta.py"
    assert completed_path("~/al") == "~/alpha.py"
    assert completed_path(f"{tmp_path}/.h") == f"{tmp_path}/.hidden"
    assert completed_path("") is None
    assert completed_path("none/x") is None
    assert completed_path("a\0b") is None


COMMANDS = (
    Command("run.run", "Run", "f5", "Runs the cell.", Place.APP, "run", "Run", aliases=("ctrl+j",)),
    Command("files.delete", "Delete file", "x", "Deletes; asks first.", Place.FILES, "delete", "Files"),
    Command("history.edit", "Edit", "e", "Puts the code back.", Place.HISTORY, "recall", "History"),
    Command("session.restart", "Restart", "", "Starts afresh.", Place.APP, "restart", "Session"),
)


async def test_help_lists_the_focused_pane_first_and_searches_by_typing() -> None:
    app = SmallApp()
    async with app.run_test(size=(100, 30)) as pilot:
        await app.ask(HelpScreen(COMMANDS, place=Place.FILES))
        await pilot.pause()
        lines = [line.strip(" │") for line in app.text.splitlines()]
        groups = [line for line in lines if line in ("Run", "Files", "History", "Session")]
        assert groups == ["Files", "Run", "History", "Session"]
        assert any(line.startswith("F5  Ctrl+J") and "Runs the cell." in line for line in lines)
        await pilot.press("a", "s", "k", "s")
        await pilot.pause()
        assert "Deletes; asks first." in app.text
        assert "Runs the cell." not in app.text
        await pilot.press("z")
        await pilot.pause()
        assert "Nothing found." in app.text
        await pilot.press("escape")
        assert app.result is None


async def test_help_scrolls_by_keys() -> None:
    many = tuple(
        Command(f"run.n{number}", f"Number {number}", "f5", "Does it.", Place.APP, "run", "Run")
        for number in range(80)
    )
    app = SmallApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.ask(HelpScreen(many))
        await pilot.pause()
        assert "Number 0 " in app.text
        await pilot.press("pagedown", "down")
        await until(pilot, lambda: "Number 0 " not in app.text)


def test_help_shows_the_keys_of_the_users_keymap() -> None:
    assert keys_of(COMMANDS[0], {}) == "F5  Ctrl+J"
    assert keys_of(COMMANDS[0], {"run.run~2": "alt+r", "files.delete": "z"}) == "F5  Alt+R"
    assert keys_of(COMMANDS[1], {"files.delete": "f9,ctrl+x"}) == "F9  Ctrl+X"
    assert keys_of(COMMANDS[3], {}) == ""
    assert list(sections(COMMANDS, "alt+r", None, {"run.run": "alt+r"})) == ["Run"]


async def test_themes_are_worn_while_the_cursor_is_on_them_and_escape_puts_the_old_one_back() -> None:
    app = SmallApp()
    worn: list[str] = []
    async with app.run_test(size=(80, 24)) as pilot:
        await app.ask(ThemeScreen(["dawn", "dusk", "noon"], "dusk", worn.append, worn.append))
        await pilot.pause()
        assert app.screen.query_one(OptionList).highlighted == 1
        assert worn == []
        await pilot.press("down")
        await until(pilot, lambda: worn == ["noon"])
        await pilot.press("escape")
        assert worn == ["noon", "dusk"]
        assert app.result is None


async def test_enter_keeps_the_theme() -> None:
    app = SmallApp()
    worn: list[str] = []
    async with app.run_test(size=(80, 24)) as pilot:
        await app.ask(ThemeScreen(["dawn", "dusk", "noon"], "dusk", worn.append, worn.append))
        await pilot.press("up", "enter")
        await until(pilot, lambda: app.result is not NOTHING)
        assert (app.result, worn) == ("dawn", ["dawn"])
