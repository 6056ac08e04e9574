-- Messages that the doctor starred: nothing of what they say.
CREATE TABLE star (
    -- Room id, a space, event id.
    item TEXT PRIMARY KEY,
    -- Seconds since 1970.
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
