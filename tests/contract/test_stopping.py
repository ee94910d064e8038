"""Interrupts that name their execution, the ladder, time limits."""

from __future__ import annotations

import asyncio
import random
import time

import pytest

from backend.models import SessionState, Stage, StateChanged, Status
from backend.port import Backend
from tests.contract.driver import run, running, value

LOOP = "print('on')\nwhile True: pass"
DEAF = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint('on')\nwhile True: pass"
CATCHING = """
import time
print('on')
while True:
    try:
        time.sleep(1)
    except BaseException:
        pass
"""
MASKED = (
    "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])\nprint('on')\nwhile True: pass"
)
IN_C = "print('on')\nsum(range(10**12))"


@pytest.mark.parametrize(
    "code",
    [
        LOOP,
        "import time\nprint('on')\ntime.sleep(100)",
        "import subprocess\nprint('on')\nsubprocess.run(['sleep', '100'])",
        "import os\nprint('on')\nos.system('sleep 100')",
        "import asyncio\nprint('on')\nawait asyncio.sleep(100)",
        "import threading\nprint('on')\nthreading.Event().wait()",
        "class Slow:\n    def __repr__(self):\n        print('on')\n        while True: pass\nSlow()",
    ],
    ids=["loop", "sleep", "subprocess", "os.system", "await", "lock", "repr"],
)
async def test_an_interrupt_stops_code_and_keeps_its_variables(backend: Backend, code: str) -> None:
    await run(backend, "x = 20")
    async with running(backend, code) as execution:
        await execution.until_printed("on")
        began = time.monotonic()
        await execution.stop()
        ran = await execution.end()
    assert time.monotonic() - began < 2
    assert ran.status is Status.INTERRUPTED
    assert not ran.outcome.state_lost
    assert (Stage.INTERRUPTING, 0) in ran.stages
    assert await value(backend, "x") == "20"


async def test_an_interrupted_coroutine_does_not_go_on_later(backend: Backend) -> None:
    code = "import asyncio\nseen = []\nprint('on')\nawait asyncio.sleep(0.3)\nseen.append('went on')"
    async with running(backend, code) as execution:
        await execution.until_printed("on")
        await execution.stop()
        await execution.end()
    assert await value(backend, "await asyncio.sleep(0.5)\nseen") == "[]"


async def test_an_interrupt_of_a_queued_execution_takes_it_out(backend: Backend) -> None:
    async with running(backend, LOOP) as first, running(backend, "ran = True") as second:
        await first.until_printed("on")
        await second.until(lambda ran: bool(ran.stages))
        await second.stop()
        ran = await second.end()
        assert (ran.status, ran.started) == (Status.INTERRUPTED, None)
        assert not first.task.done()
        await first.stop()
        await first.end()
    assert (await run(backend, "ran")).error == "NameError"


async def test_an_interrupt_for_a_finished_or_unknown_execution_hits_nothing(backend: Backend) -> None:
    done = await run(backend, "x = 1")
    async with running(backend, "import time\nprint('on')\ntime.sleep(0.3)\nx") as execution:
        await execution.until_printed("on")
        await backend.interrupt("one", done.id)
        await backend.interrupt("one", "never heard of")
        await backend.interrupt("no such session", "x")
        ran = await execution.end()
    assert (ran.status, ran.value) == (Status.SUCCEEDED, "1")


async def test_an_interrupt_never_hits_the_next_execution(backend: Backend) -> None:
    chance = random.Random(7)
    await backend.start("one")
    for _ in range(300):
        async with running(backend, "pass") as execution:
            await execution.until(lambda ran: bool(ran.events))
            await asyncio.sleep(chance.random() * 0.002)
            await execution.stop()
            ran = await execution.end()
            assert ran.status in (Status.SUCCEEDED, Status.INTERRUPTED)
            assert not ran.outcome.state_lost
        assert (await run(backend, "pass")).status is Status.SUCCEEDED


