-- The table of ../../sqlite, which explains its columns.
CREATE TABLE origins (
    source TEXT COLLATE "C" NOT NULL,
    type TEXT COLLATE "C" NOT NULL,
    source_id TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    own BOOLEAN NOT NULL,
    PRIMARY KEY (source, type, source_id)
);
CREATE INDEX origins_by_entry ON origins (type, id);
