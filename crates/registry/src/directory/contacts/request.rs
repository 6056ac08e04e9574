//! Asking a colleague for a contact that is shown on request: `/v1/contact-requests`.

use super::person::people;
use super::viewer::Viewer;
use crate::accounts::account::Account;
use crate::accounts::session;
use crate::applications::row::word;
use crate::audit::{self, Line};
use crate::clock::{Millis, instant};
use crate::database::Connection;
use crate::database::schema::{contact_requests, practitioners};
use crate::http::{App, Json};
use crate::limits::{Limit, Whom};
use crate::problem::{Code, Problem};
use crate::secrets::Use;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use consilium_registry_api::{
    AuditAction, ContactKind, ContactRequest, ContactRequestAnswer, ContactRequestState, ContactRequests,
    NewContactRequest,
};
use diesel::prelude::*;
use serde::de::DeserializeOwned;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Who was declined may ask again after this.
const PATIENCE: Millis = 30 * 24 * 3_600_000;
/// Longest lists that are answered.
const LISTED: i64 = 500;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = contact_requests, treat_none_as_null = true)]
struct Row {
    id: String,
    asker: String,
    owner: String,
    kind: String,
    state: String,
    asked_at: Millis,
    answered_at: Option<Millis>,
    seq: i64,
}

impl Row {
    fn state(&self) -> Result<ContactRequestState, Problem> {
        read(&self.state)
    }

    fn view(self, of: &str, names: &HashMap<String, String>) -> Result<ContactRequest, Problem> {
        let other = if self.asker == of { self.owner } else { self.asker };
        Ok(ContactRequest {
            kind: read(&self.kind)?,
            state: read(&self.state)?,
            id: self.id,
            name: names.get(&other).cloned().unwrap_or_default(),
            practitioner_id: other,
            asked_at: instant(self.asked_at),
            answered_at: self.answered_at.map(instant),
        })
    }
}

fn read<T: DeserializeOwned>(word: &str) -> Result<T, Problem> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).map_err(Problem::internal)
}

/// Whose contacts of which kind were granted to this practitioner.
pub fn granted_to(c: &mut Connection, asker: &str) -> Result<HashSet<(String, ContactKind)>, Problem> {
    let granted: Vec<(String, String)> = contact_requests::table
        .filter(contact_requests::asker.eq(asker).and(contact_requests::state.eq(word(&ContactRequestState::Granted)?)))
        .select((contact_requests::owner, contact_requests::kind))
        .load(c)?;
    granted.into_iter().map(|(owner, kind)| Ok((owner, read(&kind)?))).collect()
}

/// Of whom this practitioner sees more or less since this place, and the place now.
pub fn answered_since(c: &mut Connection, asker: &str, after: i64) -> Result<(BTreeSet<String>, i64), Problem> {
    let changed: Vec<(String, i64)> = contact_requests::table
        .filter(contact_requests::asker.eq(asker).and(contact_requests::seq.gt(after)))
        .order(contact_requests::seq)
        .select((contact_requests::owner, contact_requests::seq))
        .load(c)?;
    let last = changed.last().map_or(after, |(_, seq)| *seq);
    Ok((changed.into_iter().map(|(owner, _)| owner).collect(), last))
}

/// The place of the latest change.
pub fn last(c: &mut Connection) -> Result<i64, Problem> {
    let last: Option<i64> = contact_requests::table.select(diesel::dsl::max(contact_requests::seq)).first(c)?;
    Ok(last.unwrap_or(0))
}

/// `GET /v1/contact-requests`
pub async fn list(State(app): State<App>, headers: HeaderMap) -> Result<axum::Json<ContactRequests>, Problem> {
    let account = session::reader(&app, &headers).await?;
    let listed = app.database.read(move |c| {
        let me = &account.practitioner_id;
        let of = contact_requests::table.order(contact_requests::seq.desc()).limit(LISTED).select(Row::as_select());
        let received: Vec<Row> = of.filter(contact_requests::owner.eq(me)).load(c)?;
        let sent: Vec<Row> = of.filter(contact_requests::asker.eq(me)).load(c)?;
        let others = received.iter().map(|row| &row.asker).chain(sent.iter().map(|row| &row.owner));
        let names = names(c, others.cloned().collect())?;
        let views = |rows: Vec<Row>| rows.into_iter().map(|row| row.view(me, &names)).collect::<Result<_, _>>();
        Ok(ContactRequests { received: views(received)?, sent: views(sent)? })
    });
    Ok(axum::Json(listed.await?))
}

