-- Format 1. Times are ISO 8601 in UTC. Whatever quotes a document is in `rounds.answer`, and may be in any other text here.
CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    user TEXT NOT NULL,           -- empty where nobody has to say who they are
    title TEXT NOT NULL,          -- as given by its user; empty where it is named by its first question
    created TEXT NOT NULL,
    changed TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX conversations_by_user ON conversations (user, changed);
CREATE TABLE rounds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    asked TEXT NOT NULL,          -- when
    message TEXT NOT NULL,
    answer TEXT NOT NULL,         -- JSON of a `rag.models.Answer` without vectors
    scope TEXT NOT NULL           -- JSON: which documents were asked: sources, languages, since, until
);
CREATE INDEX rounds_by_conversation ON rounds (conversation);
CREATE TABLE feedback (
    round INTEGER PRIMARY KEY REFERENCES rounds (id) ON DELETE CASCADE,
    good INTEGER NOT NULL,        -- 1 thumbs up, 0 thumbs down
    comment TEXT NOT NULL,
    given TEXT NOT NULL
);
