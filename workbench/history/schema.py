"""The tables of the history database, and how a connection is made safe to use."""

from __future__ import annotations

import contextlib
import sqlite3

VERSION = 1
"""Stands in `user_version`. A file with a greater one is only read."""

TABLES = """
CREATE TABLE entries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    session TEXT NOT NULL,
    number INTEGER NOT NULL,
    profile TEXT NOT NULL,
    status TEXT NOT NULL,
    state_lost INTEGER NOT NULL,
    started_at REAL NOT NULL,
    duration_ms REAL,
    owner TEXT NOT NULL,
    code TEXT NOT NULL,
    output TEXT NOT NULL
);
CREATE TABLE bodies (seq INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE counters (session TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX entries_by_session ON entries (session);
CREATE INDEX entries_by_status ON entries (status);
-- two characters more at the end: each character of a text begins a trigram, so short words are found too
CREATE VIEW searched AS
    SELECT seq, code || char(10, 10) AS code, output || char(10, 10) AS output FROM entries;
CREATE VIRTUAL TABLE search USING fts5 (
    code, output, content='searched', content_rowid='seq', tokenize='trigram'
);
CREATE VIRTUAL TABLE search_terms USING fts5vocab ('search', 'row');
CREATE TRIGGER entries_added AFTER INSERT ON entries BEGIN
    INSERT INTO search (rowid, code, output)
        VALUES (new.seq, new.code || char(10, 10), new.output || char(10, 10));
END;
CREATE TRIGGER entries_deleted AFTER DELETE ON entries BEGIN
    INSERT INTO search (search, rowid, code, output)
        VALUES ('delete', old.seq, old.code || char(10, 10), old.output || char(10, 10));
    DELETE FROM bodies WHERE seq = old.seq;
END;
CREATE TRIGGER entries_changed AFTER UPDATE OF code, output ON entries
WHEN old.code IS NOT new.code OR old.output IS NOT new.output BEGIN
    INSERT INTO search (search, rowid, code, output)
        VALUES ('delete', old.seq, old.code || char(10, 10), old.output || char(10, 10));
    INSERT INTO search (rowid, code, output)
        VALUES (new.seq, new.code || char(10, 10), new.output || char(10, 10));
END;
"""


class NewerSchemaError(Exception):
    """The file was written by a later version of the workbench; `version` is its schema version."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


def journal_mode(library: tuple[int, ...]) -> str:
    """The journal mode for an SQLite library version.

    WAL can corrupt a file that two connections write until 3.51.3 (the WAL-reset bug), so earlier versions
    keep a rollback journal. Begin and finish together take a median of 2.9 ms with TRUNCATE, 2.8 ms with
    PERSIST (which keeps the largest journal on disk for ever), 0.9 ms with WAL.
    """
    return "wal" if library >= (3, 51, 3) else "truncate"


def configure(connection: sqlite3.Connection) -> None:
    """Set journal and durability: a commit that returned survives power loss."""
    mode = journal_mode(sqlite3.sqlite_version_info)
    # leaving WAL needs the file alone; the mode it has is as good for this time
    with contextlib.suppress(sqlite3.OperationalError):
        connection.execute(f"PRAGMA journal_mode = {mode}").fetchall()
    connection.execute("PRAGMA synchronous = FULL")


def prepare(connection: sqlite3.Connection) -> None:
    """Make the tables of an empty file. Raises NewerSchemaError, sqlite3.DatabaseError for a damaged one."""
    if version(connection) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        if version(connection) < VERSION:  # another process may have been first
            for statement in _statements(TABLES):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def version(connection: sqlite3.Connection) -> int:
    """The schema version of the file, 0 for an empty one. Raises NewerSchemaError for one we do not know."""
    found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if found > VERSION:
        raise NewerSchemaError(found)
    return found


def _statements(script: str) -> list[str]:
    """The script cut into statements; `executescript` would commit the open transaction."""
    statements: list[str] = []
    text = ""
    for line in script.splitlines(keepends=True):
        text += line
        if sqlite3.complete_statement(text):
            statements.append(text)
            text = ""
    return statements
