//! What is written to the index: messages, what becomes of them, and what of each room is here.

use super::text;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use consilium_api::search::MessageKind;
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// Seconds since 1970 from which ids count: 2010.
const BEGIN: i64 = 1_262_304_000;
/// Ids of one second, in the order of its parts. More messages than that go to the seconds after it.
const SLOTS: i64 = 64;
/// Bytes of the hash that an event id is.
const HASH: usize = 32;
/// Private-use characters, which no folded text holds: before the number of who wrote a message and of its room, and
/// before that of its kind.
const SUBJECT: char = '\u{e000}';
const KIND: char = '\u{e001}';

/// A message as it was sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    pub event: String,
    pub sender: String,
    /// Milliseconds since 1970.
    pub at: i64,
    pub kind: MessageKind,
    pub text: String,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Message").field("event", &self.event).finish_non_exhaustive()
    }
}

/// What an event of a room means to the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Message(Message),
    /// Its own event, who sent it, when and the new text are those of `by`.
    Edit {
        target: String,
        by: Message,
    },
    /// Recalled: a message or an edit of one.
    Gone {
        event: String,
    },
    Undecryptable {
        event: String,
    },
    /// It was decrypted and is no message.
    Readable {
        event: String,
    },
}

/// What of a room is here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reach {
    pub head: Option<String>,
    /// Milliseconds since 1970.
    pub since: Option<i64>,
    pub complete: bool,
    /// The same before a gap that is open.
    pub older: Option<(String, i64, bool)>,
}

/// An event id in as few bytes as it takes: `$` and 43 characters of base64 are 32.
pub(super) fn packed(event: &str) -> Vec<u8> {
    let hash =
        event.strip_prefix('$').filter(|rest| rest.len() == 43).and_then(|rest| URL_SAFE_NO_PAD.decode(rest).ok());
    match hash {
        Some(hash) if unpacked(&hash) == event => hash,
        _ => {
            let mut bytes = event.as_bytes().to_vec();
            // Not to be taken for a hash.
            bytes.extend((bytes.len() == HASH).then_some(0));
            bytes
        }
    }
}

pub(super) fn unpacked(event: &[u8]) -> String {
    match event {
        hash if hash.len() == HASH => format!("${}", URL_SAFE_NO_PAD.encode(hash)),
        [text @ .., 0] if text.len() == HASH => String::from_utf8_lossy(text).into_owned(),
        text => String::from_utf8_lossy(text).into_owned(),
    }
}

fn key(event: &[u8]) -> i64 {
    let hash = Sha256::digest(event);
    hash.first_chunk().map_or(0, |bytes| i64::from_be_bytes(*bytes))
}

/// The first id of this instant.
pub(super) fn first_id(at: i64) -> i64 {
    let (seconds, rest) = (at.div_euclid(1_000) - BEGIN, at.rem_euclid(1_000));
    seconds.clamp(0, i64::from(u32::MAX)) * SLOTS + rest * SLOTS / 1_000
}

pub(super) fn kind_number(kind: MessageKind) -> i64 {
    match kind {
        MessageKind::Text => 0,
        MessageKind::Link => 1,
        MessageKind::Image => 2,
        MessageKind::File => 3,
    }
}

pub(super) fn kind_of(number: i64) -> MessageKind {
    match number {
        1 => MessageKind::Link,
        2 => MessageKind::Image,
        3 => MessageKind::File,
        _ => MessageKind::Text,
    }
}

/// The kind of a text.
pub(super) fn kind_of_text(text: &str) -> MessageKind {
    let is_link = text.contains("https://") || text.contains("http://");
    if is_link { MessageKind::Link } else { MessageKind::Text }
}

pub(super) fn subject_token(n: i64) -> String {
    format!("{SUBJECT}{n}")
}

pub(super) fn kind_token(kind: MessageKind) -> String {
    format!("{KIND}{}", kind_number(kind))
}

/// The number of a room or a person, if there is one.
pub(super) fn subject(db: &Connection, id: &str) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT n FROM subject WHERE id = ?1")?.query_row([id], |row| row.get(0)).optional()
}

