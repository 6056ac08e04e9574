//! The client of the registry: finding it, applications, and calls in a verified doctor's name.

mod application;
mod evidence;
mod review;
mod session;

pub(crate) use application::ApplicationCalls;
pub(crate) use evidence::Evidence;
pub(crate) use session::{RegistrySession, openid_token};

use consilium_api::registration::OrganizationHit;
use consilium_api::registry::{FormProblem, ServerInfo};
use consilium_api::{Error, ErrorCode, Result};
use consilium_fhir::{Bundle, Organization, Resource};
use consilium_registry_api::form::narrow;
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::time::Duration;
use url::Url;

/// One HTTP client for all calls: connections are kept, a dead network is noticed within seconds.
pub(crate) fn http_client() -> Result<reqwest::Client> {
    built(http())
}

/// For files whose hash is of what is sent: nothing is unpacked on the way.
pub(crate) fn http_client_for_files() -> Result<reqwest::Client> {
    built(http().no_gzip())
}

fn http() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(10))
        .read_timeout(Duration::from_secs(40))
        .user_agent(concat!("Consilium/", env!("CARGO_PKG_VERSION")))
}

fn built(http: reqwest::ClientBuilder) -> Result<reqwest::Client> {
    http.build().map_err(|_| Error::new(ErrorCode::Internal, "the HTTP client could not be made"))
}

/// The servers behind the address a doctor enters.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, Deserialize)]
pub(crate) struct Servers {
    /// As entered, made whole: `https://consilium.example`.
    pub address: String,
    pub name: String,
    pub homeserver: Url,
    pub registry: Url,
    /// By which the published directory is known, pinned when the servers were met: a C2SP verifying key. None if the
    /// registry had not published yet.
    #[serde(default)]
    pub directory_key: Option<String>,
}

impl Servers {
    /// Asks the address (Matrix client-server API, well-known URIs, with a key of ours).
    pub(crate) async fn find(http: &reqwest::Client, entered: &str) -> Result<Self> {
        let address = whole_address(entered)?;
        let well_known = join(&address, ".well-known/matrix/client")?;
        let info: ServerInfo = match answer(http.get(well_known)).await {
            Ok(response) => response.json().await.map_err(|_| not_a_server())?,
            // Whatever else lives at the address: it is not ours.
            Err(error) if error.code == ErrorCode::Offline || error.code == ErrorCode::ServerTrouble => {
                return Err(error);
            }
            Err(_) => return Err(not_a_server()),
        };
        let url = |text: &str| Url::parse(text).map_err(|_| not_a_server());
        let (homeserver, registry) = (url(&info.homeserver.base_url)?, url(&info.registry.base_url)?);
        if [&homeserver, &registry].iter().any(|url| !is_safe(url)) {
            return Err(not_a_server());
        }
        let address = address.as_str().trim_end_matches('/').to_owned();
        let directory_key = info.registry.directory_key;
        Ok(Self { address, name: info.registry.name, homeserver, registry, directory_key })
    }
}

fn insecure() -> Error {
    Error::new(ErrorCode::InsecureAddress, "http, and not on this machine")
}

fn not_a_server() -> Error {
    Error::new(ErrorCode::NotAServer, "no Consilium service answers at this address")
}

/// TLS everywhere but on this machine itself.
fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn whole_address(entered: &str) -> Result<Url> {
    let entered = narrow(entered);
    if entered.is_empty() {
        return Err(not_a_server());
    }
    let parsed = if entered.contains("://") {
        Url::parse(&entered)
    } else {
        Url::parse(&format!("https://{entered}"))
            .and_then(|url| if is_loopback(&url) { Url::parse(&format!("http://{entered}")) } else { Ok(url) })
    };
    match parsed {
        Ok(url) if is_safe(&url) => Ok(url),
        Ok(url) if url.scheme() == "http" => Err(insecure()),
        _ => Err(not_a_server()),
    }
}

/// `base` with a relative path below it.
pub(crate) fn join(base: &Url, path: &str) -> Result<Url> {
    let mut base = base.clone();
    if !base.path().ends_with('/') {
        base.set_path(&format!("{}/", base.path()));
    }
    base.join(path).map_err(|_| Error::new(ErrorCode::Internal, "not a relative path"))
}

/// Sends; anything but success, or that nothing changed, becomes an error.
pub(crate) async fn answer(request: RequestBuilder) -> Result<Response> {
    let response = request.send().await.map_err(|error| transport_error(&error))?;
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        return Ok(response);
    }
    let status = response.status();
    let retry_after =
        response.headers().get(reqwest::header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse::<u32>().ok());
    let problem: Problem = response.json().await.unwrap_or_default();
    Err(problem.into_error(status, retry_after))
}

pub(crate) async fn json<T: DeserializeOwned>(request: RequestBuilder) -> Result<T> {
    body(answer(request).await?).await
}

/// The body of a success; a proxy's page with status 200 is no answer of ours.
async fn body<T: DeserializeOwned>(response: Response) -> Result<T> {
    response.json().await.map_err(|error| {
        if error.is_decode() {
            Error::new(ErrorCode::ServerTrouble, "the registry's answer does not have its shape")
        } else {
            transport_error(&error)
        }
    })
}

