//! What the keyring keeps of a session.

use crate::registry::Servers;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use consilium_api::account::{Name, SignedOutReason};
use consilium_api::registry::Role;
use hkdf::Hkdf;
use matrix_sdk::authentication::matrix::MatrixSession;
use matrix_sdk::ruma::UserId;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The random key of an account's databases on this machine.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct VaultKey([u8; 32]);

impl VaultKey {
    pub(crate) fn random() -> Self {
        Self(rand::random())
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A key of its own for one purpose (RFC 5869), so that no two databases share one.
    pub(crate) fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        // Fails only for outputs longer than 8,160 bytes.
        let _ = Hkdf::<Sha256>::new(Some(b"consilium vault v1"), &self.0).expand(purpose.as_bytes(), key.as_mut());
        key
    }
}

impl std::fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VaultKey(…)")
    }
}

impl Serialize for VaultKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD_NO_PAD.encode(self.0))
    }
}

impl<'de> Deserialize<'de> for VaultKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        let bytes = STANDARD_NO_PAD.decode(text.as_bytes()).map_err(|_| serde::de::Error::custom("not base64"))?;
        let bytes = Zeroizing::new(bytes);
        bytes.as_slice().try_into().map(Self).map_err(|_| serde::de::Error::custom("not 32 bytes"))
    }
}

/// The session with the homeserver, as the keyring holds it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct StoredSession {
    pub servers: Servers,
    pub session: MatrixSession,
    /// Set once the server ended it.
    #[serde(default)]
    pub ended: Option<Ended>,
    /// Whose it was, for the one who sits there next; known once it has ended.
    #[serde(default)]
    pub name: Name,
    /// The account was just made and the registry has not bound it yet; the registration goes on with it.
    #[serde(default)]
    pub unbound: bool,
}

impl StoredSession {
    /// A session that goes on.
    pub(crate) fn of(servers: Servers, session: MatrixSession) -> Self {
        Self { servers, session, ended: None, name: Name::default(), unbound: false }
    }

    /// Whether it is of this account. Another service may give out the same ids.
    pub(crate) fn is_of(&self, servers: &Servers, user: &UserId) -> bool {
        self.servers.homeserver == servers.homeserver && self.session.meta.user_id == user
    }
}

impl std::fmt::Debug for StoredSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredSession").field("session", &self.session).finish_non_exhaustive()
    }
}

/// How the server ended a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ended {
    pub reason: SignedOutReason,
    /// Signing in again may go on with this device and its store.
    pub soft: bool,
}

/// Why what runs while somebody is signed in has to end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ending {
    /// The server ended the session.
    Ended(Ended),
    /// It goes on from what is stored.
    Reopen,
}

/// What the registry last said of this account; kept in the SDK's encrypted store for offline starts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Me {
    pub practitioner_id: String,
    pub roles: Vec<Role>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_the_keyring_and_never_shows() {
        let key = VaultKey::random();
        let stored = serde_json::to_string(&key).unwrap();
        let read: VaultKey = serde_json::from_str(&stored).unwrap();
        assert_eq!(read.bytes(), key.bytes());
        assert_eq!(format!("{key:?}"), "VaultKey(…)");
        assert_ne!(key.derive("directory").as_ref(), key.bytes());
        assert_ne!(key.derive("directory"), key.derive("cases"));
    }
}
