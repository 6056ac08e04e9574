//! Sorting more than memory should hold: sorted runs in files that have no name, merged as they are read.

use anyhow::Context as _;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek as _, Write as _};
use std::path::{Path, PathBuf};

/// Bytes of records that are held before they become a run.
const RUN: usize = if cfg!(test) { 1 << 10 } else { 128 << 20 };

/// Records in the order of their bytes.
#[derive(Debug)]
pub struct Sorted {
    folder: PathBuf,
    records: Vec<u8>,
    /// Begin and end of each.
    places: Vec<(u32, u32)>,
    runs: Vec<File>,
}

impl Sorted {
    /// Runs are written into this folder.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), records: Vec::new(), places: Vec::new(), runs: Vec::new() }
    }

    /// Adds a record made of these parts.
    pub fn push(&mut self, parts: &[&[u8]]) -> anyhow::Result<()> {
        let begin = self.records.len();
        for part in parts {
            self.records.extend_from_slice(part);
        }
        self.places.push((u32::try_from(begin)?, u32::try_from(self.records.len())?));
        if self.records.len() >= RUN { self.spill() } else { Ok(()) }
    }

    fn sort(&mut self) {
        let records = &self.records;
        self.places.sort_unstable_by_key(|(begin, end)| &records[*begin as usize..*end as usize]);
    }

    fn spill(&mut self) -> anyhow::Result<()> {
        self.sort();
        let mut run = BufWriter::new(tempfile::tempfile_in(&self.folder).context("cannot make a file to sort in")?);
        for (begin, end) in self.places.drain(..) {
            run.write_all(&(end - begin).to_le_bytes())?;
            run.write_all(&self.records[begin as usize..end as usize])?;
        }
        self.records.clear();
        let mut file = run.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.rewind()?;
        self.runs.push(file);
        Ok(())
    }

    /// Hands out all of them in order.
    pub fn each(mut self, mut take: impl FnMut(&[u8]) -> anyhow::Result<()>) -> anyhow::Result<()> {
        if self.runs.is_empty() {
            self.sort();
            return self.places.iter().try_for_each(|(begin, end)| take(&self.records[*begin as usize..*end as usize]));
        }
        self.spill()?;
        (self.records, self.places) = (Vec::new(), Vec::new());
        let mut runs: Vec<_> = self.runs.into_iter().map(|run| BufReader::with_capacity(1 << 18, run)).collect();
        let mut heads = BinaryHeap::new();
        for (at, run) in runs.iter_mut().enumerate() {
            heads.extend(next(run)?.map(|record| Reverse((record, at))));
        }
        while let Some(Reverse((record, at))) = heads.pop() {
            take(&record)?;
            if let Some(run) = runs.get_mut(at) {
                heads.extend(next(run)?.map(|record| Reverse((record, at))));
            }
        }
        Ok(())
    }
}

fn next(run: &mut impl Read) -> anyhow::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match run.read_exact(&mut length) {
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let mut record = vec![0; u32::from_le_bytes(length) as usize];
    run.read_exact(&mut record)?;
    Ok(Some(record))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_runs_come_out_in_one_order() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        for count in [0_u32, 3, 2_000] {
            let mut sorted = Sorted::new(folder.path());
            for n in 0..count {
                // 7919 is prime, so that each number comes once, in disorder.
                sorted.push(&[b"n", &(n * 7_919 % count).to_be_bytes()])?;
            }
            assert_eq!(sorted.runs.len() > 1, count == 2_000);
            let mut found = Vec::new();
            sorted.each(|record| {
                found.push(u32::from_be_bytes(record[1..].try_into()?));
                Ok(())
            })?;
            assert_eq!(found, (0..count).collect::<Vec<_>>());
        }
        assert_eq!(std::fs::read_dir(folder.path())?.count(), 0, "the runs have no names");
        Ok(())
    }
}
