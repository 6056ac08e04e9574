//! A manifest that is taken over: proving that it is the registry's and newer, and remembering how far it came.

use super::feed::{Answered, Feed, FeedError};
use consilium_api::{Error, ErrorCode};
use consilium_publication::manifest::{ManifestFile, Next};
use consilium_publication::note::NoteError;
use consilium_publication::{Checkpoint, Manifest, Part, PublishedFile, VerifyingKey, file, succession};
use rusqlite::{Connection, params};
use std::collections::HashSet;

/// Where the copy is.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The manifest from which it goes on; None before everything was fetched.
    pub url: Option<String>,
    pub etag: Option<String>,
    pub version: i64,
    successions: Vec<String>,
    /// What is being taken over.
    pub page: Option<Page>,
}

/// A proved manifest.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub manifest: Manifest,
    /// None for the one with everything.
    pub url: Option<String>,
    pub etag: Option<String>,
    /// The signed note.
    pub note: String,
    pub checkpoint: Checkpoint,
    /// How many steps were taken.
    pub done: usize,
}

/// Files of everything that are taken over at once: organisations, or people with their roles.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub part: Part,
    pub files: Vec<(ManifestFile, PublishedFile)>,
}

impl Step {
    /// Lines and compressed bytes of its files.
    pub(super) fn size(&self) -> (u64, u64) {
        self.files.iter().fold((0, 0), |(lines, bytes), (_, file)| (lines + file.count, bytes + file.bytes))
    }
}

impl Place {
    pub(super) fn read(db: &Connection) -> rusqlite::Result<Self> {
        db.query_row(
            "SELECT url, etag, version, successions, page, page_url, page_etag, done FROM publication",
            [],
            |row| {
                let page: Option<String> = row.get(4)?;
                let manifest: Option<Manifest> = page.and_then(|text| serde_json::from_str(&text).ok());
                let (url, etag, done) = (row.get(5)?, row.get(6)?, row.get::<_, i64>(7)?);
                let page = manifest.and_then(|manifest| {
                    let note = manifest.checkpoint()?.to_owned();
                    // Proved before it was stored.
                    let checkpoint = Checkpoint::read_unproved(&note)?;
                    Some(Page { manifest, url, etag, note, checkpoint, done: done.try_into().unwrap_or(0) })
                });
                Ok(Self {
                    url: row.get(0)?,
                    etag: row.get(1)?,
                    version: row.get(2)?,
                    successions: serde_json::from_str(&row.get::<_, String>(3)?).unwrap_or_default(),
                    page,
                })
            },
        )
    }
}

impl Page {
    /// Fetches and proves the manifest at a URL, or the one with everything. `later_than` is the version that was seen:
    /// what follows must be later, and everything not earlier.
    pub(super) async fn fetch(
        feed: &impl Feed,
        url: Option<&str>,
        place: &Place,
        later_than: i64,
    ) -> Result<(Self, Vec<String>), FeedError> {
        let Answered::New { manifest, etag } = feed.manifest(url, None).await? else {
            return Err(Error::new(ErrorCode::ServerTrouble, "a manifest is the same as none").into());
        };
        let note = manifest.checkpoint().ok_or_else(|| foreign("the directory is not signed"))?.to_owned();
        let (checkpoint, successions) = proved(feed, &note, &place.successions).await?;
        let earlier = checkpoint.version < later_than || (url.is_some() && checkpoint.version == later_than);
        if earlier {
            return Err(Error::new(ErrorCode::DirectoryOlder, "the directory is older than what was seen").into());
        }
        let page = Self { manifest: *manifest, url: url.map(str::to_owned), etag, note, checkpoint, done: 0 };
        if url.is_none() {
            page.steps()?;
        }
        let mut names = HashSet::new();
        for listed in page.files() {
            if !names.insert(name(listed)) {
                return Err(changed("a file is listed twice").into());
            }
            let signed = page.checkpoint.file(name(listed));
            if signed.is_none_or(|signed| signed.bytes > file::LARGEST) {
                return Err(changed("a file of the manifest was not signed, or is too large").into());
            }
        }
        Ok((page, successions))
    }

    /// Its files: what there is, then what is gone.
    pub(super) fn files(&self) -> impl Iterator<Item = &ManifestFile> {
        self.manifest.output.iter().chain(&self.manifest.deleted)
    }

