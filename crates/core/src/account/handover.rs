//! What the keys of a doctor's former device on this computer open, for the device that takes its place: a session that the
//! server ended takes no message from who signs in again where they were.

use super::error::matrix_error;
use super::session::VaultKey;
use super::store::CRYPTO;
use crate::sealed::write_whole;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use consilium_api::{Error, ErrorCode, Result};
use matrix_sdk::{Client, SqliteCryptoStore, SqliteStoreConfig};
use matrix_sdk_crypto::store::CryptoStore;
use matrix_sdk_crypto::types::SecretsBundle;
use matrix_sdk_crypto::{OlmMachine, UserIdentity, encrypt_room_key_export};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// What the former device had besides keys of messages.
pub(crate) struct Secrets {
    /// Private cross-signing keys, and the key of the backup.
    bundle: SecretsBundle,
    /// Public part of the first of them: whether it is still the doctor's.
    master_key: String,
}

/// Where keys of messages wait, encrypted, until the new device has them: a process that ends in between loses none.
fn waiting(account_dir: &Path) -> PathBuf {
    account_dir.join("message-keys.waiting")
}

fn passphrase(key: &VaultKey) -> Zeroizing<String> {
    Zeroizing::new(STANDARD_NO_PAD.encode(key.derive("message keys handed over").as_ref()))
}

/// Takes what the store in `folder` holds, as far as it can still be read. Its keys of messages wait in the account's folder.
pub(crate) async fn take(folder: &Path, account_dir: &Path, key: &VaultKey) -> Option<Secrets> {
    if !folder.join(CRYPTO).exists() {
        return None;
    }
    let config = SqliteStoreConfig::new(folder).key(Some(key.bytes()));
    let store = SqliteCryptoStore::open_with_config(&config).await.ok()?;
    let account = store.load_account().await.ok()??;
    let (user, device) = (account.user_id().to_owned(), account.device_id().to_owned());
    let machine = OlmMachine::with_store(&user, &device, store, None).await.ok()?;
    match machine.store().export_room_keys(|_| true).await {
        Ok(keys) if !keys.is_empty() => {
            // The passphrase is random: it needs no rounds that make guessing slow.
            let kept = encrypt_room_key_export(&keys, &passphrase(key), 1).ok();
            if kept.and_then(|kept| write_whole(&waiting(account_dir), kept.as_bytes()).ok()).is_none() {
                tracing::error!("the keys of messages could not be kept for the new device");
            }
        }
        Ok(_) => {}
        Err(_) => tracing::error!("the keys of messages could not be read for the new device"),
    }
    let bundle = machine.store().export_secrets_bundle().await.ok()?;
    let Some(UserIdentity::Own(own)) = machine.get_identity(&user, None).await.ok()? else { return None };
    let master_key = own.master_key().get_first_key()?.to_base64();
    Some(Secrets { bundle, master_key })
}

/// Makes the new device a verified one with what the former had, if that still counts. Before the first sync.
pub(crate) async fn hand_on(client: &Client, secrets: Secrets) -> Result<()> {
    let encryption = client.encryption();
    encryption.wait_for_e2ee_initialization_tasks().await;
    let Some(user) = client.user_id() else { return Ok(()) };
    let identity = encryption.request_user_identity(user).await.map_err(|error| matrix_error(&error))?;
    let current = identity.and_then(|identity| identity.master_key().get_first_key().map(|key| key.to_base64()));
    if current.as_ref() != Some(&secrets.master_key) {
        return Ok(());
    }
    encryption
        .import_secrets_bundle(&secrets.bundle)
        .await
        .map_err(|_| Error::new(ErrorCode::Internal, "the new device could not be verified by the former"))
}

/// Gives the device the keys of messages that wait for it.
pub(crate) async fn read_waiting(client: &Client, account_dir: &Path, key: &VaultKey) {
    let file = waiting(account_dir);
    if !file.exists() {
        return;
    }
    match client.encryption().import_room_keys(file.clone(), &passphrase(key)).await {
        Ok(_) => {
            let _ = std::fs::remove_file(file);
        }
        Err(_) => tracing::error!("the keys of messages of the former device could not be read"),
    }
}
