//! `$bulk-publish`: signed files, what follows them, and what readers can rely on.

use crate::colleagues::{Directory, refusal};
use anyhow::{Context as _, ensure};
use chrono::TimeDelta;
use consilium_fhir::Resource;
use consilium_publication::entry::{OrganizationEntry, PractitionerEntry, RoleEntry};
use consilium_publication::manifest::{Next, PART};
use consilium_publication::{Checkpoint, Leaf, Manifest, Part, PartRoot, VerifyingKey, file, succession};
use consilium_registry::{pass_on, publish_now, revoke};
use consilium_testbed::{Answer, Backend, lin_jianing, on_both_databases};
use reqwest::{Method, header};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

on_both_databases! {
    everything_is_published_and_signed,
    files_hold_no_contacts,
    what_changes_follows,
    only_colleagues_read_it,
    a_key_is_passed_on,
    a_database_that_went_back_begins_a_new_chain,
    it_is_signed_again_though_nothing_changed,
    many_changes_are_written_whole,
    a_part_is_read_and_followed_by_itself,
    what_is_not_listed_is_in_no_part,
    a_publication_that_broke_off_is_made_again,
}

/// Somebody who follows the published directory.
struct Reader {
    keys: Vec<VerifyingKey>,
    /// Of whom it keeps the colleagues; None is everybody.
    scope: Option<Part>,
    /// Where the colleagues of each organisation belong.
    places: BTreeMap<String, Part>,
    /// Part and leaf of each resource that is kept.
    leaves: BTreeMap<(String, String), (Part, Leaf)>,
    version: i64,
    /// The manifest from which it goes on.
    at: String,
}

impl Reader {
    /// Reads everything and what follows.
    async fn begin(directory: &Directory) -> anyhow::Result<Self> {
        Self::begin_with(directory, None).await
    }

    async fn begin_with(directory: &Directory, scope: Option<Part>) -> anyhow::Result<Self> {
        let mut reader = Self { scope, ..Self::new(directory).await? };
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
        let (places, leaves) = Default::default();
        Ok(Self { keys: vec![key], scope: None, places, leaves, version: 0, at: String::new() })
    }

    fn keeps(&self, part: &Part) -> bool {
        self.scope.as_ref().is_none_or(|scope| scope == part || *part == Part::Organizations)
    }

    /// Takes what a manifest lists of its parts; returns the resources.
    async fn take(&mut self, directory: &Directory, manifest: &Manifest) -> anyhow::Result<Vec<Resource>> {
        let checkpoint = Checkpoint::open(manifest.checkpoint().context("not signed")?, &self.keys)?;
        ensure!(checkpoint.version >= self.version, "an older checkpoint");
        self.version = checkpoint.version;
        let mut taken = Vec::new();
        let mut people: BTreeMap<String, PractitionerEntry> = BTreeMap::new();
        for listed in manifest.output.iter().chain(&manifest.deleted) {
            let name = listed.url.rsplit('/').next().unwrap_or_default();
            let described = checkpoint.file(name).context("a file that was not signed")?;
            assert_eq!(listed.count, Some(described.count));
            let part = listed.extension.iter().find(|e| e.url == PART).and_then(|e| e.value_string.clone());
            assert_eq!(part, described.part.as_ref().map(Part::to_string));
            if described.part.as_ref().is_some_and(|part| !self.keeps(part)) {
                continue;
            }
            // What follows are the roles of these.
            if listed.type_ == "Practitioner" {
                people.clear();
            }
            let mut resources = Vec::new();
            file::read(described, &bytes(directory, &listed.url).await?, |resource| resources.push(resource))?;
            for resource in &resources {
                assert_eq!(resource.resource_type(), listed.type_);
                self.take_one(resource, &mut people, described.part.as_ref());
            }
            taken.extend(resources);
        }
        assert_eq!(checkpoint.files.len(), manifest.output.len() + manifest.deleted.len());
        let mut parts: BTreeMap<Part, Vec<Leaf>> = BTreeMap::new();
        for (part, leaf) in self.leaves.values() {
            parts.entry(part.clone()).or_default().push(*leaf);
        }
        let parts: Vec<PartRoot> = parts.into_iter().map(|(part, leaves)| PartRoot::of(part, leaves)).collect();
        let signed: Vec<PartRoot> = checkpoint.parts.into_iter().filter(|root| self.keeps(&root.part)).collect();
        assert_eq!(parts, signed);
        Ok(taken)
    }

