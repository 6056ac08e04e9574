//! What a registry signs: the state of its directory at one moment, and the files that lead there.

use crate::note::{NoteError, SigningKey, VerifyingKey};
use crate::tree::Hash;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;

/// Files of one checkpoint. A directory of ten million would have two thousand.
const MOST_FILES: usize = 10_000;

/// A file that belongs to a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedFile {
    /// The last part of its URL.
    pub name: String,
    /// SHA-256 of the file as it is sent, compressed.
    pub sha256: Hash,
    /// Bytes, compressed.
    pub bytes: u64,
    /// Lines.
    pub count: u64,
}

/// A state of the directory. Its text begins as C2SP's tlog-checkpoint does: origin, size, root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which registry's directory it is: `consilium-directory/` and the id of its database.
    pub origin: String,
    /// Leaves in the tree.
    pub size: u64,
    pub root: Hash,
    /// Grows with every checkpoint: milliseconds since 1970 of its making, or one more than the last.
    pub version: i64,
    /// Seconds since 1970.
    pub issued: i64,
    /// Seconds since 1970, after which it is worth nothing.
    pub expires: i64,
    pub files: Vec<PublishedFile>,
}

impl Checkpoint {
    pub fn signed(&self, key: &SigningKey) -> String {
        let mut text = format!(
            "{}\n{}\n{}\nversion {}\nissued {}\nexpires {}\n",
            self.origin,
            self.size,
            STANDARD.encode(self.root),
            self.version,
            self.issued,
            self.expires
        );
        for file in &self.files {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "file {} {} {} {}", hex::encode(file.sha256), file.bytes, file.count, file.name);
        }
        key.sign(&text)
    }

    /// The checkpoint of a note that one of these keys signed.
    pub fn open(note: &str, keys: &[VerifyingKey]) -> Result<Self, NoteError> {
        let mut refused = NoteError::OtherKey;
        for key in keys {
            match key.open(note) {
                Ok(text) => return Self::read(text).ok_or(NoteError::Malformed),
                Err(NoteError::OtherKey) => {}
                Err(error) => refused = error,
            }
        }
        Err(refused)
    }

    /// The checkpoint of a note whose signature was proved before.
    pub fn read_unproved(note: &str) -> Option<Self> {
        let (text, _) = note.rsplit_once("\n\n")?;
        Self::read(text)
    }

    fn read(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let origin = lines.next()?.to_owned();
        let size = lines.next()?.parse().ok()?;
        let root = STANDARD.decode(lines.next()?).ok()?.try_into().ok()?;
        let mut number = |name: &str| -> Option<i64> { lines.next()?.strip_prefix(name)?.parse().ok() };
        let (version, issued, expires) = (number("version ")?, number("issued ")?, number("expires ")?);
        let files: Option<Vec<PublishedFile>> = lines.take(MOST_FILES + 1).map(read_file).collect();
        let files = files.filter(|files| files.len() <= MOST_FILES)?;
        Some(Self { origin, size, root, version, issued, expires, files })
    }

    /// The file of this name, if it belongs to it.
    pub fn file(&self, name: &str) -> Option<&PublishedFile> {
        self.files.iter().find(|file| file.name == name)
    }
}

fn read_file(line: &str) -> Option<PublishedFile> {
    let mut parts = line.strip_prefix("file ")?.splitn(4, ' ');
    let mut sha256 = [0; 32];
    hex::decode_to_slice(parts.next()?, &mut sha256).ok()?;
    let (bytes, count) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some(PublishedFile { name: parts.next()?.to_owned(), sha256, bytes, count })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_read_as_it_was_signed() {
        let file = PublishedFile { name: "a.ndjson.gz".into(), sha256: [3; 32], bytes: 4_000, count: 50 };
        let checkpoint = Checkpoint {
            origin: "consilium-directory/7".into(),
            size: 12,
            root: [9; 32],
            version: 1_795_590_000_250,
            issued: 1_795_590_000,
            expires: 1_796_194_800,
            files: vec![file.clone(), PublishedFile { name: "b.ndjson.gz".into(), ..file }],
        };
        let (key, other) = (SigningKey::new("registry", &[1; 32]), SigningKey::new("registry", &[2; 32]));
        let note = checkpoint.signed(&key);
        assert_eq!(Checkpoint::open(&note, &[other.verifying(), key.verifying()]), Ok(checkpoint));
        assert_eq!(Checkpoint::open(&note, &[other.verifying()]), Err(NoteError::OtherKey));
        let later = note.replace("expires 1796194800", "expires 1896194800");
        assert_eq!(Checkpoint::open(&later, &[key.verifying()]), Err(NoteError::WrongSignature));
        // Signed, but no checkpoint.
        assert_eq!(Checkpoint::open(&key.sign("registry\n1\n"), &[key.verifying()]), Err(NoteError::Malformed));
    }
}
