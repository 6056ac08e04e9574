//! The whole of an import before anything is written: in which order files and resources come does not matter.

use super::finding::{Findings, Place, Severity};
use super::spool::Spool;
use super::understood::{Ready, Understood, Written, set_aside};
use crate::directory::kind::Kind;
use crate::directory::load::mark;
use consilium_fhir::Resource;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// What becomes of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Not decided yet; written if it stays so in an empty directory.
    New,
    /// Listed by this source, and changed.
    Changed,
    Unchanged,
    /// The same as another of this import, by its index.
    Same(u32),
    /// Listed already, by somebody else.
    Listed,
    /// Of a colleague who has joined, and keeps the entry.
    Joined,
    /// Of a colleague whose account was revoked.
    Revoked,
    /// At fault.
    Refused,
}

#[derive(Debug)]
pub struct Staged {
    pub place: Place,
    /// Its id here unless it is somebody else's entry; the id by which its source knows it.
    pub id: Box<str>,
    pub target: Option<Box<str>>,
    pub refs: [u128; 2],
    pub who: u128,
    pub content: u128,
    pub department: Option<Box<str>>,
    pub fate: Fate,
    /// Whether this source made the entry.
    pub own: bool,
    /// Whether its origin is recorded already.
    pub recorded: bool,
    pub sheet: bool,
}

impl Staged {
    /// Its id in the directory.
    pub fn target(&self) -> &str {
        self.target.as_deref().unwrap_or(&self.id)
    }
}

/// All of one kind.
#[derive(Debug)]
pub struct Shelf {
    pub spool: Spool,
    pub staged: Vec<Staged>,
    by_id: HashMap<u128, u32>,
}

#[derive(Debug)]
pub struct Stage {
    shelves: [Shelf; 3],
    /// By identifiers and URLs.
    by_reference: HashMap<u128, (Kind, u32)>,
    /// Organisations of Locations.
    places: HashMap<u128, u128>,
    /// Of roles that name no organisation.
    placed: HashMap<u32, Vec<u128>>,
    /// How many posts somebody in a sheet has at a hospital, and in which row each department was.
    posts: HashMap<u128, u32>,
    post_rows: HashMap<u128, Place>,
    pub withheld: u64,
    pub unvouched: u64,
    pub not_kept: BTreeMap<String, u64>,
}

/// No reference, or none that says where it leads.
pub const NOWHERE: u128 = 0;

impl Stage {
    pub fn new(folder: &Path) -> anyhow::Result<Self> {
        let shelf = || anyhow::Ok(Shelf { spool: Spool::new(folder)?, staged: Vec::new(), by_id: HashMap::new() });
        Ok(Self {
            shelves: [shelf()?, shelf()?, shelf()?],
            by_reference: HashMap::new(),
            places: HashMap::new(),
            placed: HashMap::new(),
            posts: HashMap::new(),
            post_rows: HashMap::new(),
            withheld: 0,
            unvouched: 0,
            not_kept: BTreeMap::new(),
        })
    }

    pub fn shelf(&self, kind: Kind) -> &Shelf {
        &self.shelves[kind as usize]
    }

    pub fn shelf_mut(&mut self, kind: Kind) -> &mut Shelf {
        &mut self.shelves[kind as usize]
    }

    pub fn of(&self, kind: Kind, index: u32) -> &Staged {
        &self.shelf(kind).staged[index as usize]
    }

    pub fn of_mut(&mut self, kind: Kind, index: u32) -> &mut Staged {
        &mut self.shelf_mut(kind).staged[index as usize]
    }

    pub fn count(&self, kind: Kind) -> u32 {
        self.shelf(kind).staged.len() as u32
    }

    /// Whether the source knows a resource by this id.
    pub fn has(&self, kind: Kind, id: &str) -> bool {
        self.shelf(kind).by_id.contains_key(&mark(&[kind.name(), id]))
    }

    /// What a mark leads to in this import, past what is the same.
    pub fn resolved(&self, kind: Kind, reference: u128) -> Option<u32> {
        let by_reference = || self.by_reference.get(&reference).filter(|(of, _)| *of == kind).map(|(_, index)| index);
        let mut index = *self.shelf(kind).by_id.get(&reference).or_else(by_reference)?;
        while let Fate::Same(other) = self.of(kind, index).fate {
            index = other;
        }
        Some(index)
    }

    /// Takes in a piece of the input.
    pub fn add(&mut self, understood: Understood, findings: &mut Findings) -> anyhow::Result<()> {
        let place = understood.place;
        for remark in understood.remarks {
            findings.push(remark.at(place));
        }
        self.withheld += u64::from(understood.withheld);
        self.unvouched += u64::from(understood.unvouched);
        if let Some(kind) = understood.not_kept {
            *self.not_kept.entry(kind).or_default() += 1;
        }
        if let Some(at) = understood.at
            && let Some(organization) = at.organization
        {
            self.places.extend(at.marks.into_iter().map(|mark| (mark, organization)));
        }
        let mut who = 0;
        for ready in understood.ready {
            let is_person = ready.kind == Kind::Practitioner;
            if is_person {
                who = ready.who;
            }
            if !self.put(ready, place, who, findings)? {
                break;
            }
        }
        Ok(())
    }

