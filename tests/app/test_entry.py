"""The screen of one entry: what it shows, its keys, what it dismisses with."""

from __future__ import annotations

from typing import Any

import pytest
from textual.widgets import Label

from backend.models import Change, FileChange, Status, Stream
from tests.app.modal_app import HOSTILE, NOW, SmallApp, until
from workbench.history.entry import Entry, Segment
from workbench.screens.entry import EntryAction, EntryResult, EntryScreen
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
