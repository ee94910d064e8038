"""Where an interpreter ignores what is raised: interrupts come again, in the execution that is meant."""

from __future__ import annotations

import time

import pytest

from backend.models import Status
from backend.port import Backend
from tests.contract.driver import run, running, value

pytestmark = pytest.mark.needs("local")

SLOW = "import time\ndef slow(*rest):\n    print('on')\n    time.sleep(0.2)\n"
FINALIZER = SLOW + "class Slow:\n    __del__ = slow\n"
SWALLOWING = {
    "a finalizer": FINALIZER + "while True: Slow()",
    "a finalizer in a finalizer": FINALIZER
    + "class Outer:\n    def __del__(self):\n        Slow()\n        time.sleep(0.2)\n"
    + "while True: Outer()",
    "a weak reference": SLOW
    + "import weakref\nclass Thing: pass\n"
    + "while True:\n    thing = Thing()\n    ref = weakref.ref(thing, slow)\n    del thing",
    "the collector": SLOW + "import gc\ngc.callbacks.append(slow)\nwhile True: gc.collect()",
    "a fork": SLOW
    + "import os\nos.register_at_fork(before=slow)\n"
    + "while True:\n    pid = os.fork()\n    if not pid: os._exit(0)\n    os.waitpid(pid, 0)",
    "a program": SLOW + "import ctypes\nback = ctypes.CFUNCTYPE(None)(slow)\nwhile True: back()",
    "a generator": SLOW
    + "def produce():\n    try: yield\n    finally: slow()\n"
    + "def begun():\n    made = produce()\n    next(made)\nwhile True: begun()",
}
"""Code that is nearly always where exceptions are ignored."""


@pytest.mark.parametrize("where", SWALLOWING)
async def test_an_interrupt_is_not_swallowed(backend: Backend, where: str) -> None:
    await run(backend, "x = 20")
    async with running(backend, SWALLOWING[where]) as execution:
        await execution.until_printed("on\n")
        await execution.stop()
        ran = await execution.end()
    assert (ran.status, ran.outcome.state_lost) == (Status.INTERRUPTED, False), ran.outcome
    assert "KeyboardInterrupt" not in ran.stderr  # it is no message of an ignored exception
    assert await value(backend, "import sys\nx, sys.gettrace()") == "(20, None)"


TRACING = """
import sys
def trace(frame, event, argument): return None
sys.settrace(trace)
"""
HOOK = "import sys\nheard = []\nsys.unraisablehook = lambda ignored: heard.append(ignored.exc_type)\n"


async def test_beside_a_trace_function_of_the_codes_own_the_ladder_does_it(backend: Backend) -> None:
    code = f"x = 20\n{TRACING}{FINALIZER}Slow()\nwhile True: time.sleep(0.01)"
    async with running(backend, code) as execution:
        await execution.until_printed("on\n")
        await execution.stop()
        ran = await execution.end()
    assert (ran.status, ran.outcome.state_lost) == (Status.INTERRUPTED, False), ran.outcome
    assert await value(backend, "x") == "20"


async def test_other_ignored_exceptions_are_told_as_ever(backend: Backend) -> None:
    ran = await run(backend, "class Bad:\n    def __del__(self): raise KeyboardInterrupt('own')\nBad()\n1")
    assert ran.value == "1"
    assert "Exception ignored in" in ran.stderr
    assert "own" in ran.stderr
    ran = await run(backend, f"{HOOK}Bad()\nheard")
    assert "KeyboardInterrupt" in str(ran.value)


async def test_an_interrupt_that_was_swallowed_at_the_end_never_hits_the_next_execution(
    backend: Backend,
) -> None:
    code = SLOW + "import atexit, threading\nclass Slow:\n    def __del__(self): slow()\nthing = Slow()"
    await run(backend, code)
    for last in ("del thing", "thing = None;", "thing"):
        async with running(backend, last if last != "thing" else f"{code}\ndel thing") as execution:
            await execution.until_printed("on\n")
            await execution.stop()
            await execution.end()
        began = time.monotonic()
        ran = await run(backend, "for i in range(1000): pass\ntime.sleep(0.3)\nthing = Slow()\n'whole'")
        assert (ran.status, ran.value) == (Status.SUCCEEDED, "'whole'"), ran.outcome
        assert time.monotonic() - began > 0.3


FLUSHED = """
import sys, time
class Out:
    def write(self, text): pass
    def flush(self):
        sys.__stdout__.write('on')
        time.sleep(0.5)
sys.stdout = Out()
x = 20
while True: display('x')
"""


async def test_an_interrupt_while_a_stream_is_flushed_is_not_swallowed(backend: Backend) -> None:
    async with running(backend, FLUSHED) as execution:
        await execution.until_printed("on")
        await execution.stop()
        ran = await execution.end()
    assert (ran.status, ran.outcome.state_lost) == (Status.INTERRUPTED, False), ran.outcome
    assert await value(backend, "x") == "20"
