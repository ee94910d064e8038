"""Very much output: memory stays flat, every byte is counted, and the code can be stopped at any moment."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
import time
from pathlib import Path

import pytest

from backend.executor.capture import SPOOL_CAP, SPOOL_FROM
from backend.models import Chunk, Finished, SessionState, StateChanged, Status, Stream
from backend.port import Backend
from tests.contract.driver import eventually, run, running, submission, value
from tests.contract.flooding import PIECE

pytestmark = pytest.mark.needs("local")

OUT, ERR = Stream.STDOUT, Stream.STDERR
MIB = 1 << 20
GIGABYTE = 954  # MiB
TARGET = 0.3  # seconds from an interrupt to an idle session
MEMORY = 200_000_000  # bytes of the process that reads

# -- a gigabyte


async def test_a_gigabyte_leaves_memory_flat_and_is_counted_to_the_byte(python: str, tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.contract.flooding", python, str(tmp_path), str(GIGABYTE)),
        stdout=asyncio.subprocess.PIPE,
    )
    answer, _ = await process.communicate()
    figures = json.loads(answer)
    assert figures["stdout"] == GIGABYTE * MIB
    assert figures["characters"] == GIGABYTE * 16 * (PIECE - 31)  # é has two bytes
    assert figures["peak"] < MEMORY
    assert figures["peak"] - figures["before"] < 50_000_000


# -- stopping

FLOODS = {
    "pieces": "os.write(1, b'x' * 65536)",
    "lines": "print('x' * 50)",
    "flushes": "print('x', end='', flush=True)",
    "bytes": "os.write(1, b'x')",
    "no text": "os.write(1, noise)",
    "both": "os.write(1, b'x' * 3000); os.write(2, b'y' * 3000)",
}
START = "import os\nnoise = os.urandom(65536)\nwhile True: "


class Reader:
    """Runs a flood and reads it in its manner: at once, slowly, or until `go_on` not at all."""

    def __init__(self, backend: Backend, flood: str, manner: str) -> None:
        self.submission = submission(START + flood)
        self.backend = backend
        self.manner = manner
        self.go_on = asyncio.Event()
        self.came = asyncio.Event()
        self.idle = asyncio.Event()
        self.lost = asyncio.Event()
        self.text = dict.fromkeys(Stream, 0)

    async def watch(self) -> None:
        """Set `idle` or `lost` when the session says that it is."""
        told = {SessionState.IDLE: self.idle, SessionState.LOST: self.lost}
        async for event in self.backend.watch("one"):
            if isinstance(event, StateChanged) and event.state in told:
                told[event.state].set()

    async def read(self) -> Finished:
        """Read to the end."""
        async for event in self.backend.execute("one", self.submission):
            if isinstance(event, Chunk):
                self.came.set()
                self.text[event.stream] += len(event.text)
                if self.manner == "slow":
                    await asyncio.sleep(0.05)
                elif self.manner == "stopped":
                    await self.go_on.wait()
            if isinstance(event, Finished):
                return event
        raise AssertionError("no end")


@pytest.mark.parametrize("manner", ["fast", "slow", "stopped"])
@pytest.mark.parametrize("flood", FLOODS)
async def test_a_flood_is_stopped_whoever_reads_it(backend: Backend, flood: str, manner: str) -> None:
    pid = int(await value(backend, "import os\nos.getpid()") or 0)
    reader = Reader(backend, FLOODS[flood], manner)
    watching = asyncio.create_task(reader.watch())
    reading = asyncio.create_task(reader.read())
    async with asyncio.timeout(20):
        await reader.came.wait()
        if manner == "stopped" and flood not in ("bytes", "flushes"):  # these two take long to fill anything
            await _stuck(pid)
        else:
            await asyncio.sleep(0.2)
        reader.idle.clear()
        began = time.monotonic()
        await backend.interrupt("one", reader.submission.id)
        await reader.idle.wait()
        took = time.monotonic() - began
        reader.go_on.set()
        finished = await reading
    watching.cancel()
    assert finished.outcome.status is Status.INTERRUPTED
    assert not finished.outcome.state_lost
    assert took < TARGET
    if flood != "no text":
        assert finished.outcome.sizes == {stream: size for stream, size in reader.text.items() if size}
    assert await value(backend, "len(noise)") == "65536"


async def _stuck(pid: int) -> None:
    """Wait until a process uses no time any more though we would read: it waits in a write."""
    seen: list[tuple[str, list[str]]] = []

    def still() -> bool:
        seen.append(_used(pid))
        return len(seen) > 10 and all(each == ("S", seen[-1][1]) for each in seen[-10:])

    await eventually(still, 10)


def _used(pid: int) -> tuple[str, list[str]]:
    """The state of a process, and the time that it has used (proc(5))."""
    state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return state, fields[10:12]


async def test_a_display_that_nobody_takes_is_stopped(ipython: Backend) -> None:
    pid = int(await value(ipython, "import os\nfrom IPython.display import display\nos.getpid()") or 0)
    reader = Reader(ipython, "print(1); display({'text/plain': 'x' * 1_000_000}, raw=True)", "stopped")
    reading = asyncio.create_task(reader.read())
    async with asyncio.timeout(20):
        await reader.came.wait()
        await _stuck(pid)
        began = time.monotonic()
        await ipython.interrupt("one", reader.submission.id)
        reader.go_on.set()
        finished = await reading
    assert time.monotonic() - began < TARGET
    assert finished.outcome.status is Status.INTERRUPTED


async def test_code_that_goes_on_printing_unread_is_killed_and_does_not_fill_the_memory(
    backend: Backend,
) -> None:
    reader = Reader(backend, "print('x' * 1000)", "stopped")
    code = START.replace("while", "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile")
    reader.submission = submission(code + "print('x' * 1000)")
    watching = asyncio.create_task(reader.watch())
    reading = asyncio.create_task(reader.read())
    await reader.came.wait()
    began = time.monotonic()
    await backend.interrupt("one", reader.submission.id)
    await reader.lost.wait()
    assert time.monotonic() - began < 5
    reader.go_on.set()
    finished = await reading
    watching.cancel()
    assert finished.outcome.state_lost
    assert finished.outcome.sizes[OUT] == reader.text[OUT]
    assert reader.text[OUT] < 16 * MIB  # two seconds of it are some hundreds


# -- counting


@pytest.mark.parametrize(
    ("code", "sizes"),
    [
        ("1 + 1", {}),
        ("print('é')", {OUT: 3}),
        ("import os\nos.write(1, b'\\xff' * 7)\nos.write(2, b'\\xe6')", {OUT: 7, ERR: 1}),
        ("import os\nos.write(1, b'x' * 900_000)\nos.kill(os.getpid(), 9)", {OUT: 900_000}),
        ("import os\nprint('a')\nos._exit(1)", {OUT: 2}),
        ("import subprocess\n_ = subprocess.run('echo a; echo bc >&2', shell=True)", {OUT: 2, ERR: 3}),
    ],
    ids=["nothing", "text", "no text", "killed", "exit", "child"],
)
async def test_the_bytes_of_each_stream_are_counted(
    backend: Backend, code: str, sizes: dict[Stream, int]
) -> None:
    assert (await run(backend, code)).outcome.sizes == sizes


async def test_a_character_cut_over_reads_is_one(backend: Backend) -> None:
    ran = await run(
        backend,
        "import os, time\n"
        "for byte in '漢é😀'.encode():\n    os.write(1, bytes([byte])); time.sleep(0.01)\n"
        "os.write(2, b'\\xe6\\xbc'); time.sleep(0.01); os.write(2, b'A')",
    )
    assert (ran.stdout, ran.stderr) == ("漢é😀", "\ufffdA")
    assert ran.outcome.sizes == {OUT: 9, ERR: 3}


KILLED = """
import os, threading, time
def end():
    while os.fstat(1) and count < 200: time.sleep(0.001)
    os.kill(os.getpid(), 9)
