"""Statements on entries that are there: pins, labels, deleting, bringing back; blobs; what grew too old."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence

from workbench.history.codec import storable
from workbench.history.database.writing import Writing
from workbench.history.entry import KeptFile

# entries removed in one transaction, which keeps others waiting for 20 to 50 ms
_AT_ONCE = 100
_OF_ITS_SESSION = "entries.session = kept_files.session AND entries.profile = kept_files.profile"
_PAGES = 500  # of the index, merged in one transaction


class Marking(Writing):
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
        """Remove some entries that were deleted before a moment; how many, 0 when none is left."""
        return self._remove("deleted_at < ?", before)

    def expire(self, before: float) -> int:
        """Remove some final entries, not pinned, that started before a moment; how many, 0 for none left."""
        return self._remove("started_at < ? AND NOT pinned AND status NOT IN ('queued', 'running')", before)

    def shed(self) -> int:
        """Remove some of the oldest final entries that are not pinned; about how many bytes they took."""
        where = "NOT pinned AND status NOT IN ('queued', 'running')"
        (size,) = self._connection.execute(
            # the index of a text is three times its size
            "SELECT total(length(body) + 4 * (length(code) + length(output))) FROM bodies "  # noqa: S608
            "JOIN texts USING (seq) WHERE seq IN "
            f"(SELECT seq FROM entries WHERE {where} ORDER BY seq LIMIT {_AT_ONCE})"
        ).fetchone()
        return int(size) if self._remove(where) else 0

    def shed_file(self) -> int:
        """Let go of the file kept longest when it is older than all entries that may go; the bytes it took.

        Files of sessions with a pinned entry stay.
        """
        with self._writing():
            row = self._connection.execute(
                "SELECT profile, session, path, digest, size FROM kept_files WHERE kept_at <= ("  # noqa: S608
                "SELECT ifnull(min(started_at), 9e99) FROM entries "
                "WHERE NOT pinned AND status NOT IN ('queued', 'running')) "
                f"AND NOT EXISTS (SELECT 1 FROM entries WHERE {_OF_ITS_SESSION} AND pinned) "
                "ORDER BY kept_at LIMIT 1"
            ).fetchone()
            if row is None:
                return 0
            *place, digest, size = row
            self._connection.execute(
                "DELETE FROM kept_files WHERE profile = ? AND session = ? AND path = ?", place
            )
        return 0 if digest in self.needed_blobs() else max(int(size), 1)

    def forget_left(self, before: float) -> None:
        """Forget files, kept before a moment, of sessions that have no entries any more."""
        with self._writing():
            self._connection.execute(
                "DELETE FROM kept_files WHERE kept_at < ? AND NOT EXISTS "  # noqa: S608
                f"(SELECT 1 FROM entries WHERE {_OF_ITS_SESSION})",
                (before,),
            )

    def _remove(self, where: str, *values: float) -> int:
        with self._writing():
            # secure_delete overwrites what is removed: people delete what they should not have printed
            self._connection.execute("PRAGMA secure_delete = ON").fetchall()
            count = self._connection.execute(
                "DELETE FROM entries WHERE seq IN "  # noqa: S608
                f"(SELECT seq FROM entries WHERE {where} ORDER BY seq LIMIT {_AT_ONCE})",
                values,
            ).rowcount
            if count:
                self._connection.execute(
                    "DELETE FROM paths WHERE number NOT IN (SELECT path FROM changed_files)"
                )
        return int(count)

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

    # -- blobs

    def keep_files(self, profile: str, session: str, files: Iterable[KeptFile]) -> None:
        """Note that a session has these files now, in place of those of the same path."""
        place = (storable(profile), storable(session))
        with self._writing():
            self._connection.executemany(
                "INSERT OR REPLACE INTO kept_files VALUES (?, ?, ?, ?, ?, ?)",
                [(*place, storable(one.path), one.digest, one.size, one.kept_at) for one in files],
            )

    def forget_files(self, profile: str, session: str, paths: Iterable[str]) -> None:
        """Note that a session does not have these files any more."""
        with self._writing():
            self._connection.executemany(
                "DELETE FROM kept_files WHERE profile = ? AND session = ? AND path = ?",
                [(storable(profile), storable(session), storable(path)) for path in paths],
            )

    def hold(self, holder: str, digests: Iterable[str]) -> None:
        """Note that blobs are needed as long as an entry with this id is there, or until `release`."""
        with self._writing():
            self._connection.executemany(
                "INSERT OR IGNORE INTO held_blobs VALUES (?, ?)",
                [(storable(holder), digest) for digest in digests],
            )

    def release(self, holder: str) -> None:
        """Note that nothing is needed for this holder any more."""
        with self._writing():
            self._connection.execute("DELETE FROM held_blobs WHERE holder = ?", (storable(holder),))
