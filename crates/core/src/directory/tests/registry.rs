//! A registry in memory whose directory is published: files, chain, keys, faults.

use super::super::{Answered, Feed, FeedError};
use consilium_api::{Error, ErrorCode};
use consilium_fhir::mapping::Verification;
use consilium_fhir::{
    Address, Bundle, BundleEntry, CodeableConcept, Element, EntryRequest, HumanName, Organization, Practitioner,
    PractitionerRole, Qualification, Reference, Resource,
};
use consilium_publication::entry::{OrganizationEntry, PractitionerEntry, RoleEntry};
use consilium_publication::file::FileWriter;
use consilium_publication::manifest::{CHECKPOINT, CLOSED, ManifestExtension, ManifestFile, ManifestLink, PENDING};
use consilium_publication::{Checkpoint, Leaf, Manifest, Part, PartRoot, PublishedFile, SigningKey, over, succession};
use consilium_registry_api::terminology::{self, DEPARTMENT_SYSTEM, TITLE_SYSTEM};
use std::collections::{BTreeMap, BTreeSet, HashMap};
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
    state: State,
    checkpoint: Checkpoint,
    manifest: Manifest,
}

/// Somebody who is listed, with the parts and leaves of their roles.
#[derive(Clone)]
struct Listed {
    person: Resource,
    roles: Vec<(Part, Leaf, Resource)>,
}

/// The directory after some changes.
#[derive(Clone, Default)]
struct State {
    hospitals: Vec<Resource>,
    /// By practitioner, in the order in which they came.
    people: Vec<(String, Listed)>,
}

impl State {
    fn of(changes: &[Change]) -> Self {
        let put = || {
            changes.iter().filter_map(|change| match change {
                Change::Put(resource) => Some(&**resource),
                Change::Delete(_) => None,
            })
        };
        let mut state = Self::default();
        let mut places = HashMap::new();
        let mut persons = HashMap::new();
        for resource in put() {
            match resource {
                Resource::Organization(hospital) => {
                    let Some(entry) = OrganizationEntry::of(hospital) else { continue };
                    places.insert(entry.id.clone(), Part::of_colleagues_in(&entry.province));
                    state.hospitals.push(resource.clone());
                }
                Resource::Practitioner(person) => {
                    let Some(entry) = PractitionerEntry::of(person) else { continue };
                    persons.insert(entry.id.clone(), (entry, resource.clone()));
                }
                _ => {}
            }
        }
        for resource in put() {
            let Resource::PractitionerRole(role) = resource else { continue };
            let Some(entry) = RoleEntry::of(role) else { continue };
            let Some((person, row)) = persons.get(&entry.practitioner) else { continue };
            let part = places.get(&entry.organization).cloned().unwrap_or(Part::Unplaced);
            let role = (part, entry.leaf(person), resource.clone());
            match state.people.iter_mut().find(|(id, _)| *id == person.id) {
                Some((_, listed)) => listed.roles.push(role),
                None => state.people.push((person.id.clone(), Listed { person: row.clone(), roles: vec![role] })),
            }
        }
        state
    }

    fn roles_of(&self, person: &str) -> Vec<(Part, Leaf)> {
        let roles = self.people.iter().filter(|(id, _)| id == person).flat_map(|(_, listed)| &listed.roles);
        roles.map(|(part, leaf, _)| (part.clone(), *leaf)).collect()
    }

    fn parts(&self) -> Vec<PartRoot> {
        let mut parts: BTreeMap<Part, Vec<Leaf>> = BTreeMap::new();
        for hospital in &self.hospitals {
            let Resource::Organization(hospital) = hospital else { continue };
            parts.entry(Part::Organizations).or_default().extend(OrganizationEntry::of(hospital).map(|e| e.leaf()));
        }
        for (part, leaf, _) in self.people.iter().flat_map(|(_, listed)| &listed.roles) {
            parts.entry(part.clone()).or_default().push(*leaf);
        }
        parts.into_iter().map(|(part, leaves)| PartRoot::of(part, leaves)).collect()
    }
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
    /// How often everything was asked for.
    pub whole_asked: AtomicUsize,
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
            whole_asked: AtomicUsize::new(0),
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

    /// Writes a file; describes it in the manifest and in what is signed.
    fn file(
        &self,
        kind: &str,
        part: Option<&Part>,
        lines: &[Resource],
        files: &mut Vec<PublishedFile>,
    ) -> ManifestFile {
        let mut writer = FileWriter::new(Vec::new());
        for line in lines {
            writer.line(&serde_json::to_vec(line).unwrap()).unwrap();
        }
        let (bytes, described) = writer.finish(kind, part.cloned()).unwrap();
        let url = format!("https://registry.example/fhir/bulk/files/{}", described.name);
        self.files.lock().unwrap().insert(url.clone(), bytes);
        let count = Some(described.count);
        files.push(described);
        ManifestFile { type_: kind.into(), url, count, ..ManifestFile::default() }
    }

