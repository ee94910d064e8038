"""The small screens over the main one: what they show, their keys, what they dismiss with, hostile text."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Button, Input, Label, OptionList, Static

from backend.errors import FileError
from backend.models import Change, FileChange, FileInfo, Status, Stream
from workbench.commands.command import Command, Place
from workbench.history.entry import Entry, Segment
from workbench.screens.confirm import ConfirmScreen
from workbench.screens.entry import EntryAction, EntryResult, EntryScreen
from workbench.screens.help import HelpScreen, keys_of, sections
from workbench.screens.peek import HEX_WINDOW, TEXT_WINDOW, decoded, hex_dump, peek
from workbench.screens.preview import PreviewAction, PreviewResult, PreviewScreen, deletion
from workbench.screens.prompt import PromptScreen, completed_path
from workbench.screens.themes import ThemeScreen
from workbench.widgets.code_view import LONGEST_LINE, CodeView, displayable
from workbench.widgets.lexing import runs_by_line

NOW = 1_750_000_000.0
HOSTILE = "[@click=app.quit]x[/] \x1b]0;t\x07"
NOTHING: Any = object()


class SmallApp(App[None]):
    CSS = files("workbench").joinpath("styles/modals.tcss").read_text()

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
    raise AssertionError("the condition did not come true within two seconds")


# ConfirmScreen


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
        await app.ask(deletion(FileInfo(HOSTILE, "file", 34_000, NOW)))
        await pilot.pause()
        assert "[@click=app.quit]x[/] ␛]0;t␇" in app.text
        assert "34 kB" in app.text
        await pilot.click("#yes")
        assert app.result is True


# PromptScreen


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


# EntryScreen


def entry(**more: Any) -> Entry:
    fields: dict[str, Any] = {
        "number": 12,
        "status": Status.TIMED_OUT,
        "state_lost": True,
        "message": "The limit of 5 s was reached.",
        "started_at": NOW - 180,
        "duration_ms": 5_012.0,
        "segments": (Segment(Stream.STDOUT, "out\n"), Segment(Stream.STDERR, "err\n")),
        "files_changed": tuple(FileChange(f"f{number}", Change.CREATED) for number in range(6)),
        **more,
    }
    return Entry("id", more.pop("code", "x = 1\nprint(x)"), "main", **fields)


def entry_screen(shown: Entry) -> EntryScreen:
    return EntryScreen(
        shown, lambda given: Label(f"output of {given.number}", markup=False), clock=lambda: NOW
    )


async def test_an_entry_shows_facts_code_and_output() -> None:
    app = SmallApp()
    async with app.run_test(size=(110, 30)) as pilot:
        await app.ask(entry_screen(entry()))
        await pilot.pause()
        for words in (
            "Execution 12",
            "◷ timed out, state lost  5.0 s",
            "3 min ago",
            "session main  ·  target local  ·  isolation process",
            "The limit of 5 s was reached.",
            "files: created f0, created f1, created f2, created f3, and 2 more",
            "1 x = 1",
            "2 print(x)",
            "output of 12",
        ):
            assert words in app.text


@pytest.mark.parametrize(
    ("key", "action"), [("e", EntryAction.RECALL), ("r", EntryAction.RERUN), ("escape", None)]
)
async def test_keys_of_an_entry_tell_what_to_do(key: str, action: EntryAction | None) -> None:
    app = SmallApp()
    async with app.run_test(size=(100, 30)) as pilot:
        await app.ask(entry_screen(entry()))
        await pilot.press(key)
        assert app.result == (EntryResult(action, entry()) if action else None)


async def test_code_and_output_of_an_entry_are_copied_as_they_are() -> None:
    app = SmallApp()
    async with app.run_test(size=(100, 30)) as pilot:
        await app.ask(entry_screen(entry()))
        await pilot.press("c")
        assert app.clipboard == "x = 1\nprint(x)"
        await pilot.press("o")
        assert app.clipboard == "out\nerr\n"


async def test_an_entry_full_of_hostile_text_is_plain_text() -> None:
    hostile = Entry("i", HOSTILE, HOSTILE, profile=HOSTILE, message=HOSTILE, status=Status.FAILED)
    app = SmallApp()
    async with app.run_test(size=(140, 30)) as pilot:
        await app.ask(entry_screen(hostile))
        await pilot.pause()
        assert app.text.count("[@click=app.quit]x[/] ␛]0;t␇") == 4
        assert "\x1b" not in app.text


# PreviewScreen


def preview(content: bytes, name: str = "notes/a.py", size: int | None = None) -> PreviewScreen:
    async def read(path: str, offset: int, limit: int) -> bytes:
        assert path == name
        return content[offset : offset + limit]

    info = FileInfo(name, "file", len(content) if size is None else size, NOW - 180)
    return PreviewScreen(info, read, clock=lambda: NOW)


async def test_a_text_file_is_shown_with_numbers_and_colours() -> None:
    app = SmallApp()
    async with app.run_test(size=(100, 30)) as pilot:
        await app.ask(preview(b"import os\r\n\tx = '1'\n"))
        await until(pilot, lambda: "1 import os" in app.text)
        view = app.screen.query_one(CodeView)
        assert view.line_count == 2
        assert "2     x = '1'" in app.text
        assert "20 B  ·  changed 3 min ago" in app.text
        await app.workers.wait_for_complete()
        keyword = view.get_component_rich_style("code--keyword", partial=True).color
        assert any(s.text == "import" and s.style and s.style.color == keyword for s in view.render_line(0))


async def test_a_long_file_says_how_much_more_there_is() -> None:
    app = SmallApp()
    async with app.run_test(size=(100, 30)) as pilot:
        await app.ask(preview(b"x\n" * TEXT_WINDOW, "notes/a.txt"))
        await until(pilot, lambda: "first 256 kB of 512 kB" in app.text)
        assert app.screen.query_one(CodeView).line_count == TEXT_WINDOW // 2


async def test_a_binary_file_is_a_hex_dump() -> None:
    app = SmallApp()
    async with app.run_test(size=(100, 30)) as pilot:
        await app.ask(preview(bytes(range(256)) * 100, "a.bin"))
        await until(pilot, lambda: "00000000  00 01 02" in app.text)
        assert "binary, first 4.1 kB of 26 kB" in app.text


async def test_a_file_that_cannot_be_read_says_why() -> None:
    async def broken(path: str, offset: int, limit: int) -> bytes:
        raise FileError("It is gone [b].", "Refresh the files.")

    app = SmallApp()
    async with app.run_test(size=(100, 30)) as pilot:
        await app.ask(PreviewScreen(FileInfo(HOSTILE, "file", 3, NOW), broken))
        await until(pilot, lambda: "It is gone [b]. Refresh the files." in app.text)
        assert "[@click=app.quit]x[/] ␛]0;t␇" in app.text


async def test_deleting_from_a_preview_asks_first_and_keeps_the_preview_on_no() -> None:
    app = SmallApp()
    async with app.run_test(size=(100, 30)) as pilot:
        shown = preview(b"x")
        await app.ask(shown)
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is shown)
        assert app.result is NOTHING
        await pilot.press("d")
        await until(pilot, lambda: bool(app.screen.query(Button)))
        await pilot.press("y")
        await until(pilot, lambda: app.result is not NOTHING)
        assert app.result.action is PreviewAction.DELETE


async def test_a_preview_inserts_its_path_or_closes() -> None:
    app = SmallApp()
    async with app.run_test(size=(100, 30)) as pilot:
        await app.ask(preview(b"x"))
        await pilot.press("i")
        info = FileInfo("notes/a.py", "file", 1, NOW - 180)
        assert app.result == PreviewResult(PreviewAction.INSERT_PATH, info)


def test_what_counts_as_text() -> None:
    assert decoded("grün".encode()) == "grün"
    assert decoded("grün €".encode()[:-1]) == "grün "
    assert decoded("\ufeffx".encode()) == "x"
    assert decoded("x".encode("utf-16")) == "x"
    assert decoded(b"a\0b") is None
    assert decoded(b"\x80" * 30 + b"abc") is None
    assert decoded(b"mostly text with one \xff byte in it") == "mostly text with one \ufffd byte in it"


def test_hex_dump_and_notes() -> None:
    assert hex_dump(b"ABC") == "00000000  41 42 43" + " " * 15 + "  " + " " * 23 + "  ABC"
    assert peek(b"\0" * 10, 10).note == "binary"
    assert peek(b"\0" * 10_000, 10_000).text.count("\n") == HEX_WINDOW // 16 - 1
    assert peek(b"abc", 3).note == ""


def test_displayable_text_is_clean_and_its_lines_are_bounded() -> None:
    shown = displayable("a\tb\r\n" + "x" * (LONGEST_LINE + 5) + "\n\x1b")
    first, second, third = shown.split("\n")
    assert (first, third) == ("a   b", "␛")
    assert second.endswith("x … 5 characters more")


def test_lines_stay_lines_in_every_language() -> None:
    text = 'def f():\n    """a\n    b"""\n\n    return 1'
    for name in ("a.py", "a.json", "a.md", "a.csv", "none", "a.diff"):
        joined = "\n".join("".join(part for _, part in line) for line in runs_by_line(text, name))
        assert joined == text
    roles = {part: role for line in runs_by_line(text, "a.py") for role, part in line}
    assert (roles["def"], roles["f"], roles["1"]) == ("keyword", "name", "number")


# HelpScreen

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


# ThemeScreen


async def test_themes_are_worn_while_the_cursor_is_on_them_and_escape_puts_the_old_one_back() -> None:
    app = SmallApp()
    worn: list[str] = []
    async with app.run_test(size=(80, 24)) as pilot:
        await app.ask(ThemeScreen(["dawn", "dusk", "noon"], "dusk", worn.append))
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
        await app.ask(ThemeScreen(["dawn", "dusk", "noon"], "dusk", worn.append))
        await pilot.press("up", "enter")
        await until(pilot, lambda: app.result is not NOTHING)
        assert (app.result, worn) == ("dawn", ["dawn"])
