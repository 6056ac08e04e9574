//! `DELETE /v1/applications/{id}`: taking an application back. Its evidence is destroyed at once.

use super::{evidence, row, view};
use crate::accounts::registration;
use crate::audit::{self, Actor, Line};
use crate::http::App;
use crate::problem::{Code, Problem};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use consilium_registry_api::{ApplicationStatus, ApplicationView, AuditAction};

pub async fn delete(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<ApplicationView>, Problem> {
    let secret = view::secret(&app, &headers)?;
    let (view, token) = app
        .database
        .write({
            let app = app.clone();
            move |c| {
                let mut application = row::owned(c, &id, &secret)?;
                match application.status()? {
                    ApplicationStatus::Active => return Err(Code::WrongState.into()),
                    ApplicationStatus::Withdrawn => return Ok((view::of(c, &app, &application)?, None)),
                    _ => {}
                }
                let now = app.now();
                application.set_status(ApplicationStatus::Withdrawn)?;
                application.save(c)?;
                let actor = &Actor::default();
                let line = Line {
                    action: AuditAction::Withdrawn,
                    actor,
                    application: application.named(),
                    subject: None,
                    at: now,
                };
                audit::append(c, &line)?;
                evidence::erase_keys(c, &application, now)?;
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
