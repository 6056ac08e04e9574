//! Writing what was decided.
//!
//! Into an empty directory in one transaction. Otherwise in several, so that who registers meanwhile need not wait until
//! the end: each leaves a directory that is right in itself, and an import that was broken off is completed by doing it
//! again.

use super::Import;
use super::departed::Departed;
use super::listed::{joined, listed_reference, rewritten};
use super::staged::{Fate, Stage};
use crate::accounts::account::{self, Account};
use crate::clock::Millis;
use crate::database::schema::{accounts, organizations, origins, practitioners};
use crate::database::{Connection, on_either};
use crate::directory::kind::Kind;
use crate::directory::load::Load;
use crate::directory::prepared::Prepared;
use crate::directory::store;
use crate::problem::Problem;
use crate::state::Registry;
use anyhow::{Context as _, bail, ensure};
use chrono::DateTime;
use consilium_fhir::{ContactPoint, PractitionerRole, Reference, Resource};
use diesel::prelude::*;
use std::path::Path;
use std::sync::mpsc::sync_channel;

/// Resources of one transaction: a second's work.
const BATCH: usize = if cfg!(test) { 5 } else { 5_000 };
/// Resources that one thread hands to the other at once, and how often it may be ahead.
const CHUNK: usize = 2_000;
const AHEAD: usize = 3;
/// Origins of one statement.
const ROWS: usize = 500;

#[derive(Insertable)]
#[diesel(table_name = origins, treat_none_as_default_value = false)]
struct Origin<'a> {
    source: &'a str,
    type_: &'static str,
    source_id: &'a str,
    id: &'a str,
    own: bool,
}

fn is_written(fate: Fate) -> bool {
    matches!(fate, Fate::New | Fate::Changed)
}

/// The account of this homeserver that a role names.
fn account_of(registry: &Registry, role: &Resource) -> Option<(String, PractitionerRole)> {
    let Resource::PractitionerRole(role) = role else { return None };
    let account = role.matrix_user_id().filter(|id| registry.homeserver.localpart(id).is_some())?;
    Some((account, (**role).clone()))
}

/// What keeps a resource from being stored, in the words of whoever gave it.
fn worded(problem: Problem) -> anyhow::Error {
    match problem.detail() {
        Some(detail) => anyhow::anyhow!("{detail}"),
        None => problem.into(),
    }
}

/// Fills an empty directory.
pub fn fill(registry: &Registry, import: &Import, stage: &mut Stage, folder: &Path) -> anyhow::Result<()> {
    let now = registry.now();
    let mut spools = Vec::new();
    for kind in Kind::ALL {
        spools.push((kind, stage.shelf_mut(kind).spool.reader()?));
    }
    let stage = &*stage;
    registry.database.write_now(|c| {
        let Some(mut load) = Load::begin(c, folder, now)? else {
            bail!("somebody else has begun to fill the directory meanwhile; import again");
        };
        let accounts = std::thread::scope(|scope| {
            let (send, receive) = sync_channel::<Vec<Prepared>>(AHEAD);
            // One thread reads and understands, the other one writes.
            let reading = scope.spawn(move || {
                let (mut chunk, mut accounts) = (Vec::with_capacity(CHUNK), Vec::new());
                for (kind, mut spool) in spools {
                    for index in 0..stage.count(kind) {
                        if !is_written(stage.of(kind, index).fate) {
                            spool.skip()?;
                            continue;
                        }
                        let resource = serde_json::from_slice(&spool.next()?)?;
                        let resource = rewritten(stage, kind, index, resource, &mut |_, _| Ok(None))?;
                        accounts.extend(account_of(registry, &resource));
                        let place = stage.of(kind, index).place;
                        let prepared = Prepared::new(resource).map_err(worded);
                        chunk.push(prepared.with_context(|| format!("line {}", place.line))?);
                        if chunk.len() == CHUNK && send.send(std::mem::take(&mut chunk)).is_err() {
                            bail!("nobody writes what is read");
                        }
                    }
                }
                send.send(chunk).ok();
                anyhow::Ok(accounts)
            });
            for mut chunk in receive {
                load.put(c, &mut chunk)?;
            }
            reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })?;
        load.finish(c)?;
        for (user_id, role) in accounts {
            bind(c, user_id, &role, now)?;
        }
        if let Some(source) = &import.source {
            for kind in Kind::ALL {
                let staged = &stage.shelf(kind).staged;
                let kept: Vec<_> = staged.iter().filter(|one| is_written(one.fate)).collect();
                for some in kept.chunks(ROWS) {
                    let rows: Vec<Origin<'_>> = some
                        .iter()
                        .map(|one| Origin {
                            source,
                            type_: kind.name(),
                            source_id: &one.id,
                            id: one.target(),
                            own: one.own,
                        })
                        .collect();
                    let insert = diesel::insert_into(origins::table).values(&rows);
                    on_either!(c, |c| insert.execute(c))?;
                }
            }
        }
        Ok(())
    })
}

