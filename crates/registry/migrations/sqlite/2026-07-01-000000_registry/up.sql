-- Times are milliseconds since the Unix epoch, UTC. Digests are HMAC-SHA-256 under keys of the secret file, unless they are named otherwise.

CREATE TABLE facts (
    key TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT;

-- Directory: the latest state of each resource, as FHIR JSON, in the order of its latest change.
CREATE TABLE resources (
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    seq INTEGER NOT NULL UNIQUE,
    deleted INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    -- SHA-256 of the body without its version: a resource that comes again unchanged is no change.
    digest BLOB NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (type, id)
) STRICT;
CREATE INDEX resources_by_seq ON resources (seq, deleted);

CREATE TABLE changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    op TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX changes_by_type ON changes (type, seq);
CREATE INDEX changes_by_time ON changes (at);

-- What the registry itself has to find in the resources.
CREATE TABLE organizations (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    city TEXT NOT NULL
) STRICT;
CREATE INDEX organizations_by_name ON organizations (name);

CREATE TABLE practitioners (
    id TEXT PRIMARY KEY NOT NULL,
    han_name TEXT NOT NULL,
    latin_name TEXT NOT NULL,
    -- The Latin name folded to lower-case ASCII words.
    latin_key TEXT NOT NULL
) STRICT;
CREATE INDEX practitioners_by_han_name ON practitioners (han_name);
CREATE INDEX practitioners_by_latin_key ON practitioners (latin_key);

CREATE TABLE roles (
    id TEXT PRIMARY KEY NOT NULL,
    practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
    organization_id TEXT NOT NULL REFERENCES organizations (id)
) STRICT;
CREATE INDEX roles_by_practitioner ON roles (practitioner_id);

CREATE TABLE applications (
    id TEXT PRIMARY KEY NOT NULL,
    reference TEXT NOT NULL UNIQUE,
    secret_digest BLOB NOT NULL,
    status TEXT NOT NULL,
    version INTEGER NOT NULL,
    han_name TEXT NOT NULL,
    latin_name TEXT NOT NULL,
    latin_key TEXT NOT NULL,
    title TEXT NOT NULL,
    department TEXT NOT NULL,
    work_email TEXT NOT NULL,
    work_phone TEXT NOT NULL,
    -- None until a hospital entered by hand becomes an organisation.
    organization_id TEXT REFERENCES organizations (id),
    hospital TEXT NOT NULL,
    city TEXT NOT NULL,
    licence_sealed BLOB NOT NULL,
    licence_digest BLOB NOT NULL,
    licence_ending TEXT NOT NULL,
    email_confirmed INTEGER NOT NULL,
    reason TEXT,
    note TEXT,
    created_at INTEGER NOT NULL,
    submitted_at INTEGER,
    -- Whether a verifier has opened it since it was submitted.
    opened INTEGER NOT NULL,
    decided_at INTEGER,
    decided_by TEXT,
    -- Date until which an approval is valid.
    valid_until TEXT,
    tokens_issued INTEGER NOT NULL
) STRICT;
CREATE INDEX applications_by_status ON applications (status, submitted_at);
CREATE INDEX applications_by_licence ON applications (licence_digest);
CREATE INDEX applications_by_han_name ON applications (han_name);
CREATE INDEX applications_by_latin_key ON applications (latin_key);

CREATE TABLE email_codes (
    application_id TEXT PRIMARY KEY NOT NULL REFERENCES applications (id),
    digest BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    -- None if the mail server did not take it.
    sent_at INTEGER
) STRICT;

CREATE TABLE evidence (
    application_id TEXT NOT NULL REFERENCES applications (id),
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    -- The file's own key under the registry's; none once destroyed.
    key_sealed BLOB,
    -- Name of the encrypted file; none once it is gone.
    file TEXT,
    -- Taken off by the applicant.
    removed INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (application_id, id)
) STRICT;

-- Localparts on the homeserver that the registry has given out.
CREATE TABLE localparts (
    localpart TEXT PRIMARY KEY NOT NULL,
    application_id TEXT REFERENCES applications (id),
    assigned_at INTEGER NOT NULL
) STRICT;
CREATE INDEX localparts_by_application ON localparts (application_id, assigned_at);

CREATE TABLE accounts (
    user_id TEXT PRIMARY KEY NOT NULL,
    practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
    application_id TEXT UNIQUE REFERENCES applications (id),
    -- As the homeserver shows it.
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    -- The organisation for which the account verifies and by which it is listed.
    organization TEXT NOT NULL,
    verifier INTEGER NOT NULL,
    revoked INTEGER NOT NULL,
    bound_at INTEGER NOT NULL
) STRICT;
CREATE INDEX accounts_by_practitioner ON accounts (practitioner_id);

CREATE TABLE sessions (
    digest BLOB PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES accounts (user_id),
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id);

-- OpenID tokens that were accepted and might still be valid at the homeserver.
CREATE TABLE openid_tokens (
    digest BLOB PRIMARY KEY NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY NOT NULL,
    action TEXT NOT NULL,
    -- Matrix user id of the verifier; empty for the applicant and the system.
    actor_id TEXT NOT NULL,
    actor TEXT NOT NULL,
    application_id TEXT REFERENCES applications (id),
    reference TEXT,
    -- Id of the evidence or account that it concerns.
    subject TEXT,
    at INTEGER NOT NULL,
    previous BLOB NOT NULL,
    -- SHA-256 over the line and the previous hash.
    hash BLOB NOT NULL
) STRICT;
CREATE INDEX audit_by_application ON audit (application_id, seq);

CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;
CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;
