//! The calls about an application, the same before there is an account and afterwards.

use super::evidence::Evidence;
use super::{RegistrySession, Servers, answer, body, join};
use consilium_api::registry::{
    ApplicationView, Binding, BindingRequest, EmailConfirmation, OpenIdToken, RegistrationToken,
};
use consilium_api::{Error, ErrorCode, Result};
use reqwest::{Method, RequestBuilder, Response, header};
use serde::Serialize;
use std::time::Duration;
use zeroize::Zeroizing;

/// How long the registry may hold back an answer that would say nothing new, in seconds.
const LONG_POLL: u32 = 25;

/// What shows the registry whose application it is.
enum Proof<'a> {
    /// Of an applicant, who has nothing but the application's secret.
    Secret { http: &'a reqwest::Client, servers: &'a Servers, secret: &'a Zeroizing<String> },
    /// Of a colleague, who applies for a change of their own entry.
    Session(&'a RegistrySession),
}

pub(crate) struct ApplicationCalls<'a> {
    id: &'a str,
    proof: Proof<'a>,
}

impl<'a> ApplicationCalls<'a> {
    /// Of a registration.
    pub(crate) fn of_applicant(
        http: &'a reqwest::Client,
        servers: &'a Servers,
        id: &'a str,
        secret: &'a Zeroizing<String>,
    ) -> Self {
        Self { id, proof: Proof::Secret { http, servers, secret } }
    }

    /// About the entry of who is signed in.
    pub(crate) fn of_colleague(session: &'a RegistrySession, id: &'a str) -> Self {
        Self { id, proof: Proof::Session(session) }
    }

    /// Sends a request with the proof. `with` gives it what it holds, once more if the session has to be opened anew.
    async fn send(
        &self,
        method: Method,
        rest: &str,
        with: impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Result<Response> {
        match &self.proof {
            Proof::Secret { http, servers, secret } => {
                let url = join(&servers.registry, &format!("v1/applications/{}{rest}", self.id))?;
                answer(with(http.request(method, url)).bearer_auth(secret.as_str())).await
            }
            Proof::Session(session) => {
                let url = session.url(&format!("v1/entry/applications/{}{rest}", self.id))?;
                session.send(|http| Ok(with(http.request(method.clone(), url.clone())))).await
            }
        }
    }

    async fn view(
        &self,
        method: Method,
        rest: &str,
        with: impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Result<ApplicationView> {
        body(self.send(method, rest, with).await?).await
    }

    /// `form` is an `ApplicationForm` of an applicant and a `ChangeForm` of a colleague.
    pub(crate) async fn put(&self, form: &impl Serialize) -> Result<ApplicationView> {
        self.view(Method::PUT, "", |request| request.json(form)).await
    }

    pub(crate) async fn get(&self) -> Result<ApplicationView> {
        self.view(Method::GET, "", |request| request).await
    }

    /// Answers when the version is greater than `after`, or after [`LONG_POLL`].
    pub(crate) async fn wait(&self, after: i64) -> Result<ApplicationView> {
        let query = [("after", after.to_string()), ("wait", LONG_POLL.to_string())];
        let patience = Duration::from_secs(u64::from(LONG_POLL) + 15);
        self.view(Method::GET, "", |request| request.query(&query).timeout(patience)).await
    }

    pub(crate) async fn resend_code(&self) -> Result<()> {
        self.send(Method::POST, "/email-code", |request| request).await.map(drop)
    }

    pub(crate) async fn confirm_email(&self, code: &str) -> Result<ApplicationView> {
        let confirmation = EmailConfirmation { code: code.chars().filter(|c| !c.is_whitespace()).collect() };
        self.view(Method::POST, "/email-confirmation", |request| request.json(&confirmation)).await
    }

    pub(crate) async fn put_evidence(&self, evidence: &Evidence) -> Result<ApplicationView> {
        let kind = serde_json::to_value(evidence.kind).ok().and_then(|v| v.as_str().map(str::to_owned));
        let query = [("kind", kind.as_deref().unwrap_or_default()), ("file_name", evidence.file_name.as_str())];
        let with = |request: RequestBuilder| {
            let request = request.query(&query).header(header::CONTENT_TYPE, evidence.content_type);
            request.body(evidence.bytes.clone())
        };
        self.view(Method::PUT, &format!("/evidence/{}", evidence.id), with).await
    }

    pub(crate) async fn delete_evidence(&self, evidence: &str) -> Result<ApplicationView> {
        let evidence =
            uuid::Uuid::parse_str(evidence).map_err(|_| Error::new(ErrorCode::InvalidInput, "not an evidence id"))?;
        self.view(Method::DELETE, &format!("/evidence/{evidence}"), |request| request).await
    }

    pub(crate) async fn submit(&self) -> Result<ApplicationView> {
        self.view(Method::POST, "/submission", |request| request).await
    }

    /// Takes the application back. That it is gone or was taken back before is as good.
    pub(crate) async fn withdraw(&self) -> Result<()> {
        match self.send(Method::DELETE, "", |request| request).await {
            Err(error) if !matches!(error.code, ErrorCode::NotFound | ErrorCode::WrongState) => Err(error),
            _ => Ok(()),
        }
    }

    /// Of an applicant alone.
    pub(crate) async fn registration_token(&self) -> Result<RegistrationToken> {
        body(self.send(Method::POST, "/registration-token", |request| request).await?).await
    }

    /// Of an applicant alone.
    pub(crate) async fn bind(&self, openid_token: OpenIdToken) -> Result<Binding> {
        let binding = BindingRequest { openid_token };
        body(self.send(Method::POST, "/binding", |request| request.json(&binding)).await?).await
    }
}