    /// False if what follows in its row falls with it.
    fn put(&mut self, ready: Ready, place: Place, who: u128, findings: &mut Findings) -> anyhow::Result<bool> {
        let kind = ready.kind;
        let refs = ready.refs.map(|reference| reference.unwrap_or(NOWHERE));
        let (id, json, content) = match (ready.content, ready.id) {
            (Written::Json(json, content), Some(id)) => (id, json, content),
            (Written::Post(mut role), _) => {
                let [practitioner, organization] = refs;
                let at = [practitioner.to_string(), organization.to_string()];
                let department = ready.department.as_deref().unwrap_or_default();
                let row = mark(&["row", &at[0], &at[1], department]);
                if let Some(other) = self.post_rows.get(&row) {
                    let message = format!("the same colleague, hospital and department as {}; left out", shown(*other));
                    findings.add(Severity::Duplicate, place, message);
                    return Ok(false);
                }
                self.post_rows.insert(row, place);
                let nth = self.posts.entry(mark(&["post", &at[0], &at[1]])).or_default();
                *nth += 1;
                let id = format!("{:032x}", mark(&["role", &at[0], &at[1], &nth.to_string()]));
                role.id = Some(id.clone());
                let put_aside = set_aside(&mut Resource::PractitionerRole(role));
                let (json, content) = put_aside.map_err(|remark| anyhow::anyhow!("{}", remark.message))?;
                (id, json, content)
            }
            (Written::Json(..), None) => anyhow::bail!("a resource without an id was made ready"),
        };
        let key = mark(&[kind.name(), &id]);
        if let Some(earlier) = self.shelf(kind).by_id.get(&key) {
            let earlier = self.of(kind, *earlier);
            if ready.sheet && earlier.sheet {
                // One hospital, or one person with several posts, in several rows.
                let is_one = kind == Kind::Organization || earlier.who == who;
                if !is_one {
                    let message = format!("the staff number is that of {}, who has another name", shown(earlier.place));
                    findings.add(Severity::Error, place, message);
                }
                return Ok(is_one);
            }
            if earlier.content == content {
                findings.add(Severity::Duplicate, place, format!("the same as {}; left out", shown(earlier.place)));
            } else {
                let message = format!("the id is that of {}, whose content is another", shown(earlier.place));
                findings.add(Severity::Error, place, message);
            }
            return Ok(true);
        }
        let index = self.count(kind);
        let fate = self.known_by(kind, index, &ready.known_by, ready.who, place, findings);
        if let Some(url) = ready.url {
            self.by_reference.entry(url).or_insert((kind, index));
        }
        if !ready.at.is_empty() {
            self.placed.insert(index, ready.at);
        }
        let shelf = self.shelf_mut(kind);
        shelf.by_id.insert(key, index);
        shelf.spool.push(&json)?;
        shelf.staged.push(Staged {
            place,
            id: id.into(),
            target: None,
            refs,
            who: ready.who,
            content,
            department: ready.department.map(Into::into),
            fate,
            own: true,
            recorded: false,
            sheet: ready.sheet,
        });
        Ok(true)
    }

    /// Whether an identifier leads to another who is the same.
    fn known_by(
        &mut self,
        kind: Kind,
        index: u32,
        identifiers: &[u128],
        who: u128,
        place: Place,
        findings: &mut Findings,
    ) -> Fate {
        let mut fate = Fate::New;
        for identifier in identifiers {
            let (_, other) = *self.by_reference.entry(*identifier).or_insert((kind, index));
            if other == index || fate != Fate::New {
                continue;
            }
            let earlier = self.of(kind, other);
            if earlier.who == who && who != 0 {
                fate = Fate::Same(other);
                let message = format!("the same identifier and name as {}; brought together", shown(earlier.place));
                findings.add(Severity::Duplicate, place, message);
            } else if kind == Kind::Practitioner {
                let message = format!(
                    "the identifier is that of {}, who has another name; both are listed",
                    shown(earlier.place)
                );
                findings.add(Severity::Duplicate, place, message);
            }
        }
        fate
    }

    /// Gives roles that name no organisation that of their Location, once all Locations are known.
    pub fn place_roles(&mut self) {
        for (index, at) in std::mem::take(&mut self.placed) {
            if let Some(organization) = at.iter().find_map(|mark| self.places.get(mark)) {
                self.of_mut(Kind::PractitionerRole, index).refs[1] = *organization;
            }
        }
    }
}

/// `line 12`, `line 3, entry 7`.
pub fn shown(place: Place) -> String {
    if place.entry > 0 { format!("line {}, entry {}", place.line, place.entry) } else { format!("line {}", place.line) }
}
