//! The published directory: signed files that every client fetches instead of asking for each page. FHIR Bulk Data
//! Access STU 4 (ballot), `$bulk-publish`; `docs/directory-api.md` describes it.
//!
//! A publication is a state of the directory with a signed checkpoint. Its manifest lists the files with what changed
//! since the one before, and leads to the next; now and then everything is written again, for those who begin.

mod chain;
mod files;
mod folder;
pub mod key;
mod leaves;
mod public;
mod serve;

use crate::clock::{Millis, instant};
use crate::database::Turn;
use crate::http::App;
use crate::settings::Settings;
use crate::state::Registry;
use anyhow::Context as _;
use axum::Router;
use axum::routing::get;
use chain::{Chain, Publication};
use consilium_publication::manifest::{CHECKPOINT, MANIFEST_TYPE, ManifestExtension, ManifestFile, NDJSON, PART};
use consilium_publication::{Checkpoint, Manifest, Part, PublishedFile, SigningKey, over};
use files::Written;
use folder::Folder;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// How long a checkpoint is worth something: a feed that stands still longer shows no badges any more.
const VALID_FOR: Millis = 7 * 24 * 3_600_000;
/// A checkpoint older than this is replaced though nothing changed.
const SIGNED_AGAIN_AFTER: Millis = 24 * 3_600_000;
/// Changes whose files have this share of everything's size are more than a beginner should have to follow.
const WHOLE_AGAIN_AT: i64 = 4;
/// As many publications.
const WHOLE_AGAIN_AFTER: i64 = 200;

/// Changes that somebody waits for are published this long after the first of them.
const TOGETHER: Duration = Duration::from_millis(200);

/// What publishing works with.
#[derive(Debug)]
pub struct Publisher {
    folder: Folder,
    every: Duration,
    /// Rings when something changed that should not wait.
    wake: Notify,
}

impl Publisher {
    pub fn new(settings: &Settings) -> Self {
        Self {
            folder: Folder::new(&settings.published_dir),
            every: Duration::from_secs(settings.publish_seconds.into()),
            wake: Notify::new(),
        }
    }

    /// Publishes soon what was just changed.
    pub fn wake(&self) {
        self.wake.notify_one();
    }
}

/// What is under `/fhir`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/$bulk-publish", get(serve::root))
        .route("/bulk/manifests/{name}", get(serve::manifest))
        .route("/bulk/files/{name}", get(serve::file))
        .route("/bulk/keys", get(serve::keys))
}

/// Publishes at the start and then as often as the settings say, until it is told to close.
pub async fn whenever_something_changed(app: App, closing: CancellationToken) {
    loop {
        let published = tokio::select! {
            () = closing.cancelled() => return,
            published = unless_another_does(&app) => published,
        };
        if let Err(error) = published {
            tracing::error!(error = format!("{error:#}"), "the directory could not be published");
        }
        tokio::select! {
            () = closing.cancelled() => return,
            () = tokio::time::sleep(app.publisher.every) => {}
            // Several changes in a row are one publication.
            () = app.publisher.wake.notified() => tokio::time::sleep(TOGETHER).await,
        }
    }
}

async fn unless_another_does(app: &App) -> anyhow::Result<()> {
    let Some(_turn) = app.database.turn_if_free(Turn::Publishing).await? else { return Ok(()) };
    let app = app.clone();
    tokio::task::spawn_blocking(move || publish(&app)).await?
}

/// Publishes what changed, after a publication that is under way.
pub async fn publish_now(registry: &Arc<Registry>) -> anyhow::Result<()> {
    let _turn = registry.database.turn(Turn::Publishing).await?;
    let registry = registry.clone();
    tokio::task::spawn_blocking(move || publish(&registry)).await?
}

