-- The columns and tables of ../../sqlite, which explains them.
ALTER TABLE applications ADD COLUMN kind TEXT COLLATE "C" NOT NULL DEFAULT 'registration';
ALTER TABLE applications ADD COLUMN account TEXT COLLATE "C" REFERENCES accounts (user_id);
ALTER TABLE applications ADD COLUMN replaced TEXT;
CREATE INDEX applications_by_account ON applications (account, created_at);
CREATE UNIQUE INDEX applications_open ON applications (account) WHERE status NOT IN ('active', 'withdrawn');

ALTER TABLE accounts ADD COLUMN verified_at BIGINT;
ALTER TABLE accounts ADD COLUMN valid_until TEXT COLLATE "C";
ALTER TABLE accounts ADD COLUMN lock_due BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE accounts ADD COLUMN email_due BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX accounts_by_valid_until ON accounts (valid_until);
CREATE INDEX accounts_by_lock_due ON accounts (user_id) WHERE lock_due;
CREATE INDEX accounts_by_email_due ON accounts (user_id) WHERE email_due;
UPDATE accounts SET
    verified_at = (SELECT decided_at FROM applications WHERE id = accounts.application_id),
    valid_until = (SELECT valid_until FROM applications WHERE id = accounts.application_id);

CREATE TABLE removals (
    practitioner_id TEXT COLLATE "C" PRIMARY KEY REFERENCES practitioners (id),
    reason TEXT COLLATE "C" NOT NULL,
    note TEXT,
    actor_id TEXT COLLATE "C" NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL
);

CREATE TABLE reminders (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES accounts (user_id),
    valid_until TEXT COLLATE "C" NOT NULL,
    days BIGINT NOT NULL,
    tried_at BIGINT NOT NULL,
    sent_at BIGINT,
    PRIMARY KEY (user_id, valid_until, days)
);
