//! What goes wrong, as callers see it: RFC 9457 problem details, or a FHIR OperationOutcome under `/fhir`.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use consilium_fhir::{Issue, OperationOutcome, Resource};
use consilium_registry_api::FormProblem;
use serde::Serialize;
use std::borrow::Cow;

/// The codes of `docs/registry-api.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    InvalidBody,
    InvalidForm,
    TooLarge,
    UnsupportedMedia,
    NotFound,
    WrongCode,
    CodeExpired,
    TooManyTries,
    EmailUnconfirmed,
    WrongState,
    Conflict,
    /// A cursor or a page of another database, or a cursor that cannot be brought up to date.
    Expired,
    /// It was here and is deleted.
    Deleted,
    NotSupported,
    NotAcceptable,
    MethodNotAllowed,
    /// If-Match is missing.
    VersionRequired,
    /// If-Match is not the current version.
    VersionConflict,
    /// Elements that its owner may not change, or not so.
    Unchangeable,
    NotTheOwner,
    Unauthorized,
    AccountLocked,
    NotBound,
    NotAVerifier,
    WrongAccount,
    RateLimited,
    HomeserverUnavailable,
    MailUnavailable,
    Internal,
}

impl Code {
    fn status(self) -> StatusCode {
        match self {
            Self::InvalidBody | Self::NotSupported | Self::VersionRequired => StatusCode::BAD_REQUEST,
            Self::InvalidForm | Self::WrongCode | Self::Unchangeable => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::CodeExpired | Self::Expired | Self::Deleted => StatusCode::GONE,
            Self::VersionConflict => StatusCode::PRECONDITION_FAILED,
            Self::EmailUnconfirmed | Self::WrongState | Self::Conflict => StatusCode::CONFLICT,
            Self::Unauthorized | Self::AccountLocked => StatusCode::UNAUTHORIZED,
            Self::NotBound | Self::NotAVerifier | Self::WrongAccount | Self::NotTheOwner => StatusCode::FORBIDDEN,
            Self::TooManyTries | Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::HomeserverUnavailable | Self::MailUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::InvalidBody => "The request is not well formed.",
            Self::InvalidForm => "Some fields need correcting.",
            Self::TooLarge => "The request is too large.",
            Self::UnsupportedMedia => "This kind of content is not accepted here.",
            Self::NotFound => "There is nothing here.",
            Self::WrongCode => "The code is not right.",
            Self::CodeExpired => "The code is no longer valid.",
            Self::TooManyTries => "The code was tried too often; ask for another.",
            Self::EmailUnconfirmed => "The work e-mail is not confirmed.",
            Self::WrongState => "The application is not in a state for this.",
            Self::Conflict => "This does not fit what was stored in the meantime.",
            Self::Expired => "The cursor no longer holds; load everything again.",
            Self::Deleted => "This is deleted.",
            Self::NotSupported => "This is not supported here.",
            Self::NotAcceptable => "Nothing here has the form that is asked for.",
            Self::MethodNotAllowed => "This is not done here.",
            Self::VersionRequired => "If-Match must name the version that is changed.",
            Self::VersionConflict => "This is not the current version.",
            Self::Unchangeable => "Some elements change only through verification.",
            Self::NotTheOwner => "Only the colleague whose entry it is may change it.",
            Self::Unauthorized => "No valid credentials were given.",
            Self::AccountLocked => "The account is locked.",
            Self::NotBound => "The account belongs to no directory entry.",
            Self::NotAVerifier => "Only verifiers may do this.",
            Self::WrongAccount => "This is not the account that was assigned.",
            Self::RateLimited => "Too many requests; try again later.",
            Self::HomeserverUnavailable => "The homeserver does not answer.",
            Self::MailUnavailable => "The mail could not be sent; everything else was kept.",
            Self::Internal => "Something went wrong in the registry.",
        }
    }

    /// Code of the FHIR value set issue-type (R4).
    fn issue_type(self) -> &'static str {
        match self {
            Self::InvalidBody | Self::InvalidForm => "invalid",
            Self::TooLarge => "too-long",
            Self::UnsupportedMedia | Self::NotSupported | Self::NotAcceptable | Self::MethodNotAllowed => {
                "not-supported"
            }
            Self::NotFound => "not-found",
            Self::Deleted => "deleted",
            Self::VersionRequired => "required",
            Self::WrongCode | Self::EmailUnconfirmed | Self::WrongState | Self::Unchangeable => "business-rule",
            Self::CodeExpired | Self::Expired => "expired",
            Self::TooManyTries | Self::RateLimited => "throttled",
            Self::Conflict | Self::VersionConflict => "conflict",
            Self::Unauthorized => "login",
            Self::AccountLocked | Self::NotBound | Self::NotAVerifier | Self::WrongAccount | Self::NotTheOwner => {
                "forbidden"
            }
            Self::HomeserverUnavailable | Self::MailUnavailable => "transient",
            Self::Internal => "exception",
        }
    }
}

