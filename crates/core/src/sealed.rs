//! A JSON document in a file that only its key opens: for what an applicant types before there is an account.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use consilium_api::{Error, ErrorCode, Result};
use serde::{Serialize, de::DeserializeOwned};
use std::io::Write;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const NONCE: usize = 24;

/// XChaCha20-Poly1305 with a random nonce, which stands before what it sealed.
pub(crate) struct Seal(XChaCha20Poly1305);

impl Seal {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(key.into()))
    }

    /// `place` is not hidden: what was sealed opens only where it belongs.
    pub(crate) fn close(&self, plain: &[u8], place: &[u8]) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE] = rand::random();
        let sealed = self
            .0
            .encrypt(XNonce::from_slice(&nonce), Payload { msg: plain, aad: place })
            .map_err(|_| Error::new(ErrorCode::Internal, "sealing failed"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// None for what was not sealed with this key for this place.
    pub(crate) fn open(&self, bytes: &[u8], place: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
        let plain = self.0.decrypt(XNonce::from_slice(nonce), Payload { msg: sealed, aad: place }).ok()?;
        Some(Zeroizing::new(plain))
    }
}

pub(crate) struct SealedFile {
    path: PathBuf,
    seal: Seal,
}

impl SealedFile {
    pub(crate) fn new(path: PathBuf, key: &[u8; 32]) -> Self {
        Self { path, seal: Seal::new(key) }
    }

    /// The document; none if there is no file or it was not sealed with this key.
    pub(crate) fn load<T: DeserializeOwned>(&self) -> Option<T> {
        let bytes = std::fs::read(&self.path).ok()?;
        serde_json::from_slice(&self.seal.open(&bytes, &[])?).ok()
    }

    /// Replaces the document whole: a crash leaves the old or the new one.
    pub(crate) fn save<T: Serialize>(&self, document: &T) -> Result<()> {
        let plain = serde_json::to_vec(document).map_err(|_| Error::new(ErrorCode::Internal, "not serializable"))?;
        write_whole(&self.path, &self.seal.close(&plain, &[])?)
    }
}

/// Writes a file through a sibling and a rename.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let attempt = || {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let sibling = path.with_extension("new");
        let mut file = std::fs::File::create(&sibling)?;
        file.write_all(bytes)?;
        // On the disk before it takes the old one's place, or a power cut could leave neither.
        file.sync_all()?;
        std::fs::rename(&sibling, path)
    };
    attempt().map_err(|error: std::io::Error| io_error(&error))
}

pub(crate) fn io_error(error: &std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            Error::new(ErrorCode::DiskFull, "no space left in the data folder")
        }
        kind => Error::new(ErrorCode::Internal, format!("file system: {kind}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_opens_with_its_key_alone_and_is_not_legible() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("application.sealed");
        SealedFile::new(path.clone(), &[7; 32]).save(&"林嘉宁").unwrap();

        assert_eq!(SealedFile::new(path.clone(), &[7; 32]).load::<String>().as_deref(), Some("林嘉宁"));
        assert_eq!(SealedFile::new(path.clone(), &[8; 32]).load::<String>(), None);
        let bytes = std::fs::read(&path).unwrap();
        assert!(!bytes.windows(9).any(|w| w == "林嘉宁".as_bytes()));
    }

    #[test]
    fn a_truncated_file_is_as_good_as_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("application.sealed");
        let file = SealedFile::new(path.clone(), &[7; 32]);
        file.save(&1).unwrap();
        std::fs::write(&path, &std::fs::read(&path).unwrap()[..10]).unwrap();
        assert_eq!(file.load::<u8>(), None);
    }
}
