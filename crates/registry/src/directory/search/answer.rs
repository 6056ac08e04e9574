//! `GET /fhir/{type}` and `POST /fhir/{type}/_search`.

use super::page::Place;
use super::parameters::Include;
use super::plan::{self, Hit};
use super::query::{Search, pairs, strict};
use crate::accounts::account::Account;
use crate::accounts::session;
use crate::database::Connection;
use crate::database::schema::{entries, resources};
use crate::directory::bundle::{RawBundle, RawEntry, link, raw};
use crate::directory::contacts::{self, Outgoing};
use crate::directory::kind::Kind;
use crate::directory::media;
use crate::directory::organizations;
use crate::http::{App, Client, body_within};
use crate::problem::{Code, Problem};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri, header};
use axum::response::Response;
use consilium_fhir::{CodeableConcept, EntrySearch, Issue, OperationOutcome, Resource};
use diesel::prelude::*;
use std::collections::{BTreeSet, HashMap};
use url::form_urlencoded;

/// Longest form of a POST, in bytes.
const FORM_LIMIT: usize = 64 * 1024;

pub async fn get(
    State(app): State<App>,
    client: Client,
    Path(kind): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let kind = Kind::named(&kind)?;
    let asked = pairs(uri.query().unwrap_or_default().as_bytes());
    // Whoever applies looks for their hospital before there is an account.
    if kind == Kind::Organization && !headers.contains_key(header::AUTHORIZATION) && organizations::is_asked(&asked) {
        return organizations::search(app, client, uri).await;
    }
    let account = session::reader(&app, &headers).await?;
    run(app, account, kind, asked, headers).await
}

pub async fn post(
    State(app): State<App>,
    Path(kind): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let kind = Kind::named(&kind)?;
    let account = session::reader(&app, &headers).await?;
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let form = media_type.split(';').next().unwrap_or_default().trim();
    let body = body_within(&headers, body, FORM_LIMIT).await?;
    if !form.eq_ignore_ascii_case("application/x-www-form-urlencoded") && !body.is_empty() {
        return Err(Problem::because(Code::UnsupportedMedia, "A search is application/x-www-form-urlencoded."));
    }
    let mut asked = pairs(uri.query().unwrap_or_default().as_bytes());
    asked.extend(pairs(&body));
    run(app, account, kind, asked, headers).await
}

async fn run(
    app: App,
    account: Account,
    kind: Kind,
    asked: Vec<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    media::wanted(&headers, asked.iter().map(|(name, value)| (name.as_str(), value.as_str())))?;
    let search = Search::read(kind, &app.public_url, asked, strict(&headers))?;
    let body = app
        .database
        .read({
            let app = app.clone();
            move |c| bundle(c, &app, &account, &search)?.written()
        })
        .await?;
    Ok(media::json(body))
}

fn bundle(c: &mut Connection, app: &App, reader: &Account, search: &Search) -> Result<RawBundle, Problem> {
    let after = search.page.as_deref().map(|page| Place::read(c, page)).transpose()?;
    let mut hits = if search.count > 0 { plan::page(c, search, after.as_ref())? } else { Vec::new() };
    let more = hits.len() as i64 > search.count;
    hits.truncate(usize::try_from(search.count).unwrap_or(0));

    let mut bundle = RawBundle::new(app, "searchset");
    bundle.total = match (search.total, &after) {
        (true, _) => Some(plan::total(c, search)?),
        // All of it is here.
        (false, None) if !more => Some(hits.len() as i64),
        (false, _) => None,
    };
    bundle.link.push(link("self", url(app, search, search.page.as_deref())));
    if more && let Some(last) = hits.last() {
        let place = last.place(search.order).written(c)?;
        bundle.link.push(link("next", url(app, search, Some(&place))));
    }
    let mut groups = vec![Group::read(c, search.kind, hits.iter().map(|hit| hit.id.clone()).collect(), "match")?];
    for (kind, ids) in included(c, search, &hits)? {
        groups.push(Group::read(c, kind, ids, "include")?);
    }
    // All at once: a person is in their own resource and in those of their roles.
    contacts::show(c, reader, groups.iter_mut().flat_map(Group::outgoing).collect())?;
    for group in groups {
        group.append(app, &mut bundle)?;
    }
    if !search.ignored.is_empty() {
        bundle.entry.push(RawEntry {
            resource: Some(raw(serde_json::to_string(&Resource::from(ignored(search))).map_err(Problem::internal)?)?),
            search: Some(mode("outcome")),
            ..RawEntry::default()
        });
    }
    Ok(bundle)
}

