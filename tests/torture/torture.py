"""Deals the torture list to sessions of one backend, runs it, and has the witness checked after each cell."""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.executor.plan import Plan
from tests.torture.books import Books
from tests.torture.cell import Cell, Level
from tests.torture.conditions import divide, lacking
from tests.torture.victim import Victim
from tests.torture.witness import NAME, Witness

SEED = "WORKBENCH_TORTURE_SEED"
SESSIONS = 20
AT_ONCE = 4  # cells
MEMORY = 512 << 20  # bytes that a session may have


def seed() -> int:
    """The seed of this run: the environment's, else a new one."""
    given = os.environ.get(SEED)
    return int(given) if given else secrets.randbelow(10**9)


def backend_of(level: Level, root: Path) -> LocalBackend:
    """A backend of this level, whose sessions have little memory and figures where they can be had."""
    plan = Plan(isolation=level, memory_limit=MEMORY, preload=("matplotlib.pyplot",))
    return LocalBackend(root, Choice(sys.executable, "test"), plan)


def deal(cells: Iterable[Cell], chance: random.Random, sessions: int = SESSIONS) -> list[list[Cell]]:
    """The cells in random order, dealt to sessions."""
    shuffled = list(cells)
    chance.shuffle(shuffled)
    return [shuffled[i::sessions] for i in range(sessions)]


@dataclass
class Torture:
    """One run on one backend; `problems` tell each cell that did not go as it should."""

    backend: LocalBackend
    books: Books = field(init=False)
    witness: Witness = field(init=False)
    problems: list[str] = field(default_factory=list)
    times: list[tuple[float, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.books = Books(self.backend)
        self.witness = Witness(self.books, self.backend)
        self._room = asyncio.Semaphore(AT_ONCE)

    async def possible(self, cells: Sequence[Cell], level: Level) -> list[Cell]:
        """The cells of this level that can be run here; says which are left out, and why."""
        some, others = divide(cells, level, await lacking(self.books, level))
        await self.backend.end_session("probe")
        for cell in others:
            print(f"left out at {level}: {cell.name}: needs {cell.need}")
        return some

    async def run(self, hands: Sequence[Sequence[Cell]]) -> None:
        """Each hand in a session of its own, all at the same time."""
        await self.witness.begin()
        data = self.backend.data_directory(NAME)
        target = (self.witness.pid, str(data), str(data.parent / "tmp"))
        try:
            victims = [Victim(f"session {i}", self.books, self.backend, target) for i in range(len(hands))]
            await asyncio.gather(*map(self._suffer, victims, hands))
        finally:
            await self.witness.end()

    async def _suffer(self, victim: Victim, cells: Sequence[Cell]) -> None:
        for cell in cells:
            async with self._room:
                began = time.monotonic()
                await self._try(victim, cell)
                self.times.append((time.monotonic() - began, cell.name))

    async def _try(self, victim: Victim, cell: Cell) -> None:
        try:
            await victim.suffer(cell)
        except Exception as error:
            self.problems.append(
                f"{cell.name} (row {cell.row}, {victim.name}): {type(error).__name__}: {error}"
            )
            victim.kept = None
            await self.backend.end_session(victim.name)
        try:
            await self.witness.check()
        except Exception as error:
            self.problems.append(f"THE WITNESS after {cell.name} (row {cell.row}, {victim.name}): {error}")
