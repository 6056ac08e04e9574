//! Keys that derive from the secret file, and what is done with them.

use crate::clock::Random;
use anyhow::{Context as _, bail};
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _, Nonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use std::path::Path;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

pub type Key = Zeroizing<[u8; 32]>;

/// Each use has a key of its own, so that a digest of one use says nothing in another.
#[derive(Clone, Copy, Debug)]
pub enum Use {
    ApplicationSecret,
    EmailCode,
    EmailLimit,
    RequestLimit,
    LicenceDuplicate,
    LicenceSeal,
    EvidenceKey,
    RegistrationToken,
    SessionToken,
    OpenIdToken,
    DirectoryKey,
    /// By which a database knows the secret file again.
    Mark,
}

impl Use {
    fn label(self) -> &'static [u8] {
        match self {
            Self::ApplicationSecret => b"application secret",
            Self::EmailCode => b"email code",
            Self::EmailLimit => b"email limit",
            Self::RequestLimit => b"request limit",
            Self::LicenceDuplicate => b"licence duplicate",
            Self::LicenceSeal => b"licence seal",
            Self::EvidenceKey => b"evidence key",
            Self::RegistrationToken => b"registration token",
            Self::SessionToken => b"session token",
            Self::OpenIdToken => b"openid token",
            Self::DirectoryKey => b"directory key",
            Self::Mark => b"mark",
        }
    }
}

pub struct Secrets {
    root: Hkdf<Sha256>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets")
    }
}

/// What was sealed cannot be opened: another key, or changed bytes.
#[derive(Debug, thiserror::Error)]
#[error("sealed data cannot be opened with this secret file")]
pub struct CannotOpen;

impl Secrets {
    pub fn new(root: &[u8; 32]) -> Self {
        Self { root: Hkdf::new(Some(b"consilium-registry"), root) }
    }

    /// Reads the secret file (32 bytes in hex), or makes it for its owner alone.
    pub fn load(path: &Path, random: &Random) -> anyhow::Result<Self> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let text = Zeroizing::new(hex::encode(*Zeroizing::new(random.bytes::<32>())));
                write_private(path, text.as_bytes()).context("cannot make the secret file")?;
                text
            }
            Err(error) => return Err(error).context("cannot read the secret file"),
        };
        let mut root = Zeroizing::new([0; 32]);
        if hex::decode_to_slice(text.trim(), root.as_mut()).is_err() {
            bail!("the secret file must hold 32 bytes in hex");
        }
        Ok(Self::new(&root))
    }

    fn key(&self, use_: Use) -> Key {
        let mut key = Zeroizing::new([0; 32]);
        // HKDF-SHA-256 gives up to 8,160 bytes; 32 cannot fail, and a zero key would open nothing.
        let _ = self.root.expand(use_.label(), key.as_mut());
        key
    }

    /// A keyed digest of these parts, each told apart by its length.
    pub fn digest(&self, use_: Use, parts: &[&[u8]]) -> [u8; 32] {
        // HMAC takes keys of any length.
        let Ok(mut mac) = <Hmac<Sha256> as hmac::Mac>::new_from_slice(self.key(use_).as_ref()) else { return [0; 32] };
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// Encrypts a short secret, bound to the record it belongs to.
    pub fn seal(&self, use_: Use, record: &str, plain: &[u8], random: &Random) -> Result<Vec<u8>, CannotOpen> {
        seal(&self.key(use_), record.as_bytes(), plain, random)
    }

    pub fn open(&self, use_: Use, record: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, CannotOpen> {
        open(&self.key(use_), record.as_bytes(), sealed)
    }
}

/// Nonce and ChaCha20-Poly1305 ciphertext. RFC 8439.
pub fn seal(key: &Key, bound_to: &[u8], plain: &[u8], random: &Random) -> Result<Vec<u8>, CannotOpen> {
    let nonce = random.bytes::<12>();
    let mut sealed = nonce.to_vec();
    let cipher = ChaCha20Poly1305::new(key.as_ref().into());
    let text =
        cipher.encrypt(Nonce::from_slice(&nonce), Payload { msg: plain, aad: bound_to }).map_err(|_| CannotOpen)?;
    sealed.extend(text);
    Ok(sealed)
}

pub fn open(key: &Key, bound_to: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, CannotOpen> {
    let (nonce, text) = sealed.split_at_checked(12).ok_or(CannotOpen)?;
    ChaCha20Poly1305::new(key.as_ref().into())
        .decrypt(Nonce::from_slice(nonce), Payload { msg: text, aad: bound_to })
        .map(Zeroizing::new)
        .map_err(|_| CannotOpen)
}

/// Equality that takes the same time wherever the difference is.
pub fn same(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

/// Writes a new file for its owner alone; one that exists is left alone and is an error.
fn write_private(path: &Path, content: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_file_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/secret");
        let first = Secrets::load(&path, &Random::system()).unwrap();
        let second = Secrets::load(&path, &Random::system()).unwrap();
        let digest = |s: &Secrets| s.digest(Use::EmailCode, &[b"app", b"123456"]);
        assert_eq!(digest(&first), digest(&second));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        std::fs::write(&path, "short").unwrap();
        assert!(Secrets::load(&path, &Random::system()).is_err());
    }

    #[test]
    fn a_digest_is_bound_to_its_use_and_to_the_borders_of_its_parts() {
        let secrets = Secrets::new(&[7; 32]);
        let digest = secrets.digest(Use::EmailCode, &[b"ab", b"c"]);
        assert_ne!(digest, secrets.digest(Use::EmailCode, &[b"a", b"bc"]));
        assert_ne!(digest, secrets.digest(Use::SessionToken, &[b"ab", b"c"]));
        assert_ne!(digest, Secrets::new(&[8; 32]).digest(Use::EmailCode, &[b"ab", b"c"]));
    }

    #[test]
    fn a_seal_opens_for_its_own_record_alone() {
        let secrets = Secrets::new(&[7; 32]);
        let random = Random::system();
        let sealed = secrets.seal(Use::LicenceSeal, "lin", b"990420000083517", &random).unwrap();
        assert_eq!(secrets.open(Use::LicenceSeal, "lin", &sealed).unwrap().as_slice(), b"990420000083517");
        assert!(secrets.open(Use::LicenceSeal, "weiss", &sealed).is_err());
        assert!(secrets.open(Use::EvidenceKey, "lin", &sealed).is_err());
        let mut changed = sealed.clone();
        changed[15] ^= 1;
        assert!(secrets.open(Use::LicenceSeal, "lin", &changed).is_err());
        assert!(secrets.open(Use::LicenceSeal, "lin", &sealed[..8]).is_err());
        assert_ne!(sealed, secrets.seal(Use::LicenceSeal, "lin", b"990420000083517", &random).unwrap());
    }
}
