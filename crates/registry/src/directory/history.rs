//! The versions of one resource: `GET /fhir/{type}/{id}/_history` and `…/_history/{version}`.
//!
//! What is deleted is gone with all that it was: the record has it, callers do not.

use super::bundle::{RawBundle, link};
use super::contacts;
use super::feed::{Asked, Version};
use super::kind::Kind;
use super::media;
use super::read::{versioned, wanted};
use crate::accounts::account::Account;
use crate::accounts::session;
use crate::database::Connection;
use crate::database::schema::{resources, versions};
use crate::http::App;
use crate::problem::{Code, Problem};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use diesel::prelude::*;

/// The columns of an earlier [`Version`].
const EARLIER: (
    versions::type_,
    versions::id,
    versions::version,
    versions::deleted,
    versions::changed_at,
    versions::body,
) = (versions::type_, versions::id, versions::version, versions::deleted, versions::changed_at, versions::body);

pub async fn get(
    State(app): State<App>,
    Path((kind, id)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let kind = Kind::named(&kind)?;
    let account = session::reader(&app, &headers).await?;
    let asked = Asked::read(&uri, &headers)?;
    let before = asked.cursor.as_deref().map(|cursor| cursor.parse().map_err(|_| Code::InvalidBody)).transpose()?;
    let body = app
        .database
        .read({
            let app = app.clone();
            move |c| page(c, &app, &account, kind, &id, &asked, before)?.written()
        })
        .await?;
    Ok(media::json(body))
}

/// The latest version first (FHIR R4, 3.1.0.13).
fn page(
    c: &mut Connection,
    app: &App,
    account: &Account,
    kind: Kind,
    id: &str,
    asked: &Asked,
    before: Option<i64>,
) -> Result<RawBundle, Problem> {
    let latest = latest(c, kind, id)?.ok_or(Code::NotFound)?;
    let before = before.unwrap_or(i64::MAX);
    let since = asked.since.unwrap_or(i64::MIN);
    let mut bundle = RawBundle::new(app, "history");
    let place = format!("{}/fhir/{}/{id}/_history?_count={}", app.public_url, kind.name(), asked.count);
    if latest.deleted {
        bundle.total = Some(1);
        bundle.entry.push(latest.entry(app)?);
        return Ok(bundle);
    }
    let earlier = || {
        versions::table
            .filter(versions::type_.eq(kind.name()).and(versions::id.eq(id)))
            .filter(versions::changed_at.ge(since))
    };
    let counts_latest = latest.changed_at >= since;
    let total: i64 = earlier().count().get_result(c)?;
    bundle.total = Some(total + i64::from(counts_latest));
    let mut found = Vec::new();
    if counts_latest && latest.version < before {
        found.push(latest);
    }
    let rest: Vec<Version> = earlier()
        .filter(versions::version.lt(before))
        .order(versions::version.desc())
        .limit(asked.count + 1)
        .select(EARLIER)
        .load(c)?;
    found.extend(rest);
    let more = found.len() as i64 > asked.count;
    found.truncate(usize::try_from(asked.count).unwrap_or(0));
    if more && let Some(last) = found.last() {
        let since = match asked.since {
            Some(since) => format!("&_since={}", crate::clock::instant(since)),
            None => String::new(),
        };
        bundle.link.push(link("next", format!("{place}{since}&_cursor={}", last.version)));
    }
    contacts::show(c, account, found.iter_mut().filter_map(Version::body).collect())?;
    bundle.entry = found.into_iter().map(|version| version.entry(app)).collect::<Result<_, Problem>>()?;
    Ok(bundle)
}

pub async fn version(
    State(app): State<App>,
    Path((kind, id, version)): Path<(String, String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let kind = Kind::named(&kind)?;
    let account = session::reader(&app, &headers).await?;
    wanted(&uri, &headers)?;
    let version: i64 = version.parse().map_err(|_| Code::NotFound)?;
    let found = app
        .database
        .read(move |c| {
            let latest = latest(c, kind, &id)?.ok_or(Code::NotFound)?;
            if latest.deleted {
                return Err(Code::Deleted.into());
            }
            let mut found = if latest.version == version {
                latest
            } else {
                let earlier = versions::table.find((kind.name(), &id, version)).select(EARLIER);
                earlier.first::<Version>(c).optional()?.ok_or(Code::NotFound)?
            };
            contacts::show(c, &account, found.body().into_iter().collect())?;
            Ok(found)
        })
        .await?;
    if found.deleted {
        return Err(Code::Deleted.into());
    }
    Ok(versioned(media::json(found.body), found.version, found.changed_at))
}

/// The latest state, also of what is deleted.
fn latest(c: &mut Connection, kind: Kind, id: &str) -> Result<Option<Version>, Problem> {
    Ok(resources::table
        .find((kind.name(), id))
        .select((
            resources::type_,
            resources::id,
            resources::version,
            resources::deleted,
            resources::changed_at,
            resources::body,
        ))
        .first(c)
        .optional()?)
}
