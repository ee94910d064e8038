"""The terminal lent to another program: the loop goes on, interrupts stay there, and it always comes back."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from backend.errors import UsageError
from tests.app.modal_app import SmallApp
from workbench.screens.outside import run_outside


async def test_the_loop_goes_on_while_another_program_has_the_terminal(lent: list[str]) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.02)
            ticks += 1

    app = SmallApp()
    async with app.run_test():
        ticking = asyncio.create_task(tick())
        code = await run_outside(app, [sys.executable, "-c", "import time; time.sleep(0.3); exit(3)"])
        ticking.cancel()
    assert code == 3
    assert ticks >= 5
    assert lent == ["lent", "back"]


async def test_an_interrupt_meant_for_the_program_does_not_end_the_workbench(lent: list[str]) -> None:
    before = signal.getsignal(signal.SIGINT)
    app = SmallApp()
    # the group of a real terminal gets the signal; here the program sends it to both
    code = "import os, signal; os.kill(os.getppid(), signal.SIGINT); os.kill(os.getpid(), signal.SIGINT)"
    async with app.run_test():
        assert (
            await run_outside(
                app, [sys.executable, "-c", f"try:\n {code}\nexcept KeyboardInterrupt: exit(7)"]
            )
            == 7
        )
        assert signal.getsignal(signal.SIGINT) == before
    assert lent == ["lent", "back"]


async def test_a_program_that_cannot_be_started_gives_the_terminal_back(
    lent: list[str], tmp_path: Path
) -> None:
    app = SmallApp()
    async with app.run_test():
        with pytest.raises(UsageError, match="cannot be started: No such file"):
            await run_outside(app, [str(tmp_path / "gone")])
    assert lent == ["lent", "back"]


async def test_leaving_ends_the_program_and_takes_the_terminal_back(lent: list[str], tmp_path: Path) -> None:
    ended = tmp_path / "ended"
    code = (
        "import pathlib, signal, sys, time\n"
        f"signal.signal(signal.SIGTERM, lambda *_: (pathlib.Path({str(ended)!r}).touch(), sys.exit()))\n"
        f"pathlib.Path({str(tmp_path / 'begun')!r}).touch()\n"
        "time.sleep(60)"
    )
    app = SmallApp()
    async with app.run_test() as pilot:
        running = asyncio.create_task(run_outside(app, [sys.executable, "-c", code]))
        while not (tmp_path / "begun").exists():
            await pilot.pause(0.01)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    assert ended.exists()
    assert lent == ["lent", "back"]


async def test_without_a_terminal_to_lend_it_says_so() -> None:
    app = SmallApp()
    async with app.run_test():
        with pytest.raises(UsageError, match="cannot lend its terminal"):
            await run_outside(app, ["true"])
