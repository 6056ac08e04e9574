-- Leaves of the resources that are published, as of the last publication or after it: what follows is worked out from
-- the change log again.
CREATE TABLE leaves (
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    -- 16 bytes; see crates/publication.
    leaf BLOB NOT NULL,
    PRIMARY KEY (type, id)
) STRICT, WITHOUT ROWID;

-- States of the directory that were published, one after the other.
CREATE TABLE publications (
    -- Manifests and their order belong to a chain; readers of another one begin anew.
    chain TEXT NOT NULL,
    number INTEGER NOT NULL,
    -- The last change that is in it.
    seq INTEGER NOT NULL,
    -- Of the signed checkpoint.
    version INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    -- Manifest of what changed since the number before, without its link; none of the first.
    changes TEXT,
    -- Manifest of everything, without its link, if everything was written then.
    snapshot TEXT,
    -- Size of the files of each.
    changes_bytes INTEGER NOT NULL,
    snapshot_bytes INTEGER NOT NULL,
    PRIMARY KEY (chain, number)
) STRICT, WITHOUT ROWID;

-- Keys that sign publications; the last one does.
CREATE TABLE directory_keys (
    number INTEGER PRIMARY KEY NOT NULL,
    -- As readers know it.
    verifying TEXT NOT NULL,
    seed_sealed BLOB NOT NULL,
    -- The note by which the key before named this one; none of the first.
    passed_on TEXT,
    made_at INTEGER NOT NULL
) STRICT;
