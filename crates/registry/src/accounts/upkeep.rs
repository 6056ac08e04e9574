//! What was decided about accounts and the homeserver has still to do: locking them, and their e-mail. It is done at once,
//! and by the sweep if the homeserver does not answer then.

use super::account::{self, Account};
use crate::database::Turn;
use crate::database::schema::accounts;
use crate::http::App;
use crate::problem::Problem;
use diesel::prelude::*;

/// Does what is due of one account. Whether it is still due afterwards, the homeserver being away, is no error of the
/// caller's.
pub async fn attempt(app: &App, user_id: &str) {
    for done in [lock(app, user_id).await, email(app, user_id).await] {
        if let Err(problem) = done {
            tracing::warn!(error = %problem, "the homeserver could not be told of a decision; it is tried again");
        }
    }
}

/// Does all that is due.
pub async fn settle(app: &App) -> Result<(), Problem> {
    let (locks, emails) = app
        .database
        .read(|c| {
            let due = || accounts::table.select(accounts::user_id);
            let locks: Vec<String> = due().filter(accounts::lock_due.eq(true)).load(c)?;
            let emails: Vec<String> = due().filter(accounts::email_due.eq(true)).load(c)?;
            Ok((locks, emails))
        })
        .await?;
    // One that fails does not keep the others.
    let mut settled = Ok(());
    for user_id in &locks {
        settled = settled.and(lock(app, user_id).await);
    }
    for user_id in &emails {
        settled = settled.and(email(app, user_id).await);
    }
    settled
}

/// Locks the account if that is due.
pub async fn lock(app: &App, user_id: &str) -> Result<(), Problem> {
    let wanted = user_id.to_owned();
    let due = app.database.read(move |c| {
        let due = accounts::table.find(wanted).select(accounts::lock_due).first(c).optional()?;
        Ok(due.unwrap_or(false))
    });
    // Who vouches for an import may name accounts that are not made yet. Locking one would make it: it stays due.
    if !due.await? || app.homeserver.account(user_id).await?.is_none() {
        return Ok(());
    }
    app.homeserver.lock(user_id).await?;
    let user_id = user_id.to_owned();
    app.database
        .write(move |c| {
            diesel::update(accounts::table.find(user_id)).set(accounts::lock_due.eq(false)).execute(c)?;
            Ok(())
        })
        .await
}

/// Lets the account sign in by its e-mail, and no longer by the one before, if that is due.
async fn email(app: &App, user_id: &str) -> Result<(), Problem> {
    let wanted = user_id.to_owned();
    let due = app.database.read(move |c| {
        let due = accounts::table.find(wanted).filter(accounts::email_due.eq(true));
        Ok(due.select(Account::as_select()).first(c).optional()?)
    });
    let Some(account) = due.await? else { return Ok(()) };
    let _turn = app.database.turn(Turn::Binding).await?;
    if app.homeserver.account(user_id).await?.is_some() {
        let free = is_free(app, &account.email, user_id).await?;
        app.homeserver.set_email(user_id, free.then_some(account.email.as_str())).await?;
    }
    app.database
        .write(move |c| {
            // It may have become another one meanwhile.
            let settled = accounts::table.find(&account.user_id).filter(accounts::email.eq(&account.email));
            diesel::update(settled).set(accounts::email_due.eq(false)).execute(c)?;
            Ok(())
        })
        .await
}

/// Whether an account may sign in by this e-mail. Somebody who does already keeps it, because an address that two share
/// cannot reset a password; an account that was revoked does not.
pub async fn is_free(app: &App, email: &str, user_id: &str) -> Result<bool, Problem> {
    let Some(owner) = app.homeserver.email_owner(email).await?.filter(|owner| owner != user_id) else {
        return Ok(true);
    };
    let owner = app.database.read(move |c| account::find(c, &owner)).await?;
    Ok(owner.is_some_and(|owner| owner.revoked))
}
