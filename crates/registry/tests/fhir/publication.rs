//! `$bulk-publish`: signed files, what follows them, and what readers can rely on.

use crate::colleagues::{Directory, refusal};
use anyhow::{Context as _, ensure};
use chrono::TimeDelta;
use consilium_fhir::Resource;
use consilium_publication::manifest::Next;
use consilium_publication::{Checkpoint, Leaf, Manifest, Tree, VerifyingKey, file, succession};
use consilium_registry::{pass_on, publish_now, revoke};
use consilium_testbed::{Answer, Backend, lin_jianing, on_both_databases};
use reqwest::{Method, header};
use serde_json::{Value, json};
use std::collections::BTreeMap;

on_both_databases! {
    everything_is_published_and_signed,
    files_hold_no_contacts,
    what_changes_follows,
    only_colleagues_read_it,
    a_key_is_passed_on,
    a_database_that_went_back_begins_a_new_chain,
    it_is_signed_again_though_nothing_changed,
    many_changes_are_written_whole,
}

/// Somebody who follows the published directory.
struct Reader {
    keys: Vec<VerifyingKey>,
    /// The leaf of each resource.
    leaves: BTreeMap<(String, String), Leaf>,
    version: i64,
    /// The manifest from which it goes on.
    at: String,
}

impl Reader {
    /// Reads everything and what follows.
    async fn begin(directory: &Directory) -> anyhow::Result<Self> {
        let mut reader = Self::new(directory).await?;
        let whole = root(directory).await?;
        reader.take(directory, &whole).await?;
        reader.at = next(&whole);
        reader.follow(directory).await?;
        Ok(reader)
    }

    /// Reads what was published since; returns the resources.
    async fn follow(&mut self, directory: &Directory) -> anyhow::Result<Vec<Resource>> {
        publish_now(directory.bed.registry()?).await?;
        let mut taken = Vec::new();
        loop {
            match manifest(directory, &self.at).await?.next() {
                Next::Pending => return Ok(taken),
                Next::Page(url) => {
                    taken.extend(self.take(directory, &manifest(directory, url).await?).await?);
                    url.clone_into(&mut self.at);
                }
                other => anyhow::bail!("{other:?}"),
            }
        }
    }

    async fn new(directory: &Directory) -> anyhow::Result<Self> {
        let info = directory.bed.call(Method::GET, "/.well-known/matrix/client", "").await?.json();
        let key = info["cn.consilium.registry"]["directory_key"].as_str().context("no key")?.parse()?;
        Ok(Self { keys: vec![key], leaves: BTreeMap::new(), version: 0, at: String::new() })
    }

    /// Takes what a manifest lists; returns the resources.
    async fn take(&mut self, directory: &Directory, manifest: &Manifest) -> anyhow::Result<Vec<Resource>> {
        let checkpoint = Checkpoint::open(manifest.checkpoint().context("not signed")?, &self.keys)?;
        ensure!(checkpoint.version >= self.version, "an older checkpoint");
        self.version = checkpoint.version;
        let mut taken = Vec::new();
        for listed in manifest.output.iter().chain(&manifest.deleted) {
            let name = listed.url.rsplit('/').next().unwrap_or_default();
            let described = checkpoint.file(name).context("a file that was not signed")?;
            file::read(described, &bytes(directory, &listed.url).await?, |resource| taken.push(resource))?;
            assert_eq!(listed.count, Some(described.count));
        }
        assert_eq!(checkpoint.files.len(), manifest.output.len() + manifest.deleted.len());
        for resource in &taken {
            let of = |r: &Resource| (r.resource_type().to_owned(), r.id().unwrap_or_default().to_owned());
            match (resource, Leaf::of(resource)) {
                (Resource::Bundle(bundle), _) => {
                    bundle.entry.iter().filter_map(|e| e.deleted()).for_each(|(kind, id)| {
                        self.leaves.remove(&(kind.to_owned(), id.to_owned()));
                    })
                }
                (_, Some(leaf)) => drop(self.leaves.insert(of(resource), leaf)),
                (_, None) => drop(self.leaves.remove(&of(resource))),
            }
        }
        assert_eq!(checkpoint.size, self.leaves.len() as u64);
        assert_eq!(checkpoint.root, Tree::of(self.leaves.values().copied()).root());
        Ok(taken)
    }
}

fn path(directory: &Directory, url: &str) -> anyhow::Result<String> {
    let path = url.strip_prefix(&directory.bed.registry_url()).context("a URL leads elsewhere")?;
    Ok(path.to_owned())
}

