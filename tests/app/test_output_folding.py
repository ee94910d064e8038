"""Folding and finding in the output pane: by key, by mouse, while lines come."""

from __future__ import annotations

import asyncio

from textual.pilot import Pilot

from tests.app.test_output import OutputApp, done, entry, on_screen, out, printed, until
from tests.unit.output.hostile import HOSTILE, controls
from workbench.widgets.output.lines.kinds import Kind
from workbench.widgets.output.view import OutputView


async def test_folding_one_and_all() -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        for number in (1, 2, 3):
            await printed(app, 3, number)
        await pilot.press("left_square_bracket", "left_square_bracket", "space")
        assert app.rows()[:6] == [
            "[1] ✓ succeeded · 12 ms  code 1",
            "  line 0",
            "  line 1",
            "  line 2",
            "▸ [2] ✓ succeeded · 12 ms  code 2  … 3 lines",
            "[3] ✓ succeeded · 12 ms  code 3",
        ]
        await pilot.press("space")
        assert len([row for row in app.rows() if row]) == 12
        await pilot.press("down", "minus")
        assert [row[:5] for row in app.rows() if row] == ["▸ [1]", "▸ [2]", "▸ [3]"]
        assert app.view.cursor == 4  # the header of what the cursor was in
        await pilot.press("down", "down", "y")
        assert app.clipboard == "line 0\nline 1\nline 2"
        await pilot.press("plus")
        assert len([row for row in app.rows() if row]) == 12

    await on_screen(test)


async def test_a_click_on_a_header_folds_and_keeps_its_place() -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        for number in (1, 2):
            await printed(app, 40, number)
        app.view.scroll_to(y=38, animate=False)
        await pilot.pause()
        assert app.rows()[3].startswith("[2]")
        await pilot.click(OutputView, offset=(5, 3))
        assert app.rows()[-1].startswith("▸ [2]")
        await pilot.click(OutputView, offset=(5, app.view.size.height - 1))
        assert "  line 0" in app.rows()
        assert app.view.buffer.text(app.view.cursor).startswith("[2]")

    await on_screen(test)


async def test_what_runs_may_be_folded_and_the_next_one_is_shown() -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        app.pane.begin(entry(1))
        await app.pane.feed(out(1, "a\n"))
        await until(lambda: app.pane.idle)
        await pilot.press("space")
        await app.pane.feed(out(1, "b\n" * 50))
        await until(lambda: app.pane.idle and "51 lines" in app.rows()[0])
        assert app.rows()[0].startswith("▸ [1] ▶ running")
        assert app.rows()[1] == ""
        await app.pane.finish(done(1))
        await printed(app, 2, 2)
        assert app.rows()[:3] == [
            "▸ [1] ✓ succeeded · 12 ms  code 1  … 51 lines",
            "[2] ✓ succeeded · 12 ms  code 2",
            "  line 0",
        ]

    await on_screen(test)


async def test_finding_goes_from_line_to_line_and_unfolds() -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        await printed(app, 200)
        await printed(app, 1, 2)
        await pilot.press("minus", "home", "slash", *"LINE", "space", *"19")
        await until(lambda: said(app) == "1 of 11 lines")
        assert app.view.buffer.text(app.view.cursor) == "line 19"
        assert "  line 19" in app.rows()
        marked = [
            segment.text for row in range(app.view.size.height) for segment in app.view.render_line(row)
        ]
        assert marked.count("line 19") >= 1
        await pilot.press("enter", "enter", "up")
        assert app.view.buffer.text(app.view.cursor) == "line 190"
        await pilot.press("alt+a")
        await until(lambda: said(app) == "not found")
        await pilot.press("alt+a", "alt+r", *r"\d$")
        await until(lambda: said(app).endswith("of 10 lines"))
        await pilot.press("left_parenthesis")
        await until(lambda: "missing )" in said(app))
        await pilot.press("backspace")
        await until(lambda: said(app).endswith("of 10 lines"))
        app.view.focus()
        await pilot.press("n", "N", "N", "n")
        await until(lambda: said(app).startswith(("1 of", "2 of")))
        app.pane.begin(entry(3))
        await app.pane.feed(out(3, "line 199\n"))
        await until(lambda: said(app).endswith("11 lines"))
        await app.pane.finish(done(3))
        await pilot.press("escape")
        assert app.view.matches is None
        assert not app.query_one("FindBar").display
        await pilot.press("n")
        await until(lambda: bool(app.query_one("FindBar").display))

    await on_screen(test)


def said(app: OutputApp) -> str:
    """What the search says of itself."""
    return str(app.query_one("FindBar > .said").render())


async def test_a_million_lines_are_searched_while_keys_are_heard() -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        app.pane.buffer.feed(Kind.STDOUT, "".join(f"line {n}\n" for n in range(300_000)))
        app.view.flush()
        await pilot.press("slash", *"ine")
        await until(lambda: said(app).endswith("of 300,000 lines") or said(app) == "300,000 lines")
        ticks = 0
        search = asyncio.ensure_future(pilot.press("x"))
        while not search.done():
            ticks += 1
            await asyncio.sleep(0.001)
        assert ticks > 3

    await on_screen(test)


async def test_hostile_text_stays_text_when_found_and_folded() -> None:
    async def test(app: OutputApp, pilot: Pilot[None]) -> None:
        bad = "\n".join(text.replace("\n", "") for text in HOSTILE)
        app.pane.begin(entry(1))
        await app.pane.feed(out(1, bad + "\n"))
        await app.pane.finish(done(1))
        await pilot.press("slash", *"a")
        await until(lambda: "lines" in said(app))
        await pilot.press("escape", "minus")
        for text in (r"[\x1b[31m", "(" * 200):
            await pilot.press("slash", "alt+r")
            app.query_one("FindBar Input").value = text  # type: ignore[attr-defined]  # an Input
            await pilot.pause()
        rows = [strip.text for strip in app.screen._compositor.render_strips()]
        assert controls("".join(rows)) == []

    await on_screen(test, (120, 40))
