"""What a session lost with its variables, and so what has to run again to have them back."""

from __future__ import annotations

from collections.abc import Sequence

from backend.models import Status
from workbench.history.entry import Entry
from workbench.history.store import History

MOST = 5_000
"""Entries that are looked at for what a session has lost."""

_MADE_NOTHING = (Status.REJECTED, Status.QUEUED, Status.RUNNING)


def lost(entries: Sequence[Entry], *, running: bool = False) -> tuple[Entry, ...]:
    """The executions of a session whose variables are gone, oldest first.

    `entries` are all of the session. Without `running` its worker is gone, and with it what ran since the
    last fresh start; those that took the worker with them are left out, since they would again. With
    `running` the session goes on: what is gone is what ran before the newest fresh start, and what has run
    since then missed it, and runs again after it.
    """
    lives = _lives(entries)
    if not lives:
        return ()
    if not running or _ended(entries[-1]):
        return _worth(lives[-1])
    if len(lives) == 1:
        return ()
    return (*_worth(lives[-2]), *_worth(lives[-1]))


async def lives_of(history: History, profile: str, session: str) -> list[Entry]:
    """The entries of a session since its last fresh start but one, oldest first; at most MOST of them."""
    return await history.entries_since(session, profile, starts=2, most=MOST)


def _lives(entries: Sequence[Entry]) -> list[list[Entry]]:
    """The entries between fresh starts."""
    lives: list[list[Entry]] = []
    died = True
    for entry in entries:
        if entry.status in _MADE_NOTHING:
            continue
        if entry.fresh or died:
            lives.append([])
        lives[-1].append(entry)
        died = _ended(entry)
    return lives


def _ended(entry: Entry) -> bool:
    """Whether the variables went with this one: its worker died, or the session is gone."""
    return entry.status is Status.WORKER_DIED or (entry.state_lost and not entry.fresh)


def _worth(life: Sequence[Entry]) -> tuple[Entry, ...]:
    """Those of a life that did not end it."""
    return tuple(
        entry
        for entry in life
        if entry.status in (Status.SUCCEEDED, Status.FAILED, Status.TIMED_OUT, Status.LOST)
        and not _ended(entry)
    )