    /// The steps in which everything is taken over, organisations first: the others need them.
    pub(super) fn steps(&self) -> Result<Vec<Step>, Error> {
        let mut steps: Vec<Step> = Vec::new();
        for listed in &self.manifest.output {
            let signed = self.signed(listed)?;
            let part = signed.part.clone().ok_or_else(|| changed("a file of everything is of no part"))?;
            let file = (listed.clone(), signed);
            match steps.last_mut() {
                Some(step) if listed.type_ == "PractitionerRole" && step.part == part => step.files.push(file),
                _ => steps.push(Step { part, files: vec![file] }),
            }
        }
        steps.sort_by_key(|step| step.part != Part::Organizations);
        Ok(steps)
    }

    /// What was signed of a file.
    pub(super) fn signed(&self, listed: &ManifestFile) -> Result<PublishedFile, Error> {
        self.checkpoint.file(name(listed)).cloned().ok_or_else(|| changed("a file was not signed"))
    }

    /// Lines and compressed bytes of its files.
    pub(super) fn size(&self) -> (u64, u64) {
        let files = &self.checkpoint.files;
        (files.iter().map(|file| file.count).sum(), files.iter().map(|file| file.bytes).sum())
    }

    /// Remembers that it is being taken over.
    pub(super) fn begin(&self, db: &Connection, successions: &[String]) -> rusqlite::Result<()> {
        db.prepare_cached(
            "UPDATE publication SET page = ?1, page_url = ?2, page_etag = ?3, done = 0, successions = ?4",
        )?
        .execute(params![
            serde_json::to_string(&self.manifest).unwrap_or_default(),
            self.url,
            self.etag,
            serde_json::to_string(successions).unwrap_or_default()
        ])
        .map(drop)
    }

    /// Remembers that it was taken over, and from where it goes on.
    pub(super) fn finish(&self, db: &Connection, next: &str) -> rusqlite::Result<()> {
        // Asking for it with its ETag must not hide what it leads to already.
        let ends = self.url.as_deref() == Some(next) && !matches!(self.manifest.next(), Next::Page(_));
        let etag = self.etag.as_deref().filter(|_| ends);
        db.prepare_cached(
            "UPDATE publication SET url = ?1, etag = ?2, version = ?3, checkpoint = ?4, page = NULL, page_url = NULL,
             page_etag = NULL, done = 0",
        )?
        .execute(params![next, etag, self.checkpoint.version, self.note])
        .map(drop)
    }
}

/// The last part of a file's URL.
fn name(listed: &ManifestFile) -> &str {
    listed.url.rsplit('/').next().unwrap_or_default()
}

fn foreign(what: &str) -> Error {
    Error::new(ErrorCode::DirectoryForeign, what)
}

pub(super) fn changed(what: &str) -> Error {
    Error::new(ErrorCode::DirectoryChanged, what)
}

/// The checkpoint of a note that the pinned key signed, or one that follows from it; with the notes that lead there.
async fn proved(feed: &impl Feed, note: &str, known: &[String]) -> Result<(Checkpoint, Vec<String>), Error> {
    let pinned: VerifyingKey =
        feed.pinned_key().await?.parse().map_err(|_| foreign("the registry's key cannot be read"))?;
    let mut notes = known.to_vec();
    let mut asked = false;
    loop {
        let keys = succession::follow(&pinned, notes.iter().map(String::as_str))
            .map_err(|_| foreign("the registry's keys do not follow from the pinned one"))?;
        match Checkpoint::open(note, &keys) {
            // A key's name begins with the directory it is for.
            Ok(checkpoint) if keys.iter().any(|key| is_of(key, &checkpoint)) => return Ok((checkpoint, notes)),
            Ok(_) => return Err(foreign("the directory is another registry's")),
            Err(NoteError::OtherKey) if !asked => {
                asked = true;
                notes = feed.successions().await?;
            }
            Err(NoteError::OtherKey) => return Err(foreign("the directory is signed with an unknown key")),
            Err(_) => return Err(changed("the signature of the directory is wrong")),
        }
    }
}

fn is_of(key: &VerifyingKey, checkpoint: &Checkpoint) -> bool {
    key.name().strip_prefix(&checkpoint.origin).is_some_and(|rest| rest.starts_with('/'))
}
