-- The colleague directory. Resources keep the numbers `n` that this file gave them; FHIR ids are kept as 16 bytes where
-- they are UUIDs. A resource that another refers to before it arrived is a row with `known = 0`.

-- What an earlier version wrote is a copy too, and is fetched again.
DROP TABLE IF EXISTS state;
DROP TABLE IF EXISTS organization;
DROP TABLE IF EXISTS role;
DROP TABLE IF EXISTS practitioner;
DROP TABLE IF EXISTS verifier;
DROP TABLE IF EXISTS colleague;
DROP TABLE IF EXISTS stale;
DROP TABLE IF EXISTS colleague_index;
DROP TABLE IF EXISTS term_index;
DROP TABLE IF EXISTS site;
DROP TABLE IF EXISTS term;

CREATE TABLE state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    -- 0 empty, 1 loading, 2 complete
    phase INTEGER NOT NULL DEFAULT 0,
    -- Where the feed goes on: the link `next`, or `since` after the last page.
    cursor TEXT,
    loaded INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    as_of TEXT,
    -- Rows of `colleague`.
    colleagues INTEGER NOT NULL DEFAULT 0,
    -- Grows with every change.
    revision INTEGER NOT NULL DEFAULT 0,
    -- YYYY-MM-DD: verifications that ran out before are none in the index.
    day TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO state (one) VALUES (1);

-- What colleagues share: organisations, parts of their names, departments, titles, cities, fields of interest.
CREATE TABLE term (
    n INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    -- FHIR id, code, or the text itself.
    key TEXT NOT NULL,
    zh TEXT NOT NULL DEFAULT '',
    en TEXT NOT NULL DEFAULT '',
    UNIQUE (kind, key)
) STRICT;

CREATE TABLE organization (
    n INTEGER PRIMARY KEY REFERENCES term (n),
    city INTEGER REFERENCES term (n),
    -- What is left of its names without the city: `人民医院`, which hundreds share.
    part_zh INTEGER REFERENCES term (n),
    part_en INTEGER REFERENCES term (n)
) STRICT;

-- What the card of an organisation shows, and where it is (sites.rs).
CREATE TABLE site (
    n INTEGER PRIMARY KEY REFERENCES term (n),
    province INTEGER REFERENCES term (n),
    grade TEXT NOT NULL,
    phone TEXT NOT NULL,
    -- It is a part of another organisation, as a department is of its hospital.
    is_part INTEGER NOT NULL,
    -- Degrees (WGS 84); null if the feed does not say.
    latitude REAL,
    longitude REAL
) STRICT;

CREATE TABLE practitioner (
    n INTEGER PRIMARY KEY,
    id ANY NOT NULL UNIQUE,
    known INTEGER NOT NULL DEFAULT 0,
    han TEXT NOT NULL DEFAULT '',
    -- Characters of the surname; 0 if the feed does not say.
    surname INTEGER NOT NULL DEFAULT 0,
    latin TEXT NOT NULL DEFAULT '',
    family TEXT NOT NULL DEFAULT '',
    title INTEGER,
    phone TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE verifier (
    n INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    organization TEXT NOT NULL,
    UNIQUE (name, organization)
) STRICT;

CREATE TABLE role (
    n INTEGER PRIMARY KEY,
    id ANY NOT NULL UNIQUE,
    practitioner INTEGER NOT NULL REFERENCES practitioner (n),
    organization INTEGER,
    title INTEGER,
    department INTEGER,
    -- Terms, as a JSON array.
    interests TEXT NOT NULL DEFAULT '[]',
    user_id TEXT,
    phone TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT '',
    -- Seconds since 1970; null if not verified.
    verified_at INTEGER,
    valid_until TEXT NOT NULL DEFAULT '',
    verifier INTEGER,
    licence_ending TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX role_practitioner ON role (practitioner);
CREATE INDEX role_user ON role (user_id) WHERE user_id IS NOT NULL;
-- As a number: a third of the bytes of the text.
CREATE INDEX role_until ON role (CAST(replace(valid_until, '-', '') AS INTEGER)) WHERE valid_until <> '';

-- One row for each person who is listed. `rank` is the order of results: rank of the title << 40 | practitioner.
CREATE TABLE colleague (
    rank INTEGER PRIMARY KEY,
    practitioner INTEGER NOT NULL UNIQUE,
    role INTEGER NOT NULL,
    organization INTEGER NOT NULL,
    department INTEGER NOT NULL,
    title INTEGER NOT NULL,
    city INTEGER NOT NULL,
    -- 1 verified as of the day it was written, 2 has an account.
    flags INTEGER NOT NULL,
    -- Sorts by name; see names.rs.
    name_key INTEGER NOT NULL,
    -- Seconds since 1970; 0 if not verified.
    verified_at INTEGER NOT NULL
) STRICT;
CREATE INDEX colleague_organization ON colleague (organization);

-- Practitioners whose row in `colleague` and whose tokens do not show yet what the other tables hold.
CREATE TABLE stale (practitioner INTEGER PRIMARY KEY) STRICT;

-- Rowid is colleague.rank. The tokens are made in Rust and told apart by spaces alone, so the plainest tokenizer is
-- right: it takes every character beyond ASCII as it is.
CREATE VIRTUAL TABLE colleague_index USING fts5 (
    tokens, content = '', contentless_delete = 1, detail = none, prefix = '1 2 3 4 5 6', tokenize = 'ascii'
);
-- A leaf must fit into a page of 4096 bytes less what SQLCipher reserves, or each would need two.
INSERT INTO colleague_index (colleague_index, rank) VALUES ('pgsz', 3900);
INSERT INTO colleague_index (colleague_index, rank) VALUES ('hashsize', 8388608);

-- Rowid is term.n.
CREATE VIRTUAL TABLE term_index USING fts5 (
    tokens, content = '', contentless_delete = 1, detail = none, prefix = '2 3 4', tokenize = 'ascii'
);
INSERT INTO term_index (term_index, rank) VALUES ('pgsz', 3900);
