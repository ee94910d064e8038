"""The main screen as a whole: running, what the panes show of it, and leaving."""

from __future__ import annotations

import pytest
from rich.table import Table
from textual import events
from textual.widgets import Static

from backend.errors import WorkbenchError
from tests.app.modal_app import HOSTILE
from tests.app.whole import Whole, whole
from workbench.commands.command import Command, Place
from workbench.commands.table import COMMANDS
from workbench.format import key_words
from workbench.widgets.editor.code_editor import CodeEditor

pytestmark = pytest.mark.usefixtures("home")

CELLS = "print('cell', 'one')\n# %% second\nprint('cell', 'two')\nprint('same', 'cell')"


async def ran(app: Whole, *codes: str) -> None:
    """Wait until exactly these first lines are in the history pane and none is open."""
    await app.until(
        lambda: [code for code, _ in app.rows] == list(codes) and not app.main.controller.running,
        f"rows {codes}",
    )


async def test_f5_runs_the_cell_the_selection_or_with_shift_the_buffer() -> None:
    async with whole() as app:
        await app.write(CELLS)
        await app.press("f5")
        await app.until(lambda: "same cell" in app.output)
        assert "cell one" not in app.output
        await app.press("shift+home", "f5")
        await app.until(lambda: app.output.count("same cell") == 2)
        assert app.output.count("cell two") == 1
        await app.press("shift+f5")
        await app.until(lambda: "cell one" in app.output)
        assert app.focused == "editor"
        assert app.code == CELLS


async def test_ctrl_j_runs_too() -> None:
    async with whole() as app:
        await app.write("6 * 7")
        await app.press("ctrl+j")
        await app.until(lambda: "42" in app.output)


async def test_what_is_typed_while_nothing_has_the_focus_is_for_the_editor() -> None:
    async with whole() as app:
        app.app.post_message(events.AppBlur())
        await app.until(lambda: app.main.focused is None)
        await app.press("a")  # no AppFocus came before it
        await app.until(lambda: app.code == "a")
        app.main.set_focus(None)
        app.app.post_message(events.AppBlur())
        app.app.post_message(events.AppFocus())
        await app.until(lambda: app.focused == "editor")
        await app.press("b")
        await app.until(lambda: app.code == "ab")


async def test_a_notice_of_hostile_text_is_shown_as_text() -> None:
    async with whole(toasts=True) as app:
        for tell in (app.main.news, lambda text: app.main.failed(WorkbenchError(text))):
            tell(HOSTILE)
            await app.see("[@click=app.quit]x[/] ␛]0;t␇")
            app.app.clear_notifications()
            await app.until(lambda: "app.quit" not in app.text)


async def test_an_empty_buffer_and_nothing_to_stop_are_told() -> None:
    async with whole() as app:
        await app.press("f5")
        await app.notice("There is no code here to run.")
        await app.press("f8")
        await app.notice("Nothing is running.")
        app.app.clear_notifications()
        await app.press("shift+f8")
        await app.notice("Nothing is running.")
        assert app.rows == []


async def test_three_wait_in_line_and_come_in_order() -> None:
    async with whole() as app:
        for number in range(3):
            await app.write(f"import time; time.sleep(0.1); print('number', {number})")
            await app.press("f5")
        await app.until(lambda: "number 2" in app.output)
        places = [app.output.index(f"number {number}") for number in range(3)]
        assert places == sorted(places)
        await app.until(lambda: [status for _, status in app.rows] == ["succeeded"] * 3)


async def test_the_history_row_follows_its_execution_and_f8_stops_it() -> None:
    async with whole() as app:
        await app.write("while True: pass")
        await app.press("f5")
        await app.until(lambda: app.rows == [("while True: pass", "running")] and app.state == "running")
        await app.press("f8")
        await app.until(lambda: app.rows == [("while True: pass", "interrupted")])
        await app.until(lambda: app.state == "idle")


async def test_an_execution_is_opened_recalled_and_run_again_from_the_history() -> None:
    async with whole() as app:
        await app.run("print('once', 'more')")
        await app.press("f4")
        await app.until(lambda: app.focused == "history")
        await app.press("enter")
        await app.see("Execution 1", "once more")
        await app.press("escape", "e")
        await app.until(lambda: app.code == "print('once', 'more')")
        await app.until(lambda: app.focused == "editor")
        await app.press("f4")
        await app.until(lambda: app.focused == "history")
        await app.press("r")
        await ran(app, "print('once', 'more')", "print('once', 'more')")
        await app.press("home", "enter")
        await app.see("Execution 2")
        await app.press("r")
        await app.until(lambda: len(app.rows) == 3)


async def test_the_filter_finds_and_escape_shows_all() -> None:
    async with whole() as app:
        await app.run("alpha = 1")
        await app.run("beta = 2")
        await app.press("f4")
        await app.until(lambda: app.focused == "history")
        await app.press("slash", *"alpha")
        await app.until(lambda: [code for code, _ in app.rows] == ["alpha = 1"])
        await app.press("escape")
        await app.until(lambda: len(app.rows) == 2)


