//! A registry in memory whose directory is published: files, chain, keys, faults.

use super::super::{Answered, Feed, FeedError};
use consilium_api::{Error, ErrorCode};
use consilium_fhir::mapping::Verification;
use consilium_fhir::{
    Address, Bundle, BundleEntry, CodeableConcept, Element, EntryRequest, HumanName, Organization, Practitioner,
    PractitionerRole, Qualification, Reference, Resource,
};
use consilium_publication::file::FileWriter;
use consilium_publication::manifest::{CHECKPOINT, CLOSED, ManifestExtension, ManifestFile, ManifestLink, PENDING};
use consilium_publication::{Checkpoint, Leaf, Manifest, SigningKey, Tree, succession};
use consilium_registry_api::terminology::{self, DEPARTMENT_SYSTEM, TITLE_SYSTEM};
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

#[derive(Clone)]
pub enum Change {
    Put(Box<Resource>),
    Delete(String),
}

impl Change {
    fn subject(&self) -> String {
        match self {
            Self::Put(r) => format!("{}/{}", r.resource_type(), r.id().unwrap()),
            Self::Delete(subject) => subject.clone(),
        }
    }
}

/// A published state.
struct Publication {
    /// Changes that were made by then.
    until: usize,
    checkpoint: Checkpoint,
    manifest: Manifest,
}

pub struct Registry {
    changes: Mutex<Vec<Change>>,
    published: Mutex<Vec<Publication>>,
    files: Mutex<HashMap<String, Vec<u8>>>,
    /// Changes when the registry begins a chain of its own anew: who follows the earlier one is told that it is closed.
    pub epoch: AtomicUsize,
    /// Lines of a file.
    page_size: usize,
    /// Files that are still sent before the network goes away.
    pub pages_left: AtomicUsize,
    /// Seconds since 1970 at which it signs; 0 is now.
    pub signed_at: AtomicI64,
    /// The keys that it has had; the last one signs.
    pub keys: Mutex<Vec<SigningKey>>,
    /// What is done to a checkpoint before it is signed.
    pub distort: Mutex<Option<fn(&mut Checkpoint)>>,
    /// What is done to a manifest on its way.
    pub forge: Mutex<Option<fn(&mut Manifest)>>,
}

/// The key that devices pinned.
pub fn pinned() -> SigningKey {
    SigningKey::new("consilium-directory/test/0", &[1; 32])
}

impl Registry {
    pub fn new(page_size: usize) -> Self {
        Self {
            changes: Mutex::default(),
            published: Mutex::default(),
            files: Mutex::default(),
            epoch: AtomicUsize::new(1),
            page_size,
            pages_left: AtomicUsize::new(usize::MAX),
            signed_at: AtomicI64::new(0),
            keys: Mutex::new(vec![pinned()]),
            distort: Mutex::default(),
            forge: Mutex::default(),
        }
    }

    pub fn put(&self, resource: impl Into<Resource>) -> &Self {
        self.changes.lock().unwrap().push(Change::Put(Box::new(resource.into())));
        self
    }

    pub fn delete(&self, subject: &str) -> &Self {
        self.changes.lock().unwrap().push(Change::Delete(subject.into()));
        self
    }

    /// Lists a person with their role.
    pub fn list(&self, person: &Doctor) -> &Self {
        self.put(person.practitioner()).put(person.role())
    }

    pub fn list_all<'a>(&self, people: impl IntoIterator<Item = &'a Doctor>) -> &Self {
        people.into_iter().for_each(|person| {
            self.list(person);
        });
        self
    }

    pub fn put_hospitals(&self) -> &Self {
        hospitals().into_iter().for_each(|hospital| {
            self.put(hospital);
        });
        self
    }

    /// Puts what there is into another order.
    pub fn shuffle(&self, order: impl FnOnce(&mut Vec<Change>)) -> &Self {
        order(&mut self.changes.lock().unwrap());
        self
    }

    pub fn network_fails_after(&self, pages: usize) {
        self.pages_left.store(pages, Ordering::SeqCst);
    }
}

impl Registry {
    /// The latest state of each resource that changed after so many changes.
    fn latest(&self, after: usize) -> Vec<Change> {
        let changes = self.changes.lock().unwrap();
        let is_latest =
            |at: usize, change: &Change| !changes[at + 1..].iter().any(|later| later.subject() == change.subject());
        let latest = changes.iter().enumerate().skip(after).filter(|(at, change)| is_latest(*at, change));
        latest.map(|(_, change)| change.clone()).collect()
    }

