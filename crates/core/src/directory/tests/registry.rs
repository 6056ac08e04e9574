//! A registry whose `_history` is in memory: pages, cursors, deletions, faults.

use super::super::{Feed, FeedError};
use consilium_api::{Error, ErrorCode};
use consilium_fhir::mapping::Verification;
use consilium_fhir::{
    Address, Bundle, BundleEntry, BundleLink, CodeableConcept, Element, EntryRequest, HumanName, Organization,
    Practitioner, PractitionerRole, Qualification, Reference, Resource,
};
use consilium_registry_api::terminology::{self, DEPARTMENT_SYSTEM, TITLE_SYSTEM};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

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

pub struct Registry {
    changes: Mutex<Vec<Change>>,
    /// Changes when the registry begins a database of its own anew: older cursors are worthless.
    pub epoch: AtomicUsize,
    page_size: usize,
    /// Pages that are still answered before the network goes away.
    pub pages_left: AtomicUsize,
}

impl Registry {
    pub fn new(page_size: usize) -> Self {
        Self {
            changes: Mutex::default(),
            epoch: AtomicUsize::new(1),
            page_size,
            pages_left: AtomicUsize::new(usize::MAX),
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

impl Feed for Registry {
    async fn page(&self, link: Option<&str>) -> Result<Bundle, FeedError> {
        let left = self.pages_left.load(Ordering::SeqCst);
        if left == 0 {
            return Err(Error::new(ErrorCode::Offline, "no network").into());
        }
        self.pages_left.store(left - 1, Ordering::SeqCst);
        let epoch = self.epoch.load(Ordering::SeqCst);
        let (since, from, after) = match link {
            None => (false, 0, 0),
            Some(link) => {
                let numbers: Vec<usize> =
                    link.rsplit_once('=').unwrap().1.split('.').map(|n| n.parse().unwrap()).collect();
                if numbers[0] != epoch {
                    return Err(FeedError::Expired);
                }
                (numbers[1] == 1, numbers[2], numbers[3])
            }
        };
        let changes = self.changes.lock().unwrap();
        // The latest state of each resource that changed after `after`, oldest change first.
        let latest: Vec<(usize, &Change)> = changes
            .iter()
            .enumerate()
            .filter(|(at, change)| {
                *at >= after && !changes[at + 1..].iter().any(|later| later.subject() == change.subject())
            })
            .filter(|(_, change)| since || matches!(change, Change::Put(_)))
            .collect();
        let rest: Vec<_> = latest.into_iter().filter(|(at, _)| *at >= from).collect();
        let entry = rest.iter().take(self.page_size).map(|(_, change)| match change {
            Change::Put(resource) => BundleEntry { resource: Some((**resource).clone()), ..BundleEntry::default() },
            Change::Delete(subject) => BundleEntry {
                request: Some(EntryRequest {
                    method: "DELETE".into(),
                    url: subject.clone(),
                    ..EntryRequest::default()
                }),
                ..BundleEntry::default()
            },
        });
        let (relation, cursor) = match rest.get(self.page_size) {
            Some((next, _)) => ("next", format!("{epoch}.{}.{next}.{after}", usize::from(since))),
            None => ("since", format!("{epoch}.1.{0}.{0}", changes.len())),
        };
        Ok(Bundle {
            type_: Some("history".into()),
            total: Some(rest.len() as u64),
            entry: entry.collect(),
            link: vec![BundleLink {
                relation: relation.into(),
                url: format!("https://registry.example/fhir/_history?_cursor={cursor}"),
                ..BundleLink::default()
            }],
            ..Bundle::default()
        })
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
