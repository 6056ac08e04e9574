//! Files as they are or packed by gzip, read with limits: what comes from elsewhere may be made to fill a machine.

use anyhow::Context as _;
use flate2::read::MultiGzDecoder;
use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::rc::Rc;

/// Packed text unpacks to some ten times its size, and directories to thirty; gzip can do a thousand.
const RATIO: u64 = 200;
/// Unpacked bytes that nobody asks about.
const FREE: u64 = 64 << 20;

/// The content of a file, unpacked.
pub fn open(path: &Path) -> anyhow::Result<Box<dyn BufRead>> {
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let packed = Rc::new(Cell::new(0));
    let mut file = BufReader::with_capacity(1 << 18, Counted { file, read: packed.clone() });
    // RFC 1952, 2.3.1: what is packed is known by its first bytes, whatever its name.
    let is_packed = file.fill_buf().with_context(|| format!("cannot read {}", path.display()))?.starts_with(&[31, 139]);
    Ok(if is_packed {
        let unpacked = Guarded { inner: MultiGzDecoder::new(file), packed, unpacked: 0 };
        Box::new(BufReader::with_capacity(1 << 18, unpacked))
    } else {
        Box::new(file)
    })
}

struct Counted {
    file: File,
    read: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.read.set(self.read.get() + read as u64);
        Ok(read)
    }
}

struct Guarded<R> {
    inner: R,
    packed: Rc<Cell<u64>>,
    unpacked: u64,
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.unpacked += read as u64;
        if self.unpacked > FREE && self.unpacked / RATIO > self.packed.get() {
            return Err(io::Error::other("it unpacks to more than 200 times its size, which no directory does"));
        }
        Ok(read)
    }
}

/// Longest line: a resource is a few kilobytes.
pub const LINE_LIMIT: usize = 1 << 20;
/// Longest line that is read past.
const PAST_LIMIT: usize = 256 << 20;

/// What a line turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    Read,
    /// Longer than [`LINE_LIMIT`]; the next read is of the next line.
    TooLong,
    End,
}

/// Reads a line into the buffer, without its end.
pub fn line(from: &mut dyn BufRead, into: &mut Vec<u8>) -> io::Result<Line> {
    into.clear();
    let mut length = 0;
    loop {
        let some = from.fill_buf()?;
        if some.is_empty() {
            return Ok(match length {
                0 => Line::End,
                length if length > LINE_LIMIT => Line::TooLong,
                _ => Line::Read,
            });
        }
        let end = some.iter().position(|byte| *byte == b'\n');
        let taken = end.unwrap_or(some.len());
        length += taken;
        if length <= LINE_LIMIT {
            into.extend_from_slice(&some[..taken]);
        }
        from.consume(end.map_or(taken, |end| end + 1));
        if end.is_some() {
            return Ok(if length > LINE_LIMIT { Line::TooLong } else { Line::Read });
        }
        if length > PAST_LIMIT {
            return Err(io::Error::other("a line has no end within 256 MiB"));
        }
    }
}

/// Largest file that is read whole: a Bundle or a sheet.
pub const WHOLE_LIMIT: u64 = 256 << 20;

/// Reads all that is left; what was read before is at its beginning.
pub fn whole(from: &mut dyn BufRead, mut before: Vec<u8>) -> io::Result<Vec<u8>> {
    let left = WHOLE_LIMIT.saturating_sub(before.len() as u64);
    if from.take(left + 1).read_to_end(&mut before)? as u64 > left {
        return Err(io::Error::other("it is larger than 256 MiB, which only NDJSON may be"));
    }
    Ok(before)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::{Cursor, Write as _};

    #[test]
    fn a_long_line_is_passed_over_and_the_next_is_read() -> io::Result<()> {
        let mut text = Cursor::new([b"one\n", vec![b'x'; 10 << 20].as_slice(), b"\n\nlast"].concat());
        let mut found = Vec::new();
        let mut buffer = Vec::new();
        loop {
            match line(&mut text, &mut buffer)? {
                Line::End => break,
                kind => found.push((kind, buffer.len().min(9))),
            }
        }
        assert!(buffer.capacity() < 3 << 20, "it is not held");
        assert_eq!(found[0], (Line::Read, 3));
        assert_eq!(found[1].0, Line::TooLong);
        // An empty line is a line; the last needs no end.
        assert_eq!(found[2..], [(Line::Read, 0), (Line::Read, 4)]);
        Ok(())
    }

    #[test]
    fn a_bomb_is_put_down() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("bomb.ndjson");
        let mut gzip = GzEncoder::new(File::create(&path)?, Compression::best());
        for _ in 0..200 {
            gzip.write_all(&vec![b'\n'; 1 << 20])?;
        }
        gzip.finish()?;
        let error = io::copy(&mut open(&path)?, &mut io::sink()).unwrap_err();
        assert!(error.to_string().contains("200 times"), "{error}");
        Ok(())
    }
}
