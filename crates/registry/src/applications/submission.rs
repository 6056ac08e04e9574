//! `POST …/submission`: handing the application to the verifiers.

use super::owner::Owner;
use super::view;
use crate::audit::{self, Line};
use crate::http::App;
use crate::problem::{Code, Problem};
use crate::review::duplicates;
use axum::Json;
use axum::extract::{Path, State};
use consilium_registry_api::{ApplicationStatus, ApplicationView, AuditAction};

pub async fn post(
    State(app): State<App>,
    Path(id): Path<String>,
    owner: Owner,
) -> Result<Json<ApplicationView>, Problem> {
    let view = app
        .database
        .write({
            let app = app.clone();
            move |c| {
                let mut application = owner.application(c, &id)?;
                match application.status()? {
                    ApplicationStatus::Draft | ApplicationStatus::MoreRequested | ApplicationStatus::Rejected => {}
                    // Asked again after an answer that did not arrive.
                    ApplicationStatus::Submitted => return view::of(c, &app, &application),
                    ApplicationStatus::Approved | ApplicationStatus::Active | ApplicationStatus::Withdrawn => {
                        return Err(Code::WrongState.into());
                    }
                }
                if !application.email_confirmed {
                    return Err(Code::EmailUnconfirmed.into());
                }
                application.set_status(ApplicationStatus::Submitted)?;
                application.submitted_at = Some(app.now());
                application.opened = false;
                application.decided_at = None;
                application.decided_by = None;
                application.save(c)?;
                let actor = owner.actor();
                let line = |action| Line {
                    action,
                    actor: &actor,
                    application: application.named(),
                    subject: None,
                    at: app.now(),
                };
                audit::append(c, &line(AuditAction::Submitted))?;
                if !duplicates::of_application(c, &application)?.is_empty() {
                    audit::append(c, &line(AuditAction::DuplicateFlagged))?;
                }
                view::of(c, &app, &application)
            }
        })
        .await?;
    app.watchers.changed(&view.id);
    Ok(Json(view))
}
