"""What the cells need, looked for in a session of the level itself."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable

from backend.executor.worker.confine import landlock
from tests.torture.books import Books
from tests.torture.cell import Cell, Level, Need

SCOPED = 6  # the version of Landlock that knows scopes for signals
# a limit of one process is one that is there already
BOUNDED = """
import os, resource
resource.setrlimit(resource.RLIMIT_NPROC, (1, resource.getrlimit(resource.RLIMIT_NPROC)[1]))
try:
    pid = os.fork()
    if pid == 0: os._exit(0)
    os.waitpid(pid, 0)
    print("no")
except OSError:
    print("yes")
"""


async def lacking(books: Books, level: Level) -> set[Need]:
    """What is lacking for cells of this level."""
    lacks = set()
    if (await books.run("probe", BOUNDED)).stdout != "yes\n":
        lacks.add(Need.BOUNDED_PROCESSES)
    if level is Level.CONFINED and landlock.abi() < SCOPED:
        lacks.add(Need.SCOPED_SIGNALS)
    if importlib.util.find_spec("matplotlib") is None:
        lacks.add(Need.MATPLOTLIB)
    return lacks


def divide(cells: Iterable[Cell], level: Level, lacks: set[Need]) -> tuple[list[Cell], list[Cell]]:
    """The cells of this level that can be run, and those that something is lacking for."""
    those = [cell for cell in cells if level in cell.levels]
    return [cell for cell in those if cell.need not in lacks], [cell for cell in those if cell.need in lacks]
