//! The last step: the approved applicant's account on the homeserver, made here and bound by the registry.

use super::{ApplicationCalls, Credentials, RETRY, Registrations, Servers};
use crate::account::{StoredSession, VaultKey, build_client, http_error, matrix_error};
use crate::registry::openid_token;
use consilium_api::registration::PASSWORD_MIN;
use consilium_api::registry::{ApplicationStatus, RegistrationToken};
use consilium_api::{Error, ErrorCode, Result};
use matrix_sdk::Client;
use matrix_sdk::ruma::api::client::account::register;
use matrix_sdk::ruma::api::client::uiaa::{AuthData, Dummy, RegistrationToken as TokenStage};
use zeroize::Zeroizing;

const DEVICE_NAME: &str = "Consilium";

impl Registrations {
    /// Makes the account with this password and signs in. The password goes to the homeserver alone.
    pub(crate) async fn complete(&self, password: String) -> Result<()> {
        let password = Zeroizing::new(password);
        if password.chars().count() < PASSWORD_MIN {
            return Err(Error::new(ErrorCode::PasswordTooWeak, "the password is too short"));
        }
        let work = self.work.lock().await.clone();
        let Some((credentials, document)) = work else {
            return Err(Error::new(ErrorCode::WrongState, "there is no application"));
        };
        let approved = document.application.as_ref().is_some_and(|view| view.status == ApplicationStatus::Approved);
        let (Some(servers), true) = (document.servers, approved) else {
            return Err(Error::new(ErrorCode::WrongState, "the application is not approved"));
        };
        self.state.send_modify(|state| state.making_account = true);
        let made = self.make_account(&credentials, &servers, &password).await;
        let outcome = match made {
            Ok((client, stored, key)) => self.bind_and_start(&credentials, client, stored, &key).await,
            Err(error) => Err(error),
        };
        if outcome.is_err() {
            // An account that is already made is bound by the task that watches the application.
            let unbound = matches!(self.lifecycle.stored().await, Ok(Some(stored)) if stored.unbound);
            self.state.send_modify(|state| state.making_account = unbound);
            self.watch.notify_one();
            if unbound {
                return Ok(());
            }
        }
        outcome
    }

    async fn make_account(
        &self,
        credentials: &Credentials,
        servers: &Servers,
        password: &Zeroizing<String>,
    ) -> Result<(Client, StoredSession, VaultKey)> {
        let secret = Zeroizing::new(credentials.secret.clone());
        let calls = ApplicationCalls::new(&self.lifecycle.http, servers, &credentials.id, &secret);
        let token = calls.registration_token().await?;
        let key = self.lifecycle.fresh_vault().await?;
        let client = build_client(servers, &self.lifecycle.profile.store_dir(), &key).await?;
        register(&client, &token, password).await?;
        let stored = self.lifecycle.store_session(&client, servers.clone(), &token.localpart, true).await?;
        Ok((client, stored, key))
    }

    async fn bind_and_start(
        &self,
        credentials: &Credentials,
        client: Client,
        stored: StoredSession,
        key: &VaultKey,
    ) -> Result<()> {
        let secret = Zeroizing::new(credentials.secret.clone());
        let calls = ApplicationCalls::new(&self.lifecycle.http, &stored.servers, &credentials.id, &secret);
        calls.bind(openid_token(&client).await?).await?;
        self.lifecycle.start_bound(client, stored, key).await?;
        self.forget().await
    }

    /// Goes on with an account that was made and not yet bound when the process ended or the network broke.
    pub(super) async fn resume_account(&self) {
        let mut pause = RETRY.0;
        loop {
            let Ok(Some(stored)) = self.lifecycle.stored().await else { return };
            let Some((credentials, _)) = self.work.lock().await.clone() else { return };
            if !stored.unbound {
                return;
            }
            self.state.send_modify(|state| state.making_account = true);
            let outcome = match self.lifecycle.restore_client(&stored).await {
                Ok(Ok((client, key))) => self.bind_and_start(&credentials, client, stored, &key).await,
                // The store is gone and with it the way to prove the account: a new one is made.
                Ok(Err(_)) => {
                    self.state.send_modify(|state| state.making_account = false);
                    return;
                }
                Err(error) => Err(error),
            };
            let Err(error) = outcome else { return };
            if matches!(error.code, ErrorCode::AccountLocked | ErrorCode::SessionExpired | ErrorCode::WrongState) {
                // It was not bound in time and is locked for good: the next attempt makes another.
                let _ = self.lifecycle.fresh_vault().await;
                self.state.send_modify(|state| {
                    state.making_account = false;
                    state.problem = Some(error);
                });
                return;
            }
            self.state.send_modify(|state| state.problem = Some(error));
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.watch.notified() => {}
            }
            pause = (pause * 2).min(RETRY.1);
        }
    }
}

/// `POST /register` with the token the registry obtained (Matrix client-server API, token-authenticated registration).
async fn register(client: &Client, token: &RegistrationToken, password: &Zeroizing<String>) -> Result<()> {
    let request = |auth: Option<AuthData>| {
        let mut request = register::v3::Request::new();
        request.username = Some(token.localpart.clone());
        request.password = Some(password.to_string());
        request.initial_device_display_name = Some(DEVICE_NAME.to_owned());
        request.auth = auth;
        request
    };
    // The first request opens the session of the interactive authentication.
    let session = match client.send(request(None)).await {
        Ok(_) => return Err(Error::new(ErrorCode::ServerTrouble, "the homeserver registers without a token")),
        Err(error) => match error.as_uiaa_response() {
            Some(info) => info.session.clone(),
            None => return Err(http_error(&error)),
        },
    };
    let mut proof = TokenStage::new(token.token.clone());
    proof.session = session.clone();
    let mut dummy = Dummy::new();
    dummy.session = session;
    // Synapse asks for the token first, then for nothing more (`m.login.dummy`).
    for stage in [AuthData::RegistrationToken(proof), AuthData::Dummy(dummy)] {
        match client.matrix_auth().register(request(Some(stage))).await {
            Ok(_) => return Ok(()),
            Err(error) => match error.as_uiaa_response() {
                Some(info) if info.auth_error.is_none() => {}
                Some(_) => return Err(Error::new(ErrorCode::ServerTrouble, "the registration token was refused")),
                None => return Err(matrix_error(&error)),
            },
        }
    }
    Err(Error::new(ErrorCode::ServerTrouble, "the homeserver asks for more than a token"))
}
