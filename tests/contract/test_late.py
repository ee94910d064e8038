"""Output that comes late belongs to the execution that left it behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from backend.models import Chunk
from backend.port import Backend
from tests.contract.driver import descriptors, eventually, run, running, value

pytestmark = pytest.mark.needs("local")

THREAD = """
import threading, time
def later():
    go.wait()
    for i in range(50): print(f"late {i}")
go = threading.Event()
threading.Thread(target=later).start()
"""
CHILD = """
import os, subprocess
read, write = os.pipe()
child = subprocess.Popen(["sh", "-c", "read _; echo late; echo wrong >&2"], stdin=read)
os.close(read)
"""
DAEMON = """
import os
read, write = os.pipe()
if os.fork() == 0:
    if os.fork() == 0:
        os.close(write)
        os.read(read, 1)
        os.write(1, b"late\\n")
    os._exit(0)
os.wait()
os.close(read)
"""


@asynccontextmanager
async def late(backend: Backend) -> AsyncIterator[list[Chunk]]:
    """The late output of the session, as it comes."""
    await backend.start("one")
    chunks: list[Chunk] = []

    async def watch() -> None:
        async for event in backend.watch("one"):
            if isinstance(event, Chunk):
                chunks.append(event)  # noqa: PERF401

    watching = asyncio.create_task(watch())
    await asyncio.sleep(0)
    try:
        yield chunks
    finally:
        watching.cancel()


def text(chunks: list[Chunk], execution_id: str) -> str:
    assert all(chunk.late for chunk in chunks)
    return "".join(chunk.text for chunk in chunks if chunk.execution_id == execution_id)


@pytest.mark.parametrize(
    ("start", "release", "expected"),
    [
        (THREAD, "go.set()", "".join(f"late {i}\n" for i in range(50))),
        (CHILD, "os.write(write, b'\\n'); child.wait()", "late\nwrong\n"),
        (DAEMON, "os.write(write, b'x')", "late\n"),
    ],
    ids=["thread", "child", "daemon"],
)
async def test_late_output_during_the_next_execution_is_told_apart(
    backend: Backend, start: str, release: str, expected: str
) -> None:
    async with late(backend) as chunks:
        first = await run(backend, start)
        second = await run(backend, f"print('mine')\n{release}\nimport time; time.sleep(0.2)\nprint('mine')")
        await eventually(lambda: len(text(chunks, first.id)) >= len(expected))
        third = await run(backend, "print('third')")
    assert sorted(text(chunks, first.id).splitlines()) == sorted(expected.splitlines())
    assert second.stdout == "mine\nmine\n"
    assert second.stderr == ""
    assert third.stdout == "third\n"
    assert {chunk.execution_id for chunk in chunks} == {first.id}


FORKED_BY_C = """
import ctypes, os
read, write = os.pipe()
if ctypes.PyDLL(None).fork() == 0:
    os.close(write)
    os.read(read, 1)
    os.write(1, b"late\\n")
    os._exit(0)
os.close(read)
"""


async def test_a_child_that_no_hook_saw_is_told_apart(backend: Backend) -> None:
    async with late(backend) as chunks:
        first = await run(backend, FORKED_BY_C)
        second = await run(backend, "print('mine')\nos.write(write, b'x'); os.wait(); print('mine')")
        await eventually(lambda: text(chunks, first.id) == "late\n")
    assert second.stdout == "mine\nmine\n"


async def test_many_that_go_on_are_bounded_and_none_is_lost(backend: Backend) -> None:
    """Children of twenty executions wait, then print; descriptors are for sixteen of them and what runs."""
    async with late(backend) as chunks:
        await run(backend, "import os, subprocess\nread, write = os.pipe()\nchildren = []")
        before = descriptors()
        for number in range(20):
            await run(
                backend,
                f"child = subprocess.Popen(['sh', '-c', 'read -r _; echo said {number}'], stdin=read)\n"
                "children.append(child)",
            )
        assert descriptors() <= before + 2 * 17
        last = await run(backend, "_ = os.write(write, b'\\n' * 20)\nfor child in children: child.wait()")
        await eventually(
            lambda: len((last.stdout + "".join(chunk.text for chunk in chunks)).splitlines()) == 20
        )
    said = (last.stdout + "".join(chunk.text for chunk in chunks)).splitlines()
    assert sorted(said) == sorted(f"said {number}" for number in range(20))


async def test_late_output_of_an_idle_session_is_of_the_last_execution(backend: Backend) -> None:
    async with late(backend) as chunks:
        first = await run(backend, THREAD + "go.set()")
        await eventually(lambda: len((first.stdout + text(chunks, first.id)).splitlines()) == 50)


async def test_a_new_thread_with_the_number_of_a_dead_one_is_not_late(backend: Backend) -> None:
    async with late(backend) as chunks:
        await run(backend, THREAD + "old = threading.enumerate()[-1]")
        await run(backend, "1")
        second = await run(
            backend,
            "go.set(); old.join()\n"
            "for i in range(20):\n"
            "    t = threading.Thread(target=print, args=(f'new {i}',)); t.start(); t.join()",
        )
    assert second.stdout == "".join(f"new {i}\n" for i in range(20))
    assert "new" not in "".join(chunk.text for chunk in chunks)


# what a thread's flood does to its stream, without the timer that undoes it
HOLDING = """
import sys, threading, time
def later():
    while not idle: time.sleep(0.01)
    out = sys.stdout
    out.__dict__["write"] = out._hold
    out.write("held ")
    open("held", "w").close()
    go.wait()
    print("late")
idle = False
go = threading.Event()
thread = threading.Thread(target=later)
thread.start()
threading.Timer(0.05, lambda: globals().update(idle=True)).start()
"""


async def test_what_a_thread_holds_back_while_nothing_runs_is_told_apart(backend: Backend) -> None:
    async with late(backend) as chunks:
        first = await run(backend, HOLDING)
        held = backend.data_directory("one") / "held"  # type: ignore[attr-defined]  # all here are local
        await eventually(held.exists)
        second = await run(backend, "print('mine')\ngo.set()\nthread.join()\nprint('mine')")
        await eventually(lambda: len(text(chunks, first.id)) >= len("held late\n"))
    assert second.stdout == "mine\nmine\n"
    assert text(chunks, first.id) == "held late\n"


async def test_what_still_runs_is_told(backend: Backend) -> None:
    ran = await run(backend, "import subprocess\nchild = subprocess.Popen(['sleep', '100'])\nchild.pid")
    assert ran.outcome.left_running == (f"sleep ({ran.value})",)
    again = await run(backend, "child.poll()")
    assert again.outcome.left_running == ()


COUNT = "import os\nlen(os.listdir('/proc/self/fd'))"


async def test_many_leftovers_leave_no_descriptors_behind(backend: Backend) -> None:
    """Each leaves a child that ends at once; pipes must go with them."""
    await run(backend, "import subprocess")
    for _ in range(3):
        await run(backend, "subprocess.Popen(['true'])")
    before = descriptors()
    theirs = int(await value(backend, COUNT) or 0)
    for _ in range(40):
        await run(backend, "child = subprocess.Popen(['true'])")
    await run(backend, "child.wait()")
    await run(backend, "child.wait()")
    assert descriptors() <= before + 4
    assert int(await value(backend, COUNT) or 0) <= theirs + 4


async def test_an_interrupt_reaches_an_execution_with_new_pipes(backend: Backend) -> None:
    await run(backend, CHILD)
    async with running(backend, "print('on')\nwhile True: pass") as second:
        await second.until_printed("on\n")
        await second.stop()
        ran = await second.end()
    assert ran.status.value == "interrupted"
