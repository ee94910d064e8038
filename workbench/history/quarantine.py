"""A damaged history file: moved aside under a time-stamped name, and what still reads saved from it."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from workbench.history.database import Database
from workbench.history.entry import Entry

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
    count = 0
    try:
        count += into.keep_all(_until_damage(damaged.entries(), saved))
        ending: list[tuple[Entry, str]] = []
        known = frozenset(saved)
        for entry, owner in _until_damage(damaged.entries(backwards=True), saved):
            if entry.id in known:
                break
            ending.append((entry, owner))
        count += into.keep_all(reversed(ending))
    except sqlite3.Error:
        return count
    finally:
        damaged.close()
    return count


def _until_damage(entries: Iterator[tuple[Entry, str]], saved: set[str]) -> Iterator[tuple[Entry, str]]:
    """Entries as long as they read; their ids are added to `saved`."""
    with contextlib.suppress(sqlite3.Error):
        for entry, owner in entries:
            saved.add(entry.id)
            yield entry, owner