    fn take_one(&mut self, resource: &Resource, people: &mut BTreeMap<String, PractitionerEntry>, of: Option<&Part>) {
        let name = (resource.resource_type().to_owned(), resource.id().unwrap_or_default().to_owned());
        match resource {
            Resource::Organization(organization) => {
                let entry = OrganizationEntry::of(organization).expect("only who is active is listed");
                self.places.insert(entry.id.clone(), Part::of_colleagues_in(&entry.province));
                self.leaves.insert(name, (Part::Organizations, entry.leaf()));
            }
            Resource::Practitioner(practitioner) => {
                let entry = PractitionerEntry::of(practitioner).expect("only who is active is listed");
                people.insert(entry.id.clone(), entry);
            }
            Resource::PractitionerRole(role) => {
                let entry = RoleEntry::of(role).expect("only who is active is listed");
                let person = people.get(&entry.practitioner).expect("a role comes with its person");
                let part = self.places.get(&entry.organization).cloned().unwrap_or(Part::Unplaced);
                assert!(of.is_none_or(|of| *of == part), "{of:?} holds what is of {part}");
                if self.keeps(&part) {
                    self.leaves.insert(name, (part, entry.leaf(person)));
                } else {
                    self.leaves.remove(&name);
                }
            }
            Resource::Bundle(bundle) => bundle.entry.iter().filter_map(|e| e.deleted()).for_each(|(kind, id)| {
                self.leaves.remove(&(kind.to_owned(), id.to_owned()));
                if kind == "Organization" {
                    self.places.remove(id);
                }
            }),
            other => panic!("a {}", other.resource_type()),
        }
    }

    /// Ids of the roles that are kept.
    fn roles(&self) -> BTreeSet<&str> {
        self.leaves.keys().filter(|(kind, _)| kind == "PractitionerRole").map(|(_, id)| id.as_str()).collect()
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
    for kind in ["Organization", "PractitionerRole"] {
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

fn at(id: &str, province: &str) -> Value {
    json!({"resourceType": "Organization", "id": id, "active": true, "name": format!("{id}医院"),
        "address": [{"city": "城", "state": province}]})
}

fn colleague(id: &str, name: &str) -> Value {
    json!({"resourceType": "Practitioner", "id": id, "active": true, "name": [{"text": name}]})
}

fn role(id: &str, person: &str, hospital: &str) -> Value {
    json!({"resourceType": "PractitionerRole", "id": id, "active": true,
        "practitioner": {"reference": format!("Practitioner/{person}")},
        "organization": {"reference": format!("Organization/{hospital}")}})
}

/// Has everything written, as for who begins after many changes.
async fn begin_anew(directory: &mut Directory) -> anyhow::Result<Manifest> {
    directory.bed.stop_registry().await;
    tokio::task::block_in_place(|| directory.bed.tamper("DELETE FROM publications"))?;
    directory.bed.start_registry().await?;
    root(directory).await
}

/// What changes, the resources that do, and the roles that are then in either province.
type Step<'a> = (&'a str, Vec<Value>, &'a [&'a str], &'a [&'a str]);

/// Whoever keeps a province alone knows at every step that it is whole, and downloads no other.
async fn a_part_is_read_and_followed_by_itself(on: Backend) -> anyhow::Result<()> {
    let mut directory = Directory::start_on(on).await?;
    let [fujian, jiangsu] = ["福建省", "江苏省"].map(|name| Part::Province(name.into()));
    directory.import([
        at("fz", "福建省"),
        at("xm", "福建省"),
        at("nj", "江苏省"),
        colleague("chen", "陈一"),
        role("chen-fz", "chen", "fz"),
        colleague("lin", "林二"),
        role("lin-xm", "lin", "xm"),
        role("lin-nj", "lin", "nj"),
        colleague("wu", "吴三"),
        role("wu-nj", "wu", "nj"),
    ])?;
    let whole = begin_anew(&mut directory).await?;
    let parts: BTreeSet<&str> =
        whole.output.iter().flat_map(|file| &file.extension).filter_map(|e| e.value_string.as_deref()).collect();
    assert_eq!(parts, BTreeSet::from(["organizations", "unplaced", "province 福建省", "province 江苏省"]));
    let mut all = Reader::begin(&directory).await?;
    let mut here = Reader::begin_with(&directory, Some(fujian)).await?;
    let mut there = Reader::begin_with(&directory, Some(jiangsu)).await?;
    assert_eq!(here.roles(), BTreeSet::from(["chen-fz", "lin-xm"]));
    assert_eq!(there.roles(), BTreeSet::from(["lin-nj", "wu-nj"]));

    // Each step, and who is in either province after it. A reader compares its own roots at each of them.
    let steps: [Step<'_>; 6] = [
        ("a name changes", vec![colleague("lin", "林贰")], &["chen-fz", "lin-xm"], &["lin-nj", "wu-nj"]),
        ("a role moves", vec![role("wu-nj", "wu", "fz")], &["chen-fz", "lin-xm", "wu-nj"], &["lin-nj"]),
        ("a hospital moves", vec![at("xm", "江苏省")], &["chen-fz", "wu-nj"], &["lin-nj", "lin-xm"]),
        ("a hospital says no province", vec![hospital("fz", "医院")], &[], &["lin-nj", "lin-xm"]),
        ("and says it again", vec![at("fz", "福建省")], &["chen-fz", "wu-nj"], &["lin-nj", "lin-xm"]),
        (
            "one role of two is not active",
            vec![{
                let mut role = role("lin-xm", "lin", "xm");
                role["active"] = json!(false);
                role
            }],
            &["chen-fz", "wu-nj"],
            &["lin-nj"],
        ),
    ];
    for (step, resources, fujian, jiangsu) in steps {
        directory.import(resources)?;
        all.follow(&directory).await.context(step)?;
        here.follow(&directory).await.context(step)?;
        there.follow(&directory).await.context(step)?;
        assert_eq!(here.roles(), fujian.iter().copied().collect(), "{step}");
        assert_eq!(there.roles(), jiangsu.iter().copied().collect(), "{step}");
    }
    // Whoever begins now has the same.
    assert_eq!(Reader::begin(&directory).await?.leaves, all.leaves);
    Ok(())
}

