"""What ends leaves nothing behind: sessions, backends, and the program that uses them."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from backend.executor.capture import SPOOL_FROM
from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.models import Status
from backend.port import Backend
from tests.contract.driver import alive, descriptors, eventually, run, running, value

ROOT = Path(__file__).parents[2]
# a child, one with a session of its own, and a daemon that forked twice; each tells its pid
FAMILY = """
import os, subprocess, sys, time
own = subprocess.Popen(['sleep', '1000'])
apart = subprocess.Popen(['sleep', '1000'], start_new_session=True)
read, write = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(write, str(os.getpid()).encode())
        time.sleep(1000)
    os._exit(0)
os.wait()
[os.getpid(), os.getppid(), own.pid, apart.pid, int(os.read(read, 20))]
"""


async def _family(backend: Backend, session: str = "one") -> list[int]:
    pids = [int(pid) for pid in (await value(backend, FAMILY, session) or "").strip("[]").split(",")]
    assert len(pids) == 5
    assert all(alive(pid) for pid in pids)
    return pids


async def test_ending_a_session_leaves_no_process_of_it(backend: Backend) -> None:
    pids = await _family(backend)
    others = await _family(backend, "other")
    await backend.end_session("one")
    keeper = pids.pop(1)
    assert [pid for pid in pids if alive(pid)] == []
    await eventually(lambda: not alive(keeper), 1)
    assert all(alive(pid) for pid in others)


async def test_closing_leaves_no_process_and_no_descriptor(python: str, tmp_path: Path) -> None:
    await asyncio.to_thread(int)  # the loop's thread pool keeps what it has opened
    before = descriptors()
    backend = LocalBackend(tmp_path / "sessions", Choice(python, "test"))
    pids = await _family(backend) + await _family(backend, "other")
    await run(backend, "import subprocess\nsubprocess.Popen(['sleep', '1000']);", "third")
    await backend.close()
    assert [pid for pid in pids if alive(pid)] == []
    assert descriptors() == before


async def test_a_session_that_ends_in_a_flood_leaves_no_descriptor(python: str, tmp_path: Path) -> None:
    await asyncio.to_thread(int)
    backend = LocalBackend(tmp_path / "sessions", Choice(python, "test"))
    assert await value(backend, "1", "other") == "1"  # what a nursery has stays open
    before = descriptors()
    async with running(backend, "import os\nwhile True: os.write(1, b'x' * 65536)") as flood:
        await flood.until(lambda ran: len(ran.stdout) > 2 * SPOOL_FROM)
        await backend.end_session("one")
        ran = await flood.end()
    assert ran.status is Status.INTERRUPTED
    assert ran.outcome.spool
    assert descriptors() == before
    await backend.close()


PROGRAM = f"""
import asyncio, sys
from pathlib import Path
from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from tests.contract.driver import value

async def main():
    backend = LocalBackend(Path(sys.argv[1]), Choice(sys.argv[2], "test"))
    pids = []
    for session in "ab":
        pids.append(await value(backend, {FAMILY!r}, session))
    print(pids, flush=True)
    await value(backend, "import time; time.sleep(1000)", "a")

asyncio.run(main())
"""


async def test_kill_9_of_the_program_leaves_no_process(python: str, tmp_path: Path) -> None:
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, str(tmp_path), python, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert program.stdout is not None
    line = (await program.stdout.readline()).decode()
    pids = [int(word) for word in "".join(c if c.isdigit() else " " for c in line).split()]
    assert len(pids) == 10
    assert all(alive(pid) for pid in pids)
    os.kill(program.pid, signal.SIGKILL)
    await program.wait()
    await eventually(lambda: not any(alive(pid) for pid in pids), 2)
