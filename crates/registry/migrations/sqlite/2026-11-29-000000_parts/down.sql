DROP INDEX roles_by_organization;
DROP TABLE places;
DELETE FROM publications;
DROP TABLE leaves;
CREATE TABLE leaves (
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    leaf BLOB NOT NULL,
    PRIMARY KEY (type, id)
) STRICT, WITHOUT ROWID;
