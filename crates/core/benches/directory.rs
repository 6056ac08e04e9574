//! Fills a directory of `--size N` colleagues from a generated feed and measures searching it, in one run against the
//! bare fetch of fifty rows and a LIKE scan of the same encrypted file. Prints one JSON object; times in milliseconds.
//!
//! `--folder FOLDER` keeps the file there, and does not load it again if it is whole: for looking at searches alone.
//! `--queries FILE` takes JSON Lines `{"q": text, "must": [practitioner ids]}` and names those that were not among the
//! first fifty.

#![allow(clippy::print_stdout)]

use anyhow::{Context, bail, ensure};
use consilium_api::directory::{DirectoryQuery, DirectorySort};
use consilium_api::registry::{self, ContactKind, ContactsPage, RoleContacts};
use consilium_core::database::Key;
use consilium_core::directory::{Answered, ContactFeed, Directory, Feed, FeedError, latin_name};
use consilium_fhir::{
    Address, CodeableConcept, Element, HumanName, Organization, Practitioner, PractitionerRole, Reference, Resource,
    Verification,
};
use consilium_publication::entry::{OrganizationEntry, PractitionerEntry, RoleEntry};
use consilium_publication::file::FileWriter;
use consilium_publication::manifest::{CHECKPOINT, ManifestExtension, ManifestFile, ManifestLink, PENDING};
use consilium_publication::{Checkpoint, Leaf, Manifest, Part, PartRoot, PublishedFile, SigningKey, over};
use consilium_registry_api::terminology::{DEPARTMENT_SYSTEM, DEPARTMENTS, TITLE_SYSTEM, TITLES};
use rusqlite::Connection;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const KEY: [u8; 32] = [9; 32];
/// Lines of a file, as the registry writes them.
const LINES: usize = 20_000;
const PROVINCES: u32 = 31;
const ROWS: u32 = 50;

const SURNAMES: &str = "王王王王王王王李李李李李李李张张张张张张张刘刘刘刘刘陈陈陈陈陈杨杨杨黄黄黄赵赵吴吴周周徐徐孙孙马朱胡林郭何高罗郑梁\
    谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾\
    毛郝龚邵万钱严覃武戴莫孔向汤单解仇翟欧葛尤";
const GIVEN: &str = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰文志建国红梅海燕鹏飞宇浩然子轩雨欣佳怡俊思远晨曦博雅诗涵嘉宁梓\
    萱一诺天佑立新德成永康春生少云学林家辉振东晓光云龙瑞雪冰心若曦乐行";
const WESTERN: &[(&str, &str)] = &[
    ("Hannah", "Weiss"),
    ("Zoë", "O’Brien-Müller"),
    ("Winston", "Clarke"),
    ("María", "García López"),
    ("Łukasz", "Nowak"),
    ("Søren", "Østergård"),
];
const PLACES: &str = "江滨云东西南北海山湖河安宁平永长清泰新明华兴光福景阳";
const KINDS: &[(&str, &str)] = &[
    ("市中心医院", "Central Hospital"),
    ("市人民医院", "People's Hospital"),
    ("大学附属第一医院", "First University Hospital"),
    ("市中医医院", "Hospital of Traditional Medicine"),
    ("市妇幼保健院", "Women and Children's Hospital"),
    ("市第三人民医院", "Third People's Hospital"),
];
const INTERESTS: &[&str] =
    &["冠脉介入", "结构性心脏病", "心脏超声", "间质性肺病", "脊柱外科", "糖尿病", "新生儿重症", "脑血管病", "胸部肿瘤"];

/// Numbers that are the same in every run (splitmix64, Steele and others 2014).
fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn pick<T: Clone>(from: &[T], seed: u64, salt: u64) -> Option<T> {
    let at = mixed(seed.wrapping_mul(31).wrapping_add(salt)) % from.len().max(1) as u64;
    from.get(at as usize).cloned()
}

struct Generated {
    size: u32,
    hospitals: u32,
    surnames: Vec<char>,
    given: Vec<char>,
    places: Vec<char>,
}

