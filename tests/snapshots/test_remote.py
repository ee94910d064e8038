"""How targets, sessions, exchanges and the question at F8 look, at two sizes."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from backend.models import SessionInfo, SessionState, Target
from tests.app.distant import NOW, exchange
from tests.snapshots.conftest import make_app, settle, until
from tests.snapshots.test_screens import Compare
from workbench.history.entry import Entry
from workbench.screens.choice import ChoiceScreen
from workbench.screens.connect import ConnectScreen, Step
from workbench.screens.exchanges import ExchangesScreen
from workbench.screens.main.stopping import answers
from workbench.screens.sessions import SessionsOf, SessionsScreen
from workbench.widgets.code_view import CodeView

pytestmark = pytest.mark.usefixtures("clean_environment")
SIZES = ((140, 44), (80, 24))
sizes = pytest.mark.parametrize("size", SIZES)
REMEDY = "The role is missing: az role assignment create --role 'Azure ContainerApps Session Executor' …"


async def _no_steps(target: Target) -> list[Step]:
    return [
        Step(True, "url", "a pool of the service"),
        Step(True, "token", "for https://dynamicsessions.io, object 1234, ends in 58 min"),
        Step(False, "target", "The target answers 403.", REMEDY, "az role assignment create"),
    ]


@sizes
def test_the_connect_screen(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[None]) -> None:
        app = await settle(pilot)
        url = "https://westeurope.dynamicsessions.io/subscriptions/1/resourceGroups/g/sessionPools/p"
        target = Target("pool", "remote", url, auth="azure")
        await app.push_screen(ConnectScreen(target, [], _no_steps, lambda target: ""))
        await pilot.press("f5")
        await until(pilot, lambda: "answers 403" in str(app.screen.query_one("#answer").render()))
        await pilot.pause()

    assert snap_compare(make_app(), terminal_size=size, run_before=before)


@sizes
def test_the_list_of_sessions(snap_compare: Compare, size: tuple[int, int]) -> None:
    rows = [
        SessionInfo(
            "weather", SessionState.RUNNING, created_at=NOW - 900, last_used_at=NOW, expires_at=NOW + 290
        ),
        SessionInfo("k3j9x2m8q7w1z5v0b4n6c8d2f7g1h3j5", SessionState.IDLE, created_at=NOW - 7200),
        SessionInfo("report-2026", SessionState.LOST, last_used_at=NOW - 4000, expires_at=NOW - 3),
    ]

    async def listed() -> list[SessionInfo]:
        return rows

    async def end(session: str) -> None:
        raise AssertionError("nothing is ended here")

    async def before(pilot: Pilot[None]) -> None:
        app = await settle(pilot)
        of = SessionsOf("pool", "weather", rows[:1], listed, end, "All of it is lost.")
        await app.push_screen(SessionsScreen(of, clock=lambda: NOW))
        await until(pilot, lambda: app.screen.query_one(OptionList).option_count == 3)
        await pilot.pause()

    assert snap_compare(make_app(), terminal_size=size, run_before=before)


@sizes
def test_the_exchange_inspector(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[None]) -> None:
        app = await settle(pilot)
        refused = exchange(
            status=429, response_body=b'{"error": {"code": "TooManySessions"}}', duration_ms=31.0
        )
        lost = exchange("GET", "/executions/1", status=None, error="The connection broke.", request_body=b"")
        screen = ExchangesScreen("Exchanges of execution 3 · pool", [refused, exchange(), lost])
        await app.push_screen(screen)
        await until(pilot, lambda: screen.query_one(OptionList).option_count == 3)
        await pilot.press("down")
        await until(pilot, lambda: screen.query_one(CodeView).line_count > 20)
        screen.query_one(CodeView).scroll_to(y=4, animate=False)
        await pilot.pause()

    assert snap_compare(make_app(), terminal_size=size, run_before=before)


@sizes
def test_the_question_at_f8(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[None]) -> None:
        app = await settle(pilot)
        entry = Entry("1", "train()", "weather", number=7, profile="pool")
        said = "pool has no call to stop code that it has begun."
        await app.push_screen(
            ChoiceScreen("Execution 7 cannot be stopped", said, answers(entry, ends_sessions=True))
        )
        await pilot.pause()

    assert snap_compare(make_app(), terminal_size=size, run_before=before)
