"""The screens of one entry and of one file: what they show, their keys, what they dismiss with."""

from __future__ import annotations

from typing import Any

import pytest
from textual.widgets import Button, Label

from backend.errors import FileError
from backend.models import Change, FileChange, FileInfo, Status, Stream
from tests.app.modal_app import HOSTILE, NOTHING, NOW, SmallApp, until
from workbench.history.entry import Entry, Segment
from workbench.screens.confirm import ConfirmScreen
from workbench.screens.entry import EntryAction, EntryResult, EntryScreen
from workbench.screens.peek import TEXT_WINDOW
from workbench.screens.preview import PreviewAction, PreviewResult, PreviewScreen
from workbench.widgets.code_view import CodeView
from workbench.widgets.output.pane import OutputPane


def entry(**more: Any) -> Entry:
    fields: dict[str, Any] = {
        "number": 12,
        "status": Status.TIMED_OUT,
        "state_lost": True,
        "message": "The limit of 5 s was reached.",
        "started_at": NOW - 180,
        "duration_ms": 5_012.0,
        "segments": (Segment(Stream.STDOUT, "out\n"), Segment(Stream.STDERR, "err\n")),
        "files_changed": (FileChange("made.txt", Change.CREATED, 3),),
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
            "1 x = 1",
            "2 print(x)",
            "output of 12",
        ):
            assert words in app.text


async def test_an_entry_shows_its_stored_output_in_the_output_pane() -> None:
    def view(given: Entry) -> OutputPane:
        pane = OutputPane()
        # the pane needs its screen to show anything
        pane.call_later(pane.show, [given])
        return pane

    app = SmallApp()
    async with app.run_test(size=(110, 30)) as pilot:
        await app.ask(EntryScreen(entry(), view, clock=lambda: NOW))
        await until(pilot, lambda: "made.txt" in app.text)
        assert "  out " in app.text
        assert "err " in app.text


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
        keyword = view.get_component_rich_style("code--keyword").color
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
