"""The editor pane in a small app, driven by keys and mouse."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot

from backend.errors import TargetError
from backend.models import Completions
from workbench.commands.command import Place, bindings
from workbench.commands.editor import COMMANDS
from workbench.completing.question import Question
from workbench.documents import Documents
from workbench.documents.slot import Restored
from workbench.widgets.editor import buffers, code_editor
from workbench.widgets.editor.code_editor import CodeEditor
from workbench.widgets.editor.completion import PAUSE, CompletionMenu
from workbench.widgets.editor.pane import EditorPane
from workbench.widgets.editor.tabs import TabRow
from workbench.widgets.editor.text import document as texts

NAMES = ("alpha", "alphabet", "beta", "%alias")


class Names:
    """A completer that can be made to wait."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.error: TargetError | None = None

    async def __call__(self, question: Question) -> AsyncIterator[Completions]:
        code, cursor = question.code, question.cursor
        self.asked.append((code, cursor))
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        start = cursor
        while start and code[start - 1].isalnum():
            start -= 1
        prefix = code[start:cursor]
        yield Completions(start, cursor, tuple(n for n in NAMES if n.lstrip("%").startswith(prefix)))


class Host(App[None]):
    """The pane, and a record of what it says."""

    CSS_PATH = Path(buffers.__file__).parents[2] / "styles" / "editor.tcss"

    def __init__(self, state: Path) -> None:
        super().__init__()
        self.names = Names()
        self.pane = EditorPane(Documents(state), completer=self.names)
        self.said: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.pane

    def on_mount(self) -> None:
        self.pane.focus_editor()

    def on_event_message(self, message: Message) -> None:
        self.said.append(message)

    on_editor_pane_needs_path = on_event_message
    on_editor_pane_failed = on_event_message
    on_editor_pane_conflict = on_event_message
    on_editor_pane_confirm_close = on_event_message
    on_editor_pane_restored = on_event_message


@asynccontextmanager
async def running(state: Path, size: tuple[int, int] = (80, 20)) -> AsyncIterator[tuple[Host, Pilot[None]]]:
    app = Host(state)
    async with app.run_test(size=size, notifications=True) as pilot:
        await app.pane.ready.wait()
        await pilot.pause()
        yield app, pilot
        app.pane.flush()
        app.pane.documents.release()


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Wait for something that threads bring about."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        await pilot.pause(0.02)


def screen(app: App[None]) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


async def test_an_empty_start_teaches(state: Path) -> None:
    async with running(state) as (app, pilot):
        assert "F5 runs" in screen(app)
        assert "# %% begins a cell" in screen(app)
        await pilot.press("x")
        await pilot.pause()
        assert "F5 runs" not in screen(app)
        assert "Ln 1, Col 2" in screen(app)
        assert app.pane.border_title == "Editor · untitled-1"


async def test_keys_stay_in_order_however_fast_they_come(state: Path) -> None:
    async with running(state) as (app, pilot):
        keys = ["i", "f", "space", "x", "colon", "enter", "y", "left", "z", "end", "enter", "backspace", "p"]
        for key in keys:
            character = {"space": " ", "colon": ":"}.get(key, key if len(key) == 1 else None)
            app.post_message(events.Key(key, character))
        await pilot.pause()
        await until(pilot, lambda: app.pane.editor.text.endswith("p"))
        assert app.pane.editor.text == "if x:\n    zy\np"


async def test_what_f5_would_run(state: Path) -> None:
    async with running(state) as (app, pilot):
        app.pane.new_buffer("a = 1\n# %% b\nb = 2\n")
        await pilot.pause()
        assert app.pane.code_to_run().code == "a = 1"
        await pilot.press("ctrl+down")
        assert (app.pane.code_to_run().code, app.pane.code_to_run().first_line) == ("b = 2", 2)
        await pilot.press("ctrl+up", "shift+end")
        assert app.pane.code_to_run().code == "a = 1"
        assert app.pane.code_to_run(whole=True).code == "a = 1\n# %% b\nb = 2"