/// A refusal. It never holds what the caller sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .code.title())]
pub struct Problem {
    pub code: Code,
    status: StatusCode,
    detail: Option<Cow<'static, str>>,
    /// FHIRPath of the elements it is about, each with what is wrong with it.
    elements: Vec<(String, Cow<'static, str>)>,
    problems: Vec<FormProblem>,
    /// Seconds.
    retry_after: Option<u64>,
}

#[derive(Serialize)]
struct Details<'a> {
    #[serde(rename = "type")]
    type_: &'static str,
    title: &'static str,
    status: u16,
    code: Code,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    problems: &'a [FormProblem],
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self {
            code,
            status: code.status(),
            detail: None,
            elements: Vec::new(),
            problems: Vec::new(),
            retry_after: None,
        }
    }
}

impl Problem {
    /// `detail` is in the registry's own words: nothing of it was sent by a caller.
    pub fn because(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { detail: Some(detail.into()), ..code.into() }
    }

    /// Elements of a resource that cannot be so, by FHIRPath, each with the reason.
    pub fn elements(code: Code, elements: Vec<(String, Cow<'static, str>)>) -> Self {
        Self { elements, ..code.into() }
    }

    /// FHIRPath of the elements that cannot be so.
    #[cfg(test)]
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.elements.iter().map(|(path, _)| path.as_str())
    }

    /// What more there is to say about it.
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// The fields of a form that are wrong.
    pub fn problems(&self) -> &[FormProblem] {
        &self.problems
    }

    pub fn form(problems: Vec<FormProblem>) -> Self {
        Self { problems, ..Code::InvalidForm.into() }
    }

    pub fn rate_limited(wait: std::time::Duration) -> Self {
        Self { retry_after: Some(wait.as_secs().max(1)), ..Code::RateLimited.into() }
    }

    /// A fault of ours: the log gets it, the caller does not.
    pub fn internal(error: impl std::fmt::Display) -> Self {
        tracing::error!(%error, "internal error");
        Code::Internal.into()
    }

    /// What a refusal that axum or a layer made itself means.
    pub fn of_status(status: StatusCode) -> Self {
        let code = match status {
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Code::NotFound,
            StatusCode::PAYLOAD_TOO_LARGE => Code::TooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMedia,
            status if status.is_client_error() => Code::InvalidBody,
            _ => Code::Internal,
        };
        Self { status, ..code.into() }
    }

    /// The same as an OperationOutcome.
    pub fn into_outcome(self) -> Response {
        let mut outcome = OperationOutcome::error(self.code.issue_type(), self.code.title());
        if let Some(issue) = outcome.issue.first_mut() {
            issue.diagnostics = self.detail.as_deref().map(str::to_owned);
        }
        if !self.elements.is_empty() {
            let general = std::mem::take(&mut outcome.issue);
            outcome.issue.extend(self.elements.iter().flat_map(|(path, reason)| {
                general.iter().cloned().map(|issue| Issue {
                    diagnostics: Some(reason.clone().into_owned()),
                    expression: vec![path.clone()],
                    ..issue
                })
            }));
        }
        let body = Json(Resource::from(outcome));
        self.finish(body.into_response(), "application/fhir+json")
    }

    fn finish(self, mut response: Response, media_type: &'static str) -> Response {
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Json(Details {
            type_: "about:blank",
            title: self.code.title(),
            status: self.status.as_u16(),
            code: self.code,
            detail: self.detail.as_deref(),
            problems: &self.problems,
        });
        let response = body.into_response();
        self.finish(response, "application/problem+json")
    }
}

impl From<diesel::result::Error> for Problem {
    fn from(error: diesel::result::Error) -> Self {
        Self::internal(error)
    }
}

impl From<crate::secrets::CannotOpen> for Problem {
    fn from(error: crate::secrets::CannotOpen) -> Self {
        Self::internal(error)
    }
}
