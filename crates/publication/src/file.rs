//! The files: gzip of FHIR NDJSON, written with their hash and read against it.

use crate::checkpoint::PublishedFile;
use crate::part::Part;
use consilium_fhir::Resource;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};
use std::io::{self, BufRead as _, BufReader, Read as _, Write};

/// Longest compressed file that a reader takes.
pub const LARGEST: u64 = 32 * 1024 * 1024;
/// Bytes that a file may unfold to: gzip makes a thousand of one.
const LARGEST_UNFOLDED: u64 = 512 * 1024 * 1024;
/// Longest line: a resource is a few kilobytes, a Bundle of deletions a hundred.
const LONGEST_LINE: u64 = 1024 * 1024;

/// Writes lines; knows at the end how the file is to be described.
pub struct FileWriter<W: Write> {
    gzip: GzEncoder<Hashing<W>>,
    count: u64,
}

impl<W: Write> std::fmt::Debug for FileWriter<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FileWriter({} lines)", self.count)
    }
}

struct Hashing<W> {
    into: W,
    hash: Sha256,
    bytes: u64,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.into.write(buffer)?;
        self.hash.update(&buffer[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.into.flush()
    }
}

impl<W: Write> FileWriter<W> {
    pub fn new(into: W) -> Self {
        let hashing = Hashing { into, hash: Sha256::new(), bytes: 0 };
        Self { gzip: GzEncoder::new(hashing, Compression::default()), count: 0 }
    }

    /// Adds a line: JSON without line breaks.
    pub fn line(&mut self, json: &[u8]) -> io::Result<()> {
        self.gzip.write_all(json)?;
        self.gzip.write_all(b"\n")?;
        self.count += 1;
        Ok(())
    }

    pub fn count(&self) -> u64 {
        self.count
    }

    /// Ends the file; its name holds the first half of a hash of its content and its part, so that a name never has other
    /// content, and what is the same in two parts has two.
    pub fn finish(self, kind: &str, part: Option<Part>) -> io::Result<(W, PublishedFile)> {
        let count = self.count;
        let mut hashing = self.gzip.finish()?;
        hashing.flush()?;
        let sha256: [u8; 32] = hashing.hash.finalize().into();
        let mut named = Sha256::new_with_prefix(sha256);
        named.update(part.as_ref().map(Part::to_string).unwrap_or_default());
        let name = format!("{kind}-{}.ndjson.gz", hex::encode(&named.finalize()[..16]));
        Ok((hashing.into, PublishedFile { name, sha256, bytes: hashing.bytes, count, part }))
    }
}

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    #[error("the file is not the one that was signed")]
    OtherContent,
    #[error("the file is no gzip")]
    NotGzip,
    #[error("the file unfolds to more than it may")]
    TooLarge,
    #[error("a line of the file is no resource")]
    NotFhir,
    #[error("the file has another number of lines than was signed")]
    OtherCount,
}

/// Reads the resources of a file whose compressed bytes these are.
pub fn read(file: &PublishedFile, bytes: &[u8], each: impl FnMut(Resource)) -> Result<(), FileError> {
    read_within(LARGEST_UNFOLDED, file, bytes, each)
}

fn read_within(
    limit: u64,
    file: &PublishedFile,
    bytes: &[u8],
    mut each: impl FnMut(Resource),
) -> Result<(), FileError> {
    if bytes.len() as u64 != file.bytes || <[u8; 32]>::from(Sha256::digest(bytes)) != file.sha256 {
        return Err(FileError::OtherContent);
    }
    let mut lines = BufReader::new(GzDecoder::new(bytes).take(limit + 1));
    let (mut line, mut unfolded, mut count) = (Vec::new(), 0, 0);
    loop {
        line.clear();
        let read =
            (&mut lines).take(LONGEST_LINE + 1).read_until(b'\n', &mut line).map_err(|_| FileError::NotGzip)? as u64;
        unfolded += read;
        if read > LONGEST_LINE || unfolded > limit {
            return Err(FileError::TooLarge);
        }
        if read == 0 {
            break;
        }
        count += 1;
        if count > file.count {
            return Err(FileError::OtherCount);
        }
        each(serde_json::from_slice(&line).map_err(|_| FileError::NotFhir)?);
    }
    if count == file.count { Ok(()) } else { Err(FileError::OtherCount) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(lines: &[&str]) -> (Vec<u8>, PublishedFile) {
        let mut writer = FileWriter::new(Vec::new());
        for line in lines {
            writer.line(line.as_bytes()).unwrap();
        }
        writer.finish("Practitioner", None).unwrap()
    }

    fn ids(file: &PublishedFile, bytes: &[u8]) -> Result<Vec<String>, FileError> {
        let mut ids = Vec::new();
        read(file, bytes, |resource| ids.push(resource.id().unwrap_or_default().to_owned()))?;
        Ok(ids)
    }

    const TWO: [&str; 2] =
        [r#"{"resourceType":"Practitioner","id":"a"}"#, r#"{"resourceType":"Practitioner","id":"b"}"#];

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let (bytes, described) = file(&TWO);
        assert_eq!(ids(&described, &bytes), Ok(vec!["a".into(), "b".into()]));
        assert_eq!((described.count, described.bytes), (2, bytes.len() as u64));
        let (_, again) = file(&TWO);
        assert_eq!(again, described);
        let of_part = |name: &str| {
            let mut writer = FileWriter::new(Vec::new());
            writer.line(TWO[0].as_bytes()).unwrap();
            writer.finish("Practitioner", Some(Part::Province(name.into()))).unwrap().1
        };
        let (one, other) = (of_part("福建省"), of_part("江苏省"));
        assert!(one.sha256 == other.sha256 && one.name != other.name);
    }

    #[test]
    fn what_was_not_signed_is_not_read() {
        let (bytes, described) = file(&TWO);
        assert_eq!(ids(&described, &bytes[..bytes.len() - 1]), Err(FileError::OtherContent));
        let mut changed = bytes.clone();
        changed[12] ^= 1;
        assert_eq!(ids(&described, &changed), Err(FileError::OtherContent));
        assert_eq!(ids(&PublishedFile { count: 1, ..described.clone() }, &bytes), Err(FileError::OtherCount));
        assert_eq!(ids(&PublishedFile { count: 3, ..described }, &bytes), Err(FileError::OtherCount));
    }

    /// Signed by a registry that was broken into, all the same.
    #[test]
    fn a_bomb_does_not_go_off() {
        let line = "0".repeat(LONGEST_LINE as usize + 10);
        let (bytes, described) = file(&[&line]);
        assert!(bytes.len() < 4_096);
        assert_eq!(ids(&described, &bytes), Err(FileError::TooLarge));
        let line = format!("{{\"resourceType\":\"Practitioner\",\"id\":\"{}\"}}", "0".repeat(1_000_000));
        let (bytes, described) = file(&[line.as_str(); 4]);
        assert_eq!(read_within(3_000_000, &described, &bytes, |_| ()), Err(FileError::TooLarge));
        let plain = b"no gzip".to_vec();
        let sha256 = Sha256::digest(&plain).into();
        let described = PublishedFile { name: "x".into(), sha256, bytes: plain.len() as u64, count: 1, part: None };
        assert_eq!(ids(&described, &plain), Err(FileError::NotGzip));
        let (bytes, described) = file(&["[]"]);
        assert_eq!(ids(&described, &bytes), Err(FileError::NotFhir));
    }
}
