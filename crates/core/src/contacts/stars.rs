//! Messages that the doctor starred: which, and when. What they say stays in their conversation.

use super::entries::{self, Kind};
use super::{Contacts, Outcome, others};
use consilium_api::Result;
use rusqlite::params;

/// What follows the doctor has to fit into a few dozen events of account data (`account::lists`).
const MOST_STARS: i64 = 2_000;

/// A starred message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Star {
    pub room: String,
    pub event: String,
    /// Seconds since 1970.
    pub at: i64,
}

/// As it is kept: neither id has a space.
fn item(room: &str, event: &str) -> String {
    format!("{room} {event}")
}

impl Contacts {
    /// `at` is in seconds since 1970. `TooLarge` beyond 2,000 messages.
    pub(crate) async fn set_star(&self, room: &str, event: &str, starred: bool, at: i64) -> Result<()> {
        let item = item(room, event);
        let device = self.inner.device.clone();
        self.change(move |db| {
            let changed = if starred {
                if others(db, "SELECT count(*) FROM star WHERE item <> ?1", &item)? >= MOST_STARS {
                    return Ok(Outcome::Full);
                }
                db.execute("INSERT OR IGNORE INTO star VALUES (?1, ?2)", params![item, at])?
            } else {
                db.execute("DELETE FROM star WHERE item = ?1", [&item])?
            };
            if changed > 0 {
                entries::touch(db, Kind::Star, &item, &device, at)?;
            }
            Ok(Outcome::Done)
        })
        .await
    }

    /// Starred messages, the one that was starred last first.
    pub(crate) async fn stars(&self) -> Result<Vec<Star>> {
        let rows = self.inner.database.read(|db| {
            db.prepare("SELECT item, at FROM star ORDER BY at DESC, item")?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<Vec<(String, i64)>>>()
        });
        let star = |(item, at): (String, i64)| {
            let (room, event) = item.split_once(' ')?;
            Some(Star { room: room.to_owned(), event: event.to_owned(), at })
        };
        Ok(rows.await?.into_iter().filter_map(star).collect())
    }
}
