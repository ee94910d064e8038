"""Statements that read, on one connection of one thread at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from workbench.history.codec import storable
from workbench.history.database.file import damaged
from workbench.history.database.rows import SUMMARY, read, summaries
from workbench.history.database.searching import Searcher
from workbench.history.entry import Entry, KeptFile, Marks, Summary
from workbench.history.query.language import Query

_BODIES = "entries JOIN bodies USING (seq)"
_SUMMARIES = "entries CROSS JOIN texts ON texts.seq = entries.seq"


class Reading:
    """What can be asked of a database. Every method raises sqlite3.Error as SQLite gave it.

    Deleted entries are found by nothing but `deleted` until they are purged.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._searcher = Searcher(connection)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def interrupt(self) -> None:
        """End what another thread asks now: it raises sqlite3.OperationalError."""
        self._connection.interrupt()

    def get(self, entry_id: str) -> Entry | None:
        """The entry with this id."""
        row = self._connection.execute(
            f"SELECT body FROM {_BODIES} WHERE id = ? AND deleted_at IS NULL",  # noqa: S608
            (storable(entry_id),),
        ).fetchone()
        return None if row is None else read(row[0])

    def marks(self, entry_id: str) -> Marks:
        """Pin and label of an entry."""
        row = self._connection.execute(
            "SELECT pinned, label FROM entries WHERE id = ?", (storable(entry_id),)
        ).fetchone()
        return Marks() if row is None else Marks(bool(row[0]), row[1])

    def entries(
        self, session: str | None = None, profile: str | None = None, *, backwards: bool = False
    ) -> Iterator[tuple[Entry, str]]:
        """Entries and their owners, oldest first or `backwards`, of one session (at one target) or of all."""
        order = "DESC" if backwards else "ASC"
        conditions, values = ["deleted_at IS NULL"], []
        for column, value in (("session", session), ("profile", profile)):
            if value is not None:
                conditions.append(f"{column} = ?")
                values.append(storable(value))
        where = " AND ".join(conditions)
        for body, owner in self._connection.execute(
            f"SELECT body, owner FROM {_BODIES} WHERE {where} ORDER BY seq {order}",  # noqa: S608
            values,
        ):
            yield read(body), owner

    def entries_since(self, session: str, profile: str, starts: int, most: int) -> list[Entry]:
        """The newest entries of a session, oldest first: back to a fresh start, one of so many; or `most`."""
        found: list[Entry] = []
        for entry, _ in self.entries(session, profile, backwards=True):
            found.append(entry)
            starts -= entry.fresh
            if not starts or len(found) == most:
                break
        return found[::-1]

    def recent(self, session: str | None, limit: int, before: int | None) -> list[Summary]:
        """Summaries, newest first, with a sequence less than `before`."""
        where, values = "", [2**62 if before is None else before]
        if session is not None:
            where = "AND entries.session = ?"
            values.append(storable(session))  # type: ignore[arg-type]  # parameters of SQL
        return summaries(
            self._connection.execute(
                f"SELECT {SUMMARY} FROM {_SUMMARIES} WHERE entries.seq < ? {where} "  # noqa: S608
                "AND entries.deleted_at IS NULL ORDER BY entries.seq DESC LIMIT ?",
                [*values, limit],
            )
        )

    def search(self, query: Query, limit: int, *, ranked: bool = False) -> list[Summary]:
        """Summaries that match: the best first when `ranked`, else the newest."""
        return self._searcher.best(query, limit) if ranked else self._searcher.newest(query, limit)

    def neighbours(self, entry_id: str, count: int) -> list[Summary]:
        """An entry between up to `count` that ran before it and after it in its session, oldest first."""
        found = self._connection.execute(
            "SELECT seq, session, profile FROM entries WHERE id = ?", (storable(entry_id),)
        ).fetchone()
        if found is None:
            return []
        sequence, session, profile = found

        def side(comparison: str, order: str, limit: int) -> list[Summary]:
            return summaries(
                self._connection.execute(
                    f"SELECT {SUMMARY} FROM entries INDEXED BY entries_by_session "  # noqa: S608
                    "CROSS JOIN texts ON texts.seq = entries.seq WHERE entries.session = ? "
                    f"AND entries.seq {comparison} ? AND entries.profile = ? AND entries.deleted_at IS NULL "
                    f"ORDER BY entries.seq {order} LIMIT ?",
                    (session, sequence, profile, limit),
                )
            )

        return [*reversed(side("<=", "DESC", count + 1)), *side(">", "ASC", count)]

    def last_number(self, session: str) -> int:
        """The highest number given in a session, 0 for none."""
        row = self._connection.execute(
            "SELECT last FROM counters WHERE session = ?", (storable(session),)
        ).fetchone()
        return int(row[0]) if row else 0

    def kept_files(self, profile: str, session: str) -> list[KeptFile]:
        """The contents that are kept of a session's files, by path, oldest first."""
        return [
            KeptFile(*row)
            for row in self._connection.execute(
                "SELECT path, digest, size, kept_at, number FROM kept_files "
                "WHERE profile = ? AND session = ? ORDER BY path, number",
                (storable(profile), storable(session)),
            )
        ]

    def file_changes(self, profile: str, session: str) -> list[tuple[str, int]]:
        """Each file that an execution of a session has changed, with its number."""
        return self._connection.execute(
            "SELECT paths.path, entries.number FROM entries "
            "JOIN changed_files ON changed_files.seq = entries.seq "
            "JOIN paths ON paths.number = changed_files.path "
            "WHERE entries.session = ? AND entries.profile = ? ORDER BY entries.number",
            (storable(session), storable(profile)),
        ).fetchall()

    def needed_blobs(self) -> frozenset[str]:
        """The digests of all blobs that a session or an entry needs."""
        rows = self._connection.execute(
            "SELECT digest FROM kept_files WHERE digest <> '' UNION SELECT digest FROM held_blobs"
        )
        return frozenset(digest for (digest,) in rows)

    def sound(self) -> bool:
        """Whether `quick_check` finds nothing wrong; reads the whole file."""
        try:
            return bool(self._connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
        except sqlite3.DatabaseError as error:
            if damaged(error):
                return False
            raise
