//! From the keyring to a running session and back.

mod signing_in;

pub(crate) use signing_in::{DEVICE_NAME, log_in};

use super::active::Active;
use super::error::matrix_error;
use super::handover;
use super::session::{Ended, Ending, StoredSession, VaultKey};
use super::store::{Health, build_client, examine, remove, set_aside};
use crate::keyring::{Keyring, Secret};
use crate::notifications::Notifier;
use crate::profile::Profile;
use crate::registry::http_client;
use consilium_api::account::{Former, SessionState, SignedOutReason};
use consilium_api::{Error, ErrorCode, Result};
use matrix_sdk::Client;
use matrix_sdk::store::RoomLoadSettings;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Weak};
use tokio::sync::{Mutex, mpsc, watch};

pub(crate) struct Lifecycle {
    pub profile: Profile,
    pub keyring: Keyring,
    pub http: reqwest::Client,
    state: watch::Sender<SessionState>,
    /// The session that runs, if one does.
    active: watch::Sender<Option<Arc<Active>>>,
    /// Whether it is stopped only to be opened anew.
    reopening: watch::Sender<bool>,
    /// One change at a time: opening, signing in, signing out.
    changing: Mutex<()>,
    /// Sign-ins that were begun. Of several the last counts.
    attempts: AtomicU64,
    ending: mpsc::Sender<Ending>,
    pub notifier: Arc<Notifier>,
}

impl Lifecycle {
    pub(crate) fn new(profile: Profile, notifier: Arc<Notifier>) -> Result<Arc<Self>> {
        let (ending, mut endings) = mpsc::channel(4);
        let lifecycle = Arc::new(Self {
            keyring: Keyring::new(&profile.keyring_service),
            http: http_client()?,
            state: watch::Sender::new(SessionState::Starting),
            active: watch::Sender::new(None),
            reopening: watch::Sender::new(false),
            changing: Mutex::new(()),
            attempts: AtomicU64::new(0),
            ending,
            notifier,
            profile,
        });
        let weak = Arc::downgrade(&lifecycle);
        tokio::spawn(async move {
            while let Some(ending) = endings.recv().await {
                let Some(lifecycle) = Weak::upgrade(&weak) else { return };
                match ending {
                    Ending::Ended(ended) => lifecycle.end(ended).await,
                    Ending::Reopen => lifecycle.reopen().await,
                }
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

    /// A file that is there while the profile is in use: after a crash the databases are looked at page by page.
    fn in_use_marker(&self) -> PathBuf {
        self.profile.data_dir.join("in-use")
    }

    /// The running session. While it is being opened anew it is waited for: what a doctor does meanwhile belongs to it.
    pub(crate) async fn active(&self) -> Result<Arc<Active>> {
        let _ = self.reopening.subscribe().wait_for(|reopening| !reopening).await;
        self.active.borrow().clone().ok_or_else(|| Error::new(ErrorCode::NotSignedIn, "nobody is signed in"))
    }

    /// Goes on where the profile was left; the outcome is in the state.
    pub(crate) async fn open(&self) {
        let _changing = self.changing.lock().await;
        self.open_alone().await;
    }

    async fn open_alone(&self) {
        if self.active.borrow().is_some() {
            return;
        }
        self.state.send_replace(SessionState::Starting);
        let state = match self.restore().await {
            Ok(reason) => SessionState::SignedOut { reason, former: self.former().await },
            Err(error) => SessionState::Unavailable { error },
        };
        // A restored session has set its own state.
        if self.active.borrow().is_none() {
            self.state.send_replace(state);
        }
    }

    async fn restore(&self) -> Result<Option<SignedOutReason>> {
        let Some(stored) = self.stored().await? else { return Ok(None) };
        if let Some(ended) = stored.ended {
            return Ok(Some(ended.reason));
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

    /// Whose session ended here without a sign-out.
    async fn former(&self) -> Option<Former> {
        let ended = self.stored().await.ok().flatten().filter(|stored| stored.ended.is_some())?;
        Some(Former { user_id: ended.session.meta.user_id.to_string(), name: ended.name })
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
        restore_session(&client, stored).await?;
        Ok(Ok((client, key)))
    }

    /// Sets a damaged store aside and ends its device, whose keys are gone with it.
    async fn give_up_store(&self, stored: &StoredSession) -> Result<SignedOutReason> {
        self.log_out_device(stored).await?;
        set_aside(&self.profile.store_dir())?;
        let reason = SignedOutReason::StoreDamaged;
        // Kept, with the vault's key: the next sign-in takes over what was not sent.
        let ended = StoredSession { ended: Some(Ended { reason, soft: false }), ..stored.clone() };
        self.keyring.set(Secret::Session, &ended).await?;
        Ok(reason)
    }

    /// Starts everything over a client that has its session.
    async fn run(&self, client: Client, stored: &StoredSession, key: &VaultKey) -> Result<()> {
        let cut_short = self.in_use_marker().exists();
        crate::sealed::write_whole(&self.in_use_marker(), &[])?;
        handover::read_waiting(&client, &self.profile.account_dir(), key).await;
        let (http, notifier) = (self.http.clone(), self.notifier.clone());
        let active = Active::start(client, http, stored, key, &self.profile, notifier, self.ending.clone()).await?;
        if cut_short {
            // The SDK notes how far it has read before all of it is in its cache, and would not ask for it again.
            active.sync.expire_sessions().await;
        }
        active.sync.start().await;
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

    /// Removes everything of the account from this machine, also when the server cannot be told.
    pub(crate) async fn sign_out(&self) -> Result<()> {
        let _changing = self.changing.lock().await;
        if let Some(active) = self.active.send_replace(None) {
            active.log_out().await;
            active.stop().await;
        }
        self.notifier.end();
        let removed = self.remove_account().await;
        self.state.send_replace(SessionState::SignedOut { reason: None, former: None });
        removed
    }

    async fn remove_account(&self) -> Result<()> {
        // The key first: whatever cannot be removed can then no longer be read.
        let forgotten = self.keyring.delete(Secret::Vault).await;
        let session = self.keyring.delete(Secret::Session).await;
        remove(&self.profile.account_dir())?;
        remove(&self.profile.account_dir().with_extension("damaged"))?;
        remove(&self.in_use_marker())?;
        forgotten.and(session)
    }

    /// The server ended the session.
    async fn end(&self, ended: Ended) {
        let _changing = self.changing.lock().await;
        let Some(active) = self.active.send_replace(None) else { return };
        let name = active.account.borrow().name.clone();
        active.stop().await;
        self.notifier.end();
        if let Ok(Some(mut stored)) = self.keyring.get::<StoredSession>(Secret::Session).await {
            stored.ended = Some(ended);
            stored.name = name;
            let _ = self.keyring.set(Secret::Session, &stored).await;
        }
        let _ = remove(&self.in_use_marker());
        let former = self.former().await;
        self.state.send_replace(SessionState::SignedOut { reason: Some(ended.reason), former });
    }

    /// Opens the running session anew from what is stored.
    async fn reopen(&self) {
        let _changing = self.changing.lock().await;
        let Some(active) = self.active.borrow().clone() else { return };
        self.reopening.send_replace(true);
        self.active.send_replace(None);
        active.stop().await;
        drop(active);
        self.open_alone().await;
        self.reopening.send_replace(false);
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

async fn restore_session(client: &Client, stored: &StoredSession) -> Result<()> {
    let session = stored.session.clone();
    client
        .matrix_auth()
        .restore_session(session, RoomLoadSettings::default())
        .await
        .map_err(|error| matrix_error(&error))
}