/// A person without a role at work is nobody's colleague, nor is a role without its person.
async fn what_is_not_listed_is_in_no_part(on: Backend) -> anyhow::Result<()> {
    let mut directory = Directory::start_on(on).await?;
    let mut inactive = colleague("away", "不在");
    inactive["active"] = json!(false);
    directory.import([at("fz", "福建省"), colleague("alone", "独自"), inactive, role("away-fz", "away", "fz")])?;
    let whole = begin_anew(&mut directory).await?;
    let mut reader = Reader::begin(&directory).await?;
    assert!(!reader.roles().contains("away-fz") && whole.deleted.is_empty());
    let mut sent = String::new();
    for listed in &whole.output {
        let described = bytes(&directory, &listed.url).await?;
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(described.as_slice()), &mut sent)?;
    }
    assert!(sent.contains("福建省") && !sent.contains("独自") && !sent.contains("不在"));
    directory.import([colleague("away", "在"), role("alone-fz", "alone", "fz")])?;
    let taken = reader.follow(&directory).await?;
    let taken: BTreeSet<&str> = taken.iter().filter_map(Resource::id).collect();
    assert_eq!(taken, BTreeSet::from(["alone", "alone-fz", "away", "away-fz"]));
    Ok(())
}

/// What had been written to the database when a publication broke off does not hide what readers have not been told.
async fn a_publication_that_broke_off_is_made_again(on: Backend) -> anyhow::Result<()> {
    let mut directory = Directory::start_on(on).await?;
    directory.import([at("fz", "福建省"), colleague("chen", "陈一"), role("chen-fz", "chen", "fz")])?;
    let mut here = Reader::begin_with(&directory, Some(Part::Province("江苏省".into()))).await?;
    directory.import([at("fz", "江苏省")])?;
    publish_now(directory.bed.registry()?).await?;
    // As if it had ended before it was kept: leaves are of after it, the rest is of before.
    let published = directory.bed.folder().to_owned();
    directory.bed.stop_registry().await;
    let last = "DELETE FROM publications WHERE version = (SELECT max(version) FROM publications)";
    tokio::task::block_in_place(|| directory.bed.tamper(last))?;
    tokio::task::block_in_place(|| directory.bed.tamper("UPDATE places SET part = 'province 福建省'"))?;
    let beyond = here.at.rsplit('/').next().unwrap_or_default().to_owned();
    let gone = remove_after(&published, &beyond)?;
    assert_eq!(gone, 1);
    directory.bed.start_registry().await?;
    here.follow(&directory).await?;
    assert_eq!(here.roles(), BTreeSet::from(["chen-fz"]));
    Ok(())
}

/// Removes the manifest that follows this one, wherever the registry keeps it.
fn remove_after(folder: &std::path::Path, name: &str) -> anyhow::Result<usize> {
    let stem = name.trim_end_matches(".json");
    let (chain, number) = stem.rsplit_once('-').context("a manifest without a number")?;
    let chain = chain.trim_end_matches("-after");
    let next = format!("{chain}-{}.json", number.parse::<u32>()? + 1);
    let mut gone = 0;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|name| name == next.as_str()) {
                std::fs::remove_file(path)?;
                gone += 1;
            }
        }
    }
    Ok(gone)
}