@pytest.mark.parametrize(
    ("text", "keys", "result"),
    [
        ("ab", ["tab"], "    ab"),
        ("  ab", ["right", "right", "tab"], "    ab"),
        ("a\nb\nc", ["shift+down", "shift+down", "tab"], "    a\n    b\nc"),
        ("    a\n  b", ["ctrl+a", "shift+tab"], "a\nb"),
        ("    a", ["end", "left", "backspace"], "a"),
        ("a\nb", ["ctrl+underscore"], "# a\nb"),
        ("a\nb", ["ctrl+a", "ctrl+slash"], "# a\n# b"),
        ("a\nb\nc", ["alt+down"], "b\na\nc"),
        ("a\nb\nc", ["ctrl+end", "alt+up"], "a\nc\nb"),
        ("a\nb", ["ctrl+d"], "a\na\nb"),
        ("a\nb", ["ctrl+d", "ctrl+z"], "a\nb"),
        ("a\nb", ["ctrl+x"], "b"),
        ("a\nb", ["ctrl+x", "ctrl+v"], "a\nb"),
        ("f()", ["end", "left", "enter", "x"], "f(\n    x\n)"),
        ("    pass", ["end", "enter", "x"], "    pass\nx"),
        ("ab", ["x", "ctrl+z", "ctrl+y", "ctrl+z", "ctrl+shift+z"], "xab"),
        ("  a", ["end", "home", "x"], "  xa"),
        ("one two", ["ctrl+right", "x"], "onex two"),
        ("one two", ["end", "ctrl+backspace"], "one "),
        ("a\nb", ["ctrl+end", "x", "ctrl+home", "y"], "ya\nbx"),
        ("a", ["escape", "b"], "ba"),
    ],
)
async def test_editing_keys(state: Path, text: str, keys: list[str], result: str) -> None:
    async with running(state) as (app, pilot):
        app.pane.new_buffer(text)
        await pilot.pause()
        app.pane.editor.move_cursor((0, 0))
        app.names.gate.clear()  # Tab after a letter asks for names; none come
        await pilot.press(*keys)
        assert app.pane.editor.text == result
        assert app.focused is app.pane.editor


async def test_paste_is_cleaned(state: Path) -> None:
    async with running(state) as (app, pilot):
        app.post_message(events.Paste("a\r\nb\rc\x1b]0;title\x07\td\x00"))
        await until(pilot, lambda: app.pane.editor.text != "")
        assert app.pane.editor.text == "a\nb\nc\u241b]0;title\u2407\td\u2400"


@pytest.mark.parametrize("name", ["a[g-=\u0301c)|-s=b", "[red]", "[@click=app.quit]x[/]", "[[", "\\[b]"])
async def test_a_name_with_brackets_is_a_name(state: Path, name: str) -> None:
    async with running(state) as (app, pilot):
        app.pane.new_buffer("", title=name)
        await pilot.pause()
        assert name in screen(app)


async def test_hostile_text_is_drawn_harmlessly_and_kept(state: Path) -> None:
    text = "x = '\x1b[2J\x9b31m\ud800\x00'  # \u202e\n\x0c\u2028 = 1\n"
    async with running(state) as (app, pilot):
        app.pane.new_buffer(text, title="\x1b[1m[/b]\n", origin="o")
        app.pane.editor.highlight("python")
        await pilot.pause()
        shown = screen(app) + str(app.pane.border_title)
        assert not any(char in shown for char in "\x1b\x9b\ud800\x00\x0c\u202e\u2028")
        assert "␛[2J" in shown
        assert app.pane.editor.text == text


async def test_where_parsing_is_slow_it_waits_for_a_pause(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "LONG", 0)
    monkeypatch.setattr(texts, "SLOW", 0.0)
    async with running(state) as (app, pilot):
        editor = app.pane.editor
        editor.highlight("python")
        await pilot.press(*"return", "space")
        document = editor.document
        assert isinstance(document, texts.SyntaxDocument)
        await until(pilot, lambda: not document.stale)
        await until(pilot, lambda: any(name.startswith("keyword") for *_, name in editor._highlights[0]))


async def test_a_double_click_selects_a_word_and_a_third_the_line(state: Path) -> None:
    async with running(state) as (app, pilot):
        app.pane.new_buffer("foo bar_1 + baz")
        await pilot.pause()
        await pilot.click(CodeEditor, offset=(8, 0), times=2)
        assert app.pane.editor.selected_text == "bar_1"
        await pilot.click(CodeEditor, offset=(8, 0), times=3)
        assert app.pane.editor.selected_text == "foo bar_1 + baz"


async def test_cells_are_marked(state: Path) -> None:
    async with running(state) as (app, pilot):
        app.pane.new_buffer('a\n# %% one\nb = """\n# %% text\n"""\n# %% two\nc')
        await pilot.pause()
        await pilot.press("ctrl+down")
        lines = screen(app).splitlines()
        assert [line[3:12] for line in lines[1:8]] == [
            "a        ", "# %% one ", 'b = """  ', "# %% text", '"""      ', "# %% two ", "c        ",
        ]  # fmt: skip
        assert ["▎" in line for line in lines[1:8]] == [False, True, True, True, True, False, False]
        assert ["──" in line for line in lines[1:8]] == [False, True, False, False, False, True, False]