async def test_an_interrupt_between_displays_leaves_the_session_whole(backend: Backend) -> None:
    for pause in (0.0, 0.003, 0.011):
        async with running(backend, "print('on')\nwhile True: display('x')") as execution:
            await execution.until_printed("on")
            await asyncio.sleep(pause)
            await execution.stop()
            ran = await execution.end()
        assert (ran.status, ran.outcome.state_lost) == (Status.INTERRUPTED, False)
        assert await value(backend, "1 + 1") == "2"


@pytest.mark.parametrize("code", [DEAF, CATCHING, MASKED, IN_C], ids=["deaf", "catching", "masked", "in C"])
async def test_code_that_ignores_interrupts_is_ended_within_five_seconds(backend: Backend, code: str) -> None:
    await run(backend, "x = 20")
    async with running(backend, code) as execution:
        await execution.until_printed("on")
        await asyncio.sleep(0.1)  # the code has got from its print to what ignores interrupts
        began = time.monotonic()
        await execution.stop()
        ran = await execution.end()
    assert 1.5 < time.monotonic() - began < 5
    assert ran.status is Status.INTERRUPTED
    assert ran.outcome.state_lost
    assert "variables are gone" in ran.outcome.message
    stages = [stage for stage, _ in ran.stages]
    assert stages == ["interrupting", "killing", "restarting"]
    after = await run(backend, "x")
    assert after.error == "NameError"
    assert after.started is not None
    assert after.started.state_lost
    again = await run(backend, "1")
    assert again.started is not None
    assert not again.started.state_lost


async def test_a_second_interrupt_kills_at_once(backend: Backend) -> None:
    async with running(backend, DEAF) as execution:
        await execution.until_printed("on")
        began = time.monotonic()
        await execution.stop()
        await asyncio.sleep(0.1)
        await execution.stop()
        ran = await execution.end()
    assert time.monotonic() - began < 1.5
    assert ran.outcome.state_lost


async def test_code_that_ends_while_the_ladder_is_climbed_ends_once(backend: Backend) -> None:
    slow = "import time\nprint('on')\ntry: time.sleep(9)\nexcept BaseException: time.sleep({})"
    for seconds in (1.98, 2.02):
        async with running(backend, slow.format(seconds)) as execution:
            await execution.until_printed("on")
            await asyncio.sleep(0.1)
            await execution.stop()
            ran = await execution.end()
        assert ran.status in (Status.SUCCEEDED, Status.INTERRUPTED)
        assert ran.outcome.state_lost == (ran.status is Status.INTERRUPTED)
        assert await value(backend, "1") == "1"


async def test_a_time_limit_ends_as_timed_out_and_keeps_state(backend: Backend) -> None:
    await run(backend, "x = 20")
    began = time.monotonic()
    ran = await run(backend, "while True: pass", limit=0.3)
    assert 0.3 <= time.monotonic() - began < 2
    assert ran.status is Status.TIMED_OUT
    assert "0.3 s" in ran.outcome.message
    assert not ran.outcome.state_lost
    assert await value(backend, "x") == "20"


async def test_code_that_catches_the_time_limit_gains_nothing(backend: Backend) -> None:
    code = "import time\ntry: time.sleep(9)\nexcept KeyboardInterrupt: x = 'caught'\nx"
    ran = await run(backend, code, limit=0.2)
    assert ran.status is Status.TIMED_OUT
    began = time.monotonic()
    ran = await run(backend, CATCHING, limit=0.2)
    assert time.monotonic() - began < 5
    assert (ran.status, ran.outcome.state_lost) == (Status.TIMED_OUT, True)


async def test_the_state_tells_each_step(backend: Backend) -> None:
    await backend.start("one")
    seen: list[SessionState] = []

    async def watch() -> None:
        async for event in backend.watch("one"):
            assert isinstance(event, StateChanged)
            seen.append(event.state)

    watching = asyncio.create_task(watch())
    async with running(backend, LOOP) as execution:
        await execution.until_printed("on")
        await execution.stop()
        await execution.end()
    watching.cancel()
    assert seen == [SessionState.RUNNING, SessionState.STOPPING, SessionState.IDLE]
