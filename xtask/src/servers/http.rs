//! JSON over plain HTTP to servers on loopback.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// An answer of any status.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Answer {
    /// The body of a 2xx answer. The error names the server's code and sentence, never what was sent.
    pub fn success<T: DeserializeOwned>(self, what: &str) -> Result<T> {
        if !(200..300).contains(&self.status) {
            let said = |key: &str| self.body.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            let code = [said("errcode"), said("code")].concat();
            let text = [said("error"), said("title"), said("detail")].join(" ");
            bail!("{what}: {} {code} {}", self.status, text.trim());
        }
        serde_json::from_value(self.body).with_context(|| format!("{what}: the answer has another shape"))
    }
}

/// One caller: a server and, once known, its bearer token.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    base: String,
    token: Option<String>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("base", &self.base).finish_non_exhaustive()
    }
}

fn agent(timeout: Duration) -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(timeout))
        // Loopback is never reached through a proxy, whatever the environment says.
        .proxy(None)
        .build()
        .into()
}

impl Client {
    pub fn new(base: &str) -> Self {
        Self { agent: agent(Duration::from_secs(60)), base: base.trim_end_matches('/').to_owned(), token: None }
    }

    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    pub fn get(&self, path: &str) -> Result<Answer> {
        let mut request = self.agent.get(self.url(path));
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        read(path, request.call())
    }

    pub fn post(&self, path: &str, body: &impl Serialize) -> Result<Answer> {
        self.send("POST", path, "application/json", &serde_json::to_vec(body)?)
    }

    pub fn put(&self, path: &str, body: &impl Serialize) -> Result<Answer> {
        self.send("PUT", path, "application/json", &serde_json::to_vec(body)?)
    }

    pub fn put_bytes(&self, path: &str, media_type: &str, bytes: &[u8]) -> Result<Answer> {
        self.send("PUT", path, media_type, bytes)
    }

    fn send(&self, method: &str, path: &str, media_type: &str, bytes: &[u8]) -> Result<Answer> {
        let url = self.url(path);
        let mut request = if method == "PUT" { self.agent.put(url) } else { self.agent.post(url) };
        request = request.header("Content-Type", media_type);
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        read(path, request.send(bytes))
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

fn read(path: &str, response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Answer> {
    // Query strings may hold tokens; errors show the path alone.
    let path = path.split('?').next().unwrap_or(path);
    let mut response = response.with_context(|| format!("calling {path}"))?;
    let status = response.status().as_u16();
    let text = response.body_mut().read_to_string().with_context(|| format!("reading the answer of {path}"))?;
    let body =
        if text.trim().is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap_or(Value::String(text)) };
    Ok(Answer { status, body })
}

/// Whether `url` answers 200 at once.
pub fn answers(url: &str) -> bool {
    agent(Duration::from_secs(3)).get(url).call().is_ok_and(|response| response.status() == 200)
}
