"""Statements that write entries, each method in one transaction."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from backend.models import Status
from workbench.history.codec import changed_paths, indexed_output, pack, storable
from workbench.history.database.file import WriteLock
from workbench.history.database.reading import Reading
from workbench.history.database.rows import facts, read
from workbench.history.database.schema import record_paths
from workbench.history.entry import Entry, Segment
from workbench.history.recorder import with_late

LOST_MESSAGE = "The workbench ended while this ran; its outcome is unknown."

_UNFINISHED = f"status IN ('{Status.QUEUED.value}', '{Status.RUNNING.value}')"


class Writing(Reading):
    """Writes are acknowledged once they are committed with `synchronous=FULL`."""

    def __init__(self, connection: sqlite3.Connection, lock: WriteLock | None) -> None:
        super().__init__(connection)
        self._lock = lock

    def begin(self, entry: Entry, owner: str, at_least: int = 1) -> Entry:
        """Write a new entry under the session's next number, which is `at_least` this one."""
        with self._writing():
            number = self._count(entry.session, at_least)
            entry = replace(entry, number=number)
            self._insert(entry, owner)
        return entry

    def add(self, entries: Iterable[Entry], owner: str) -> list[Entry]:
        """Write new entries in one transaction, each under its number or the next one of its session."""
        added = []
        with self._writing():
            for entry in entries:
                numbered = replace(entry, number=self._count(entry.session, entry.number))
                self._insert(numbered, owner)
                added.append(numbered)
        return added

    def progress(self, entry_id: str, segments: tuple[Segment, ...]) -> None:
        """Write the output so far of an entry, which runs then, unless it is final.

        The index follows at the end.
        """
        with self._writing():
            row = self._connection.execute(
                f"SELECT seq, body FROM entries JOIN bodies USING (seq) WHERE id = ? AND {_UNFINISHED}",  # noqa: S608
                (storable(entry_id),),
            ).fetchone()
            if row is not None:
                self._set_body(row[0], replace(read(row[1]), status=Status.RUNNING, segments=segments))
                update = "UPDATE entries SET status = ? WHERE seq = ?"
                self._connection.execute(update, (Status.RUNNING.value, row[0]))

    def late(self, entry_id: str, segments: tuple[Segment, ...]) -> bool:
        """Write these as the late output of an entry, unless it is gone; False while it is not final."""
        with self._writing():
            row = self._connection.execute(
                "SELECT seq, body FROM entries JOIN bodies USING (seq) WHERE id = ?", (storable(entry_id),)
            ).fetchone()
            if row is None:
                return True
            entry = read(row[1])
            if entry.status.final:
                self._update(row[0], replace(entry, segments=with_late(entry.segments, segments)))
            return entry.status.final

    def keep(self, entry: Entry, owner: str, *, final_wins: bool = False) -> None:
        """Write an entry as it is, over what is there under its id.

        With `final_wins` an entry that is final already stays (the one given is an older copy).
        """
        with self._writing():
            self._keep(entry, owner, final_wins)

    def keep_all(self, entries: Iterable[tuple[Entry, str]]) -> int:
        """Write entries with their owners in one transaction, over what is there; how many."""
        count = 0
        with self._writing():
            for entry, owner in entries:
                self._keep(entry, owner, final_wins=False)
                count += 1
        return count

    def lose(self, ended: Callable[[str], bool]) -> int:
        """Mark unfinished entries whose owner has ended as lost, with their last known output; how many."""
        rows = self._connection.execute(f"SELECT seq, owner FROM entries WHERE {_UNFINISHED}").fetchall()  # noqa: S608
        gone = {owner for owner in {owner for _, owner in rows} if ended(owner)}
        lost = 0
        for sequence in [sequence for sequence, owner in rows if owner in gone]:
            with self._writing():
                body = self._connection.execute(
                    "SELECT body FROM bodies WHERE seq = ?", (sequence,)
                ).fetchone()
                if body is None:
                    continue  # purged since
                entry = read(body[0])
                if not entry.status.final:
                    message = entry.message or LOST_MESSAGE
                    self._update(sequence, replace(entry, status=Status.LOST, message=message))
                    lost += 1
        return lost

    # -- one entry's rows

    def _keep(self, entry: Entry, owner: str, final_wins: bool) -> None:
        found = self._connection.execute(
            "SELECT seq, status FROM entries WHERE id = ?", (storable(entry.id),)
        ).fetchone()
        if found is None:
            self._count(entry.session, entry.number, advance=False)
            self._insert(entry, owner)
        elif not (final_wins and Status(found[1]).final):
            self._update(found[0], entry)

    def _count(self, session: str, number: int, *, advance: bool = True) -> int:
        row = self._connection.execute(
            "INSERT INTO counters VALUES (?, ?) ON CONFLICT (session) "
            "DO UPDATE SET last = max(last + ?, excluded.last) RETURNING last",
            (storable(session), number, int(advance)),
        ).fetchall()
        return int(row[0][0])

    def _insert(self, entry: Entry, owner: str) -> None:
        sequence = self._connection.execute(
            "INSERT INTO entries (id, session, number, profile, version, status, state_lost, started_at, "
            "duration_ms, owner) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*facts(entry), owner),
        ).lastrowid
        assert sequence is not None
        self._connection.execute(
            "INSERT INTO texts VALUES (?, ?, ?)", (sequence, storable(entry.code), indexed_output(entry))
        )
        self._connection.execute("INSERT INTO bodies VALUES (?, ?)", (sequence, pack(entry)))
        if entry.files_changed:
            record_paths(self._connection, sequence, changed_paths(entry))

    def _update(self, sequence: int, entry: Entry) -> None:
        self._connection.execute(
            # the indexes of columns that are not named here are not written: 0.05 ms of an execution
            "UPDATE entries SET status = ?, state_lost = ?, started_at = ?, duration_ms = ? WHERE seq = ?",
            (entry.status.value, entry.state_lost, entry.started_at, entry.duration_ms, sequence),
        )
        self._connection.execute(
            "UPDATE texts SET code = ?, output = ? WHERE seq = ?",
            (storable(entry.code), indexed_output(entry), sequence),
        )
        self._set_body(sequence, entry)
        if entry.files_changed:
            record_paths(self._connection, sequence, changed_paths(entry))

    def _set_body(self, sequence: int, entry: Entry) -> None:
        self._connection.execute("UPDATE bodies SET body = ? WHERE seq = ?", (pack(entry), sequence))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._lock() if self._lock else contextlib.nullcontext():
            # IMMEDIATE: a read that turns into a write fails at once when another writes, without waiting
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