/// A file as it is sent, compressed.
async fn bytes(directory: &Directory, url: &str) -> anyhow::Result<Vec<u8>> {
    let client = reqwest::Client::builder().no_gzip().build()?;
    let answer = client.get(url).bearer_auth(&directory.session.access_token).send().await?.error_for_status()?;
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    assert_eq!(answer.headers()["content-type"], "application/fhir+ndjson");
    assert!(answer.headers()["cache-control"].to_str()?.contains("immutable"));
    Ok(answer.bytes().await?.to_vec())
}

async fn answer(directory: &Directory, url: &str) -> anyhow::Result<Answer> {
    directory.bed.call(Method::GET, &path(directory, url)?, &directory.session.access_token).await
}

async fn manifest(directory: &Directory, url: &str) -> anyhow::Result<Manifest> {
    let answer = answer(directory, url).await?;
    ensure!(answer.status == 200, "{url}: {}", answer.text);
    Ok(serde_json::from_str(&answer.text)?)
}

async fn root(directory: &Directory) -> anyhow::Result<Manifest> {
    publish_now(directory.bed.registry()?).await?;
    manifest(directory, &format!("{}/fhir/$bulk-publish", directory.bed.registry_url())).await
}

fn next(manifest: &Manifest) -> String {
    match manifest.next() {
        Next::Page(url) => url.to_owned(),
        other => format!("{other:?}"),
    }
}

fn hospital(id: &str, name: &str) -> Value {
    json!({"resourceType": "Organization", "id": id, "active": true, "name": name})
}

async fn everything_is_published_and_signed(on: Backend) -> anyhow::Result<()> {
    let directory = Directory::start_on(on).await?;
    let reader = Reader::begin(&directory).await?;
    for kind in ["Organization", "Practitioner", "PractitionerRole"] {
        // The one that is not active has no leaf.
        let listed = directory.bundle(&format!("{kind}?active=true&_summary=count")).await?["total"].as_u64();
        let read = reader.leaves.keys().filter(|(of, _)| of == kind).count();
        assert_eq!(Some(read as u64), listed, "{kind}");
    }
    let whole = root(&directory).await?;
    assert_eq!(whole.manifest_type, "http://hl7.org/fhir/uv/bulkdata/StructureDefinition/BulkPublishManifest");
    assert!(whole.requires_access_token && whole.update_cadence.is_some());

    // It goes on at a page of its own, which is polled.
    let first = answer(&directory, &reader.at).await?;
    let etag = first.headers["etag"].to_str()?.to_owned();
    let poll = async || {
        let request = directory.bed.request(Method::GET, &path(&directory, &reader.at)?);
        let request = request.bearer_auth(&directory.session.access_token).header(header::IF_NONE_MATCH, &etag);
        directory.bed.send(request).await
    };
    let same = poll().await?;
    assert_eq!((same.status.as_u16(), same.text.as_str()), (304, ""));
    assert_eq!(same.headers["etag"], etag.as_str());
    directory.import([hospital("new", "新医院")])?;
    publish_now(directory.bed.registry()?).await?;
    assert_eq!(poll().await?.status, 200);
    Ok(())
}

/// Whoever keeps a file keeps no number that its owner may hide tomorrow.
async fn files_hold_no_contacts(on: Backend) -> anyhow::Result<()> {
    let directory = Directory::start_on(on).await?;
    let verifier = directory.bed.verifier().await?;
    let form = lin_jianing();
    let secrets = [form.work_phone.clone(), form.work_email.clone(), form.licence_number.clone()];
    directory.bed.doctor(&verifier, form, "a long enough password").await?;
    let mut reader = Reader::new(&directory).await?;
    let whole = root(&directory).await?;
    let mut all = reader.take(&directory, &whole).await?;
    reader.at = next(&whole);
    all.extend(reader.follow(&directory).await?);
    let all = serde_json::to_string(&all)?;
    assert!(all.contains("Lin Jianing") && !all.contains("telecom"));
    for secret in secrets.iter().map(String::as_str).chain(["0591-555-0142"]) {
        assert!(!all.contains(secret), "{secret}");
    }
    Ok(())
}

async fn what_changes_follows(on: Backend) -> anyhow::Result<()> {
    let directory = Directory::start_on(on).await?;
    let mut reader = Reader::begin(&directory).await?;
    directory.import([hospital("new", "新医院")])?;
    let taken = reader.follow(&directory).await?;
    assert_eq!(taken.iter().map(|r| r.id().unwrap()).collect::<Vec<_>>(), ["new"]);
    // Nothing new is no publication.
    let at = reader.at.clone();
    assert!(reader.follow(&directory).await?.is_empty());
    assert_eq!(reader.at, at);

    let verifier = directory.bed.verifier().await?;
    let lin = directory.bed.doctor(&verifier, lin_jianing(), "a long enough password").await?;
    reader.follow(&directory).await?;
    revoke(directory.bed.registry()?, &lin.account.user_id).await?;
    let taken = reader.follow(&directory).await?;
    let [Resource::Bundle(gone)] = taken.as_slice() else { anyhow::bail!("{taken:?}") };
    let (kind, id) = gone.entry[0].deleted().context("no deletion")?;
    assert_eq!(kind, "PractitionerRole");
    assert_eq!(directory.get(&format!("PractitionerRole/{id}")).await?.status, 410);
    Ok(())
}

