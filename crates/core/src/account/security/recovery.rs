//! The recovery key: the way back to the account's secrets for whoever has no other device.

use super::{KNOWN, Known, lock, save};
use crate::account::active::Active;
use crate::account::error::matrix_error;
use crate::account::security::devices::password_error;
use consilium_api::security::{OwnPassword, RecoveryKey};
use consilium_api::{Error, ErrorCode, Result};
use matrix_sdk::encryption::CrossSigningResetAuthType;
use matrix_sdk::encryption::recovery::{Recovery, RecoveryError};
use matrix_sdk::encryption::secret_storage::{ImportError, SecretStorageError};
use matrix_sdk::ruma::events::GlobalAccountDataEventType;
use matrix_sdk::ruma::events::secret_storage::secret::SecretEventContent;
use matrix_sdk::ruma::serde::Raw;
use zeroize::Zeroizing;

impl Active {
    /// Makes the account's recovery key, shown once. `Conflict` if there is one, `DeviceNotVerified` on a device that
    /// does not hold what the key is to open.
    pub(crate) async fn set_up_recovery(&self) -> Result<RecoveryKey> {
        let _changing = self.security.changing.lock().await;
        self.needs_network()?;
        self.needs_all_secrets().await?;
        let encryption = self.client.encryption();
        if encryption.secret_storage().is_enabled().await.map_err(|error| matrix_error(&error))? {
            return Err(Error::new(ErrorCode::Conflict, "there is a recovery key already"));
        }
        let key = encryption.recovery().enable().await.map_err(|error| recovery_error(&error))?;
        self.note_recovery(|known, id| known.unkept = Some(id)).await;
        self.ask_security();
        Ok(RecoveryKey { key })
    }

    /// Makes another recovery key. What the old one opened is put under the new one alone, so that the old one, wherever
    /// it lies, opens nothing of what the homeserver hands out.
    pub(crate) async fn replace_recovery(&self) -> Result<RecoveryKey> {
        let _changing = self.security.changing.lock().await;
        self.needs_network()?;
        self.needs_all_secrets().await?;
        let recovery = self.client.encryption().recovery();
        let key = RecoveryKey { key: recovery.reset_key().await.map_err(|error| recovery_error(&error))? };
        if let Err(error) = self.forget_old_keys().await {
            // The new key is in force, and the doctor must see it.
            tracing::warn!(code = ?error.code, "secrets are still stored under an earlier recovery key too");
        }
        self.note_recovery(|known, id| known.unkept = Some(id)).await;
        self.ask_security();
        Ok(key)
    }

    /// Takes out of the stored secrets what is encrypted with other keys than the one in use.
    async fn forget_old_keys(&self) -> Result<()> {
        let storage = self.client.encryption().secret_storage();
        let account = self.client.account();
        let missing = || Error::new(ErrorCode::Internal, "there is no recovery key");
        let current = storage.fetch_default_key_id().await.map_err(|error| matrix_error(&error))?;
        let current = current.and_then(|content| content.deserialize().ok()).ok_or_else(missing)?.key_id;
        for name in Recovery::KNOWN_SECRETS {
            let event = GlobalAccountDataEventType::from(name.clone());
            let stored = account.fetch_account_data(event.clone()).await.map_err(|error| matrix_error(&error))?;
            let Some(stored) = stored else { continue };
            let Ok(mut secret) = stored.deserialize_as_unchecked::<SecretEventContent>() else { continue };
            let before = secret.encrypted.len();
            secret.encrypted.retain(|id, _| *id == current);
            if secret.encrypted.len() < before {
                let content = Raw::new(&secret)
                    .map_err(|_| Error::new(ErrorCode::Internal, "a secret could not be serialized"))?;
                account
                    .set_account_data_raw(event, content.cast_unchecked())
                    .await
                    .map_err(|error| matrix_error(&error))?;
            }
        }
        Ok(())
    }

    /// The doctor says that the key which was shown is kept.
    pub(crate) async fn keep_recovery(&self) {
        let known = {
            let mut known = lock(&self.security.known);
            known.unkept = None;
            known.clone()
        };
        save(&self.client, KNOWN, &known).await;
        self.ask_security();
    }

