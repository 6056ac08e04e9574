//! The way to an account, walked over HTTP as the client walks it: apply, confirm the e-mail, be verified, register with
//! the homeserver, prove the account to the registry.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use consilium_registry_api::application::{Binding, BindingRequest, EmailConfirmation, RegistrationToken};
use consilium_registry_api::{
    ApplicationView, Decision, DecisionKind, EvidenceKind, OpenIdToken, ReviewDetail, Session,
};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::cast::Doctor;
use super::evidence;
use crate::process::interrupt::Interrupt;
use crate::servers::admin::{SignedIn, sign_in};
use crate::servers::http::Client;
use crate::servers::mail::MailSink;
use crate::servers::random_bytes;

/// How long a code may take to arrive.
const MAIL_PATIENCE: Duration = Duration::from_secs(20);

/// The servers that take part.
#[derive(Debug, Clone, Copy)]
pub struct Parties<'a> {
    pub registry: &'a str,
    pub homeserver: &'a str,
    pub mail: &'a MailSink,
    /// Interpreter with Pillow, for evidence.
    pub python: &'a Path,
    pub interrupt: &'a Interrupt,
}

/// An application that waits for a decision.
#[derive(Debug)]
pub struct Application<'a> {
    parties: Parties<'a>,
    id: Uuid,
    /// Authorised with the application's secret.
    client: Client,
}

impl<'a> Application<'a> {
    /// Fills in the form, confirms the e-mail, adds evidence and submits.
    pub fn submit(parties: Parties<'a>, doctor: &Doctor, evidence: &[EvidenceKind]) -> Result<Self> {
        parties.interrupt.check()?;
        let id = Uuid::new_v4();
        let secret = URL_SAFE_NO_PAD.encode(random_bytes()?);
        let client = Client::new(parties.registry).with_token(&secret);
        let application = Self { parties, id, client };
        let who = doctor.latin;
        let _: ApplicationView =
            application.client.put(&application.path(""), &doctor.form())?.success(&format!("application of {who}"))?;
        let confirmation = EmailConfirmation { code: application.mailed_code(&doctor.email())? };
        let _: ApplicationView = application
            .client
            .post(&application.path("/email-confirmation"), &confirmation)?
            .success(&format!("e-mail of {who}"))?;
        for kind in evidence {
            let image = evidence::draw(parties.python, *kind, doctor)?;
            let code = evidence::kind_code(*kind);
            let path = format!("/evidence/{}?kind={code}&file_name={code}.png", Uuid::new_v4());
            let _: ApplicationView = application
                .client
                .put_bytes(&application.path(&path), "image/png", &image)?
                .success(&format!("evidence of {who}"))?;
        }
        let _: ApplicationView = application
            .client
            .post(&application.path("/submission"), &json!({}))?
            .success(&format!("submission of {who}"))?;
        Ok(application)
    }

    fn path(&self, rest: &str) -> String {
        format!("/v1/applications/{}{rest}", self.id)
    }

    /// The six digits of the latest mail to `address`.
    fn mailed_code(&self, address: &str) -> Result<String> {
        let deadline = Instant::now() + MAIL_PATIENCE;
        while Instant::now() < deadline {
            self.parties.interrupt.check()?;
            let messages = self.parties.mail.messages();
            let code = messages.iter().rev().filter(|mail| mail.to == address).find_map(|mail| six_digits(&mail.text));
            if let Some(code) = code {
                return Ok(code.to_owned());
            }
            std::thread::sleep(Duration::from_millis(30));
        }
        bail!("no code was mailed to {address} within {} s", MAIL_PATIENCE.as_secs())
    }

    /// Makes the account once the application is approved: registers with `password`, binds, and signs that device out
    /// again. Gives the user id.
    pub fn make_account(&self, password: &str) -> Result<String> {
        self.parties.interrupt.check()?;
        let token: RegistrationToken = self
            .client
            .post(&self.path("/registration-token"), &json!({}))?
            .success("asking for a registration token")?;
        let account = register(self.parties.homeserver, &token, password)?;
        let request = BindingRequest { openid_token: openid_token(self.parties.homeserver, &account)? };
        let binding: Binding = self.client.post(&self.path("/binding"), &request)?.success("binding the account")?;
        sign_out(self.parties.homeserver, &account)?;
        Ok(binding.user_id)
    }
}

