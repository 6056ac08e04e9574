//! The last step: the approved applicant's account on the homeserver, made here and bound by the registry.

use super::{ApplicationCalls, Credentials, Registrations, Servers};
use crate::account::{DEVICE_NAME, StoredSession, VaultKey, anonymous, http_error, log_in};
use crate::password;
use crate::registry::openid_token;
use consilium_api::registry::{ApplicationForm, ApplicationStatus, RegistrationToken, Workplace};
use consilium_api::{Error, ErrorCode, Result};
use matrix_sdk::authentication::matrix::MatrixSession;
use matrix_sdk::ruma::api::client::account::register;
use matrix_sdk::ruma::api::client::uiaa::{
    AuthData, Dummy, MatrixUserIdentifier, RegistrationToken as TokenStage, UserIdentifier,
};
use matrix_sdk::{Client, SessionMeta, SessionTokens};
use zeroize::Zeroizing;

impl Registrations {
    /// Makes the account with this password and signs in. The password goes to the homeserver alone.
    pub(crate) async fn complete(&self, password: String, discard: bool) -> Result<()> {
        let password = Zeroizing::new(password);
        let work = self.work.lock().await.clone();
        let Some((credentials, document)) = work else {
            return Err(Error::new(ErrorCode::WrongState, "there is no application"));
        };
        let approved = document.application.filter(|view| view.status == ApplicationStatus::Approved);
        let (Some(servers), Some(view)) = (document.servers, approved) else {
            return Err(Error::new(ErrorCode::WrongState, "the application is not approved"));
        };
        password::check(&password, &known_of(&view.form))?;
        if !discard {
            // Nobody who signed in here before has this account.
            self.lifecycle.spare_unsent(None).await?;
        }
        let _making = self.making.lock().await;
        self.state.send_modify(|state| state.making_account = true);
        let outcome = match self.make_account(&credentials, &servers, &password).await {
            Ok(made) => {
                let bound = self.bind_and_start(&credentials, made).await;
                // The account is there: what is left to do, the task that watches the application does.
                self.watch.notify_one();
                return bound.or(Ok(()));
            }
            Err(error) => Err(error),
        };
        self.state.send_modify(|state| state.making_account = false);
        outcome
    }

    async fn make_account(
        &self,
        credentials: &Credentials,
        servers: &Servers,
        password: &Zeroizing<String>,
    ) -> Result<Made> {
        let secret = Zeroizing::new(credentials.secret.clone());
        let calls = ApplicationCalls::of_applicant(&self.lifecycle.http, servers, &credentials.id, &secret);
        let token = calls.registration_token().await?;
        let session = register(servers, &token, password).await?;
        let (client, stored, key) = self.lifecycle.keep_unbound(servers.clone(), session).await?;
        Ok(Made { client, stored, key })
    }

    async fn bind_and_start(&self, credentials: &Credentials, made: Made) -> Result<()> {
        let secret = Zeroizing::new(credentials.secret.clone());
        let calls =
            ApplicationCalls::of_applicant(&self.lifecycle.http, &made.stored.servers, &credentials.id, &secret);
        calls.bind(openid_token(&made.client).await?).await?;
        self.lifecycle.start_bound(made.client, made.stored, &made.key).await?;
        self.forget().await
    }

    /// Goes on with an account that was made and not yet bound when the process ended or the network broke. None if
    /// there is no such account.
    pub(super) async fn resume_account(&self) -> Option<Result<()>> {
        let _making = self.making.lock().await;
        let stored = match self.lifecycle.stored().await {
            Ok(stored) => stored.filter(|stored| stored.unbound)?,
            Err(error) => return Some(Err(error)),
        };
        let (credentials, _) = self.work.lock().await.clone()?;
        self.state.send_modify(|state| state.making_account = true);
        let outcome = match self.lifecycle.restore_client(&stored).await {
            Ok(Ok((client, key))) => self.bind_and_start(&credentials, Made { client, stored, key }).await,
            // The store is gone and with it the way to prove the account: the next attempt makes another.
            Ok(Err(_)) => Err(Error::new(ErrorCode::WrongState, "the new account's store is gone")),
            Err(error) => Err(error),
        };
        if let Err(error) = &outcome
            && matches!(error.code, ErrorCode::AccountLocked | ErrorCode::SessionExpired | ErrorCode::WrongState)
        {
            // Not bound in time, it is locked for good.
            let forgotten = self.lifecycle.forget_unbound().await;
            self.state.send_modify(|state| {
                state.making_account = false;
                state.problem = Some(error.clone());
            });
            return forgotten.err().map(Err);
        }
        Some(outcome)
    }
}

