//! The folder that is served. Files never change; manifests change in their link alone, each by one rename.

use super::chain::{Chain, Publication};
use crate::clock::Millis;
use crate::state::Registry;
use anyhow::Context as _;
use consilium_publication::file::FileWriter;
use consilium_publication::manifest::{CLOSED, MANIFEST_TYPE, ManifestLink, NDJSON, PENDING};
use consilium_publication::{Manifest, Part, PublishedFile};
use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// How often it is looked for what nobody needs any more.
const CLEARED_EVERY: Millis = 3_600_000;
/// A file that belongs to nothing is left alone this long: somebody may be fetching it.
const GRACE: Duration = Duration::from_secs(24 * 3_600);
const ROOT: &str = "bulk-publish.json";
/// A file that is being written.
const NEW: &str = "new";

#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    cleared_at: AtomicI64,
}

/// Name of the manifest with the changes of a publication.
fn page(chain: &str, number: i64) -> String {
    format!("{chain}-{number}.json")
}

/// Name of the manifest that leads on from everything as of a publication.
fn after(chain: &str, number: i64) -> String {
    format!("{chain}-after-{number}.json")
}

impl Folder {
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), cleared_at: AtomicI64::new(0) }
    }

    pub fn prepare(&self) -> io::Result<()> {
        fs::create_dir_all(self.path.join("files"))?;
        fs::create_dir_all(self.path.join("manifests"))
    }

    pub fn root(&self) -> PathBuf {
        self.path.join(ROOT)
    }

    /// Where a manifest or file of this name is; None for a name that none has.
    pub fn find(&self, kind: &'static str, name: &str) -> Option<PathBuf> {
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.') && !name.starts_with('.');
        plain.then(|| self.path.join(kind).join(name))
    }

    /// A file to write to; one publication is written at a time.
    pub fn new_file(&self) -> io::Result<NewFile> {
        NewFile::create(&self.path)
    }

    /// Puts a file that is written into its place.
    pub fn put(&self, writer: FileWriter<NewFile>, kind: &str, part: Option<Part>) -> anyhow::Result<PublishedFile> {
        let (new, described) = writer.finish(kind, part)?;
        new.put(&self.path.join("files").join(&described.name))?;
        Ok(described)
    }

    /// Whether what is here ends with this publication.
    pub fn agrees_with(&self, last: &Publication) -> bool {
        let manifests = self.path.join("manifests");
        let beyond = manifests.join(page(&last.chain, last.number + 1)).exists();
        let written = [&last.changes, &last.snapshot].into_iter().flatten();
        !beyond && written.flat_map(|text| files_of(text)).all(|name| self.path.join("files").join(name).exists())
    }

    /// Writes the manifests that end the chain. Doing it again changes nothing, so that what a crash left undone is done.
    pub fn lay_out(&self, app: &Registry, chain: &Chain) -> anyhow::Result<()> {
        let url = |name: String| format!("{}/fhir/bulk/manifests/{name}", app.public_url);
        let Some(last) = &chain.last else { return Ok(()) };
        for (publication, next) in [(Some(last), None), (chain.before_last.as_ref(), Some(last))] {
            let Some(publication) = publication else { continue };
            let next = next.map_or_else(|| PENDING.to_owned(), |next| url(page(&chain.id, next.number)));
            if let Some(changes) = &publication.changes {
                self.write_manifest(
                    &page(&chain.id, publication.number),
                    linked(serde_json::from_str(changes)?, &next),
                )?;
            }
            if let Some(snapshot) = &publication.snapshot {
                let whole: Manifest = serde_json::from_str(snapshot)?;
                let stub = Manifest { extension: Vec::new(), output: Vec::new(), deleted: Vec::new(), ..whole };
                self.write_manifest(&after(&chain.id, publication.number), linked(stub, &next))?;
            }
        }
        let whole = chain.whole.as_ref().context("nothing was written whole")?;
        let manifest = serde_json::from_str(whole.snapshot.as_deref().unwrap_or_default())?;
        let manifest = linked(manifest, &url(after(&chain.id, whole.number)));
        replace(&self.root(), &serde_json::to_vec_pretty(&manifest)?)
    }

    fn write_manifest(&self, name: &str, manifest: Manifest) -> anyhow::Result<()> {
        replace(&self.path.join("manifests").join(name), &serde_json::to_vec_pretty(&manifest)?)
    }

    /// Ends a chain: whoever follows it begins anew.
    pub fn close(&self, chain: &str) -> anyhow::Result<()> {
        let prefix = format!("{chain}-");
        for entry in fs::read_dir(self.path.join("manifests"))? {
            let name = entry?.file_name();
            if let Some(name) = name.to_str().filter(|name| name.starts_with(&prefix)) {
                self.write_manifest(name, closed())?;
            }
        }
        Ok(())
    }

    /// Whether it is time to clear; says so once.
    pub fn is_to_be_cleared(&self, now: Millis) -> bool {
        let due = now - self.cleared_at.load(Ordering::Relaxed) >= CLEARED_EVERY;
        if due {
            self.cleared_at.store(now, Ordering::Relaxed);
        }
        due
    }

    /// Closes manifests of publications that are forgotten and removes files that belong to none.
    pub fn clear(&self, forgotten: &[(String, i64)], kept: &[String]) -> anyhow::Result<()> {
        for (chain, number) in forgotten {
            for name in [page(chain, *number), after(chain, *number)] {
                if self.path.join("manifests").join(&name).exists() {
                    self.write_manifest(&name, closed())?;
                }
            }
        }
        let kept: HashSet<String> = kept.iter().flat_map(|text| files_of(text)).collect();
        for entry in fs::read_dir(self.path.join("files"))? {
            let entry = entry?;
            let age = entry.metadata()?.modified()?.elapsed().unwrap_or_default();
            if age > GRACE && entry.file_name().to_str().is_some_and(|name| !kept.contains(name)) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

/// Names of a manifest's files.
fn files_of(manifest: &str) -> Vec<String> {
    let manifest: Manifest = serde_json::from_str(manifest).unwrap_or_default();
    let files = manifest.output.iter().chain(&manifest.deleted);
    files.filter_map(|file| file.url.rsplit('/').next().map(str::to_owned)).collect()
}

fn linked(mut manifest: Manifest, next: &str) -> Manifest {
    manifest.link = vec![ManifestLink { relation: "next".into(), url: next.into() }];
    manifest
}

fn closed() -> Manifest {
    let empty = Manifest {
        manifest_type: MANIFEST_TYPE.into(),
        transaction_time: chrono::DateTime::UNIX_EPOCH.to_rfc3339(),
        requires_access_token: true,
        output_format: NDJSON.into(),
        ..Manifest::default()
    };
    linked(empty, CLOSED)
}

/// Puts content into the place of a file, whole or not at all.
fn replace(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    if fs::read(path).is_ok_and(|there| there == content) {
        return Ok(());
    }
    let folder = path.parent().context("a file has a folder")?;
    let mut new = NewFile::create(folder)?;
    io::Write::write_all(&mut new, content)?;
    new.put(path)?;
    Ok(())
}

/// A file without its name yet; one that is given up is removed.
#[derive(Debug)]
pub struct NewFile {
    file: File,
    path: PathBuf,
}

impl NewFile {
    fn create(folder: &Path) -> io::Result<Self> {
        let path = folder.join(format!(".{NEW}-{}", uuid::Uuid::new_v4()));
        Ok(Self { file: File::create_new(&path)?, path })
    }

    fn put(self, place: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.path, place)
    }
}

impl io::Write for NewFile {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.file.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        // Gone already if it got its name.
        let _ = fs::remove_file(&self.path);
    }
}
