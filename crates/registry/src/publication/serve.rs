//! Serving the folder to verified colleagues. A proxy may take this over: it asks `/v1/session` whether a caller is one.

use super::key;
use crate::accounts::session;
use crate::http::App;
use crate::problem::{Code, Problem};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use consilium_publication::manifest::NDJSON;
use sha2::{Digest as _, Sha256};
use std::io::ErrorKind;
use std::path::PathBuf;
use tokio::fs::File;
use tokio_util::io::ReaderStream;

/// `GET /fhir/$bulk-publish`
pub async fn root(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let path = app.publisher.folder.root();
    answer_manifest(&app, &headers, Some(path)).await
}

/// `GET /fhir/bulk/manifests/{name}`
pub async fn manifest(
    State(app): State<App>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let path = app.publisher.folder.find("manifests", &name);
    answer_manifest(&app, &headers, path).await
}

async fn answer_manifest(app: &App, headers: &HeaderMap, path: Option<PathBuf>) -> Result<Response, Problem> {
    session::reader(app, headers).await?;
    let content = match tokio::fs::read(path.ok_or(Code::NotFound)?).await {
        Ok(content) => content,
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(Code::NotFound.into()),
        Err(error) => return Err(Problem::internal(error)),
    };
    let etag = format!("\"{}\"", hex::encode(&Sha256::digest(&content)[..16]));
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let known = known.flat_map(|tags| tags.split(',')).any(|tag| tag.trim().trim_start_matches("W/") == etag);
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, "application/json")], content).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, HeaderValue::from_str(&etag).map_err(Problem::internal)?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// `GET /fhir/bulk/files/{name}`: gzip in any case, which every reader of Bulk Data takes.
pub async fn file(State(app): State<App>, Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    session::reader(&app, &headers).await?;
    let path = app.publisher.folder.find("files", &name).ok_or(Code::NotFound)?;
    let file = match File::open(path).await {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(Code::NotFound.into()),
        Err(error) => return Err(Problem::internal(error)),
    };
    let length = file.metadata().await.map_err(Problem::internal)?.len();
    let headers = [
        (header::CONTENT_TYPE, NDJSON.to_owned()),
        (header::CONTENT_ENCODING, "gzip".to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable".to_owned()),
    ];
    Ok((headers, Body::from_stream(ReaderStream::with_capacity(file, 64 * 1024))).into_response())
}

/// `GET /fhir/bulk/keys`: the notes by which each signing key named the next.
pub async fn keys(State(app): State<App>, headers: HeaderMap) -> Result<axum::Json<Vec<String>>, Problem> {
    session::reader(&app, &headers).await?;
    Ok(axum::Json(app.database.read(key::successions).await?))
}
