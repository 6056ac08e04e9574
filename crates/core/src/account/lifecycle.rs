//! From the keyring to a running session and back.

use super::active::Active;
use super::error::{http_error, matrix_error};
use super::session::{Ended, Ending, StoredSession, VaultKey};
use super::store::{Health, anonymous, build_client, examine, remove, set_aside};
use super::{handover, rescue};
use crate::contacts::Contacts;
use crate::database::{Key, remove_files};
use crate::keyring::{Keyring, Secret};
use crate::notifications::Notifier;
use crate::profile::Profile;
use crate::registry::{Servers, http_client};
use consilium_api::account::{Former, SessionState, SignIn, SignedOutReason};
use consilium_api::{Error, ErrorCode, Result};
use consilium_registry_api::form::narrow;
use matrix_sdk::Client;
use matrix_sdk::authentication::matrix::MatrixSession;
use matrix_sdk::ruma::api::client::session::login;
use matrix_sdk::ruma::api::client::session::login::v3::{LoginInfo, Password};
use matrix_sdk::ruma::api::client::uiaa::{EmailUserIdentifier, MatrixUserIdentifier, UserIdentifier};
use matrix_sdk::ruma::{OwnedDeviceId, UserId};
use matrix_sdk::store::RoomLoadSettings;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use tokio::sync::{Mutex, mpsc, watch};

