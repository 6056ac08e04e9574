//! From the keyring to a running session and back.

use super::active::{Active, Ended};
use super::error::matrix_error;
use super::session::{StoredSession, VaultKey};
use super::store::{Health, build_client, examine, remove, set_aside};
use crate::keyring::{Keyring, Secret};
use crate::profile::Profile;
use crate::registry::{Servers, http_client};
use consilium_api::account::{SessionState, SignIn, SignedOutReason};
use consilium_api::{Error, ErrorCode, Result};
use matrix_sdk::Client;
use matrix_sdk::authentication::matrix::MatrixSession;
use matrix_sdk::ruma::api::client::uiaa::{EmailUserIdentifier, MatrixUserIdentifier, UserIdentifier};
use matrix_sdk::store::RoomLoadSettings;
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use tokio::sync::{Mutex, mpsc, watch};

/// How this device is called in the account's list of devices.
const DEVICE_NAME: &str = "Consilium";

pub(crate) struct Lifecycle {
    pub profile: Profile,
    pub keyring: Keyring,
    pub http: reqwest::Client,
    state: watch::Sender<SessionState>,
    /// The session that runs, if one does.
    active: watch::Sender<Option<Arc<Active>>>,
    /// One change at a time: opening, signing in, signing out.
    changing: Mutex<()>,
    ended: mpsc::Sender<Ended>,
}

impl Lifecycle {
    pub(crate) fn new(profile: Profile) -> Result<Arc<Self>> {
        let (ended, mut endings) = mpsc::channel(4);
        let lifecycle = Arc::new(Self {
            keyring: Keyring::new(&profile.keyring_service),
            http: http_client()?,
            state: watch::Sender::new(SessionState::Starting),
            active: watch::Sender::new(None),
            changing: Mutex::new(()),
            ended,
            profile,
        });
        let weak = Arc::downgrade(&lifecycle);
        tokio::spawn(async move {
            while let Some(ended) = endings.recv().await {
                let Some(lifecycle) = Weak::upgrade(&weak) else { return };
                lifecycle.end(ended).await;
            }
        });
        Ok(lifecycle)
    }

    pub(crate) fn state(&self) -> watch::Receiver<SessionState> {
        self.state.subscribe()
    }

    /// The running session, as it comes and goes.
    pub(crate) fn sessions(&self) -> watch::Receiver<Option<Arc<Active>>> {
        self.active.subscribe()
    }

    pub(crate) fn active(&self) -> Result<Arc<Active>> {
        self.active.borrow().clone().ok_or_else(|| Error::new(ErrorCode::NotSignedIn, "nobody is signed in"))
    }

    /// A file that is there while the profile is in use: after a crash the databases are looked at page by page.
    fn in_use_marker(&self) -> PathBuf {
        self.profile.data_dir.join("in-use")
    }

    /// Goes on where the profile was left; the outcome is in the state.
    pub(crate) async fn open(&self) {
        let _changing = self.changing.lock().await;
        if self.active.borrow().is_some() {
            return;
        }
        self.state.send_replace(SessionState::Starting);
        let state = match self.restore().await {
            Ok(None) => SessionState::SignedOut { reason: None },
            Ok(Some(reason)) => SessionState::SignedOut { reason: Some(reason) },
            Err(error) => SessionState::Unavailable { error },
        };
        // A restored session has set its own state.
        if self.active.borrow().is_none() {
            self.state.send_replace(state);
        }
    }

    async fn restore(&self) -> Result<Option<SignedOutReason>> {
        let Some(stored) = self.stored().await? else { return Ok(None) };
        if stored.soft_logout {
            return Ok(Some(SignedOutReason::SessionExpired));
        }
        if stored.unbound {
            // Nobody is signed in until the registry knows the account; the registration sees to it.
            return Ok(None);
        }
        match self.restore_client(&stored).await? {
            Ok((client, key)) => self.run(client, &stored, &key).await.map(|()| None),
            Err(reason) => Ok(Some(reason)),
        }
    }

    pub(crate) async fn stored(&self) -> Result<Option<StoredSession>> {
        self.keyring.get::<StoredSession>(Secret::Session).await
    }

