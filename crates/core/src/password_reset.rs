//! A forgotten password: the homeserver mails a link to the confirmed work e-mail, then takes the new password.

use crate::account::{anonymous, http_error};
use crate::password;
use crate::registry::Servers;
use consilium_api::account::{PasswordReset, PasswordResetBegin};
use consilium_api::{Error, ErrorCode, Result};
use consilium_registry_api::form::narrow;
use matrix_sdk::ruma::api::client::account::{change_password, request_password_change_token_via_email};
use matrix_sdk::ruma::api::client::uiaa::AuthData;
use matrix_sdk::ruma::{ClientSecret, OwnedClientSecret, OwnedSessionId, UInt};
use serde_json::{Map, json};
use std::slice;
use tokio::sync::Mutex;

pub(crate) struct PasswordResets {
    http: reqwest::Client,
    /// The one under way. It does not survive a restart: the link is asked for again.
    under_way: Mutex<Option<UnderWay>>,
}

struct UnderWay {
    servers: Servers,
    email: String,
    secret: OwnedClientSecret,
    session: OwnedSessionId,
    attempts: u32,
}

impl PasswordResets {
    pub(crate) fn new(http: reqwest::Client) -> Self {
        Self { http, under_way: Mutex::new(None) }
    }

    /// Whether the address belongs to an account is not told.
    pub(crate) async fn begin(&self, input: PasswordResetBegin) -> Result<()> {
        let servers = Servers::find(&self.http, &input.server).await?;
        let email = narrow(&input.email).to_lowercase();
        let mut under_way = self.under_way.lock().await;
        let earlier = under_way.take().filter(|earlier| earlier.email == email && earlier.servers == servers);
        let (secret, attempts) = match earlier {
            Some(earlier) => (earlier.secret, earlier.attempts + 1),
            None => (ClientSecret::new(), 1),
        };
        let request = request_password_change_token_via_email::v3::Request::new(
            secret.clone(),
            email.clone(),
            UInt::from(attempts),
        );
        let client = anonymous(&servers).await?;
        let response = client.send(request).await.map_err(|error| match http_error(&error) {
            // The homeserver says that it could not send.
            error if error.code == ErrorCode::ServerTrouble => Error::new(ErrorCode::MailUnavailable, error.message),
            error => error,
        })?;
        *under_way = Some(UnderWay { servers, email, secret, session: response.sid, attempts });
        Ok(())
    }

    /// `email_unconfirmed` until the link was opened. Ends every session of the account.
    pub(crate) async fn finish(&self, input: PasswordReset) -> Result<()> {
        let mut under_way = self.under_way.lock().await;
        let Some(reset) = under_way.as_ref() else {
            return Err(Error::new(ErrorCode::WrongState, "no reset was begun"));
        };
        password::check(&input.new_password, slice::from_ref(&reset.email))?;
        let client = anonymous(&reset.servers).await?;
        let request = |auth| {
            let mut request = change_password::v3::Request::new(input.new_password.clone());
            request.auth = auth;
            request
        };
        let session = match client.send(request(None)).await {
            Ok(_) => return Err(Error::new(ErrorCode::ServerTrouble, "no proof was asked for")),
            Err(error) => match error.as_uiaa_response() {
                Some(info) => info.session.clone(),
                None => return Err(http_error(&error)),
            },
        };
        match client.send(request(Some(email_proof(reset, session)?))).await {
            Ok(_) => {
                *under_way = None;
                Ok(())
            }
            Err(error) => Err(match http_error(&error) {
                error if matches!(error.code, ErrorCode::SessionExpired | ErrorCode::WrongState) => {
                    Error::new(ErrorCode::EmailUnconfirmed, "the link was not opened yet")
                }
                _ if error.as_uiaa_response().is_some() => {
                    Error::new(ErrorCode::EmailUnconfirmed, "the link was not opened yet")
                }
                error => error,
            }),
        }
    }
}

/// The stage `m.login.email.identity` of the interactive authentication (Matrix client-server API).
fn email_proof(reset: &UnderWay, session: Option<String>) -> Result<AuthData> {
    let credentials = json!({ "sid": reset.session, "client_secret": reset.secret });
    let data = Map::from_iter([("threepid_creds".to_owned(), credentials)]);
    AuthData::new("m.login.email.identity", session, data)
        .map_err(|_| Error::new(ErrorCode::Internal, "the proof could not be written"))
}
