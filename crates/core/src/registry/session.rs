//! Calls in a verified doctor's name: a Matrix OpenID token opens a session of the registry, renewed as needed.

use super::{Servers, answer, body, http_client_for_files, join, json};
use crate::account::matrix_error;
use crate::directory::{Answered, ContactFeed, Feed, FeedError};
use consilium_api::registry::{
    ContactRequest, ContactRequestAnswer, ContactRequests, ContactsPage, EntryVersion, NewContactRequest, OpenIdToken,
    OwnApplications, Session,
};
use consilium_api::{Error, ErrorCode, Result};
use consilium_fhir::{Bundle, Practitioner, PractitionerRole, Resource};
use consilium_publication::manifest::NDJSON;
use matrix_sdk::Client;
use matrix_sdk::ruma::api::client::account::request_openid_token;
use reqwest::{RequestBuilder, Response, StatusCode, header};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use url::Url;

/// A session is renewed this long before it ends.
const MARGIN: Duration = Duration::from_secs(60);

pub(crate) struct RegistrySession {
    http: reqwest::Client,
    files: reqwest::Client,
    servers: Servers,
    client: Client,
    current: Mutex<Option<(Session, Instant)>>,
}

/// Asks the homeserver for a token that tells a third party who this is (Matrix client-server API, OpenID).
pub(crate) async fn openid_token(client: &Client) -> Result<OpenIdToken> {
    let user = client.user_id().ok_or_else(|| Error::new(ErrorCode::NotSignedIn, "no account"))?;
    let token = client
        .send(request_openid_token::v3::Request::new(user.to_owned()))
        .await
        .map_err(|error| matrix_error(&error.into()))?;
    Ok(OpenIdToken {
        access_token: token.access_token,
        token_type: token.token_type.to_string(),
        matrix_server_name: token.matrix_server_name.to_string(),
        expires_in: token.expires_in.as_secs(),
    })
}

impl RegistrySession {
    pub(crate) fn new(http: reqwest::Client, servers: Servers, client: Client) -> Result<Self> {
        Ok(Self { http, files: http_client_for_files()?, servers, client, current: Mutex::new(None) })
    }

    /// The session, opened anew if there is none or it is about to end.
    pub(crate) async fn session(&self) -> Result<Session> {
        let mut current = self.current.lock().await;
        if let Some((session, ends)) = current.as_ref()
            && Instant::now() + MARGIN < *ends
        {
            return Ok(session.clone());
        }
        let token = openid_token(&self.client).await?;
        let session: Session = json(self.http.post(join(&self.servers.registry, "v1/session")?).json(&token)).await?;
        let ends = Instant::now() + Duration::from_secs(session.expires_in);
        *current = Some((session.clone(), ends));
        Ok(session)
    }

    /// Ends the session on the registry; that it cannot be told does not matter: it ends by itself.
    pub(crate) async fn close(&self) {
        // A call under way holds it; the session then ends by itself.
        let Ok(mut current) = self.current.try_lock() else { return };
        if let Some((session, _)) = current.take()
            && let Ok(url) = join(&self.servers.registry, "v1/session")
        {
            let _ =
                self.http.delete(url).bearer_auth(&session.access_token).timeout(Duration::from_secs(3)).send().await;
        }
    }

    /// Sends a request with the session; once more with a new one if the registry no longer knows it.
    pub(super) async fn send(&self, request: impl Fn(&reqwest::Client) -> Result<RequestBuilder>) -> Result<Response> {
        self.send_with(&self.http, request).await
    }

    async fn send_with(
        &self,
        http: &reqwest::Client,
        request: impl Fn(&reqwest::Client) -> Result<RequestBuilder>,
    ) -> Result<Response> {
        let session = self.session().await?;
        match answer(request(http)?.bearer_auth(&session.access_token)).await {
            Err(error) if error.code == ErrorCode::SessionExpired => {
                *self.current.lock().await = None;
                let session = self.session().await?;
                answer(request(http)?.bearer_auth(&session.access_token)).await
            }
            other => other,
        }
    }

