//! `PUT /fhir/{type}/{id}`: colleagues keep their own entry. IHE mCSD 4.0, ITI-130.

use super::editing::edited;
use super::kind::Kind;
use super::media;
use super::read::{names_version, versioned};
use super::store;
use crate::accounts::account::Account;
use crate::accounts::session;
use crate::audit::{self, Line};
use crate::clock::Millis;
use crate::database::Connection;
use crate::database::schema::{resources, roles};
use crate::http::{App, body_within};
use crate::problem::{Code, Problem};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use consilium_fhir::Resource;
use consilium_registry_api::AuditAction;
use diesel::prelude::*;

/// Longest body: an entry is a few kilobytes.
const LIMIT: usize = 64 * 1024;

struct Stored {
    version: i64,
    changed_at: Millis,
    body: String,
}

pub async fn put(
    State(app): State<App>,
    Path((kind, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let kind = Kind::named(&kind)?;
    let account = session::writer(&app, &headers).await?;
    if kind == Kind::Organization {
        return Err(Code::MethodNotAllowed.into());
    }
    media::wanted(&headers, std::iter::empty())?;
    media::sent(&headers)?;
    let bytes = body_within(&headers, body, LIMIT).await?;
    // The parser's words are kept back: they may repeat what was sent.
    let sent: Resource = serde_json::from_slice(&bytes)
        .map_err(|_| Problem::because(Code::InvalidBody, "The body is no resource of FHIR R4."))?;
    if Kind::of(&sent) != Some(kind) || sent.id() != Some(&id) {
        return Err(Problem::because(Code::InvalidBody, "Type and id of the body are not those of the address."));
    }
    let wanted = headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let stored = app
        .database
        .write({
            let app = app.clone();
            move |c| change(c, &app, &account, kind, &id, wanted.as_deref(), sent)
        })
        .await?;
    app.publisher.wake();
    Ok(versioned(media::json(stored.body), stored.version, stored.changed_at))
}

fn change(
    c: &mut Connection,
    app: &App,
    account: &Account,
    kind: Kind,
    id: &str,
    wanted: Option<&str>,
    sent: Resource,
) -> Result<Stored, Problem> {
    let current = stored(c, kind, id)?;
    if !is_own(c, account, kind, id)? {
        return Err(Code::NotTheOwner.into());
    }
    match wanted {
        None => return Err(Code::VersionRequired.into()),
        Some(tag) if !names_version(tag, current.version) => return Err(Code::VersionConflict.into()),
        Some(_) => {}
    }
    let resource: Resource = serde_json::from_str(&current.body).map_err(Problem::internal)?;
    let changed = edited(&resource, sent)?;
    let now = app.now();
    if !store::put(c, changed, now)? {
        return Ok(current);
    }
    let line = Line {
        action: AuditAction::EntryChanged,
        actor: &account.actor(),
        application: None,
        subject: Some(&format!("{}/{id}", kind.name())),
        // By which `own_history` finds who made this version.
        at: now,
    };
    audit::append(c, &line)?;
    stored(c, kind, id)
}

fn stored(c: &mut Connection, kind: Kind, id: &str) -> Result<Stored, Problem> {
    let found: Option<(i64, bool, Millis, String)> = resources::table
        .find((kind.name(), id))
        .select((resources::version, resources::deleted, resources::changed_at, resources::body))
        .first(c)
        .optional()?;
    match found {
        // FHIR R4, 3.1.0.7.1: what is not there is not made.
        None => Err(Code::MethodNotAllowed.into()),
        Some((_, true, ..)) => Err(Code::Deleted.into()),
        Some((version, false, changed_at, body)) => Ok(Stored { version, changed_at, body }),
    }
}

fn is_own(c: &mut Connection, account: &Account, kind: Kind, id: &str) -> Result<bool, Problem> {
    Ok(match kind {
        Kind::Organization => false,
        Kind::Practitioner => account.practitioner_id == id,
        Kind::PractitionerRole => {
            let of: Option<String> = roles::table.find(id).select(roles::practitioner_id).first(c).optional()?;
            of.as_ref() == Some(&account.practitioner_id)
        }
    })
}