pub(super) fn subject_or_new(db: &Connection, id: &str) -> rusqlite::Result<i64> {
    if let Some(n) = subject(db, id)? {
        return Ok(n);
    }
    db.prepare_cached("INSERT INTO subject (id) VALUES (?1)")?.execute([id])?;
    Ok(db.last_insert_rowid())
}

struct Row {
    id: i64,
    room: i64,
    sender: i64,
    kind: i64,
    text: String,
    original: Option<String>,
}

impl Row {
    fn tokens(&self) -> String {
        let mut tokens: BTreeSet<String> = text::tokens(&self.text);
        tokens.extend([subject_token(self.room), subject_token(self.sender), kind_token(kind_of(self.kind))]);
        tokens.into_iter().collect::<Vec<_>>().join(" ")
    }

    fn index(&self, db: &Connection) -> rusqlite::Result<()> {
        db.prepare_cached("INSERT INTO message_index (rowid, tokens) VALUES (?1, ?2)")?
            .execute(params![self.id, self.tokens()])?;
        Ok(())
    }

    fn unindex(&self, db: &Connection) -> rusqlite::Result<()> {
        db.prepare_cached("INSERT INTO message_index (message_index, rowid, tokens) VALUES ('delete', ?1, ?2)")?
            .execute(params![self.id, self.tokens()])?;
        Ok(())
    }

    fn remove(&self, db: &Connection) -> rusqlite::Result<()> {
        self.unindex(db)?;
        db.prepare_cached("DELETE FROM message WHERE id = ?1")?.execute([self.id])?;
        Ok(())
    }

    /// Shows another text in place of the one that is there; what was sent stays beside it.
    fn show(&mut self, db: &Connection, shown: String, sent: &str) -> rusqlite::Result<bool> {
        let original = (shown != sent).then(|| sent.to_owned());
        if shown == self.text && original == self.original {
            return Ok(false);
        }
        self.unindex(db)?;
        if matches!(kind_of(self.kind), MessageKind::Text | MessageKind::Link) {
            self.kind = kind_number(kind_of_text(&shown));
        }
        (self.text, self.original) = (shown, original);
        db.prepare_cached("UPDATE message SET text = ?2, original = ?3, kind = ?4 WHERE id = ?1")?.execute(params![
            self.id,
            self.text,
            self.original,
            self.kind
        ])?;
        self.index(db)?;
        Ok(true)
    }
}

fn row(db: &Connection, room: i64, event: &[u8]) -> rusqlite::Result<Option<Row>> {
    db.prepare_cached(
        "SELECT id, room, sender, kind, text, original FROM message WHERE key = ?1 AND event = ?2 AND room = ?3",
    )?
    .query_row(params![key(event), event, room], |row| {
        Ok(Row {
            id: row.get(0)?,
            room: row.get(1)?,
            sender: row.get(2)?,
            kind: row.get(3)?,
            text: row.get(4)?,
            original: row.get(5)?,
        })
    })
    .optional()
}

/// A message as it is shown.
pub(super) fn message(db: &Connection, room: &str, event: &str) -> rusqlite::Result<Option<Message>> {
    let Some(n) = subject(db, room)? else { return Ok(None) };
    let packed = packed(event);
    db.prepare_cached(
        "SELECT s.id, m.at, m.kind, m.text FROM message m JOIN subject s ON s.n = m.sender
         WHERE m.key = ?1 AND m.event = ?2 AND m.room = ?3",
    )?
    .query_row(params![key(&packed), packed, n], |row| {
        Ok(Message {
            event: event.to_owned(),
            sender: row.get(0)?,
            at: row.get(1)?,
            kind: kind_of(row.get(2)?),
            text: row.get(3)?,
        })
    })
    .optional()
}

