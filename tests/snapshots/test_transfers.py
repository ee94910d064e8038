"""How transfers look: their list, and the panes while something moves."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from backend.models import Target
from tests.snapshots.conftest import make_app, settle
from tests.snapshots.test_screens import Compare
from workbench.screens.files.transfers import TransfersScreen
from workbench.transfers.queue import Queue
from workbench.transfers.transfer import Direction, Progress, State, Transfer

pytestmark = pytest.mark.usefixtures("clean_environment")
POOL = Target("pool", "remote", "https://pool.example")
ROWS = (
    Transfer(
        1,
        Direction.UP,
        Path("/data/a:b.csv"),
        "a:b.csv",
        POOL,
        "weather",
        state=State.FAILED,
        error="A file name has no ':'.",
        remedy="Give it another name.",
    ),
    Transfer(
        2, Direction.UP, Path("/data/may.csv"), "may.csv", Target(), "weather", state=State.DONE, total=34_000
    ),
    Transfer(
        3,
        Direction.DOWN,
        Path("/data/model.bin"),
        "out/model.bin",
        POOL,
        "weather",
        state=State.RUNNING,
        total=128_000_000,
        moved=57_600_000,
        words="58 MB of 128 MB · 34 MB/s · 2.1 s left",
    ),
    Transfer(4, Direction.UP, Path("/data/june.csv"), "in/june.csv", POOL, "weather", total=2_000),
)


class Standing(Queue):
    """Transfers that stand still."""

    @property
    def transfers(self) -> tuple[Transfer, ...]:
        return ROWS

    @property
    def progress(self) -> Progress:
        return Progress(1, 1, 1, 0.45)


@pytest.mark.parametrize("size", [(120, 30), (80, 24)])
def test_the_list_of_transfers(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[None]) -> None:
        app = await settle(pilot)
        hold = app.main.controller._targets.hold
        queue = Standing(lambda target: hold(target, lambda seat: None))
        await app.push_screen(TransfersScreen(queue, lambda transfer: None, lambda path: None))
        await pilot.pause(0.3)

    assert snap_compare(make_app(), terminal_size=size, run_before=before)


def test_the_panes_while_files_move(snap_compare: Compare) -> None:
    async def before(pilot: Pilot[None]) -> None:
        app = await settle(pilot)
        words = Progress(2, 0, 0, 0.45).words
        app.main.files.show_moving(words, "t")
        app.main.status.update_status(moving=words)
        await pilot.pause(0.1)

    assert snap_compare(make_app(), terminal_size=(120, 36), run_before=before)
