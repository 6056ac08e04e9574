//! The homeserver as the registry needs it: whose token is it, is the account in order, and the accounts' making.
//!
//! Synapse, by its admin API (<https://element-hq.github.io/synapse/latest/usage/administration/admin_api/>).

mod users;

pub use users::{NewAccount, RecentAccount};

use crate::problem::{Code, Problem};
use anyhow::Context as _;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::time::Duration;
use url::Url;
use zeroize::Zeroizing;

/// Longest wait for an answer.
const TIMEOUT: Duration = Duration::from_secs(15);

pub struct Homeserver {
    http: reqwest::Client,
    base: Url,
    server_name: String,
    admin_token: Zeroizing<String>,
}

impl std::fmt::Debug for Homeserver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Homeserver({})", self.server_name)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum HomeserverError {
    /// No answer, or none that makes sense.
    #[error("the homeserver does not answer")]
    Unreachable(#[source] reqwest::Error),
    /// An answer that refuses.
    #[error("the homeserver refused with {status} {errcode}")]
    Refused { status: StatusCode, errcode: String },
}

impl From<reqwest::Error> for HomeserverError {
    /// Without the URL, whose query may hold a token.
    fn from(error: reqwest::Error) -> Self {
        Self::Unreachable(error.without_url())
    }
}

impl From<HomeserverError> for Problem {
    fn from(error: HomeserverError) -> Self {
        tracing::warn!(%error, "homeserver");
        Code::HomeserverUnavailable.into()
    }
}

impl HomeserverError {
    fn is(&self, refused_with: StatusCode) -> bool {
        matches!(self, Self::Refused { status, .. } if *status == refused_with)
    }
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    errcode: String,
}

/// None for "there is no such thing".
fn found<T>(answer: Result<T, HomeserverError>) -> Result<Option<T>, HomeserverError> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is(StatusCode::NOT_FOUND) => Ok(None),
        Err(error) => Err(error),
    }
}

impl Homeserver {
    pub fn new(base: Url, server_name: String, admin_token: Zeroizing<String>) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .context("cannot set up HTTP")?;
        Ok(Self { http, base, server_name, admin_token })
    }

    /// Base URL without a slash at its end, for clients.
    pub fn base_url(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    pub fn server_name(&self) -> &str {
        &self.server_name
    }

    /// `@localpart:server`.
    pub fn user_id(&self, localpart: &str) -> String {
        format!("@{localpart}:{}", self.server_name)
    }

    /// The localpart of a user of this server.
    pub fn localpart<'a>(&self, user_id: &'a str) -> Option<&'a str> {
        user_id.strip_prefix('@')?.strip_suffix(&self.server_name)?.strip_suffix(':')
    }

    /// A call with path segments escaped.
    fn call(&self, method: Method, path: &[&str]) -> RequestBuilder {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        self.http.request(method, url)
    }

    fn admin(&self, method: Method, path: &[&str]) -> RequestBuilder {
        let mut whole = vec!["_synapse", "admin"];
        whole.extend(path);
        self.call(method, &whole).bearer_auth(self.admin_token.as_str())
    }

    async fn ask<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, HomeserverError> {
        let response = request.send().await?;
        let status = response.status();
        if status.is_success() {
            return Ok(response.json().await?);
        }
        let errcode = response.json::<Refusal>().await.map(|r| r.errcode).unwrap_or_default();
        Err(HomeserverError::Refused { status, errcode })
    }

    /// Whether it answers.
    pub async fn answers(&self) -> bool {
        let request = self.call(Method::GET, &["_matrix", "client", "versions"]);
        self.ask::<serde_json::Value>(request).await.is_ok()
    }

    /// Whose OpenID token this is. None if the homeserver does not know it (any more).
    /// Matrix server-server API, `GET /_matrix/federation/v1/openid/userinfo`.
    pub async fn openid_user(&self, access_token: &str) -> Result<Option<String>, HomeserverError> {
        #[derive(Deserialize)]
        struct UserInfo {
            sub: String,
        }
        let request = self
            .call(Method::GET, &["_matrix", "federation", "v1", "openid", "userinfo"])
            .query(&[("access_token", access_token)]);
        match self.ask::<UserInfo>(request).await {
            // A server answers for its own users alone; were it to name another's, that would not be proof.
            Ok(info) => Ok(self.localpart(&info.sub).is_some().then_some(info.sub)),
            Err(HomeserverError::Refused { status, .. })
                if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Makes a registration token for one account. `expires_at` in milliseconds.
    pub async fn make_registration_token(&self, token: &str, expires_at: i64) -> Result<(), HomeserverError> {
        let request = self
            .admin(Method::POST, &["v1", "registration_tokens", "new"])
            .json(&serde_json::json!({"token": token, "uses_allowed": 1, "expiry_time": expires_at}));
        self.ask::<serde_json::Value>(request).await.map(drop)
    }

    /// Deletes a registration token; one that is gone is fine.
    pub async fn delete_registration_token(&self, token: &str) -> Result<(), HomeserverError> {
        let request = self.admin(Method::DELETE, &["v1", "registration_tokens", token]);
        found(self.ask::<serde_json::Value>(request).await).map(drop)
    }
}
