"""One open SQLite file of entries, or one in memory: all statements that history runs."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from workbench.history.database import file, schema
from workbench.history.database.marking import Marking
from workbench.history.database.reading import Reading


class Database(Marking):
    """An open file (or memory). Every method raises sqlite3.Error as SQLite gave it."""

    def __init__(self, path: Path | None, *, patience: float = 5.0, read_only: bool = False) -> None:
        """Open `path`, or memory for None. `patience` is how many seconds a call waits for a lock.

        Raises schema.NewerSchemaError for a file of a later version, unless it is only read.
        """
        self.path = path
        self.network = file.network(path) if path is not None else ""
        lock = None
        if path is None:
            connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            schema.prepare(connection)
        elif read_only:
            connection = file.read_only(path)
        else:
            if not self.network:
                with contextlib.suppress(OSError):  # a read-only directory: nobody writes there
                    lock = file.WriteLock(path.with_name(path.name + ".lock"), patience)
            try:
                connection = file.read_and_write(path, patience, lock)
            except BaseException:
                if lock is not None:
                    lock.close()
                raise
        super().__init__(connection, lock)
        self._identity = _identity(path)

    def be_patient(self, seconds: float) -> None:
        """Change how long a call waits for another process's lock."""
        if self._lock is not None:
            self._lock.patience = seconds
        self._connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}").fetchall()

    def start_at(self, sequence: int) -> None:
        """Give entries written from now on sequences above this one."""
        self._connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('entries', ?)", (sequence,))

    def replaced(self) -> bool:
        """Whether another file, or none, stands under the name now."""
        return self._identity != _identity(self.path)

    def close(self) -> None:
        """Close the connection; the last one writes the log into the file."""
        try:
            if self._lock is None or self.replaced():
                self._connection.close()
                return
            with contextlib.suppress(sqlite3.OperationalError), self._lock():
                self._connection.close()
        finally:
            self._connection.close()
            if self._lock is not None:
                self._lock.close()
                self._lock = None

    @staticmethod
    def reader(path: Path) -> Reading:
        """Another connection to the file, that only reads. Raises sqlite3.Error."""
        return Reading(file.read_only(path))


def _identity(path: Path | None) -> tuple[int, int] | None:
    if path is None:
        return None
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino
