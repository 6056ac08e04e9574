//! `GET /fhir/{type}/{id}`

use crate::accounts::session;
use crate::database::schema::resources;
use crate::http::App;
use crate::problem::{Code, Problem};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use diesel::prelude::*;

pub async fn get(
    State(app): State<App>,
    Path((kind, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    session::reader(&app, &headers).await?;
    let found: Option<(i64, String)> = app
        .database
        .read(move |c| {
            Ok(resources::table
                .find((kind, id))
                .filter(resources::deleted.eq(false))
                .select((resources::version, resources::body))
                .first(c)
                .optional()?)
        })
        .await?;
    let (version, body) = found.ok_or(Code::NotFound)?;
    let headers =
        [(header::CONTENT_TYPE, "application/fhir+json".to_owned()), (header::ETAG, format!("W/\"{version}\""))];
    Ok((headers, body).into_response())
}
