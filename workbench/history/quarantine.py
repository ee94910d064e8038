"""A damaged history file: moved aside under a time-stamped name, and what still reads saved from it."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from pathlib import Path

from workbench.history.database import Database

DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
"""The only errors for which a file is moved aside; all others may pass (locked, full, read-only, I/O)."""

_COMPANIONS = ("-journal", "-wal", "-shm")


def move_aside(path: Path) -> Path:
    """Rename the file and its journals; gives the new name of the file. Raises OSError."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    count = 1
    while aside.exists():
        count += 1
        aside = path.with_name(f"{path.name}.damaged-{stamp}-{count}")
    path.rename(aside)
    for companion in _COMPANIONS:
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + companion).rename(aside.with_name(aside.name + companion))
    return aside


def salvage(aside: Path, into: Database) -> int:
    """Copy the entries that read, from both ends towards the damage; tells how many."""
    try:
        damaged = Database(aside, patience=0.1, read_only=True)
    except sqlite3.Error:
        return 0
    saved: set[str] = set()
    newest = []
    try:
        with contextlib.suppress(sqlite3.Error, ValueError, KeyError, TypeError):
            for entry, owner in damaged.entries():
                into.keep(entry, owner)
                saved.add(entry.id)
        with contextlib.suppress(sqlite3.Error, ValueError, KeyError, TypeError):
            for entry, owner in damaged.entries(backwards=True):
                if entry.id in saved:
                    break
                newest.append((entry, owner))
        with contextlib.suppress(sqlite3.Error):
            for entry, owner in reversed(newest):
                into.keep(entry, owner)
                saved.add(entry.id)
    finally:
        damaged.close()
    return len(saved)
