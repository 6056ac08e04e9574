//! The directory: FHIR resources with a change log, their feed, their search, and the search for hospitals.
//!
//! `docs/directory-api.md` describes its interface.

mod bundle;
pub mod capability;
pub mod contacts;
mod editing;
pub mod entry;
pub mod export;
pub mod feed;
mod history;
pub mod import;
mod kind;
mod load;
mod media;
pub mod merging;
pub mod names;
pub mod organizations;
pub mod own_history;
mod prepared;
mod read;
pub mod search;
mod sorted;
pub mod standing;
pub mod store;
mod update;

pub use kind::Kind;

use crate::http::App;
use crate::problem::{Code, Problem};
use axum::Router;
use axum::routing::{get, post};

/// What is under `/fhir`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/metadata", get(capability::get))
        .route("/_history", get(feed::system))
        .route("/{type}", get(search::get))
        .route("/{type}/_search", post(search::post))
        .route("/{type}/_history", get(feed::of_type))
        .route("/{type}/{id}", get(read::get).put(update::put))
        .route("/{type}/{id}/_history", get(history::get))
        .route("/{type}/{id}/_history/{version}", get(history::version))
        .method_not_allowed_fallback(async || Problem::from(Code::MethodNotAllowed))
}
