//! `GET /v1/review/applications/{id}`: one application. Looking at it is recorded.

use super::latin_hospital;
use super::{duplicates, hospitals};
use crate::accounts::account::{self, Account};
use crate::accounts::{change, session};
use crate::applications::row::{self, Application, from_word};
use crate::applications::view::evidence_of;
use crate::audit::{self, Line};
use crate::clock::instant;
use crate::database::Connection;
use crate::database::schema::accounts;
use crate::http::App;
use crate::problem::{Code, Problem};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use consilium_registry_api::{ApplicationStatus, AuditAction, ReviewDetail};
use diesel::prelude::*;

/// The application if verifiers may see it: it was submitted and not taken back.
pub fn reviewable(c: &mut Connection, id: &str) -> Result<Application, Problem> {
    let application = row::find(c, id)?.filter(|a| a.submitted_at.is_some()).ok_or(Code::NotFound)?;
    if application.status()? == ApplicationStatus::Withdrawn { Err(Code::NotFound.into()) } else { Ok(application) }
}

pub async fn get(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<ReviewDetail>, Problem> {
    let verifier = session::verifier(&app, &headers).await?;
    let (detail, first) = app
        .database
        .write({
            let app = app.clone();
            move |c| {
                let mut application = reviewable(c, &id)?;
                // The applicant is told of the first look alone; a version for every look would make each reviewer's
                // decision fail for the others' reading.
                let first = !application.opened && application.status()? == ApplicationStatus::Submitted;
                if first {
                    application.opened = true;
                    application.save(c)?;
                }
                let line = Line {
                    action: AuditAction::Opened,
                    actor: &verifier.actor(),
                    application: application.named(),
                    subject: None,
                    at: app.now(),
                };
                audit::append(c, &line)?;
                Ok((of(c, &app, &application)?, first))
            }
        })
        .await?;
    if first {
        app.watchers.changed(&detail.id);
    }
    Ok(Json(detail))
}

/// The account that an application made, or would change.
pub fn account_of(c: &mut Connection, application: &Application) -> Result<Option<Account>, Problem> {
    match &application.account {
        Some(user_id) => account::find(c, user_id),
        None => Ok(accounts::table
            .filter(accounts::application_id.eq(&application.id))
            .select(Account::as_select())
            .first(c)
            .optional()?),
    }
}

/// The whole licence number is shown while the application is under review, its ending after.
pub fn of(c: &mut Connection, app: &App, application: &Application) -> Result<ReviewDetail, Problem> {
    let status = application.status()?;
    let under_review = matches!(status, ApplicationStatus::Submitted | ApplicationStatus::MoreRequested);
    let audit = audit::of_application(c, &application.id)?;
    let account = account_of(c, application)?;
    Ok(ReviewDetail {
        id: application.id.clone(),
        reference: application.reference.clone(),
        kind: application.kind()?,
        status,
        version: application.version,
        form: if under_review { application.form(&app.secrets)? } else { application.form_with_ending() },
        hospital: application.hospital.clone(),
        hospital_latin: latin_hospital(c, application.organization_id.as_deref())?,
        similar_hospitals: hospitals::similar(c, application)?,
        email_confirmed: application.email_confirmed,
        submitted_at: instant(application.submitted_at.unwrap_or_default()),
        reason: application.reason.as_deref().map(from_word).transpose()?,
        note: application.note.clone(),
        removed: account.as_ref().is_some_and(|account| account.revoked),
        practitioner_id: account.map(|account| account.practitioner_id),
        changes: change::of(c, application)?,
        duplicates: duplicates::of_application(c, application)?,
        evidence: evidence_of(c, &application.id)?,
        audit: audit::entries(c, audit)?,
    })
}
