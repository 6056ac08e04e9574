//! `GET /fhir/_history`: the directory page by page, and what changed since. IHE mCSD 4.0, ITI-91.

use crate::accounts::session;
use crate::clock::{Millis, instant};
use crate::database::Connection;
use crate::database::schema::{changes, facts, resources};
use crate::http::{App, query};
use crate::problem::{Code, Problem};
use axum::extract::State;
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use consilium_fhir::{BundleLink, EntryRequest, EntryResponse};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Most entries a page.
const PAGE: i64 = 1_000;

#[derive(Deserialize)]
struct Asked {
    #[serde(rename = "_count")]
    count: Option<i64>,
    #[serde(rename = "_since")]
    since: Option<String>,
    #[serde(rename = "_cursor")]
    cursor: Option<String>,
}

/// A place in the feed of one database.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Cursor {
    database: String,
    /// What comes follows this change.
    after: i64,
    /// Deletions up to this change are left out: the caller began later and never had the resource.
    began: i64,
}

impl Cursor {
    fn written(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{} {} {}", self.database, self.after, self.began))
    }

    fn read(text: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let mut parts = text.split(' ');
        let cursor = Self {
            database: parts.next()?.to_owned(),
            after: parts.next()?.parse().ok()?,
            began: parts.next()?.parse().ok()?,
        };
        (parts.next().is_none() && cursor.after >= 0 && cursor.began >= 0).then_some(cursor)
    }
}

/// A Bundle whose resources are written as they are stored, without being read first.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct History {
    resource_type: &'static str,
    #[serde(rename = "type")]
    type_: &'static str,
    timestamp: String,
    total: i64,
    link: Vec<BundleLink>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    entry: Vec<HistoryEntry>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HistoryEntry {
    full_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<Box<RawValue>>,
    request: EntryRequest,
    response: EntryResponse,
}

pub async fn get(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Result<Response, Problem> {
    session::reader(&app, &headers).await?;
    let asked: Asked = query(&uri)?;
    let count = asked.count.unwrap_or(PAGE).clamp(1, PAGE);
    let since = asked.since.as_deref().map(instant_of).transpose()?;
    let cursor = asked.cursor.as_deref().map(|text| Cursor::read(text).ok_or(Code::InvalidBody)).transpose()?;
    let body = app
        .database
        .read({
            let app = app.clone();
            move |c| {
                let cursor = start(c, cursor, since)?;
                let page = page(c, &app, &cursor, count)?;
                serde_json::to_vec(&page).map_err(Problem::internal)
            }
        })
        .await?;
    Ok(([(header::CONTENT_TYPE, "application/fhir+json")], body).into_response())
}

fn instant_of(text: &str) -> Result<Millis, Problem> {
    // A plus sign that was not escaped arrives as a space.
    DateTime::parse_from_rfc3339(&text.replace(' ', "+"))
        .map(|at| at.timestamp_millis())
        .map_err(|_| Problem::because(Code::InvalidBody, "_since is not an instant."))
}

fn start(c: &mut Connection, cursor: Option<Cursor>, since: Option<Millis>) -> Result<Cursor, Problem> {
    let database = id_of_database(c)?;
    let last: i64 = changes::table.select(changes::seq).order(changes::seq.desc()).first(c).optional()?.unwrap_or(0);
    if let Some(cursor) = cursor {
        // Ahead of the log: the database went back to an earlier copy of itself.
        let ours = cursor.database == database && cursor.after <= last && cursor.began <= last;
        return if ours { Ok(cursor) } else { Err(Code::Expired.into()) };
    }
    Ok(match since {
        Some(since) => {
            // From the first change that is not before it. The clocks of two processes differ, so later ones may be: they
            // come again, and none is left out.
            let first: Option<i64> =
                changes::table.filter(changes::at.ge(since)).select(diesel::dsl::min(changes::seq)).first(c)?;
            Cursor { database, after: first.map_or(last, |seq| seq - 1), began: 0 }
        }
        None => Cursor { database, after: 0, began: last },
    })
}

/// Made at random with the database, so that a cursor of another one is known.
fn id_of_database(c: &mut Connection) -> Result<String, Problem> {
    Ok(facts::table.find("database id").select(facts::value).first(c)?)
}

fn page(c: &mut Connection, app: &App, cursor: &Cursor, count: i64) -> Result<History, Problem> {
    let wanted = || {
        resources::table
            .filter(resources::seq.gt(cursor.after))
            .filter(resources::deleted.eq(false).or(resources::seq.gt(cursor.began)))
    };
    let total: i64 = wanted().count().get_result(c)?;
    let rows: Vec<(String, String, i64, i64, bool, i64, String)> = wanted()
        .order(resources::seq)
        .limit(count)
        .select((
            resources::type_,
            resources::id,
            resources::version,
            resources::seq,
            resources::deleted,
            resources::changed_at,
            resources::body,
        ))
        .load(c)?;
    let more = total > rows.len() as i64;
    let after = match rows.last() {
        Some((_, _, _, seq, ..)) => *seq,
        None => cursor.after.max(cursor.began),
    };
    // With the last page the load is whole; from there on every deletion counts.
    let following = Cursor { after, began: if more { cursor.began } else { 0 }, ..cursor.clone() };
    let link = BundleLink {
        relation: if more { "next" } else { "since" }.into(),
        url: format!("{}/fhir/_history?_count={count}&_cursor={}", app.public_url, following.written()),
        ..BundleLink::default()
    };
    let entry = rows
        .into_iter()
        .map(|(kind, id, version, _, deleted, changed_at, body)| {
            let (method, status) = match (deleted, version) {
                (true, _) => ("DELETE", "204"),
                (false, 1) => ("POST", "201"),
                (false, _) => ("PUT", "200"),
            };
            Ok(HistoryEntry {
                full_url: format!("{}/fhir/{kind}/{id}", app.public_url),
                resource: if deleted { None } else { Some(RawValue::from_string(body).map_err(Problem::internal)?) },
                request: EntryRequest {
                    method: method.into(),
                    url: if method == "POST" { kind } else { format!("{kind}/{id}") },
                    ..EntryRequest::default()
                },
                response: EntryResponse {
                    status: status.into(),
                    etag: Some(format!("W/\"{version}\"")),
                    last_modified: Some(instant(changed_at)),
                    ..EntryResponse::default()
                },
            })
        })
        .collect::<Result<_, Problem>>()?;
    Ok(History {
        resource_type: "Bundle",
        type_: "history",
        timestamp: instant(app.now()),
        total,
        link: vec![link],
        entry,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        let cursor = Cursor { database: "a-b".into(), after: 12, began: 40 };
        assert_eq!(Cursor::read(&cursor.written()), Some(cursor));
        for bad in ["", "%", "YSAxIDIgMw", "YSAtMSAy"] {
            assert_eq!(Cursor::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn since_takes_an_instant_with_any_offset() {
        assert_eq!(instant_of("1970-01-01T08:00:01+08:00").unwrap(), 1_000);
        assert_eq!(instant_of("1970-01-01T08:00:01 08:00").unwrap(), 1_000);
        assert!(instant_of("yesterday").is_err());
    }
}