    /// Writes people, with their roles in a part if one is named.
    fn people<'a>(
        &self,
        people: impl Iterator<Item = &'a Listed>,
        part: Option<&Part>,
        files: &mut Vec<PublishedFile>,
    ) -> Vec<ManifestFile> {
        let here = |role: &&(Part, Leaf, Resource)| part.is_none_or(|part| role.0 == *part);
        let people: Vec<&Listed> = people.filter(|listed| listed.roles.iter().any(|role| here(&role))).collect();
        let mut output = Vec::new();
        for some in people.chunks(self.page_size) {
            let persons: Vec<Resource> = some.iter().map(|listed| listed.person.clone()).collect();
            let roles = some.iter().flat_map(|listed| listed.roles.iter().filter(here).map(|role| role.2.clone()));
            output.push(self.file("Practitioner", part, &persons, files));
            output.push(self.file("PractitionerRole", part, &roles.collect::<Vec<_>>(), files));
        }
        output
    }

    /// Writes the files of everything.
    fn write_whole(&self, state: &State, version: i64) -> (Checkpoint, Manifest) {
        let (mut files, mut output) = (Vec::new(), Vec::new());
        for some in state.hospitals.chunks(self.page_size) {
            output.push(self.file("Organization", Some(&Part::Organizations), some, &mut files));
        }
        let everybody = || state.people.iter().map(|(_, listed)| listed);
        let parts: BTreeSet<&Part> = everybody().flat_map(|listed| listed.roles.iter().map(|role| &role.0)).collect();
        for part in parts {
            output.extend(self.people(everybody(), Some(part), &mut files));
        }
        (self.checkpoint(state, version, files), Manifest { output, ..Manifest::default() })
    }

    /// Writes the files of these changes, after which the state is this.
    fn write_changes(&self, before: &State, state: &State, changes: &[Change], version: i64) -> (Checkpoint, Manifest) {
        let (mut files, mut output, mut deleted) = (Vec::new(), Vec::new(), Vec::new());
        let changed: BTreeSet<String> = changes.iter().map(Change::subject).collect();
        let is_changed = |kind: &str, id: &str| changed.contains(&format!("{kind}/{id}"));
        let hospitals: Vec<Resource> =
            state.hospitals.iter().filter(|h| is_changed("Organization", h.id().unwrap())).cloned().collect();
        for some in hospitals.chunks(self.page_size) {
            output.push(self.file("Organization", None, some, &mut files));
        }
        let touched = |(id, listed): &&(String, Listed)| {
            let role = |(_, _, role): &(Part, Leaf, Resource)| is_changed("PractitionerRole", role.id().unwrap());
            is_changed("Practitioner", id) || listed.roles.iter().any(role) || before.roles_of(id) != state.roles_of(id)
        };
        let people = state.people.iter().filter(touched).map(|(_, listed)| listed);
        output.extend(self.people(people, None, &mut files));
        let listed: BTreeSet<String> = state
            .hospitals
            .iter()
            .chain(state.people.iter().flat_map(|(_, l)| l.roles.iter().map(|r| &r.2).chain([&l.person])))
            .map(|resource| format!("{}/{}", resource.resource_type(), resource.id().unwrap()))
            .collect();
        let before = before.people.iter().flat_map(|(_, l)| l.roles.iter().map(|r| &r.2).chain([&l.person]));
        let before = before.map(|resource| format!("{}/{}", resource.resource_type(), resource.id().unwrap()));
        let gone: BTreeSet<String> = changed.iter().cloned().chain(before).filter(|s| !listed.contains(s)).collect();
        let gone: Vec<BundleEntry> = gone
            .into_iter()
            .map(|subject| BundleEntry {
                request: Some(EntryRequest { method: "DELETE".into(), url: subject, ..EntryRequest::default() }),
                ..BundleEntry::default()
            })
            .collect();
        if !gone.is_empty() {
            let bundle = Bundle { type_: Some("transaction".into()), entry: gone, ..Bundle::default() };
            deleted.push(self.file("Bundle", None, &[bundle.into()], &mut files));
        }
        (self.checkpoint(state, version, files), Manifest { output, deleted, ..Manifest::default() })
    }

    fn checkpoint(&self, state: &State, version: i64, files: Vec<PublishedFile>) -> Checkpoint {
        let issued = match self.signed_at.load(Ordering::SeqCst) {
            0 => chrono::Utc::now().timestamp(),
            at => at,
        };
        let parts = state.parts();
        let (size, root) = over(&parts);
        let origin = "consilium-directory/test".into();
        let mut checkpoint =
            Checkpoint { origin, size, root, version, issued, expires: issued + 7 * 86_400, parts, files };
        if let Some(distort) = *self.distort.lock().unwrap() {
            distort(&mut checkpoint);
        }
        checkpoint
    }

    /// Publishes what changed since the last time.
    pub fn publish(&self) {
        let now = self.changes.lock().unwrap().len();
        let mut published = self.published.lock().unwrap();
        let (until, before) = published.last().map_or((0, State::default()), |p| (p.until, p.state.clone()));
        if until == now && !published.is_empty() {
            return;
        }
        let (state, version) = (State::of(&self.latest(0)), self.version(published.len()));
        let (checkpoint, manifest) = self.write_changes(&before, &state, &self.latest(until), version);
        published.push(Publication { until: now, state, checkpoint, manifest });
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
                self.whole_asked.fetch_add(1, Ordering::SeqCst);
                let (checkpoint, manifest) =
                    self.write_whole(&published[last].state, published[last].checkpoint.version);
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
