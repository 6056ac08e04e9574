//! What is kept about an entry that gave way goes over to the one that is kept in its place (docs/directory-api.md).
//!
//! Going over is a change like those that the doctor makes: what went is deleted, on the clock that the devices share, and
//! what came is written. So it is done once, by whichever device learns of it first, and the others follow.

use super::entries::{self, Kind};
use super::{Contacts, acquaintances};
use consilium_api::Result;
use rusqlite::{Connection, OptionalExtension, params};

/// What an id is kept for.
const ABOUT: &str =
    "SELECT 1 FROM favourite WHERE practitioner = ?1 UNION ALL SELECT 1 FROM note WHERE practitioner = ?1";

impl Contacts {
    /// Carries over what is kept about former ids: each with the id that stands in its place. `at` is in seconds since
    /// 1970. Costs nothing where there is nothing to carry.
    pub(crate) async fn carry_over(&self, former: Vec<(String, String)>, at: i64) -> Result<()> {
        let concerned = self.inner.database.read(move |db| {
            let mut about = db.prepare_cached(ABOUT)?;
            let mut concerned = Vec::new();
            for (from, to) in former {
                if about.exists([&from])? {
                    concerned.push((from, to));
                }
            }
            Ok(concerned)
        });
        let concerned = concerned.await?;
        if concerned.is_empty() {
            return Ok(());
        }
        let device = self.inner.device.clone();
        let written = self.inner.database.write(move |db| {
            for (from, to) in &concerned {
                carry_favourite(db, from, to, &device, at)?;
                carry_note(db, from, to, &device, at)?;
            }
            acquaintances(db)
        });
        self.became(written.await?, true);
        Ok(())
    }
}

fn carry_favourite(db: &Connection, from: &str, to: &str, device: &str, at: i64) -> rusqlite::Result<()> {
    let since: Option<i64> = db
        .query_row("DELETE FROM favourite WHERE practitioner = ?1 RETURNING at", [from], |row| row.get(0))
        .optional()?;
    let Some(since) = since else { return Ok(()) };
    entries::touch(db, Kind::Favourite, from, device, at)?;
    if db.execute("INSERT OR IGNORE INTO favourite VALUES (?1, ?2)", params![to, since])? > 0 {
        entries::touch(db, Kind::Favourite, to, device, at)?;
    }
    Ok(())
}

