"""One SQLite file of entries: every statement that history runs, on one connection of one thread."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from backend.models import Status
from workbench.history import schema
from workbench.history.codec import decode, encode, indexed_output, storable
from workbench.history.entry import Entry, Segment, Summary
from workbench.history.recorder import with_late
from workbench.history.search import LIKE, SUMMARY_COLUMNS, like_values, parse, select

LOST_MESSAGE = "The workbench ended while this ran; its outcome is unknown."

# a short word is common when this many of the newest entries have it
_NEWEST = 1_000
_COMMON = 20
_MAX_TRIGRAMS = 200

_UNFINISHED = f"status IN ('{Status.QUEUED.value}', '{Status.RUNNING.value}')"


class Database:
    """An open file (or memory). Every method raises sqlite3.Error as SQLite gave it.

    Writes are acknowledged once they are committed with `synchronous=FULL`.
    """

    def __init__(self, path: Path | None, *, patience: float = 5.0, read_only: bool = False) -> None:
        """Open `path`, or memory for None. `patience` is how many seconds a call waits for a lock.

        Raises schema.NewerSchemaError for a file of a later version, unless it is only read.
        """
        self.path = path
        if path is None:
            self._connection = sqlite3.connect(":memory:", isolation_level=None)
        else:
            uri = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rw'}"
            self._connection = sqlite3.connect(uri, uri=True, timeout=patience, isolation_level=None)
        try:
            if read_only:
                self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            else:
                schema.version(self._connection)
                schema.configure(self._connection)
                schema.prepare(self._connection)
            self._identity = _identity(path)
        except BaseException:
            self._connection.close()
            raise

    def be_patient(self, seconds: float) -> None:
        """Change how long a call waits for another process's lock."""
        self._connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}").fetchall()

    def start_at(self, sequence: int) -> None:
        """Give entries written from now on sequences above this one."""
        self._connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('entries', ?)", (sequence,))

    def replaced(self) -> bool:
        """Whether another file, or none, stands under the name now."""
        return self._identity != _identity(self.path)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def sound(self) -> bool:
        """Whether `quick_check` finds nothing wrong; reads the whole file."""
        return bool(self._connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")

    def begin(self, entry: Entry, owner: str, at_least: int = 1) -> Entry:
        """Write a new entry under the session's next number, which is `at_least` this one."""
        with self._writing():
            number = self._count(entry.session, at_least)
            entry = replace(entry, number=number)
            self._insert(entry, owner)
        return entry

    def progress(self, entry_id: str, segments: tuple[Segment, ...]) -> None:
        """Write the output so far of an entry, which runs then, unless it is final.

        The index follows at the end.
        """
        with self._writing():
            row = self._connection.execute(
                f"SELECT seq, body FROM entries JOIN bodies USING (seq) WHERE id = ? AND {_UNFINISHED}",  # noqa: S608
                (entry_id,),
            ).fetchone()
            if row is not None:
                self._set_body(row[0], replace(_decoded(row[1]), status=Status.RUNNING, segments=segments))
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
            entry = _decoded(row[1])
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
                entry = _decoded(body[0])
                if not entry.status.final:
                    message = entry.message or LOST_MESSAGE
                    self._update(sequence, replace(entry, status=Status.LOST, message=message))
                    lost += 1
        return lost

    def delete(self, entry_id: str) -> None:
        """Delete an entry; its number is not given again."""
        with self._writing():
            self._connection.execute("DELETE FROM entries WHERE id = ?", (entry_id,))

    def get(self, entry_id: str) -> Entry | None:
        """The entry with this id."""
        row = self._connection.execute(
            "SELECT body FROM entries JOIN bodies USING (seq) WHERE id = ?", (storable(entry_id),)
        ).fetchone()
        return None if row is None else _decoded(row[0])

    def entries(self, session: str | None = None, *, backwards: bool = False) -> Iterator[tuple[Entry, str]]:
        """Entries and their owners, oldest first or `backwards`, of one session or of all."""
        where = "" if session is None else "WHERE session = ?"
        order = "DESC" if backwards else "ASC"
        for body, owner in self._connection.execute(
            f"SELECT body, owner FROM entries JOIN bodies USING (seq) {where} ORDER BY seq {order}",  # noqa: S608
            () if session is None else (storable(session),),
        ):
            yield _decoded(body), owner

    def recent(self, session: str | None, limit: int, before: int | None) -> list[Summary]:
        """Summaries, newest first, with a sequence less than `before`."""
        conditions = ["seq < ?"]
        values: list[str | int] = [2**62 if before is None else before]
        if session is not None:
            conditions.append("session = ?")
            values.append(storable(session))
        where = " AND ".join(conditions)
        sql = f"SELECT {SUMMARY_COLUMNS} FROM entries WHERE {where} ORDER BY seq DESC LIMIT ?"  # noqa: S608
        return self._summaries(sql, [*values, limit])

    def search(self, query: str, limit: int, session: str | None) -> list[Summary]:
        """Summaries that match a query as `search.parse` reads it, newest first."""
        return self._summaries(*select(parse(query), limit, session, self._trigrams))

    def last_number(self, session: str) -> int:
        """The highest number given in a session, 0 for none."""
        row = self._connection.execute(
            "SELECT last FROM counters WHERE session = ?", (storable(session),)
        ).fetchone()
        return int(row[0]) if row else 0

    def _trigrams(self, word: str) -> list[str] | None:
        """The trigrams that begin with a short word, None for a word that many of the newest entries have.

        LIKE finds enough of a common word at once, but scans all for a rare one (30 to 100 ms per 100,000
        entries); the trigrams of a rare word are few and found in 1 ms, those of a common one take 50.
        """
        row = self._connection.execute(
            "SELECT count(*) FROM (SELECT 1 FROM entries WHERE seq > (SELECT max(seq) FROM entries) - ? "  # noqa: S608
            f"AND {LIKE} LIMIT ?)",
            (_NEWEST, *like_values(word), _COMMON),
        ).fetchone()
        if row[0] == _COMMON:
            return None
        first = word.lower()
        found = self._connection.execute(
            "SELECT term FROM search_terms WHERE term >= ? AND term < ? LIMIT ?",
            (first, first + chr(sys.maxunicode), _MAX_TRIGRAMS + 1),
        ).fetchall()
        return [term for (term,) in found] if len(found) <= _MAX_TRIGRAMS else None

    @contextmanager
    def _writing(self) -> Iterator[None]:
        # IMMEDIATE: a read that turns into a write fails at once when another writes, without waiting
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def _keep(self, entry: Entry, owner: str, final_wins: bool) -> None:
        self._count(entry.session, entry.number, advance=False)
        found = self._connection.execute(
            "SELECT seq, status FROM entries WHERE id = ?", (storable(entry.id),)
        ).fetchone()
        if found is None:
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
        cursor = self._connection.execute(
            "INSERT INTO entries (id, session, number, profile, status, state_lost, started_at, duration_ms, "
            "code, output, owner) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*_columns(entry), owner),
        )
        self._connection.execute("INSERT INTO bodies VALUES (?, ?)", (cursor.lastrowid, encode(entry)))

    def _update(self, sequence: int, entry: Entry) -> None:
        self._connection.execute(
            "UPDATE entries SET id = ?, session = ?, number = ?, profile = ?, status = ?, state_lost = ?, "
            "started_at = ?, duration_ms = ?, code = ?, output = ? WHERE seq = ?",
            (*_columns(entry), sequence),
        )
        self._set_body(sequence, entry)

    def _set_body(self, sequence: int, entry: Entry) -> None:
        self._connection.execute("UPDATE bodies SET body = ? WHERE seq = ?", (encode(entry), sequence))

    def _summaries(self, sql: str, values: list[str | int]) -> list[Summary]:
        return [
            Summary(row[0], row[1], row[2], row[3], Status(row[4]), bool(row[5]), row[6], row[7], row[8])
            for row in self._connection.execute(sql, values)
        ]


def _columns(entry: Entry) -> tuple[str | int | float | None, ...]:
    return (
        storable(entry.id),
        storable(entry.session),
        entry.number,
        storable(entry.profile),
        entry.status.value,
        entry.state_lost,
        entry.started_at,
        entry.duration_ms,
        storable(entry.code),
        indexed_output(entry),
    )


def _decoded(body: bytes) -> Entry:
    """The entry in a body; one that does not read is damage like any other."""
    try:
        return decode(body)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        damage = sqlite3.DatabaseError("an entry does not read")
        damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise damage from error


def _identity(path: Path | None) -> tuple[int, int] | None:
    if path is None:
        return None
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino
