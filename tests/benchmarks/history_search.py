"""History search over many entries, per key typed: `python -m tests.benchmarks.history_search [ENTRIES]`.

Prints milliseconds per key through the store, beside a LIKE scan over the same texts on the same machine.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

from backend.models import Status, Stream
from workbench.history.codec import storable
from workbench.history.database import Database
from workbench.history.entry import Entry, Segment
from workbench.history.store import History

BUDGET_MS = 20.0
REPEATS = 5
WORDS = (
    *("import", "numpy", "pandas", "frame", "plot", "model", "train", "epoch", "loss", "accuracy", "table"),
    *("merge", "group", "index", "column", "value", "print", "range", "enumerate", "lambda", "return"),
    *("yield", "async", "await", "session", "request", "response", "token", "header", "payload", "matrix"),
    *("vector", "tensor", "kernel", "stride", "buffer", "cursor", "parse", "render", "layout", "palette"),
)
# typed letter by letter; the last ones are rare, absent, short, or made of common trigrams that never meet
QUERIES = (
    "pandas",
    "needle77",
    "no such words",
    "=z",
    "q~",
    "printprintreturn",
    "status:failed loss",
    "e7",
    "no s",
)


def text(source: random.Random, lines: int) -> str:
    """Lines of words that look somewhat like code."""
    return "\n".join(
        f"{source.choice(WORDS)}_{source.randrange(1000)} = {source.choice(WORDS)}({source.choice(WORDS)})"
        for _ in range(lines)
    )


def fill(path: Path, count: int) -> float:
    """Write `count` finished entries in one transaction; tells the seconds it took."""
    source = random.Random(1)
    started = time.perf_counter()
    path.touch()
    database = Database(path)
    with database._writing():
        for index in range(count):
            code = text(source, 6) + (f"\nneedle{index}" if index % 100 == 77 else "")
            entry = Entry(f"id{index}", code, "default", index + 1, started_at=float(index), duration_ms=1.0)
            status = Status.FAILED if index % 50 == 0 else Status.SUCCEEDED
            segments = (Segment(Stream.STDOUT, text(source, source.randrange(12))),)
            database._insert(replace(entry, status=status, segments=segments), "")
    database.close()
    return time.perf_counter() - started


async def measure(path: Path) -> None:
    """Time every prefix of every query."""
    peer = sqlite3.connect(path)
    async with History(path) as history:
        print(f"{'query':22} {'ms per key: median / worst':>34} {'LIKE scan: median / worst':>28}  found")
        for query in QUERIES:
            ours: list[float] = []
            theirs: list[float] = []
            for end in range(1, len(query) + 1):
                prefix, found = query[:end], 0
                samples = []
                for _ in range(REPEATS):
                    started = time.perf_counter()
                    found = len(await history.search(prefix, limit=200))
                    samples.append((time.perf_counter() - started) * 1000)
                ours.append(median(samples))
                theirs.append(scan(peer, prefix))
            worst = max(ours)
            mark = "" if worst <= BUDGET_MS else "  over budget"
            print(
                f"{query:22} {median(ours):24.2f} / {worst:7.2f} {median(theirs):18.2f} / {max(theirs):7.2f}"
                f"  {found}{mark}"
            )
    peer.close()


def scan(peer: sqlite3.Connection, query: str) -> float:
    """Milliseconds of a plain scan for the query as one piece of text."""
    pattern = f"%{storable(query)}%"
    started = time.perf_counter()
    peer.execute(
        "SELECT seq, code FROM texts WHERE code LIKE ? OR output LIKE ? ORDER BY seq DESC LIMIT 200",
        (pattern, pattern),
    ).fetchall()
    return (time.perf_counter() - started) * 1000


async def measure_writes(path: Path, count: int = 200) -> None:
    """Time begin and finish as the event loop sees them."""
    times: dict[str, list[float]] = {"begin": [], "finish": []}
    started = time.perf_counter()
    async with History(path) as history:
        print(f"open {(time.perf_counter() - started) * 1000:.1f} ms")
        for index in range(count):
            entry = Entry(f"w{index}", f"print({index})\n" * 5, "default", status=Status.RUNNING)
            started = time.perf_counter()
            entry = await history.begin(entry)
            times["begin"].append((time.perf_counter() - started) * 1000)
            segments = (Segment(Stream.STDOUT, "output\n" * 40),)
            done = replace(entry, status=Status.SUCCEEDED, segments=segments)
            started = time.perf_counter()
            await history.finish(done)
            times["finish"].append((time.perf_counter() - started) * 1000)
        started = time.perf_counter()
        await history.recent("default")
        print(f"recent(500) {(time.perf_counter() - started) * 1000:.1f} ms")
    for name, values in times.items():
        values.sort()
        print(f"{name}: median {median(values):.2f} ms, p99 {values[int(len(values) * 0.99)]:.2f} ms")


def main() -> None:
    """Fill a database in a temporary directory and measure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        seconds = fill(path, count)
        print(f"{count} entries, {path.stat().st_size / 2**20:.0f} MiB, written in {seconds:.1f} s")
        asyncio.run(measure_writes(path))
        asyncio.run(measure(path))


if __name__ == "__main__":
    main()
