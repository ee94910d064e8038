"""The tables of the history database, and the way from older ones to these."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from workbench.history.codec import changed_paths, unpack

VERSION = 3
"""Stands in `user_version`. A file with a greater one is only read."""

# Facts are apart from texts, and both from bodies: a search that filters walks rows of 100 bytes, not of
# kilobytes (status of a million: 60 ms, not 900). The index is of trigrams, since code is searched for parts
# of words, and over an external content, since deleting from a contentless index needs SQLite 3.43.
_ENTRIES = """
CREATE TABLE entries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    session TEXT NOT NULL,
    number INTEGER NOT NULL,
    profile TEXT NOT NULL,
    version TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL,
    state_lost INTEGER NOT NULL,
    started_at REAL NOT NULL,
    duration_ms REAL,
    owner TEXT NOT NULL,
    pinned INTEGER NOT NULL DEFAULT 0,
    label TEXT NOT NULL DEFAULT '',
    deleted_at REAL
);
CREATE TABLE texts (seq INTEGER PRIMARY KEY, code TEXT NOT NULL, output TEXT NOT NULL);
CREATE INDEX entries_by_session ON entries (session);
CREATE INDEX entries_by_profile ON entries (profile);
CREATE INDEX entries_by_status ON entries (status);
CREATE INDEX entries_by_time ON entries (started_at);
CREATE INDEX entries_pinned ON entries (seq) WHERE pinned;
CREATE INDEX entries_labelled ON entries (seq) WHERE label <> '';
CREATE INDEX entries_deleted ON entries (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE TABLE paths (number INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE);
CREATE TABLE changed_files (
    path INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (path, seq)
) WITHOUT ROWID;
CREATE INDEX changed_files_by_entry ON changed_files (seq);
CREATE TABLE kept_files (
    profile TEXT NOT NULL,
    session TEXT NOT NULL,
    path TEXT NOT NULL,
    number INTEGER NOT NULL,
    digest TEXT NOT NULL,
    size INTEGER NOT NULL,
    kept_at REAL NOT NULL,
    PRIMARY KEY (profile, session, path, number)
) WITHOUT ROWID;
CREATE TABLE held_blobs (
    holder TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (holder, digest)
) WITHOUT ROWID;
-- two characters more at the end: each character of a text begins a trigram, so short words are found too
CREATE VIEW searched AS
    SELECT seq, code || char(10, 10) AS code, output || char(10, 10) AS output FROM texts;
CREATE TRIGGER texts_added AFTER INSERT ON texts BEGIN
    INSERT INTO search (rowid, code, output)
        VALUES (new.seq, new.code || char(10, 10), new.output || char(10, 10));
END;
CREATE TRIGGER texts_deleted AFTER DELETE ON texts BEGIN
    INSERT INTO search (search, rowid, code, output)
        VALUES ('delete', old.seq, old.code || char(10, 10), old.output || char(10, 10));
END;
CREATE TRIGGER texts_changed AFTER UPDATE ON texts
WHEN old.code IS NOT new.code OR old.output IS NOT new.output BEGIN
    INSERT INTO search (search, rowid, code, output)
        VALUES ('delete', old.seq, old.code || char(10, 10), old.output || char(10, 10));
    INSERT INTO search (rowid, code, output)
        VALUES (new.seq, new.code || char(10, 10), new.output || char(10, 10));
END;
CREATE TRIGGER entries_deleted AFTER DELETE ON entries BEGIN
    DELETE FROM texts WHERE seq = old.seq;
    DELETE FROM bodies WHERE seq = old.seq;
    DELETE FROM changed_files WHERE seq = old.seq;
    DELETE FROM held_blobs WHERE holder = old.id;
END;
"""

_SINCE_1 = """
CREATE TABLE bodies (seq INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE counters (session TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE search USING fts5 (
    code, output, content='searched', content_rowid='seq', tokenize='trigram'
);
CREATE VIRTUAL TABLE search_terms USING fts5vocab ('search', 'row');
"""

_FROM_1 = """
DROP TRIGGER entries_added;
DROP TRIGGER entries_deleted;
DROP TRIGGER entries_changed;
DROP VIEW searched;
DROP INDEX entries_by_session;
DROP INDEX entries_by_status;
ALTER TABLE entries RENAME TO old_entries;
"""

_COPY_FROM_1 = """
INSERT INTO entries (seq, id, session, number, profile, status, state_lost, started_at, duration_ms, owner)
    SELECT seq, id, session, number, profile, status, state_lost, started_at, duration_ms, owner
    FROM old_entries ORDER BY seq;
INSERT OR REPLACE INTO sqlite_sequence (rowid, name, seq)
    SELECT (SELECT rowid FROM sqlite_sequence WHERE name = 'entries'), 'entries', max(seq)
    FROM sqlite_sequence WHERE name IN ('entries', 'old_entries') HAVING max(seq) IS NOT NULL;
DROP TABLE old_entries;
"""


class NewerSchemaError(Exception):
    """The file was written by a later version of the workbench; `version` is its schema version."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


def version(connection: sqlite3.Connection) -> int:
    """The schema version of the file, 0 for an empty one. Raises NewerSchemaError for one we do not know."""
    found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if found > VERSION:
        raise NewerSchemaError(found)
    return found


def prepare(connection: sqlite3.Connection) -> None:
    """Bring a file to this version, from an empty one or an older one, in one transaction.

    Raises NewerSchemaError, sqlite3.DatabaseError for a damaged file.
    """
    if version(connection) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        while (found := version(connection)) < VERSION:  # another process may have been first
            _STEPS[found](connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _create(connection: sqlite3.Connection) -> None:
    _run(connection, _SINCE_1 + _ENTRIES)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _from_1(connection: sqlite3.Connection) -> None:
    """Facts and texts apart; the search index stays as it is, for the texts and their numbers do."""
    _run(connection, _FROM_1)
    tables, triggers = _ENTRIES.split("CREATE TRIGGER", 1)
    _run(connection, tables)
    connection.execute("INSERT INTO texts SELECT seq, code, output FROM old_entries ORDER BY seq")
    _run(connection, _COPY_FROM_1)
    _run(connection, f"CREATE TRIGGER{triggers}")
    connection.create_function("changed_paths", 1, _paths_of, deterministic=True)
    for sequence, paths in connection.execute(
        "SELECT seq, changed_paths(body) FROM bodies WHERE instr(body, CAST('\"files_changed\": [[' AS BLOB))"
    ).fetchall():
        record_paths(connection, sequence, paths.split("\0"))
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _from_2(connection: sqlite3.Connection) -> None:
    """Of each file the content that was kept is the one after the last execution of its session."""
    connection.execute("ALTER TABLE kept_files RENAME TO old_kept_files")
    begin = _ENTRIES.index("CREATE TABLE kept_files")
    _run(connection, _ENTRIES[begin : _ENTRIES.index(";", begin) + 1])
    connection.execute(
        "INSERT INTO kept_files SELECT profile, session, path, "
        "ifnull((SELECT last FROM counters WHERE counters.session = old_kept_files.session), 0), "
        "digest, size, kept_at FROM old_kept_files"
    )
    connection.execute("DROP TABLE old_kept_files")
    connection.execute("PRAGMA user_version = 3")


def record_paths(connection: sqlite3.Connection, sequence: int, paths: list[str]) -> None:
    """Make these the files that an entry has changed."""
    connection.execute("DELETE FROM changed_files WHERE seq = ?", (sequence,))
    for path in paths:
        connection.execute("INSERT OR IGNORE INTO paths (path) VALUES (?)", (path,))
        connection.execute(
            "INSERT OR IGNORE INTO changed_files SELECT number, ? FROM paths WHERE path = ?", (sequence, path)
        )


def _paths_of(body: bytes) -> str:
    try:
        return "\0".join(changed_paths(unpack(body)))
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""  # damage that will be met where the entry is read


_STEPS: dict[int, Callable[[sqlite3.Connection], None]] = {0: _create, 1: _from_1, 2: _from_2}


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Run a script statement by statement; `executescript` would commit the open transaction."""
    text = ""
    for line in script.splitlines(keepends=True):
        text += line
        if sqlite3.complete_statement(text):
            connection.execute(text)
            text = ""
