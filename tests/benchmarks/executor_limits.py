"""The local executor against limits of its own: many sessions, a flood, the price of isolation.

`python -m tests.benchmarks.executor_limits` prints the rows. Memory is measured in a process of its own,
which starts this module with the name of what to measure and prints one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from statistics import median
from typing import Any

from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.executor.plan import Plan
from backend.models import Chunk, Finished, Started, Submission
from tests.benchmarks.row import Row, within

SESSIONS = 200
FLOOD_MB = 1000
PIECE = 1 << 16
STARTS = 15
PAUSE = 0.3  # seconds between starts: people do not open sessions back to back
ENDLESS = f"import os\nwhile True: os.write(1, b'x' * {PIECE})"
BOUNDED = f"import os\nfor _ in range({FLOOD_MB * 1_000_000 // PIECE}): os.write(1, b'x' * {PIECE})"


def _backend(folder: str, level: str = "process") -> LocalBackend:
    return LocalBackend(Path(folder), Choice(sys.executable, "benchmark"), Plan(isolation=level))


def _status(pid: int, field: str) -> int:
    """A memory figure of /proc/PID/status in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field + ":"))


def _pss(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def _tree(pid: int) -> list[int]:
    """A process and all its descendants."""
    found = [pid]
    for each in found:
        found += [int(child) for child in Path(f"/proc/{each}/task/{each}/children").read_text().split()]
    return found


async def many(folder: str) -> dict[str, float]:
    """Sessions with state, each asked for it again: MB of all processes, seconds to start them."""
    backend = _backend(folder)
    began = time.perf_counter()
    try:
        for number in range(SESSIONS):
            await _run(backend, f"s{number}", f"state = list(range({number}, {number + 100}))")
        took = time.perf_counter() - began
        for number in range(SESSIONS):
            outcome = await _run(backend, f"s{number}", "sum(state)")
            if outcome.outcome.value != {"text/plain": str(sum(range(number, number + 100)))}:
                raise AssertionError(outcome)
        return {"pss": sum(_pss(pid) for pid in _tree(os.getpid())) / 1e6, "took": took}
    finally:
        await backend.close()


async def _run(backend: LocalBackend, session: str, code: str) -> Finished:
    async for event in backend.execute(session, Submission(f"{session}-{time.monotonic_ns()}", code)):
        if isinstance(event, Finished):
            return event
    raise AssertionError("no end")


async def flood(folder: str) -> dict[str, float]:
    """One cell prints a gigabyte; then an endless one is stopped."""
    backend = _backend(folder)
    try:
        await _run(backend, "one", "1")
        before = _status(os.getpid(), "VmRSS")
        began = time.perf_counter()
        count, ended = 0, None
        async for event in backend.execute("one", Submission("bounded", BOUNDED)):
            if isinstance(event, Chunk):
                count += len(event.text)
            ended = event
        seconds = time.perf_counter() - began
        assert isinstance(ended, Finished)
        expected = FLOOD_MB * 1_000_000 // PIECE * PIECE
        told = {stream.value: size for stream, size in ended.outcome.sizes.items()}
        if count != expected or told.get("stdout") != expected:
            raise AssertionError(f"{count} came, {told} told, {expected} printed")
        stops = [await _stop(backend, number) for number in range(5)]
        return {
            "rss": _status(os.getpid(), "VmHWM") / 1e6,
            "grown": (_status(os.getpid(), "VmHWM") - before) / 1e6,
            "rate": expected / 1e6 / seconds,
            "stop": median(stops) * 1000,
            "slowest": max(stops) * 1000,
        }
    finally:
        await backend.close()


async def _stop(backend: LocalBackend, number: int) -> float:
    """Seconds from the interrupt of an endless flood to its end."""
    began = 0.0
    count = 0
    async for event in backend.execute("one", Submission(f"endless-{number}", ENDLESS)):
        if isinstance(event, Started):
            count = 0
        if isinstance(event, Chunk):
            count += len(event.text)
            if count > 50_000_000 and not began:
                began = time.perf_counter()
                await backend.interrupt("one", f"endless-{number}")
    return time.perf_counter() - began


async def levels(folder: str) -> dict[str, float]:
    """Milliseconds of a new session at each level, taking turns."""
    backends = {level: _backend(f"{folder}/{level}", level) for level in ("process", "confined", "sealed")}
    times: dict[str, list[float]] = {level: [] for level in backends}
    try:
        for backend in backends.values():
            await backend.start("first")
        for number in range(STARTS):
            for level, backend in backends.items():
                await asyncio.sleep(PAUSE)
                began = time.perf_counter()
                await backend.start(f"s{number}")
                times[level].append((time.perf_counter() - began) * 1000)
                await backend.end_session(f"s{number}")
        return {level: median(each) for level, each in times.items()}
    finally:
        for backend in backends.values():
            await backend.close()


MEASURES: dict[str, Callable[[str], Coroutine[Any, Any, dict[str, float]]]] = {
    "many": many,
    "flood": flood,
    "levels": levels,
}


def _measured(name: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.benchmarks.executor_limits", name, folder]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def rows() -> list[Row]:
    """All rows; takes about a minute."""
    sessions, printed, started = _measured("many"), _measured("flood"), _measured("levels")
    return [
        within(f"{SESSIONS} sessions, PSS in all", [sessions["pss"]], "MB", 1500),
        within("1 GB printed, the reader's RSS at most", [printed["rss"]], "MB", 200),
        within("interrupt in a flood to idle, slowest of 5", [printed["slowest"]], "ms", 300),
        within("new session: confined adds", [started["confined"] - started["process"]], "ms", 5),
        within("new session: sealed adds", [started["sealed"] - started["process"]], "ms", 60),
    ]


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(asyncio.run(MEASURES[sys.argv[1]](sys.argv[2]))))
    else:
        for row in rows():
            print(row)