    /// Writes the files of these changes and signs them as the state after all changes.
    fn write(&self, changes: &[Change], version: i64) -> (Checkpoint, Manifest) {
        let (mut files, mut output, mut deleted) = (Vec::new(), Vec::new(), Vec::new());
        let mut add = |kind: &str, lines: Vec<Resource>, into: &mut Vec<ManifestFile>| {
            for lines in lines.chunks(self.page_size) {
                let mut writer = FileWriter::new(Vec::new());
                for line in lines {
                    writer.line(&serde_json::to_vec(line).unwrap()).unwrap();
                }
                let (bytes, described) = writer.finish(kind).unwrap();
                let url = format!("https://registry.example/fhir/bulk/files/{}", described.name);
                into.push(ManifestFile { type_: kind.into(), url: url.clone(), count: Some(described.count) });
                self.files.lock().unwrap().insert(url, bytes);
                files.push(described);
            }
        };
        let put = changes.iter().filter_map(|change| match change {
            Change::Put(resource) => Some((**resource).clone()),
            Change::Delete(_) => None,
        });
        add("Practitioner", put.collect(), &mut output);
        let gone = changes.iter().filter_map(|change| match change {
            Change::Put(_) => None,
            Change::Delete(subject) => Some(BundleEntry {
                request: Some(EntryRequest {
                    method: "DELETE".into(),
                    url: subject.clone(),
                    ..EntryRequest::default()
                }),
                ..BundleEntry::default()
            }),
        });
        let gone: Vec<BundleEntry> = gone.collect();
        if !gone.is_empty() {
            let bundle = Bundle { type_: Some("transaction".into()), entry: gone, ..Bundle::default() };
            add("Bundle", vec![bundle.into()], &mut deleted);
        }
        let leaves: Vec<Leaf> = self
            .latest(0)
            .iter()
            .filter_map(|change| match change {
                Change::Put(resource) => Leaf::of(resource),
                Change::Delete(_) => None,
            })
            .collect();
        let issued = match self.signed_at.load(Ordering::SeqCst) {
            0 => chrono::Utc::now().timestamp(),
            at => at,
        };
        let mut checkpoint = Checkpoint {
            origin: "consilium-directory/test".into(),
            size: leaves.len() as u64,
            root: Tree::of(leaves).root(),
            version,
            issued,
            expires: issued + 7 * 86_400,
            files,
        };
        if let Some(distort) = *self.distort.lock().unwrap() {
            distort(&mut checkpoint);
        }
        let manifest = Manifest { output, deleted, ..Manifest::default() };
        (checkpoint, manifest)
    }

    /// Publishes what changed since the last time.
    pub fn publish(&self) {
        let now = self.changes.lock().unwrap().len();
        let mut published = self.published.lock().unwrap();
        let before = published.last().map_or(0, |p| p.until);
        if before == now && !published.is_empty() {
            return;
        }
        let (checkpoint, manifest) = self.write(&self.latest(before), self.version(published.len()));
        published.push(Publication { until: now, checkpoint, manifest });
    }

    fn version(&self, number: usize) -> i64 {
        (self.epoch.load(Ordering::SeqCst) * 1_000 + number) as i64
    }

    fn signed(&self, checkpoint: &Checkpoint, manifest: Manifest, next: String) -> Manifest {
        let note = checkpoint.signed(self.keys.lock().unwrap().last().unwrap());
        let extension = vec![ManifestExtension { url: CHECKPOINT.into(), value_string: Some(note) }];
        let mut manifest =
            Manifest { extension, link: vec![ManifestLink { relation: "next".into(), url: next }], ..manifest };
        if let Some(forge) = *self.forge.lock().unwrap() {
            forge(&mut manifest);
        }
        manifest
    }
}

