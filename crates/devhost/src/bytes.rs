//! Bytes in and out: uploads and images.

use crate::{Served, State};
use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, State as Extract};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use consilium_api::media::UPLOAD_LIMIT;
use consilium_api::{Error, ErrorCode};
use serde_json::json;

/// Takes the raw body; answers `{"upload_id"}`.
pub async fn upload<H: Served>(Extract(state): Extract<State<H>>, headers: HeaderMap, body: Body) -> Response {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > UPLOAD_LIMIT as u64) {
        return too_large();
    }
    // A body that is cut off is nobody's to answer any more, so that too long is the one error worth a word.
    let Ok(bytes) = to_bytes(body, UPLOAD_LIMIT).await else { return too_large() };
    match state.host.take_upload(bytes.into()) {
        Ok(upload_id) => Json(json!({ "upload_id": upload_id })).into_response(),
        Err(error) => refusal(error),
    }
}

pub async fn media<H: Served>(Extract(state): Extract<State<H>>, Path(path): Path<String>) -> Response {
    match state.host.image(&path).await {
        Ok(body) => {
            let content_type = consilium_host::image_type(&body.content_type);
            ([(header::CONTENT_TYPE, content_type)], body.bytes).into_response()
        }
        Err(error) => refusal(error),
    }
}

fn too_large() -> Response {
    refusal(Error::new(ErrorCode::TooLarge, format!("an upload has at most {UPLOAD_LIMIT} bytes")))
}

fn refusal(error: Error) -> Response {
    let status = match error.code {
        ErrorCode::InvalidInput => StatusCode::BAD_REQUEST,
        ErrorCode::NotSignedIn | ErrorCode::NotAVerifier => StatusCode::FORBIDDEN,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ErrorCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::Offline | ErrorCode::ServerTrouble => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    (status, Json(error)).into_response()
}