    pub(super) fn url(&self, path: &str) -> Result<Url> {
        join(&self.servers.registry, path)
    }

    /// The doctor's applications about their own entry.
    pub(crate) async fn own_applications(&self) -> Result<OwnApplications> {
        let url = self.url("v1/entry/applications")?;
        body(self.send(|http| Ok(http.get(url.clone()))).await?).await
    }

    pub(crate) async fn contact_requests(&self) -> Result<ContactRequests> {
        let url = self.url("v1/contact-requests")?;
        body(self.send(|http| Ok(http.get(url.clone()))).await?).await
    }

    pub(crate) async fn ask_for_contact(&self, new: &NewContactRequest) -> Result<ContactRequest> {
        let url = self.url("v1/contact-requests")?;
        body(self.send(|http| Ok(http.post(url.clone()).json(new))).await?).await
    }

    pub(crate) async fn answer_contact_request(&self, id: &str, granted: bool) -> Result<ContactRequest> {
        let url = self.url(&format!("v1/contact-requests/{}/answer", segment(id)?))?;
        let answer = ContactRequestAnswer { granted };
        body(self.send(|http| Ok(http.put(url.clone()).json(&answer))).await?).await
    }

    pub(crate) async fn entry_history(&self) -> Result<Vec<EntryVersion>> {
        let url = self.url("v1/entry/history")?;
        body(self.send(|http| Ok(http.get(url.clone()))).await?).await
    }

    /// The doctor's own Practitioner and its roles, with what is shown to nobody else.
    pub(crate) async fn own_resources(&self, practitioner_id: &str) -> Result<(Practitioner, Vec<PractitionerRole>)> {
        let mut url = self.url("fhir/PractitionerRole")?;
        url.query_pairs_mut()
            .append_pair("practitioner", practitioner_id)
            .append_pair("_include", "PractitionerRole:practitioner");
        let bundle: Bundle = body(self.send(|http| Ok(http.get(url.clone()))).await?).await?;
        let (mut practitioner, mut roles) = (None, Vec::new());
        for resource in bundle.entry.into_iter().filter_map(|entry| entry.resource) {
            match resource {
                Resource::Practitioner(own) if own.id.as_deref() == Some(practitioner_id) => practitioner = Some(*own),
                Resource::PractitionerRole(role) if role.practitioner_id() == Some(practitioner_id) => {
                    roles.push(*role)
                }
                _ => {}
            }
        }
        let practitioner =
            practitioner.ok_or_else(|| Error::new(ErrorCode::NotFound, "the directory does not list this account"))?;
        Ok((practitioner, roles))
    }

    /// Replaces a resource of the doctor's own entry. `conflict` if it is not of this version any more.
    pub(crate) async fn put_own(&self, resource: &Resource, version: i64) -> Result<()> {
        let path = format!("fhir/{}/{}", resource.resource_type(), fhir_segment(resource.id().unwrap_or_default())?);
        let url = self.url(&path)?;
        let text = serde_json::to_string(resource)
            .map_err(|_| Error::new(ErrorCode::Internal, "a resource could not be written"))?;
        let request = |http: &reqwest::Client| {
            let put = http.put(url.clone()).header(header::IF_MATCH, format!("W/\"{version}\""));
            Ok(put.header(header::CONTENT_TYPE, "application/fhir+json").body(text.clone()))
        };
        self.send(request).await.map(drop)
    }
}

/// Ids come from the registry or the UI; neither may lead to another call.
pub(super) fn segment(id: &str) -> Result<&str> {
    let valid = !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    valid.then_some(id).ok_or_else(|| Error::new(ErrorCode::InvalidInput, "not an id"))
}

/// An id of FHIR, which may hold full stops (R4 2.24.0.1).
pub(super) fn fhir_segment(id: &str) -> Result<&str> {
    let valid = !id.is_empty() && id != "." && id != "..";
    let valid = valid && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'));
    valid.then_some(id).ok_or_else(|| Error::new(ErrorCode::InvalidInput, "not an id"))
}

