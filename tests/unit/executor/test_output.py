"""Every byte of output, from wherever it comes, under the execution it belongs to."""

from __future__ import annotations

import asyncio
import time

import pytest

from backend.executor import pipes
from backend.executor.local import LocalBackend
from backend.models import Chunk, Finished, SessionEvent, Status
from tests.contract.driver import run, running, submission, value


async def test_a_flood_can_be_interrupted_at_once(backend: LocalBackend) -> None:
    for code in ("import os\nwhile True: os.write(1, b'x' * 65536)", "while True: print('x' * 50)"):
        await backend.start("one")
        sent = submission(code)
        count, began = 0, 0.0
        async for event in backend.execute("one", sent):
            if isinstance(event, Chunk):
                count += len(event.text)
                if count > 5_000_000 and not began:
                    began = time.monotonic()
                    await backend.interrupt("one", sent.id)
            elif isinstance(event, Finished):
                assert event.outcome.status is Status.INTERRUPTED
                assert not event.outcome.state_lost
        assert time.monotonic() - began < 1


async def test_a_million_small_flushes_lose_nothing(backend: LocalBackend) -> None:
    ran = await run(backend, "import os\nfor i in range(100_000): os.write(1, b'x')")
    assert ran.stdout == "x" * 100_000
    assert len(ran.events) < 5000


