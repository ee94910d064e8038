"""Executions of one session take turns in order."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from backend.models import Status
from backend.port import Backend
from tests.contract.driver import run, running, value


async def test_many_submissions_run_in_order_and_never_at_once(backend: Backend) -> None:
    await run(backend, "order = []\nimport time")
    codes = [f"order.append({i})\ntime.sleep(0.001)\norder.append({i})" for i in range(50)]
    ran = await asyncio.gather(*(run(backend, code) for code in codes))
    assert {each.status for each in ran} == {Status.SUCCEEDED}
    expected = [i for i in range(50) for _ in range(2)]
    assert await value(backend, "order == " + repr(expected)) == "True"


@pytest.mark.needs("streams", "interrupts")
async def test_positions_are_told_and_count_down(backend: Backend) -> None:
    await backend.start("one")
    async with running(backend, "import time\nprint('on')\ntime.sleep(30)") as first:
        await first.until_printed("on\n")
        waiting = [asyncio.create_task(run(backend, f"{i}")) for i in range(3)]
        await asyncio.sleep(0.05)
        await first.stop()
        ran = await asyncio.gather(*waiting)
    places = [[position for stage, position in each.stages if stage == "queued"] for each in ran]
    assert places == [[1], [2, 1], [3, 2, 1]]


@pytest.mark.needs("streams", "interrupts")
async def test_a_full_queue_rejects_and_the_rest_goes_on(backend: Backend) -> None:
    await backend.start("one")
    async with running(backend, "import time\nprint('on')\ntime.sleep(30)") as first:
        await first.until_printed("on\n")
        waiting = [asyncio.create_task(run(backend, f"{i}")) for i in range(70)]
        await asyncio.sleep(0.05)
        await first.stop()
        ran = await asyncio.gather(*waiting)
    statuses = [each.status for each in ran]
    assert statuses == [Status.SUCCEEDED] * 64 + [Status.REJECTED] * 6
    assert "64 executions wait" in ran[-1].outcome.message


@pytest.mark.needs("streams")
async def test_ending_a_session_finishes_all_that_runs_and_waits(backend: Backend) -> None:
    async with contextlib.AsyncExitStack() as stack:
        first = await stack.enter_async_context(running(backend, "print('on')\nwhile True: pass"))
        await first.until_printed("on\n")
        second = await stack.enter_async_context(running(backend, "2"))
        await second.until(lambda ran: bool(ran.stages))
        await backend.end_session("one")
        both = [await first.end(), await second.end()]
    assert [ran.status for ran in both] == [Status.INTERRUPTED] * 2
    assert (await run(backend, "x = 1\nx")).value == "1"
