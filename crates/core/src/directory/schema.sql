-- The colleague directory. Resources keep the numbers `n` that this file gave them. A resource that another refers to
-- before it arrived is a row with `known = 0`. Columns of type ANY hold a value in few bytes where it is written in the
-- usual way (stored.rs). Everything that the registry signs can be read from the rows as it was sent.

-- What an earlier version wrote is a copy too, and is fetched again.
DROP TABLE IF EXISTS state;
DROP TABLE IF EXISTS organization;
DROP TABLE IF EXISTS role;
DROP TABLE IF EXISTS practitioner;
DROP TABLE IF EXISTS verifier;
DROP TABLE IF EXISTS colleague;
DROP TABLE IF EXISTS stale;
DROP TABLE IF EXISTS colleague_index;
DROP TABLE IF EXISTS name_index;
DROP TABLE IF EXISTS phone_index;
DROP TABLE IF EXISTS name_vocabulary;
DROP TABLE IF EXISTS common;
DROP TABLE IF EXISTS renamed;
DROP TABLE IF EXISTS gram;
DROP TABLE IF EXISTS touched;
DROP TABLE IF EXISTS term_index;
DROP TABLE IF EXISTS site;
DROP TABLE IF EXISTS term;
DROP TABLE IF EXISTS homeserver;
DROP TABLE IF EXISTS key;
DROP TABLE IF EXISTS recent_key;
DROP TABLE IF EXISTS practitioner_key;
DROP TABLE IF EXISTS role_key;
DROP TABLE IF EXISTS account_key;
DROP TABLE IF EXISTS former;
DROP TABLE IF EXISTS leave;
DROP TABLE IF EXISTS further_role;
DROP VIEW IF EXISTS every_role;

CREATE TABLE state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    -- 0 empty, 1 loading, 2 complete
    phase INTEGER NOT NULL DEFAULT 0,
    -- Where the feed goes on: the link `next`, or `since` after the last page.
    cursor TEXT,
    loaded INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    as_of TEXT,
    -- The doctor stopped the fetch.
    paused INTEGER NOT NULL DEFAULT 0,
    -- Rows of `colleague`.
    colleagues INTEGER NOT NULL DEFAULT 0,
    -- Grows with every change.
    revision INTEGER NOT NULL DEFAULT 0,
    -- The common words were written.
    settled INTEGER NOT NULL DEFAULT 0,
    -- What revisions after this one changed is in `touched`.
    touched_since INTEGER NOT NULL DEFAULT 0,
    -- The last revision that changed a hospital.
    organizations_revision INTEGER NOT NULL DEFAULT 0
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
    name TEXT NOT NULL,
    latin TEXT NOT NULL,
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
    -- Which one, if the feed names it.
    part_of INTEGER REFERENCES term (n),
    -- Degrees (WGS 84); null if the feed does not say.
    latitude REAL,
    longitude REAL
) STRICT;

-- People, each with the first of their roles: what a list shows of somebody, and what proves it, lies together.
CREATE TABLE practitioner (
    n INTEGER PRIMARY KEY,
    id ANY NOT NULL,
    known INTEGER NOT NULL DEFAULT 0,
    han TEXT NOT NULL DEFAULT '',
    -- Characters of the surname; 0 if the feed does not say.
    surname INTEGER NOT NULL DEFAULT 0,
    latin TEXT NOT NULL DEFAULT '',
    -- Words of the family name in `latin`: at its head if positive, at its end if negative; 0 if the feed does not say.
    family INTEGER NOT NULL DEFAULT 0,
    title INTEGER,
    -- The role in place 0, as further_role has it; null if there is none.
    role_id ANY,
    organization INTEGER,
    role_title INTEGER,
    departments ANY,
    interests ANY,
    localpart TEXT,
    homeserver INTEGER,
    verified_at ANY,
    valid_until ANY,
    verifier INTEGER,
    licence_ending ANY
) STRICT;

CREATE TABLE verifier (
    n INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    organization TEXT NOT NULL,
    UNIQUE (name, organization)
) STRICT;