    /// Notes something about the recovery key in use, by its id.
    async fn note_recovery(&self, note: impl FnOnce(&mut Known, String)) {
        let current = self.client.encryption().secret_storage().fetch_default_key_id().await;
        let Some(current) = current.ok().flatten().and_then(|content| content.deserialize().ok()) else { return };
        let known = {
            let mut known = lock(&self.security.known);
            note(&mut known, current.key_id);
            known.clone()
        };
        save(&self.client, KNOWN, &known).await;
    }

    /// Whether this is the account's recovery key.
    pub(crate) async fn check_recovery(&self, input: &RecoveryKey) -> Result<()> {
        self.needs_network()?;
        let storage = self.client.encryption().secret_storage();
        storage.open_secret_store(&typed(input)).await.map_err(|error| storage_error(&error))?;
        self.note_recovery(Known::check).await;
        self.ask_security();
        Ok(())
    }

    /// Fetches the account's secrets: this device is verified then, and older messages can be read.
    pub(crate) async fn use_recovery(&self, input: &RecoveryKey) -> Result<()> {
        let _changing = self.security.changing.lock().await;
        self.needs_network()?;
        let recovered = match self.client.encryption().recovery().recover(&typed(input)).await {
            Err(RecoveryError::SecretStorage(SecretStorageError::InconsistentBackupDecryptionKey)) => {
                // The device is verified; only the backup is another than the stored key opens.
                tracing::warn!("the stored key of the backup is not the backup's");
                Ok(())
            }
            other => other.map_err(|error| recovery_error(&error)),
        };
        if recovered.is_ok() {
            self.note_recovery(Known::check).await;
        }
        self.ask_security();
        recovered
    }

    /// New cross-signing keys and a new, empty backup, for a doctor who has neither another device nor the recovery key.
    /// Other devices have to be verified anew; what only the old backup could open stays locked.
    pub(crate) async fn reset_identity(&self, input: &OwnPassword) -> Result<()> {
        let _changing = self.security.changing.lock().await;
        self.needs_network()?;
        // The SDK deletes the backup before the homeserver asks who one is: a wrong password must not cost it.
        self.check_password(&input.password).await?;
        let reset = self.client.encryption().recovery().reset_identity().await;
        if let Some(handle) = reset.map_err(|error| recovery_error(&error))? {
            let CrossSigningResetAuthType::Uiaa(asked) = handle.auth_type() else {
                return Err(Error::new(
                    ErrorCode::ServerTrouble,
                    "the homeserver asks for another proof than a password",
                ));
            };
            let auth = self.password_for(asked.session.clone(), &input.password)?;
            handle.reset(Some(auth)).await.map_err(|error| match &error {
                RecoveryError::Sdk(matrix_sdk::Error::Http(error)) => password_error(error),
                error => recovery_error(error),
            })?;
        }
        self.ask_security();
        Ok(())
    }
}

/// The key as it was meant: its groups may be joined by hyphens, which no key has.
fn typed(input: &RecoveryKey) -> Zeroizing<String> {
    Zeroizing::new(input.key.trim().replace(['-', '‐', '–', '—'], " "))
}

fn recovery_error(error: &RecoveryError) -> Error {
    match error {
        RecoveryError::BackupExistsOnServer => {
            Error::new(ErrorCode::DeviceNotVerified, "this device lacks the key of the account's backup")
        }
        RecoveryError::Sdk(error) => matrix_error(error),
        RecoveryError::SecretStorage(error) => storage_error(error),
    }
}

fn storage_error(error: &SecretStorageError) -> Error {
    use SecretStorageError as E;
    match error {
        E::Sdk(error) | E::ImportError { error: ImportError::Sdk(error), .. } => matrix_error(error),
        E::MissingKeyInfo { .. } | E::Json(_) => Error::new(ErrorCode::NotFound, "there is no recovery key"),
        E::SecretStorageKey(_) | E::Decryption(_) | E::ImportError { .. } => {
            Error::new(ErrorCode::WrongRecoveryKey, "not the recovery key in use")
        }
        _ => Error::new(ErrorCode::Internal, "the stored secrets could not be used"),
    }
}
