-- Where the copy is in the published directory, and what vouches for it.

ALTER TABLE state DROP COLUMN cursor;
ALTER TABLE state DROP COLUMN loaded;
ALTER TABLE state DROP COLUMN total;

DROP TABLE IF EXISTS publication;
DROP TABLE IF EXISTS bucket;
DROP TABLE IF EXISTS loading;

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
    -- How many of its files were.
    done INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO publication (one) VALUES (1);

-- The leaves of what is stored, 16 bytes each, in ascending order, by their first two bytes. See crates/publication.
CREATE TABLE bucket (
    n INTEGER PRIMARY KEY,
    leaves BLOB NOT NULL
) STRICT;

-- Leaves of the files of a first load, until all are there.
CREATE TABLE loading (
    file INTEGER PRIMARY KEY,
    leaves BLOB NOT NULL
) STRICT;
