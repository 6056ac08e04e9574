//! `GET /v1/review/applications/{id}/evidence/{evidence}`: one image. Looking at it is recorded first.

use super::detail::reviewable;
use crate::accounts::session;
use crate::applications::evidence::{self, Evidence};
use crate::audit::{self, Line};
use crate::database::schema::evidence as table;
use crate::http::App;
use crate::problem::{Code, Problem};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use consilium_registry_api::AuditAction;
use diesel::prelude::*;

pub async fn get(
    State(app): State<App>,
    Path((id, evidence_id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let verifier = session::verifier(&app, &headers).await?;
    let found = app
        .database
        .write({
            let app = app.clone();
            move |c| {
                let application = reviewable(c, &id)?;
                let found: Option<Evidence> = table::table
                    .find((&id, &evidence_id))
                    .filter(table::removed.eq(false).and(table::key_sealed.is_not_null()))
                    .select(Evidence::as_select())
                    .first(c)
                    .optional()?;
                let found = found.ok_or(Code::NotFound)?;
                let line = Line {
                    action: AuditAction::EvidenceViewed,
                    actor: &verifier.actor(),
                    application: application.named(),
                    subject: Some(&found.id),
                    at: app.now(),
                };
                audit::append(c, &line)?;
                Ok(found)
            }
        })
        .await?;
    let image = evidence::open(&app, &found).await?;
    let headers = [
        (header::CONTENT_TYPE, found.media_type.as_str()),
        (header::CONTENT_DISPOSITION, "attachment"),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
    ];
    Ok((headers, image.to_vec()).into_response())
}
