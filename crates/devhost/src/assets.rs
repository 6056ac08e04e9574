//! The built user interface, and the headers of every answer.

use crate::access::Access;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use std::path::Path;
use std::sync::Arc;
use tower_http::services::{ServeDir, ServeFile};

/// The files below `ui`. A path without an extension is a place inside the application, so the page itself answers.
pub fn serve(ui: &Path) -> MethodRouter {
    let page = ServeFile::new(ui.join("index.html"));
    let files = ServeDir::new(ui).append_index_html_on_directories(true);
    get(move |request: Request| async move {
        let is_place = !request.uri().path().rsplit('/').next().is_some_and(|name| name.contains('.'));
        let answer = if is_place && request.uri().path() != "/" {
            page.clone().try_call(request).await
        } else {
            files.clone().try_call(request).await
        };
        match answer {
            Ok(answer) => answer.into_response(),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    })
}

/// As strict as the desktop window's policy: no inline script or style, nothing from elsewhere; nothing is cached.
pub async fn settle_headers(State(access): State<Arc<Access>>, request: Request, next: Next) -> Response {
    let socket = access.socket_sources();
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; \
         connect-src 'self' {socket}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
