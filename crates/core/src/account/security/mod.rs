//! Settings › Security: the account's devices, its recovery key, and what this device holds of its secrets.
//!
//! Cross-signing, secret storage, backup and the comparison of emoji are matrix-sdk's; here they become one state that
//! is there without a network too, and commands that say what stands in their way.

mod devices;
mod recovery;
mod verification;

use super::active::{Active, load, lock, save};
use chrono::{DateTime, SecondsFormat, Utc};
use consilium_api::account::Link;
use consilium_api::security::{Device, RecoveryState, Security};
use consilium_api::{Error, ErrorCode, Result};
use futures::stream::BoxStream;
use futures::{StreamExt, stream};
use matrix_sdk::encryption::VerificationState;
use matrix_sdk::encryption::recovery::RecoveryState as SdkRecovery;
use matrix_sdk::ruma::events::secret_storage::default_key::SecretStorageDefaultKeyEventContent;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex as StdMutex};
use tokio::sync::{Mutex, Notify, watch};
use verification::Running;

/// Key in the SDK's encrypted store of what the homeserver last said.
const KNOWN: &[u8] = b"consilium.security";

/// What the homeserver last said, and when the recovery key was checked here.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Known {
    devices: Vec<KnownDevice>,
    keys_backed_up: Option<u32>,
    /// Id of the recovery key that was checked, and when.
    checked: Option<(String, DateTime<Utc>)>,
    /// Id of the recovery key that was shown here, until the doctor says that it is kept.
    #[serde(default)]
    unkept: Option<String>,
}

impl Known {
    /// This recovery key was typed in.
    fn check(&mut self, id: String) {
        self.unkept = None;
        self.checked = Some((id, Utc::now()));
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct KnownDevice {
    id: String,
    name: String,
    last_seen: Option<DateTime<Utc>>,
}

/// Why the state may have become another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum News {
    /// What this device holds.
    Here,
    /// What the homeserver has.
    There,
}

pub(super) struct Desk {
    state: watch::Sender<Security>,
    known: StdMutex<Known>,
    /// Rings when the homeserver is to be asked.
    ask: Notify,
    /// Recovery key, identity: one change at a time.
    changing: Mutex<()>,
    running: StdMutex<Option<Running>>,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            state: watch::Sender::new(Security::default()),
            known: StdMutex::default(),
            ask: Notify::new(),
            changing: Mutex::new(()),
            running: StdMutex::default(),
        }
    }
}

impl Active {
    pub(crate) fn security(&self) -> watch::Receiver<Security> {
        self.security.state.subscribe()
    }

    /// Keeps the state true for as long as the session lives.
    pub(super) async fn keep_security(self: Arc<Self>) {
        *lock(&self.security.known) = load(&self.client, KNOWN).await;
        let _answering = self.answer_verifications();
        let mut news = self.news().await;
        self.read_security().await;
        loop {
            let next = tokio::select! {
                next = news.next() => next,
                () = self.security.ask.notified() => Some(News::There),
            };
            match next {
                Some(News::There) if self.link() != Link::Offline => {
                    // What cannot be fetched now comes with the next news.
                    if let Err(error) = self.fetch_security().await {
                        tracing::debug!(code = ?error.code, "the devices could not be fetched");
                    }
                }
                Some(_) => {}
                None => return,
            }
            self.read_security().await;
        }
    }

