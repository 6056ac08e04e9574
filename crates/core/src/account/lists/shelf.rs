//! How the doctor's lists lie on the homeserver: in 64 events of account data, each a sealed part of them.

use crate::contacts::Entry;
use crate::sealed::Seal;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use consilium_api::{Error, ErrorCode, Result};
use hkdf::Hkdf;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Parts: a change sends one of them, and one of a thousand long notes stays below 64 KiB, the size of an event.
pub(super) const SHELVES: u8 = 64;
const PREFIX: &str = "cn.consilium.lists.";
/// A later version is left alone.
const VERSION: u32 = 1;
/// What is sealed is a multiple of this, so that its length says little.
const BLOCK: usize = 1024;

/// The type of a part's event.
pub(super) fn event_type(shelf: u8) -> String {
    format!("{PREFIX}{shelf:02}")
}

pub(super) fn is_ours(event_type: &str) -> bool {
    event_type.starts_with(PREFIX)
}

/// What the homeserver holds of a part.
#[derive(Serialize, Deserialize)]
pub(super) struct Content {
    version: u32,
    /// Id of the key, so that what another key sealed is not taken for damaged.
    key: String,
    /// Nonce and XChaCha20-Poly1305, base64 without padding.
    sealed: String,
}

/// What a look at a part found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing was ever there, or it was emptied.
    Nothing,
    Entries(Vec<Entry>),
    /// Sealed with another key: of an identity that was given up, or by somebody who may write there and has no key.
    Foreign,
    /// Of a later version of the program.
    Later,
}

/// The keys of the lists, derived from a secret that exactly the doctor's verified devices hold.
pub(super) struct Keys {
    seal: Seal,
    place: Zeroizing<[u8; 32]>,
    id: String,
    user: String,
}

impl Keys {
    /// `secret` is the seed of the private user-signing key.
    pub(super) fn derive(secret: &[u8], user: &str) -> Self {
        let hkdf = Hkdf::<Sha256>::new(Some(b"consilium lists v1"), secret);
        let key = |purpose: &str| {
            let mut key = Zeroizing::new([0; 32]);
            // Fails only for outputs longer than 8,160 bytes.
            let _ = hkdf.expand(purpose.as_bytes(), key.as_mut());
            key
        };
        let id = STANDARD_NO_PAD.encode(&key("id")[..12]);
        Self { seal: Seal::new(&key("seal")), place: key("place"), id, user: user.to_owned() }
    }

    /// In which part an item lies. Keyed: the homeserver knows the ids of all colleagues, and must not learn from which
    /// part changes whom a note is about.
    pub(super) fn shelf(&self, entry: &Entry) -> u8 {
        let mut byte = [0; 1];
        if let Ok(hkdf) = Hkdf::<Sha256>::from_prk(self.place.as_slice()) {
            let _ = hkdf.expand_multi_info(&[entry.kind.name().as_bytes(), b"\0", entry.item.as_bytes()], &mut byte);
        }
        byte[0] % SHELVES
    }

    pub(super) fn seal(&self, shelf: u8, entries: &[Entry]) -> Result<Content> {
        let unwritable = |_| Error::new(ErrorCode::Internal, "a list could not be serialized");
        let mut plain = Zeroizing::new(serde_json::to_vec(entries).map_err(unwritable)?);
        // JSON ends where it ends; blanks after it are nothing.
        let padded = plain.len().next_multiple_of(BLOCK);
        plain.resize(padded, b' ');
        let sealed = self.seal.close(&plain, self.place(shelf).as_bytes())?;
        Ok(Content { version: VERSION, key: self.id.clone(), sealed: STANDARD_NO_PAD.encode(sealed) })
    }

    /// `content` is the content of the part's event.
    pub(super) fn open(&self, shelf: u8, content: &str) -> Found {
        let Ok(value) = serde_json::from_str::<serde_json::Value>(content) else { return Found::Foreign };
        if value.as_object().is_none_or(serde_json::Map::is_empty) {
            return Found::Nothing;
        }
        if value["version"].as_u64().is_some_and(|version| version > u64::from(VERSION)) {
            return Found::Later;
        }
        let entries = serde_json::from_value::<Content>(value).ok().filter(|content| content.key == self.id);
        let entries = entries.and_then(|content| STANDARD_NO_PAD.decode(content.sealed).ok());
        let entries = entries.and_then(|sealed| self.seal.open(&sealed, self.place(shelf).as_bytes()));
        match entries.and_then(|plain| serde_json::from_slice(&plain).ok()) {
            Some(entries) => Found::Entries(entries),
            None => Found::Foreign,
        }
    }

    /// Where a sealed part belongs: of one account, one part, one version.
    fn place(&self, shelf: u8) -> String {
        format!("{VERSION} {} {}", self.user, event_type(shelf))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::contacts::Kind;
    use crate::contacts::entries::Value;

    fn note(item: &str, text: &str) -> Entry {
        let value = Some(Value { text: text.into(), at: 7 });
        Entry { kind: Kind::Note, item: item.into(), clock: 3, device: "A".into(), value }
    }

    fn json(content: &Content) -> String {
        serde_json::to_string(content).unwrap()
    }

    #[test]
    fn a_part_opens_with_its_key_in_its_place_alone() {
        let keys = Keys::derive(b"a seed", "@lin:jz.example");
        let entries = vec![note("zhang-wei", "急会诊可直接打分机。")];
        let content = json(&keys.seal(5, &entries).unwrap());
        assert!(!content.contains("zhang-wei") && !content.contains("急会诊"));
        assert_eq!(keys.open(5, &content), Found::Entries(entries));
        assert_eq!(keys.open(6, &content), Found::Foreign, "moved to another part");
        assert_eq!(Keys::derive(b"a seed", "@eve:jz.example").open(5, &content), Found::Foreign, "another account");
        assert_eq!(Keys::derive(b"another", "@lin:jz.example").open(5, &content), Found::Foreign, "another key");
        assert_eq!(keys.open(5, "{}"), Found::Nothing);
        assert_eq!(keys.open(5, r#"{"version":2,"key":"x","lists":[]}"#), Found::Later);
    }

    #[test]
    fn lengths_say_little_and_items_spread() {
        let keys = Keys::derive(b"a seed", "@lin:jz.example");
        let length = |text: &str| json(&keys.seal(0, &[note("zhang-wei", text)]).unwrap()).len();
        assert_eq!(length("x"), length(&"x".repeat(800)));
        let mut used = std::collections::BTreeMap::<u8, usize>::new();
        for n in 0..6_400 {
            *used.entry(keys.shelf(&note(&n.to_string(), ""))).or_default() += 1;
        }
        assert_eq!(used.len(), usize::from(SHELVES));
        assert!(used.values().all(|count| (50..170).contains(count)), "{used:?}");
        let other = Keys::derive(b"another", "@lin:jz.example");
        assert!((0..20).any(|n| keys.shelf(&note(&n.to_string(), "")) != other.shelf(&note(&n.to_string(), ""))));
    }
}
