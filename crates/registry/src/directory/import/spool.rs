//! What was understood of the input, waiting to be compared and written: a file without a name beside the database.

use anyhow::Context as _;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read as _, Seek as _, Write as _};
use std::path::Path;

#[derive(Debug)]
pub struct Spool(BufWriter<File>);

impl Spool {
    pub fn new(folder: &Path) -> anyhow::Result<Self> {
        let file = tempfile::tempfile_in(folder)
            .with_context(|| format!("cannot make a file for the time of the import in {}", folder.display()))?;
        Ok(Self(BufWriter::with_capacity(1 << 18, file)))
    }

    pub fn push(&mut self, text: &[u8]) -> anyhow::Result<()> {
        self.0.write_all(&u32::try_from(text.len())?.to_le_bytes())?;
        Ok(self.0.write_all(text)?)
    }

    /// Reads it from the beginning. One reader at a time.
    pub fn reader(&mut self) -> anyhow::Result<Reader> {
        self.0.flush().context("cannot keep the input for the time of the import")?;
        let mut file = self.0.get_ref().try_clone()?;
        file.rewind()?;
        Ok(Reader(BufReader::with_capacity(1 << 18, file)))
    }
}

#[derive(Debug)]
pub struct Reader(BufReader<File>);

impl Reader {
    /// The next text. The caller knows how many there are.
    pub fn next(&mut self) -> anyhow::Result<Vec<u8>> {
        let mut text = vec![0; self.length()?];
        self.0.read_exact(&mut text)?;
        Ok(text)
    }

    /// Goes past the next text.
    pub fn skip(&mut self) -> anyhow::Result<()> {
        let length = self.length()?;
        Ok(self.0.seek_relative(i64::try_from(length)?)?)
    }

    fn length(&mut self) -> anyhow::Result<usize> {
        let mut length = [0; 4];
        self.0.read_exact(&mut length)?;
        Ok(u32::from_le_bytes(length) as usize)
    }
}
