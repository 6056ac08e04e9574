//! Taking a colleague out of the directory, and the account's standing away. What others wrote with them stays theirs.

use super::account::{self, Account};
use super::{session, upkeep};
use crate::applications::row::{self, word};
use crate::applications::{evidence, withdrawal};
use crate::audit::{self, Actor, Line};
use crate::clock::Millis;
use crate::database::Connection;
use crate::database::schema::{accounts, applications, practitioners, removals, roles};
use crate::directory::store;
use crate::http::App;
use crate::problem::{Code, Problem};
use consilium_registry_api::{AuditAction, RemovalReason};
use diesel::prelude::*;

/// Why, and by whom.
#[derive(Clone, Debug)]
pub struct Order {
    pub reason: RemovalReason,
    pub note: Option<String>,
    /// Nobody on the command line.
    pub by: Actor,
}

/// A removal as it is kept.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = removals)]
pub struct Removed {
    pub practitioner_id: String,
    pub reason: String,
    pub note: Option<String>,
    pub actor_id: String,
    pub actor: String,
    pub at: i64,
}

pub fn find(c: &mut Connection, practitioner_id: &str) -> Result<Option<Removed>, Problem> {
    Ok(removals::table.find(practitioner_id).select(Removed::as_select()).first(c).optional()?)
}

/// The accounts of a colleague: one, unless an import brought several.
pub fn accounts_of(c: &mut Connection, practitioner_id: &str) -> Result<Vec<Account>, Problem> {
    Ok(accounts::table
        .filter(accounts::practitioner_id.eq(practitioner_id))
        .order(accounts::user_id)
        .select(Account::as_select())
        .load(c)?)
}

/// On the server's command line, by account. `not_bound` if it is unknown, `homeserver_unavailable` if all is done but the
/// lock, which the sweep tries again.
pub async fn revoke(app: &App, user_id: &str) -> Result<(), Problem> {
    let order = Order { reason: RemovalReason::Other, note: None, by: Actor::default() };
    let practitioner_id = app.database.read({
        let user_id = user_id.to_owned();
        move |c| Ok(account::find(c, &user_id)?.ok_or(Code::NotBound)?.practitioner_id)
    });
    carry_out(app, practitioner_id.await?, order).await?;
    upkeep::lock(app, user_id).await
}

/// Takes a colleague out, ends the sessions and locks the account if there is one. Doing it again changes nothing.
/// `not_found` if there is no such colleague.
pub async fn carry_out(app: &App, practitioner_id: String, order: Order) -> Result<(), Problem> {
    let lost = app
        .database
        .write({
            let app = app.clone();
            move |c| remove(c, &practitioner_id, &order, app.now())
        })
        .await?;
    app.publisher.wake();
    evidence::remove_erased_files(app).await?;
    for user_id in &lost {
        upkeep::attempt(app, user_id).await;
    }
    Ok(())
}

/// Returns the accounts that lost their standing.
fn remove(c: &mut Connection, practitioner_id: &str, order: &Order, now: Millis) -> Result<Vec<String>, Problem> {
    let known: Option<String> =
        practitioners::table.find(practitioner_id).select(practitioners::id).first(c).optional()?;
    known.ok_or(Code::NotFound)?;
    if find(c, practitioner_id)?.is_some() {
        return Ok(Vec::new());
    }
    let removed = Removed {
        practitioner_id: practitioner_id.to_owned(),
        reason: word(&order.reason)?,
        note: order.note.clone(),
        actor_id: order.by.user_id.clone(),
        actor: order.by.name.clone(),
        at: now,
    };
    diesel::insert_into(removals::table).values(removed).execute(c)?;
    let held: Vec<String> =
        roles::table.filter(roles::practitioner_id.eq(practitioner_id)).select(roles::id).load(c)?;
    for id in held {
        store::delete(c, "PractitionerRole", &id, now)?;
    }
    store::delete(c, "Practitioner", practitioner_id, now)?;

    let action = match order.reason {
        RemovalReason::Deceased => AuditAction::Deceased,
        _ => AuditAction::Removed,
    };
    let lost = accounts_of(c, practitioner_id)?;
    if lost.is_empty() {
        let subject = format!("Practitioner/{practitioner_id}");
        let line = Line { action, actor: &order.by, application: None, subject: Some(&subject), at: now };
        audit::append(c, &line)?;
    }
    for account in &lost {
        diesel::update(accounts::table.find(&account.user_id))
            .set((accounts::revoked.eq(true), accounts::lock_due.eq(true)))
            .execute(c)?;
        session::end_all(c, &account.user_id)?;
        let registration: Option<(String, String)> = match &account.application_id {
            Some(id) => {
                applications::table.find(id).select((applications::id, applications::reference)).first(c).optional()?
            }
            None => None,
        };
        let line = Line {
            action,
            actor: &order.by,
            application: registration.as_ref().map(|(id, reference)| (id.as_str(), reference.as_str())),
            subject: Some(&account.user_id),
            at: now,
        };
        audit::append(c, &line)?;
        if let Some(mut open) = row::open_of(c, &account.user_id)? {
            withdrawal::withdraw(c, &mut open, &order.by, now)?;
        }
    }
    Ok(lost.into_iter().map(|account| account.user_id).collect())
}
