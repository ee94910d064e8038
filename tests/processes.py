"""Processes by /proc: who descends from whom."""

from __future__ import annotations

import os
from pathlib import Path


def parents() -> dict[int, int]:
    """Each process that runs, zombies left out → its parent."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] not in "ZX":
            found[int(entry.name)] = int(fields[1])
    return found


def descendants(pid: int | None = None) -> set[int]:
    """All processes below this one, or below `pid`."""
    return below(os.getpid() if pid is None else pid, parents())


def below(pid: int, above: dict[int, int]) -> set[int]:
    """All processes below `pid` in what `parents` gave."""
    found = {pid}
    grown = True
    while grown:
        more = {child for child, parent in above.items() if parent in found} - found
        found |= more
        grown = bool(more)
    return found - {pid}
