//! Taking out who is no longer in a source.

use super::Import;
use super::finding::{Findings, Place, Severity};
use super::listed::joined;
use super::staged::Stage;
use crate::clock::Millis;
use crate::database::Connection;
use crate::database::schema::{origins, roles};
use crate::directory::kind::Kind;
use crate::directory::store;
use anyhow::ensure;
use diesel::prelude::*;
use std::collections::HashSet;

/// Of so many entries one may be missing, unless more are allowed: a file that is cut short misses more.
const SHARE: u64 = 10;

/// Takes out, or without `write` only tells of, the roles and practitioners that this source made and has no longer.
/// Colleagues who have joined stay, and so do hospitals and what another source has too. Returns how many go.
pub fn retire(
    c: &mut Connection,
    import: &Import,
    stage: &Stage,
    findings: &mut Findings,
    now: Millis,
    write: bool,
) -> anyhow::Result<u64> {
    let Some(source) = &import.source else { return Ok(0) };
    let of_source = || origins::table.filter(origins::source.eq(source));
    let all: i64 = of_source().count().get_result(c)?;
    let joined = joined(c)?;
    let mut missing = Vec::new();
    // Roles first: a practitioner goes with the last of them.
    for kind in [Kind::PractitionerRole, Kind::Practitioner] {
        let known: Vec<(String, String, bool)> = of_source()
            .filter(origins::type_.eq(kind.name()))
            .order(origins::source_id)
            .select((origins::source_id, origins::id, origins::own))
            .load(c)?;
        missing.extend(
            known
                .into_iter()
                .filter(|(id, ..)| !stage.has(kind, id))
                .map(|(source_id, id, own)| (kind, source_id, id, own)),
        );
    }
    let most = import.retire_at_most.unwrap_or(all.unsigned_abs() / SHARE + 1);
    ensure!(
        missing.len() as u64 <= most,
        "{} entries of the source are missing, more than {most}: if the file is whole, allow it by --retire-at-most {}",
        missing.len(),
        missing.len()
    );
    // Who is in the source under another number, as after a new payroll system.
    let held: HashSet<(Kind, &str)> = [Kind::PractitionerRole, Kind::Practitioner]
        .into_iter()
        .flat_map(|kind| stage.shelf(kind).staged.iter().map(move |staged| (kind, staged.target())))
        .collect();
    let mut gone = 0;
    let mut roles_gone: Vec<String> = Vec::new();
    for (kind, source_id, id, own) in missing {
        let person = match kind {
            Kind::PractitionerRole => roles::table.find(&id).select(roles::practitioner_id).first(c).optional()?,
            _ => Some(id.clone()),
        };
        let others: i64 = origins::table
            .filter(origins::type_.eq(kind.name()).and(origins::id.eq(&id)).and(origins::source.ne(source)))
            .count()
            .get_result(c)?;
        let left: Vec<String> = match kind {
            Kind::Practitioner => roles::table.filter(roles::practitioner_id.eq(&id)).select(roles::id).load(c)?,
            _ => Vec::new(),
        };
        let has_joined = person.is_some_and(|person| joined.contains_key(&person));
        let goes_on = held.contains(&(kind, id.as_str()));
        let stays = if goes_on {
            Some("it has another number there now, and stays")
        } else if has_joined {
            Some("the colleague has joined, and stays until a verifier decides")
        } else if !own || others > 0 {
            Some("it is listed by others too, and stays")
        } else if left.iter().any(|role| !roles_gone.contains(role)) {
            Some("the colleague has another post, and stays")
        } else {
            None
        };
        let name = kind.name();
        let message = match stays {
            Some(why) => format!("{name}/{id} is no longer in the source; {why}"),
            None => format!("{name}/{id} is no longer in the source, and is taken out"),
        };
        findings.add(Severity::Note, Place::default(), message);
        if stays.is_none() {
            gone += 1;
            if kind == Kind::PractitionerRole {
                roles_gone.push(id.clone());
            }
        }
        if write {
            if stays.is_none() {
                store::delete(c, name, &id, now)?;
            }
            diesel::delete(origins::table.find((source, name, &source_id))).execute(c)?;
            if goes_on && own {
                diesel::update(origins::table)
                    .filter(origins::source.eq(source).and(origins::type_.eq(name)).and(origins::id.eq(&id)))
                    .set(origins::own.eq(true))
                    .execute(c)?;
            }
        }
    }
    Ok(gone)
}