    async fn news(&self) -> BoxStream<'static, News> {
        let encryption = self.client.encryption();
        let own = self.client.user_id().map(ToOwned::to_owned);
        let mut all = vec![
            self.comes_online().map(|()| News::There).boxed(),
            encryption.recovery().state_stream().map(|_| News::Here).boxed(),
            encryption.backups().state_stream().map(|_| News::There).boxed(),
            encryption.verification_state().map(|_| News::Here).boxed(),
        ];
        if let Ok(updates) = encryption.devices_stream().await {
            let own_devices = updates.filter_map(move |update| {
                let concerned =
                    own.as_ref().is_some_and(|own| update.new.contains_key(own) || update.changed.contains_key(own));
                std::future::ready(concerned.then_some(News::There))
            });
            all.push(own_devices.boxed());
        }
        stream::select_all(all).boxed()
    }

    /// Asks the homeserver for what the stores do not hold: the names of devices and when they were seen, and how many
    /// keys are backed up.
    async fn fetch_security(&self) -> Result<()> {
        if self.client.encryption().recovery().state() == SdkRecovery::Unknown
            && let Some(own) = self.client.user_id()
        {
            // The SDK looks at its recovery once, at the start; if that was without a network, it looks again when it
            // asks for the account's own keys.
            let _ = self.client.encryption().request_user_identity(own).await;
        }
        let devices = self.fetch_devices().await?;
        let keys_backed_up = self.fetch_key_count().await?;
        let known = {
            let mut known = lock(&self.security.known);
            known.devices = devices;
            known.keys_backed_up = keys_backed_up;
            known.clone()
        };
        save(&self.client, KNOWN, &known).await;
        Ok(())
    }

    /// Puts together what the stores and the last answers say.
    async fn read_security(&self) {
        let encryption = self.client.encryption();
        let known = lock(&self.security.known).clone();
        let verified = match encryption.verification_state().get() {
            VerificationState::Unknown => None,
            VerificationState::Verified => Some(true),
            VerificationState::Unverified => Some(false),
        };
        let default_key = self.default_key().await;
        let recovery = match encryption.recovery().state() {
            SdkRecovery::Enabled => RecoveryState::SetUp,
            SdkRecovery::Disabled => RecoveryState::NotSetUp,
            SdkRecovery::Incomplete => RecoveryState::Incomplete,
            // As of the last sync.
            SdkRecovery::Unknown => match default_key {
                Some(_) if self.has_all_secrets().await => RecoveryState::SetUp,
                Some(_) => RecoveryState::Incomplete,
                None => RecoveryState::Unknown,
            },
        };
        let recovery = match recovery {
            RecoveryState::SetUp if known.unkept.is_some() && known.unkept == default_key => RecoveryState::NotKept,
            other => other,
        };
        let checked = known.checked.as_ref().filter(|(id, _)| Some(id) == default_key.as_ref());
        let devices = self.devices(&known).await;
        let backup = encryption.backups().are_enabled().await;
        let next = |security: &Security| Security {
            devices,
            recovery,
            recovery_checked_at: checked.map(|(_, at)| rfc3339(*at)),
            backup,
            keys_backed_up: known.keys_backed_up.filter(|_| backup),
            verified,
            verification: security.verification.clone(),
        };
        let now = next(&self.security.state.borrow());
        self.security.state.send_if_modified(|security| {
            // A verification may have gone on meanwhile.
            let now = Security { verification: security.verification.clone(), ..now };
            let changed = *security != now;
            *security = now;
            changed
        });
    }

    async fn devices(&self, known: &Known) -> Vec<Device> {
        let account = self.account.borrow().clone();
        let mut devices: BTreeMap<String, Device> = BTreeMap::new();
        let device = |id: &str| Device {
            device_id: id.to_owned(),
            name: String::new(),
            this_device: id == account.device_id,
            verified: false,
            last_seen: None,
        };
        devices.insert(account.device_id.clone(), device(&account.device_id));
        for KnownDevice { id, name, last_seen } in &known.devices {
            let listed = Device { name: name.clone(), last_seen: last_seen.map(rfc3339), ..device(id) };
            devices.insert(id.clone(), listed);
        }
        if let Some(own) = self.client.user_id()
            && let Ok(with_keys) = self.client.encryption().get_user_devices(own).await
        {
            for keys in with_keys.devices().filter(|keys| !keys.is_dehydrated()) {
                let id = keys.device_id().as_str();
                // What the homeserver listed is all there is; before it did, those whose keys are known are.
                if known.devices.is_empty() || devices.contains_key(id) {
                    let listed = devices.entry(id.to_owned()).or_insert_with(|| device(id));
                    listed.verified = keys.is_cross_signed_by_owner();
                    if listed.name.is_empty() {
                        listed.name = keys.display_name().unwrap_or_default().to_owned();
                    }
                }
            }
        }
        let mut devices: Vec<_> = devices.into_values().collect();
        devices.sort_by_key(|device| (device.verified, !device.this_device, Reverse(device.last_seen.clone())));
        devices
    }

    /// Id of the account's recovery key, as of the last sync.
    async fn default_key(&self) -> Option<String> {
        let content = self.client.account().account_data::<SecretStorageDefaultKeyEventContent>().await.ok()??;
        // A key that was given up leaves an event without a content.
        content.deserialize().ok().map(|content| content.key_id)
    }

    /// Whether this device holds every private cross-signing key.
    async fn has_all_secrets(&self) -> bool {
        self.client.encryption().cross_signing_status().await.is_some_and(|status| status.is_complete())
    }

    async fn needs_all_secrets(&self) -> Result<()> {
        if self.has_all_secrets().await {
            return Ok(());
        }
        Err(Error::new(ErrorCode::DeviceNotVerified, "this device lacks cross-signing keys"))
    }

    /// What nobody has to wait for to fail.
    fn needs_network(&self) -> Result<()> {
        if self.link() == Link::Offline {
            return Err(Error::new(ErrorCode::Offline, "the homeserver does not answer"));
        }
        Ok(())
    }

    /// Has the homeserver asked now.
    pub(crate) fn ask_security(&self) {
        self.security.ask.notify_one();
    }
}

fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
