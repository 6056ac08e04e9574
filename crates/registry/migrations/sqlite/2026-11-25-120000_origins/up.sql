-- From which named source of an import an entry came, and under which id the source knows it.
CREATE TABLE origins (
    source TEXT NOT NULL,
    type TEXT NOT NULL,
    source_id TEXT NOT NULL,
    -- Id here.
    id TEXT NOT NULL,
    -- Whether the source made the entry: one that was listed before is not changed by it.
    own INTEGER NOT NULL,
    PRIMARY KEY (source, type, source_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX origins_by_entry ON origins (type, id);
