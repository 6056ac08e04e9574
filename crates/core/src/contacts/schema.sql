-- What a doctor keeps about colleagues for themselves. Nothing of it is in the directory, which is a copy and may be
-- fetched anew.

CREATE TABLE favourite (
    -- FHIR Practitioner id.
    practitioner TEXT PRIMARY KEY,
    -- Seconds since 1970.
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE note (
    practitioner TEXT PRIMARY KEY,
    text TEXT NOT NULL CHECK (text <> ''),
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- With whom one wrote, and when the last message went either way.
CREATE TABLE contacted (
    user_id TEXT PRIMARY KEY,
    -- Seconds since 1970.
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX contacted_at ON contacted (at);

CREATE TABLE saved_search (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    -- DirectoryQuery, without a page of it.
    query TEXT NOT NULL
) STRICT, WITHOUT ROWID;
