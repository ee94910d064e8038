"""What an execution did to files: told under it, kept, and opened from there."""

from __future__ import annotations

import pytest
from textual.geometry import Offset

from tests.app.whole import Whole, whole
from workbench.screens.preview import PreviewScreen

pytestmark = pytest.mark.usefixtures("home")

MAKES = "open('kept.txt', 'w').write('as it was'); open('old.txt', 'w').write('x');"
CHANGES = """import os
open('new plot.txt', 'w').write('the plot'); open('kept.txt', 'a').write('!')
os.remove('old.txt')"""


async def go_to(app: Whole, line: str) -> int:
    """Put the cursor of the output on the last line that begins so; its number."""
    buffer, view = app.main.output.buffer, app.main.output.view
    await app.until(lambda: f"\n{line}" in app.output, line)
    number = max(n for n in range(buffer.dropped, buffer.end) if buffer.text(n).startswith(line))
    view.focus()
    view.move_cursor(number)
    await app.pilot.pause()
    return number


async def test_files_are_told_and_open_by_key_and_by_mouse() -> None:
    async with whole() as app:
        await app.run(MAKES)
        deletes = await app.run(CHANGES)
        await go_to(app, "~ kept.txt 10 B")
        await app.press("enter")
        await app.see("as it was!")
        await app.press("escape")
        number = await go_to(app, "+ new plot.txt 8 B")
        row = number - app.main.output.view.scroll_offset.y - app.main.output.buffer.dropped
        await app.pilot.click(app.main.output.view, offset=Offset(30, row))
        assert not isinstance(app.app.screen, PreviewScreen)  # beside the name the cursor is all that moves
        await app.pilot.click(app.main.output.view, offset=Offset(8, row))
        await app.see("the plot")
        await app.press("escape")
        await go_to(app, "- old.txt")
        await app.press("enter")
        await app.notice(f"old.txt is gone: [{deletes.number}] deleted it.")
        await app.run("os.remove('new plot.txt');")
        await go_to(app, "+ new plot.txt")
        await app.press("enter")
        await app.notice("new plot.txt: there is no such file")


async def test_history_keeps_them_and_its_screen_opens_them() -> None:
    async with whole() as app:
        entry = await app.run("open('made.txt', 'w').write('the content');")
        kept = await app.main.controller.history.get(entry.id)
        assert kept is not None
        assert kept.as_json()["files_changed"] == [{"path": "made.txt", "change": "created", "size": 11}]
        await app.press("f4")
        await app.until(lambda: app.focused == "history")
        await app.press("home", "enter")
        await app.see(f"Execution {entry.number}", "+ made.txt 11 B")
        await app.press("tab", "end")
        await app.press("enter")
        await app.see("the content")
        await app.press("escape")
        await app.see(f"Execution {entry.number}")


async def test_a_file_of_another_session_is_not_mistaken_for_one_of_this() -> None:
    async with whole() as app:
        await app.run("open('same.txt', 'w').write('the first');")
        await app.main.controller.switch("other")
        await app.run("open('same.txt', 'w').write('the other');")
        buffer = app.main.output.buffer
        first = next(n for n in range(buffer.end) if buffer.text(n).startswith("+ same.txt"))
        app.main.output.view.focus()
        app.main.output.view.move_cursor(first)
        await app.press("enter")
        await app.notice("same.txt is in the session default at local.")


async def test_of_many_files_all_are_listed_and_found_by_letters() -> None:
    async with whole() as app:
        entry = await app.run("for n in range(60): open(f'{n}.txt', 'w').write(f'number {n}')")
        number = await go_to(app, "… and 10 more files")
        await app.press("enter")
        await app.see(f"60 files changed by [{entry.number}]", "+ 0.txt  8 B")
        await app.press(*"59", "enter")
        await app.see("1 number 59")
        await app.press("escape")
        await app.see("+ 59.txt  9 B")
        await app.press("x")
        await app.see("Nothing found.")
        await app.press("enter", "escape")
        row = number - app.main.output.view.scroll_offset.y - app.main.output.buffer.dropped
        await app.pilot.click(app.main.output.view, offset=Offset(8, row))
        await app.see("60 files changed")
        await app.press("escape")
        await app.main.past_desk.open(entry.id)
        await app.see(f"Execution {entry.number}")
        await app.press("tab", "end", "enter")
        await app.see("60 files changed")
