-- The tables of ../../sqlite, which explains their columns.

CREATE TABLE contact_requests (
    id TEXT COLLATE "C" PRIMARY KEY,
    asker TEXT COLLATE "C" NOT NULL REFERENCES practitioners (id),
    owner TEXT COLLATE "C" NOT NULL REFERENCES practitioners (id),
    kind TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    asked_at BIGINT NOT NULL,
    answered_at BIGINT,
    seq BIGINT NOT NULL UNIQUE,
    UNIQUE (asker, owner, kind)
);
CREATE INDEX contact_requests_by_asker ON contact_requests (asker, seq);
CREATE INDEX contact_requests_by_owner ON contact_requests (owner, seq);

CREATE INDEX audit_by_subject ON audit (subject, at);
