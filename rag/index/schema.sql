-- Format 4. Offsets are in characters of documents.text, end exclusive. Numbers in blobs are little-endian; vectors are as the
-- model gave them.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE roots (path TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    date TEXT,
    fingerprint TEXT NOT NULL,    -- SHA-256 of the file's bytes
    way TEXT NOT NULL,            -- JSON: how it was read, cut and embedded; both the same again mean nothing to do
    stamp TEXT NOT NULL,          -- size, times and inode of the file with these bytes; empty where they prove nothing
    pages TEXT NOT NULL,          -- JSON: [[number, start, end], …]
    outline TEXT NOT NULL,        -- SHA-256 of which sentences and chunks there are, and of their keys
    checksum TEXT NOT NULL,       -- SHA-256 of all columns but the stamp
    text TEXT NOT NULL            -- last: what stands before it is read without it
);
CREATE INDEX documents_by_fingerprint ON documents (fingerprint);
CREATE TABLE sentences (
    document TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    key BLOB NOT NULL,            -- of the exact text that was embedded: the same again has this vector
    checksum INTEGER NOT NULL,    -- CRC-32 of the row
    vector BLOB NOT NULL,         -- float16
    PRIMARY KEY (document, start)
) WITHOUT ROWID;
CREATE INDEX sentences_by_key ON sentences (key);
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again; those of a document follow one another, in its order
    document TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    page INTEGER,
    key BLOB NOT NULL,
    checksum INTEGER NOT NULL,
    text TEXT NOT NULL,           -- again, as a long document takes long to read for one chunk of it
    vector BLOB NOT NULL,         -- float32
    tokens BLOB NOT NULL,         -- int8, 64 for each token; empty where the model has none
    UNIQUE (document, ordinal)
);
CREATE INDEX chunks_by_key ON chunks (key);
CREATE TABLE lexical (
    document TEXT PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    checksum INTEGER NOT NULL,    -- CRC-32 of the terms
    terms BLOB NOT NULL           -- for each chunk, in order: uint32 n, n × uint32 term, ascending, n × uint8 how often (255: or more)
                                  -- a term is the CRC-32 of "s:" and a stem, or of "g:" and a gram, in UTF-8
) WITHOUT ROWID;
CREATE TABLE languages (          -- what all vectors of a language add up to, exactly, whatever came and went before
    language TEXT PRIMARY KEY,
    chunks INTEGER NOT NULL,      -- how many
    chunk_sum BLOB NOT NULL,      -- int64 for each dimension: the sum of round(2^30 · value)
    sentences INTEGER NOT NULL,
    sentence_sum BLOB NOT NULL
) WITHOUT ROWID;
