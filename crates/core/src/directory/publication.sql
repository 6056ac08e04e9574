-- Where the copy is in the published directory, what vouches for it, and how much of the directory it is.

DROP TABLE IF EXISTS publication;
DROP TABLE IF EXISTS scope;
DROP TABLE IF EXISTS part;
DROP TABLE IF EXISTS bucket;
DROP TABLE IF EXISTS loading;

ALTER TABLE state DROP COLUMN cursor;
ALTER TABLE state DROP COLUMN loaded;
ALTER TABLE state DROP COLUMN total;

CREATE TABLE publication (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    -- The manifest from which it goes on, and its ETag; null before everything was fetched.
    url TEXT,
    etag TEXT,
    -- Version and signed note of the checkpoint whose state this is; 0 and empty before.
    version INTEGER NOT NULL DEFAULT 0,
    checkpoint TEXT NOT NULL DEFAULT '',
    -- Notes by which keys that follow the pinned one were named, as a JSON array.
    successions TEXT NOT NULL DEFAULT '[]',
    -- The manifest that is being taken over, as JSON, and from where it came; null otherwise.
    page TEXT,
    page_url TEXT,
    page_etag TEXT,
    -- How many steps of it were taken.
    done INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO publication (one) VALUES (1);

-- How much of the directory this file holds, and how much the doctor wants (scope.rs): 0 everything, 1 a province, 2 a
-- group of hospitals; those of the organisation with this FHIR id.
CREATE TABLE scope (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    kind INTEGER NOT NULL DEFAULT 0,
    organization TEXT NOT NULL DEFAULT '',
    wanted INTEGER NOT NULL DEFAULT 0,
    wanted_organization TEXT NOT NULL DEFAULT '',
    -- Names of the parts whose leaves are kept besides those of organisations, as a JSON array; null is all.
    parts TEXT
) STRICT;
INSERT INTO scope (one) VALUES (1);

-- The parts of the directory. See crates/publication.
CREATE TABLE part (
    n INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    -- Of a part that is kept, how many leaves it has, and its root.
    size INTEGER NOT NULL DEFAULT 0,
    root BLOB NOT NULL DEFAULT x'',
    -- People in it, and bytes of its files, as the last manifest of everything had it.
    people INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Their leaves, 24 bytes each, in ascending order; n is part << 16 | bucket.
CREATE TABLE bucket (
    n INTEGER PRIMARY KEY,
    leaves BLOB NOT NULL
) STRICT;

-- Leaves of the files of a first load, until all are there.
CREATE TABLE loading (
    file INTEGER PRIMARY KEY,
    part INTEGER NOT NULL,
    leaves BLOB NOT NULL
) STRICT;
