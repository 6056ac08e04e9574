//! What handlers take from a request, with refusals of our own.

use super::linger::Peer;
use crate::database::nul;
use crate::limits::Whom;
use crate::problem::{Code, Problem};
use axum::body::Body;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use std::net::IpAddr;

/// Longest JSON body: no type of the interface comes near it.
const JSON_LIMIT: usize = 64 * 1024;

/// A JSON body.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !media_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
            return Err(Problem::because(Code::UnsupportedMedia, "The body must be application/json."));
        }
        let (parts, body) = request.into_parts();
        let bytes = body_within(&parts.headers, body, JSON_LIMIT).await?;
        if nul::in_json(&bytes) {
            return Err(Code::InvalidBody.into());
        }
        // The parser's words are kept back: they may repeat what was sent.
        serde_json::from_slice(&bytes).map(Self).map_err(|_| Code::InvalidBody.into())
    }
}

/// The whole body, or `too_large` as soon as it is known to be longer.
pub async fn body_within(headers: &HeaderMap, body: Body, limit: usize) -> Result<axum::body::Bytes, Problem> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit as u64) {
        return Err(Code::TooLarge.into());
    }
    axum::body::to_bytes(body, limit).await.map_err(|error| {
        let mut source = Some(&error as &(dyn std::error::Error + 'static));
        while let Some(cause) = source {
            if cause.to_string() == "length limit exceeded" {
                return Code::TooLarge.into();
            }
            source = cause.source();
        }
        Problem::because(Code::InvalidBody, "The body did not arrive whole.")
    })
}

/// The token of `Authorization: Bearer`.
pub fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let value = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).ok_or(Code::Unauthorized)?;
    let (scheme, token) = value.split_once(' ').ok_or(Code::Unauthorized)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim()) } else { Err(Code::Unauthorized.into()) }
}

/// The query, or `invalid_body`.
pub fn query<T: DeserializeOwned>(parts: &axum::http::Uri) -> Result<T, Problem> {
    Query::try_from_uri(parts)
        .map(|Query(query)| query)
        .map_err(|_| Problem::because(Code::InvalidBody, "The query is not understood."))
}

/// Where a call comes from.
#[derive(Clone, Copy, Debug)]
pub struct Client(IpAddr);

impl Client {
    pub fn whom(self) -> Whom {
        Whom::Address(self.0)
    }
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let ConnectInfo(Peer(peer)) =
            parts.extensions.get::<ConnectInfo<Peer>>().copied().ok_or(Problem::from(Code::Internal))?;
        // A proxy on the same machine says whom it speaks for, last in the list; nobody else is believed.
        let forwarded = parts.headers.get("x-forwarded-for").and_then(|v| v.to_str().ok()?.rsplit(',').next());
        let address = match forwarded.and_then(|a| a.trim().parse().ok()) {
            Some(address) if peer.ip().is_loopback() => address,
            _ => peer.ip(),
        };
        Ok(Self(address))
    }
}
