//! What a registry signs: the state of its directory at one moment, and the files that lead there.

use crate::note::{NoteError, SigningKey, VerifyingKey};
use crate::part::Part;
use crate::tree::{Hash, PartRoot, over};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;

/// Files of one checkpoint. A directory of ten million would have two thousand.
const MOST_FILES: usize = 10_000;
/// Parts of one: a country has tens of provinces.
const MOST_PARTS: usize = 4_096;

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
    /// The part whose rows it holds. None of changes, which are of any.
    pub part: Option<Part>,
}

/// A state of the directory. Its text begins as C2SP's tlog-checkpoint does: origin, size, root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which registry's directory it is: `consilium-directory/` and the id of its database.
    pub origin: String,
    /// Leaves in all parts.
    pub size: u64,
    /// Over all parts.
    pub root: Hash,
    /// Grows with every checkpoint: milliseconds since 1970 of its making, or one more than the last.
    pub version: i64,
    /// Seconds since 1970.
    pub issued: i64,
    /// Seconds since 1970, after which it is worth nothing.
    pub expires: i64,
    /// The parts that have leaves, in their order.
    pub parts: Vec<PartRoot>,
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
        // Writing to a string cannot fail.
        for PartRoot { part, size, root } in &self.parts {
            let _ = writeln!(text, "part {size} {} {part}", STANDARD.encode(root));
        }
        for PublishedFile { name, sha256, bytes, count, part } in &self.files {
            let of = self.parts.iter().position(|root| Some(&root.part) == part.as_ref()).map_or(0, |at| at + 1);
            let _ = writeln!(text, "file {} {bytes} {count} {of} {name}", hex::encode(sha256));
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
        let mut lines = lines.peekable();
        let mut parts = Vec::new();
        while let Some(part) = lines.next_if(|line| line.starts_with("part ")) {
            parts.push(read_part(part).filter(|_| parts.len() < MOST_PARTS)?);
        }
        let in_order = parts.windows(2).all(|pair| pair[0].part < pair[1].part);
        if !in_order || over(&parts) != (size, root) {
            return None;
        }
        let files: Option<Vec<PublishedFile>> =
            lines.take(MOST_FILES + 1).map(|line| read_file(line, &parts)).collect();
        let files = files.filter(|files| files.len() <= MOST_FILES)?;
        Some(Self { origin, size, root, version, issued, expires, parts, files })
    }

    /// What is signed of a part; None if it has no leaves.
    pub fn part(&self, part: &Part) -> Option<&PartRoot> {
        self.parts.iter().find(|root| root.part == *part)
    }

    /// The file of this name, if it belongs to it.
    pub fn file(&self, name: &str) -> Option<&PublishedFile> {
        self.files.iter().find(|file| file.name == name)
    }
}

fn read_part(line: &str) -> Option<PartRoot> {
    let mut words = line.strip_prefix("part ")?.splitn(3, ' ');
    let size = words.next()?.parse().ok()?;
    let root = STANDARD.decode(words.next()?).ok()?.try_into().ok()?;
    Some(PartRoot { part: words.next()?.parse().ok()?, size, root })
}

fn read_file(line: &str, parts: &[PartRoot]) -> Option<PublishedFile> {
    let mut words = line.strip_prefix("file ")?.splitn(5, ' ');
    let mut sha256 = [0; 32];
    hex::decode_to_slice(words.next()?, &mut sha256).ok()?;
    let (bytes, count) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let part = match words.next()?.parse::<usize>().ok()?.checked_sub(1) {
        None => None,
        Some(at) => Some(parts.get(at)?.part.clone()),
    };
    Some(PublishedFile { name: words.next()?.to_owned(), sha256, bytes, count, part })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_read_as_it_was_signed() {
        let part = Part::Province("福建省".into());
        let file = PublishedFile {
            name: "a.ndjson.gz".into(),
            sha256: [3; 32],
            bytes: 4_000,
            count: 50,
            part: Some(part.clone()),
        };
        let parts = vec![
            PartRoot { part: Part::Organizations, size: 2, root: [8; 32] },
            PartRoot { part, size: 10, root: [9; 32] },
        ];
        let (size, root) = over(&parts);
        let checkpoint = Checkpoint {
            origin: "consilium-directory/7".into(),
            size,
            root,
            version: 1_795_590_000_250,
            issued: 1_795_590_000,
            expires: 1_796_194_800,
            parts,
            files: vec![file.clone(), PublishedFile { name: "b.ndjson.gz".into(), part: None, ..file }],
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

    /// Signed by a registry that was broken into, all the same.
    #[test]
    fn parts_that_do_not_make_up_the_whole_are_none() {
        let roots = |sizes: &[(&str, u64)]| -> Vec<PartRoot> {
            let root =
                |(name, size): &(&str, u64)| PartRoot { part: name.parse().unwrap(), size: *size, root: [7; 32] };
            sizes.iter().map(root).collect()
        };
        let key = SigningKey::new("registry", &[1; 32]);
        let opened = |parts: Vec<PartRoot>, whole: &[PartRoot]| {
            let (size, root) = over(whole);
            let checkpoint = Checkpoint {
                origin: "consilium-directory/7".into(),
                size,
                root,
                version: 1,
                issued: 2,
                expires: 3,
                parts,
                files: Vec::new(),
            };
            Checkpoint::open(&checkpoint.signed(&key), &[key.verifying()]).map(drop)
        };
        let whole = roots(&[("organizations", 1), ("province 福建省", 2)]);
        assert_eq!(opened(whole.clone(), &whole), Ok(()));
        for other in [
            roots(&[("organizations", 1)]),
            roots(&[("organizations", 1), ("province 福建省", 3)]),
            roots(&[("organizations", 1), ("province 江苏省", 2)]),
        ] {
            assert_eq!(opened(other, &whole), Err(NoteError::Malformed));
        }
        for unordered in [
            roots(&[("province 福建省", 2), ("organizations", 1)]),
            roots(&[("organizations", 1), ("organizations", 1)]),
        ] {
            assert_eq!(opened(unordered.clone(), &unordered), Err(NoteError::Malformed));
        }
    }
}
