"""How a replay looks: its plan, an execution that differs side by side, and the banner of lost variables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from backend.models import Status, Stream, Target
from tests.snapshots.conftest import make_app, seen, settle, until
from tests.snapshots.test_screens import BAD, GOOD, Compare, filled
from workbench.history.entry import Entry, Segment
from workbench.replay.compare import compare
from workbench.replay.inputs import PlannedFile
from workbench.replay.job import Job
from workbench.replay.plan import Lack, Lacking, Plan, steps_of
from workbench.replay.result import Replay, Side
from workbench.replay.rules import Rules
from workbench.screens.main.losing import DIED
from workbench.screens.replay.order import Order, Where
from workbench.screens.replay.screen import ReplayScreen
from workbench.screens.replay.where import WhereScreen
from workbench.widgets.output.banner import LossBanner

pytestmark = pytest.mark.usefixtures("clean_environment")
sizes = pytest.mark.parametrize("size", [(140, 44), (80, 24)])

STOPPED = Entry("5", "sleep(9)", "weather", number=5, status=Status.INTERRUPTED)
ENTRIES = (replace(GOOD, profile="local"), replace(BAD, profile="local"), replace(STOPPED, profile="local"))
AFTER = replace(
    GOOD,
    segments=(
        Segment(Stream.STDOUT, "Mon 11.2\nTue 13.8\n"),
        Segment(Stream.STDERR, "warning: two days only\n"),
    ),
    value={"text/plain": "[('Mon', 11.2), ('Tue', 13.8)]"},
)


TARGETS = (Target("pool", "remote", "https://pool.example.org"), Target())


class Told:
    """A job whose target says always the same."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self.replayer = None
        steps, left_out = steps_of(entries)
        self._plan = Plan(
            tuple(steps),
            tuple(left_out),
            (
                PlannedFile("weather.csv", 18_400),
                PlannedFile("stations.json", 2_048, "0" * 64),
                PlannedFile("log.txt", 96, "1" * 64, "changed by what runs again: it is sent as it is now"),
            ),
            (PlannedFile("notes.md", 12),),
            (
                Lack(Lacking.MODULE, "polars", "polars is not installed there", (1,)),
                Lack(
                    Lacking.FILE, "old.csv", "old.csv is read, and is neither in the session nor kept", (2,)
                ),
            ),
        )

    async def plan(self) -> Plan:
        return self._plan

    async def run(self, plan: Plan, rules: Rules, tell: Any, *, go_on: bool = False) -> Replay:
        pairs = zip(self.entries, (AFTER, replace(BAD)), strict=False)
        compared = tuple(compare(before, after, rules) for before, after in pairs)
        return Replay(Side("local", "", "weather"), Side("pool", "", "again"), compared, rules)

    async def close(self) -> None:
        pass


def order(goal: str) -> Order:
    def make(where: Where, chosen: Sequence[Entry]) -> Job:
        return cast(Job, Told(chosen))

    checked = frozenset(("1", "2"))
    return Order(goal, "it runs in a session made for it", ENTRIES, TARGETS, make, checked)


@sizes
def test_the_plan(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[None]) -> None:
        app = await settle(pilot)
        await app.push_screen(ReplayScreen(order("Replay")))
        await until(pilot, lambda: "polars is not installed" in seen(app))
        await pilot.pause()

    assert snap_compare(make_app(), terminal_size=size, run_before=before)


def test_where_it_runs(snap_compare: Compare) -> None:
    async def before(pilot: Pilot[None]) -> None:
        app = await settle(pilot)
        await app.push_screen(WhereScreen(TARGETS, Where(TARGETS[0], "analysis"), "one made for it"))
        await until(pilot, lambda: "analysis" in seen(app))
        await pilot.pause()

    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=before)


@sizes
def test_what_differs(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[None]) -> None:
        app = await settle(pilot)
        screen = ReplayScreen(order("Replay"))
        await app.push_screen(screen)
        await until(pilot, lambda: screen._board.plan is not None)
        await pilot.press("f5")
        await until(pilot, lambda: screen._board.replay is not None and not screen._runs)
        screen.query_one("#steps", OptionList).highlighted = 0
        await until(pilot, lambda: "1 equal, 1 differs" in seen(app) and "13.8" in seen(app))
        await pilot.pause()

    assert snap_compare(make_app(), terminal_size=size, run_before=before)


@sizes
def test_the_banner_of_lost_variables(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[None]) -> None:
        app = await filled(pilot)
        await app.main.output.mount(LossBanner(DIED, "Alt+V"), before=0)
        await settle(pilot)

    assert snap_compare(make_app(), terminal_size=size, run_before=before)
