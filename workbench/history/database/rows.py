"""Rows of the tables as entries and summaries, and back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from backend.models import Status
from workbench.history.codec import storable, unpack
from workbench.history.entry import Entry, Summary

# the rows of a list show a line of the code; all of it is read with the entry
_SHOWN_CHARACTERS = 4_000

SUMMARY = (
    f"entries.id, entries.session, entries.number, substr(texts.code, 1, {_SHOWN_CHARACTERS}), "
    "entries.status, entries.state_lost, entries.started_at, entries.duration_ms, entries.seq, "
    "entries.profile, entries.pinned, entries.label"
)
"""The columns that `summaries` reads, from `entries` joined with `texts`."""


def summaries(rows: Iterable[tuple[Any, ...]], *, close: bool = False) -> list[Summary]:
    """The summaries of rows with the columns SUMMARY."""
    return [
        Summary(
            id,
            session,
            number,
            code,
            _STATUSES[status],
            bool(lost),
            started_at,
            duration_ms,
            sequence,
            profile,
            bool(pinned),
            label,
            close,
        )
        for (
            id,
            session,
            number,
            code,
            status,
            lost,
            started_at,
            duration_ms,
            sequence,
            profile,
            pinned,
            label,
        ) in rows
    ]


_STATUSES = {status.value: status for status in Status}


def facts(entry: Entry) -> tuple[str | int | float | None, ...]:
    """The columns of `entries` that follow from an entry: id to duration_ms."""
    return (
        storable(entry.id),
        storable(entry.session),
        entry.number,
        storable(entry.profile),
        storable(entry.api_version),
        entry.status.value,
        entry.state_lost,
        entry.started_at,
        entry.duration_ms,
    )


def read(body: bytes) -> Entry:
    """The entry in a body; one that does not read is damage like any other."""
    try:
        return unpack(body)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        damage = sqlite3.DatabaseError("an entry does not read")
        damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise damage from error
