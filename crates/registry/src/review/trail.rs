//! `GET /v1/review/audit`: the audit trail, and whether it is whole.

use crate::accounts::session;
use crate::audit::{self, Row};
use crate::database::schema::audit as table;
use crate::http::{App, query};
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use consilium_registry_api::AuditPage;
use diesel::prelude::*;
use serde::Deserialize;

const PAGE: i64 = 100;

#[derive(Deserialize)]
struct Asked {
    cursor: Option<i64>,
    /// Of this application alone.
    application: Option<String>,
}

pub async fn get(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Result<Json<AuditPage>, Problem> {
    session::verifier(&app, &headers).await?;
    let Asked { cursor, application } = query(&uri)?;
    let page = app
        .database
        .read(move |c| {
            let mut lines = table::table
                .filter(table::seq.lt(cursor.unwrap_or(i64::MAX)))
                .order(table::seq.desc())
                .limit(PAGE)
                .select(Row::as_select())
                .into_boxed();
            if let Some(application) = application {
                lines = lines.filter(table::application_id.eq(application));
            }
            let rows: Vec<Row> = lines.load(c)?;
            let next = rows.last().map(|row| row.seq).filter(|seq| *seq > 1).map(|seq| seq.to_string());
            Ok(AuditPage { entries: audit::entries(c, rows)?, next })
        })
        .await?;
    Ok(Json(page))
}

/// Refuses to go on with a trail that was tampered with.
pub async fn check(registry: &crate::Registry) -> anyhow::Result<()> {
    match registry.database.read(audit::first_break).await? {
        None => Ok(()),
        Some(seq) => {
            anyhow::bail!("the audit trail does not hold from line {seq} on: restore the database from a copy")
        }
    }
}