/// The first run of exactly six digits.
fn six_digits(text: &str) -> Option<&str> {
    text.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6)
}

/// `POST /_matrix/client/v3/register` with the registry's token, one stage of the user-interactive authentication after
/// the other.
fn register(homeserver: &str, token: &RegistrationToken, password: &str) -> Result<SignedIn> {
    #[derive(Deserialize)]
    struct Challenge {
        session: String,
        flows: Vec<Flow>,
        #[serde(default)]
        completed: Vec<String>,
    }
    #[derive(Deserialize)]
    struct Flow {
        stages: Vec<String>,
    }
    let client = Client::new(homeserver);
    let path = "/_matrix/client/v3/register";
    let mut auth = Value::Null;
    for _ in 0..4 {
        let mut body = json!({
            "username": token.localpart, "password": password, "initial_device_display_name": "demo set-up",
        });
        if let (false, Some(fields)) = (auth.is_null(), body.as_object_mut()) {
            fields.insert("auth".to_owned(), auth);
        }
        let answer = client.post(path, &body)?;
        if answer.status != 401 || answer.body.get("flows").is_none() {
            return answer.success("registering");
        }
        let challenge: Challenge = serde_json::from_value(answer.body).context("reading the registration's stages")?;
        let done = |stage: &String| challenge.completed.contains(stage);
        let next = challenge
            .flows
            .iter()
            .filter(|flow| {
                flow.stages
                    .iter()
                    .all(|stage| ["m.login.registration_token", "m.login.dummy"].contains(&stage.as_str()))
            })
            .find_map(|flow| flow.stages.iter().find(|stage| !done(stage)))
            .context("the homeserver offers no registration by token alone")?;
        auth = json!({"type": next, "session": challenge.session});
        if let (true, Some(fields)) = (next == "m.login.registration_token", auth.as_object_mut()) {
            fields.insert("token".to_owned(), Value::from(token.token.as_str()));
        }
    }
    bail!("the registration came to no end")
}

fn openid_token(homeserver: &str, account: &SignedIn) -> Result<OpenIdToken> {
    Client::new(homeserver)
        .with_token(&account.access_token)
        .post(&format!("/_matrix/client/v3/user/{}/openid/request_token", account.user_id), &json!({}))?
        .success("asking for an OpenID token")
}

fn sign_out(homeserver: &str, account: &SignedIn) -> Result<()> {
    let client = Client::new(homeserver).with_token(&account.access_token);
    client.post("/_matrix/client/v3/logout", &json!({}))?.success::<Value>("signing out").map(drop)
}

/// The verifier at work.
#[derive(Debug)]
pub struct Review<'a> {
    homeserver: &'a str,
    account: SignedIn,
    client: Client,
}

impl<'a> Review<'a> {
    /// Signs the verifier in at both servers.
    pub fn begin(parties: Parties<'a>, user_id: &str, password: &str) -> Result<Self> {
        let account = sign_in(parties.homeserver, user_id, password, "demo set-up")?;
        let token = openid_token(parties.homeserver, &account)?;
        let client = Client::new(parties.registry);
        let session: Session = client.post("/v1/session", &token)?.success("opening the verifier's session")?;
        Ok(Self { homeserver: parties.homeserver, account, client: client.with_token(&session.access_token) })
    }

    /// Looks at the application and approves it for a year.
    pub fn approve(&self, application: &Application<'_>) -> Result<()> {
        let path = format!("/v1/review/applications/{}", application.id);
        let detail: ReviewDetail = self.client.get(&path)?.success("opening an application")?;
        let decision = Decision {
            kind: DecisionKind::Approve,
            version: detail.version,
            reason: None,
            note: None,
            confirmed: true,
            valid_months: Some(12),
            organization_id: None,
        };
        let path = format!("{path}/decision");
        self.client.post(&path, &decision)?.success::<ReviewDetail>("approving an application").map(drop)
    }

    pub fn end(self) -> Result<()> {
        sign_out(self.homeserver, &self.account)
    }
}

#[cfg(test)]
mod tests {
    use super::six_digits;

    #[test]
    fn finds_the_code_and_no_part_of_a_longer_number() {
        assert_eq!(six_digits("AP-2607-03318\n您的验证码：482913，15 分钟内有效"), Some("482913"));
        assert_eq!(six_digits("call 0591-555-0120 or 12345678"), None);
    }
}
