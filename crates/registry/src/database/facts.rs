//! What the database knows of itself.

use super::schema::facts;
use super::{Connection, on_either};
use diesel::prelude::*;

/// Key of the database's own id.
pub const ID: &str = "database id";

/// Made at random with the database, so that a cursor or a publication of another one is known.
pub fn id(c: &mut Connection) -> QueryResult<String> {
    facts::table.find(ID).select(facts::value).first(c)
}

/// Writes a fact down unless it is there; returns what is there now.
pub fn settled(c: &mut Connection, key: &str, value: &str) -> QueryResult<String> {
    let known = || facts::table.find(key).select(facts::value);
    if let Some(there) = known().first(c).optional()? {
        return Ok(there);
    }
    // Another process may be about to write it too.
    let new = (facts::key.eq(key), facts::value.eq(value));
    let insert = diesel::insert_into(facts::table).values(new).on_conflict_do_nothing();
    on_either!(c, |c| insert.execute(c))?;
    known().first(c)
}