impl Generated {
    fn new(size: u32) -> Self {
        let chars = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect();
        Self {
            size,
            hospitals: (size / 50).max(3),
            surnames: chars(SURNAMES),
            given: chars(GIVEN),
            places: chars(PLACES),
        }
    }

    fn han_name(&self, n: u32) -> String {
        let seed = u64::from(n);
        let two = !mixed(seed ^ 0xabc).is_multiple_of(5);
        let given = [pick(&self.given, seed, 2), pick(&self.given, seed, 3).filter(|_| two)];
        pick(&self.surnames, seed, 1).into_iter().chain(given.into_iter().flatten()).collect()
    }

    fn city(&self, hospital: u32) -> String {
        let seed = u64::from(hospital % 300);
        [pick(&self.places, seed, 4), pick(&self.places, seed, 5)].into_iter().flatten().collect()
    }

    fn hospital(&self, n: u32) -> Organization {
        let city = self.city(n);
        let latin = latin_name(&city).replace(' ', "");
        let (han, english) = pick(KINDS, n.into(), 6).unwrap_or_default();
        let english = format!("{english} of {latin}");
        Organization {
            id: Some(format!("hospital-{n}")),
            active: Some(true),
            name: Some(format!("{city}{han}")),
            name_element: Some(Element::translated("en", &english)),
            alias: vec![english],
            address: vec![Address {
                city: Some(city),
                city_element: Some(Element::translated("en", latin)),
                state: Some(Self::province(n)),
                ..Address::default()
            }],
            ..Organization::default()
        }
    }

    fn id(n: u32) -> String {
        let (high, low) = (mixed(n.into()), mixed(u64::from(n) + 0x1_0000_0000));
        uuid::Uuid::from_u64_pair(high, low).hyphenated().to_string()
    }

    fn practitioner(&self, n: u32) -> Practitioner {
        let western = if n.is_multiple_of(30) { pick(WESTERN, n.into(), 7) } else { None };
        let name = match western {
            Some((given, family)) => vec![HumanName::latin(&format!("{given} {family}"), family, &[given])],
            None => {
                let han = self.han_name(n);
                let latin = latin_name(&han);
                let (family, given) = latin.split_once(' ').unwrap_or_default();
                vec![HumanName::han(&han, "", &[]), HumanName::latin(&latin, family, &[given])]
            }
        };
        Practitioner { id: Some(Self::id(n)), active: Some(true), name, ..Practitioner::default() }
    }

    fn province(hospital: u32) -> String {
        format!("第{}省", hospital % PROVINCES)
    }

    fn hospital_of(&self, n: u32) -> u32 {
        // Large hospitals have more doctors.
        let spread = f64::from((mixed(u64::from(n) ^ 0x55) >> 40) as u32) / f64::from(1u32 << 24);
        (spread * spread * f64::from(self.hospitals)) as u32
    }

    fn role(&self, n: u32) -> PractitionerRole {
        let seed = u64::from(n);
        let hospital = self.hospital_of(n);
        let title = pick(&[0, 1, 1, 2, 2, 2, 3, 3], seed, 8).and_then(|at: usize| TITLES.get(at));
        let department = pick(DEPARTMENTS, seed, 9);
        let verification = Verification {
            verified_at: "2025-11-18T01:30:00Z".into(),
            valid_until: "2099-11-18".into(),
            verifier: self.han_name(hospital),
            organization: format!("{}医务处", self.city(hospital)),
            licence_ending: format!("{:04}", n % 10_000),
        };
        let mut role = PractitionerRole {
            id: Some(Self::id(n ^ 0x8000_0000)),
            active: Some(true),
            practitioner: Some(Reference::to("Practitioner", &Self::id(n), "")),
            organization: Some(Reference::to("Organization", &format!("hospital-{hospital}"), "")),
            code: title.map(|t| CodeableConcept::coded(TITLE_SYSTEM, t.code, t.zh)).into_iter().collect(),
            specialty: department
                .map(|d| CodeableConcept::coded(DEPARTMENT_SYSTEM, d.code, d.zh))
                .into_iter()
                .chain(pick(INTERESTS, seed, 10).map(CodeableConcept::text))
                .collect(),
            extension: vec![verification.to_extension()],
            ..PractitionerRole::default()
        };
        role.set_matrix_user_id(Some(&format!("@doctor{n}:jz.example")));
        role
    }

