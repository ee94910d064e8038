"""The worker dies: seen at once, told in one sentence, answered by a fresh worker."""

from __future__ import annotations

import asyncio
import time

import pytest

from backend.models import SessionState, StateChanged, Status
from backend.port import Backend
from tests.contract.driver import alive, eventually, run, running, value

DEATHS = {
    "kill": ("os.kill(os.getpid(), 9)", "signal 9 (SIGKILL)"),
    "exit": ("os._exit(7)", "exit code 7"),
    "segfault": ("import ctypes; ctypes.string_at(0)", "SIGSEGV"),
    "abort": ("os.abort()", "SIGABRT"),
    "C stack": (
        "import sys\nsys.setrecursionlimit(10**8)\ndef deeper(*rest): return max([0], key=deeper)\ndeeper()",
        "SIGSEGV",
    ),
    "closed": ("os.closerange(3, 1000)", "closed the channel"),
    "closed and waiting": ("os.closerange(3, 1000); import time; time.sleep(60)", "closed the channel"),
}


@pytest.mark.parametrize("how", DEATHS)
async def test_a_death_is_told_in_one_sentence_and_answered_by_a_fresh_worker(
    backend: Backend, how: str
) -> None:
    code, words = DEATHS[how]
    await run(backend, "x = 20")
    began = time.monotonic()
    ran = await run(backend, "import os\nprint('before')\n" + code)
    assert time.monotonic() - began < 2
    assert ran.status is Status.WORKER_DIED
    assert ran.outcome.state_lost
    assert ran.stdout == "before\n"
    assert words in ran.outcome.message
    assert "variables are gone" in ran.outcome.message
    after = await run(backend, "x")
    assert after.error == "NameError"
    assert after.started is not None
    assert after.started.state_lost


async def test_a_fresh_worker_is_ready_within_a_second(backend: Backend) -> None:
    await run(backend, "import os\nos.kill(os.getpid(), 9)")
    began = time.monotonic()
    assert await value(backend, "1 + 1") == "2"
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("how", ["segfault", "abort"])
@pytest.mark.needs("local")
async def test_a_fault_names_its_line_and_keeps_its_report(backend: Backend, how: str) -> None:
    code = f"import os\ndef broken():\n    {DEATHS[how][0]}\nbroken()"
    await run(backend, "import sys\nsys.stderr.close()\nos = None")  # the report has a way of its own
    async with running(backend, code) as execution:
        ran = await execution.end()
    assert ran.status is Status.WORKER_DIED
    assert f" in line 3 of run {execution.submission.number}." in ran.outcome.message
    assert ran.outcome.error is not None
    assert (ran.error, "broken" in ran.traceback) == (DEATHS[how][1], True)


async def test_output_before_a_death_is_kept_however_much(backend: Backend) -> None:
    ran = await run(backend, "import os\nos.write(1, b'x' * 900_000)\nos.kill(os.getpid(), 9)")
    assert len(ran.stdout) == 900_000


@pytest.mark.needs("local")
async def test_an_idle_death_is_seen_within_a_second(backend: Backend) -> None:
    pid = int(await value(backend, "import os\nos.getpid()") or 0)
    lost = asyncio.Event()

    async def watch() -> None:
        async for event in backend.watch("one"):
            if isinstance(event, StateChanged) and event.state is SessionState.LOST and event.message:
                lost.set()

    watching = asyncio.create_task(watch())
    await asyncio.sleep(0)
    await run(backend, f"import subprocess\nsubprocess.Popen(['sh', '-c', 'sleep 0.1; kill -9 {pid}'])")
    async with asyncio.timeout(1.1):
        await lost.wait()
    watching.cancel()
    after = await run(backend, "1")
    assert after.started is not None
    assert after.started.state_lost


async def test_one_sessions_death_leaves_the_others_alone(backend: Backend) -> None:
    await run(backend, "x = 1", session="witness")
    await run(backend, "import os\nos.kill(os.getpid(), 9)", session="victim")
    assert await value(backend, "x", session="witness") == "1"


async def test_a_death_ends_the_children_too(backend: Backend) -> None:
    pid = int(
        await value(
            backend,
            "import subprocess\nsubprocess.Popen(['sleep', '100'], start_new_session=True).pid",
        )
        or 0
    )
    assert alive(pid)
    await run(backend, "import os\nos._exit(0)")
    await eventually(lambda: not alive(pid), 2)
