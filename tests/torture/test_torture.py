"""The same torture list against every level: random order, 20 sessions, a witness that nothing reaches."""

from __future__ import annotations

import asyncio
import random
import time
from pathlib import Path

import pytest

from backend.executor import channel
from tests.ordinary.needs import needs_bubblewrap, needs_namespaces
from tests.torture import leftovers
from tests.torture.cell import LEVELS, Level
from tests.torture.cells import ALL
from tests.torture.torture import SEED, Torture, backend_of, deal, seed

STALL = 1.5  # seconds instead of ten that a begun frame may take


@pytest.mark.timeout(180)
@pytest.mark.parametrize("level", LEVELS)
async def test_hostile_cells_have_no_effect_on_another_session(
    level: Level, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if level is not Level.PROCESS:
        needs_namespaces()
    if level is Level.SEALED:
        needs_bubblewrap()
    monkeypatch.setattr(channel, "STALL", STALL)
    number = seed()
    print(f"{SEED}={number} at {level}")
    root, temporary = tmp_path / "sessions", tmp_path / "temporary"
    temporary.mkdir()
    await asyncio.to_thread(int)  # the loop's thread pool keeps what it has opened
    with leftovers.watched(f"{level}-{number}", root, temporary) as left:
        backend = backend_of(level, root)
        torture = Torture(backend)
        began = time.monotonic()
        try:
            cells = await torture.possible(ALL, level)
            await torture.run(deal(cells, random.Random(number)))
            assert {info.isolation for info in await backend.sessions()} == {level}
        finally:
            await backend.close()
        left.check()
    print(
        f"{len(cells)} cells, {len(torture.books.submitted)} executions in {time.monotonic() - began:.1f} s"
    )
    print(f"{dict(torture.books.ended)}; slowest answer of the witness {torture.witness.slowest:.2f} s")
    print("slowest:", sorted(torture.times, reverse=True)[:25])
    report = "\n".join([f"{SEED}={number} at {level}", *torture.problems])
    assert not torture.problems, report
    torture.books.balance()
