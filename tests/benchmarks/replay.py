"""Comparing 200 executions with their repetitions, beside nbdime's diff of two notebooks of the same.

A third of them is equal, a third differs in times and addresses only, a third in their text.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from typing import Any

from backend.models import Status, Stream
from tests.benchmarks.row import Row, at_most, within
from workbench.export.notebook import notebook
from workbench.history.entry import Entry, Segment
from workbench.replay.compare import Verdict, compare
from workbench.replay.rules import Rules

COUNT = 200
BUDGET_MS = 200.0
RATIO = 1.0
REPEATS = 5
LINES = 60


def rows() -> Iterator[Row]:
    """The time for all of them."""
    pairs = [made(number) for number in range(COUNT)]
    ours = [timed(lambda: check(pairs)) for _ in range(REPEATS)]
    yield within(f"compare {COUNT} executions", ours, "ms", BUDGET_MS)
    peer = nbdime(pairs)
    if peer is not None:
        theirs = [timed(peer) for _ in range(2)]
        yield at_most(f"compare {COUNT} executions, beside nbdime", ours, theirs, "ms", RATIO)


def made(number: int) -> tuple[Entry, Entry]:
    """An execution and its repetition, an hour later."""
    source = random.Random(number)
    lines = [f"step {line:3} loss {source.random():.6f}" for line in range(LINES)]
    address, other = (f"<object at 0x7f{source.getrandbits(40):010x}>" for _ in range(2))
    after = list(lines)
    if number % 3 == 1:
        lines += [address, "took 1.23 s", "2026-09-21 14:13:20"]
        after += [other, "took 0.98 s", "2026-09-21 15:13:20"]
    elif number % 3 == 2:
        after[7], after[31] = "step   7 loss nan", "step  31 loss nan"
        del after[50]
    return entry(number, lines, 1_790_000_000.0), entry(number, after, 1_790_003_600.0)


def entry(number: int, lines: list[str], moment: float) -> Entry:
    """A succeeded one that printed these lines."""
    return Entry(
        f"{moment:.0f}-{number}",
        f"train({number})",
        "one",
        number + 1,
        status=Status.SUCCEEDED,
        segments=(Segment(Stream.STDOUT, "\n".join(lines)),),
        value={"text/plain": str(number)},
        started_at=moment,
        duration_ms=1.0,
    )


def check(pairs: list[tuple[Entry, Entry]]) -> None:
    """Compare all; a third differs."""
    found = [compare(before, after, Rules()).verdict for before, after in pairs]
    assert found.count(Verdict.DIFFERS) == len(pairs) // 3


def nbdime(pairs: list[tuple[Entry, Entry]]) -> Callable[[], Any] | None:
    """The peer's comparison; None where it is not installed."""
    try:
        from nbdime import diff_notebooks
    except ImportError:
        return None
    import nbformat

    one, two = (
        nbformat.reads(notebook([pair[side] for pair in pairs]).decode(), as_version=4) for side in (0, 1)
    )
    return lambda: diff_notebooks(one, two)


def timed(call: Callable[[], Any]) -> float:
    """Milliseconds of a call."""
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000