    fn part(&self, n: u32) -> Part {
        Part::Province(Self::province(self.hospital_of(n)))
    }

    /// What the registry signs when these are the roles.
    fn parts(&self, role: impl Fn(u32) -> PractitionerRole) -> Vec<PartRoot> {
        let mut parts: BTreeMap<Part, Vec<Leaf>> = BTreeMap::new();
        let hospitals = (0..self.hospitals).filter_map(|n| OrganizationEntry::of(&self.hospital(n)));
        parts.insert(Part::Organizations, hospitals.map(|hospital| hospital.leaf()).collect());
        for n in 0..self.size {
            let person = PractitionerEntry::of(&self.practitioner(n));
            let leaf = RoleEntry::of(&role(n)).zip(person).map(|(role, person)| role.leaf(&person));
            parts.entry(self.part(n)).or_default().extend(leaf);
        }
        parts.into_iter().map(|(part, leaves)| PartRoot::of(part, leaves)).collect()
    }
}

/// What the feed publishes: everything, and then the changed roles of some colleagues.
struct Published {
    folder: tempfile::TempDir,
    whole: Manifest,
    /// None before they changed.
    changes: Option<Manifest>,
}

fn signing_key() -> SigningKey {
    SigningKey::new("consilium-directory/bench/0", &[7; 32])
}

/// Contacts a page, as the registry sends them.
const CONTACTS: u32 = 5_000;

impl ContactFeed for Generated {
    async fn contacts(&self, cursor: Option<&str>) -> Result<ContactsPage, FeedError> {
        let from = cursor.and_then(|c| c.parse().ok()).unwrap_or(0).min(self.size);
        let to = (from + CONTACTS).min(self.size);
        let contact = |system: &str, value: String| registry::Contact {
            system: Some(system.into()),
            use_: Some("work".into()),
            value,
        };
        let entries = (from..to).map(|n| RoleContacts {
            practitioner: Self::id(n),
            role: Self::id(n ^ 0x8000_0000),
            telecom: vec![
                contact("phone", format!("0599-{:03}-{:04}", n / 10_000 % 1_000, n % 10_000)),
                contact("email", format!("doctor{n}@hospital{}.example", n % self.hospitals)),
            ],
            requestable: vec![ContactKind::Mobile],
        });
        Ok(ContactsPage { entries: entries.collect(), cursor: to.to_string(), more: to < self.size })
    }

    async fn contacts_of(&self, _: &[String]) -> Result<ContactsPage, FeedError> {
        // Everybody is kept.
        Err(FeedError::Expired)
    }
}

impl Published {
    fn new(generated: &Generated) -> anyhow::Result<Self> {
        let folder = tempfile::TempDir::new()?;
        let mut files = Vec::new();
        let hospitals: Vec<Resource> = (0..generated.hospitals).map(|n| generated.hospital(n).into()).collect();
        write(folder.path(), "Organization", Some(Part::Organizations), &hospitals, &mut files)?;
        let mut people: BTreeMap<Part, Vec<u32>> = BTreeMap::new();
        for n in 0..generated.size {
            people.entry(generated.part(n)).or_default().push(n);
        }
        for (part, people) in people {
            write_people(folder.path(), generated, Some(part), &people, |n| generated.role(n), &mut files)?;
        }
        let whole = signed(files, generated.parts(|n| generated.role(n)), 1, "after-0");
        Ok(Self { folder, whole, changes: None })
    }

    /// Changes the roles of so many colleagues.
    fn change(&mut self, generated: &Generated, count: u32) -> anyhow::Result<()> {
        let changed: BTreeSet<u32> = (0..count).map(|n| n.wrapping_mul(7919) % generated.size).collect();
        let role = |n: u32| {
            let mut role = generated.role(n);
            if changed.contains(&n) {
                role.code = vec![CodeableConcept::coded(TITLE_SYSTEM, "chief", "")];
            }
            role
        };
        let (mut files, people) = (Vec::new(), changed.iter().copied().collect::<Vec<_>>());
        write_people(self.folder.path(), generated, None, &people, role, &mut files)?;
        self.changes = Some(signed(files, generated.parts(role), 2, PENDING));
        Ok(())
    }
}

