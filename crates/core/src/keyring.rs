//! This profile's secrets in the operating system's keyring: Secret Service, Keychain or Credential Manager.
//!
//! There is no fallback: without a keyring nothing secret is stored, and the doctor is told what to do.

use consilium_api::{Error, ErrorCode, Result};
use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

/// The entries of a profile. Each value is JSON.
#[derive(Clone, Debug)]
pub(crate) struct Keyring {
    service: String,
}

/// What is kept. The names are part of the stored format.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Secret {
    /// The key that opens the account's databases.
    Vault,
    /// The session with the homeserver.
    Session,
    /// Id, secret and sealing key of an application.
    Application,
}

impl Secret {
    fn name(self) -> &'static str {
        match self {
            Self::Vault => "vault",
            Self::Session => "session",
            Self::Application => "application",
        }
    }
}

impl Keyring {
    pub(crate) fn new(service: &str) -> Self {
        Self { service: service.to_owned() }
    }

    /// The secret, or none if there is no such entry.
    pub(crate) async fn get<T: DeserializeOwned>(&self, secret: Secret) -> Result<Option<T>> {
        let bytes = self
            .with_entry(secret, |entry| match entry.get_secret() {
                Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
                Err(keyring::Error::NoEntry) => Ok(None),
                Err(error) => Err(error),
            })
            .await?;
        // An entry that cannot be read was not written by this version: as good as none, and never quoted.
        Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    pub(crate) async fn set<T: Serialize>(&self, secret: Secret, value: &T) -> Result<()> {
        let bytes = serde_json::to_vec(value)
            .map(Zeroizing::new)
            .map_err(|_| Error::new(ErrorCode::Internal, "a secret could not be serialized"))?;
        self.with_entry(secret, move |entry| entry.set_secret(&bytes)).await
    }

    pub(crate) async fn delete(&self, secret: Secret) -> Result<()> {
        self.with_entry(secret, |entry| match entry.delete_credential() {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(error) => Err(error),
        })
        .await
    }

    async fn with_entry<T: Send + 'static>(
        &self,
        secret: Secret,
        action: impl Fn(keyring_core::Entry) -> keyring::Result<T> + Send + 'static,
    ) -> Result<T> {
        let service = self.service.clone();
        let attempt = move || {
            store::find()?;
            action(keyring_core::Entry::new(&service, secret.name())?)
        };
        // The keyring may ask the person and wait for them.
        tokio::task::spawn_blocking(move || match attempt() {
            // What the store was connected to is gone: perhaps another has taken its place.
            Err(keyring::Error::PlatformFailure(_)) if store::forget() => attempt(),
            other => other,
        })
        .await
        .map_err(|_| Error::new(ErrorCode::Internal, "the keyring's task ended"))?
        .map_err(|error| to_error(&error))
    }
}

/// The operating system's store. `keyring` looks for it once in the life of a process, which is enough on macOS and
/// Windows; on Linux a Secret Service may be started, or started anew, while the program runs.
mod store {
    /// Makes sure that a store is there.
    pub(super) fn find() -> keyring::Result<()> {
        let found = keyring::Entry::store_status();
        if keyring_core::get_default_store().is_some() {
            return Ok(());
        }
        #[cfg(target_os = "linux")]
        {
            let _ = found;
            let store = zbus_secret_service_keyring_store::Store::new().map_err(|_| keyring::Error::NoDefaultStore)?;
            keyring_core::set_default_store(store);
            Ok(())
        }
        #[cfg(not(target_os = "linux"))]
        found.as_ref().map_err(|_| keyring::Error::NoDefaultStore).copied()
    }

    /// Lets the next look find a store anew, where that can make a difference.
    pub(super) fn forget() -> bool {
        cfg!(target_os = "linux") && keyring_core::unset_default_store().is_some()
    }
}

fn to_error(error: &keyring::Error) -> Error {
    use keyring::Error as E;
    match error {
        E::NoDefaultStore | E::NotSupportedByStore(_) => {
            Error::new(ErrorCode::KeyringMissing, "no keyring answers on this machine")
        }
        E::NoStorageAccess(_) => Error::new(ErrorCode::KeyringLocked, "the keyring refused access"),
        // The bus went away or the service died: the same to the person as none.
        E::PlatformFailure(_) => Error::new(ErrorCode::KeyringMissing, "the keyring failed"),
        _ => Error::new(ErrorCode::KeyringLocked, "the keyring did not hand out the entry"),
    }
}
