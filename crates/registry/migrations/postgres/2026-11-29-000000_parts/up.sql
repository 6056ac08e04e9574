-- The tables of ../../sqlite, which explains their columns.
DELETE FROM publications;
DROP TABLE leaves;

CREATE TABLE leaves (
    type TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    part TEXT NOT NULL,
    leaf BYTEA NOT NULL,
    PRIMARY KEY (type, id)
);

CREATE TABLE places (
    organization TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    part TEXT NOT NULL
);

CREATE INDEX roles_by_organization ON roles (organization_id);