/// The text of a message with its last edit: only those of who sent it count.
fn edited(db: &Connection, room: i64, event: &[u8], sender: i64) -> rusqlite::Result<Option<String>> {
    db.prepare_cached(
        "SELECT text FROM edit WHERE target = ?1 AND room = ?2 AND sender = ?3 ORDER BY at DESC, event DESC LIMIT 1",
    )?
    .query_row(params![event, room, sender], |row| row.get(0))
    .optional()
}

/// Messages of a room after an event, but for those of `own`.
pub(super) fn written_after(
    db: &Connection,
    room: &str,
    own: &str,
    event: &str,
    at: Option<i64>,
) -> rusqlite::Result<Option<u64>> {
    let Some(room) = subject(db, room)? else { return Ok(None) };
    let last = row(db, room, &packed(event))?.map(|row| row.id).or_else(|| at.map(|at| first_id(at + 1)));
    let Some(last) = last else { return Ok(None) };
    let mut wanted = format!("\"{}\"", subject_token(room));
    if let Some(own) = subject(db, own)? {
        wanted.push_str(&format!(" NOT \"{}\"", subject_token(own)));
    }
    db.prepare_cached("SELECT count(*) FROM message_index WHERE message_index MATCH ?1 AND rowid > ?2")?
        .query_row(params![wanted, last], |row| row.get(0))
        .map(Some)
}

/// An id that no message has, at this instant or soon after it.
fn free_id(db: &Connection, at: i64) -> rusqlite::Result<i64> {
    let first = first_id(at);
    let mut taken = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM message WHERE id = ?1)")?;
    for tried in 0_i64.. {
        // A flood of messages of one moment is not looked through one by one.
        let id = if tried < SLOTS { first + tried } else { first + rand::random_range(0..tried * tried * SLOTS) };
        if !taken.query_row([id], |row| row.get::<_, bool>(0))? {
            return Ok(id);
        }
    }
    Ok(first)
}

/// Takes in what happened in a room; answers whether anything is other than it was.
pub(super) fn apply(db: &Connection, room: i64, changes: Vec<Change>) -> rusqlite::Result<bool> {
    let mut changed = false;
    for change in changes {
        changed |= match change {
            Change::Message(message) => add(db, room, message)?,
            Change::Edit { target, by } => edit(db, room, &packed(&target), by)?,
            Change::Gone { event } => remove(db, room, &packed(&event))?,
            Change::Readable { event } => is_readable(db, room, &packed(&event))?,
            Change::Undecryptable { event } => {
                db.prepare_cached("INSERT OR IGNORE INTO undecryptable (event, room) VALUES (?1, ?2)")?
                    .execute(params![packed(&event), room])?
                    > 0
            }
        };
    }
    Ok(changed)
}

fn is_readable(db: &Connection, room: i64, event: &[u8]) -> rusqlite::Result<bool> {
    let gone =
        db.prepare_cached("DELETE FROM undecryptable WHERE room = ?1 AND event = ?2")?.execute(params![room, event])?;
    Ok(gone > 0)
}

