"""A sandbox ends whole and at once, whoever ends it, and takes along what code left in it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from backend.errors import CannotStart
from backend.executor.interpreter import Choice
from backend.executor.isolation import bubblewrap
from backend.executor.local import LocalBackend
from backend.executor.plan import Plan
from backend.models import Status
from tests.contract.driver import eventually, run
from tests.ordinary.needs import User, needs_bubblewrap
from tests.processes import descendants, parents
from tests.unit.executor.hatch import hatch

ROOT = Path(__file__).parents[4]
PROMPT = 1.0  # seconds for the end of a session; a sandbox is gone in a few milliseconds
# names and states (proc(5)) of the processes that code sees
SEEN = """
import os, subprocess, time
def seen():
    found = []
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try: name, _, rest = open(f'/proc/{pid}/stat').read().partition('(')[2].rpartition(')')
        except OSError: continue
        found.append((name, rest.split()[0]))
    return found
def wait(until):
    end = time.monotonic() + 5
    while not until() and time.monotonic() < end: time.sleep(0.01)
"""
# a daemon, which has become `sleep` when this ends
LEFT = SEEN + (
    "subprocess.run(['setsid', '--fork', 'sleep', '1000'])\n"
    "wait(lambda: 'sleep' in {name for name, _ in seen()})\n"
)
ORPHANS = "import subprocess\nfor _ in range(30): subprocess.run(['setsid', '--fork', 'true'])\n"
APP = """
import asyncio, sys
from pathlib import Path
from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.executor.plan import Plan
from tests.contract.driver import run

async def main():
    backend = LocalBackend(Path(sys.argv[1]), Choice(sys.executable, "test"), Plan(isolation="sealed"))
    ran = await run(backend, sys.argv[2])
    print(ran.status, flush=True)
    await asyncio.sleep(1000)

