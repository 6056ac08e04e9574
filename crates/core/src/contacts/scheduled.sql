-- Messages that go out later (chat/scheduled.rs).
CREATE TABLE scheduled (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- SendText, JSON.
    message TEXT NOT NULL,
    -- Seconds since 1970.
    at INTEGER NOT NULL,
    -- 1 while it is handed to the queue of its conversation: who finds it so after a crash looks there first.
    handed INTEGER NOT NULL DEFAULT 0,
    -- ErrorCode, JSON; why the queue did not take it.
    problem TEXT
) STRICT;
