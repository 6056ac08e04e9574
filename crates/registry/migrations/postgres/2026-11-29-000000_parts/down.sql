DROP INDEX roles_by_organization;
DROP TABLE places;
DELETE FROM publications;
DROP TABLE leaves;
CREATE TABLE leaves (
    type TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    leaf BYTEA NOT NULL,
    PRIMARY KEY (type, id)
);