CREATE TABLE homeserver (n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

-- Roles beside the first: few have one.
CREATE TABLE further_role (
    -- practitioner << 6 | place among their roles
    n INTEGER PRIMARY KEY,
    id ANY NOT NULL,
    organization INTEGER,
    title INTEGER,
    -- Terms: null, one, or a JSON array. The first department is the one that is shown.
    departments ANY,
    interests ANY,
    localpart TEXT,
    homeserver INTEGER REFERENCES homeserver (n),
    -- An instant; null if not verified.
    verified_at ANY,
    -- A date; null if it does not end.
    valid_until ANY,
    verifier INTEGER REFERENCES verifier (n),
    licence_ending ANY
) STRICT;

-- Whoever asks for one role says whose it is as well: by that it is found.
CREATE VIEW every_role AS
SELECT n AS practitioner, n << 6 AS n, role_id AS id, organization, role_title AS title, departments, interests, localpart,
    homeserver, verified_at, valid_until, verifier, licence_ending
FROM practitioner WHERE role_id IS NOT NULL
UNION ALL
SELECT n >> 6, n, id, organization, title, departments, interests, localpart, homeserver, verified_at, valid_until, verifier,
    licence_ending
FROM further_role;

-- When the holder of a role is away, in their own words; no part of what is signed. Few are (leave.rs).
CREATE TABLE leave (
    role INTEGER PRIMARY KEY,
    -- Leave, a JSON array.
    times TEXT NOT NULL
) STRICT;

-- Ids of entries that gave way, with the practitioner who bears them (former.rs).
CREATE TABLE former (id TEXT PRIMARY KEY, practitioner INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX former_practitioner ON former (practitioner);

-- Practitioners, roles and accounts by four bytes of the hash of their name (lookup.rs).
CREATE TABLE key (
    -- The first two bytes of the hash.
    bucket INTEGER PRIMARY KEY,
    -- In their order, of each key the other two bytes and the number in four.
    entries BLOB NOT NULL
) STRICT;
CREATE TABLE recent_key (hash INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (hash, n)) STRICT, WITHOUT ROWID;

-- One row for each person who is listed, as columns.rs reads them. `rank` is the order of results: rank of the title << 25
-- | practitioner.
CREATE TABLE colleague (
    rank INTEGER PRIMARY KEY,
    -- Which of the practitioner's roles is shown.
    place INTEGER NOT NULL,
    organization INTEGER NOT NULL,
    department INTEGER NOT NULL,
    title INTEGER NOT NULL,
    -- The first field of interest; 0 if there is none.
    interest INTEGER NOT NULL,
    -- Terms by which they are found besides: further departments and fields of interest. Null, one, or a JSON array.
    others ANY,
    -- Has an account.
    joined INTEGER NOT NULL,
    -- Days since 1970 through which the verification counts: 0 if not verified, 65534 if it does not end.
    until INTEGER NOT NULL,
    -- Sorts by name; see names.rs.
    name_key INTEGER NOT NULL,
    -- Seconds since 1970; 0 if not verified.
    verified_at INTEGER NOT NULL
) STRICT;

-- Practitioners whose row in `colleague` does not show yet what the other tables hold. `naming`: 0 their name is as before, 1
-- they have their first, 2 another.
CREATE TABLE stale (practitioner INTEGER PRIMARY KEY, naming INTEGER NOT NULL) STRICT;

-- Practitioners whose rows in `colleague` a revision changed (touched.rs).
CREATE TABLE touched (revision INTEGER PRIMARY KEY, practitioners BLOB NOT NULL) STRICT;

-- Words of names; rowid is practitioner.n. They are made in Rust and told apart by spaces alone, so the plainest tokenizer
-- is right: it takes every character beyond ASCII as it is.
CREATE VIRTUAL TABLE name_index USING fts5 (
    tokens, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);
-- A leaf must fit into a page of 4096 bytes less what SQLCipher reserves, or each would need two.
INSERT INTO name_index (name_index, rank) VALUES ('pgsz', 3900);
INSERT INTO name_index (name_index, rank) VALUES ('hashsize', 8388608);
CREATE VIRTUAL TABLE name_vocabulary USING fts5vocab (name_index, instance);

-- Beginnings of words that many names have, and whose names they were when this was written (common.rs).
CREATE TABLE common (word TEXT PRIMARY KEY, practitioners BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE renamed (practitioner INTEGER PRIMARY KEY) STRICT;

-- Rowid is term.n.
CREATE VIRTUAL TABLE term_index USING fts5 (
    tokens, content = '', contentless_delete = 1, detail = none, prefix = '2 3 4', tokenize = 'ascii'
);
INSERT INTO term_index (term_index, rank) VALUES ('pgsz', 3900);

-- Which four letters follow each other in words of names (1) and of terms (2): a bit for each (grams.rs).
CREATE TABLE gram (words INTEGER PRIMARY KEY, windows BLOB NOT NULL) STRICT;