type Files = Vec<(String, PublishedFile)>;

/// Writes a file as the registry does.
fn write(
    folder: &Path,
    kind: &str,
    part: Option<Part>,
    resources: &[Resource],
    files: &mut Files,
) -> anyhow::Result<()> {
    let mut writer = FileWriter::new(Vec::new());
    for resource in resources {
        writer.line(&serde_json::to_vec(resource)?)?;
    }
    let (bytes, described) = writer.finish(kind, part)?;
    std::fs::write(folder.join(&described.name), bytes)?;
    files.push((kind.to_owned(), described));
    Ok(())
}

/// Writes people with their roles.
fn write_people(
    folder: &Path,
    generated: &Generated,
    part: Option<Part>,
    people: &[u32],
    role: impl Fn(u32) -> PractitionerRole,
    files: &mut Files,
) -> anyhow::Result<()> {
    for some in people.chunks(LINES) {
        let persons: Vec<Resource> = some.iter().map(|n| generated.practitioner(*n).into()).collect();
        let roles: Vec<Resource> = some.iter().map(|n| role(*n).into()).collect();
        write(folder, "Practitioner", part.clone(), &persons, files)?;
        write(folder, "PractitionerRole", part.clone(), &roles, files)?;
    }
    Ok(())
}

fn signed(files: Files, parts: Vec<PartRoot>, version: i64, next: &str) -> Manifest {
    let (size, root) = over(&parts);
    let checkpoint = Checkpoint {
        origin: "consilium-directory/bench".into(),
        size,
        root,
        version,
        issued: 0,
        expires: i64::MAX,
        parts,
        files: files.iter().map(|(_, file)| file.clone()).collect(),
    };
    let output = files.into_iter().map(|(kind, file)| ManifestFile {
        type_: kind,
        url: file.name,
        count: None,
        ..ManifestFile::default()
    });
    Manifest {
        extension: vec![ManifestExtension {
            url: CHECKPOINT.into(),
            value_string: Some(checkpoint.signed(&signing_key())),
        }],
        output: output.collect(),
        link: vec![ManifestLink { relation: "next".into(), url: next.into() }],
        ..Manifest::default()
    }
}

impl Feed for Published {
    async fn manifest(&self, url: Option<&str>, _etag: Option<&str>) -> Result<Answered, FeedError> {
        let manifest = match (url, &self.changes) {
            (None, _) => self.whole.clone(),
            (Some("changes"), Some(changes)) => changes.clone(),
            (_, changes) => {
                let next = if changes.is_some() { "changes" } else { PENDING };
                let link = vec![ManifestLink { relation: "next".into(), url: next.into() }];
                Manifest { link, ..Manifest::default() }
            }
        };
        Ok(Answered::New { manifest: Box::new(manifest), etag: None })
    }

    async fn file(&self, url: &str, _bytes: u64) -> Result<Vec<u8>, FeedError> {
        std::fs::read(self.folder.path().join(url)).map_err(|_| FeedError::Expired)
    }

    async fn pinned_key(&self) -> Result<String, consilium_api::Error> {
        Ok(signing_key().verifying().to_string())
    }

    async fn successions(&self) -> Result<Vec<String>, consilium_api::Error> {
        Ok(Vec::new())
    }
}

/// What each of some calls took: until the answer was here, and of it what was computed, which others on the machine do
/// not lengthen.
#[derive(Default)]
struct Times {
    passed: Vec<Duration>,
    computed: Vec<Duration>,
}

impl Times {
    async fn of<T>(&mut self, call: impl Future<Output = T>) -> T {
        let (begin, before) = (Instant::now(), computed());
        let answer = call.await;
        self.passed.push(begin.elapsed());
        self.computed.extend(computed().zip(before).map(|(after, before)| after.saturating_sub(before)));
        answer
    }

