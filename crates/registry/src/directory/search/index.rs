//! Keeping the index: each resource's terms change with it, in the same transaction.

use super::parameters::Param;
use super::terms::{Terms, Word};
use super::text;
use crate::clock::Millis;
use crate::database::schema::{codes, entries, facts, resources, suffixes, words};
use crate::database::{Connection, Database};
use crate::directory::kind::Kind;
use crate::problem::Problem;
use anyhow::Context as _;
use consilium_fhir::Resource;
use diesel::prelude::*;

/// Changes whenever the index is built differently, so that an older one is built anew.
pub const VERSION: &str = "1";
/// Key in `facts`.
const FACT: &str = "search index";

/// The key of an entry.
pub fn key_of(c: &mut Connection, kind: Kind, id: &str) -> Result<Option<i64>, Problem> {
    Ok(entries::table
        .filter(entries::kind.eq(kind.number()).and(entries::id.eq(id)))
        .select(entries::key)
        .first(c)
        .optional()?)
}

/// Brings the index from the earlier terms of a resource, if it was listed, to the new ones.
pub fn put(
    c: &mut Connection,
    kind: Kind,
    id: &str,
    earlier: Option<Terms>,
    terms: &Terms,
    changed_at: Millis,
) -> Result<(), Problem> {
    let earlier = earlier.unwrap_or_default();
    let practitioner = match &terms.practitioner {
        Some(id) => key_of(c, Kind::Practitioner, id)?.unwrap_or(0),
        None => 0,
    };
    let organization = match &terms.organization {
        Some(id) => key_of(c, Kind::Organization, id)?.unwrap_or(0),
        None => 0,
    };
    let state = (
        entries::changed_at.eq(changed_at),
        entries::active.eq(terms.active),
        entries::name.eq(&terms.name),
        entries::family.eq(&terms.family),
        entries::given.eq(&terms.given),
        entries::city.eq(&terms.city),
        entries::sort_name.eq(&terms.sort_name),
        entries::practitioner.eq(practitioner),
        entries::organization.eq(organization),
    );
    let key = match key_of(c, kind, id)? {
        Some(key) => {
            diesel::update(entries::table.find(key)).set(state).execute(c)?;
            key
        }
        None => diesel::insert_into(entries::table)
            .values((entries::kind.eq(kind.number()), entries::id.eq(id), state))
            .returning(entries::key)
            .get_result(c)?,
    };
    for gone in earlier.words.difference(&terms.words) {
        take_word(c, key, gone)?;
    }
    for new in terms.words.difference(&earlier.words) {
        put_word(c, key, new)?;
    }
    for (param, value) in earlier.codes.difference(&terms.codes) {
        take_code(c, key, *param, value)?;
    }
    for (param, value) in terms.codes.difference(&earlier.codes) {
        diesel::insert_into(codes::table)
            .values((codes::param.eq(param.number()), codes::value.eq(value), codes::key.eq(key)))
            .execute(c)?;
    }
    Ok(())
}

/// Takes a resource out of the index.
pub fn delete(c: &mut Connection, id: &str, resource: &Resource) -> Result<(), Problem> {
    let Some((kind, terms)) = Terms::of(resource) else { return Ok(()) };
    let Some(key) = key_of(c, kind, id)? else { return Ok(()) };
    for word in &terms.words {
        take_word(c, key, word)?;
    }
    for (param, value) in &terms.codes {
        take_code(c, key, *param, value)?;
    }
    diesel::delete(entries::table.find(key)).execute(c)?;
    Ok(())
}

fn put_word(c: &mut Connection, key: i64, word: &Word) -> Result<(), Problem> {
    diesel::insert_into(words::table)
        .values((
            words::word.eq(&word.word),
            words::key.eq(key),
            words::field.eq(word.of.number()),
            words::spelt.eq(&word.spelt),
        ))
        .execute(c)?;
    // What is typed within a text of several words begins within one of them.
    if word.word.contains(' ') {
        return Ok(());
    }
    let whole = text::suffixes(&word.word).next().unwrap_or_default();
    let known = suffixes::table.find((whole, &word.word)).select(suffixes::suffix).first::<String>(c).optional()?;
    if known.is_none() {
        let mut kept: Vec<&str> = text::suffixes(&word.word).collect();
        kept.sort_unstable();
        kept.dedup();
        for suffix in kept {
            diesel::insert_into(suffixes::table)
                .values((suffixes::suffix.eq(suffix), suffixes::word.eq(&word.word)))
                .execute(c)?;
        }
    }
    Ok(())
}

fn take_word(c: &mut Connection, key: i64, word: &Word) -> Result<(), Problem> {
    diesel::delete(words::table.find((&word.word, key, word.of.number(), &word.spelt))).execute(c)?;
    Ok(())
}

fn take_code(c: &mut Connection, key: i64, param: Param, value: &str) -> Result<(), Problem> {
    diesel::delete(codes::table.find((param.number(), value, key))).execute(c)?;
    Ok(())
}

/// Builds the index of a database that has none, or an older one.
pub fn ensure(database: &Database) -> anyhow::Result<()> {
    database
        .write_now(|c| {
            let built: Option<String> = facts::table.find(FACT).select(facts::value).first(c).optional()?;
            if built.as_deref() == Some(VERSION) {
                return Ok(());
            }
            diesel::delete(codes::table).execute(c)?;
            diesel::delete(words::table).execute(c)?;
            diesel::delete(suffixes::table).execute(c)?;
            diesel::delete(entries::table).execute(c)?;
            for kind in Kind::ALL {
                build(c, kind)?;
            }
            diesel::delete(facts::table.find(FACT)).execute(c)?;
            diesel::insert_into(facts::table).values((facts::key.eq(FACT), facts::value.eq(VERSION))).execute(c)?;
            Ok(())
        })
        .context("cannot build the index of the directory")
}

/// Resources read at once.
const BATCH: i64 = 500;

fn build(c: &mut Connection, kind: Kind) -> anyhow::Result<()> {
    let mut after = 0;
    loop {
        let batch: Vec<(i64, String, Millis, String)> = resources::table
            .filter(resources::type_.eq(kind.name()).and(resources::seq.gt(after)))
            .filter(resources::deleted.eq(false))
            .order(resources::seq)
            .limit(BATCH)
            .select((resources::seq, resources::id, resources::changed_at, resources::body))
            .load(c)?;
        let Some((last, ..)) = batch.last() else { return Ok(()) };
        after = *last;
        for (_, id, changed_at, body) in &batch {
            let resource =
                serde_json::from_str(body).with_context(|| format!("{} {id} cannot be read", kind.name()))?;
            if let Some((kind, terms)) = Terms::of(&resource) {
                put(c, kind, id, None, &terms, *changed_at)?;
            }
        }
    }
}
