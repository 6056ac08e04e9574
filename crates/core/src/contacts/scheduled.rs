//! Messages that go out later.

use super::Contacts;
use consilium_api::chat::SendText;
use consilium_api::{Error, ErrorCode, Result};
use rusqlite::{OptionalExtension, Row, params};
use tokio::sync::watch;

/// More would be a way to send advertising.
const MOST: i64 = 200;

/// A message that waits for its time.
#[derive(Clone, Debug)]
pub(crate) struct Scheduled {
    pub id: u32,
    pub message: SendText,
    /// Seconds since 1970.
    pub at: i64,
    /// Whether it was being handed to the queue.
    pub handed: bool,
    pub problem: Option<ErrorCode>,
}

impl Scheduled {
    const COLUMNS: &str = "id, message, at, handed, problem";

    /// None of one that a later version wrote and this one does not understand, which is left alone.
    fn of(row: &Row<'_>) -> rusqlite::Result<Option<Self>> {
        let (message, problem): (String, Option<String>) = (row.get(1)?, row.get(4)?);
        let Ok(message) = serde_json::from_str(&message) else { return Ok(None) };
        let problem = problem.map(|problem| serde_json::from_str(&problem).unwrap_or(ErrorCode::Internal));
        Ok(Some(Self { id: row.get(0)?, message, at: row.get(2)?, handed: row.get(3)?, problem }))
    }
}

impl Contacts {
    /// Changes whenever a message is added, taken away or moved.
    pub(crate) fn scheduled_changes(&self) -> watch::Receiver<u64> {
        self.inner.scheduled.subscribe()
    }

    /// `at` is in seconds since 1970. `TooLarge` beyond 200 messages.
    pub(crate) async fn schedule(&self, message: &SendText, at: i64) -> Result<()> {
        let message = json(message)?;
        let kept = self.inner.database.write(move |db| {
            let count: i64 = db.query_row("SELECT count(*) FROM scheduled", [], |row| row.get(0))?;
            if count >= MOST {
                return Ok(false);
            }
            db.execute("INSERT INTO scheduled (message, at) VALUES (?1, ?2)", params![message, at]).map(|_| true)
        });
        if !kept.await? {
            return Err(Error::new(ErrorCode::TooLarge, format!("at most {MOST} messages wait for their time")));
        }
        self.scheduled_changed();
        Ok(())
    }

    /// All of them, the one that goes out first at the beginning.
    pub(crate) async fn scheduled(&self) -> Result<Vec<Scheduled>> {
        let rows = self.inner.database.read(|db| {
            db.prepare(&format!("SELECT {} FROM scheduled ORDER BY at, id", Scheduled::COLUMNS))?
                .query_map([], Scheduled::of)?
                .collect::<rusqlite::Result<Vec<_>>>()
        });
        Ok(rows.await?.into_iter().flatten().collect())
    }

    /// Notes that it is being handed to the queue, and answers how it was before. `NotFound` if it is gone.
    pub(crate) async fn hand_over(&self, id: u32) -> Result<Scheduled> {
        let found = self.inner.database.write(move |db| {
            let sql = format!("SELECT {} FROM scheduled WHERE id = ?1", Scheduled::COLUMNS);
            let found = db.query_row(&sql, [id], Scheduled::of).optional()?;
            db.execute("UPDATE scheduled SET handed = 1 WHERE id = ?1", [id])?;
            Ok(found)
        });
        found.await?.flatten().ok_or_else(|| Error::new(ErrorCode::NotFound, "it does not wait any more"))
    }

    /// The queue did not take it.
    pub(crate) async fn keep_scheduled(&self, id: u32, problem: ErrorCode) -> Result<()> {
        let problem = json(&problem)?;
        let sql = "UPDATE scheduled SET handed = 0, problem = ?2 WHERE id = ?1";
        self.inner.database.write(move |db| db.execute(sql, params![id, problem]).map(drop)).await?;
        self.scheduled_changed();
        Ok(())
    }

    /// `NotFound` if it is gone.
    pub(crate) async fn unschedule(&self, id: u32) -> Result<()> {
        let gone = self.inner.database.write(move |db| db.execute("DELETE FROM scheduled WHERE id = ?1", [id]));
        if gone.await? == 0 {
            return Err(Error::new(ErrorCode::NotFound, "it does not wait any more"));
        }
        self.scheduled_changed();
        Ok(())
    }

    fn scheduled_changed(&self) {
        self.inner.scheduled.send_modify(|n| *n += 1);
    }
}

fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|_| Error::new(ErrorCode::Internal, "a message could not be serialized"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Key;

    fn text(text: &str) -> SendText {
        SendText {
            room_id: "!r:jz.example".into(),
            text: text.into(),
            mentions: Vec::new(),
            reply_to: None,
            thread: None,
        }
    }

    #[tokio::test]
    async fn what_waits_is_there_in_its_order_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let open = || async {
            Contacts::open(&folder.path().join("contacts.db"), Key::new([5; 32]), "QXR72M4K").await.unwrap().0
        };
        let contacts = open().await;
        contacts.schedule(&text("later"), 200).await.unwrap();
        contacts.schedule(&text("sooner"), 100).await.unwrap();
        let [sooner, later] = &contacts.scheduled().await.unwrap()[..] else { panic!() };
        assert_eq!((sooner.message.text.as_str(), later.message.text.as_str()), ("sooner", "later"));
        assert!(!contacts.hand_over(sooner.id).await.unwrap().handed);
        contacts.keep_scheduled(later.id, ErrorCode::NotFound).await.unwrap();
        contacts.close().await.unwrap();

        let contacts = open().await;
        let waiting = contacts.scheduled().await.unwrap();
        let states: Vec<_> = waiting.iter().map(|each| (each.handed, each.problem)).collect();
        assert_eq!(states, [(true, None), (false, Some(ErrorCode::NotFound))]);
        contacts.unschedule(waiting[0].id).await.unwrap();
        assert_eq!(contacts.unschedule(waiting[0].id).await.unwrap_err().code, ErrorCode::NotFound);
        assert_eq!(contacts.hand_over(waiting[0].id).await.unwrap_err().code, ErrorCode::NotFound);
    }

    #[tokio::test]
    async fn no_more_wait_than_a_doctor_writes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("contacts.db");
        let contacts = Contacts::open(&path, Key::new([5; 32]), "QXR72M4K").await.unwrap().0;
        for at in 0..MOST {
            contacts.schedule(&text("again"), at).await.unwrap();
        }
        assert_eq!(contacts.schedule(&text("again"), 0).await.unwrap_err().code, ErrorCode::TooLarge);
    }
}