count = 0
threading.Thread(target=end).start()
while True:
    os.write(1, b'x' * 65536); count += 1
"""


async def test_a_death_in_the_middle_of_a_flood_loses_no_byte(backend: Backend) -> None:
    ran = await run(backend, KILLED)
    assert ran.status is Status.WORKER_DIED
    assert ran.outcome.sizes == {OUT: len(ran.stdout)}
    assert len(ran.stdout) >= 200 * 65536


async def test_a_session_that_is_ended_says_what_it_had(backend: Backend) -> None:
    async with running(backend, "import os\nos.write(1, b'x' * 99 + b'\\n')\nwhile True: pass") as one:
        await one.until_printed("x" * 99)
        await backend.end_session("one")
        ran = await one.end()
    assert ran.outcome.sizes == {OUT: 100}


# -- the whole text


async def test_a_long_stream_is_whole_on_disk(backend: Backend) -> None:
    short = f"print('e' * {SPOOL_FROM // 2}, file=sys.stderr)"
    ran = await run(backend, f"import sys\nfor i in range(100_000): print(i)\n{short}")
    assert ran.outcome.spool.keys() == {OUT}
    assert Path(ran.outcome.spool[OUT]).read_text() == ran.stdout  # noqa: ASYNC240
    assert Path(ran.outcome.spool[OUT]).stat().st_size == ran.outcome.sizes[OUT]  # noqa: ASYNC240
    again = await run(backend, "print('short')")
    assert again.outcome.spool == {}


async def test_bytes_that_are_no_text_are_on_disk_as_they_were(backend: Backend) -> None:
    ran = await run(backend, "import os\nnoise = os.urandom(1 << 20)\n_ = os.write(1, noise)")
    kept = Path(ran.outcome.spool[OUT]).read_bytes()  # noqa: ASYNC240
    assert ran.outcome.sizes == {OUT: len(kept)}
    digest = "import hashlib\nprint(hashlib.sha256(noise).hexdigest())"
    assert (await run(backend, digest)).stdout.strip() == hashlib.sha256(kept).hexdigest()


async def test_a_stream_beyond_the_cap_has_its_beginning_on_disk(backend: Backend) -> None:
    ran = await run(backend, f"import os\nfor i in range(100): os.write(1, b'%08d' % i * {MIB // 8})")
    assert ran.outcome.sizes == {OUT: 100 * MIB}
    whole = Path(ran.outcome.spool[OUT])
    assert whole.stat().st_size == SPOOL_CAP  # noqa: ASYNC240
    assert whole.read_text() == ran.stdout[:SPOOL_CAP]  # noqa: ASYNC240


async def test_a_worker_that_dies_leaves_its_text_on_disk(backend: Backend) -> None:
    ran = await run(backend, KILLED)
    assert Path(ran.outcome.spool[OUT]).read_text() == ran.stdout  # noqa: ASYNC240


# -- what was left behind

BEHIND = "import subprocess\nchild = subprocess.Popen(['yes'])"


async def test_a_flood_left_behind_is_never_the_next_runs(backend: Backend) -> None:
    first = await run(backend, BEHIND)
    late = asyncio.create_task(_late(backend, 4 * MIB))
    await asyncio.sleep(0)
    try:
        for number in range(20):
            ran = await run(backend, f"print({number})")
            assert ran.stdout == f"{number}\n"
            assert ran.outcome.sizes == {OUT: len(ran.stdout)}
        chunks = await late
    finally:
        await run(backend, "child.kill(); _ = child.wait()")
    assert {chunk.execution_id for chunk in chunks} == {first.id}


async def _late(backend: Backend, enough: int) -> list[Chunk]:
    """Late output until there is enough of it."""
    chunks: list[Chunk] = []
    async for event in backend.watch("one"):
        if isinstance(event, Chunk):
            chunks.append(event)
            enough -= len(event.text)
            if enough < 0:
                break
    return chunks
