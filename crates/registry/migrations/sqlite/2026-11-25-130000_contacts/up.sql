-- Wishes of colleagues to see a contact that is shown on request: one row for each asker, owner and kind of contact.
CREATE TABLE contact_requests (
    id TEXT PRIMARY KEY NOT NULL,
    -- Practitioners.
    asker TEXT NOT NULL REFERENCES practitioners (id),
    owner TEXT NOT NULL REFERENCES practitioners (id),
    kind TEXT NOT NULL,
    -- asked, granted or declined.
    state TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    answered_at INTEGER,
    -- Order of the latest changes.
    seq INTEGER NOT NULL UNIQUE,
    UNIQUE (asker, owner, kind)
) STRICT;
CREATE INDEX contact_requests_by_asker ON contact_requests (asker, seq);
CREATE INDEX contact_requests_by_owner ON contact_requests (owner, seq);

-- Who changed a version of an entry.
CREATE INDEX audit_by_subject ON audit (subject, at);
