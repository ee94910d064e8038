"""A connection to the history file that is safe to use: journal, durability, and one writer at a time."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.history.database import schema
from workbench.history.owners import try_lock

NETWORK_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "beegfs", "gpfs"}
)
"""File systems on which the shared memory of a write-ahead log is not shared; of FUSE ones see `network`."""
_REMOTE_FUSE = frozenset(
    {"fuse.sshfs", "fuse.s3fs", "fuse.rclone", "fuse.glusterfs", "fuse.ceph", "fuse.gcsfuse"}
)

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

# the log is kept for the next writes; what a large one (a migration, an import) took is given back
_LOG_BYTES = 16 * 2**20
_COPIED_BYTES = 1 << 30  # of a file and its log that are read from a copy
# 100 ms of reads in a million entries come from memory then; pages that are not used cost nothing
_CACHE_KIB = 16 * 1024


class WriteLock:
    """One writer at a time, over all processes: a lock on a file beside the database.

    SQLite's own lock is enough for that, but not for a write-ahead log before 3.51.3: a checkpoint that comes
    when another connection's commit starts the log anew can corrupt the file (sqlite.org/wal.html, on the
    WAL-reset bug). Here no commit and no checkpoint ever runs beside another.
    """

    def __init__(self, path: Path, patience: float) -> None:
        """Make the lock file. `patience` is how many seconds to wait for another process. Raises OSError."""
        self.patience = patience
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Hold the lock. Raises sqlite3.OperationalError as SQLite does when it is locked for too long."""
        deadline = time.monotonic() + self.patience
        pause = 0.0005
        while not try_lock(self._descriptor):
            if time.monotonic() > deadline:
                error = sqlite3.OperationalError("database is locked")
                error.sqlite_errorcode = sqlite3.SQLITE_BUSY
                raise error
            time.sleep(pause)
            pause = min(pause * 2, 0.01)
        try:
            yield
        finally:
            _unlock(self._descriptor)

    def close(self) -> None:
        """Close the lock file, which stays."""
        os.close(self._descriptor)


MOUNTS = Path("/proc/self/mountinfo")
"""What is mounted where, on Linux."""


def damaged(error: Exception) -> bool:
    """Whether an error tells of a damaged file; all others may pass (locked, full, read-only, I/O)."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED


def refused(error: Exception) -> bool:
    """Whether an error tells of a file that may only be read."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY


def network(path: Path) -> str:
    """The network file system that a path is on, empty for a local one and where this cannot be told."""
    try:
        lines = MOUNTS.read_text("utf-8", "replace").splitlines()
        device = path.stat().st_dev
    except OSError:
        return ""
    number = f"{os.major(device)}:{os.minor(device)}"
    for line in lines:
        left, _, right = line.partition(" - ")
        if left.split(" ")[2:3] == [number]:
            kind = right.split(" ", 1)[0]
            if kind in NETWORK_SYSTEMS or kind in _REMOTE_FUSE:
                return kind
    return ""


def read_only(path: Path) -> sqlite3.Connection:
    """A connection that only reads. Raises sqlite3.Error.

    A file whose directory cannot be written is read as one that nobody changes, when SQLite cannot do else;
    with what is in its log, which then is in a copy.
    """
    try:
        return _reading(path, "mode=ro")
    except sqlite3.OperationalError:
        if os.access(path.parent, os.W_OK):
            raise
        log = path.with_name(path.name + "-wal")
        if log.exists() and log.stat().st_size:
            return _copy_with(log, path)
    return _reading(path, "mode=ro&immutable=1")


def _reading(path: Path, parameters: str) -> sqlite3.Connection:
    """A connection that has read something. Raises sqlite3.Error."""
    connection = _connect(path, parameters, 1.0)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _copy_with(log: Path, path: Path) -> sqlite3.Connection:
    """A connection to a copy of a file and its log, which goes with the connection. Raises sqlite3.Error.

    SQLite reads a log only where it can make the index of it.
    """
    import shutil
    import tempfile

    if path.stat().st_size + log.stat().st_size > _COPIED_BYTES:
        raise sqlite3.OperationalError("its log cannot be read where nothing can be written")
    try:
        with tempfile.TemporaryDirectory(prefix="workbench-history-", ignore_cleanup_errors=True) as folder:
            copy = Path(folder, path.name)
            shutil.copyfile(path, copy)
            shutil.copyfile(log, copy.with_name(log.name))
            with contextlib.closing(_reading(copy, "mode=rw")) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                connection.execute("PRAGMA journal_mode = DELETE").fetchall()
            return _reading(copy, "mode=ro&immutable=1")
    except OSError as error:
        raise sqlite3.OperationalError(f"its log cannot be read: {error.strerror}") from None


def read_and_write(path: Path, patience: float, lock: WriteLock | None) -> sqlite3.Connection:
    """A connection to the file, which is brought to our schema. A commit that returned survives power loss.

    Without a `lock` (on a network file system) it keeps a rollback journal. Raises schema.NewerSchemaError,
    sqlite3.Error.
    """
    connection = _connect(path, "mode=rw", patience)
    try:
        schema.version(connection)
        with lock() if lock else contextlib.nullcontext():
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # of a new file; an old one stays as it is
            schema.prepare(connection)
            _set_journal(connection, "wal" if lock else "truncate")
    except BaseException:
        connection.close()
        raise
    return connection


def _set_journal(connection: sqlite3.Connection, mode: str) -> None:
    """Begin and finish of an entry take 0.9 ms with a write-ahead log, 4.3 with a truncated journal."""
    # a change needs the file alone; the mode it has is as good for this time
    with contextlib.suppress(sqlite3.OperationalError):
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != mode:
            connection.execute(f"PRAGMA journal_mode = {mode}").fetchall()
    connection.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}").fetchall()


def _connect(path: Path, parameters: str, patience: float) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?{parameters}"
    connection = sqlite3.connect(
        uri, uri=True, timeout=patience, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    except BaseException:  # of a file that SQLite cannot read where it is
        connection.close()
        raise
    return connection


def _unlock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_UN)