fn add(db: &Connection, room: i64, message: Message) -> rusqlite::Result<bool> {
    let event = packed(&message.event);
    let readable = is_readable(db, room, &event)?;
    let sender = subject_or_new(db, &message.sender)?;
    let shown = edited(db, room, &event, sender)?.unwrap_or_else(|| message.text.clone());
    if let Some(mut row) = row(db, room, &event)? {
        return Ok(row.show(db, shown, &message.text)? || readable);
    }
    let original = (shown != message.text).then_some(message.text);
    // Its sender's clock wrote the time: one of tomorrow must not stay the latest.
    let at = message.at.min(chrono::Utc::now().timestamp_millis());
    let kind = match message.kind {
        MessageKind::Text | MessageKind::Link => kind_of_text(&shown),
        other => other,
    };
    let row = Row { id: free_id(db, at)?, room, sender, kind: kind_number(kind), text: shown, original };
    db.prepare_cached(
        "INSERT INTO message (id, key, event, room, sender, at, kind, text, original)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![row.id, key(&event), event, room, sender, at, row.kind, row.text, row.original])?;
    row.index(db)?;
    Ok(true)
}

fn edit(db: &Connection, room: i64, target: &[u8], by: Message) -> rusqlite::Result<bool> {
    let event = packed(&by.event);
    let readable = is_readable(db, room, &event)?;
    let sender = subject_or_new(db, &by.sender)?;
    db.prepare_cached(
        "INSERT OR IGNORE INTO edit (event, target, room, sender, at, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![event, target, room, sender, by.at, by.text])?;
    Ok(show_edited(db, room, target)? || readable)
}

fn show_edited(db: &Connection, room: i64, event: &[u8]) -> rusqlite::Result<bool> {
    let Some(mut row) = row(db, room, event)? else { return Ok(false) };
    let sent = row.original.clone().unwrap_or_else(|| row.text.clone());
    let shown = edited(db, room, event, row.sender)?.unwrap_or_else(|| sent.clone());
    row.show(db, shown, &sent)
}

fn remove(db: &Connection, room: i64, event: &[u8]) -> rusqlite::Result<bool> {
    let mut changed = is_readable(db, room, event)?;
    let target: Option<Vec<u8>> = db
        .prepare_cached("DELETE FROM edit WHERE event = ?1 AND room = ?2 RETURNING target")?
        .query_row(params![event, room], |row| row.get(0))
        .optional()?;
    if let Some(target) = target {
        changed |= show_edited(db, room, &target)?;
    }
    if let Some(row) = row(db, room, event)? {
        row.remove(db)?;
        db.prepare_cached("DELETE FROM edit WHERE target = ?1 AND room = ?2")?.execute(params![event, room])?;
        changed = true;
    }
    Ok(changed)
}

/// Forgets a room with all that was written in it.
pub(super) fn forget_room(db: &Connection, id: &str) -> rusqlite::Result<()> {
    let Some(room) = subject(db, id)? else { return Ok(()) };
    let events: Vec<Vec<u8>> = db
        .prepare_cached(
            "SELECT message.event FROM message_index JOIN message ON message.id = message_index.rowid
             WHERE message_index MATCH ?1",
        )?
        .query_map([format!("\"{}\"", subject_token(room))], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for event in events {
        if let Some(row) = row(db, room, &event)? {
            row.remove(db)?;
        }
    }
    for statement in [
        "DELETE FROM edit WHERE room = ?1",
        "DELETE FROM undecryptable WHERE room = ?1",
        "DELETE FROM name_token WHERE subject = ?1",
        "DELETE FROM room WHERE subject = ?1",
        "DELETE FROM subject WHERE n = ?1",
    ] {
        db.prepare_cached(statement)?.execute([room])?;
    }
    Ok(())
}

pub(super) fn reach(db: &Connection, room: i64) -> rusqlite::Result<Reach> {
    let event = |bytes: Option<Vec<u8>>| bytes.map(|bytes| unpacked(&bytes));
    let reach = db
        .prepare_cached(
            "SELECT head, since, complete, older_head, older_since, older_complete FROM room WHERE subject = ?1",
        )?
        .query_row([room], |row| {
            let older = event(row.get(3)?).zip(row.get(4)?);
            let older_complete = row.get(5)?;
            Ok(Reach {
                head: event(row.get(0)?),
                since: row.get(1)?,
                complete: row.get(2)?,
                older: older.map(|(head, since)| (head, since, older_complete)),
            })
        })
        .optional()?;
    Ok(reach.unwrap_or_default())
}

pub(super) fn keep_reach(db: &Connection, room: i64, reach: &Reach) -> rusqlite::Result<bool> {
    if *reach == self::reach(db, room)? {
        return Ok(false);
    }
    let older = reach.older.as_ref();
    db.prepare_cached(
        "INSERT OR REPLACE INTO room (subject, head, since, complete, older_head, older_since, older_complete)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        room,
        reach.head.as_deref().map(packed),
        reach.since,
        reach.complete,
        older.map(|(head, ..)| packed(head)),
        older.map(|(_, since, _)| since),
        older.is_some_and(|(.., complete)| *complete),
    ])?;
    Ok(true)
}