/// Two notes become one. It may be longer than one that is typed: what was written is not cut.
fn carry_note(db: &Connection, from: &str, to: &str, device: &str, at: i64) -> rusqlite::Result<()> {
    let went: Option<(String, i64)> = db
        .query_row("DELETE FROM note WHERE practitioner = ?1 RETURNING text, changed_at", [from], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let Some((text, changed_at)) = went else { return Ok(()) };
    entries::touch(db, Kind::Note, from, device, at)?;
    let there: Option<String> =
        db.query_row("SELECT text FROM note WHERE practitioner = ?1", [to], |row| row.get(0)).optional()?;
    let (text, changed_at) = match there {
        // Another device joined them before.
        Some(there) if there.contains(&text) => return Ok(()),
        Some(there) => (format!("{there}\n\n{text}"), at),
        None => (text, changed_at),
    };
    db.execute("INSERT OR REPLACE INTO note VALUES (?1, ?2, ?3)", params![to, text, changed_at])?;
    entries::touch(db, Kind::Note, to, device, at)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::database::Key;
    use consilium_api::directory::{SaveNote, SetFavourite};
    use tempfile::TempDir;

    async fn contacts(folder: &TempDir, device: &str) -> Contacts {
        let path = folder.path().join(format!("{device}.db"));
        Contacts::open(&path, Key::new([5; 32]), device).await.unwrap().0
    }

    async fn star(contacts: &Contacts, id: &str, at: i64) {
        let star = SetFavourite { practitioner_id: id.into(), favourite: true };
        contacts.set_favourite(star, at).await.unwrap();
    }

    async fn note(contacts: &Contacts, id: &str, text: &str, at: i64) {
        contacts.save_note(SaveNote { practitioner_id: id.into(), text: text.into() }, at).await.unwrap();
    }

    fn gave_way(from: &str, to: &str) -> Vec<(String, String)> {
        vec![(from.into(), to.into())]
    }

    #[tokio::test]
    async fn a_favourite_and_a_note_go_over_and_two_notes_are_joined() {
        let folder = TempDir::new().unwrap();
        let lin = contacts(&folder, "A").await;
        star(&lin, "old", 1).await;
        note(&lin, "old", "急会诊可直接打分机。", 2).await;
        note(&lin, "other", "stays", 3).await;
        lin.carry_over(gave_way("old", "new"), 10).await.unwrap();
        assert!(lin.is_favourite("new") && !lin.is_favourite("old"));
        assert_eq!(lin.note("new").await.unwrap(), "急会诊可直接打分机。");
        assert_eq!((lin.note("old").await.unwrap(), lin.note("other").await.unwrap()), (String::new(), "stays".into()));

        note(&lin, "older", "call 8021", 11).await;
        lin.carry_over(gave_way("older", "new"), 12).await.unwrap();
        assert_eq!(lin.note("new").await.unwrap(), "急会诊可直接打分机。\n\ncall 8021");

        let before = lin.entries().await.unwrap();
        let mut changes = lin.changes();
        changes.mark_unchanged();
        lin.carry_over(gave_way("old", "new"), 13).await.unwrap();
        assert_eq!(lin.entries().await.unwrap(), before, "nothing is left to carry");
        assert!(!changes.has_changed().unwrap());
    }

    #[tokio::test]
    async fn two_long_notes_are_kept_whole_and_can_be_shortened_in_steps() {
        let folder = TempDir::new().unwrap();
        let lin = contacts(&folder, "A").await;
        note(&lin, "old", &"旧".repeat(1_500), 1).await;
        note(&lin, "new", &"新".repeat(1_500), 2).await;
        lin.carry_over(gave_way("old", "new"), 3).await.unwrap();
        assert_eq!(lin.note("new").await.unwrap().chars().count(), 3_002);
        note(&lin, "new", &"新".repeat(2_500), 4).await;
        let longer = SaveNote { practitioner_id: "new".into(), text: "新".repeat(2_501) };
        assert!(lin.save_note(longer, 5).await.is_err());
    }

    #[tokio::test]
    async fn devices_that_carry_over_on_their_own_end_with_the_same() {
        let folder = TempDir::new().unwrap();
        let (desk, ward) = (contacts(&folder, "A").await, contacts(&folder, "B").await);
        star(&desk, "old", 1).await;
        note(&desk, "old", "from before", 2).await;
        note(&desk, "new", "of the other entry", 3).await;
        ward.merge(desk.entries().await.unwrap()).await.unwrap();

        desk.carry_over(gave_way("old", "new"), 20).await.unwrap();
        ward.carry_over(gave_way("old", "new"), 30).await.unwrap();
        for _ in 0..2 {
            desk.merge(ward.entries().await.unwrap()).await.unwrap();
            ward.merge(desk.entries().await.unwrap()).await.unwrap();
        }
        assert_eq!(desk.entries().await.unwrap(), ward.entries().await.unwrap());
        for computer in [&desk, &ward] {
            assert!(computer.is_favourite("new") && !computer.is_favourite("old"));
            assert_eq!(computer.note("new").await.unwrap(), "of the other entry\n\nfrom before");
        }

        // One that was away had written to the note of the entry that went.
        note(&ward, "old", "from before, and after", 40).await;
        desk.merge(ward.entries().await.unwrap()).await.unwrap();
        desk.carry_over(gave_way("old", "new"), 50).await.unwrap();
        assert!(desk.note("new").await.unwrap().ends_with("from before, and after"), "nothing is lost");
    }
}