    fn json(mut self) -> Value {
        let samples = self.passed.len();
        let mut at = |share: f64, computed: bool| {
            let times = if computed { &mut self.computed } else { &mut self.passed };
            times.sort_unstable();
            let index = (share * times.len() as f64) as usize;
            times.get(index.min(times.len().saturating_sub(1))).map(|d| (d.as_secs_f64() * 1e6).round() / 1e3)
        };
        let passed = [0.50, 0.99].map(|share| at(share, false).unwrap_or_default());
        let computed = [0.50, 0.99].map(|share| at(share, true));
        let ([p50, p99], [cpu_p50, cpu_p99]) = (passed, computed);
        json!({ "p50": p50, "p99": p99, "cpu_p50": cpu_p50, "cpu_p99": cpu_p99, "samples": samples })
    }
}

/// What the threads of this process have computed, if the system tells (Linux, sched-stats: in nanoseconds, first).
fn computed() -> Option<Duration> {
    let mut sum = 0;
    for thread in std::fs::read_dir("/proc/self/task").ok()? {
        // One that has just ended computes no more.
        let Ok(stat) = std::fs::read_to_string(thread.ok()?.path().join("schedstat")) else { continue };
        sum += stat.split(' ').next()?.parse::<u64>().ok()?;
    }
    Some(Duration::from_nanos(sum))
}

fn asking(text: String) -> DirectoryQuery {
    DirectoryQuery { text, limit: ROWS, ..DirectoryQuery::default() }
}

/// Queries of each class, made from colleagues who exist.
fn classes(feed: &Generated, samples: u32) -> BTreeMap<&'static str, Vec<String>> {
    let mut classes: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for sample in 0..samples {
        let n = (mixed(u64::from(sample) ^ 0x77) % u64::from(feed.size)) as u32;
        let han = feed.han_name(n);
        let latin = latin_name(&han).to_lowercase();
        let (family, given) = latin.split_once(' ').unwrap_or_default();
        let short = |text: &str, n| text.chars().take(n).collect::<String>();
        let western = pick(WESTERN, n.into(), 7).map(|(_, family)| family.to_lowercase()).unwrap_or_default();
        let department = pick(DEPARTMENTS, n.into(), 9).map(|d| d.zh).unwrap_or_default();
        let hospital = feed.hospital(n % feed.hospitals).name.unwrap_or_default();
        let mut add = |class, text| classes.entry(class).or_default().push(text);
        add("han 1", short(&han, 1));
        add("han 2", short(&han, 2));
        add("han whole", han.clone());
        add("one letter", short(family, 1));
        add("surname", family.to_owned());
        add("surname + letter", format!("{family}{}", short(given, 1)));
        add("initials", format!("{}{}", short(family, 1), short(given, 1)));
        add("latin", short(&western, 4));
        add("mixed", format!("{}{}", short(&han, 1), short(given, 1)));
        add(
            "department + city + letter",
            format!("{department} {} {}", feed.city(n % feed.hospitals), short(family, 1)),
        );
        add("hospital", hospital);
        add("department initials", "xn".to_owned());
        add("name + one character", format!("{} {}", short(&han, 2), short(department, 1)));
        add("telephone digits", format!("{:03}{:04}", n / 10_000 % 1_000, n % 10_000));
        // The last two letters of the name exchanged: found by the second look, which only those have who found nobody.
        let mut slip: Vec<char> = latin.chars().filter(|c| *c != ' ').collect();
        if let [.., one, other] = slip.as_mut_slice() {
            std::mem::swap(one, other);
        }
        add("slip of one letter", slip.into_iter().collect());
    }
    classes
}

async fn like_scan(connection: &Connection, text: &str) -> anyhow::Result<()> {
    let pattern = format!("%{text}%");
    let mut statement = connection.prepare_cached(
        "SELECT c.rank FROM colleague c JOIN practitioner p ON p.n = c.rank & 33554431
         WHERE p.han LIKE ?1 OR replace(p.latin, ' ', '') LIKE ?1 ORDER BY c.rank",
    )?;
    let found = statement.query_map([pattern], |row| row.get::<_, i64>(0))?.count();
    std::hint::black_box(found);
    Ok(())
}

