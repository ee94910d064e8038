"""Interrupts that name their execution, the ladder, time limits."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter

import pytest

from backend.models import Finished, Outcome, SessionState, Stage, StateChanged, Status, Submission
from backend.port import Backend
from tests.contract.driver import run, running, submission, value

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
IN_C = {
    "sum": "sum(range(10**12))",
    "deque": "from collections import deque\nfrom itertools import count\ndeque(count(), 0)",
    "any": "from itertools import repeat\nany(repeat(0))",
    "sqlite": (
        "import sqlite3\nsqlite3.connect(':memory:').execute("
        "'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT sum(n) FROM t').fetchall()"
    ),
    "pbkdf2": "import hashlib\nhashlib.pbkdf2_hmac('sha256', b'x', b'y', 10**9)",
}
"""Programs that run in C and never look for signals."""


@pytest.mark.parametrize(
    "code",
    [
        LOOP,
        "import time\nprint('on')\ntime.sleep(100)",
        "import subprocess\nprint('on')\nsubprocess.run(['sleep', '100'])",
        "import os\nos.system('echo on; sleep 100')",
        "import asyncio\nprint('on')\nawait asyncio.sleep(100)",
        "import threading\nprint('on')\nthreading.Event().wait()",
        "class Slow:\n    def __repr__(self):\n        print('on')\n        while True: pass\nSlow()",
        "import re\nprint('on')\nre.match('(a+)+$', 'a' * 50 + 'b')",
        "import threading, time\nt = threading.Thread(target=time.sleep, args=(100,), daemon=True)\n"
        "t.start()\nprint('on')\nt.join()",
        "print('on')\n10 ** 10 ** 8",
        "import os\nprint('on')\nos.read(os.pipe()[0], 1)",
    ],
    ids=[
        "loop",
        "sleep",
        "subprocess",
        "os.system",
        "await",
        "lock",
        "repr",
        "regex",
        "join",
        "power",
        "read",
    ],
)
@pytest.mark.needs("streams", "interrupts")
async def test_an_interrupt_stops_code_and_keeps_its_variables(backend: Backend, code: str) -> None:
    await run(backend, "x = 20")
    async with running(backend, code) as execution:
        await execution.until_printed("on\n")
        began = time.monotonic()
        await execution.stop()
        ran = await execution.end()
    assert time.monotonic() - began < 2
    assert ran.status is Status.INTERRUPTED
    assert not ran.outcome.state_lost
    assert (Stage.INTERRUPTING, 0) in ran.stages
    assert await value(backend, "x") == "20"


@pytest.mark.needs("streams", "interrupts")
async def test_an_interrupted_coroutine_does_not_go_on_later(backend: Backend) -> None:
    code = (
        "import asyncio\nseen = []\nasyncio.get_running_loop().call_later(0.01, print, 'on')\n"
        "await asyncio.sleep(0.3)\nseen.append('went on')"
    )
    async with running(backend, code) as execution:
        await execution.until_printed("on\n")
        await execution.stop()
        await execution.end()
    assert await value(backend, "await asyncio.sleep(0.5)\nseen") == "[]"


@pytest.mark.needs("streams", "interrupts")
async def test_an_interrupt_of_a_queued_execution_takes_it_out(backend: Backend) -> None:
    async with running(backend, LOOP) as first, running(backend, "ran = True") as second:
        await first.until_printed("on\n")
        await second.until(lambda ran: bool(ran.stages))
        await second.stop()
        ran = await second.end()
        assert (ran.status, ran.started) == (Status.INTERRUPTED, None)
        assert not first.task.done()
        await first.stop()
        await first.end()
    assert (await run(backend, "ran")).error == "NameError"


@pytest.mark.needs("streams", "interrupts")
async def test_an_interrupt_for_a_finished_or_unknown_execution_hits_nothing(backend: Backend) -> None:
    done = await run(backend, "x = 1")
    async with running(backend, "import time\nprint('on')\ntime.sleep(0.3)\nx") as execution:
        await execution.until_printed("on\n")
        await backend.interrupt("one", done.id)
        await backend.interrupt("one", "never heard of")
        await backend.interrupt("no such session", "x")
        ran = await execution.end()
    assert (ran.status, ran.value) == (Status.SUCCEEDED, "1")


PAIRS = {"ipython": 1500, "plain": 3500}
"""Of cells: 10,000 in all. The first of each pair is interrupted, the second must not be."""


@pytest.mark.needs("streams", "interrupts")
async def test_an_interrupt_never_hits_the_next_execution(
    backend: Backend, request: pytest.FixtureRequest
) -> None:
    chance = random.Random(7)
    await backend.start("one")
    ended: Counter[Status] = Counter()
    for _ in range(PAIRS[request.node.callspec.params["backend"]]):
        sent = submission(f"for i in range({chance.randrange(3000)}): pass")
        stopping = asyncio.create_task(_stop_at(time.monotonic() + chance.random() * 0.001, backend, sent.id))
        outcome = await _outcome(backend, sent)
        assert not outcome.state_lost, outcome
        ended[outcome.status] += 1
        outcome = await _outcome(backend, submission("pass"))
        assert (outcome.status, outcome.error) == (Status.SUCCEEDED, None)
        await stopping
    assert set(ended) == {Status.SUCCEEDED, Status.INTERRUPTED}, ended
    assert min(ended.values()) > 20, ended


async def _stop_at(moment: float, backend: Backend, name: str) -> None:
    """An interrupt at a moment; timers of a loop are too coarse for that."""
    while time.monotonic() < moment:  # noqa: ASYNC110
        await asyncio.sleep(0)
    await backend.interrupt("one", name)


async def _outcome(backend: Backend, sent: Submission) -> Outcome:
    """Run code, for its end only."""
    async for event in backend.execute("one", sent):
        if isinstance(event, Finished):
            return event.outcome
    raise AssertionError("it never ended")


@pytest.mark.parametrize("size", [1, 8_000_000])
@pytest.mark.needs("streams", "interrupts")
async def test_an_interrupt_between_displays_leaves_the_session_whole(backend: Backend, size: int) -> None:
    """Of a large one most of the time is spent in the middle of its frame."""
    shown = f"text = 'x' * {size}\nprint('on')\nwhile True: display({{'text/html': text}}, raw=True)"
    for pause in (0.0, 0.003, 0.011, 0.05, 0.07, 0.1):
        async with running(backend, shown) as execution:
            await execution.until_printed("on\n")
            await asyncio.sleep(pause)
            await execution.stop()
            ran = await execution.end()
        assert (ran.status, ran.outcome.state_lost) == (Status.INTERRUPTED, False)
        assert await value(backend, "1 + 1") == "2"


@pytest.mark.parametrize("code", [DEAF, CATCHING, MASKED], ids=["deaf", "catching", "masked"])
@pytest.mark.needs("streams", "interrupts")
async def test_code_that_ignores_interrupts_is_ended_within_five_seconds(backend: Backend, code: str) -> None:
    await run(backend, "x = 20")
    async with running(backend, code) as execution:
        await execution.until_printed("on\n")
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


@pytest.mark.needs("streams", "interrupts")
async def test_c_code_that_never_looks_for_signals_is_ended(backend: Backend) -> None:
    """All at once, in sessions of their own; the last one meets its time limit instead of an interrupt."""
    async with contextlib.AsyncExitStack() as stack:
        started = {
            name: await stack.enter_async_context(running(backend, f"print('on')\n{code}", name))
            for name, code in IN_C.items()
        }
        for execution in started.values():
            await execution.until_printed("on\n")
        limited = await stack.enter_async_context(running(backend, IN_C["sum"], "limited", 0.5))
        await asyncio.sleep(0.3)  # from their print to what never looks
        began = time.monotonic()
        for execution in started.values():
            await execution.stop()
        ran = {name: await execution.end() for name, execution in started.items()}
        timed_out = await limited.end()
    assert time.monotonic() - began < 5
    assert {name: (each.status, each.outcome.state_lost) for name, each in ran.items()} == dict.fromkeys(
        IN_C, (Status.INTERRUPTED, True)
    )
    assert (timed_out.status, timed_out.outcome.state_lost) == (Status.TIMED_OUT, True)
    for name in IN_C:
        assert await value(backend, "1 + 1", name) == "2"


@pytest.mark.needs("streams", "interrupts")
async def test_a_second_interrupt_kills_at_once(backend: Backend) -> None:
    async with running(backend, DEAF) as execution:
        await execution.until_printed("on\n")
        began = time.monotonic()
        await execution.stop()
        await asyncio.sleep(0.1)
        await execution.stop()
        ran = await execution.end()
    assert time.monotonic() - began < 1.5
    assert ran.outcome.state_lost


@pytest.mark.needs("streams", "interrupts")
async def test_code_that_ends_while_the_ladder_is_climbed_ends_once(backend: Backend) -> None:
    """Twelve sessions whose code ends just before, just after and as exactly as can be at the kill."""
    slow = "import time\nprint('on')\ntry: time.sleep(9)\nexcept BaseException: time.sleep({})"
    names = [f"ends {1.9 + step * 0.02:.2f}" for step in range(12)]
    async with contextlib.AsyncExitStack() as stack:
        started = [
            await stack.enter_async_context(running(backend, slow.format(name.split()[1]), name))
            for name in names
        ]
        for execution in started:
            await execution.until_printed("on\n")
        await asyncio.sleep(0.1)  # from their print to their sleep
        for execution in started:
            await execution.stop()
        ran = [await execution.end() for execution in started]
    for name, each in zip(names, ran, strict=True):
        assert each.status in (Status.SUCCEEDED, Status.INTERRUPTED), name
        assert each.outcome.state_lost == (each.status is Status.INTERRUPTED), name
        assert await value(backend, "1", name) == "1"
    assert ran[0].status is Status.SUCCEEDED
    assert ran[-1].status is Status.INTERRUPTED


async def test_a_time_limit_ends_as_timed_out_and_keeps_state(backend: Backend) -> None:
    await run(backend, "x = 20")
    began = time.monotonic()
    ran = await run(backend, "while True: pass", limit=0.3)
    told = 0.3 if backend.capabilities.interrupts else 1  # the wire counts whole seconds
    assert told <= time.monotonic() - began < 2
    assert ran.status is Status.TIMED_OUT
    assert f"{told} s" in ran.outcome.message
    assert not ran.outcome.state_lost
    assert await value(backend, "x") == "20"


async def test_code_that_catches_the_time_limit_gains_nothing(backend: Backend) -> None:
    code = "import time\ntry: time.sleep(9)\nexcept KeyboardInterrupt: x = 'caught'\nx"
    ran = await run(backend, code, limit=0.2)
    assert ran.status is Status.TIMED_OUT
    began = time.monotonic()
    ran = await run(backend, CATCHING, limit=0.2)
    assert time.monotonic() - began < 5
    assert ran.status is Status.TIMED_OUT
    after = await run(backend, "x")
    assert after.started is not None
    assert after.started.state_lost
    assert ran.outcome.state_lost or not backend.capabilities.interrupts  # far away the next answer tells


@pytest.mark.needs("streams", "interrupts")
async def test_the_state_tells_each_step(backend: Backend) -> None:
    await backend.start("one")
    seen: list[SessionState] = []

    async def watch() -> None:
        async for event in backend.watch("one"):
            assert isinstance(event, StateChanged)
            seen.append(event.state)

    watching = asyncio.create_task(watch())
    async with running(backend, LOOP) as execution:
        await execution.until_printed("on\n")
        await execution.stop()
        await execution.end()
    watching.cancel()
    assert seen == [SessionState.RUNNING, SessionState.STOPPING, SessionState.IDLE]
