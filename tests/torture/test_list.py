"""The list itself: large enough, every row of the catalogue, nothing that could hurt who runs it."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from backend.models import Status
from tests.torture.cell import LEVELS, ON, Cell, Level, Loss
from tests.torture.cells import ALL
from tests.torture.cells.files import FOLDER, GUARD
from tests.torture.torture import SESSIONS, deal

ENOUGH = 500
ROWS = range(1, 38)  # of the failure catalogue: those that code in a session can bring about
DELETES = ("rmtree(", "rmdir(", "unlink(", "rename(", "truncate('")


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_has_enough_cells_and_each_row_has_some(level: Level) -> None:
    cells = [cell for cell in ALL if level in cell.levels]
    assert len(cells) >= ENOUGH
    assert {cell.row for cell in cells} == set(ROWS)


def test_names_are_unique() -> None:
    assert [name for name, count in Counter(cell.name for cell in ALL).items() if count > 1] == []


def _odd(cell: Cell) -> bool:
    """Whether what is expected of a cell cannot be."""
    lost = {Status.WORKER_DIED, Status.INTERRUPTED, Status.TIMED_OUT}
    return (
        not all(status.final for status in cell.ends)
        or (cell.interrupts > 0 and ON not in cell.code)
        or (cell.loss is Loss.LOST and not set(cell.ends) <= lost)
        or (cell.loss is Loss.KEPT and Status.WORKER_DIED in cell.ends)
    )


def test_what_is_expected_can_be() -> None:
    assert [cell for cell in ALL if _odd(cell)] == []


def _bold(cell: Cell) -> bool:
    """Whether a cell deletes without a look at where it is, where nothing else keeps it from our files."""
    deletes = Level.PROCESS in cell.levels and any(word in cell.code for word in DELETES)
    return deletes and GUARD not in cell.code and FOLDER not in cell.code


def test_what_deletes_looks_first_where_it_is() -> None:
    assert [cell for cell in ALL if _bold(cell)] == []


def test_a_deal_is_random_whole_and_can_be_repeated() -> None:
    first, again, other = (deal(ALL, random.Random(seed)) for seed in (1, 1, 2))
    assert first == again != other
    assert len(first) == SESSIONS
    assert Counter(cell for hand in first for cell in hand) == Counter(ALL)
