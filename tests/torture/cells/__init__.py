"""The torture list."""

from __future__ import annotations

from tests.torture.cell import Cell
from tests.torture.cells import (
    abuse,
    channel,
    death,
    errors,
    exhaustion,
    files,
    memory,
    neighbours,
    output,
    processes,
    remains,
    stopping,
    text,
    values,
)

ALL: tuple[Cell, ...] = (
    *death.CELLS,
    *memory.CELLS,
    *stopping.CELLS,
    *exhaustion.CELLS,
    *remains.CELLS,
    *processes.CELLS,
    *output.CELLS,
    *values.CELLS,
    *errors.CELLS,
    *text.CELLS,
    *abuse.CELLS,
    *files.CELLS,
    *channel.CELLS,
    *neighbours.CELLS,
)
"""Every hostile cell, of any level."""
