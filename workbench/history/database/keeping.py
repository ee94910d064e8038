"""Statements on contents that are kept by hash: files of sessions, and what entries hold."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.history.codec import storable
from workbench.history.database.writing import Writing
from workbench.history.entry import KeptFile

MOST_CONTENTS = 20
"""Contents of one path of a session that are kept; the first and the newest ones are."""
MOST_OLDER = 1 << 30
"""Bytes of a session's contents from which on those that are neither first nor newest go."""

_PLACE = "profile = ? AND session = ?"
_PATH = f"{_PLACE} AND path = ?"
_OF_ITS_SESSION = "entries.session = kept_files.session AND entries.profile = kept_files.profile"
_OF_NOBODY = f"""
DELETE FROM kept_files WHERE kept_at < ? AND NOT EXISTS (SELECT 1 FROM entries WHERE {_OF_ITS_SESSION})
"""  # noqa: S608 - constants of this module
_TOO_MANY = f"""
DELETE FROM kept_files WHERE {_PLACE} AND (path, number) IN (
    SELECT path, number FROM (
        SELECT path, number,
            row_number() OVER (PARTITION BY path ORDER BY number DESC) AS newest,
            row_number() OVER (PARTITION BY path ORDER BY number) AS oldest,
            sum(size) OVER (ORDER BY number DESC, path) AS bytes
        FROM kept_files WHERE {_PLACE}
    ) WHERE newest > 1 AND oldest > 1 AND (newest >= {MOST_CONTENTS} OR bytes > ?)
)
"""  # noqa: S608 - constants of this module


class Keeping(Writing):
    """What is kept of sessions beside their entries."""

    def keep_files(self, profile: str, session: str, files: Iterable[KeptFile]) -> None:
        """Note what files of a session hold after an execution, beside what they held before.

        A file without a number is noted as it is after the last execution that began.
        """
        place = (storable(profile), storable(session))
        with self._writing():
            for file in files:
                self._keep_file(place, file)
            self._connection.execute(_TOO_MANY, (*place, *place, MOST_OLDER))

    def _keep_file(self, place: tuple[str, str], file: KeptFile) -> None:
        path, newest = storable(file.path), self._newest(place, storable(file.path))
        if newest is None and not file.digest:
            return  # nothing is said of what was never kept
        number = file.number
        if number is None:
            (number,) = self._connection.execute(
                f"SELECT ifnull(max(number), 0) FROM entries WHERE {_PLACE} AND status <> 'queued'",  # noqa: S608
                place,
            ).fetchone()
        if newest is not None and newest[1] == file.digest:
            self._connection.execute(
                f"UPDATE kept_files SET kept_at = ? WHERE {_PATH} AND number = ?",  # noqa: S608
                (file.kept_at, *place, path, newest[0]),
            )
            return
        if newest is not None:
            number = max(number, newest[0])
        self._connection.execute(
            "INSERT OR REPLACE INTO kept_files VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*place, path, number, file.digest, file.size, file.kept_at),
        )

    def _newest(self, place: tuple[str, str], path: str) -> tuple[int, str] | None:
        found: tuple[int, str] | None = self._connection.execute(
            f"SELECT number, digest FROM kept_files WHERE {_PATH} ORDER BY number DESC LIMIT 1",  # noqa: S608
            (*place, path),
        ).fetchone()
        return found

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

    # -- letting go

    def shed_file(self) -> int:
        """Let go of the content kept longest if it is older than all entries that may go; the bytes it took.

        Files of sessions with a pinned entry stay.
        """
        with self._writing():
            row = self._connection.execute(
                "SELECT profile, session, path, number, digest, size FROM kept_files WHERE kept_at <= ("  # noqa: S608
                "SELECT ifnull(min(started_at), 9e99) FROM entries "
                "WHERE NOT pinned AND status NOT IN ('queued', 'running')) "
                f"AND NOT EXISTS (SELECT 1 FROM entries WHERE {_OF_ITS_SESSION} AND pinned) "
                "ORDER BY kept_at LIMIT 1"
            ).fetchone()
            if row is None:
                return 0
            *place, digest, size = row
            self._connection.execute(f"DELETE FROM kept_files WHERE {_PATH} AND number = ?", place)  # noqa: S608
        return 0 if digest in self.needed_blobs() else max(int(size), 1)

    def forget_left(self, before: float) -> None:
        """Forget files, kept before a moment, of sessions that have no entries any more."""
        with self._writing():
            self._connection.execute(_OF_NOBODY, (before,))

    def _let_go_of(self, places: Iterable[tuple[str, str]], before: float) -> None:
        """Forget what was kept before a moment of those sessions that have no entries any more."""
        self._connection.executemany(f"{_OF_NOBODY} AND {_PLACE}", [(before, *place) for place in places])
