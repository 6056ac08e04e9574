//! `GET /v1/entry/history`: how the caller's own entry came to be as it is.

use super::kind::Kind;
use crate::accounts::account::Account;
use crate::accounts::session;
use crate::applications::row::word;
use crate::clock::{Millis, instant};
use crate::database::Connection;
use crate::database::schema::{audit, resources, roles, versions};
use crate::http::App;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use consilium_registry_api::{AuditAction, EntryVersion};
use diesel::prelude::*;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Latest versions of each resource that are told.
const TOLD: i64 = 100;

pub async fn get(State(app): State<App>, headers: HeaderMap) -> Result<Json<Vec<EntryVersion>>, Problem> {
    let account = session::reader(&app, &headers).await?;
    Ok(Json(app.database.read(move |c| of(c, &account)).await?))
}

fn of(c: &mut Connection, account: &Account) -> Result<Vec<EntryVersion>, Problem> {
    let held: Vec<String> = roles::table
        .filter(roles::practitioner_id.eq(&account.practitioner_id))
        .order(roles::id.desc())
        .select(roles::id)
        .load(c)?;
    let mut told = Vec::new();
    for role in held {
        told.extend(of_resource(c, account, Kind::PractitionerRole, &role)?);
    }
    // Of one moment the person was written first.
    told.extend(of_resource(c, account, Kind::Practitioner, &account.practitioner_id)?);
    told.sort_by(|(a, _), (b, _)| b.cmp(a));
    Ok(told.into_iter().map(|(_, version)| version).collect())
}

fn of_resource(
    c: &mut Connection,
    account: &Account,
    kind: Kind,
    id: &str,
) -> Result<Vec<(Millis, EntryVersion)>, Problem> {
    let latest: Vec<(i64, Millis, String)> = resources::table
        .find((kind.name(), id))
        .filter(resources::deleted.eq(false))
        .select((resources::version, resources::changed_at, resources::body))
        .load(c)?;
    // One more than is told, to compare the last with.
    let earlier: Vec<(i64, Millis, String)> = versions::table
        .filter(versions::type_.eq(kind.name()).and(versions::id.eq(id)))
        .order(versions::version.desc())
        .limit(TOLD)
        .select((versions::version, versions::changed_at, versions::body))
        .load(c)?;
    let own: BTreeSet<Millis> = audit::table
        .filter(audit::subject.eq(format!("{}/{id}", kind.name())))
        .filter(audit::actor_id.eq(&account.user_id).and(audit::action.eq(word(&AuditAction::EntryChanged)?)))
        .select(audit::at)
        .load(c)?
        .into_iter()
        .collect();
    let states: Vec<_> = latest.into_iter().chain(earlier).collect();
    let mut told = Vec::new();
    for (at, (version, changed_at, body)) in states.iter().enumerate().take(TOLD as usize) {
        let changed = match states.get(at + 1) {
            Some((.., before)) => differing(before, body)?,
            None => Vec::new(),
        };
        let version = EntryVersion {
            resource: kind.name().into(),
            version: *version,
            at: instant(*changed_at),
            own: own.contains(changed_at),
            changed,
        };
        told.push((*changed_at, version));
    }
    Ok(told)
}

/// Names of the elements in which two states differ, but for what the registry itself keeps.
fn differing(before: &str, after: &str) -> Result<Vec<String>, Problem> {
    let read = |body: &str| serde_json::from_str::<Map<String, Value>>(body).map_err(Problem::internal);
    let (before, after) = (read(before)?, read(after)?);
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differs = |name: &&String| name.as_str() != "meta" && before.get(*name) != after.get(*name);
    Ok(names.into_iter().filter(differs).cloned().collect())
}
