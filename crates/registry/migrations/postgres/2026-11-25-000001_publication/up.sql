-- The tables of ../../sqlite, which explains their columns.

CREATE TABLE leaves (
    type TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    leaf BYTEA NOT NULL,
    PRIMARY KEY (type, id)
);

CREATE TABLE publications (
    chain TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    version BIGINT NOT NULL,
    issued_at BIGINT NOT NULL,
    changes TEXT,
    snapshot TEXT,
    changes_bytes BIGINT NOT NULL,
    snapshot_bytes BIGINT NOT NULL,
    PRIMARY KEY (chain, number)
);

CREATE TABLE directory_keys (
    number BIGINT PRIMARY KEY NOT NULL,
    verifying TEXT NOT NULL,
    seed_sealed BYTEA NOT NULL,
    passed_on TEXT,
    made_at BIGINT NOT NULL
);