async def test_long_buffers_go_without_colours(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_editor, "HIGHLIGHT_LINES", 50)
    async with running(state) as (app, pilot):
        app.pane.put_code("x = 1\n" * 40)
        await until(pilot, lambda: app.pane.editor.language == "python")
        app.pane.put_code("x = 1\n" * 40)
        await until(pilot, lambda: app.pane.editor.language is None)
        assert app.pane.editor.text.count("x = 1") == 80
        await until(pilot, lambda: any("too long" in toast.message for toast in app._notifications))


async def test_colours_follow_the_theme(state: Path) -> None:
    async with running(state) as (app, pilot):
        app.pane.put_code("import os\n")
        await until(pilot, lambda: app.pane.editor.language == "python")

        def colour() -> str:
            app.pane.editor._line_cache.clear()
            strip = app.pane.editor.render_lines(Region(0, 0, *app.pane.editor.size))[0]
            styles = [style for text, style, _ in strip for _char in text]
            second = styles[app.pane.editor.gutter_width + 1]  # the cursor may be on the first letter
            return str(second.color) if second else ""

        before = colour()
        app.theme = "gruvbox"
        await until(pilot, lambda: colour() != before)
        app.pane.set_syntax({"keyword": "#123456"})
        await pilot.pause()
        assert "#123456" in colour()
        app.pane.new_buffer("import os")
        await until(pilot, lambda: app.pane.editor.language == "python")
        assert "#123456" in colour()


async def test_an_autosave_that_is_overdue_is_done_at_once(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buffers, "AUTOSAVE_WITHIN", -1.0)
    async with running(state) as (_, pilot):
        await pilot.press("x")
        await until(pilot, lambda: any(file.read_text() == "x" for file in state.rglob("*.txt")))


async def test_names_come_by_themselves_after_a_pause(state: Path) -> None:
    async with running(state) as (app, pilot):
        menu = app.query_one(CompletionMenu)
        await pilot.press("#", "a", "l")
        await pilot.pause(2 * PAUSE)
        assert app.names.asked == [], "not in a comment"
        await pilot.press("enter", "b", "e")
        await until(pilot, lambda: menu.is_open)
        assert app.pane.editor.text.endswith("\nbe"), "a single name is not inserted unasked"
        await pilot.press("escape", "backspace", "backspace", "a")
        began = time.monotonic()
        await pilot.press("l")
        await until(pilot, lambda: menu.is_open)
        assert time.monotonic() - began >= PAUSE / 2, "while one types nothing comes up"
        await pilot.press("enter")
        assert app.pane.editor.text.endswith("al\n"), "Enter is a new line while no name is marked"
        await pilot.press("a", "l")
        await until(pilot, lambda: menu.is_open)
        await pilot.press("down", "down", "enter")
        assert app.pane.editor.text.endswith("\nalphabet")
        asked = len(app.names.asked)
        await pilot.press("enter", "a", "l")
        await until(pilot, lambda: len(app.names.asked) > asked)
        assert not menu.is_open, "who tells names has a part of the pause for it"
        await pilot.press("escape")
        await pilot.pause(PAUSE)
        assert not menu.is_open, "a key in the rest of the pause"
        app.pane.editor.completion.unasked = False
        asked = len(app.names.asked)
        await pilot.press("enter", "a", "l")
        await pilot.pause(2 * PAUSE)
        assert len(app.names.asked) == asked, "the user's choice"


async def test_completion_narrows_and_inserts(state: Path) -> None:
    async with running(state) as (app, pilot):
        menu = app.query_one(CompletionMenu)
        app.pane.put_code("first\n# %%\n")
        await pilot.press("a", "tab")
        await until(pilot, lambda: menu.is_open)
        assert app.names.asked == [("# %%\na", 6)], "only the cell is asked about"
        assert menu.option_count == 3
        await pilot.press("l", "p", "h")
        assert menu.option_count == 2
        await pilot.press("down", "enter")
        assert app.pane.editor.text == "first\n# %%\nalphabet"
        assert not menu.is_open
        await pilot.press("enter", "b", "tab")
        await until(pilot, lambda: app.pane.editor.text.endswith("\nbeta"))
        await pilot.press("enter", "a", "ctrl+space")
        await until(pilot, lambda: menu.is_open)
        await pilot.press("escape")
        assert not menu.is_open
        assert app.focused is app.pane.editor
        await pilot.press("tab")
        await until(pilot, lambda: menu.is_open)
        await pilot.press("backspace")
        assert not menu.is_open
        await pilot.press("tab")
        assert app.pane.editor.text.endswith("\n    "), "with nothing before the cursor Tab indents"


