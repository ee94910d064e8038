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