/// reqwest's own message holds the URL, and URLs hold search texts.
pub(crate) fn transport_error(error: &reqwest::Error) -> Error {
    let what = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    Error::new(ErrorCode::Offline, what)
}

/// RFC 9457 problem details, or a FHIR OperationOutcome's `issue`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Problem {
    code: String,
    problems: Vec<FormProblem>,
    issue: Vec<Issue>,
}

#[derive(Deserialize)]
struct Issue {
    code: String,
}

impl Problem {
    fn into_error(self, status: StatusCode, retry_after: Option<u32>) -> Error {
        let code = if self.code.is_empty() {
            self.issue.first().map(|issue| issue.code.clone()).unwrap_or_default()
        } else {
            self.code
        };
        let known = match code.as_str() {
            "invalid_form" => {
                return Error::with_problems(ErrorCode::InvalidForm, "the registry refused the form", self.problems);
            }
            "rate_limited" | "throttled" => {
                return Error::retry_after("the registry asks to wait", retry_after.unwrap_or(60));
            }
            "too_large" => ErrorCode::TooLarge,
            "unsupported_media" => ErrorCode::UnsupportedMedia,
            "not_found" | "not-found" => ErrorCode::NotFound,
            "wrong_code" => ErrorCode::WrongCode,
            "code_expired" => ErrorCode::CodeExpired,
            "too_many_tries" => ErrorCode::TooManyTries,
            "email_unconfirmed" => ErrorCode::EmailUnconfirmed,
            "wrong_state" => ErrorCode::WrongState,
            "conflict" => ErrorCode::Conflict,
            "account_locked" => ErrorCode::AccountLocked,
            "not_a_verifier" => ErrorCode::NotAVerifier,
            "mail_unavailable" => ErrorCode::MailUnavailable,
            "unauthorized" | "not_bound" | "login" => ErrorCode::SessionExpired,
            _ => match status {
                StatusCode::UNAUTHORIZED => ErrorCode::SessionExpired,
                StatusCode::NOT_FOUND => ErrorCode::NotFound,
                StatusCode::GONE => ErrorCode::Gone,
                StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::TooLarge,
                StatusCode::TOO_MANY_REQUESTS => return Error::retry_after("asked to wait", retry_after.unwrap_or(60)),
                _ => ErrorCode::ServerTrouble,
            },
        };
        Error::new(known, format!("the registry answered {}", status.as_u16()))
    }
}

/// Hospitals that match what was typed so far.
pub(crate) async fn organizations(http: &reqwest::Client, registry: &Url, text: &str) -> Result<Vec<OrganizationHit>> {
    let mut url = join(registry, "fhir/Organization")?;
    url.query_pairs_mut().append_pair("name:contains", text).append_pair("_count", "8");
    let bundle: Bundle = json(http.get(url)).await?;
    Ok(bundle
        .entry
        .iter()
        .filter_map(|entry| match entry.resource.as_ref()? {
            Resource::Organization(organization) => to_hit(organization),
            _ => None,
        })
        .collect())
}

fn to_hit(organization: &Organization) -> Option<OrganizationHit> {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    Some(OrganizationHit {
        id: organization.id.clone()?,
        zh: text(organization.name.as_deref()),
        en: text(organization.latin_name()),
        city_zh: text(organization.city()),
        city_en: text(organization.latin_city()),
        grade: text(organization.grade()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_made_whole_and_plain_text_stays_on_this_machine() {
        let whole = |text: &str| whole_address(text).map(|url| url.to_string()).map_err(|error| error.code);
        for (entered, address) in [
            (" consilium.example/ ", "https://consilium.example/"),
            ("ｃｏｎｓｉｌｉｕｍ．ｅｘａｍｐｌｅ：８４４３", "https://consilium.example:8443/"),
            ("127.0.0.1:8008", "http://127.0.0.1:8008/"),
            ("localhost:8008", "http://localhost:8008/"),
            ("https://consilium.example", "https://consilium.example/"),
        ] {
            assert_eq!(whole(entered).as_deref(), Ok(address), "{entered}");
        }
        assert_eq!(whole("http://consilium.example"), Err(ErrorCode::InsecureAddress));
        for refused in ["", "   ", "ftp://consilium.example", "https://", "not an address"] {
            assert_eq!(whole(refused), Err(ErrorCode::NotAServer), "{refused}");
        }
    }

    #[test]
    fn problems_become_codes_somebody_acts_on() {
        let error = |json: &str, status: u16| {
            let problem: Problem = serde_json::from_str(json).unwrap();
            problem.into_error(StatusCode::from_u16(status).unwrap(), Some(7))
        };
        assert_eq!(error(r#"{"code":"wrong_code"}"#, 400).code, ErrorCode::WrongCode);
        assert_eq!(error("{}", 502).code, ErrorCode::ServerTrouble);
        assert_eq!(error(r#"{"issue":[{"code":"expired"}]}"#, 410).code, ErrorCode::Gone);
        assert_eq!(error(r#"{"code":"rate_limited"}"#, 429).details.unwrap().retry_after_seconds, Some(7));
        let form = error(r#"{"code":"invalid_form","problems":[{"field":"work_email","problem":"missing"}]}"#, 422);
        assert_eq!(form.details.unwrap().problems.len(), 1);
    }
}