impl RegistrySession {
    /// A place that a manifest names. It may be relative to the server; it never leads to another.
    fn place(&self, link: &str) -> Result<Url> {
        let registry = &self.servers.registry;
        let url = registry.join(link).ok().filter(|url| url.origin() == registry.origin());
        url.ok_or_else(|| Error::new(ErrorCode::ServerTrouble, "a link leads to another server"))
    }
}

/// What is no longer there has been replaced.
fn gone(error: Error) -> FeedError {
    match error.code {
        ErrorCode::Gone | ErrorCode::NotFound => FeedError::Expired,
        _ => FeedError::Failed(error),
    }
}

impl Feed for RegistrySession {
    async fn manifest(&self, url: Option<&str>, etag: Option<&str>) -> Result<Answered, FeedError> {
        let place = match url {
            Some(url) => self.place(url)?,
            None => self.url("fhir/$bulk-publish")?,
        };
        let asked = self.send(|http| {
            let request = http.get(place.clone()).header(header::ACCEPT, "application/json");
            Ok(match etag {
                Some(etag) => request.header(header::IF_NONE_MATCH, etag),
                None => request,
            })
        });
        let response = match asked.await {
            Ok(response) => response,
            Err(error) if url.is_some() => return Err(gone(error)),
            Err(error) if error.code == ErrorCode::NotFound => {
                return Err(Error::new(ErrorCode::ServerTrouble, "the directory is not published yet").into());
            }
            Err(error) => return Err(error.into()),
        };
        if response.status() == StatusCode::NOT_MODIFIED {
            return Ok(Answered::Same);
        }
        let etag = response.headers().get(header::ETAG).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Ok(Answered::New { manifest: Box::new(body(response).await?), etag })
    }

    async fn file(&self, url: &str, bytes: u64) -> Result<Vec<u8>, FeedError> {
        let place = self.place(url)?;
        let asked = self.send_with(&self.files, |http| {
            let request = http.get(place.clone()).header(header::ACCEPT, NDJSON);
            Ok(request.header(header::ACCEPT_ENCODING, "gzip"))
        });
        let mut response = asked.await.map_err(gone)?;
        let mut content = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| super::transport_error(&error))? {
            content.extend_from_slice(&chunk);
            // It is not the one that was signed, whatever else comes.
            if content.len() as u64 > bytes {
                break;
            }
        }
        Ok(content)
    }

    async fn pinned_key(&self) -> Result<String> {
        if let Some(key) = &self.servers.directory_key {
            return Ok(key.clone());
        }
        // The registry had nothing to show yet when it was met.
        let met_again = Servers::find(&self.http, &self.servers.address).await?;
        met_again
            .directory_key
            .ok_or_else(|| Error::new(ErrorCode::ServerTrouble, "the directory is not published yet"))
    }

    async fn successions(&self) -> Result<Vec<String>> {
        let url = self.url("fhir/bulk/keys")?;
        body(self.send(|http| Ok(http.get(url.clone()))).await?).await
    }
}

impl RegistrySession {
    async fn contacts_at(&self, url: Url) -> Result<ContactsPage, FeedError> {
        match self.send(|http| Ok(http.get(url.clone()))).await {
            Ok(response) => Ok(body(response).await?),
            Err(error) if error.code == ErrorCode::Gone => Err(FeedError::Expired),
            Err(error) => Err(FeedError::Failed(error)),
        }
    }
}

impl ContactFeed for RegistrySession {
    async fn contacts(&self, cursor: Option<&str>) -> Result<ContactsPage, FeedError> {
        let mut url = self.url("v1/contacts")?;
        if let Some(cursor) = cursor {
            url.query_pairs_mut().append_pair("cursor", cursor);
        }
        self.contacts_at(url).await
    }

    async fn contacts_of(&self, practitioners: &[String]) -> Result<ContactsPage, FeedError> {
        let mut url = self.url("v1/contacts")?;
        url.query_pairs_mut().append_pair("practitioners", &practitioners.join(","));
        self.contacts_at(url).await
    }
}
