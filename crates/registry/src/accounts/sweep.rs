//! What is done every minute: locking accounts nobody bound, destroying evidence, forgetting what expired, telling the
//! homeserver what it missed, and reminding of verifications that run out.

use super::{reminders, session, upkeep};
use crate::applications::evidence;
use crate::audit::{self, Actor, Line};
use crate::clock::Millis;
use crate::database::Turn;
use crate::database::schema::{accounts, applications, localparts};
use crate::homeserver::RecentAccount;
use crate::http::App;
use crate::problem::Problem;
use consilium_registry_api::AuditAction;
use diesel::prelude::*;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Accounts made this long before the time for binding are looked at again, should a sweep have failed.
const MARGIN: Millis = 24 * 3_600_000;

pub async fn every_minute(app: App, closing: CancellationToken) {
    let mut minute = tokio::time::interval(Duration::from_secs(60));
    minute.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    // The first one after a start looks at every account there is.
    let mut since = 0;
    loop {
        tokio::select! {
            () = closing.cancelled() => return,
            _ = minute.tick() => {}
        }
        let swept = tokio::select! {
            () = closing.cancelled() => return,
            swept = unless_another_does(&app, since) => swept,
        };
        if let Ok(true) = swept {
            since = app.now() - app.bind_within - MARGIN;
        }
    }
}

/// A sweep, unless another process is at one. True if it was done.
async fn unless_another_does(app: &App, since: Millis) -> Result<bool, Problem> {
    let Some(_turn) = app.database.turn_if_free(Turn::Sweeping).await? else { return Ok(false) };
    sweep(app, since).await?;
    Ok(true)
}

/// One sweep over all accounts, after one that is under way.
pub async fn run(app: &App) -> Result<(), Problem> {
    let _turn = app.database.turn(Turn::Sweeping).await?;
    sweep(app, 0).await
}

/// One sweep over the accounts made since then (milliseconds).
async fn sweep(app: &App, since: Millis) -> Result<(), Problem> {
    let locked = lock_unbound(app, since).await;
    let destroyed = evidence::destroy_due(app).await;
    let forgotten = app
        .database
        .write({
            let now = app.now();
            move |c| session::forget_expired(c, now)
        })
        .await;
    let settled = upkeep::settle(app).await;
    let reminded = reminders::send_due(app).await;
    locked.and(destroyed).and(forgotten).and(settled).and(reminded)
}

/// Locks accounts that nobody bound in time, and those whose localpart the registry did not assign.
/// Administrators are exempt: they are how services are run.
async fn lock_unbound(app: &App, since: Millis) -> Result<(), Problem> {
    for account in app.homeserver.accounts_since(since).await? {
        if account.admin {
            continue;
        }
        // Nearly all are in order: looked at first without keeping those waiting who bind.
        if may_stay(app, &account).await?.is_ok() {
            continue;
        }
        let _turn = app.database.turn(Turn::Binding).await?;
        let Err(reference) = may_stay(app, &account).await? else { continue };
        app.homeserver.lock(&account.name).await?;
        app.database
            .write({
                let app = app.clone();
                move |c| {
                    let line = Line {
                        action: AuditAction::Locked,
                        actor: &Actor::default(),
                        application: reference.as_ref().map(|(id, reference)| (id.as_str(), reference.as_str())),
                        subject: Some(&account.name),
                        at: app.now(),
                    };
                    audit::append(c, &line)
                }
            })
            .await?;
        tracing::warn!("locked an account that was not bound");
    }
    Ok(())
}

/// Whether an account is bound or has time left for it; if not, id and reference of the application it was for.
async fn may_stay(app: &App, account: &RecentAccount) -> Result<Result<(), Option<(String, String)>>, Problem> {
    let overdue = app.now() - account.creation_ts > app.bind_within;
    Ok(match standing(app, &account.name).await? {
        Standing::Bound => Ok(()),
        Standing::Assigned(_) if !overdue => Ok(()),
        Standing::Assigned(reference) => Err(reference),
        Standing::Foreign => Err(None),
    })
}

/// What the registry knows of an account.
enum Standing {
    Bound,
    /// Not bound, but its localpart was given out; with id and reference of the application it was for.
    Assigned(Option<(String, String)>),
    /// Nobody was given this localpart.
    Foreign,
}

async fn standing(app: &App, user_id: &str) -> Result<Standing, Problem> {
    let localpart = app.homeserver.localpart(user_id).unwrap_or_default().to_owned();
    let user_id = user_id.to_owned();
    app.database
        .read(move |c| {
            let bound: Option<String> = accounts::table.find(&user_id).select(accounts::user_id).first(c).optional()?;
            if bound.is_some() {
                return Ok(Standing::Bound);
            }
            let assigned: Option<Option<String>> =
                localparts::table.find(&localpart).select(localparts::application_id).first(c).optional()?;
            Ok(match assigned {
                None => Standing::Foreign,
                Some(None) => Standing::Assigned(None),
                Some(Some(id)) => Standing::Assigned(
                    applications::table
                        .find(id)
                        .select((applications::id, applications::reference))
                        .first(c)
                        .optional()?,
                ),
            })
        })
        .await
}