#[derive(Deserialize)]
struct Wanted {
    q: String,
    must: Vec<String>,
}

async fn missing(directory: &Directory, file: &str) -> anyhow::Result<Value> {
    let lines = std::fs::read_to_string(file).with_context(|| format!("reading {file}"))?;
    let (mut asked, mut lost) = (0, Vec::new());
    for line in lines.lines().filter(|l| !l.trim().is_empty()) {
        let wanted: Wanted = serde_json::from_str(line).context("a line of the queries")?;
        let rows = directory.search(asking(wanted.q.clone())).await?.rows;
        for id in wanted.must {
            asked += 1;
            if !rows.iter().any(|r| r.id == id) {
                lost.push(json!({ "q": wanted.q, "id": id }));
            }
        }
    }
    Ok(json!({ "asked": asked, "missing": lost }))
}

/// Pages of other orders and far pages, at places all over the list.
async fn pages(directory: &Directory, size: u32) -> anyhow::Result<Value> {
    let mut pages = serde_json::Map::new();
    for (name, sort, text) in [
        ("anywhere", DirectorySort::Relevance, ""),
        ("by name", DirectorySort::Name, ""),
        ("by name, zhang", DirectorySort::Name, "zhang"),
        ("by hospital", DirectorySort::Hospital, ""),
    ] {
        let mut times = Times::default();
        for nth in 0..200_u64 {
            let offset = (mixed(nth) % u64::from(size)) as u32;
            let query = DirectoryQuery { sort, offset, ..asking(text.to_owned()) };
            std::hint::black_box(times.of(directory.search(query)).await?);
        }
        pages.insert(name.into(), times.json());
    }
    Ok(pages.into())
}

/// Bytes of memory of this process, if the system tells.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches(" kB").parse::<u64>().ok().map(|kb| kb * 1024)
}

/// What an open directory adds to a process that has just begun, once everything was asked of it.
async fn added_memory(path: &str) -> anyhow::Result<Value> {
    let before = resident();
    let (directory, _) = Directory::open(path.as_ref(), Key::new(KEY), None).await?;
    directory.prepare().await?;
    for text in ["", "z", "张", "zhangw", "心内", "nowak", "0148"] {
        directory.search(asking(text.into())).await?;
        directory.facets(asking(text.into())).await?;
    }
    let by_name = DirectoryQuery { sort: DirectorySort::Name, ..asking(String::new()) };
    directory.letters(by_name.clone()).await?;
    directory.search(by_name).await?;
    let added = before.zip(resident()).map(|(before, after)| after.saturating_sub(before) / 1_000_000);
    Ok(json!({ "memory_mb": added }))
}