impl Feed for Registry {
    async fn manifest(&self, url: Option<&str>, etag: Option<&str>) -> Result<Answered, FeedError> {
        self.online()?;
        self.publish();
        let epoch = self.epoch.load(Ordering::SeqCst);
        let page = |number: usize| format!("https://registry.example/fhir/bulk/manifests/{epoch}-{number}");
        let published = self.published.lock().unwrap();
        let last = published.len() - 1;
        let manifest = match url {
            None => {
                let all: Vec<Change> =
                    self.latest(0).into_iter().filter(|change| matches!(change, Change::Put(_))).collect();
                let (checkpoint, manifest) = self.write(&all, published[last].checkpoint.version);
                self.signed(&checkpoint, manifest, page(last))
            }
            Some(url) => {
                let (of, number) = url.rsplit('/').next().unwrap().split_once('-').unwrap();
                let number: usize = number.parse().unwrap();
                let closed = of != epoch.to_string();
                let next = match published.get(number + 1) {
                    _ if closed => CLOSED.to_owned(),
                    Some(_) => page(number + 1),
                    None => PENDING.to_owned(),
                };
                if etag == Some(next.as_str()) {
                    return Ok(Answered::Same);
                }
                let there = &published[number.min(last)];
                let manifest = self.signed(&there.checkpoint, there.manifest.clone(), next.clone());
                return Ok(Answered::New { manifest: Box::new(manifest), etag: Some(next) });
            }
        };
        Ok(Answered::New { manifest: Box::new(manifest), etag: None })
    }

    async fn file(&self, url: &str, _bytes: u64) -> Result<Vec<u8>, FeedError> {
        self.online()?;
        let left = self.pages_left.load(Ordering::SeqCst);
        self.pages_left.store(left - 1, Ordering::SeqCst);
        self.files.lock().unwrap().get(url).cloned().ok_or(FeedError::Expired)
    }

    async fn pinned_key(&self) -> Result<String, Error> {
        Ok(pinned().verifying().to_string())
    }

    async fn successions(&self) -> Result<Vec<String>, Error> {
        let keys = self.keys.lock().unwrap();
        Ok(keys.windows(2).map(|pair| succession::passed_on(&pair[0], &pair[1].verifying())).collect())
    }
}

impl Registry {
    fn online(&self) -> Result<(), FeedError> {
        match self.pages_left.load(Ordering::SeqCst) {
            0 => Err(Error::new(ErrorCode::Offline, "no network").into()),
            _ => Ok(()),
        }
    }
}

pub fn hospital(id: &str, name: &str, latin: &str, aliases: &[&str], city: (&str, &str)) -> Organization {
    Organization {
        id: Some(id.into()),
        active: Some(true),
        name: Some(name.into()),
        name_element: Some(Element::translated("en", latin)),
        alias: [latin].iter().chain(aliases).map(|a| (*a).into()).collect(),
        address: vec![Address {
            city: Some(city.0.into()),
            city_element: Some(Element::translated("en", city.1)),
            ..Address::default()
        }],
        ..Organization::default()
    }
}

#[derive(Clone)]
pub struct Doctor {
    pub id: String,
    pub han: String,
    pub family: String,
    pub given: String,
    /// As its bearer writes it.
    pub latin: String,
    pub title: &'static str,
    pub department: &'static str,
    pub hospital: String,
    pub interests: Vec<String>,
    pub user_id: Option<String>,
    pub valid_until: Option<&'static str>,
}

impl Doctor {
    pub fn new(id: &str, han: &str, family: &str, given: &str) -> Self {
        Self {
            id: id.into(),
            han: han.into(),
            family: family.into(),
            given: given.into(),
            latin: if han.is_empty() { format!("{given} {family}") } else { format!("{family} {given}") },
            title: "attending",
            department: "03.04",
            hospital: "jzfy".into(),
            interests: vec![],
            user_id: None,
            valid_until: None,
        }
    }

    pub fn title(self, title: &'static str) -> Self {
        Self { title, ..self }
    }

    pub fn department(self, department: &'static str) -> Self {
        Self { department, ..self }
    }

    pub fn at(self, hospital: &str) -> Self {
        Self { hospital: hospital.into(), ..self }
    }

    pub fn interested_in(self, interests: &[&str]) -> Self {
        Self { interests: interests.iter().map(|i| (*i).into()).collect(), ..self }
    }

    pub fn account(self, user_id: &str) -> Self {
        Self { user_id: Some(user_id.into()), ..self }
    }

    pub fn verified_until(self, date: &'static str) -> Self {
        Self { valid_until: Some(date), ..self }
    }