/// How this device is called in the account's list of devices, until the doctor calls it something else. The name of the
/// machine is nobody's business: the homeserver reads this, and shows it to whoever writes with the doctor.
pub(crate) const DEVICE_NAME: &str = if cfg!(target_os = "windows") {
    "Consilium, Windows"
} else if cfg!(target_os = "macos") {
    "Consilium, macOS"
} else {
    "Consilium, Linux"
};

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

    pub(crate) fn active(&self) -> Result<Arc<Active>> {
        self.active.borrow().clone().ok_or_else(|| Error::new(ErrorCode::NotSignedIn, "nobody is signed in"))
    }

    /// A file that is there while the profile is in use: after a crash the databases are looked at page by page.
    fn in_use_marker(&self) -> PathBuf {
        self.profile.data_dir.join("in-use")
    }

    /// The running session, also while it is being opened anew: what is written meanwhile belongs to it.
    pub(crate) async fn active_or_reopened(&self) -> Result<Arc<Active>> {
        let _ = self.reopening.subscribe().wait_for(|reopening| !reopening).await;
        self.active()
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

    /// `UnsentOfAnother` if somebody else than this account's doctor left something here that only they can send.
    pub(crate) async fn spare_unsent(&self, now: Option<(&Servers, &UserId)>) -> Result<()> {
        let Some(earlier) = self.stored().await?.filter(|stored| stored.ended.is_some()) else { return Ok(()) };
        if now.is_some_and(|now| earlier.is_of(now.0, now.1)) {
            return Ok(());
        }
        let Some(key) = self.keyring.get::<VaultKey>(Secret::Vault).await? else { return Ok(()) };
        for folder in [self.profile.store_dir(), self.profile.store_dir().with_extension("damaged")] {
            if rescue::is_anything_unsent(&folder, &key).await {
                return Err(Error::new(ErrorCode::UnsentOfAnother, "something of another doctor was not sent"));
            }
        }
        if self.is_anything_scheduled(&earlier, &key).await {
            return Err(Error::new(ErrorCode::UnsentOfAnother, "something of another doctor waits for its time"));
        }
        Ok(())
    }

    async fn is_anything_scheduled(&self, earlier: &StoredSession, key: &VaultKey) -> bool {
        let path = self.profile.contacts_path();
        if !path.exists() {
            return false;
        }
        let device = earlier.session.meta.device_id.as_str();
        // A damaged file is set aside for whoever signs in next as well.
        let opened = Contacts::open(&path, Key::new(*key.derive("contacts")), device).await;
        let Ok((contacts, _)) = opened else { return false };
        let scheduled = contacts.scheduled().await.is_ok_and(|scheduled| !scheduled.is_empty());
        if contacts.close().await.is_err() {
            tracing::warn!("the contacts of the session that ended did not close");
        }
        scheduled
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

    pub(crate) async fn sign_in(&self, input: SignIn) -> Result<()> {
        // Nothing changes while the service is looked for: who corrects the address does not wait for the wrong one.
        let attempt = self.attempts.fetch_add(1, Ordering::Relaxed) + 1;
        let servers = Servers::find(&self.http, &input.server).await?;
        let _changing = self.changing.lock().await;
        if self.active.borrow().is_some() {
            return Err(Error::new(ErrorCode::WrongState, "somebody is signed in"));
        }
        if self.attempts.load(Ordering::Relaxed) != attempt {
            return Err(Error::new(ErrorCode::WrongState, "another sign-in was begun meanwhile"));
        }
        // The address may be written otherwise, and the service called otherwise.
        let earlier = self.stored().await?.filter(|stored| stored.servers.homeserver == servers.homeserver);
        let device = earlier
            .as_ref()
            .filter(|stored| stored.ended.is_some_and(|ended| ended.soft))
            .map(|stored| stored.session.meta.device_id.clone());
        // Nothing on this machine changes before the homeserver has said whose account it is.
        let mut session = log_in(&servers, identifier(&input.user), &input.password, device).await?;
        let taken_over = earlier.as_ref().is_some_and(|earlier| {
            let (before, now) = (&earlier.session.meta, &session.meta);
            before.device_id == now.device_id && before.user_id != now.user_id
        });
        if taken_over {
            // Two doctors' devices have nothing in common, their ids neither.
            self.log_out_device(&StoredSession::of(servers.clone(), session)).await?;
            session = log_in(&servers, identifier(&input.user), &input.password, None).await?;
        }
        if !input.discard
            && let Err(error) = self.spare_unsent(Some((&servers, &session.meta.user_id))).await
        {
            self.log_out_device(&StoredSession::of(servers, session)).await?;
            return Err(error);
        }
        self.keep_and_run(servers, session, earlier).await
    }

    /// Goes on with the earlier session's device and store if this is the same one, else begins a new store.
    async fn keep_and_run(
        &self,
        servers: Servers,
        session: MatrixSession,
        earlier: Option<StoredSession>,
    ) -> Result<()> {
        let stored = StoredSession::of(servers, session);
        let same_device = earlier.as_ref().is_some_and(|earlier| earlier.session.meta == stored.session.meta);
        if same_device && let Ok((client, key)) = self.restore_client(&stored).await? {
            self.keyring.set(Secret::Session, &stored).await?;
            self.run(client.clone(), &stored, &key).await?;
            rescue::try_again(&client).await;
            return Ok(());
        }
        let same_doctor =
            earlier.as_ref().is_some_and(|earlier| earlier.is_of(&stored.servers, &stored.session.meta.user_id));
        let (unsent, secrets) =
            if same_doctor { (self.unsent().await, self.former_secrets().await) } else { Default::default() };
        let (client, key) = self.fresh_client(&stored, same_doctor).await?;
        rescue::keep_as_drafts(&client, unsent).await;
        if let Some(secrets) = secrets
            && let Err(error) = handover::hand_on(&client, secrets).await
        {
            // It can be verified by another device, or by the recovery key.
            tracing::warn!(code = ?error.code, "the new device is not verified by the one before");
        }
        self.run(client, &stored, &key).await
    }

    /// What the same doctor's former device here knew, whose session has ended.
    async fn former_secrets(&self) -> Option<handover::Secrets> {
        let key = self.keyring.get::<VaultKey>(Secret::Vault).await.ok()??;
        let mut secrets = None;
        for folder in [self.profile.store_dir().with_extension("damaged"), self.profile.store_dir()] {
            secrets = handover::take(&folder, &self.profile.account_dir(), &key).await.or(secrets);
        }
        secrets
    }

    /// What the same doctor wrote here and did not send, in a store that cannot go on.
    async fn unsent(&self) -> rescue::Unsent {
        let Ok(Some(key)) = self.keyring.get::<VaultKey>(Secret::Vault).await else { return rescue::Unsent::new() };
        let mut unsent = rescue::unsent(&self.profile.store_dir().with_extension("damaged"), &key).await;
        for (field, texts) in rescue::unsent(&self.profile.store_dir(), &key).await {
            unsent.entry(field).or_default().extend(texts);
        }
        unsent
    }

    /// A client of this session over a new store, and the session in the keyring. What another account left is
    /// removed. If the keyring refuses, the session ends again.
    async fn fresh_client(&self, stored: &StoredSession, same_doctor: bool) -> Result<(Client, VaultKey)> {
        let kept = async {
            let key = self.fresh_vault(same_doctor).await?;
            self.keyring.set(Secret::Session, stored).await?;
            let client = build_client(&stored.servers, &self.profile.store_dir(), &key).await?;
            restore_session(&client, stored).await?;
            Ok((client, key))
        }
        .await;
        if kept.is_err() {
            let _ = self.log_out_device(stored).await;
            let _ = self.keyring.delete(Secret::Session).await;
        }
        kept
    }

    /// Keeps the session of an account that was just made, not bound yet, over a new store.
    pub(crate) async fn keep_unbound(
        &self,
        servers: Servers,
        session: MatrixSession,
    ) -> Result<(Client, StoredSession, VaultKey)> {
        let _changing = self.changing.lock().await;
        if self.active.borrow().is_some() {
            return Err(Error::new(ErrorCode::WrongState, "somebody is signed in"));
        }
        let stored = StoredSession { unbound: true, ..StoredSession::of(servers, session) };
        let (client, key) = self.fresh_client(&stored, false).await?;
        Ok((client, stored, key))
    }

    /// Gives up an account that can no longer be bound, unless another session took its place.
    pub(crate) async fn forget_unbound(&self) -> Result<()> {
        let _changing = self.changing.lock().await;
        if self.stored().await?.is_some_and(|stored| stored.unbound) {
            self.keyring.delete(Secret::Session).await?;
            remove(&self.profile.account_dir())?;
        }
        Ok(())
    }

    /// An empty account folder and a new key for it. The same doctor's directory, favourites and notes stay with their
    /// key; the chat engine's store goes with its device.
    async fn fresh_vault(&self, same_doctor: bool) -> Result<VaultKey> {
        self.keyring.delete(Secret::Session).await?;
        if same_doctor && let Some(key) = self.keyring.get(Secret::Vault).await? {
            remove(&self.profile.store_dir())?;
            remove(&self.profile.store_dir().with_extension("damaged"))?;
            // What the new device cannot read is not found on it either.
            remove_files(&self.profile.search_path())?;
            return Ok(key);
        }
        remove(&self.profile.account_dir())?;
        let key = VaultKey::random();
        self.keyring.set(Secret::Vault, &key).await?;
        Ok(key)
    }

    /// Ends a device that is not used any more, if the homeserver can be reached within seconds.
    async fn log_out_device(&self, stored: &StoredSession) -> Result<()> {
        let url = crate::registry::join(&stored.servers.homeserver, "_matrix/client/v3/logout")?;
        let request = self.http.post(url).bearer_auth(&stored.session.tokens.access_token);
        let _ = request.timeout(std::time::Duration::from_secs(5)).send().await;
        Ok(())
    }

    /// Signs in to an account that the registry has bound now.
    pub(crate) async fn start_bound(&self, client: Client, mut stored: StoredSession, key: &VaultKey) -> Result<()> {
        let _changing = self.changing.lock().await;
        let current = self.stored().await?;
        if self.active.borrow().is_some() || current.is_none_or(|now| now.session.meta != stored.session.meta) {
            return Err(Error::new(ErrorCode::WrongState, "another session took its place"));
        }
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
        let Ok(active) = self.active() else { return };
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

/// A work e-mail, a whole user id or a localpart.
fn identifier(user: &str) -> UserIdentifier {
    // As the registry has it: an input method's ＠ is one.
    let user = narrow(user);
    if !user.starts_with('@') && user.contains('@') {
        UserIdentifier::Email(EmailUserIdentifier::new(user.to_lowercase()))
    } else {
        UserIdentifier::Matrix(MatrixUserIdentifier::new(user))
    }
}

/// `POST /login` with a password, without a store (Matrix client-server API, login).
pub(crate) async fn log_in(
    servers: &Servers,
    user: UserIdentifier,
    password: &str,
    device: Option<OwnedDeviceId>,
) -> Result<MatrixSession> {
    let mut request = login::v3::Request::new(LoginInfo::Password(Password::new(user, password.to_owned())));
    request.device_id = device;
    request.initial_device_display_name = Some(DEVICE_NAME.to_owned());
    let response = anonymous(servers).await?.send(request).await.map_err(|error| match http_error(&error) {
        // The same for a wrong name, a wrong password and a deactivated account.
        error if error.code == ErrorCode::WrongState => Error::new(ErrorCode::WrongCredentials, error.message),
        error => error,
    })?;
    Ok(MatrixSession::from(&response))
}

async fn restore_session(client: &Client, stored: &StoredSession) -> Result<()> {
    let session = stored.session.clone();
    client
        .matrix_auth()
        .restore_session(session, RoomLoadSettings::default())
        .await
        .map_err(|error| matrix_error(&error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use consilium_api::settings::Settings;
    use std::net::SocketAddr;
    use std::time::Duration;
    use tokio::io::AsyncWriteExt;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn who_corrects_the_address_does_not_wait_for_the_wrong_one() {
        let folder = tempfile::tempdir().unwrap();
        let profile = Profile {
            name: String::new(),
            data_dir: folder.path().to_owned(),
            keyring_service: "cn.consilium.test.lifecycle".into(),
            default_server: String::new(),
        };
        let (_settings, settings) = watch::channel(Settings::default());
        let lifecycle = Lifecycle::new(profile, Arc::new(Notifier::new(settings))).unwrap();
        let at = |address: SocketAddr| {
            let (lifecycle, server) = (lifecycle.clone(), address.to_string());
            let input = SignIn { server, user: "lin.jianing".into(), password: "a password".into(), discard: false };
            async move { lifecycle.sign_in(input).await.unwrap_err().code }
        };
        let slow = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();

        let first = tokio::spawn(at(slow.local_addr().unwrap()));
        let (mut asked, _) = slow.accept().await.unwrap();
        let second = tokio::time::timeout(Duration::from_secs(5), at(nobody)).await;
        assert_eq!(second.expect("without the first"), ErrorCode::Offline);

        // Late as it is, it signs nobody in where they did not want to.
        let found = r#"{"m.homeserver":{"base_url":"http://127.0.0.1:9/"},"cn.consilium.registry":{"base_url":"http://127.0.0.1:9/","name":"slow"}}"#;
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{found}", found.len());
        asked.write_all(answer.as_bytes()).await.unwrap();
        assert_eq!(first.await.unwrap(), ErrorCode::WrongState);
    }

    #[test]
    fn an_address_written_wide_is_an_address() {
        for typed in [
            "Lin.Jianing@jzfy.example",
            " lin.jianing＠jzfy.example　",
            "ｌｉｎ.ｊｉａｎｉｎｇ＠ｊｚｆｙ．ｅｘａｍｐｌｅ",
        ] {
            match identifier(typed) {
                UserIdentifier::Email(email) => assert_eq!(email.address, "lin.jianing@jzfy.example"),
                other => panic!("{other:?}"),
            }
        }
        match identifier("ｌｉｎ.ｊｉａｎｉｎｇ") {
            UserIdentifier::Matrix(name) => assert_eq!(name.user, "lin.jianing"),
            other => panic!("{other:?}"),
        }
    }
}
