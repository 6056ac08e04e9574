//! Who may ask.

use crate::token::Token;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// The WebSocket subprotocol; the token is offered as a second one, since a browser lets a page set no header there.
pub const SUBPROTOCOL: &str = "consilium";

#[derive(Debug)]
pub struct Access {
    token: Token,
    /// The addresses a browser may know this port by.
    hosts: [String; 2],
}

impl Access {
    pub fn new(token: Token, port: u16) -> Self {
        Self { token, hosts: [format!("127.0.0.1:{port}"), format!("localhost:{port}")] }
    }

    /// The page's own WebSocket by either name, as sources of a content policy.
    pub fn socket_sources(&self) -> String {
        let [one, other] = &self.hosts;
        format!("ws://{one} ws://{other}")
    }

    /// The host the request names, if it is this port by one of its own names.
    fn own_host<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        let host = only(headers, &header::HOST)?;
        self.hosts.iter().any(|own| own == host).then_some(host)
    }

    /// No origin, as for a typed address, or the page's own.
    fn own_origin(&self, headers: &HeaderMap, host: &str) -> bool {
        if !headers.contains_key(header::ORIGIN) {
            return true;
        }
        only(headers, &header::ORIGIN).and_then(|origin| origin.strip_prefix("http://")) == Some(host)
    }

    fn has_token(&self, headers: &HeaderMap) -> bool {
        let presented = match only(headers, &header::AUTHORIZATION) {
            Some(value) => value.strip_prefix("Bearer "),
            None => only(headers, &header::SEC_WEBSOCKET_PROTOCOL)
                .and_then(|offered| offered.split_once(','))
                .filter(|(first, _)| first.trim() == SUBPROTOCOL)
                .map(|(_, token)| token.trim()),
        };
        presented.is_some_and(|token| self.token.matches(token.as_bytes()))
    }
}

/// The header's value if it stands there exactly once.
fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    value.to_str().ok()
}

/// Lets nothing pass that was meant for another name, or comes from another site.
pub async fn own_host_and_origin(State(access): State<Arc<Access>>, request: Request, next: Next) -> Response {
    let Some(host) = access.own_host(request.headers()) else {
        return (StatusCode::MISDIRECTED_REQUEST, "not the name of this host").into_response();
    };
    // An absolute target takes the place of the Host header for whoever routes by it.
    if request.uri().authority().is_some_and(|authority| authority.as_str() != host) {
        return (StatusCode::MISDIRECTED_REQUEST, "not the name of this host").into_response();
    }
    if !access.own_origin(request.headers(), host) {
        return (StatusCode::FORBIDDEN, "not the page of this host").into_response();
    }
    next.run(request).await
}

/// Lets nothing pass without the token.
pub async fn with_token(State(access): State<Arc<Access>>, request: Request, next: Next) -> Response {
    if !access.has_token(request.headers()) {
        return (StatusCode::UNAUTHORIZED, "the token of this run is missing or wrong").into_response();
    }
    next.run(request).await
}