    pub fn practitioner(&self) -> Practitioner {
        let mut name = Vec::new();
        if !self.han.is_empty() {
            name.push(HumanName::han(&self.han, "", &[]));
        }
        if !self.latin.trim().is_empty() {
            name.push(HumanName::latin(&self.latin, &self.family, &[&self.given]));
        }
        Practitioner {
            id: Some(self.id.clone()),
            active: Some(true),
            name,
            qualification: vec![Qualification {
                code: Some(CodeableConcept::coded(TITLE_SYSTEM, self.title, "")),
                ..Qualification::default()
            }],
            ..Practitioner::default()
        }
    }

    pub fn role(&self) -> PractitionerRole {
        let label = terminology::department(self.department).map(|d| d.zh).unwrap_or_default();
        let verification = self.valid_until.map(|date| Verification {
            verified_at: "2025-11-18T09:30:00+08:00".into(),
            valid_until: date.into(),
            verifier: "孙立新".into(),
            organization: "滨海市中心医院医务处".into(),
            licence_ending: "4417".into(),
        });
        let mut role = PractitionerRole {
            id: Some(format!("role-{}", self.id)),
            active: Some(true),
            practitioner: Some(Reference::to("Practitioner", &self.id, "")),
            organization: Some(Reference::to("Organization", &self.hospital, "")),
            code: vec![CodeableConcept::coded(TITLE_SYSTEM, self.title, "")],
            specialty: std::iter::once(CodeableConcept::coded(DEPARTMENT_SYSTEM, self.department, label))
                .chain(self.interests.iter().map(CodeableConcept::text))
                .collect(),
            extension: verification.iter().map(Verification::to_extension).collect(),
            ..PractitionerRole::default()
        };
        role.set_matrix_user_id(self.user_id.as_deref());
        role
    }
}

pub fn hospitals() -> [Organization; 3] {
    [
        hospital(
            "jzfy",
            "江州大学附属第一医院",
            "The First Affiliated Hospital of Jiangzhou University",
            &["江大附一"],
            ("江州", "Jiangzhou"),
        ),
        hospital("bhch", "滨海市中心医院", "Binhai Central Hospital", &["BHCH"], ("滨海", "Binhai")),
        hospital(
            "1b4e28ba-2fa1-11d2-883f-0016d3cca427",
            "东湖心血管病医院",
            "Donghu Heart Hospital",
            &[],
            ("江州", "Jiangzhou"),
        ),
    ]
}

/// Believable colleagues in three hospitals.
pub fn hospital_staff() -> Registry {
    let registry = Registry::new(100);
    registry.put_hospitals().list_all(&staff());
    registry
}

pub fn staff() -> Vec<Doctor> {
    vec![
        Doctor::new("zhang-wei", "张伟", "Zhang", "Wei")
            .title("chief")
            .at("bhch")
            .interested_in(&["冠脉介入", "Structural heart disease"])
            .account("@zhang.wei:jz.example")
            .verified_until("2099-11-18"),
        Doctor::new("zhang-wei-2", "张薇", "Zhang", "Wei").department("32.05").account("@zhang.wei2:jz.example"),
        Doctor::new("zhang-weiming", "张伟明", "Zhang", "Weiming").title("chief").department("04.03").at("bhch"),
        Doctor::new("zhang-wenbo", "张文博", "Zhang", "Wenbo").title("associate_chief").department("03.01").at("bhch"),
        Doctor::new("lin-jianing", "林嘉宁", "Lin", "Jianing")
            .account("@lin.jianing:jz.example")
            .verified_until("2020-01-01"),
        Doctor::new("ouyang-jing", "欧阳静", "Ouyang", "Jing").title("resident").department("07"),
        Doctor::new("shan-tianfang", "单田芳", "Shan", "Tianfang").at("1b4e28ba-2fa1-11d2-883f-0016d3cca427"),
        Doctor::new("xu-ning", "徐宁", "Xu", "Ning").department("13").title("resident").at("bhch"),
        Doctor::new("6f9619ff-8b86-d011-b42d-00c04fc964ff", "", "O’Brien-Müller", "Zoë")
            .title("chief")
            .department("20")
            .at("1b4e28ba-2fa1-11d2-883f-0016d3cca427"),
        Doctor { latin: "Winston Zhang".into(), ..Doctor::new("zhang-wensen", "张文森", "Zhang", "Winston") }
            .department("19")
            .title("resident"),
    ]
}