async def test_a_file_appears_with_a_mark_is_previewed_named_and_deleted() -> None:
    async with whole() as app:
        await app.run("open('made.txt', 'w').write('the content')")
        await app.see("+ made.txt")
        await app.press("f7")
        await app.until(lambda: app.focused == "files")
        await app.press("down", "enter")
        await app.see("the content")
        await app.press("i")
        await app.until(lambda: app.code == "'made.txt'")
        await app.press("f7")
        await app.until(lambda: app.focused == "files")
        await app.press("x")
        await app.see("Delete file?")
        await app.press("n")
        await app.until(lambda: len(app.app.screen_stack) == 1)
        await app.press("x")
        await app.see("Delete file?")
        await app.press("y")
        await app.notice("made.txt is deleted.")
        await app.see("No files yet.")
        assert await app.main.controller.backend.list_files("default") == []


async def test_quitting_asks_while_something_runs() -> None:
    async with whole() as app:
        await app.press("f5")
        await app.write("import time; time.sleep(60)")
        await app.press("f5")
        await app.until(lambda: app.state == "running")
        await app.press("ctrl+q")
        await app.see("Quit?", "An execution is running.")
        await app.press("escape")
        await app.until(lambda: len(app.app.screen_stack) == 1)
        assert app.app.is_running
        await app.press("ctrl+q")
        await app.see("Quit?")
        await app.press("y")
        await app.until(lambda: app.app._exit, "the end")
    async with whole() as app:
        assert app.rows == [("import time; time.sleep(60)", "interrupted")]


async def test_quitting_does_not_ask_when_nothing_runs() -> None:
    async with whole() as app:
        await app.press("ctrl+q")
        await app.until(lambda: app.app._exit, "the end")


async def test_help_lists_every_command_with_its_key() -> None:
    async with whole() as app:
        await app.press("f1")
        await app.until(lambda: len(app.app.screen_stack) == 2)
        table = app.app.screen.query_one("#table", Static).content
        assert isinstance(table, Table)
        keys, words = (column.cells for column in table.columns)
        rows = [(str(key), str(word)) for key, word in zip(keys, words, strict=True)]
        for command in COMMANDS:
            key = key_words(command.key) if command.key else ""
            assert any(word.startswith(command.label) and key in shown for shown, word in rows), command.id
        await app.press("f1")
        await app.until(lambda: len(app.app.screen_stack) == 1)


async def test_the_palette_runs_a_command_of_another_pane() -> None:
    async with whole() as app:
        await app.run("print('kept')")
        await app.command("Output: Clear output")
        await app.until(lambda: "kept" not in app.output)
        assert app.focused == "output"


async def test_the_palette_runs_a_command_of_the_editor() -> None:
    async with whole() as app:
        await app.write("twice")
        await app.press("f3")
        await app.command("Editor: editing: Duplicate line")
        await app.until(lambda: app.code == "twice\ntwice")
        assert app.focused == "editor"


async def test_a_dead_worker_while_idle_is_told_aloud() -> None:
    async with whole() as app:
        await app.run("x = 1; import os, threading; threading.Timer(0.2, lambda: os._exit(3)).start()")
        await app.notice("Its variables are gone.")
        await app.until(lambda: app.state == "lost")
        await app.run("x")
        await app.see("NameError")
        assert app.state == "idle"


async def test_a_dead_worker_in_a_run_is_told_in_the_output() -> None:
    async with whole() as app:
        entry = await app.run("import os; os.kill(os.getpid(), 9)")
        await app.until(lambda: app.state == "lost")
        assert entry.message in " ".join(app.output.split("\n"))
        assert app.notices == []


async def test_completion_knows_the_live_names() -> None:
    async with whole() as app:
        await app.run("pandemonium = 1")
        await app.write("pandem")
        await app.press("ctrl+space")
        await app.until(lambda: app.code == "pandemonium")


async def test_late_output_says_whose_it_is() -> None:
    async with whole() as app:
        await app.run("import threading; threading.Timer(0.2, print, ['came', 'late']).start()")
        await app.until(lambda: "came late" in app.output)


@pytest.mark.parametrize("place", [place for place in Place if not place.alone])
async def test_every_command_has_its_action(place: Place) -> None:
    async with whole() as app:
        if place is Place.VARIABLES:
            await app.main.action_toggle_variables()  # the pane is made when it is asked for
        missing = [command.id for command in COMMANDS if command.place is place and not has(app, command)]
        assert missing == []


def has(app: Whole, command: Command) -> bool:
    """Whether the action method is where the key and the palette look for it."""
    name = command.action.partition("(")[0]
    if name.startswith("app."):
        return hasattr(app.app, f"action_{name.removeprefix('app.')}")
    if command.place is Place.APP:
        return hasattr(app.main, f"action_{name}")
    pane = app.main.query_one(f"#{command.place.value}")
    places = (pane, pane.query(CodeEditor).first()) if command.place is Place.EDITOR else (pane,)
    return any(hasattr(place, f"action_{name}") for place in places)