/// The search as it was understood, from a place on.
fn url(app: &App, search: &Search, page: Option<&str>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(&search.understood);
    if let Some(page) = page {
        query.append_pair("_page", page);
    }
    let query = query.finish();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{}/fhir/{}{mark}{query}", app.public_url, search.kind.name())
}

fn mode(mode: &str) -> EntrySearch {
    EntrySearch { mode: Some(mode.into()), ..EntrySearch::default() }
}

/// Resources of a type that are in an answer for the same reason.
struct Group {
    kind: Kind,
    /// In their order.
    ids: Vec<String>,
    /// Of those that are listed.
    bodies: HashMap<String, String>,
    mode: &'static str,
}

impl Group {
    fn read(c: &mut Connection, kind: Kind, ids: Vec<String>, mode: &'static str) -> Result<Self, Problem> {
        let mut bodies: HashMap<String, String> = HashMap::new();
        if !ids.is_empty() {
            let found = resources::table
                .filter(resources::type_.eq(kind.name()).and(resources::id.eq_any(&ids)))
                .filter(resources::deleted.eq(false))
                .select((resources::id, resources::body));
            bodies.extend(found.load::<(String, String)>(c)?);
        }
        Ok(Self { kind, ids, bodies, mode })
    }

    fn outgoing(&mut self) -> impl Iterator<Item = Outgoing<'_>> {
        let kind = self.kind;
        self.bodies.iter_mut().map(move |(id, text)| Outgoing { kind, id, text, current: true })
    }

    fn append(mut self, app: &App, bundle: &mut RawBundle) -> Result<(), Problem> {
        for id in self.ids {
            if let Some(body) = self.bodies.remove(&id) {
                bundle.entry.push(RawEntry {
                    full_url: Some(format!("{}/fhir/{}/{id}", app.public_url, self.kind.name())),
                    resource: Some(raw(body)?),
                    search: Some(mode(self.mode)),
                    ..RawEntry::default()
                });
            }
        }
        Ok(())
    }
}

/// Ids of what comes along, each once.
fn included(c: &mut Connection, search: &Search, hits: &[Hit]) -> Result<Vec<(Kind, Vec<String>)>, Problem> {
    let mut included = Vec::new();
    let mut seen = Vec::new();
    for include in &search.includes {
        if seen.contains(include) {
            continue;
        }
        seen.push(*include);
        let keys: BTreeSet<i64> = hits
            .iter()
            .map(|hit| match include {
                Include::Practitioner => hit.practitioner,
                Include::Organization => hit.organization,
                Include::Roles => hit.key,
            })
            .collect();
        let found = entries::table.select(entries::id).into_boxed();
        let (kind, found) = match include {
            Include::Practitioner => (Kind::Practitioner, found.filter(entries::key.eq_any(keys))),
            Include::Organization => (Kind::Organization, found.filter(entries::key.eq_any(keys))),
            Include::Roles => (Kind::PractitionerRole, found.filter(entries::practitioner.eq_any(keys))),
        };
        included.push((kind, found.order(entries::key).load(c)?));
    }
    Ok(included)
}

/// What a lenient search left out of account.
fn ignored(search: &Search) -> OperationOutcome {
    let issue = search.ignored.iter().map(|place| Issue {
        severity: "warning".into(),
        code: "not-supported".into(),
        details: Some(CodeableConcept::text("A parameter was ignored.")),
        diagnostics: Some(format!("Parameter {place} is not known for {}.", search.kind.name())),
        ..Issue::default()
    });
    OperationOutcome { issue: issue.collect(), ..OperationOutcome::default() }
}
