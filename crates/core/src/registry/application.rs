//! An applicant's calls: the application's id and secret are all the proof there is.

use super::{Servers, answer, join, json};
use consilium_api::Result;
use consilium_api::registry::{
    ApplicationForm, ApplicationView, Binding, BindingRequest, EmailConfirmation, EvidenceKind, OpenIdToken,
    RegistrationToken,
};
use reqwest::{Method, RequestBuilder, header};
use std::time::Duration;
use zeroize::Zeroizing;

/// How long the registry may hold back an answer that would say nothing new, in seconds.
const LONG_POLL: u32 = 25;

pub(crate) struct ApplicationCalls<'a> {
    http: &'a reqwest::Client,
    servers: &'a Servers,
    id: &'a str,
    secret: &'a Zeroizing<String>,
}

impl<'a> ApplicationCalls<'a> {
    pub(crate) fn new(
        http: &'a reqwest::Client,
        servers: &'a Servers,
        id: &'a str,
        secret: &'a Zeroizing<String>,
    ) -> Self {
        Self { http, servers, id, secret }
    }

    fn request(&self, method: Method, path: &str) -> Result<RequestBuilder> {
        let url = join(&self.servers.registry, &format!("v1/applications/{}{path}", self.id))?;
        Ok(self.http.request(method, url).bearer_auth(self.secret.as_str()))
    }

    pub(crate) async fn put(&self, form: &ApplicationForm) -> Result<ApplicationView> {
        json(self.request(Method::PUT, "")?.json(form)).await
    }

    pub(crate) async fn get(&self) -> Result<ApplicationView> {
        json(self.request(Method::GET, "")?).await
    }

    /// Answers when the version is greater than `after`, or after [`LONG_POLL`].
    pub(crate) async fn wait(&self, after: i64) -> Result<ApplicationView> {
        let request = self
            .request(Method::GET, "")?
            .query(&[("after", after.to_string()), ("wait", LONG_POLL.to_string())])
            .timeout(Duration::from_secs(u64::from(LONG_POLL) + 15));
        json(request).await
    }

    pub(crate) async fn resend_code(&self) -> Result<()> {
        answer(self.request(Method::POST, "/email-code")?).await.map(drop)
    }

    pub(crate) async fn confirm_email(&self, code: String) -> Result<ApplicationView> {
        json(self.request(Method::POST, "/email-confirmation")?.json(&EmailConfirmation { code })).await
    }

    pub(crate) async fn put_evidence(
        &self,
        evidence: &str,
        kind: EvidenceKind,
        file_name: &str,
        content_type: &str,
        bytes: Vec<u8>,
    ) -> Result<ApplicationView> {
        let kind = serde_json::to_value(kind).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
        let request = self
            .request(Method::PUT, &format!("/evidence/{evidence}"))?
            .query(&[("kind", kind.as_str()), ("file_name", file_name)])
            .header(header::CONTENT_TYPE, content_type)
            .body(bytes);
        json(request).await
    }

    pub(crate) async fn delete_evidence(&self, evidence: &str) -> Result<ApplicationView> {
        json(self.request(Method::DELETE, &format!("/evidence/{evidence}"))?).await
    }

    pub(crate) async fn submit(&self) -> Result<ApplicationView> {
        json(self.request(Method::POST, "/submission")?).await
    }

    pub(crate) async fn withdraw(&self) -> Result<ApplicationView> {
        json(self.request(Method::DELETE, "")?).await
    }

    pub(crate) async fn registration_token(&self) -> Result<RegistrationToken> {
        json(self.request(Method::POST, "/registration-token")?).await
    }

    pub(crate) async fn bind(&self, openid_token: OpenIdToken) -> Result<Binding> {
        json(self.request(Method::POST, "/binding")?.json(&BindingRequest { openid_token })).await
    }
}