asyncio.run(main())
"""


@pytest.fixture(autouse=True)
def _bubblewrap() -> None:
    needs_bubblewrap()


def _backend(root: Path) -> LocalBackend:
    return LocalBackend(root, Choice(sys.executable, "test"), Plan(isolation="sealed"))


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def _named(name: str, pids: set[int]) -> set[int]:
    return {pid for pid in pids if _name(pid) == name}


def _gone(pids: set[int], within: float) -> bool:
    """Whether they end in time; zombies have ended."""
    deadline = time.monotonic() + within
    while pids & parents().keys():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


async def test_the_end_of_a_session_takes_no_time_and_leaves_no_daemon(tmp_path: Path) -> None:
    backend = _backend(tmp_path)
    try:
        for code in ("1", LEFT):
            assert (await run(backend, code)).status is Status.SUCCEEDED
            inside = _named("bwrap", descendants()) | _named("sleep", descendants())
            assert _named("bwrap", inside)
            began = time.monotonic()
            await backend.end_session("one")
            assert time.monotonic() - began < PROMPT
            assert not inside & parents().keys()
    finally:
        await backend.close()


def test_a_keeper_ends_the_sandbox_with_its_session() -> None:
    with hatch(User(os.getuid(), os.getgid()), level="sealed") as nursery:
        worker = nursery.fork()
        worker.run(LEFT)
        inside = _named("sleep", descendants(nursery.boxes[0].pid))
        assert len(inside) == 1
        os.kill(worker.pid, signal.SIGKILL)
        worker.until_gone()
        assert not inside & parents().keys()


async def test_code_is_in_no_namespace_of_ours(tmp_path: Path) -> None:
    backend = _backend(tmp_path)
    kinds = ["cgroup", "ipc", "mnt", "net", "pid", "user", "uts"]
    ours = {kind: os.readlink(f"/proc/self/ns/{kind}") for kind in kinds}  # noqa: PTH115
    code = f"import os\n[k for k, ours in {ours}.items() if os.readlink('/proc/self/ns/' + k) == ours]"
    try:
        assert (await run(backend, code)).value == "[]"
    finally:
        await backend.close()


async def test_a_keeper_that_was_killed_leaves_nothing(tmp_path: Path) -> None:
    backend = _backend(tmp_path)
    try:
        await run(backend, LEFT)
        inside = _named("sleep", descendants())
        assert len(inside) == 1
        link = backend._session("one").life.link
        await eventually(lambda: link is not None and link.pid > 0)
        keeper = parents()[link.pid]  # type: ignore[union-attr]
        os.kill(keeper, signal.SIGKILL)
        assert await asyncio.to_thread(_gone, inside, 2.0)  # the fresh worker has a fresh sandbox
        assert (await run(backend, "1")).value == "1"
    finally:
        await backend.close()


async def test_when_app_nursery_and_keeper_are_killed_at_once_all_is_gone(tmp_path: Path) -> None:
    """The sandbox sees by itself that the app is gone: nobody is left to end it."""
    app = await asyncio.create_subprocess_exec(
        sys.executable, "-c", APP, str(tmp_path), LEFT, cwd=ROOT, stdout=subprocess.PIPE
    )
    assert app.stdout is not None
    assert await app.stdout.readline() == b"succeeded\n"
    below = descendants(app.pid)
    outside = {pid for pid in below if "__main__.py" in Path(f"/proc/{pid}/cmdline").read_text()}  # noqa: ASYNC240
    assert _named("sleep", below)
    for pid in (*sorted(outside), app.pid):
        os.kill(pid, signal.SIGKILL)
    await app.wait()
    assert await asyncio.to_thread(_gone, below, 2.0), [_name(pid) for pid in below & parents().keys()]


async def test_orphans_that_ended_are_collected(tmp_path: Path) -> None:
    """A zombie counts against the processes that a session may have."""
    backend = _backend(tmp_path)
    zombies = "[name for name, state in seen() if state == 'Z']"
    try:
        await run(backend, ORPHANS)
        assert (await run(backend, f"{SEEN}wait(lambda: not {zombies})\n{zombies}")).value == "[]"
    finally:
        await backend.close()


async def test_code_cannot_end_what_guards_its_sandbox(tmp_path: Path) -> None:
    backend = _backend(tmp_path)
    code = (
        "import os, signal\nfound = []\n"
        "for pid in map(int, filter(str.isdigit, os.listdir('/proc'))):\n"
        "    if pid != os.getpid():\n"
        "        for number in (signal.SIGSTOP, signal.SIGKILL):\n"
        "            try: os.kill(pid, number)\n"
        "            except OSError as error: found.append(type(error).__name__)\n"
        "len(found) >= 4, set(found)"
    )
    try:
        assert (await run(backend, code)).value == "(True, {'PermissionError'})"
        assert (await run(backend, "found[0]")).value == "'PermissionError'"
    finally:
        await backend.close()


async def test_what_cannot_be_bound_is_told_in_the_words_of_bubblewrap(tmp_path: Path) -> None:
    program = needs_bubblewrap()
    options = bubblewrap.arguments(tmp_path / "gone", tmp_path, tmp_path, [])
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    with pytest.raises(CannotStart, match="Can't find source path") as raised:
        await bubblewrap.start(program, options)
    assert raised.value.hint
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


async def test_a_bwrap_that_says_nothing_is_given_up_and_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bubblewrap, "START_LIMIT", 0.2)
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\nexec sleep 1000\n")
    fake.chmod(0o755)
    with pytest.raises(CannotStart, match="without a word"):
        await bubblewrap.start(str(fake), [])
    assert not _named("sleep", descendants())


async def test_signals_in_a_sandbox_are_its_codes_own(tmp_path: Path) -> None:
    """Its worker is forked by a keeper that has signals written to a descriptor: that is not the worker's."""
    backend = _backend(tmp_path)
    code = (
        "import os, signal\nsignal.signal(signal.SIGUSR1, lambda *rest: None)\n"
        "taken = [open('mine', 'w+b', buffering=0) for _ in range(30)]\n"
        "os.kill(os.getpid(), signal.SIGUSR1)\n"
        "[signal.set_wakeup_fd(-1), os.path.getsize('mine')]"
    )
    try:
        ran = await run(backend, code)
        assert (ran.value, ran.stderr) == ("[-1, 0]", "")
    finally:
        await backend.close()
