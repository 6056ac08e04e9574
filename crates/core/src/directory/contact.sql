-- Contacts of colleagues, as the registry shows them to whose directory this is: a copy that may be fetched anew. Rows go
-- by the numbers of practitioners in schema.sql: when those are given anew, this script has to follow again.

DROP TABLE IF EXISTS contact_state;
DROP TABLE IF EXISTS contact;
DROP TABLE IF EXISTS contact_number;
DROP TABLE IF EXISTS contact_newcomer;
DROP TABLE IF EXISTS contact_request;
DROP TABLE IF EXISTS own_entry;

CREATE TABLE contact_state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    -- Where the feed goes on; null begins with all.
    cursor TEXT,
    -- Which reading of all it is. Rows of an earlier one go when it is whole.
    load INTEGER NOT NULL DEFAULT 0,
    whole INTEGER NOT NULL DEFAULT 0,
    -- Grows with every change.
    revision INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO contact_state (one) VALUES (1);

CREATE TABLE contact (
    practitioner INTEGER NOT NULL,
    -- Four bytes of the hash of the role's FHIR id: hardly anybody has two.
    role INTEGER NOT NULL,
    -- A line for each: letters for system and use, and the value.
    telecom TEXT NOT NULL,
    -- Kinds that may be asked for, as bits.
    requestable INTEGER NOT NULL,
    load INTEGER NOT NULL,
    PRIMARY KEY (practitioner, role)
) STRICT, WITHOUT ROWID;

-- Rowid is the practitioner. Tokens of telephone numbers: their beginnings and their ends (contact_number.rs).
CREATE VIRTUAL TABLE contact_number USING fts5 (
    tokens, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);
-- A leaf must fit into a page of 4096 bytes less what SQLCipher reserves, or each would need two.
INSERT INTO contact_number (contact_number, rank) VALUES ('pgsz', 3900);

-- Who came into the part of the directory that is kept, and whose contacts are still to be asked for.
CREATE TABLE contact_newcomer (practitioner_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

-- Requests of the doctor and to the doctor, as the registry told them last.
CREATE TABLE contact_request (
    -- 1 received, 0 sent.
    received INTEGER NOT NULL,
    place INTEGER NOT NULL,
    practitioner_id TEXT NOT NULL,
    -- ContactRequest, JSON.
    request TEXT NOT NULL,
    PRIMARY KEY (received, place)
) STRICT, WITHOUT ROWID;

-- The doctor's own entry, with whom each contact is for.
CREATE TABLE own_entry (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    -- FHIR resources, a JSON array.
    resources TEXT NOT NULL,
    -- RFC 3339.
    as_of TEXT NOT NULL
) STRICT;