async def test_a_late_or_failed_answer_is_dropped(state: Path) -> None:
    async with running(state) as (app, pilot):
        menu = app.query_one(CompletionMenu)
        app.names.gate.clear()
        await pilot.press("a", "tab")
        await until(pilot, lambda: len(app.names.asked) == 1)
        await pilot.press("space", "b")
        app.names.gate.set()
        await pilot.pause()
        assert not menu.is_open
        assert app.pane.editor.text == "a b"
        app.names.error = TargetError("gone")
        await pilot.press("tab")
        await until(pilot, lambda: len(app.names.asked) == 2)
        await pilot.pause()
        assert not menu.is_open
        assert app.pane.editor.text == "a b"


async def test_buffers_in_tabs(state: Path) -> None:
    async with running(state) as (app, pilot):
        pane = app.pane
        await pilot.press("a")
        pane.new_buffer("two", title="second")
        await pilot.pause()
        await pilot.press("ctrl+pageup", "b")
        assert pane.editor.text == "ab"
        await pilot.press("ctrl+pagedown", "x", "ctrl+z")
        assert pane.editor.text == "two"
        await pilot.click(TabRow, offset=(4, 0))
        assert pane.document.name == "untitled-1"
        await pilot.press("ctrl+z")
        assert pane.editor.text != "ab", "undo is kept per buffer"
        end = len("  untitled-1 × ")
        await pilot.click(TabRow, offset=(end - 2, 0))
        assert [item.name for item in pane.documents.items] == ["second"]
        await pilot.click(TabRow, offset=(len("  second × ") + 1, 0))
        assert len(pane.documents.items) == 2
        assert app.focused is pane.editor
        pane.close_buffer()
        pane.close_buffer()
        await pilot.pause()
        assert pane.editor.text == "", "one buffer there always is"
        pane.action_reopen_buffer()
        await pilot.pause()
        assert pane.editor.text == "two"
        await pilot.press("!")
        assert pane.editor.text == "!two"


