//! Whose session begins: over the device and the store that are there, or over new ones.

use super::{Lifecycle, restore_session};
use crate::account::error::http_error;
use crate::account::session::{StoredSession, VaultKey};
use crate::account::store::{anonymous, build_client, remove};
use crate::account::{handover, rescue};
use crate::contacts::Contacts;
use crate::database::{Key, remove_files};
use crate::keyring::Secret;
use crate::registry::Servers;
use consilium_api::account::SignIn;
use consilium_api::{Error, ErrorCode, Result};
use consilium_registry_api::form::narrow;
use matrix_sdk::Client;
use matrix_sdk::authentication::matrix::MatrixSession;
use matrix_sdk::ruma::api::client::session::login;
use matrix_sdk::ruma::api::client::session::login::v3::{LoginInfo, Password};
use matrix_sdk::ruma::api::client::uiaa::{EmailUserIdentifier, MatrixUserIdentifier, UserIdentifier};
use matrix_sdk::ruma::{OwnedDeviceId, UserId};
use std::sync::atomic::Ordering;

/// How this device is called in the account's list of devices, until the doctor calls it something else. The name of the
/// machine is nobody's business: the homeserver reads this, and shows it to whoever writes with the doctor.
pub(crate) const DEVICE_NAME: &str = if cfg!(target_os = "windows") {
    "Consilium, Windows"
} else if cfg!(target_os = "macos") {
    "Consilium, macOS"
} else {
    "Consilium, Linux"
};

impl Lifecycle {
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
    pub(super) async fn log_out_device(&self, stored: &StoredSession) -> Result<()> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notifications::Notifier;
    use crate::profile::Profile;
    use consilium_api::settings::Settings;
    use std::net::SocketAddr;
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::io::AsyncWriteExt;
    use tokio::net::TcpListener;
    use tokio::sync::watch;

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
