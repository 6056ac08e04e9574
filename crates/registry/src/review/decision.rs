//! `POST /v1/review/applications/{id}/decision`

use super::detail::{self, reviewable};
use super::hospitals;
use crate::accounts::account::Account;
use crate::accounts::{change, registration, session, upkeep};
use crate::applications::row::{Application, find, word};
use crate::audit::{self, Line};
use crate::database::schema::practitioners;
use crate::database::{Connection, Turn};
use crate::directory::entry;
use crate::http::{App, Json};
use crate::problem::{Code, Problem};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use chrono::Months;
use consilium_registry_api::review::NOTE_LIMIT;
use consilium_registry_api::{ApplicationKind, ApplicationStatus, AuditAction, Decision, DecisionKind, ReviewDetail};
use diesel::prelude::*;

/// Longest an approval is valid.
const MONTHS_LIMIT: u8 = 24;

pub async fn post(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(decision): Json<Decision>,
) -> Result<axum::Json<ReviewDetail>, Problem> {
    let verifier = session::verifier(&app, &headers).await?;
    check(&decision)?;
    let kind = decision.kind;
    let (detail, application) = app
        .database
        .write({
            let app = app.clone();
            move |c| {
                let mut application = reviewable(c, &id)?;
                decide(c, &app, &mut application, &verifier, decision)?;
                Ok((detail::of(c, &app, &application)?, application))
            }
        })
        .await?;
    app.watchers.changed(&detail.id);
    if kind != DecisionKind::Approve {
        revoke_token(&app, &application).await;
    }
    if let Some(user_id) = application.account.filter(|_| kind == DecisionKind::Approve) {
        app.publisher.wake();
        upkeep::attempt(&app, &user_id).await;
    }
    let (about, reference, address) = (detail.kind, detail.reference.clone(), application.work_email);
    // The applicant's window learns of it by itself: a mail that cannot be sent takes nothing back.
    tokio::spawn(async move { app.mailer.send_decision(&address, about, kind, &reference).await });
    Ok(axum::Json(detail))
}

/// Takes back the leave to make an account, if it was given. Whoever makes one in the same moment cannot bind it.
async fn revoke_token(app: &App, application: &Application) {
    if application.tokens_issued == 0 {
        return;
    }
    let revoked = async {
        // One that is being given out is counted by now.
        let _turn = app.database.turn(Turn::Binding).await?;
        if let Some(token) = registration::last_token(app, application) {
            app.homeserver.delete_registration_token(&token).await?;
        }
        Ok::<(), Problem>(())
    };
    if let Err(error) = revoked.await {
        tracing::warn!(%error, "a registration token was not deleted; it runs out by itself");
    }
}

fn check(decision: &Decision) -> Result<(), Problem> {
    let incomplete = |detail| Err(Problem::because(Code::InvalidBody, detail));
    if decision.note.as_ref().is_some_and(|note| note.chars().count() > NOTE_LIMIT) {
        return incomplete("The note is longer than 1,000 characters.");
    }
    match decision.kind {
        DecisionKind::Approve if !decision.confirmed => {
            incomplete("To approve, identity, licence and employment must be confirmed.")
        }
        DecisionKind::Approve if !decision.valid_months.is_some_and(|m| (1..=MONTHS_LIMIT).contains(&m)) => {
            incomplete("To approve, valid_months must be from 1 to 24.")
        }
        DecisionKind::RequestMore | DecisionKind::Reject if decision.reason.is_none() => {
            incomplete("A reason is required.")
        }
        _ => Ok(()),
    }
}

fn decide(
    c: &mut Connection,
    app: &App,
    application: &mut Application,
    verifier: &Account,
    decision: Decision,
) -> Result<(), Problem> {
    let may_be_decided = match application.status()? {
        ApplicationStatus::Submitted => true,
        // Until an account is bound an approval can be taken back. That of a change was carried out at once.
        ApplicationStatus::Approved => decision.kind != DecisionKind::Approve,
        _ => false,
    };
    if application.version != decision.version || !may_be_decided {
        return Err(Code::Conflict.into());
    }
    if is_own(c, application, verifier)? {
        return Err(Problem::because(Code::Conflict, "Nobody decides on their own application."));
    }
    let now = app.clock.now();
    let (status, action) = match decision.kind {
        DecisionKind::Approve => (ApplicationStatus::Approved, AuditAction::Approved),
        DecisionKind::RequestMore => (ApplicationStatus::MoreRequested, AuditAction::MoreRequested),
        DecisionKind::Reject => (ApplicationStatus::Rejected, AuditAction::Rejected),
    };
    if decision.kind == DecisionKind::Approve {
        if !application.email_confirmed {
            return Err(Code::EmailUnconfirmed.into());
        }
        if let (None, Some(id)) = (&application.organization_id, &decision.organization_id) {
            hospitals::choose(c, application, id)?;
        }
        if application.organization_id.is_none() {
            application.organization_id =
                Some(entry::organization(c, app, None, &application.hospital, &application.city)?);
        }
        application.valid_until = decision
            .valid_months
            .and_then(|months| now.date_naive().checked_add_months(Months::new(months.into())))
            .map(|date| date.to_string());
    }
    application.set_status(status)?;
    application.reason =
        decision.reason.filter(|_| decision.kind != DecisionKind::Approve).map(|r| word(&r)).transpose()?;
    application.note = decision.note.map(|note| note.trim().to_owned()).filter(|note| !note.is_empty());
    application.decided_at = Some(now.timestamp_millis());
    application.decided_by = Some(verifier.user_id.clone());
    let changes = decision.kind == DecisionKind::Approve && application.kind()? != ApplicationKind::Registration;
    if changes {
        application.set_status(ApplicationStatus::Active)?;
    }
    let line = Line {
        action,
        actor: &verifier.actor(),
        application: application.named(),
        subject: None,
        at: now.timestamp_millis(),
    };
    audit::append(c, &line)?;
    if changes {
        change::apply(c, app, application, verifier)?;
    }
    application.save(c)
}

/// Whether the verifier is the applicant, by account, e-mail, licence, or name and hospital.
fn is_own(c: &mut Connection, application: &Application, verifier: &Account) -> Result<bool, Problem> {
    if verifier.application_id.as_ref() == Some(&application.id)
        || application.account.as_ref() == Some(&verifier.user_id)
        || verifier.email.eq_ignore_ascii_case(&application.work_email)
    {
        return Ok(true);
    }
    if let Some(id) = &verifier.application_id
        && let Some(own) = find(c, id)?
        && own.licence_digest == application.licence_digest
    {
        return Ok(true);
    }
    let name: Option<(String, String)> = practitioners::table
        .find(&verifier.practitioner_id)
        .select((practitioners::han_name, practitioners::latin_key))
        .first(c)
        .optional()?;
    Ok(verifier.organization == application.hospital
        && name.is_some_and(|(han, key)| han == application.han_name && key == application.latin_key))
}