async def test_files(state: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("x = 1\r\n", newline="")
    async with running(state) as (app, pilot):
        pane = app.pane
        await pane.open_path(file).wait()
        await pilot.pause()
        assert [item.name for item in pane.documents.items] == ["a.py"], "the empty first buffer made room"
        await pilot.press("y")
        await until(pilot, lambda: "● a.py" in screen(app))
        pane.close_buffer()
        await until(pilot, lambda: isinstance(app.said[-1], EditorPane.ConfirmClose))
        saving = pane.save()
        assert saving is not None
        await saving.wait()
        await pilot.pause()
        assert file.read_bytes() == b"yx = 1\r\n"
        assert "●" not in screen(app)
        file.write_text("theirs")
        await pilot.press("z")
        saving = pane.save()
        assert saving is not None
        await saving.wait()
        await until(pilot, lambda: isinstance(app.said[-1], EditorPane.Conflict))
        await pane.save_as(file, force=True).wait()
        assert file.read_bytes() == b"yzx = 1\r\n"
        pane.new_buffer("mine")
        assert pane.save() is None
        await until(pilot, lambda: isinstance(app.said[-1], EditorPane.NeedsPath))
        await pane.save_as(file).wait()
        await until(pilot, lambda: isinstance(app.said[-1], EditorPane.Failed))
        await pane.open_path(tmp_path).wait()
        await until(pilot, lambda: "directory" in str(getattr(app.said[-1], "error", "")))


async def test_code_from_history(state: Path, tmp_path: Path) -> None:
    (tmp_path / "f.py").write_text("keep")
    async with running(state) as (app, pilot):
        pane = app.pane
        pane.put_code("a = 1", origin="from [1]")
        assert pane.editor.text == "a = 1"
        pane.put_code("b = 2", origin="from [2]")
        assert pane.editor.text == "a = 1\n\n# %% from [2]\nb = 2"
        await pilot.pause()
        assert pane.code_to_run().code == "b = 2"
        await pilot.press("ctrl+z")
        assert pane.editor.text == "a = 1"
        await pane.open_path(tmp_path / "f.py").wait()
        pane.put_code("c = 3")
        await pilot.pause()
        assert [item.text for item in pane.documents.items] == ["a = 1", "keep", "c = 3"]


async def test_typing_is_kept_without_saving(state: Path) -> None:
    async with running(state) as (app, pilot):
        app.pane.new_buffer("two")
        await pilot.pause()
        await pilot.press("end", "!", "enter")
        index = state / "1" / "index.json"
        await until(pilot, lambda: any(f.read_text() == "two!\n" for f in index.parent.glob("*.txt")))
        await until(pilot, index.exists)
        lost = Documents(state)
        app.pane.documents.release()  # as when the process is killed: nothing more is written
        lost.restore()
        assert [item.text for item in lost.items] == ["", "two!\n"]
        lost.release()


async def test_busy_typing_is_saved_within_the_limit(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffers, "AUTOSAVE_AFTER", 30.0)
    monkeypatch.setattr(buffers, "AUTOSAVE_WITHIN", 0.3)
    async with running(state) as (_app, pilot):
        await pilot.press("a")
        slot = state / "1"
        await until(pilot, lambda: any(f.read_text() for f in slot.glob("*.txt")))


async def test_everything_is_back_after_a_restart(state: Path) -> None:
    async with running(state) as (app, pilot):
        app.pane.new_buffer("one\ntwo\nthree", title="kept")
        await pilot.pause()
        await pilot.press("down", "right")
        app.pane.new_buffer("last")
        await pilot.pause()
        await pilot.press("ctrl+pageup")
    async with running(state) as (app, pilot):
        assert (app.pane.editor.text, app.pane.editor.cursor_location) == ("one\ntwo\nthree", (1, 1))
        assert app.focused is app.pane.editor
        await pilot.press("x")
        assert app.pane.editor.text == "one\ntxwo\nthree"
        assert "Ln 2, Col 3" in screen(app)
        await pilot.press("ctrl+pagedown")
        assert app.pane.editor.text == "last"


async def test_what_is_typed_before_the_buffers_are_back_stays(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(state) as (app, _pilot):
        app.pane.new_buffer("kept")
        app.pane.close_buffer(app.pane.documents.items[0])
    gate, read = threading.Event(), Documents.read

    def slowly(documents: Documents) -> Restored:
        gate.wait(10)
        return read(documents)

    monkeypatch.setattr(Documents, "read", slowly)
    app = Host(state)
    async with app.run_test() as pilot:
        await pilot.press("h", "i")
        gate.set()
        await app.pane.ready.wait()
        await pilot.press("!")
        assert app.pane.editor.text == "hi!"
        assert [item.text for item in app.pane.documents.items] == ["kept", "hi"]
        app.pane.documents.release()


async def test_problems_are_told(state: Path) -> None:
    (state / "1").mkdir(parents=True)
    (state / "1" / "index.json").write_text("{")
    async with running(state) as (app, _pilot):
        assert isinstance(app.said[-1], EditorPane.Restored)
        assert len(app.said[-1].problems) == 1


async def test_a_state_directory_that_cannot_be_used_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    app = Host(tmp_path / "file" / "state")
    async with app.run_test() as pilot:
        await app.pane.ready.wait()
        await pilot.press("x")
        assert app.pane.editor.text == "x"
        assert any(isinstance(message, EditorPane.Failed) for message in app.said)


async def test_every_command_has_an_action(state: Path) -> None:
    async with running(state) as (app, _pilot):
        for command in COMMANDS:
            name = "action_" + command.action.partition("(")[0]
            assert hasattr(app.pane, name) or hasattr(app.pane.editor, name), command.id
        await app.pane.perform("new_buffer")
        assert len(app.pane.documents.items) == 2
        app.pane.editor.insert("x")
        await app.pane.perform("undo")
        assert app.pane.editor.text == ""


def test_keys_are_declared_once_and_leave_the_app_its_own() -> None:
    keys = [binding.key for binding in bindings(COMMANDS, Place.EDITOR) if isinstance(binding, Binding)]
    assert len(keys) == len(set(keys))
    theirs = "f1 f2 f3 f4 f5 f6 f7 f8 f9 ctrl+s ctrl+r ctrl+p ctrl+q ctrl+o ctrl+w ctrl+n ctrl+j ctrl+enter "
    theirs += "shift+f5 shift+f6 ctrl+e ctrl+k"
    assert not set(keys) & set(theirs.split())
    assert {key for key, _binding in CodeEditor("")._bindings} <= set(keys), "nothing is inherited"
