//! Mails that tell colleagues that their verification runs out.

use super::account::Account;
use crate::audit::{self, Actor, Line};
use crate::clock::Millis;
use crate::database::schema::{accounts, reminders};
use crate::database::{Connection, on_either};
use crate::http::App;
use crate::problem::Problem;
use chrono::{Days, NaiveDate, TimeZone as _, Utc};
use consilium_registry_api::AuditAction;
use diesel::prelude::*;
use std::collections::HashMap;

/// Days before the last one on which a mail is due, the latest first.
const BEFORE: [i64; 3] = [1, 14, 60];
/// A mail that was not taken is tried again after this long.
const AGAIN_AFTER: Millis = 3_600_000;
/// Mails of one sweep: what else it does must not wait for long.
const AT_ONCE: usize = 50;
/// Mails that were not taken after which the mail server is left alone until the next sweep.
const FAILURES: usize = 3;

/// A mail that is due.
struct Due {
    account: Account,
    last_day: NaiveDate,
    days: i64,
}

/// Sends what is due. Who calls has the turn of the sweep, so that no two processes mail the same.
pub async fn send_due(app: &App) -> Result<(), Problem> {
    let now = app.now();
    let mut failures = 0;
    for due in app.database.read(move |c| due(c, now)).await? {
        let sent = app.mailer.send_reminder(&due.account.email, due.last_day).await;
        failures += usize::from(sent.is_err());
        app.database.write(move |c| record(c, &due, now, sent.is_ok())).await?;
        if failures >= FAILURES {
            break;
        }
    }
    Ok(())
}

fn due(c: &mut Connection, now: Millis) -> Result<Vec<Due>, Problem> {
    let today = day(now);
    let horizon = today.checked_add_days(Days::new(BEFORE.iter().copied().max().unwrap_or(0).unsigned_abs()));
    let ending: Vec<Account> = accounts::table
        .filter(accounts::revoked.eq(false))
        .filter(accounts::valid_until.ge(today.to_string()))
        .filter(accounts::valid_until.le(horizon.unwrap_or(today).to_string()))
        .order((accounts::valid_until, accounts::user_id))
        .select(Account::as_select())
        .load(c)?;
    let known: Vec<(String, String, i64, Millis, Option<Millis>)> = reminders::table
        .filter(reminders::valid_until.ge(today.to_string()))
        .select((reminders::user_id, reminders::valid_until, reminders::days, reminders::tried_at, reminders::sent_at))
        .load(c)?;
    let known: HashMap<_, _> = known
        .into_iter()
        .map(|(user, valid_until, days, tried_at, sent_at)| ((user, valid_until, days), (tried_at, sent_at)))
        .collect();
    let mut found = Vec::new();
    for account in ending {
        let last_day = account.valid_until.as_deref().and_then(|day| day.parse::<NaiveDate>().ok());
        let Some(last_day) = last_day else { continue };
        let verified = account.verified_at.map(day);
        let Some(days) = which(today, last_day, verified) else { continue };
        match known.get(&(account.user_id.clone(), last_day.to_string(), days)) {
            Some((_, Some(_))) => {}
            Some((tried_at, None)) if now - tried_at < AGAIN_AFTER => {}
            tried => found.push((tried.map(|(tried_at, _)| *tried_at), Due { account, last_day, days })),
        }
    }
    // Who was not tried yet comes first, so that addresses that are never taken keep nobody waiting.
    found.sort_by_key(|(tried_at, _)| *tried_at);
    Ok(found.into_iter().take(AT_ONCE).map(|(_, due)| due).collect())
}

/// Which mail is due today: the latest that should have been sent. None beforehand, afterwards, and of those that would have
/// been due before the verification was made.
fn which(today: NaiveDate, last_day: NaiveDate, verified: Option<NaiveDate>) -> Option<i64> {
    let left = (last_day - today).num_days();
    let days = BEFORE.into_iter().find(|days| left <= *days).filter(|_| left >= 0)?;
    let due_on = last_day.checked_sub_days(Days::new(days.unsigned_abs()))?;
    verified.is_none_or(|verified| verified < due_on).then_some(days)
}

fn record(c: &mut Connection, due: &Due, now: Millis, sent: bool) -> Result<(), Problem> {
    let state = (reminders::tried_at.eq(now), reminders::sent_at.eq(sent.then_some(now)));
    let insert = diesel::insert_into(reminders::table)
        .values((
            reminders::user_id.eq(&due.account.user_id),
            reminders::valid_until.eq(due.last_day.to_string()),
            reminders::days.eq(due.days),
            state,
        ))
        .on_conflict((reminders::user_id, reminders::valid_until, reminders::days))
        .do_update()
        .set(state);
    on_either!(c, |c| insert.execute(c))?;
    if !sent {
        return Ok(());
    }
    let line = Line {
        action: AuditAction::Reminded,
        actor: &Actor::default(),
        application: None,
        subject: Some(&due.account.user_id),
        at: now,
    };
    audit::append(c, &line)
}

fn day(at: Millis) -> NaiveDate {
    Utc.timestamp_millis_opt(at).single().unwrap_or_default().date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_mail_that_is_due_is_sent_and_none_that_never_could_be() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let last = date("2027-06-30");
        let on = |today: &str| which(date(today), last, Some(date("2026-06-30")));
        assert_eq!(on("2027-04-30"), None);
        assert_eq!(on("2027-05-01"), Some(60));
        assert_eq!(on("2027-06-15"), Some(60));
        assert_eq!(on("2027-06-16"), Some(14));
        assert_eq!(on("2027-06-29"), Some(1));
        assert_eq!(on("2027-06-30"), Some(1), "the last day, if it was missed");
        assert_eq!(on("2027-07-01"), None, "it is over");
        let short = |today: &str| which(date(today), last, Some(date("2027-05-30")));
        assert_eq!(short("2027-05-30"), None, "for a month: sixty days before there was none");
        assert_eq!(short("2027-06-16"), Some(14));
    }
}
