//! `GET /fhir/_history` and `GET /fhir/{type}/_history`: the directory page by page, and what changed since. IHE mCSD
//! 4.0, ITI-91.

use super::bundle::{RawBundle, RawEntry, link, raw};
use super::contacts::{self, Outgoing};
use super::kind::Kind;
use super::media;
use super::search::{pairs, strict};
use crate::accounts::account::Account;
use crate::accounts::session;
use crate::clock::{Millis, instant};
use crate::database::schema::{changes, resources};
use crate::database::{self, Connection};
use crate::http::App;
use crate::problem::{Code, Problem};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use consilium_fhir::{EntryRequest, EntryResponse};
use diesel::prelude::*;

/// Most entries a page.
const PAGE: i64 = 1_000;

/// The parameters of a history.
pub struct Asked {
    /// From 1 to [`PAGE`].
    pub count: i64,
    pub since: Option<Millis>,
    pub cursor: Option<String>,
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

/// `GET /fhir/_history`
pub async fn system(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Result<Response, Problem> {
    answer(app, None, &uri, &headers).await
}

/// `GET /fhir/{type}/_history`
pub async fn of_type(
    State(app): State<App>,
    Path(kind): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let kind = Kind::named(&kind)?;
    answer(app, Some(kind), &uri, &headers).await
}

async fn answer(app: App, kind: Option<Kind>, uri: &Uri, headers: &HeaderMap) -> Result<Response, Problem> {
    let account = session::reader(&app, headers).await?;
    let asked = Asked::read(uri, headers)?;
    let cursor = asked.cursor.as_deref().map(|text| Cursor::read(text).ok_or(Code::InvalidBody)).transpose()?;
    let body = app
        .database
        .read({
            let app = app.clone();
            move |c| {
                let cursor = start(c, cursor, asked.since)?;
                page(c, &app, &account, kind, &cursor, asked.count)?.written()
            }
        })
        .await?;
    Ok(media::json(body))
}

impl Asked {
    /// What a history is asked for.
    pub fn read(uri: &Uri, headers: &HeaderMap) -> Result<Self, Problem> {
        let pairs = pairs(uri.query().unwrap_or_default().as_bytes());
        media::wanted(headers, pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))?;
        let mut asked = Self { count: PAGE, since: None, cursor: None };
        for (at, (name, value)) in pairs.into_iter().enumerate() {
            match name.as_str() {
                "_count" => {
                    let count: i64 =
                        value.parse().map_err(|_| Problem::because(Code::InvalidBody, "_count is not a number."))?;
                    asked.count = count.clamp(1, PAGE);
                }
                "_since" => asked.since = Some(instant_of(&value)?),
                "_cursor" => asked.cursor = Some(value),
                "_format" => {}
                _ if strict(headers) => {
                    let detail = format!("Parameter {} is not known for a history.", at + 1);
                    return Err(Problem::because(Code::NotSupported, detail));
                }
                _ => {}
            }
        }
        Ok(asked)
    }
}

fn instant_of(text: &str) -> Result<Millis, Problem> {
    // A plus sign that was not escaped arrives as a space.
    DateTime::parse_from_rfc3339(&text.replace(' ', "+"))
        .map(|at| at.timestamp_millis())
        .map_err(|_| Problem::because(Code::InvalidBody, "_since is not an instant."))
}

fn start(c: &mut Connection, cursor: Option<Cursor>, since: Option<Millis>) -> Result<Cursor, Problem> {
    let database = database::id(c)?;
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

fn page(
    c: &mut Connection,
    app: &App,
    account: &Account,
    kind: Option<Kind>,
    cursor: &Cursor,
    count: i64,
) -> Result<RawBundle, Problem> {
    let wanted = || {
        let wanted = resources::table
            .filter(resources::seq.gt(cursor.after))
            .filter(resources::deleted.eq(false).or(resources::seq.gt(cursor.began)))
            .into_boxed();
        match kind {
            Some(kind) => wanted.filter(resources::type_.eq(kind.name())),
            None => wanted,
        }
    };
    let total: i64 = wanted().count().get_result(c)?;
    let mut rows: Vec<(i64, Version)> = wanted()
        .order(resources::seq)
        .limit(count)
        .select((
            resources::seq,
            (
                resources::type_,
                resources::id,
                resources::version,
                resources::deleted,
                resources::changed_at,
                resources::body,
            ),
        ))
        .load(c)?;
    let more = total > rows.len() as i64;
    let after = match rows.last() {
        Some((seq, _)) => *seq,
        None => cursor.after.max(cursor.began),
    };
    // With the last page the load is whole; from there on every deletion counts.
    let following = Cursor { after, began: if more { cursor.began } else { 0 }, ..cursor.clone() };
    let place = kind.map(|kind| format!("{}/", kind.name())).unwrap_or_default();
    let url = format!("{}/fhir/{place}_history?_count={count}&_cursor={}", app.public_url, following.written());
    let mut bundle = RawBundle::new(app, "history");
    bundle.total = Some(total);
    bundle.link.push(link(if more { "next" } else { "since" }, url));
    contacts::show(c, account, rows.iter_mut().filter_map(|(_, state)| state.body()).collect())?;
    bundle.entry = rows.into_iter().map(|(_, state)| state.entry(app)).collect::<Result<_, Problem>>()?;
    Ok(bundle)
}

/// A state of a resource.
#[derive(Queryable)]
pub struct Version {
    pub kind: String,
    pub id: String,
    pub version: i64,
    pub deleted: bool,
    pub changed_at: Millis,
    pub body: String,
}

impl Version {
    /// Its resource, unless it is deleted.
    pub fn body(&mut self) -> Option<Outgoing<'_>> {
        let kind = Kind::named(&self.kind).ok().filter(|_| !self.deleted)?;
        Some(Outgoing { kind, id: &self.id, text: &mut self.body, current: false })
    }

    /// As a history has it; a deletion has no resource.
    pub fn entry(self, app: &App) -> Result<RawEntry, Problem> {
        let (method, status) = match (self.deleted, self.version) {
            (true, _) => ("DELETE", "204"),
            (false, 1) => ("POST", "201"),
            (false, _) => ("PUT", "200"),
        };
        let place = format!("{}/{}", self.kind, self.id);
        Ok(RawEntry {
            full_url: Some(format!("{}/fhir/{place}", app.public_url)),
            resource: if self.deleted { None } else { Some(raw(self.body)?) },
            request: Some(EntryRequest {
                method: method.into(),
                url: if method == "POST" { self.kind } else { place },
                ..EntryRequest::default()
            }),
            response: Some(EntryResponse {
                status: status.into(),
                etag: Some(format!("W/\"{}\"", self.version)),
                last_modified: Some(instant(self.changed_at)),
                ..EntryResponse::default()
            }),
            ..RawEntry::default()
        })
    }
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
