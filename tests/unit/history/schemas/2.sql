CREATE TABLE bodies (seq INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE counters (session TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE search USING fts5 (
    code, output, content='searched', content_rowid='seq', tokenize='trigram'
);
CREATE VIRTUAL TABLE search_terms USING fts5vocab ('search', 'row');

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
    digest TEXT NOT NULL,
    size INTEGER NOT NULL,
    kept_at REAL NOT NULL,
    PRIMARY KEY (profile, session, path)
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
