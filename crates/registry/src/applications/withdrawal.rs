//! `DELETE` of an application: taking it back. Its evidence is destroyed at once.

use super::owner::Owner;
use super::row::Application;
use super::{evidence, view};
use crate::accounts::registration;
use crate::audit::{self, Actor, Line};
use crate::clock::Millis;
use crate::database::Connection;
use crate::http::App;
use crate::problem::{Code, Problem};
use axum::Json;
use axum::extract::{Path, State};
use consilium_registry_api::{ApplicationStatus, ApplicationView, AuditAction};

pub async fn delete(
    State(app): State<App>,
    Path(id): Path<String>,
    owner: Owner,
) -> Result<Json<ApplicationView>, Problem> {
    let (view, token) = app
        .database
        .write({
            let app = app.clone();
            move |c| {
                let mut application = owner.application(c, &id)?;
                match application.status()? {
                    ApplicationStatus::Active => return Err(Code::WrongState.into()),
                    ApplicationStatus::Withdrawn => return Ok((view::of(c, &app, &application)?, None)),
                    _ => {}
                }
                withdraw(c, &mut application, &owner.actor(), app.now())?;
                Ok((view::of(c, &app, &application)?, registration::last_token(&app, &application)))
            }
        })
        .await?;
    app.watchers.changed(&view.id);
    evidence::remove_erased_files(&app).await?;
    if let Some(token) = token {
        // It expires by itself within ten minutes if the homeserver cannot be asked now.
        if let Err(error) = app.homeserver.delete_registration_token(&token).await {
            tracing::warn!(%error, "a registration token was not deleted");
        }
    }
    Ok(Json(view))
}

/// Takes it back and erases the keys of its evidence, whose files are still to be removed.
pub fn withdraw(c: &mut Connection, application: &mut Application, actor: &Actor, now: Millis) -> Result<(), Problem> {
    application.set_status(ApplicationStatus::Withdrawn)?;
    application.save(c)?;
    let line = Line { action: AuditAction::Withdrawn, actor, application: application.named(), subject: None, at: now };
    audit::append(c, &line)?;
    evidence::erase_keys(c, application, now)
}