async fn run(size: u32, folder: &Path, queries: Option<String>) -> anyhow::Result<Value> {
    let path = folder.join("directory.db");
    let (directory, _) = Directory::open(&path, Key::new(KEY), None).await?;
    let generated = Generated::new(size);
    let mut feed = Published::new(&generated)?;
    let sent: u64 = Checkpoint::open(feed.whole.checkpoint().unwrap_or_default(), &[signing_key().verifying()])?
        .files
        .iter()
        .map(|file| file.bytes)
        .sum();
    let begin = Instant::now();
    directory.sync(&feed).await?;
    let load = begin.elapsed();
    ensure!(directory.status().borrow().colleagues == size, "not every colleague arrived");

    let without_contacts = std::fs::metadata(&path)?.len();
    let begin = Instant::now();
    directory.sync_contacts(&generated).await?;
    let contacts = begin.elapsed();

    let begin = Instant::now();
    directory.close().await?;
    let close = begin.elapsed();
    let file = std::fs::metadata(&path)?.len();
    let begin = Instant::now();
    let (directory, _) = Directory::open(&path, Key::new(KEY), None).await?;
    let open = begin.elapsed();
    directory.set_viewer(Some("@doctor1:jz.example"));

    let begin = Instant::now();
    directory.prepare().await?;
    let prepare = begin.elapsed();
    let mut floor = Times::default();
    for at in 0..300 {
        let query = DirectoryQuery { offset: at % 200, ..asking(String::new()) };
        let page = floor.of(directory.search(query)).await?;
        ensure!(page.rows.len() == ROWS.min(size) as usize, "the floor has no rows");
    }
    let mut searches = serde_json::Map::new();
    let mut found = 0;
    for (class, texts) in classes(&generated, 300) {
        let mut times = Times::default();
        for text in texts {
            found += times.of(directory.search(asking(text))).await?.rows.len();
        }
        searches.insert(class.into(), times.json());
    }
    ensure!(found > 0, "nothing was found");
    let mut facets = serde_json::Map::new();
    for text in ["", "z", "zhang", "zhangw"] {
        let mut times = Times::default();
        for nth in 0..20 {
            // Signs are no words: another text to the cache, the same search.
            let query = asking(format!("{text} {}", "*".repeat(nth)));
            times.of(directory.facets(query)).await?;
        }
        facets.insert(if text.is_empty() { "all".into() } else { text.into() }, times.json());
    }

    let pages = pages(&directory, size).await?;
    let child = std::process::Command::new(std::env::current_exe()?).arg("--memory").arg(&path).output()?;
    ensure!(child.status.success(), "the process that measures memory failed");
    let memory: Value = serde_json::from_slice(&child.stdout).context("what the memory is")?;

    let connection = Connection::open(&path)?;
    connection.execute_batch(&format!("PRAGMA key = \"x'{}'\"; PRAGMA cache_size = -8192;", hex::encode(KEY)))?;
    let mut scan = Times::default();
    for text in ["张", "zhangw", "wei", "nowak"].iter().cycle().take(20) {
        scan.of(like_scan(&connection, text)).await?;
    }
    drop(connection);

    let missing = match queries {
        Some(file) => Some(missing(&directory, &file).await?),
        None => None,
    };
    feed.change(&generated, 2000.min(size))?;
    let begin = Instant::now();
    directory.sync(&feed).await?;
    let delta = begin.elapsed();
    let seconds = |d: Duration| (d.as_secs_f64() * 1e3).round() / 1e3;
    Ok(json!({
        "bench": "directory",
        "release": !cfg!(debug_assertions),
        "colleagues": size,
        "hospitals": generated.hospitals,
        "sent_mb": sent / 1_000_000,
        "load_s": seconds(load),
        "contacts_s": seconds(contacts),
        "delta_2000_s": seconds(delta),
        "open_s": seconds(open),
        "prepare_s": seconds(prepare),
        "close_s": seconds(close),
        "file_mb": file / 1_000_000,
        "contacts_mb": file.saturating_sub(without_contacts) / 1_000_000,
        "memory_mb": memory.get("memory_mb"),
        "pages": pages,
        "floor": floor.json(),
        "search": searches,
        "facets": facets,
        "like_scan": scan.json(),
        "queries": missing,
    }))
}

fn main() -> anyhow::Result<()> {
    let (mut size, mut queries, mut memory, mut kept) = (20_000, None, None, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--size" => size = arguments.next().context("--size takes a number")?.parse()?,
            "--folder" => kept = Some(PathBuf::from(arguments.next().context("--folder takes a folder")?)),
            // A process of its own: see `added_memory`.
            "--memory" => memory = arguments.next(),
            "--queries" => queries = Some(arguments.next().context("--queries takes a file")?),
            // Cargo passes it to every bench.
            "--bench" => {}
            other => bail!("unknown argument {other}"),
        }
    }
    ensure!(size >= 100, "--size is at least 100");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let temporary = tempfile::TempDir::new()?;
    let folder = kept.unwrap_or_else(|| temporary.path().to_owned());
    if let Some(path) = memory {
        println!("{}", runtime.block_on(added_memory(&path))?);
        return Ok(());
    }
    println!("{}", serde_json::to_string_pretty(&runtime.block_on(run(size, &folder, queries))?)?);
    Ok(())
}