/// Brings a directory up to date.
pub fn update(registry: &Registry, import: &Import, stage: &mut Stage) -> anyhow::Result<()> {
    for kind in Kind::ALL {
        let mut spool = stage.shelf_mut(kind).spool.reader()?;
        let mut index = 0;
        while index < stage.count(kind) {
            let stage = &*stage;
            registry.database.write_now(|c| {
                let now = registry.now();
                // Somebody may have joined, or a verifier decided, since it was looked.
                let joined = joined(c)?;
                let departed = Departed::load(c)?;
                let mut written = 0;
                while written < BATCH && index < stage.count(kind) {
                    let staged = stage.of(kind, index);
                    if is_written(staged.fate) {
                        let resource: Resource = serde_json::from_slice(&spool.next()?)?;
                        let mut listed = |of: Kind, reference: &Reference| listed_reference(c, import, of, reference);
                        let resource = rewritten(stage, kind, index, resource, &mut listed)?;
                        let resource = departed.with_inherited(kind, resource);
                        let gave_way = resource.id().is_some_and(|id| departed.heir(kind, id).is_some());
                        let person = match &resource {
                            Resource::PractitionerRole(role) => role.practitioner_id(),
                            other => other.id().filter(|_| kind == Kind::Practitioner),
                        };
                        if !gave_way && person.is_none_or(|person| !joined.contains_key(person)) {
                            let account = account_of(registry, &resource);
                            let put = store::put(c, resource, now).map_err(worded);
                            put.with_context(|| format!("line {}", staged.place.line))?;
                            if let Some((user_id, role)) = account {
                                bind(c, user_id, &role, now)?;
                            }
                        }
                        written += 1;
                    } else {
                        spool.skip()?;
                    }
                    if let Some(source) = &import.source
                        && !staged.recorded
                        && !matches!(staged.fate, Fate::Refused | Fate::Same(_))
                    {
                        record(c, source, kind, &staged.id, staged.target(), staged.own)?;
                        written += 1;
                    }
                    index += 1;
                }
                anyhow::Ok(())
            })?;
        }
    }
    Ok(())
}

fn record(c: &mut Connection, source: &str, kind: Kind, source_id: &str, id: &str, own: bool) -> QueryResult<()> {
    let insert = diesel::insert_into(origins::table)
        .values((
            origins::source.eq(source),
            origins::type_.eq(kind.name()),
            origins::source_id.eq(source_id),
            (origins::id.eq(id), origins::own.eq(own)),
        ))
        .on_conflict((origins::source, origins::type_, origins::source_id))
        .do_update()
        .set((origins::id.eq(id), origins::own.eq(own)));
    on_either!(c, |c| insert.execute(c)).map(drop)
}

/// Binds an account to the entry that names it: who vouches for an import answers for that.
fn bind(c: &mut Connection, user_id: String, role: &PractitionerRole, now: Millis) -> anyhow::Result<()> {
    let practitioner_id = role.practitioner_id().unwrap_or_default();
    if let Some(bound) = account::find(c, &user_id)? {
        ensure!(bound.practitioner_id == practitioner_id, "an account that is named belongs to another practitioner");
        return Ok(());
    }
    let (han_name, latin_name): (String, String) = practitioners::table
        .find(practitioner_id)
        .select((practitioners::han_name, practitioners::latin_name))
        .first(c)?;
    let organization: String =
        organizations::table.find(role.organization_id().unwrap_or_default()).select(organizations::name).first(c)?;
    let verification = role.verification();
    let new = Account {
        user_id,
        practitioner_id: practitioner_id.to_owned(),
        application_id: None,
        name: if han_name.is_empty() { latin_name } else { han_name },
        email: ContactPoint::find(&role.telecom, "email").unwrap_or_default().to_owned(),
        organization,
        verifier: false,
        revoked: false,
        bound_at: now,
        verified_at: verification
            .as_ref()
            .and_then(|v| DateTime::parse_from_rfc3339(&v.verified_at).ok())
            .map(|at| at.timestamp_millis()),
        valid_until: verification.map(|v| v.valid_until).filter(|day| !day.is_empty()),
    };
    diesel::insert_into(accounts::table).values(new).execute(c)?;
    Ok(())
}
