-- What searches of the directory go by. All of it can be made anew from `resources`.
CREATE TABLE entries (
    -- Never given twice: the order of search results, and the place where a page ends.
    key INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    -- 1 Organization, 2 Practitioner, 3 PractitionerRole.
    kind INTEGER NOT NULL,
    id TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    -- 0 no, 1 yes, 2 not said.
    active INTEGER NOT NULL,
    -- Folded texts, each after U+001F.
    name TEXT NOT NULL,
    family TEXT NOT NULL,
    given TEXT NOT NULL,
    city TEXT NOT NULL,
    sort_name TEXT NOT NULL,
    -- Keys of what a role refers to; 0 of everything else.
    practitioner INTEGER NOT NULL,
    organization INTEGER NOT NULL,
    UNIQUE (kind, id)
) STRICT;
CREATE INDEX entries_by_kind ON entries (kind, key);
CREATE INDEX entries_by_change ON entries (kind, changed_at, key);
CREATE INDEX entries_by_name ON entries (kind, sort_name, key);
CREATE INDEX entries_by_practitioner ON entries (practitioner);

-- Folded words and whole texts, as text searches begin with them.
CREATE TABLE words (
    word TEXT NOT NULL,
    key INTEGER NOT NULL,
    -- Which element it is of.
    field INTEGER NOT NULL,
    -- As it is written in the resource.
    spelt TEXT NOT NULL,
    PRIMARY KEY (word, key, field, spelt)
) STRICT, WITHOUT ROWID;

-- Where a text may begin within a word. Each word is here once, however many bear it, so that this grows with the
-- vocabulary and not with the directory.
CREATE TABLE suffixes (
    suffix TEXT NOT NULL,
    word TEXT NOT NULL,
    PRIMARY KEY (suffix, word)
) STRICT, WITHOUT ROWID;

-- Tokens and references.
CREATE TABLE codes (
    param INTEGER NOT NULL,
    value TEXT NOT NULL,
    key INTEGER NOT NULL,
    PRIMARY KEY (param, value, key)
) STRICT, WITHOUT ROWID;

-- Earlier states of resources; the latest is in `resources`.
CREATE TABLE versions (
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (type, id, version)
) STRICT, WITHOUT ROWID;

CREATE INDEX resources_by_type ON resources (type, seq, deleted);
