-- Rooms and people, under one number each: tokens of the index name them.
CREATE TABLE subject (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  han TEXT NOT NULL DEFAULT '',
  latin TEXT NOT NULL DEFAULT ''
) STRICT;

-- Beginnings of these find a subject by its name.
CREATE TABLE name_token (
  token TEXT NOT NULL,
  subject INTEGER NOT NULL,
  PRIMARY KEY (token, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX name_token_subject ON name_token (subject);

-- What of a room is here: everything between `since` and its last event, `head`; from the first on if `complete`.
-- What was known before a gap is in the last three until the gap is closed.
CREATE TABLE room (
  subject INTEGER PRIMARY KEY,
  head BLOB,
  since INTEGER,
  complete INTEGER NOT NULL DEFAULT 0,
  older_head BLOB,
  older_since INTEGER,
  older_complete INTEGER NOT NULL DEFAULT 0
) STRICT;

-- In the order of time: when it was sent is in `id`.
CREATE TABLE message (
  id INTEGER PRIMARY KEY,
  -- Eight bytes of the hash of `event`, by which it is found.
  key INTEGER NOT NULL,
  event BLOB NOT NULL,
  room INTEGER NOT NULL,
  sender INTEGER NOT NULL,
  -- Milliseconds since 1970.
  at INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  -- As it is shown: with the last edit.
  text TEXT NOT NULL,
  -- As it was sent, if it was edited since.
  original TEXT
) STRICT;
CREATE INDEX message_key ON message (key);

-- Edits, also of messages that are not here yet.
CREATE TABLE edit (
  event BLOB NOT NULL PRIMARY KEY,
  target BLOB NOT NULL,
  room INTEGER NOT NULL,
  sender INTEGER NOT NULL,
  at INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX edit_target ON edit (target);

CREATE TABLE undecryptable (
  event BLOB NOT NULL,
  room INTEGER NOT NULL,
  PRIMARY KEY (room, event)
) STRICT, WITHOUT ROWID;

-- Tokens are made in Rust (`text::tokens`), so that the tokenizer has only to split them; `text` can make them again when a
-- row goes. No column sizes, no positions: what is longer than a pair is looked for in the text.
CREATE VIRTUAL TABLE message_index USING fts5(
  tokens, content = '', columnsize = 0, detail = none, prefix = '1', tokenize = 'ascii'
);