fn names(c: &mut Connection, ids: BTreeSet<String>) -> Result<HashMap<String, String>, Problem> {
    let known: Vec<(String, String, String)> = practitioners::table
        .filter(practitioners::id.eq_any(ids))
        .select((practitioners::id, practitioners::han_name, practitioners::latin_name))
        .load(c)?;
    Ok(known.into_iter().map(|(id, han, latin)| (id, if han.is_empty() { latin } else { han })).collect())
}

/// `POST /v1/contact-requests`. Who asks twice has asked once.
pub async fn post(
    State(app): State<App>,
    headers: HeaderMap,
    Json(new): Json<NewContactRequest>,
) -> Result<axum::Json<ContactRequest>, Problem> {
    let account = session::writer(&app, &headers).await?;
    let whom = Whom::Digest(app.secrets.digest(Use::RequestLimit, &[account.user_id.as_bytes()]));
    app.limits.take(Limit::ContactRequest, whom, app.now())?;
    let asked = app.database.write({
        let app = app.clone();
        move |c| ask(c, &app, &account, &new)
    });
    Ok(axum::Json(asked.await?))
}

fn ask(c: &mut Connection, app: &App, account: &Account, new: &NewContactRequest) -> Result<ContactRequest, Problem> {
    let viewer = Viewer::of(c, account)?;
    let owner = people(c, &BTreeSet::from([new.practitioner_id.clone()]))?.remove(&new.practitioner_id);
    let kind = word(&new.kind)?;
    let earlier: Option<Row> = contact_requests::table
        .filter(contact_requests::asker.eq(viewer.practitioner_id()))
        .filter(contact_requests::owner.eq(&new.practitioner_id).and(contact_requests::kind.eq(&kind)))
        .select(Row::as_select())
        .first(c)
        .optional()?;
    let now = app.now();
    let names = names(c, BTreeSet::from([new.practitioner_id.clone()]))?;
    if let Some(row) = earlier {
        match row.state()? {
            ContactRequestState::Asked | ContactRequestState::Granted => {
                return row.view(viewer.practitioner_id(), &names);
            }
            ContactRequestState::Declined if row.answered_at.is_some_and(|at| now - at < PATIENCE) => {
                return Err(Problem::because(Code::Conflict, "This was declined within the last 30 days."));
            }
            // The row is replaced, so that its place in the order is that of this change.
            ContactRequestState::Declined => {
                diesel::delete(contact_requests::table.find(&row.id)).execute(c)?;
            }
        }
    }
    if !owner.is_some_and(|owner| viewer.may_request(&owner).contains(&new.kind)) {
        return Err(Problem::because(Code::Conflict, "This colleague shows no such contact on request."));
    }
    let row = Row {
        id: app.random.uuid(),
        asker: viewer.practitioner_id().to_owned(),
        owner: new.practitioner_id.clone(),
        kind,
        state: word(&ContactRequestState::Asked)?,
        asked_at: now,
        answered_at: None,
        seq: last(c)? + 1,
    };
    diesel::insert_into(contact_requests::table).values(&row).execute(c)?;
    record(c, account, AuditAction::ContactRequested, &row.id, now)?;
    row.view(viewer.practitioner_id(), &names)
}

/// `PUT /v1/contact-requests/{id}/answer`
pub async fn answer(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(answer): Json<ContactRequestAnswer>,
) -> Result<axum::Json<ContactRequest>, Problem> {
    let account = session::writer(&app, &headers).await?;
    let answered = app.database.write({
        let app = app.clone();
        move |c| decide(c, &app, &account, &id, answer)
    });
    Ok(axum::Json(answered.await?))
}

fn decide(
    c: &mut Connection,
    app: &App,
    account: &Account,
    id: &str,
    answer: ContactRequestAnswer,
) -> Result<ContactRequest, Problem> {
    let row: Option<Row> = contact_requests::table
        .find(id)
        .filter(contact_requests::owner.eq(&account.practitioner_id))
        .select(Row::as_select())
        .first(c)
        .optional()?;
    let mut row = row.ok_or(Code::NotFound)?;
    let (state, action) = if answer.granted {
        (ContactRequestState::Granted, AuditAction::ContactGranted)
    } else {
        (ContactRequestState::Declined, AuditAction::ContactDeclined)
    };
    if row.state()? != state {
        let now = app.now();
        row.state = word(&state)?;
        row.answered_at = Some(now);
        row.seq = last(c)? + 1;
        diesel::update(contact_requests::table.find(id)).set(&row).execute(c)?;
        record(c, account, action, id, now)?;
    }
    let names = names(c, BTreeSet::from([row.asker.clone()]))?;
    row.view(&account.practitioner_id, &names)
}

fn record(c: &mut Connection, account: &Account, action: AuditAction, id: &str, at: Millis) -> Result<(), Problem> {
    audit::append(c, &Line { action, actor: &account.actor(), application: None, subject: Some(id), at })
}
