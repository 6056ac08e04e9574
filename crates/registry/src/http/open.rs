//! Calls for everyone that belong to no other concept.

use super::{App, Client};
use crate::limits::Limit;
use crate::problem::{Code, Problem};
use crate::publication::key;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use consilium_registry_api::ServerInfo;
use consilium_registry_api::session::{BaseUrl, RegistryInfo};
use diesel::prelude::*;

/// `GET /.well-known/matrix/client`. Matrix client-server API, "Well-known URI", which asks for CORS.
pub async fn server_info(
    State(app): State<App>,
) -> Result<([(HeaderName, &'static str); 1], Json<ServerInfo>), Problem> {
    let directory_key = app.database.read(key::verifying).await?;
    let info = ServerInfo {
        homeserver: BaseUrl { base_url: app.homeserver.base_url().to_owned() },
        registry: RegistryInfo { base_url: app.public_url.clone(), name: app.name.clone(), directory_key },
    };
    Ok(([(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], Json(info)))
}

/// `GET /healthz`
pub async fn healthz(State(app): State<App>, client: Client) -> Result<StatusCode, Problem> {
    app.limits.take(Limit::Open, client.whom(), app.now())?;
    app.database
        .read(|c| {
            use crate::database::schema::facts::dsl::{facts, key};
            Ok(facts.select(key).first::<String>(c).optional()?)
        })
        .await?;
    if app.homeserver.answers().await { Ok(StatusCode::OK) } else { Err(Code::HomeserverUnavailable.into()) }
}
