"""History search over many entries, per key typed: `python -m tests.benchmarks.history_search [ENTRIES…]`.

Prints milliseconds per key as the search screen asks (best first), beside a LIKE scan over the same texts on
the same machine; then what opening costs and what recording adds to an execution. In brackets are those of
the processor alone, where others use the machine too.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median

from backend.models import Status, Stream
from tests.benchmarks.first_frame import painted, until
from tests.benchmarks.many_entries import many_entries
from tests.terminal.terminal import COMMAND
from workbench.history.codec import storable
from workbench.history.entry import Entry, Segment
from workbench.history.store import History
from workbench.screens.search.screen import LIMIT

BUDGETS_MS = {100_000: 20.0, 1_000_000: 100.0}
"""For 95 of 100 keys."""
OPENING_MS = 50.0
"""How much longer opening the app may take with a million entries than with none."""
REPEATS = 3
# typed letter by letter; words that are common, rare, absent, short, mistyped, or of trigrams that never
# meet; fields that are common, rare and absent
QUERIES = (
    "pandas",
    "needle77",
    "numpy frame",
    "no such words",
    "=z",
    "q~",
    "e7",
    "grpoup",
    "printprintreturn",
    '"matrix(vector"',
    "-numpy layout",
    "status:failed loss",
    "status:lost",
    "session:session-17 token",
    "profile:pool merge",
    "after:2d pandas",
    "before:300d cursor",
    "file:cursor.csv",
    "pinned: plot",
    "label:none",
)


async def keys(path: Path, budget: float) -> None:
    """Time every prefix of every query."""
    everything: list[tuple[float, float]] = []
    async with History(path) as history:
        await history.search("", LIMIT, ranked=True)
        with closing(sqlite3.connect(path)) as peer:
            print(f"{'query':26} {'ms per key: median / worst':>28} {'LIKE scan, whole':>18}  found")
            for query in QUERIES:
                ours, found = [], 0
                for end in range(1, len(query) + 1):
                    samples = []
                    for _ in range(REPEATS):
                        begun, used = time.perf_counter(), time.process_time()
                        found = len(await history.search(query[:end], LIMIT, ranked=True))
                        samples.append((time.perf_counter() - begun, time.process_time() - used))
                    ours.append((min(wall for wall, _ in samples), min(own for _, own in samples)))
                everything += ours
                theirs = "" if ":" in query else f"{scan(peer, query):.0f}"
                middle, worst = median(wall for wall, _ in ours), max(wall for wall, _ in ours)
                print(
                    f"{query:26} {middle * 1e3:18.1f} / {worst * 1e3:7.1f} {theirs:>18}  {found}", flush=True
                )
    parts = [sorted(column) for column in zip(*everything, strict=True)]
    half, most = ([part[int(len(part) * share)] * 1e3 for part in parts] for share in (0.5, 0.95))
    mark = "" if most[0] <= budget else "  over budget"
    shown = f"p50 {half[0]:.1f} ms ({half[1]:.1f}), p95 {most[0]:.1f} ms ({most[1]:.1f})"
    print(f"{len(everything)} keys: {shown}{mark}")


def scan(peer: sqlite3.Connection, query: str) -> float:
    """Milliseconds of a plain scan for the query as one piece of text."""
    pattern = f"%{storable(query)}%"
    started = time.perf_counter()
    peer.execute(
        "SELECT seq, code FROM texts WHERE code LIKE ? OR output LIKE ? ORDER BY seq DESC LIMIT ?",
        (pattern, pattern, LIMIT),
    ).fetchall()
    return (time.perf_counter() - started) * 1000


async def opening(path: Path) -> tuple[float, float]:
    """Milliseconds until a history is open, and until its pane is filled."""
    history = History(path)
    started = time.perf_counter()
    await history.open()
    opened = time.perf_counter()
    await history.search("", LIMIT, "default", "local")
    filled = time.perf_counter()
    await history.close()
    return (opened - started) * 1000, (filled - opened) * 1000


async def recording(path: Path, count: int = 300) -> tuple[float, float]:
    """What begin and finish take together, as the event loop sees it: median and least, in milliseconds."""
    times: list[float] = []
    async with History(path) as history:
        for index in range(count):
            entry = Entry(f"w{index}-{time.time_ns()}", f"print({index})\n" * 5, "recording")
            started = time.perf_counter()
            entry = await history.begin(entry)
            segments = (Segment(Stream.STDOUT, "output\n" * 40),)
            await history.finish(replace(entry, status=Status.SUCCEEDED, segments=segments))
            times.append((time.perf_counter() - started) * 1000)
    return median(times), min(times)


async def least(path: Path, count: int = 300) -> float:
    """Median milliseconds of two bare commits of the same texts, synced in full, off the event loop."""
    with ThreadPoolExecutor(1) as thread:
        ask = partial(asyncio.get_running_loop().run_in_executor, thread)
        connection = await ask(partial(sqlite3.connect, path, isolation_level=None))
        for statement in (
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "CREATE TABLE kept (a, b)",
        ):
            await ask(connection.execute, statement)
        times: list[float] = []
        for index in range(count):
            started = time.perf_counter()
            await ask(connection.execute, "INSERT INTO kept VALUES (?, ?)", (f"print({index})\n" * 5, ""))
            await ask(
                connection.execute, "UPDATE kept SET b = ? WHERE rowid = ?", ("output\n" * 40, index + 1)
            )
            times.append((time.perf_counter() - started) * 1000)
        await ask(connection.close)
    return median(times)


def frames(path: Path, rounds: int = 7) -> tuple[list[float], list[float]]:
    """Median milliseconds to the first frame and to a ready session: with no entries, with these."""
    homes = []
    with tempfile.TemporaryDirectory() as folder:
        for name in ("none", "many"):
            home = Path(folder) / name
            (home / "workbench" / "data").mkdir(parents=True)
            homes.append(str(home))
        (Path(homes[1]) / "workbench" / "data" / "history.db").symlink_to(path)
        times: dict[str, list[list[float]]] = {home: [[], []] for home in homes}
        for _ in range(rounds):
            for place, (first, ready) in times.items():
                first.append(painted(COMMAND, [], b"Output", place))
                ready.append(until("● idle", place))
    none, many = ([median(column) for column in times[home]] for home in homes)
    return none, many


def main() -> None:
    """Measure with each number of entries, and with none."""
    counts = [int(argument.replace("_", "")) for argument in sys.argv[1:]] or [100_000]
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "history.db"
        asyncio.run(opening(empty))
        opened, filled = min(asyncio.run(opening(empty)) for _ in range(5))
        print(f"no entries: open {opened:.1f} ms, fill the pane {filled:.1f} ms")
        middle, best = asyncio.run(recording(empty))
        bare = asyncio.run(least(Path(folder) / "bare.db"))
        print(f"recording adds {middle:.2f} ms to an execution (median; least {best:.2f}), ", end="")
        print(f"{middle / bare:.2f} times what two bare commits take ({bare:.2f})")
        for count in counts:
            path = many_entries(count)
            opened, filled = min(asyncio.run(opening(path)) for _ in range(5))
            print(f"{count:,} entries: open {opened:.1f} ms, fill the pane {filled:.1f} ms")
            (first, ready), (more_first, more_ready) = frames(path)
            print(f"first frame {first:.0f} ms with none, {more_first - first:+.0f} with these", end="; ")
            print(f"ready {ready:.0f}, {more_ready - ready:+.0f} (budget {OPENING_MS:+.0f})")
            asyncio.run(keys(path, BUDGETS_MS.get(count, 100.0)))


if __name__ == "__main__":
    main()