async def test_what_is_in_the_pipes_at_a_death_is_taken(
    backend: LocalBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next look at them would be a minute later."""
    monkeypatch.setattr(pipes, "PACE", 60.0)
    code = "import os, time\nos.write(1, b'first'); time.sleep(0.1)\n"
    ran = await run(backend, code + "os.write(1, b' and \\xe6'); os.kill(os.getpid(), 9)")
    assert (ran.status, ran.stdout) == (Status.WORKER_DIED, "first and \ufffd")


async def test_output_held_back_by_c_libraries_comes_with_its_execution(backend: LocalBackend) -> None:
    ran = await run(backend, "import ctypes\nctypes.CDLL(None).printf(b'from C');")
    assert ran.stdout == "from C"


async def test_characters_split_over_writes_are_whole_and_invalid_bytes_are_marked(
    backend: LocalBackend,
) -> None:
    code = "import os, time\nos.write(1, b'\\xe6'); time.sleep(0.05); os.write(1, b'\\xbc\\xa2|\\xff|\\xe6')"
    assert (await run(backend, code)).stdout == "漢|\ufffd|\ufffd"
    assert (await run(backend, "print('next')")).stdout == "next\n"


async def test_what_json_cannot_hold_comes_through(backend: LocalBackend) -> None:
    ran = await run(backend, "print('\\ud800 \\0 \\x1b[31m')\n(float('nan'), '\\ud800')")
    assert ran.status is Status.SUCCEEDED
    assert ran.stdout == "\\ud800 \0 \x1b[31m\n"
    assert ran.value == "(nan, '\\ud800')"


async def test_late_output_of_a_thread_is_marked_with_its_execution(backend: LocalBackend) -> None:
    seen: list[SessionEvent] = []
    came = asyncio.Event()

    async def watch() -> None:
        async for event in backend.watch("one"):
            if isinstance(event, Chunk):
                seen.append(event)
                if "late" in event.text:
                    came.set()

    watching = asyncio.create_task(watch())
    await asyncio.sleep(0)
    code = """
import threading, time
def later(): time.sleep(0.2); print('late')
threading.Thread(target=later).start()
"""
    ran = await run(backend, code)
    async with asyncio.timeout(5):
        await came.wait()
    watching.cancel()
    assert ran.stdout == ""
    assert isinstance(seen[0], Chunk)
    assert (seen[0].execution_id, seen[0].late) == (ran.id, True)


async def test_a_child_that_keeps_the_pipe_does_not_hold_up_the_end(backend: LocalBackend) -> None:
    for child in ("['sleep', '1000']", "['yes']"):
        async with asyncio.timeout(5):
            ran = await run(backend, f"import subprocess\nchild = subprocess.Popen({child})\n'done'")
        assert ran.value == "'done'"
        async with asyncio.timeout(5):
            assert await value(backend, "child.kill(); child.wait()") == "-9"


async def test_a_child_of_fork_does_not_repeat_what_was_held_back(backend: LocalBackend) -> None:
    code = """
import os
for i in range(500): print('line')
if os.fork() == 0:
    print('child', flush=True)
    os._exit(0)
os.wait();
"""
    ran = await run(backend, code)
    assert ran.stdout.count("line") == 500
    assert ran.stdout.count("child") == 1


@pytest.mark.parametrize("count", [10, 39, 41, 1000])
async def test_a_write_while_output_is_held_back_keeps_its_place(backend: LocalBackend, count: int) -> None:
    code = f"""
import sys
for i in range({count}): print(i)
sys.stdout.write('end')
sys.stdout.flush()
print('!')
"""
    ran = await run(backend, code)
    assert ran.stdout == "".join(f"{i}\n" for i in range(count)) + "end!\n"


async def test_code_with_a_timer_and_sleeps_of_its_own_is_not_disturbed(backend: LocalBackend) -> None:
    code = """
import signal, time
rung = []
signal.signal(signal.SIGALRM, lambda *a: rung.append(1))
signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
for i in range(20000): print(i)
began = time.monotonic()
time.sleep(0.3)
slept = time.monotonic() - began
signal.setitimer(signal.ITIMER_REAL, 0)
slept >= 0.3 and len(rung) >= 4
"""
    assert (await run(backend, code)).value == "True"


async def test_exact_attribution_over_many_executions(backend: LocalBackend) -> None:
    await run(backend, "import os")
    async with asyncio.timeout(30):
        for number in range(300):
            ran = await run(backend, f"os.write(1, b'{number}\\n' * {number}); print({number})")
            assert ran.stdout == f"{number}\n" * (number + 1)


async def test_an_interrupt_in_the_middle_of_a_displayed_value_waits_for_its_end(
    backend: LocalBackend,
) -> None:
    await backend.start("one")
    link = backend._session("one").life.link
    assert link is not None
    assert link._control is not None
    arrived = link._control._buffer._bytes
    code = "shown = {f'text/{n}': 'x' * 7_000_000 for n in range(3)}\nwhile True: display(shown, raw=True)"
    async with running(backend, code) as execution, asyncio.timeout(20):
        while len(arrived) < 1_000_000:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0)
        await execution.stop()
        ran = await execution.end()
    assert (ran.status, ran.outcome.state_lost) == (Status.INTERRUPTED, False)
    assert await value(backend, "len(shown)") == "3"


async def test_displays_wait_for_a_slow_reader(backend: LocalBackend) -> None:
    code = "for i in range(40): display({'text/plain': 'x' * 500_000}, raw=True)\nprint('end')"
    async with running(backend, code) as execution:
        ran = await execution.end()
    assert len(ran.displays) == 40
    assert ran.stdout == "end\n"


@pytest.mark.parametrize(
    "lead",
    [
        "os.dup2(os.open('/dev/full', os.O_WRONLY), 1)",
        "read, write = os.pipe(); os.close(read); os.dup2(write, 1)",
        "os.dup2(os.open('.', os.O_RDONLY), 1)",
        "os.close(1)",
    ],
    ids=["full", "broken pipe", "directory", "closed"],
)
async def test_what_could_not_be_written_is_of_its_own_execution(backend: LocalBackend, lead: str) -> None:
    first = await run(backend, f"import os\n{lead}\nprint('first')")
    second = await run(backend, "print('second')")
    assert (first.stdout.strip(), second.stdout) == ("first", "second\n")


async def test_a_pipe_that_does_not_block_is_the_next_executions_no_more(backend: LocalBackend) -> None:
    assert (await run(backend, "import os\nos.set_blocking(1, False)")).status is Status.SUCCEEDED
    ran = await run(backend, "print('x' * 5_000_000)")
    assert (ran.status, len(ran.stdout)) == (Status.SUCCEEDED, 5_000_001)


async def test_methods_of_a_stream_that_cannot_be_called_come_back(backend: LocalBackend) -> None:
    await run(backend, "import sys\nsys.stdout.write = sys.stdout.flush = None\nsys.stderr.writelines = 17")
    ran = await run(backend, "import sys\nprint('x')\nsys.stderr.writelines(['y'])")
    assert (ran.stdout, ran.stderr) == ("x\n", "y")
