-- Format 1. Offsets are in characters of documents.text, end exclusive. Vectors are little-endian, as the model gave them.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE roots (path TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    date TEXT,
    text TEXT NOT NULL,
    pages TEXT NOT NULL,          -- JSON: [[number, start, end], …]
    fingerprint TEXT NOT NULL     -- SHA-256 of the file's bytes and of how it was read and cut: the same again means nothing to do
);
CREATE TABLE sentences (
    document TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    vector BLOB NOT NULL,         -- float16
    PRIMARY KEY (document, start)
) WITHOUT ROWID;
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    page INTEGER,
    vector BLOB NOT NULL,         -- float32
    UNIQUE (document, ordinal)
);
