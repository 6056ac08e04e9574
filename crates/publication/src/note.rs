//! Signed notes: a text that a person can read, with an Ed25519 signature under it. The format is C2SP's signed-note,
//! which Go's checksum database and transparency logs use.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;

/// Ed25519, as signed-note numbers it.
const ALGORITHM: u8 = 1;

/// Why a note is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    #[error("not a signed note")]
    Malformed,
    #[error("signed with another key")]
    OtherKey,
    #[error("the signature is wrong")]
    WrongSignature,
}

/// A key that signs, with the name it bears in notes.
#[derive(Clone)]
pub struct SigningKey {
    name: String,
    key: ed25519_dalek::SigningKey,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.name)
    }
}

impl SigningKey {
    /// `name` has no spaces and no plus sign; `seed` is the private key of RFC 8032.
    pub fn new(name: impl Into<String>, seed: &[u8; 32]) -> Self {
        Self { name: name.into(), key: ed25519_dalek::SigningKey::from_bytes(seed) }
    }

    pub fn verifying(&self) -> VerifyingKey {
        VerifyingKey { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// The note of a text, which ends with a line break and holds no empty line at its end.
    pub fn sign(&self, text: &str) -> String {
        let mut signed = self.verifying().id().to_vec();
        signed.extend(self.key.sign(text.as_bytes()).to_bytes());
        format!("{text}\n\u{2014} {} {}\n", self.name, STANDARD.encode(signed))
    }
}

/// A key by which a note is known. Written `NAME+ID+KEY`, as signed-note does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey {
    name: String,
    key: ed25519_dalek::VerifyingKey,
}

impl VerifyingKey {
    pub fn name(&self) -> &str {
        &self.name
    }

    /// By which a signature says whose it is.
    fn id(&self) -> [u8; 4] {
        let hash = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', ALGORITHM])
            .chain_update(self.key.as_bytes())
            .finalize();
        [hash[0], hash[1], hash[2], hash[3]]
    }

    /// The text of a note that this key signed.
    pub fn open<'a>(&self, note: &'a str) -> Result<&'a str, NoteError> {
        let (text, signatures) = parts(note)?;
        for line in signatures.lines() {
            let (name, signed) =
                line.strip_prefix("\u{2014} ").and_then(|line| line.split_once(' ')).ok_or(NoteError::Malformed)?;
            let signed = STANDARD.decode(signed).map_err(|_| NoteError::Malformed)?;
            let (id, signature) = signed.split_at_checked(4).ok_or(NoteError::Malformed)?;
            if name != self.name || id != self.id() {
                continue;
            }
            let signature = Signature::from_slice(signature).map_err(|_| NoteError::Malformed)?;
            let valid = self.key.verify_strict(text.as_bytes(), &signature);
            return valid.map(|()| text).map_err(|_| NoteError::WrongSignature);
        }
        Err(NoteError::OtherKey)
    }
}

/// Text and signatures of a note.
fn parts(note: &str) -> Result<(&str, &str), NoteError> {
    let at = note.rfind("\n\n").ok_or(NoteError::Malformed)?;
    let (text, signatures) = (&note[..=at], &note[at + 2..]);
    if signatures.is_empty() || !signatures.ends_with('\n') {
        Err(NoteError::Malformed)
    } else {
        Ok((text, signatures))
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![ALGORITHM];
        key.extend(self.key.as_bytes());
        write!(f, "{}+{}+{}", self.name, hex::encode(self.id()), STANDARD.encode(key))
    }
}

impl FromStr for VerifyingKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let mut parts = text.splitn(3, '+');
        let (name, id, key) = parts
            .next()
            .zip(parts.next())
            .zip(parts.next())
            .map(|((name, id), key)| (name, id, key))
            .ok_or(NoteError::Malformed)?;
        let key = STANDARD.decode(key).map_err(|_| NoteError::Malformed)?;
        let (algorithm, key) = key.split_first().ok_or(NoteError::Malformed)?;
        let key: [u8; 32] = key.try_into().map_err(|_| NoteError::Malformed)?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(&key).map_err(|_| NoteError::Malformed)?;
        let read = Self { name: name.to_owned(), key };
        let plain = !name.is_empty() && !name.contains(char::is_whitespace);
        let whole = *algorithm == ALGORITHM && hex::encode(read.id()) == id && plain;
        whole.then_some(read).ok_or(NoteError::Malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the documentation of golang.org/x/mod/sumdb/note.
    #[test]
    fn a_note_of_another_implementation_is_opened() {
        let key: VerifyingKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".parse().unwrap();
        let text = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n";
        let signed = "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        assert_eq!(key.open(&format!("{text}\n{signed}")), Ok(text));
        assert_eq!(key.to_string().parse(), Ok(key));
    }

    #[test]
    fn a_note_opens_with_its_key_alone_and_unchanged() {
        let key = SigningKey::new("registry.example", &[7; 32]);
        let note = key.sign("first\nsecond\n");
        assert_eq!(key.verifying().open(&note), Ok("first\nsecond\n"));
        assert_eq!(key.verifying().open(&note.replace("second", "Second")), Err(NoteError::WrongSignature));
        let other = SigningKey::new("registry.example", &[8; 32]);
        assert_eq!(other.verifying().open(&note), Err(NoteError::OtherKey));
        // A note may bear the signatures of several.
        let both = format!("{note}{}", other.sign("first\nsecond\n").rsplit_once("\n\n").unwrap().1);
        assert_eq!(other.verifying().open(&both), Ok("first\nsecond\n"));
        for broken in ["", "text", "text\n\n", "text\n\nsigned\n", "text\n\n\u{2014} a b\n"] {
            assert_eq!(key.verifying().open(broken), Err(NoteError::Malformed), "{broken:?}");
        }
    }
}
