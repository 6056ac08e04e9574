//! Favourites, private notes and saved searches follow the doctor to their verified devices.
//!
//! They lie in account data, sealed under a key that derives from the private user-signing key: every verified device of
//! the account holds it, secret storage has it, and the homeserver never does. Each device merges what it finds with what
//! it holds and puts back what the homeserver lacks, so that two that write at once end with the same.

mod carrying;
mod shelf;

use super::active::Active;
use super::error::matrix_error;
use super::session::VaultKey;
use crate::contacts::Entry;
use consilium_api::account::Link;
use consilium_api::{Error, ErrorCode, Result};
use futures::{StreamExt, stream};
use matrix_sdk::ruma::events::secret::request::SecretName;
use matrix_sdk::ruma::events::{AnyGlobalAccountDataEvent, GlobalAccountDataEventType};
use matrix_sdk::ruma::serde::Raw;
use matrix_sdk::{SqliteCryptoStore, SqliteStoreConfig};
use matrix_sdk_crypto::store::CryptoStore;
use shelf::{Found, Keys, SHELVES, event_type, is_ours};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_stream::wrappers::WatchStream;
use zeroize::Zeroizing;

/// Changes that follow each other this closely are sent together.
const GATHER: Duration = Duration::from_millis(500);
/// Pause before another attempt.
const AGAIN: Duration = Duration::from_secs(15);

/// Where the SDK keeps its keys.
pub(super) struct Secrets {
    pub folder: PathBuf,
    pub key: VaultKey,
}

/// What the homeserver holds after an upload of ours: the event that the store had then, and what was uploaded.
type Sent = BTreeMap<u8, (String, Vec<Entry>)>;

impl Active {
    /// Keeps the lists of this device and of the homeserver the same for as long as the session lives.
    pub(super) async fn keep_lists(self: Arc<Self>) {
        let arrived = Arc::new(Notify::new());
        let handle = self.client.add_event_handler({
            let arrived = arrived.clone();
            move |event: Raw<AnyGlobalAccountDataEvent>| {
                if event.get_field::<String>("type").ok().flatten().is_some_and(|name| is_ours(&name)) {
                    arrived.notify_one();
                }
                std::future::ready(())
            }
        });
        let _listening = self.client.event_handler_drop_guard(handle);
        let changes = WatchStream::from_changes(self.contacts.changes()).map(drop);
        // A device that was just verified has the key; one that is online again can send.
        let verified = WatchStream::from_changes(self.security()).map(drop);
        let mut news = stream::select_all([changes.boxed(), verified.boxed(), self.comes_online().boxed()]);
        let mut sent = Sent::new();
        loop {
            let settled = match self.sync_lists(&mut sent).await {
                Ok(()) => true,
                Err(error) => {
                    tracing::debug!(code = ?error.code, "the lists could not be synced now");
                    false
                }
            };
            tokio::select! {
                next = news.next() => if next.is_none() { return },
                () = arrived.notified() => {}
                () = tokio::time::sleep(AGAIN), if !settled => {}
            }
            tokio::time::sleep(GATHER).await;
        }
    }

    async fn sync_lists(&self, sent: &mut Sent) -> Result<()> {
        let Some(keys) = self.list_keys().await else { return Ok(()) };
        let mut there = BTreeMap::new();
        for shelf in 0..SHELVES {
            let name = GlobalAccountDataEventType::from(event_type(shelf));
            let stored = self.client.account().account_data_raw(name).await.map_err(|error| matrix_error(&error))?;
            let content = stored.map(|content| content.json().get().to_owned()).unwrap_or_default();
            if sent.get(&shelf).is_some_and(|(before, _)| *before != content) {
                // The upload has come back, or what another device put there after it.
                sent.remove(&shelf);
            }
            let found = match sent.get(&shelf) {
                Some((_, entries)) => Found::Entries(entries.clone()),
                None if content.is_empty() => Found::Nothing,
                None => keys.open(shelf, &content),
            };
            there.insert(shelf, (content, found));
        }
        let arrived = there.values().filter_map(|(_, found)| match found {
            Found::Entries(entries) => Some(entries.as_slice()),
            _ => None,
        });
        self.contacts.merge(arrived.flatten().cloned().collect()).await?;

        let mut here: BTreeMap<u8, Vec<Entry>> = BTreeMap::new();
        for entry in self.contacts.entries().await? {
            here.entry(keys.shelf(&entry)).or_default().push(entry);
        }
        if self.link() == Link::Offline {
            return Ok(());
        }
        for (shelf, (content, found)) in there {
            let entries = here.remove(&shelf).unwrap_or_default();
            let same = match &found {
                Found::Nothing => entries.is_empty(),
                Found::Entries(there) => *there == entries,
                Found::Foreign => false,
                Found::Later => true,
            };
            if !same {
                let sealed = serde_json::value::to_raw_value(&keys.seal(shelf, &entries)?)
                    .map_err(|_| Error::new(ErrorCode::Internal, "a list could not be serialized"))?;
                let name = GlobalAccountDataEventType::from(event_type(shelf));
                let account = self.client.account();
                account
                    .set_account_data_raw(name, Raw::from_json(sealed))
                    .await
                    .map_err(|error| matrix_error(&error))?;
                sent.insert(shelf, (content, entries));
            }
        }
        Ok(())
    }

    /// None on a device that is not verified: it does not hold the secret.
    async fn list_keys(&self) -> Option<Keys> {
        if self.security().borrow().verified != Some(true) {
            return None;
        }
        let user = self.client.user_id()?;
        // The SDK hands its private keys to nobody; a second look into its store is as good.
        let config = SqliteStoreConfig::new(&self.secrets.folder).key(Some(self.secrets.key.bytes())).pool_max_size(2);
        let store = SqliteCryptoStore::open_with_config(&config).await.ok()?;
        let identity = store.load_identity().await.ok()??;
        let seed = Zeroizing::new(identity.export_secret(&SecretName::CrossSigningUserSigningKey).await?);
        Some(Keys::derive(seed.as_bytes(), user.as_str()))
    }
}
