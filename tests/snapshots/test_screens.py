"""How the screens look: each pane, each theme, sizes, errors, empty states, dialogs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from backend.models import Change, ErrorInfo, FileChange, Status, Stream
from tests.snapshots.conftest import fill, make_app, seen, settle, until
from workbench.app import WorkbenchApp
from workbench.history.entry import Entry, Segment
from workbench.screens.entry import EntryScreen
from workbench.screens.search.deleting import Bin
from workbench.screens.search.rows import Hits
from workbench.screens.search.screen import SearchScreen
from workbench.widgets.output.pane import OutputPane

pytestmark = pytest.mark.usefixtures("clean_environment")

Compare = Callable[..., bool]
NOW = 1_750_000_000.0

CODE = '''\
# %% weather
rows = [("Mon", 11.2), ("Tue", 13.5)]

# %% how warm was it?
@cached
def mean(values: list[float]) -> float:
    """The mean."""
    return sum(values) / len(values)  # no weights

for day, degrees in rows:
    print(f"{day} {degrees}")
'''

TRACEBACK = """\
Traceback (most recent call last):
  File "<run 2>", line 1, in <module>
    mean([])
ZeroDivisionError: division by zero
"""

GOOD = Entry(
    id="1",
    code="rows = load()\nrows",
    session="weather",
    number=1,
    status=Status.SUCCEEDED,
    segments=(
        Segment(Stream.STDOUT, "Mon 11.2\n\x1b[32mTue\x1b[0m \x1b[1;33m13.5\x1b[0m\n"),
        Segment(Stream.STDERR, "warning: two days only\n"),
    ),
    value={"text/plain": "[('Mon', 11.2), ('Tue', 13.5)]"},
    duration_ms=12.0,
    files_changed=(FileChange("weather.csv", Change.CREATED, 18),),
)
BAD = Entry(
    id="2",
    code="mean([])",
    session="weather",
    number=2,
    status=Status.FAILED,
    error=ErrorInfo("ZeroDivisionError", "division by zero", TRACEBACK),
    duration_ms=3.0,
)
DEAD = Entry(
    id="3",
    code="os.kill(os.getpid(), 9)",
    session="weather",
    number=3,
    status=Status.WORKER_DIED,
    state_lost=True,
    segments=(Segment(Stream.STDOUT, "so far\n"),),
    message="The worker was killed by signal 9 (SIGKILL). Its variables are gone.",
    duration_ms=1500.0,
)
LATE = Entry(
    id="4",
    code="while True: pass",
    session="weather",
    number=4,
    status=Status.TIMED_OUT,
    message="The time limit of 60 s was reached.",
    duration_ms=60_000.0,
)
STOPPED = Entry(
    id="5", code="sleep(9)", session="weather", number=5, status=Status.INTERRUPTED, duration_ms=900.0
)
ENTRIES = [GOOD, BAD, DEAD, LATE, STOPPED]


async def filled(pilot: Pilot[None]) -> WorkbenchApp:
    app = await settle(pilot)
    await fill(app, pilot, CODE, ENTRIES)
    return app


async def full(pilot: Pilot[None]) -> None:
    await filled(pilot)


async def empty(pilot: Pilot[None]) -> None:
    await settle(pilot)


def test_empty(snap_compare: Compare) -> None:
    assert snap_compare(make_app(), terminal_size=(120, 36), run_before=empty)


@pytest.mark.parametrize("theme", ["harbor", "beacon", "ember", "sailcloth"])
def test_theme(snap_compare: Compare, theme: str) -> None:
    assert snap_compare(make_app(theme), terminal_size=(120, 36), run_before=full)


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (200, 50)])
def test_size(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(make_app(), terminal_size=size, run_before=full)


def test_too_small(snap_compare: Compare) -> None:
    assert snap_compare(make_app(), terminal_size=(50, 12), run_before=empty)


def test_sidebar_when_narrow(snap_compare: Compare) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await filled(pilot)
        await pilot.press("f4")
        await pilot.pause()

    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=before)


def test_output_alone(snap_compare: Compare) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await filled(pilot)
        await pilot.press("f3", "f9")
        await until(pilot, lambda: pilot.app.screen.has_class("-solo"))
        await pilot.pause()

    assert snap_compare(make_app(), terminal_size=(100, 30), run_before=before)


def test_history_with_a_filter(snap_compare: Compare) -> None:
    async def before(pilot: Pilot[None]) -> None:
        app = await filled(pilot)
        await pilot.press("f4")
        await pilot.pause()
        await pilot.press("slash", "z", "q")
        await until(pilot, lambda: app.main.history.query_text == "zq")
        await pilot.pause()

    assert snap_compare(make_app(), terminal_size=(120, 36), run_before=before)


def test_help(snap_compare: Compare) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await filled(pilot)
        await pilot.press("f1")
        await pilot.pause(0.2)

    assert snap_compare(make_app(), terminal_size=(100, 30), run_before=before)


def test_palette(snap_compare: Compare) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await filled(pilot)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: pilot.app.screen.query(OptionList))
        await pilot.press(*"restart sess")
        options = pilot.app.screen.query_one(OptionList)
        await until(pilot, lambda: 0 < options.option_count < 5 and options.display)
        await pilot.pause(0.2)

    assert snap_compare(make_app(), terminal_size=(100, 30), run_before=before)


def test_deletion_asks(snap_compare: Compare) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await filled(pilot)
        await pilot.press("f7", "down", "x")
        await pilot.pause(0.2)

    assert snap_compare(make_app(), terminal_size=(100, 30), run_before=before)


def test_entry(snap_compare: Compare) -> None:
    async def before(pilot: Pilot[None]) -> None:
        app = await filled(pilot)
        await app.push_screen(EntryScreen(BAD, app.main.past_desk.stored_output, clock=lambda: 0.0))
        await until(pilot, lambda: all(pane.idle for pane in app.screen.query(OutputPane)))
        await pilot.pause(0.2)

    assert snap_compare(make_app(), terminal_size=(100, 30), run_before=before)


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
def test_search_of_the_history(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[None]) -> None:
        app = await filled(pilot)
        history = app.main.controller.history
        moments = [NOW - 3600.0 * hours for hours in (50, 7, 6, 2, 1)]
        await history.add([replace(one, started_at=then) for one, then in zip(ENTRIES, moments, strict=True)])
        await history.pin("1", True)
        await history.label("1", "weather")
        opened = SearchScreen(
            history, Bin(history), lambda _: EntryScreen(GOOD, lambda _: OutputPane()), clock=lambda: NOW
        )
        await app.push_screen(opened)
        await pilot.press(*"mon")
        await until(pilot, lambda: opened.query_one(Hits).words == ("mon",) and "★ pinned" in seen(app))
        await settle(pilot)

    assert snap_compare(make_app(), terminal_size=size, run_before=before)


def test_search_that_finds_nothing(snap_compare: Compare) -> None:
    async def before(pilot: Pilot[None]) -> None:
        app = await filled(pilot)
        await pilot.press("ctrl+r", *"zq after:never")
        await until(pilot, lambda: "matches “zq after:never”" in seen(app))
        await settle(pilot)

    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=before)