/// Blocks.
fn publish(app: &Registry) -> anyhow::Result<()> {
    let folder = &app.publisher.folder;
    folder.prepare().context("cannot make the folder of the published directory")?;
    let mut chain = app.database.read_now(|c| Chain::current(c, &app.random))?;
    if chain.last.as_ref().is_some_and(|last| !folder.agrees_with(last)) {
        // The folder is lost, or the database is an earlier copy of itself: what readers have is not its past.
        folder.close(&chain.id)?;
        chain = Chain::begin(app.random.uuid());
    }
    let now = app.now();
    if let Some(last) = &chain.last {
        let changed = app.database.read_now(chain::last_change)? != last.seq;
        if !changed && now - last.issued_at < SIGNED_AGAIN_AFTER {
            return folder.lay_out(app, &chain);
        }
    }
    let (next, places) = write(app, &key::current(app)?, &chain, now)?;
    app.database.write_now(|c| {
        leaves::keep_places(c, &places)?;
        next.keep(c)
    })?;
    chain.add(next);
    folder.lay_out(app, &chain)?;
    if folder.is_to_be_cleared(now) {
        let forgotten = app.database.write_now(|c| chain.forget(c, now))?;
        folder.clear(&forgotten, &app.database.read_now(chain::kept)?)?;
    }
    Ok(())
}

/// Writes the files of the next publication and signs it. Also says where organisations are that changed.
fn write(
    app: &Registry,
    key: &SigningKey,
    chain: &Chain,
    now: Millis,
) -> anyhow::Result<(Publication, Vec<(String, Part)>)> {
    let folder = &app.publisher.folder;
    let version = chain.last.as_ref().map_or(now, |last| now.max(last.version + 1));
    // One snapshot of the database, so that changes and the whole are of the same state.
    let (seq, origin, changes, whole) = app.database.read_now(|c| {
        let changes = chain.last.as_ref().map(|last| files::changes(c, app, folder, last.seq)).transpose()?;
        let whole = match &changes {
            Some(changes) if !chain.is_long(changes.bytes()) => None,
            written => Some(files::everything(c, app, folder, written.is_none())?),
        };
        Ok((chain::last_change(c)?, key::origin(c)?, changes, whole))
    })?;
    let parts = app.database.read_now(leaves::roots)?;
    let (size, root) = over(&parts);
    let sign = |written: &Written| -> anyhow::Result<String> {
        let checkpoint = Checkpoint {
            origin: origin.clone(),
            size,
            root,
            version,
            issued: now.div_euclid(1_000),
            expires: (now + VALID_FOR).div_euclid(1_000),
            parts: parts.clone(),
            files: written.files().cloned().collect(),
        };
        Ok(serde_json::to_string(&manifest(app, written, checkpoint.signed(key), now))?)
    };
    let next = Publication {
        chain: chain.id.clone(),
        number: chain.last.as_ref().map_or(0, |last| last.number + 1),
        seq,
        version,
        issued_at: now,
        changes: changes.as_ref().map(sign).transpose()?,
        snapshot: whole.as_ref().map(sign).transpose()?,
        changes_bytes: changes.as_ref().map_or(0, Written::bytes),
        snapshot_bytes: whole.as_ref().map_or(0, Written::bytes),
    };
    Ok((next, changes.or(whole).map(|written| written.places).unwrap_or_default()))
}

fn manifest(app: &Registry, written: &Written, checkpoint: String, now: Millis) -> Manifest {
    let listed = |(kind, file): &(&'static str, PublishedFile)| ManifestFile {
        type_: (*kind).to_owned(),
        url: format!("{}/fhir/bulk/files/{}", app.public_url, file.name),
        count: Some(file.count),
        extension: file.part.iter().map(|part| extension(PART, part.to_string())).collect(),
    };
    Manifest {
        extension: vec![extension(CHECKPOINT, checkpoint)],
        manifest_type: MANIFEST_TYPE.into(),
        transaction_time: instant(now),
        requires_access_token: true,
        output_format: NDJSON.into(),
        update_cadence: Some(format!("PT{}S", app.publisher.every.as_secs())),
        output: written.output.iter().map(listed).collect(),
        deleted: written.deleted.iter().map(listed).collect(),
        link: Vec::new(),
    }
}

fn extension(url: &str, value: String) -> ManifestExtension {
    ManifestExtension { url: url.into(), value_string: Some(value) }
}