    /// The client of a stored session, or why there cannot be one any more.
    pub(crate) async fn restore_client(
        &self,
        stored: &StoredSession,
    ) -> Result<std::result::Result<(Client, VaultKey), SignedOutReason>> {
        let Some(key) = self.keyring.get::<VaultKey>(Secret::Vault).await? else {
            // Without the key what is there cannot be read; a new device takes its place.
            set_aside(&self.profile.account_dir())?;
            self.keyring.delete(Secret::Session).await?;
            return Ok(Err(SignedOutReason::KeyLost));
        };
        let thorough = self.in_use_marker().exists();
        let folder = self.profile.store_dir();
        let looked_at = folder.clone();
        let health = tokio::task::spawn_blocking(move || examine(&looked_at, thorough))
            .await
            .map_err(|_| Error::new(ErrorCode::Internal, "the look at the store ended"))??;
        if health == Health::Damaged {
            return self.give_up_store(stored).await.map(Err);
        }
        let client = match build_client(&stored.servers, &folder, &key).await {
            Ok(client) => client,
            Err(error) if error.code == ErrorCode::DatabaseCorrupt => {
                return self.give_up_store(stored).await.map(Err);
            }
            Err(error) => return Err(error),
        };
        client
            .matrix_auth()
            .restore_session(stored.session.clone(), RoomLoadSettings::default())
            .await
            .map_err(|error| matrix_error(&error))?;
        Ok(Ok((client, key)))
    }

    /// Sets a damaged store aside and ends its device, whose keys are gone with it.
    async fn give_up_store(&self, stored: &StoredSession) -> Result<SignedOutReason> {
        let url = crate::registry::join(&stored.servers.homeserver, "_matrix/client/v3/logout")?;
        let _ = self
            .http
            .post(url)
            .bearer_auth(&stored.session.tokens.access_token)
            .timeout(std::time::Duration::from_secs(5))
            .send()
            .await;
        set_aside(&self.profile.store_dir())?;
        self.keyring.delete(Secret::Session).await?;
        Ok(SignedOutReason::StoreDamaged)
    }

    /// Starts everything over a client that has its session.
    async fn run(&self, client: Client, stored: &StoredSession, key: &VaultKey) -> Result<()> {
        crate::sealed::write_whole(&self.in_use_marker(), &[])?;
        let active = Active::start(client, self.http.clone(), stored, key, &self.profile, self.ended.clone()).await?;
        let account = active.account.borrow().clone();
        self.active.send_replace(Some(active));
        self.state.send_replace(SessionState::SignedIn { account });
        Ok(())
    }

    /// Keeps the account in the session state current; the host of the core runs it.
    pub(crate) async fn follow_account(self: Arc<Self>) {
        let mut sessions = self.sessions();
        loop {
            let active = sessions.borrow_and_update().clone();
            let Some(active) = active else {
                if sessions.changed().await.is_err() {
                    return;
                }
                continue;
            };
            let mut account = active.account.subscribe();
            drop(active);
            loop {
                tokio::select! {
                    changed = account.changed() => {
                        if changed.is_err() { break }
                        let now = account.borrow_and_update().clone();
                        self.state.send_if_modified(|state| match state {
                            SessionState::SignedIn { account } if *account != now => { *account = now; true }
                            _ => false,
                        });
                    }
                    changed = sessions.changed() => {
                        if changed.is_err() { return }
                        break;
                    }
                }
            }
        }
    }

    pub(crate) async fn sign_in(&self, input: SignIn) -> Result<()> {
        let _changing = self.changing.lock().await;
        if self.active.borrow().is_some() {
            return Err(Error::new(ErrorCode::WrongState, "somebody is signed in"));
        }
        let servers = Servers::find(&self.http, &input.server).await?;
        let stored: Option<StoredSession> = self.keyring.get(Secret::Session).await?;
        let resumed = stored.filter(|stored| stored.soft_logout && is_user(stored, &input.user));
        let (key, device) = match &resumed {
            Some(stored) => (self.keyring.get(Secret::Vault).await?, Some(stored.session.meta.device_id.to_string())),
            None => (None, None),
        };
        let (key, device) = match key {
            Some(key) => (key, device),
            None => (self.fresh_vault().await?, None),
        };
        let client = build_client(&servers, &self.profile.store_dir(), &key).await?;
        let auth = client.matrix_auth();
        let login = auth.login_identifier(identifier(&input.user), &input.password);
        let login = match &device {
            Some(device) => login.device_id(device),
            None => login.initial_device_display_name(DEVICE_NAME),
        };
        login.await.map_err(|error| matrix_error(&error))?;
        let stored = self.store_session(&client, servers, &input.user, false).await?;
        self.run(client, &stored, &key).await
    }

