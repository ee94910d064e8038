"""Two hundred sessions at once: each keeps its own, all fit in memory, and none outlives the app."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

from tests.contract.driver import eventually
from tests.processes import descendants

SESSIONS = 200
BUDGET = 1_500_000_000  # bytes of all processes, the app's too, pages that several share divided among them
GONE = 2.0  # seconds after the app was killed
ROOT = Path(__file__).parents[3]

APP = f"""
import asyncio, sys, time
from pathlib import Path
from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from tests.contract.driver import value

async def main():
    backend = LocalBackend(Path(sys.argv[1]), Choice(sys.executable, "test"))
    names = [f"s{{number}}" for number in range({SESSIONS})]
    for number, name in enumerate(names):
        await value(backend, f"state = [{{number}}] * 100", name)
    for name in names:
        print(await value(backend, "sum(state)", name))
    sys.stdout.flush()
    await asyncio.sleep(1000)

asyncio.run(main())
"""


@contextlib.asynccontextmanager
async def _app(folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A program with all sessions, in which everything comes to rest; killed in the end."""
    app = await asyncio.create_subprocess_exec(
        sys.executable, "-c", APP, str(folder), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield app
    finally:
        with contextlib.suppress(ProcessLookupError):
            app.kill()
        await app.wait()


def _proportional(pid: int) -> int:
    """The proportional set size of a process in bytes (proc(5))."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def _lasting(pids: set[int], kill: int) -> set[int]:
    """Those that are there still when the time after a SIGKILL for `kill` has passed; zombies have ended."""
    poll = select.poll()
    left = {os.pidfd_open(pid): pid for pid in pids}
    for fd in left:
        poll.register(fd, select.POLLIN)
    try:
        os.kill(kill, signal.SIGKILL)
        deadline = time.monotonic() + GONE
        waiting = dict(left)
        while waiting and (rest := deadline - time.monotonic()) > 0:
            for fd, _ in poll.poll(rest * 1000):
                poll.unregister(fd)
                del waiting[fd]
        return set(waiting.values())
    finally:
        for fd in left:
            os.close(fd)


async def test_two_hundred_sessions_fit_and_none_outlives_the_app(tmp_path: Path) -> None:
    async with _app(tmp_path) as app:
        assert app.stdout is not None
        sums = [int(await app.stdout.readline()) for _ in range(SESSIONS)]
        assert sums == [number * 100 for number in range(SESSIONS)]
        # the nursery, and keeper and worker of each session and of the next one
        await eventually(lambda: len(descendants(app.pid)) == 1 + 2 * (SESSIONS + 1))
        tree = {app.pid, *descendants(app.pid)}
        assert sum(map(_proportional, tree)) <= BUDGET
        assert await asyncio.to_thread(_lasting, tree, app.pid) == set()
