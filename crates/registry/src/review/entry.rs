//! `/v1/review/entries/{practitioner}`: what is known of a colleague in the directory, and taking them out of it.

use super::duplicates;
use crate::accounts::account::Account;
use crate::accounts::removal::{self, Order, Removed};
use crate::accounts::session;
use crate::applications::row::{self, from_word};
use crate::audit::{self, Line};
use crate::clock::instant;
use crate::database::Connection;
use crate::database::schema::{accounts, origins, practitioners};
use crate::directory::{Kind, merging, store};
use crate::http::{App, Json};
use crate::problem::{Code, Problem};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use consilium_registry_api::review::NOTE_LIMIT;
use consilium_registry_api::{AuditAction, Merger, Removal, RemovalRecord, ReviewEntry, ReviewedApplication};
use diesel::prelude::*;

/// `GET …`. Looking at it is recorded.
pub async fn get(
    State(app): State<App>,
    Path(practitioner_id): Path<String>,
    headers: HeaderMap,
) -> Result<axum::Json<ReviewEntry>, Problem> {
    let verifier = session::verifier(&app, &headers).await?;
    let entry = app.database.write({
        let app = app.clone();
        move |c| {
            let entry = of(c, &practitioner_id)?;
            record(c, AuditAction::Opened, &verifier, &practitioner_id, &app)?;
            Ok(entry)
        }
    });
    Ok(axum::Json(entry.await?))
}

/// `POST …/removal`
pub async fn remove(
    State(app): State<App>,
    Path(practitioner_id): Path<String>,
    headers: HeaderMap,
    Json(asked): Json<Removal>,
) -> Result<axum::Json<ReviewEntry>, Problem> {
    let verifier = session::verifier(&app, &headers).await?;
    let note = asked.note.map(|note| note.trim().to_owned()).filter(|note| !note.is_empty());
    if note.as_ref().is_some_and(|note| note.chars().count() > NOTE_LIMIT) {
        return Err(Problem::because(Code::InvalidBody, "The note is longer than 1,000 characters."));
    }
    not_own(&verifier, &[&practitioner_id])?;
    let order = Order { reason: asked.reason, note, by: verifier.actor() };
    removal::carry_out(&app, practitioner_id.clone(), order).await?;
    Ok(axum::Json(app.database.read(move |c| of(c, &practitioner_id)).await?))
}

/// `POST …/merger`
pub async fn merge(
    State(app): State<App>,
    Path(practitioner_id): Path<String>,
    headers: HeaderMap,
    Json(asked): Json<Merger>,
) -> Result<axum::Json<ReviewEntry>, Problem> {
    let verifier = session::verifier(&app, &headers).await?;
    not_own(&verifier, &[&practitioner_id, &asked.into])?;
    let kept = app
        .database
        .write({
            let app = app.clone();
            move |c| {
                if merging::merge(c, &practitioner_id, &asked.into, app.now())? {
                    record(c, AuditAction::Merged, &verifier, &practitioner_id, &app)?;
                }
                of(c, &asked.into)
            }
        })
        .await?;
    app.publisher.wake();
    Ok(axum::Json(kept))
}

fn not_own(verifier: &Account, concerned: &[&String]) -> Result<(), Problem> {
    if concerned.contains(&&verifier.practitioner_id) {
        return Err(Problem::because(Code::Conflict, "Nobody decides on their own entry."));
    }
    Ok(())
}

fn record(
    c: &mut Connection,
    action: AuditAction,
    verifier: &Account,
    practitioner_id: &str,
    app: &App,
) -> Result<(), Problem> {
    let subject = format!("{}/{practitioner_id}", Kind::Practitioner.name());
    let line = Line { action, actor: &verifier.actor(), application: None, subject: Some(&subject), at: app.now() };
    audit::append(c, &line)
}

fn of(c: &mut Connection, practitioner_id: &str) -> Result<ReviewEntry, Problem> {
    let known: Option<(String, String)> = practitioners::table
        .find(practitioner_id)
        .select((practitioners::han_name, practitioners::latin_name))
        .first(c)
        .optional()?;
    let (han_name, latin_name) = known.ok_or(Code::NotFound)?;
    let accounts = removal::accounts_of(c, practitioner_id)?;
    // Who was revoked on another account before is told by the one that may be used.
    let account = accounts.iter().find(|account| !account.revoked).or(accounts.first());
    let removal = match removal::find(c, practitioner_id)? {
        Some(removed) => Some(recorded(c, removed)?),
        None => None,
    };
    let sources = origins::table
        .filter(origins::type_.eq(Kind::Practitioner.name()).and(origins::id.eq(practitioner_id)))
        .select(origins::source)
        .distinct()
        .order(origins::source)
        .load(c)?;
    let applications = match account {
        Some(account) => row::all_of(c, account)?,
        None => Vec::new(),
    };
    let submitted = applications.into_iter().filter_map(|one| Some((one.submitted_at?, one)));
    Ok(ReviewEntry {
        practitioner_id: practitioner_id.to_owned(),
        han_name,
        latin_name,
        listed: store::find(c, Kind::Practitioner.name(), practitioner_id)?.is_some(),
        replaced_by: merging::heir(c, practitioner_id)?,
        removal,
        user_id: account.map(|account| account.user_id.clone()),
        verifier: account.is_some_and(|account| account.verifier && !account.revoked),
        valid_until: account.and_then(|account| account.valid_until.clone()),
        sources,
        applications: submitted
            .map(|(submitted_at, one)| {
                Ok(ReviewedApplication {
                    kind: one.kind()?,
                    status: one.status()?,
                    id: one.id,
                    reference: one.reference,
                    submitted_at: instant(submitted_at),
                })
            })
            .collect::<Result<_, Problem>>()?,
        duplicates: duplicates::of_entry(c, practitioner_id)?,
    })
}

fn recorded(c: &mut Connection, removed: Removed) -> Result<RemovalRecord, Problem> {
    let due: Option<String> = accounts::table
        .filter(accounts::practitioner_id.eq(&removed.practitioner_id).and(accounts::lock_due.eq(true)))
        .select(accounts::user_id)
        .first(c)
        .optional()?;
    Ok(RemovalRecord {
        reason: from_word(&removed.reason)?,
        note: removed.note,
        by: removed.actor,
        at: instant(removed.at),
        locked: due.is_none(),
    })
}