async fn only_colleagues_read_it(on: Backend) -> anyhow::Result<()> {
    let directory = Directory::start_on(on).await?;
    let reader = Reader::begin(&directory).await?;
    let whole = root(&directory).await?;
    let mut paths = vec!["/fhir/$bulk-publish".to_owned(), "/fhir/bulk/keys".to_owned()];
    for url in whole.output.iter().map(|file| &file.url).take(1).chain([&reader.at]) {
        paths.push(path(&directory, url)?);
    }
    for path in &paths {
        for bearer in ["", "stolen"] {
            let refused = directory.bed.call(Method::GET, path, bearer).await?;
            assert_eq!(refusal(&refused, ""), (401, "login".into()), "{path}");
        }
    }
    let token = &directory.session.access_token;
    for name in ["nothing.json", "..%2Fbulk-publish.json", ".new-1", "a%00b"] {
        for folder in ["manifests", "files"] {
            let refused = directory.bed.call(Method::GET, &format!("/fhir/bulk/{folder}/{name}"), token).await?;
            assert_eq!(refusal(&refused, "").0, 404, "{folder}/{name}");
        }
    }
    Ok(())
}

async fn a_key_is_passed_on(on: Backend) -> anyhow::Result<()> {
    let directory = Directory::start_on(on).await?;
    let mut reader = Reader::begin(&directory).await?;
    let new = pass_on(directory.bed.registry()?)?;
    directory.import([hospital("new", "新医院")])?;
    assert!(reader.follow(&directory).await.is_err());

    let notes: Vec<String> = serde_json::from_str(&directory.get("bulk/keys").await?.text)?;
    reader.keys = succession::follow(&reader.keys[0], notes.iter().map(String::as_str))?;
    assert_eq!(reader.keys.last(), Some(&new));
    assert_eq!(reader.follow(&directory).await?.len(), 1);
    Ok(())
}

/// A backup of the database is put back while the folder has what was published since.
async fn a_database_that_went_back_begins_a_new_chain(on: Backend) -> anyhow::Result<()> {
    let mut directory = Directory::start_on(on).await?;
    let mut reader = Reader::begin(&directory).await?;
    directory.import([hospital("new", "新医院")])?;
    reader.follow(&directory).await?;

    directory.bed.stop_registry().await;
    let lost = format!("DELETE FROM publications WHERE version = {}", reader.version);
    tokio::task::block_in_place(|| directory.bed.tamper(&lost))?;
    directory.bed.start_registry().await?;
    publish_now(directory.bed.registry()?).await?;
    assert_eq!(manifest(&directory, &reader.at).await?.next(), Next::Closed);
    let again = Reader::begin(&directory).await?;
    assert!(again.version > reader.version);
    assert_eq!(again.leaves, reader.leaves);
    Ok(())
}

async fn it_is_signed_again_though_nothing_changed(on: Backend) -> anyhow::Result<()> {
    let mut directory = Directory::start_on(on).await?;
    let mut reader = Reader::begin(&directory).await?;
    let before = reader.version;
    let verifier = directory.bed.verifier().await?;
    reader.follow(&directory).await?;
    directory.bed.clock.turn(TimeDelta::hours(25));
    // The session ended with the day.
    directory.session = directory.bed.session(&verifier).await?;
    assert!(reader.follow(&directory).await?.is_empty());
    assert!(reader.version >= before + 25 * 3_600_000);
    Ok(())
}

/// Who begins later does not follow a long way, and who followed the long way is at the same place.
async fn many_changes_are_written_whole(on: Backend) -> anyhow::Result<()> {
    let directory = Directory::start_on(on).await?;
    let first = root(&directory).await?;
    let mut follower = Reader::begin(&directory).await?;
    // Names that do not pack well.
    let name = |n: u32| -> String {
        (0..300).filter_map(|i| char::from_u32(0x4E00 + (n * 7_919 + i * 104_729) % 20_000)).collect()
    };
    directory.import((0..150).map(|n| hospital(&format!("h{n}"), &name(n))))?;
    follower.follow(&directory).await?;
    let whole = root(&directory).await?;
    assert_ne!(next(&first), next(&whole));
    let mut beginner = Reader::begin(&directory).await?;
    assert_eq!(follower.leaves, beginner.leaves);

    directory.import([hospital("new", "新医院")])?;
    follower.follow(&directory).await?;
    beginner.follow(&directory).await?;
    assert_eq!(follower.at, beginner.at);
    Ok(())
}
