//! Stamps: "this was made from exactly that".

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::repo::Repo;

/// The state of one step's inputs, beside the state at which it was last done.
#[derive(Debug)]
pub struct Stamp {
    file: PathBuf,
    now: String,
}

impl Stamp {
    /// A stamp for the step `name` whose inputs are `parts`, in order.
    pub fn new(repo: &Repo, name: &str, parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Self { file: repo.tools().join(format!("{name}.stamp")), now: hex::encode(hash.finalize()) }
    }

    pub fn is_current(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|then| then == self.now)
    }

    /// To be called before the work begins, so that half-done work never looks done.
    pub fn clear(&self) -> Result<()> {
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("removing {}", self.file.display()))
            }
            _ => Ok(()),
        }
    }

    pub fn set(&self) -> Result<()> {
        fs::write(&self.file, &self.now).with_context(|| format!("writing {}", self.file.display()))
    }
}

/// A hash over the names and contents of all files below `paths`, leaving out folders named in `skip`.
pub fn tree(paths: &[PathBuf], skip: &[&str]) -> Result<Vec<u8>> {
    let mut files = Vec::new();
    for path in paths {
        collect(path, skip, &mut files)?;
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        hash.update(file.to_string_lossy().as_bytes());
        hash.update([0]);
        hash.update(Sha256::digest(fs::read(&file).with_context(|| format!("reading {}", file.display()))?));
    }
    Ok(hash.finalize().to_vec())
}

fn collect(path: &Path, skip: &[&str], files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        files.push(path.to_owned());
    } else if path.is_dir() {
        for entry in fs::read_dir(path).with_context(|| format!("reading {}", path.display()))? {
            let entry = entry?;
            if !skip.iter().any(|name| entry.file_name() == *name) {
                collect(&entry.path(), skip, files)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_changes_with_contents_and_names_but_not_with_what_is_skipped() -> Result<()> {
        let dir = tempfile::tempdir()?;
        let root = [dir.path().to_owned()];
        fs::write(dir.path().join("a"), "1")?;
        fs::create_dir(dir.path().join("node_modules"))?;
        let first = tree(&root, &["node_modules"])?;
        fs::write(dir.path().join("node_modules/x"), "1")?;
        assert_eq!(first, tree(&root, &["node_modules"])?);
        fs::write(dir.path().join("a"), "2")?;
        let second = tree(&root, &["node_modules"])?;
        assert_ne!(first, second);
        fs::rename(dir.path().join("a"), dir.path().join("b"))?;
        assert_ne!(second, tree(&root, &["node_modules"])?);
        Ok(())
    }
}