/// An account on the homeserver that the registry has not bound yet.
struct Made {
    client: Client,
    stored: StoredSession,
    key: VaultKey,
}

/// `POST /register` with the token the registry obtained (Matrix client-server API, token-authenticated registration).
async fn register(servers: &Servers, token: &RegistrationToken, password: &Zeroizing<String>) -> Result<MatrixSession> {
    let client = anonymous(servers).await?;
    let request = |auth: Option<AuthData>| {
        let mut request = register::v3::Request::new();
        request.username = Some(token.localpart.clone());
        request.password = Some(password.to_string());
        request.initial_device_display_name = Some(DEVICE_NAME.to_owned());
        request.auth = auth;
        request
    };
    // The first request opens the session of the interactive authentication.
    let uiaa = match client.send(request(None)).await {
        Ok(_) => return Err(Error::new(ErrorCode::ServerTrouble, "the homeserver registers without a token")),
        Err(error) => match error.as_uiaa_response() {
            Some(info) => info.session.clone(),
            None => return begun_before(servers, token, password, http_error(&error)).await,
        },
    };
    let mut proof = TokenStage::new(token.token.clone());
    proof.session = uiaa.clone();
    let mut dummy = Dummy::new();
    dummy.session = uiaa;
    // Synapse asks for the token first, then for nothing more (`m.login.dummy`).
    for stage in [AuthData::RegistrationToken(proof), AuthData::Dummy(dummy)] {
        match client.send(request(Some(stage))).await {
            Ok(response) => return session_of(response),
            Err(error) => match error.as_uiaa_response() {
                Some(info) if info.auth_error.is_none() => {}
                Some(_) => return Err(Error::new(ErrorCode::ServerTrouble, "the registration token was refused")),
                None => return begun_before(servers, token, password, http_error(&error)).await,
            },
        }
    }
    Err(Error::new(ErrorCode::ServerTrouble, "the homeserver asks for more than a token"))
}

fn session_of(response: register::v3::Response) -> Result<MatrixSession> {
    let incomplete = || Error::new(ErrorCode::ServerTrouble, "the homeserver made no session");
    Ok(MatrixSession {
        meta: SessionMeta { user_id: response.user_id, device_id: response.device_id.ok_or_else(incomplete)? },
        tokens: SessionTokens {
            access_token: response.access_token.ok_or_else(incomplete)?,
            refresh_token: response.refresh_token,
        },
    })
}

/// The account was made by an attempt whose answer was lost: whoever knows its password goes on with it. With another
/// password, `WrongCredentials`; minutes later the registry has locked that account and assigns another.
async fn begun_before(
    servers: &Servers,
    token: &RegistrationToken,
    password: &Zeroizing<String>,
    error: Error,
) -> Result<MatrixSession> {
    if error.code != ErrorCode::Conflict {
        return Err(error);
    }
    let user = UserIdentifier::Matrix(MatrixUserIdentifier::new(token.localpart.clone()));
    log_in(servers, user, password, None).await
}

/// What colleagues know of the applicant, and whoever guesses a password tries first.
fn known_of(form: &ApplicationForm) -> Vec<String> {
    let ApplicationForm { han_name, latin_name, work_email, work_phone, workplace, .. } = form;
    let (Workplace::Listed { name: hospital, .. } | Workplace::Unlisted { name: hospital, .. }) = workplace;
    [han_name, latin_name, work_email, work_phone, hospital].map(Clone::clone).into()
}
