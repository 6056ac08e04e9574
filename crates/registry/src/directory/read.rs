//! `GET /fhir/{type}/{id}`, organisations also on condition (FHIR R4, 3.1.0.5).

use super::contacts::{self, Outgoing};
use super::kind::Kind;
use super::media;
use super::search::pairs;
use crate::accounts::session;
use crate::clock::Millis;
use crate::database::schema::resources;
use crate::http::App;
use crate::problem::{Code, Problem};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use chrono::{NaiveDateTime, TimeZone as _, Utc};
use diesel::prelude::*;

/// RFC 9110, 5.6.7.
const HTTP_DATE: &str = "%a, %d %b %Y %H:%M:%S GMT";

pub async fn get(
    State(app): State<App>,
    Path((kind, id)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let kind = Kind::named(&kind)?;
    let account = session::reader(&app, &headers).await?;
    wanted(&uri, &headers)?;
    let found: Option<(i64, bool, Millis, String)> = app
        .database
        .read(move |c| {
            let mut found: Option<(i64, bool, Millis, String)> = resources::table
                .find((kind.name(), &id))
                .select((resources::version, resources::deleted, resources::changed_at, resources::body))
                .first(c)
                .optional()?;
            if let Some((_, false, _, text)) = &mut found {
                contacts::show(c, &account, vec![Outgoing { kind, id: &id, text, current: false }])?;
            }
            Ok(found)
        })
        .await?;
    match found {
        None => Err(Code::NotFound.into()),
        Some((_, true, ..)) => Err(Code::Deleted.into()),
        Some((version, false, changed_at, body)) => {
            // What is shown of a colleague also changes when its version does not.
            if kind == Kind::Organization && is_known(&headers, version, changed_at) {
                Ok(versioned(StatusCode::NOT_MODIFIED.into_response(), version, changed_at))
            } else {
                Ok(versioned(media::json(body), version, changed_at))
            }
        }
    }
}

/// Refuses a read for who takes no JSON.
pub fn wanted(uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    let pairs = pairs(uri.query().unwrap_or_default().as_bytes());
    media::wanted(headers, pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

/// Says which version an answer holds.
pub fn versioned(mut response: Response, version: i64, changed_at: Millis) -> Response {
    let modified = Utc.timestamp_millis_opt(changed_at).single().unwrap_or_default().format(HTTP_DATE).to_string();
    let headers = response.headers_mut();
    if let (Ok(tag), Ok(modified)) = (HeaderValue::from_str(&etag(version)), HeaderValue::from_str(&modified)) {
        headers.insert(header::ETAG, tag);
        headers.insert(header::LAST_MODIFIED, modified);
    }
    response
}

pub fn etag(version: i64) -> String {
    format!("W/\"{version}\"")
}

/// Whether the caller has this version. `If-None-Match` goes before `If-Modified-Since` (RFC 9110, 13.2.2).
fn is_known(headers: &HeaderMap, version: i64, changed_at: Millis) -> bool {
    let tags: Vec<&str> = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|v| v.to_str().ok()).collect();
    if !tags.is_empty() {
        return tags
            .iter()
            .flat_map(|tags| tags.split(','))
            .any(|tag| names_version(tag, version) || tag.trim() == "*");
    }
    headers
        .get(header::IF_MODIFIED_SINCE)
        .and_then(|value| NaiveDateTime::parse_from_str(value.to_str().ok()?, HTTP_DATE).ok())
        .is_some_and(|since| changed_at.div_euclid(1_000) <= since.and_utc().timestamp())
}

/// Whether an entity tag names this version, weak or not.
pub fn names_version(tag: &str, version: i64) -> bool {
    let tag = tag.trim();
    let tag = tag.strip_prefix("W/").unwrap_or(tag);
    tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')) == Some(version.to_string().as_str())
}