    /// An empty account folder and a new key for it. What an earlier account left is removed.
    pub(crate) async fn fresh_vault(&self) -> Result<VaultKey> {
        remove(&self.profile.account_dir())?;
        self.keyring.delete(Secret::Session).await?;
        let key = VaultKey::random();
        self.keyring.set(Secret::Vault, &key).await?;
        Ok(key)
    }

    /// Puts the client's session into the keyring; if that refuses, ends the session.
    pub(crate) async fn store_session(
        &self,
        client: &Client,
        servers: Servers,
        entered: &str,
        unbound: bool,
    ) -> Result<StoredSession> {
        let session: MatrixSession =
            client.matrix_auth().session().ok_or_else(|| Error::new(ErrorCode::Internal, "no session was made"))?;
        let stored =
            StoredSession { servers, session, entered: entered.trim().to_owned(), soft_logout: false, unbound };
        if let Err(error) = self.keyring.set(Secret::Session, &stored).await {
            let _ = client.matrix_auth().logout().await;
            return Err(error);
        }
        Ok(stored)
    }

    /// Signs in to an account that the registry has bound now.
    pub(crate) async fn start_bound(&self, client: Client, mut stored: StoredSession, key: &VaultKey) -> Result<()> {
        let _changing = self.changing.lock().await;
        stored.unbound = false;
        self.keyring.set(Secret::Session, &stored).await?;
        self.run(client, &stored, key).await
    }

    /// Removes everything of the account from this machine, also when the server cannot be told.
    pub(crate) async fn sign_out(&self) -> Result<()> {
        let _changing = self.changing.lock().await;
        if let Some(active) = self.active.send_replace(None) {
            active.log_out().await;
            active.stop().await;
        }
        let removed = self.remove_account().await;
        self.state.send_replace(SessionState::SignedOut { reason: None });
        removed
    }

    async fn remove_account(&self) -> Result<()> {
        // The key first: whatever cannot be removed can then no longer be read.
        let forgotten = self.keyring.delete(Secret::Vault).await;
        let session = self.keyring.delete(Secret::Session).await;
        remove(&self.profile.account_dir())?;
        remove(&self.in_use_marker())?;
        forgotten.and(session)
    }

    /// The server ended the session.
    async fn end(&self, ended: Ended) {
        let _changing = self.changing.lock().await;
        let Some(active) = self.active.send_replace(None) else { return };
        active.stop().await;
        if let Ok(Some(mut stored)) = self.keyring.get::<StoredSession>(Secret::Session).await {
            if ended.soft {
                stored.soft_logout = true;
                let _ = self.keyring.set(Secret::Session, &stored).await;
            } else {
                let _ = self.keyring.delete(Secret::Session).await;
            }
        }
        let _ = remove(&self.in_use_marker());
        self.state.send_replace(SessionState::SignedOut { reason: Some(ended.reason) });
    }

    /// Stops what runs without waiting for it; for a core that nobody holds any more.
    pub(crate) fn abandon(&self) {
        if let Some(active) = self.active.send_replace(None) {
            active.cancel();
        }
    }

    /// Stops for the end of the process; everything stays for the next start.
    pub(crate) async fn shut_down(&self) {
        let _changing = self.changing.lock().await;
        if let Some(active) = self.active.send_replace(None) {
            active.stop().await;
        }
        let _ = remove(&self.in_use_marker());
    }
}

/// A work e-mail, a whole user id or a localpart.
fn identifier(user: &str) -> UserIdentifier {
    let user = user.trim();
    if !user.starts_with('@') && user.contains('@') {
        UserIdentifier::Email(EmailUserIdentifier::new(user.to_lowercase()))
    } else {
        UserIdentifier::Matrix(MatrixUserIdentifier::new(user.to_owned()))
    }
}

/// Whether what was entered names the stored session's user. An e-mail that was not entered then may be anybody's.
fn is_user(stored: &StoredSession, entered: &str) -> bool {
    let user = &stored.session.meta.user_id;
    let entered = entered.trim();
    entered == stored.entered || entered == user.as_str() || entered == user.localpart()
}
