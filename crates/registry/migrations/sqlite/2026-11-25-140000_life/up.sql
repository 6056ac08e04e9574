-- Registration, or what of the entry it is to change.
ALTER TABLE applications ADD COLUMN kind TEXT NOT NULL DEFAULT 'registration';
-- Of a change: the account whose entry it is about, and which owns it instead of a secret.
ALTER TABLE applications ADD COLUMN account TEXT REFERENCES accounts (user_id);
-- Of an approved change: the form of the entry before it, as JSON.
ALTER TABLE applications ADD COLUMN replaced TEXT;
CREATE INDEX applications_by_account ON applications (account, created_at);
-- An account has one open application at most.
CREATE UNIQUE INDEX applications_open ON applications (account) WHERE status NOT IN ('active', 'withdrawn');

-- The verification that counts: when it was made, and its last day.
ALTER TABLE accounts ADD COLUMN verified_at INTEGER;
ALTER TABLE accounts ADD COLUMN valid_until TEXT;
-- What the homeserver has not done yet.
ALTER TABLE accounts ADD COLUMN lock_due INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN email_due INTEGER NOT NULL DEFAULT 0;
CREATE INDEX accounts_by_valid_until ON accounts (valid_until);
CREATE INDEX accounts_by_lock_due ON accounts (user_id) WHERE lock_due;
CREATE INDEX accounts_by_email_due ON accounts (user_id) WHERE email_due;
UPDATE accounts SET
    verified_at = (SELECT decided_at FROM applications WHERE id = accounts.application_id),
    valid_until = (SELECT valid_until FROM applications WHERE id = accounts.application_id);

-- Entries that a verifier took out of the directory: no import brings them back.
CREATE TABLE removals (
    practitioner_id TEXT PRIMARY KEY NOT NULL REFERENCES practitioners (id),
    reason TEXT NOT NULL,
    note TEXT,
    -- Matrix user id and name of the verifier; empty of the command line.
    actor_id TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;

-- Mails that tell of the end of a verification, one row for each.
CREATE TABLE reminders (
    user_id TEXT NOT NULL REFERENCES accounts (user_id),
    valid_until TEXT NOT NULL,
    -- How many days before.
    days INTEGER NOT NULL,
    tried_at INTEGER NOT NULL,
    -- None if the mail server did not take it.
    sent_at INTEGER,
    PRIMARY KEY (user_id, valid_until, days)
) STRICT, WITHOUT ROWID;
