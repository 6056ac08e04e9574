//! People the doctor knows, favourites and whom they wrote with lately: few enough to be searched one by one, so that
//! they can stand before everybody else.

use super::expression::{Class, Search, Tokens};
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
#[derive(Debug)]
pub(super) struct Known {
    pub rank: i64,
    tokens: Tokens,
    pub favourite: bool,
    /// Place among those written with lately.
    pub recent: Option<usize>,
}

/// Looks up whom the doctor knows. Who is not listed any more is left out.
pub(super) fn known(db: &Connection, acquaintances: &Acquaintances) -> rusqlite::Result<Vec<Known>> {
    let mut ranks: Vec<(i64, bool, Option<usize>)> = Vec::new();
    for id in &acquaintances.favourites {
        ranks.extend(people::rank_with_id(db, id)?.map(|rank| (rank, true, None)));
    }
    for (at, user_id) in acquaintances.recent.iter().enumerate() {
        let Some(rank) = people::rank_of(db, user_id)? else { continue };
        match ranks.iter_mut().find(|(known, ..)| *known == rank) {
            Some((_, _, recent)) => *recent = Some(recent.unwrap_or(at)),
            None => ranks.push((rank, false, Some(at))),
        }
    }
    let mut found = Vec::with_capacity(ranks.len());
    for (rank, favourite, recent) in ranks {
        let document = index::document(db, index::practitioner_at(rank))?;
        found.extend(document.map(|d| Known { rank: d.rank, tokens: Tokens::new(d.tokens), favourite, recent }));
    }
    found.sort_by_key(|k| (!k.favourite, k.recent.unwrap_or(usize::MAX), k.rank));
    Ok(found)
}

impl Search {
    /// Those among them who match, in their order, with the tier each belongs to.
    pub(super) fn among<'a>(&self, known: &'a [Known]) -> Vec<(Class, bool, &'a Known)> {
        let matching = known.iter().filter(|k| self.matches(&k.tokens));
        matching.map(|k| (self.class(&k.tokens), self.is_own(&k.tokens), k)).collect()
    }
}
