"""The search over all sessions: hits, preview, marks, deleting, bringing back, neighbours, what leaves it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Static

from backend.models import ErrorInfo, Status, Stream
from tests.app.modal_app import HOSTILE
from tests.app.whole import Whole, whole
from workbench.history.entry import Entry, Segment
from workbench.history.store import History
from workbench.screens.entry import EntryScreen
from workbench.screens.search.deeds import SearchAction, SearchResult
from workbench.screens.search.deleting import Bin
from workbench.screens.search.screen import SearchScreen

NOW = 1_750_000_000.0
HOUR = 3_600.0


async def fill(history: History, *extra: Entry) -> None:
    """Three sessions at two targets."""
    failed = ErrorInfo("KeyError", "'regin'", "Traceback\nKeyError: 'regin'")
    rows = [
        Entry("a", "df.groupby('region')", "report", started_at=NOW - 9 * HOUR),
        Entry("b", "df.groupby('regin')", "report", started_at=NOW - 8 * HOUR, error=failed),
        Entry("c", "model.fit()", "train", profile="pool", started_at=NOW - 7 * HOUR),
        Entry("d", "print('hello')", "default", started_at=NOW - 6 * HOUR),
        *extra,
    ]
    for entry in rows:
        begun = await history.begin(entry)
        status = Status.FAILED if entry.error else Status.SUCCEEDED
        output = (Segment(Stream.STDOUT, "first\n" * 40 + f"output of {entry.id}\n"),)
        await history.finish(replace(begun, status=status, segments=output, duration_ms=5.0))


class SearchApp(App[None]):
    """Only the search, over a history of its own."""

    def __init__(self, history: History, query: str = "") -> None:
        super().__init__()
        self.result: SearchResult | None = None
        self._history, self._query = history, query
        self.search: SearchScreen

    def on_mount(self) -> None:
        self.search = SearchScreen(
            self._history,
            Bin(self._history),
            lambda entry: EntryScreen(entry, lambda _: Static("the whole output")),
            query=self._query,
            clock=lambda: NOW,
        )

        def decided(result: SearchResult | None) -> None:
            self.result = result

        self.push_screen(self.search, decided)

    @property
    def ids(self) -> list[str]:
        return [row.id for row in self.search._hits.rows]

    @property
    def text(self) -> str:
        return "\n".join(strip.text.rstrip() for strip in self.screen._compositor.render_strips())


class Searching:
    """The app and its pilot."""

    def __init__(self, app: SearchApp, pilot: Pilot[None], history: History) -> None:
        self.app, self.pilot, self.history = app, pilot, history

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def until(self, true: Callable[[], bool]) -> None:
        for _ in range(500):
            if true():
                return
            await self.pilot.pause(0.01)
        raise AssertionError(f"it did not become true in time\n{self.app.ids}\n{self.app.text}")

    async def hits(self, *ids: str) -> None:
        await self.until(lambda: self.app.ids == list(ids))

    async def see(self, *words: str) -> None:
        for word in words:
            await self.until(lambda: word in self.app.text)  # noqa: B023 - awaited here


@asynccontextmanager
async def searching(
    folder: Path, *extra: Entry, size: tuple[int, int] = (140, 30), query: str = ""
) -> AsyncIterator[Searching]:
    async with History(folder / "history.db") as history:
        await fill(history, *extra)
        app = SearchApp(history, query)
        async with app.run_test(size=size) as pilot:
            found = Searching(app, pilot, history)
            await found.until(lambda: app.search.found > 0)
            yield found


async def test_hits_come_as_one_types_with_a_preview_of_code_and_output(tmp_path: Path) -> None:
    async with searching(tmp_path) as it:
        await it.hits("d", "c", "b", "a")
        await it.press(*"regin")
        await it.hits("b", "a")
        await it.see("KeyError", "── output", "report · local", "2 executions")
        await it.press("down")
        await it.see("df.groupby('region')")
        await it.press("ctrl+a", *'"output of c"')
        await it.hits("c")
        await it.see("output of c")


async def test_fields_hints_and_help(tmp_path: Path) -> None:
    async with searching(tmp_path, size=(80, 24)) as it:
        await it.press(*"status:failed")
        await it.hits("b")
        await it.press("ctrl+a", *"after:never")
        await it.see("'never' is no time", "Nothing matches “after:never”", "What can be typed")
        await it.press("ctrl+a", *"hello")
        await it.hits("d")
        await it.press("f1")
        await it.see("session:", "beginning of the session")
        await it.press("escape")
        await it.see("print('hello')")
        assert it.app.screen is it.app.search


async def test_the_outcome_filter(tmp_path: Path) -> None:
    async with searching(tmp_path) as it:
        await it.press("alt+s")
        await it.hits("d", "c", "a")
        await it.press("alt+s")
        await it.hits("b")
        await it.see("only failed")
        await it.press("alt+s")
        await it.see("Nothing with this outcome (stopped)")


async def test_around_a_hit_and_back(tmp_path: Path) -> None:
    async with searching(tmp_path) as it:
        await it.press(*"region")
        await it.until(lambda: it.app.ids[:1] == ["a"])
        before = it.app.ids
        await it.press("alt+n")
        await it.hits("b", "a")
        await it.see("of session report")
        selected = it.app.search._hits.selected
        assert selected is not None
        assert selected.id == before[0]
        await it.press("escape")
        await it.hits(*before)


async def test_pins_and_labels(tmp_path: Path) -> None:
    async with searching(tmp_path) as it:
        await it.press("alt+p")
        await it.see("★ print('hello')", "★ pinned")
        await it.press("alt+l")
        await it.see("takes the label away")
        await it.press(*"golden", "enter")
        await it.see("[golden]")
        await it.press(*"label:gold")
        await it.hits("d")
        await it.press("alt+l")
        await it.until(lambda: it.app.screen is not it.app.search)
        await it.press("ctrl+a", "delete", "enter")
        await it.hits()


async def test_what_is_deleted_comes_back(tmp_path: Path) -> None:
    async with searching(tmp_path) as it:
        await it.press("tab", "d")
        await it.hits("c", "b", "a")
        await it.press("down", "D")
        await it.see("Delete the session's history?", "report at local")
        await it.press("escape")
        await it.hits("c", "b", "a")
        await it.press("D")
        await it.see("Delete the session's history?")
        await it.press("y")
        await it.hits("c")
        await it.press("u")
        await it.hits("c", "b", "a")
        await it.press("u")
        await it.hits("d", "c", "b", "a")
        assert len(await it.history.entries("report")) == 2


async def test_what_leaves_the_screen(tmp_path: Path) -> None:
    async with searching(tmp_path, query="hello") as it:
        await it.hits("d")
        await it.press("enter")
        await it.until(lambda: it.app.result is not None)
        assert it.app.result is not None and it.app.result.entry is not None  # noqa: PT018
        assert (it.app.result.action, it.app.result.entry.id) == (SearchAction.EDIT, "d")


async def test_the_whole_entry_opens_over_it_and_decides_too(tmp_path: Path) -> None:
    async with searching(tmp_path) as it:
        await it.press("alt+v")
        await it.see("the whole output")
        await it.press("escape")
        await it.see("4 executions")
        await it.press("alt+v")
        await it.see("the whole output")
        await it.press("r")
        await it.until(lambda: it.app.result is not None)
        assert it.app.result is not None
        assert it.app.result.action is SearchAction.RUN


async def test_code_is_copied_and_its_exchanges_are_asked_for(tmp_path: Path) -> None:
    async with searching(tmp_path, query="hello") as it:
        await it.hits("d")
        await it.press("alt+c")
        assert "hello" in it.app.clipboard
        await it.press("alt+w")
        await it.until(lambda: it.app.result is not None)
        assert it.app.result is not None
        assert it.app.result.action is SearchAction.EXCHANGES


async def test_what_nobody_answers_is_not_offered(tmp_path: Path) -> None:
    async with searching(tmp_path) as it:
        assert "Replay" not in it.app.text
        await it.press("tab", "x", "e")
        await it.pilot.pause()
        assert it.app.result is None
        assert it.app.screen is it.app.search


async def test_hostile_text_is_text(tmp_path: Path) -> None:
    extra = Entry("h", f"{HOSTILE}\nx", f"{HOSTILE}s", profile=HOSTILE, started_at=NOW)
    async with searching(tmp_path, extra) as it:
        await it.history.label("h", HOSTILE)
        await it.press(*"click")
        await it.see("[@click=app.quit]x[/]")
        await it.press("alt+n")
        await it.see("Around execution 1")


@pytest.mark.usefixtures("home")
async def test_ctrl_r_finds_what_other_sessions_ran_and_brings_it_to_the_editor() -> None:
    async with whole() as app:
        await app.run("alpha = 1")
        await app.main.controller.history.finish(
            Entry("other", "beta = 2\nprint(beta)", "elsewhere", 1, status=Status.SUCCEEDED, started_at=NOW)
        )
        await app.press("ctrl+r", *"beta")
        await app.see("1 execution", "elsewhere")
        await app.press("enter")
        await app.until(lambda: app.code == "beta = 2\nprint(beta)")
        await app.press("ctrl+r")
        await app.see("Search history", "beta")
        await app.press("f5")
        await in_pane(app, "beta = 2")


async def in_pane(app: Whole, code: str) -> None:
    await app.until(lambda: (code, "succeeded") in app.rows, f"{code} in the history pane")
