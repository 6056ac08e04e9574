-- The published directory is parted (crates/publication), and its leaves are others: a new chain begins.
DELETE FROM publications;
DROP TABLE leaves;

-- Leaves of what is published, as of the last publication or after it: what follows is worked out from the change log
-- again.
CREATE TABLE leaves (
    -- Organization or PractitionerRole: a person is in the leaves of their roles.
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    part TEXT NOT NULL,
    -- 24 bytes; see crates/publication.
    leaf BLOB NOT NULL,
    PRIMARY KEY (type, id)
) STRICT, WITHOUT ROWID;

-- To which part colleagues of an organisation belonged as of the last publication, unless to that without a province.
CREATE TABLE places (
    organization TEXT PRIMARY KEY NOT NULL,
    part TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Whoever is at an organisation that moved is published anew.
CREATE INDEX roles_by_organization ON roles (organization_id);
