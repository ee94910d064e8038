"""Statements on entries that are there: pins, labels, deleting, bringing back; what grew too old."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from workbench.history.codec import storable
from workbench.history.database.keeping import Keeping

# entries removed in one transaction, which keeps others waiting for 20 to 50 ms
_AT_ONCE = 100
_PAGES = 500  # of the index, merged in one transaction


class Marking(Keeping):
    """What changes about an entry after it is final."""

    def pin(self, entry_id: str, pinned: bool) -> None:
        """Pin an entry, or do no longer. Retention leaves those that are pinned."""
        self._set("pinned = ?", [entry_id], int(pinned))

    def label(self, entry_id: str, label: str) -> None:
        """Give an entry a label, empty for none."""
        self._set("label = ?", [entry_id], storable(label))

    def delete(self, ids: Sequence[str], now: float) -> None:
        """Hide entries from all but `restore`, until `purge`. Their numbers are not given again."""
        self._set("deleted_at = ?", ids, now)

    def delete_session(self, profile: str, session: str, now: float) -> list[str]:
        """Hide all entries of a session at a target that are final; gives their ids."""
        with self._writing():
            rows = self._connection.execute(
                "UPDATE entries SET deleted_at = ? WHERE session = ? AND profile = ? AND deleted_at IS NULL "
                "AND status NOT IN ('queued', 'running') RETURNING id",
                (now, storable(session), storable(profile)),
            ).fetchall()
        return [entry_id for (entry_id,) in rows]

    def restore(self, ids: Sequence[str]) -> None:
        """Bring deleted entries back, unless they are purged already."""
        self._set("deleted_at = ?", ids, None)

    def _set(self, assignment: str, ids: Sequence[str], value: str | float | None) -> None:
        with self._writing():
            self._connection.executemany(
                f"UPDATE entries SET {assignment} WHERE id = ?",  # noqa: S608
                [(value, storable(entry_id)) for entry_id in ids],
            )

    def remove(self, entry_id: str) -> None:
        """Remove an entry at once."""
        with self._writing():
            self._connection.execute("DELETE FROM entries WHERE id = ?", (storable(entry_id),))

    # -- removing for good

    def purge(self, before: float) -> int:
        """Remove some entries that were deleted before a moment; how many, 0 when none is left.

        With the last one of a session go the files that were kept of it by then.
        """
        return self._remove("deleted_at < ? ORDER BY deleted_at", before, files_of=before)

    def expire(self, before: float) -> int:
        """Remove some final entries, not pinned, that started before a moment; how many, 0 for none left."""
        condition = "started_at < ? AND NOT pinned AND status NOT IN ('queued', 'running')"
        return self._remove(f"{condition} ORDER BY started_at", before)

    def shed(self) -> int:
        """Remove some of the oldest final entries that are not pinned; about how many bytes they took."""
        where = "NOT pinned AND status NOT IN ('queued', 'running') ORDER BY seq"
        (size,) = self._connection.execute(
            # the index of a text is three times its size
            "SELECT total(length(body) + 4 * (length(code) + length(output))) FROM bodies "  # noqa: S608
            "JOIN texts USING (seq) WHERE seq IN "
            f"(SELECT seq FROM entries WHERE {where} LIMIT {_AT_ONCE})"
        ).fetchone()
        return int(size) if self._remove(where) else 0

    def _remove(self, where: str, *values: float, files_of: float | None = None) -> int:
        """Remove some entries. Ordered by a column that `where` does not name, SQLite walks all of them."""
        with self._writing():
            # secure_delete overwrites what is removed: people delete what they should not have printed
            self._connection.execute("PRAGMA secure_delete = ON").fetchall()
            removed = self._connection.execute(
                "DELETE FROM entries WHERE seq IN "  # noqa: S608
                f"(SELECT seq FROM entries WHERE {where} LIMIT {_AT_ONCE}) "
                "RETURNING profile, session",
                values,
            ).fetchall()
            if removed:
                self._connection.execute(
                    "DELETE FROM paths WHERE number NOT IN (SELECT path FROM changed_files)"
                )
            if files_of is not None:
                self._let_go_of(set(removed), files_of)
        return len(removed)

    def merge(self, *, begin: bool) -> bool:
        """Take a piece of what was removed out of the index, 20 to 50 ms; False when that is done."""
        with self._writing():
            before = self._connection.total_changes
            pages = -_PAGES if begin else _PAGES
            self._connection.execute("INSERT INTO search (search, rank) VALUES ('merge', ?)", (pages,))
            return self._connection.total_changes - before >= 2  # less is what FTS5 says when it did nothing

    def shrink(self) -> None:
        """Give the room of what was removed back to the file system (of a file that began as version 2)."""
        with self._lock() if self._lock else contextlib.nullcontext():
            self._connection.executescript("PRAGMA incremental_vacuum")  # `execute` would free one page

    def size(self) -> int:
        """Bytes that the file needs, without the room of what was removed."""
        pages, free, each = (
            self._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * each)
