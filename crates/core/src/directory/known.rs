//! People the doctor knows, favourites and whom they wrote with lately: they stand before everybody else.

use super::columns::Columns;
use super::{index, people};
use rusqlite::Connection;
use std::collections::HashSet;

/// Whom the doctor knows, as their own notes have it. `Default` knows nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acquaintances {
    /// FHIR Practitioner ids.
    pub favourites: HashSet<String>,
    /// Accounts, the one written with last first.
    pub recent: Vec<String>,
    /// Another whenever something of it is.
    pub version: u64,
}

/// Somebody whom the doctor knows and who is listed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub slot: u32,
    pub favourite: bool,
    /// Place among those written with lately.
    pub recent: Option<usize>,
}

/// Looks up whom the doctor knows. Who is not listed any more is left out.
pub(super) fn known(db: &Connection, columns: &Columns, acquaintances: &Acquaintances) -> rusqlite::Result<Vec<Known>> {
    let mut found: Vec<Known> = Vec::new();
    let slot = |rank: Option<i64>| columns.slot(u32::try_from(index::practitioner_at(rank?)).ok()?);
    for id in &acquaintances.favourites {
        let slot = slot(people::rank_with_id(db, id)?);
        found.extend(slot.map(|slot| Known { slot, favourite: true, recent: None }));
    }
    for (at, user_id) in acquaintances.recent.iter().enumerate() {
        let Some(slot) = slot(people::rank_of(db, user_id)?) else { continue };
        match found.iter_mut().find(|known| known.slot == slot) {
            Some(known) => known.recent = Some(known.recent.unwrap_or(at)),
            None => found.push(Known { slot, favourite: false, recent: Some(at) }),
        }
    }
    found.sort_by_key(|k| (!k.favourite, k.recent.unwrap_or(usize::MAX), k.slot));
    Ok(found)
}
