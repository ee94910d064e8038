"""Nothing is left of a session, whoever of those that keep it is killed or stands still."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backend.executor.worker import reaper
from tests.contract.driver import alive
from tests.ordinary.needs import User
from tests.unit.executor.hatch import Hatch, hatch

EXECUTOR = Path(__file__).parents[3] / "backend" / "executor"
LIMIT = 5.0  # seconds until something must have ended
DAEMON = """
import os, time
read, write = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(write, str(os.getpid()).encode())
        time.sleep(1000)
    os._exit(0)
os.wait()
print(os.read(read, 20).decode())
"""
# two that watch each other: when one dies, the other forks another, 200 times at most. Their killer is on a
# busy machine, where it has to wait after each SIGKILL
RESPAWNING = """
import os, signal, sys, time
sys.path.insert(0, sys.argv[1])
from worker import reaper

def watch(forked):
    os.setsid()
    while len(os.listdir(forked)) < 200:
        ours, theirs = os.pipe()
        pid = os.fork()
        if pid:
            os.close(ours)
            os.waitpid(pid, 0)
            os.close(theirs)
        else:
            os.close(theirs)
            os.setsid()
            os.close(os.open(os.path.join(forked, str(os.getpid())), os.O_CREAT))
            os.read(ours, 1)
            os.close(ours)

kill = reaper.kill
def kill_on_a_busy_machine(pid, number=signal.SIGKILL):
    kill(pid, number)
    if number == signal.SIGKILL:
        time.sleep(0.03)

reaper.kill = kill_on_a_busy_machine
assert reaper.become_subreaper()
if os.fork() == 0:
    try: watch(sys.argv[2])
    finally: os._exit(0)
while not os.listdir(sys.argv[2]): time.sleep(0.001)
reaper.kill_descendants()
"""


def us() -> User:
    return User(os.getuid(), os.getgid())


def eventually(true: Callable[[], bool]) -> None:
    """Wait for something that no event tells."""
    deadline = time.monotonic() + LIMIT
    while not true():
        assert time.monotonic() < deadline, "it did not become true in time"
        time.sleep(0.005)


@contextmanager
def standing_still(pid: int) -> Iterator[None]:
    """A process is stopped meanwhile, if it has not ended."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


@pytest.fixture
def nursery() -> Iterator[Hatch]:
    """A nursery of our own, driven frame by frame."""
    with hatch(us()) as made:
        yield made


def test_a_worker_dies_with_its_keeper_though_the_nursery_stands_still(nursery: Hatch) -> None:
    worker = nursery.fork()
    with standing_still(nursery.process.pid):
        os.kill(worker.keeper, signal.SIGKILL)
        eventually(lambda: not alive(worker.pid))


def test_a_keeper_ends_daemons_though_the_nursery_stands_still(nursery: Hatch) -> None:
    worker = nursery.fork()
    daemon = int(worker.run(DAEMON))
    with standing_still(nursery.process.pid):
        os.kill(worker.pid, signal.SIGKILL)
        worker.until_gone()
        assert not alive(daemon)


def test_a_nursery_whose_app_is_gone_ends_a_keeper_that_stands_still(nursery: Hatch) -> None:
    worker = nursery.fork()
    with standing_still(worker.keeper):
        nursery.sock.close()
        nursery.process.wait(LIMIT)
        assert not alive(worker.keeper)
        eventually(lambda: not alive(worker.pid))


def test_those_that_replace_each_other_are_stopped_before_any_is_killed(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", RESPAWNING, str(EXECUTOR), str(tmp_path)],
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert len(list(tmp_path.iterdir())) < 10


def test_freezing_goes_on_until_nothing_new_is_found() -> None:
    with contextlib.ExitStack() as stack:
        sleeping = [stack.enter_context(subprocess.Popen(["sleep", "100"])).pid for _ in range(3)]
        for pid in sleeping:
            stack.callback(os.kill, pid, signal.SIGKILL)
        found = iter([sleeping[:1], sleeping[:2], sleeping, sleeping])
        reaper.freeze(lambda: next(found))
        eventually(lambda: all(_stopped(pid) for pid in sleeping))


def _stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
