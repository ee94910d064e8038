"""The ladder's last rung: a worker that is being killed is lost, also if its code ends before the kill."""

from __future__ import annotations

import asyncio
import os
import signal

from backend.executor.local import LocalBackend
from backend.models import Stage, Status
from tests.contract.driver import run, running, value
from tests.processes import parents

ENDS_SOON = "print('on')\nopen('begun', 'w').close()\nimport time\nuntil = time.monotonic() + 0.5\n" + (
    "while time.monotonic() < until:\n    try: time.sleep(0.01)\n    except KeyboardInterrupt: pass\n'ended'"
)


async def test_an_answer_that_crosses_its_kill_keeps_nothing(backend: LocalBackend) -> None:
    """Its keeper is stopped for a while, so that the kill comes late."""
    worker = int(await value(backend, "kept = 1\nimport os\nos.getpid()") or 0)
    keeper = parents()[worker]
    async with running(backend, ENDS_SOON) as execution:
        await execution.until_printed("on\n")
        os.kill(keeper, signal.SIGSTOP)
        try:
            await execution.stop()
            await execution.until(lambda ran: ("interrupting", 0) in ran.stages)
            await execution.stop()
            await execution.until(lambda ran: ("killing", 0) in ran.stages)
            await asyncio.sleep(0.7)  # its code has ended, and its answer came
        finally:
            os.kill(keeper, signal.SIGCONT)
        ran = await execution.end()
    assert (ran.status, ran.outcome.state_lost) == (Status.INTERRUPTED, True)
    assert [stage for stage, _ in ran.stages][-2:] == [Stage.KILLING, Stage.RESTARTING]
    after = await run(backend, "'kept' in globals()")
    assert after.started is not None
    assert (after.value, after.started.state_lost) == ("False", True)
