"""The output pane on a screen: streaming, following, selecting, copying, waiting."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.selection import Selection
from textual.widgets import Input

from backend.models import Chunk, Stage, Staged, Status, Stream
from tests.unit.output.hostile import HOSTILE, controls
from workbench.history.entry import Entry, Segment
from workbench.widgets.output.lines import ansi
from workbench.widgets.output.lines.ansi import AnsiPalette
from workbench.widgets.output.lines.kinds import Kind
from workbench.widgets.output.pane import OutputPane
from workbench.widgets.output.view import OutputView

STYLES = Path(__file__).parents[2] / "workbench" / "styles" / "output.tcss"


class OutputApp(App[None]):
    """An output pane under an input, and what it says."""

    CSS_PATH = STYLES

    def __init__(self) -> None:
        super().__init__()
        self.copied: list[str] = []

    def compose(self) -> ComposeResult:
        yield Input()
        yield OutputPane()

    @property
    def pane(self) -> OutputPane:
        return self.query_one(OutputPane)

    @property
    def view(self) -> OutputView:
        return self.query_one(OutputView)

    def on_output_pane_copied(self, message: OutputPane.Copied) -> None:
        self.copied.append(message.text)

    def rows(self) -> list[str]:
        """What the view shows, row by row."""
        return [self.view.render_line(y).text.rstrip() for y in range(self.view.size.height)]


Test = Callable[[OutputApp, Pilot[None]], Awaitable[None]]


async def on_screen(test: Test, size: tuple[int, int] = (60, 16)) -> None:
    app = OutputApp()
    async with app.run_test(size=size) as pilot:
        app.view.focus()
        await pilot.pause()
        await test(app, pilot)


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something on the screen that no event tells of; ten seconds are for ever here."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.005)


def entry(number: int) -> Entry:
    return Entry(id=str(number), code=f"code {number}", session="s", number=number)


def done(number: int) -> Entry:
    return replace(entry(number), status=Status.SUCCEEDED, duration_ms=12.0)


def out(number: int, text: str) -> Chunk:
    return Chunk(str(number), Stream.STDOUT, text)


async def printed(app: OutputApp, count: int, number: int = 1) -> None:
    """Run an execution that prints numbered lines."""
    app.pane.begin(entry(number))
    await app.pane.feed(out(number, "".join(f"line {index}\n" for index in range(count))))
    await app.pane.finish(done(number))


async def test_empty_pane_says_what_to_do() -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        assert "  Write code in the editor and press F5." in app.rows()
        await printed(app, 1)
        assert app.rows()[:2] == ["[1] ✓ succeeded · 12 ms  code 1", "  line 0"]
        app.pane.clear()
        await pilot.pause()
        assert "  Write code in the editor and press F5." in app.rows()

    await on_screen(test)


async def test_the_header_changes_in_place() -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        app.pane.begin(entry(1))
        await app.pane.feed(Staged("1", Stage.QUEUED, 1))
        await until(lambda: app.rows()[0] == "[1] ◦ queued (2nd)  code 1")
        await app.pane.feed(out(1, "10%\r"))
        await until(lambda: app.rows()[0].startswith("[1] ▶ running · 0.") and app.rows()[1] == "  10%")
        first = app.rows()[0]
        await until(lambda: app.rows()[0] != first)  # the elapsed time goes on by itself
        await app.pane.feed(out(1, "20%\r"))
        await app.pane.finish(done(1))
        assert app.rows()[:3] == ["[1] ✓ succeeded · 12 ms  code 1", "  20%", ""]

    await on_screen(test)


async def test_following_stops_and_resumes() -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        app.pane.begin(entry(1))
        await app.pane.feed(out(1, "x\n" * 100))
        await until(lambda: app.pane.idle)
        assert app.view.scroll_offset.y == app.view.max_scroll_y > 0
        await pilot.press("pageup", "pageup")
        here = app.view.scroll_offset.y
        assert here < app.view.max_scroll_y
        await app.pane.feed(out(1, "y\n" * 50))
        await until(lambda: "50 new lines" in str(app.pane.border_title))
        assert app.view.scroll_offset.y == here
        await pilot.press("end")
        assert app.view.scroll_offset.y == app.view.max_scroll_y
        await until(lambda: app.pane.border_title == "Output")
        await app.pane.feed(out(1, "z\n" * 50))
        await until(lambda: app.pane.idle and app.rows()[-1] == "  z")
        app.view.scroll_to(y=3, animate=False)  # as the wheel does
        assert not app.view.following
        app.view.scroll_to(y=app.view.max_scroll_y, animate=False)
        assert app.view.following

    await on_screen(test)


async def test_a_new_execution_is_followed() -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        await printed(app, 100)
        await pilot.press("home")
        assert app.view.scroll_offset.y == 0
        await printed(app, 1, number=2)
        assert app.rows()[-1] == "  line 0"

    await on_screen(test)


async def test_lines_in_sight_stay_while_others_are_dropped() -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        app.pane.buffer.cap = 1_000
        await printed(app, 990)
        await pilot.pause()  # the scrollbar comes with the next layout
        app.view.scroll_to(y=900, animate=False)
        before = app.rows()
        assert before[0] == "  line 899"
        app.pane.buffer.feed(app.pane.buffer.kind(app.pane.buffer.end - 1), "more\n" * 100)
        app.view.flush()
        assert app.pane.buffer.dropped > 0
        assert app.rows() == before

    await on_screen(test)


async def test_selecting_with_the_mouse_and_copying() -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        app.pane.begin(entry(1))
        await app.pane.feed(out(1, "first\n\x1b[31mse\x1b[0mcond\na\ttab\n一二三 wide\n"))
        await app.pane.finish(done(1))
        await drag(pilot, (4, 1), (3, 2))
        await until(lambda: app.view.selected_text() is not None)
        assert app.view.selected_text() == "rst\nse"
        await drag(pilot, (5, 3), (2, 4))
        await until(lambda: str(app.view.selected_text()).startswith("\t"))
        assert app.view.selected_text() == "\ttab\n一"
        await pilot.press("ctrl+c")
        assert app.clipboard == "\ttab\n一"
        await until(lambda: app.copied == ["\ttab\n一"])

    await on_screen(test)


async def test_text_does_not_run_away_under_a_selection() -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        app.pane.begin(entry(1))
        await app.pane.feed(out(1, "x\n" * 50))
        await until(lambda: app.pane.idle)
        await drag(pilot, (2, 2), (2, 4))
        await until(lambda: app.view.selected_text() == "x\nx\nx")
        here = app.view.scroll_offset.y
        await app.pane.feed(out(1, "y\n" * 50))
        await until(lambda: app.pane.idle)
        assert app.view.scroll_offset.y == here

    await on_screen(test)


async def test_a_selection_with_its_first_lines_dropped_begins_at_a_whole_line() -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        app.pane.buffer.cap = 100
        await printed(app, 90)
        app.screen.selections = {app.view: Selection(Offset(5, 1), Offset(5, 30))}
        await printed(app, 15, number=2)
        first = app.pane.buffer.dropped
        assert 1 < first < 30
        assert str(app.view.selected_text()).split("\n")[0] == app.pane.buffer.text(first)

    await on_screen(test)


async def test_dragging_beyond_the_last_line_and_into_another_widget() -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        await printed(app, 3)
        await drag(pilot, (2, 2), (20, 9))
        await until(lambda: app.view.selected_text() == "line 1\nline 2")
        await pilot.press("escape")
        await until(lambda: app.view.selected_text() is None)
        await pilot.mouse_down(OutputView, offset=(4, 3))
        await pilot.hover(Input, offset=(3, 1))
        await pilot.mouse_up(Input, offset=(3, 1))
        assert app.screen.get_selected_text() is not None

    await on_screen(test)


async def drag(pilot: Pilot[None], start: tuple[int, int], end: tuple[int, int]) -> None:
    await pilot.mouse_down(OutputView, offset=start)
    await pilot.hover(OutputView, offset=end)
    await pilot.mouse_up(OutputView, offset=end)


async def test_selecting_with_keys() -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        await printed(app, 200)
        await pilot.press("up", "shift+up", "shift+up", "c")
        assert app.clipboard == "line 196\nline 197\nline 198"
        await pilot.press("shift+down", "c")
        assert app.clipboard == "line 197\nline 198"
        await pilot.press("up")
        await until(lambda: app.view.selected_text() is None)
        await pilot.press("c")
        assert app.clipboard == "line 196"
        await pilot.press("ctrl+a", "c")
        assert app.clipboard.split("\n") == [
            "[1] ✓ succeeded · 12 ms  code 1",
            *(f"line {n}" for n in range(200)),
        ]
        await pilot.press("shift+home", "shift+home")
        assert app.view.scroll_offset.y == 0
        page = app.view.page
        await pilot.press("home", "pagedown", "shift+pagedown")
        assert (app.view.selected_text() or "").count("\n") == page
        await pilot.press("shift+pageup", "shift+pageup")
        assert (app.view.selected_text() or "").split("\n")[0].startswith("[1]")
        await pilot.press("end", "up", "shift+end")
        assert app.view.selected_text() == "line 198\nline 199"

    await on_screen(test)


async def test_a_selection_outlives_dropped_lines() -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        buffer = app.pane.buffer
        buffer.cap = 100
        await printed(app, 90)
        await pilot.press("up", "shift+up")
        assert app.view.selected_text() == "line 87\nline 88"
        app.pane.begin(entry(2))
        await app.pane.feed(out(2, "more\n" * 60))
        await until(lambda: app.pane.idle)
        assert buffer.dropped > 30
        assert app.view.selected_text() == "line 87\nline 88"
        await app.pane.feed(out(2, "more\n" * 500))
        await until(lambda: app.pane.idle)
        assert app.view.selected_text() == ""

    await on_screen(test)


async def test_going_from_execution_to_execution() -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        for number in (1, 2, 3):
            await printed(app, 20, number)
        await pilot.press("left_square_bracket")
        assert app.view.cursor == 42
        await pilot.press("left_square_bracket", "left_square_bracket")
        assert app.view.cursor == 0
        await pilot.press("right_square_bracket", "down", "y")
        assert app.rows()[0].startswith("[2]")
        assert app.clipboard.split("\n") == [f"line {n}" for n in range(20)]
        await pilot.press("right_square_bracket", "right_square_bracket")
        assert app.view.following

    await on_screen(test)


async def test_scrolling_sideways() -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        app.pane.begin(entry(1))
        await app.pane.feed(out(1, "0123456789" * 20 + "\nnext\n"))
        await app.pane.finish(done(1))
        await pilot.press("right", "right")
        assert app.rows()[1].startswith("  6789")
        assert app.rows()[0].startswith("[1] ✓")
        await drag(pilot, (2, 1), (4, 1))
        await until(lambda: app.view.selected_text() == "678")
        await pilot.press("left", "left", "left")
        assert app.rows()[1].startswith("  0123")

    await on_screen(test)


async def test_feeding_waits_when_full_and_loses_nothing() -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        pane = app.pane
        pane.buffer.cap = 1_000_000
        pane.begin(entry(1))
        fed = 0

        async def produce() -> None:
            nonlocal fed
            for start in range(0, 200_000, 1_000):
                await pane.feed(out(1, "".join(f"{number:060}\n" for number in range(start, start + 1_000))))
                fed += 1

        task = asyncio.ensure_future(produce())
        await asyncio.sleep(0)
        assert 0 < fed < 200  # nothing was written yet: it stopped by itself
        keys = app.query_one(Input)
        keys.focus()
        await pilot.press("a", "b")
        assert keys.value == "ab"
        await task
        await pane.finish(done(1))
        lines = pane.buffer.texts(1, pane.buffer.end)
        assert all(line == f"{number:060}" for number, line in enumerate(lines))
        assert pane.buffer.end == 200_001

    await on_screen(test)


async def test_only_lines_in_sight_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[str] = []

    def counted(raw: str, state: ansi.Style = ansi.PLAIN) -> tuple[list[tuple[str, ansi.Style]], ansi.Style]:
        decoded.append(raw)
        return decode(raw, state)

    decode = ansi.decode
    monkeypatch.setattr(ansi, "decode", counted)

    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        app.pane.buffer.feed(Kind.STDOUT, "".join(f"line {number}\n" for number in range(5_000)))
        app.view.flush()
        await until(lambda: app.rows()[-1] == "  line 4999")
        await pilot.press("pageup")
        assert 0 < len(set(decoded)) < 100

    await on_screen(test)


async def test_very_many_updates_are_few_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        frames: list[float] = []
        write = app.pane._write

        def counted() -> None:
            frames.append(time.monotonic())
            write()

        monkeypatch.setattr(app.pane, "_write", counted)
        app.pane.begin(entry(1))
        for step in range(400):
            await app.pane.feed(out(1, f"\r{step}"))
            await asyncio.sleep(0.001)
        await app.pane.finish(done(1))
        assert app.rows()[1] == "  399"
        took = frames[-1] - frames[0]
        assert 2 < len(frames) < took * 30 + 5

    await on_screen(test)


async def test_nothing_ticks_when_nothing_is_queued() -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        await printed(app, 10)
        await until(lambda: app.pane._elapsed is not None and not app.pane._elapsed._active.is_set())
        assert app.pane._pump is None

    await on_screen(test)


@pytest.mark.parametrize("size", [(20, 3), (1, 1), (60, 40)])
async def test_any_size_takes_output(size: tuple[int, int]) -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        await printed(app, 50)
        assert app.pane.buffer.text(50) == "line 49"
        app.pane.display = False
        await printed(app, 50, number=2)
        await pilot.resize_terminal(80, 24)
        app.pane.display = True
        await until(lambda: app.rows()[-1:] == ["  line 49"])

    await on_screen(test, size)


async def test_hostile_text_stays_text() -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        bad = "\n".join(text.replace("\n", "") for text in HOSTILE)
        app.pane.begin(entry(1))
        await app.pane.feed(out(1, bad + "\n"))
        await app.pane.feed(Chunk("1", Stream.STDERR, bad))
        code = "[@click=app.quit]x[/]\x1b]0;t\x07"
        ended = replace(done(1), code=code, message=bad, value={"text/plain": bad, "\x1b[2J": bad})
        await app.pane.finish(ended)
        rows = [strip.text for strip in app.screen._compositor.render_strips()]
        rows += [app.view.render_line(y).text for y in range(len(app.pane.buffer))]
        assert len(rows) > 100
        assert controls("".join(rows)) == []
        assert "[/] [@click=app.quit]x[/] [bold red]y[/bold red] \\[z]" in "".join(rows)

    await on_screen(test, (200, 200))


async def test_colours_follow_palette_and_theme() -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        app.pane.begin(entry(1))
        await app.pane.feed(out(1, "\x1b[31mred\x1b[0m plain\n"))
        await app.pane.finish(done(1))

        def colour(word: str) -> str:
            found = [segment for segment in app.view.render_line(1) if word in segment.text]
            assert found[0].style is not None
            assert found[0].style.color is not None
            return found[0].style.color.get_truecolor().hex

        app.pane.set_palette(AnsiPalette(red="#123456"))
        assert colour("red") == "#123456"
        before = colour("plain")
        app.theme = "textual-light"
        await until(lambda: colour("plain") != before)
        assert colour("red") == "#123456"

    await on_screen(test)


async def test_showing_stored_executions() -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        await printed(app, 5, number=9)
        stored = [replace(done(n), segments=(Segment(Stream.STDOUT, f"stored {n}\n"),)) for n in (1, 2)]
        app.pane.show(stored)
        await until(lambda: app.pane.idle and len(app.pane.buffer) == 4)
        assert app.rows()[:4] == [
            "[1] ✓ succeeded · 12 ms  code 1",
            "  stored 1",
            "[2] ✓ succeeded · 12 ms  code 2",
            "  stored 2",
        ]

    await on_screen(test)


async def test_a_pane_that_goes_lets_everybody_go() -> None:
    app = OutputApp()
    async with app.run_test():
        app.pane.begin(entry(1))
        blocked = asyncio.ensure_future(app.pane.feed(out(1, "x" * 9_000_000)))
        waiting = asyncio.ensure_future(app.pane.feed(out(1, "y\n")))
        ending = asyncio.ensure_future(app.pane.finish(done(1)))
        await asyncio.sleep(0)
        await app.pane.remove()
        async with asyncio.timeout(5):
            await asyncio.gather(blocked, waiting, ending)
