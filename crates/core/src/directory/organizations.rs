//! Hospitals by place and by department, with how many colleagues they have: a few ten thousand, counted once for each
//! state of the directory and kept in memory.

use super::Directory;
use super::fold::{Typed, query_words, words};
use super::memory::State;
use super::search::Desk;
use super::terms;
use consilium_api::directory::Text;
use consilium_api::organizations::{
    City, DepartmentCount, OrganizationCard, OrganizationGroup, OrganizationPage, OrganizationQuery, OrganizationRow,
    Places, Position, Province,
};
use consilium_api::{Error, ErrorCode};
use rusqlite::Connection;
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

const MOST_ROWS: u32 = 500;

/// The hospitals of the state that was asked about last.
#[derive(Debug, Default)]
pub(super) struct Counted(Mutex<Option<(State, Arc<Hospitals>)>>);

impl Counted {
    fn of(&self, desk: &Desk<'_>) -> rusqlite::Result<Arc<Hospitals>> {
        // Who asks meanwhile waits: counting twice would take longer.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((state, hospitals)) = &*kept
            && *state == desk.state
        {
            return Ok(Arc::clone(hospitals));
        }
        let hospitals = Arc::new(Hospitals::read(desk.db)?);
        *kept = Some((desk.state, Arc::clone(&hospitals)));
        Ok(hospitals)
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    colleagues: u32,
    joined: u32,
}

impl Count {
    fn add(&mut self, other: Self) {
        self.colleagues += other.colleagues;
        self.joined += other.joined;
    }
}

/// Terms are numbers of `term`; 0 is none.
#[derive(Debug)]
struct Hospital {
    n: i64,
    id: String,
    name: Text,
    province: i64,
    city: i64,
    /// What its names share with others' (terms.rs).
    parts: [i64; 2],
    grade: String,
    phone: String,
    position: Option<Position>,
    count: Count,
    /// Departments by term, the largest first.
    departments: Vec<(i64, Count)>,
    /// Chinese names of itself, its city and its province, folded.
    han: Vec<String>,
}

#[derive(Debug)]
struct Label {
    key: String,
    text: Text,
}

/// All hospitals, those of a city and of a province one after the other, where most colleagues are first.
#[derive(Debug)]
pub(super) struct Hospitals {
    all: Vec<Hospital>,
    labels: HashMap<i64, Label>,
    /// What finds the provinces in letters.
    province_tokens: HashMap<i64, BTreeSet<String>>,
}

impl Hospitals {
    fn read(db: &Connection) -> rusqlite::Result<Self> {
        let mut counts = counts(db)?;
        let mut all: Vec<Hospital> = db
            .prepare(
                "SELECT t.n, t.key, t.zh, t.en, coalesce(s.province, 0), coalesce(o.city, 0), coalesce(o.part_zh, 0),
                 coalesce(o.part_en, 0), coalesce(s.grade, ''), coalesce(s.phone, ''), coalesce(s.is_part, 0),
                 s.latitude, s.longitude
                 FROM organization o JOIN term t ON t.n = o.n LEFT JOIN site s ON s.n = o.n",
            )?
            .query_map([], |row| {
                let n = row.get(0)?;
                let departments = counts.remove(&n).unwrap_or_default();
                let mut count = Count::default();
                departments.iter().for_each(|(_, each)| count.add(*each));
                let position = match (row.get(11)?, row.get(12)?) {
                    (Some(latitude), Some(longitude)) => Some(Position { latitude, longitude }),
                    _ => None,
                };
                let hospital = Hospital {
                    n,
                    id: row.get(1)?,
                    name: Text { zh: row.get(2)?, en: row.get(3)? },
                    province: row.get(4)?,
                    city: row.get(5)?,
                    parts: [row.get(6)?, row.get(7)?],
                    grade: row.get(8)?,
                    phone: row.get(9)?,
                    position,
                    count,
                    departments,
                    han: Vec::new(),
                };
                // A department that is an organisation of its own is found at its hospital, unless somebody works there.
                let is_part: bool = row.get(10)?;
                Ok((!is_part || count.colleagues > 0).then_some(hospital))
            })?
            .filter_map(Result::transpose)
            .collect::<rusqlite::Result<_>>()?;
        let labels = labels(db, &all)?;
        for hospital in &mut all {
            let place = |n| labels.get(&n).map(|label: &Label| label.text.zh.as_str()).unwrap_or_default();
            let named = [hospital.name.zh.as_str(), place(hospital.city), place(hospital.province)];
            hospital.han =
                named.iter().flat_map(|name| words(name)).filter(|word| word.han).map(|word| word.text).collect();
        }
        let provinces: HashSet<i64> = all.iter().map(|h| h.province).filter(|n| *n > 0).collect();
        let province_tokens = provinces
            .into_iter()
            .filter_map(|n| labels.get(&n).map(|l| (n, terms::tokens([l.text.zh.as_str(), l.text.en.as_str()]))))
            .collect();
        let mut hospitals = Self { all, labels, province_tokens };
        hospitals.arrange();
        Ok(hospitals)
    }

    fn arrange(&mut self) {
        let mut provinces: HashMap<i64, u32> = HashMap::new();
        let mut cities: HashMap<(i64, i64), u32> = HashMap::new();
        for hospital in &self.all {
            *provinces.entry(hospital.province).or_default() += hospital.count.colleagues;
            *cities.entry((hospital.province, hospital.city)).or_default() += hospital.count.colleagues;
        }
        let size = |n: Option<&u32>| Reverse(n.copied().unwrap_or_default());
        self.all.sort_by_cached_key(|h| {
            (
                // What says no place comes last.
                (h.province == 0, size(provinces.get(&h.province)), h.province),
                (h.city == 0, size(cities.get(&(h.province, h.city))), h.city),
                (Reverse(h.count.colleagues), h.name.zh.clone(), h.name.en.clone(), h.n),
            )
        });
    }

    fn label(&self, n: i64) -> Text {
        self.labels.get(&n).map(|label| label.text.clone()).unwrap_or_default()
    }

    fn key(&self, n: i64) -> String {
        self.labels.get(&n).map(|label| label.key.clone()).unwrap_or_default()
    }

    fn matching(&self, db: &Connection, query: &OrganizationQuery) -> rusqlite::Result<Vec<&Hospital>> {
        let typed = query_words(&query.text);
        let found: Vec<HashSet<i64>> =
            typed.iter().map(|word| terms_beginning(db, word)).collect::<rusqlite::Result<_>>()?;
        let is_at = |n: i64, key: &Option<String>| key.as_ref().is_none_or(|key| self.key(n) == *key);
        let is_found = |hospital: &Hospital| {
            typed.iter().zip(&found).all(|(word, terms)| {
                let Hospital { n, city, parts: [zh, en], .. } = hospital;
                [n, city, zh, en].into_iter().any(|term| terms.contains(term)) || self.is_called(hospital, word)
            })
        };
        let of_query = |h: &&Hospital| is_at(h.province, &query.province) && is_at(h.city, &query.city) && is_found(h);
        Ok(self.all.iter().filter(of_query).collect())
    }

    /// Whether a Chinese word stands anywhere in its names, or another begins that of its province.
    fn is_called(&self, hospital: &Hospital, Typed { word, .. }: &Typed) -> bool {
        if word.han {
            return hospital.han.iter().any(|name| name.contains(&word.text));
        }
        let tokens = self.province_tokens.get(&hospital.province);
        tokens.is_some_and(|tokens| tokens.iter().any(|token| token.starts_with(&word.text)))
    }

    fn page(&self, desk: &Desk<'_>, query: &OrganizationQuery) -> rusqlite::Result<OrganizationPage> {
        let matching = self.matching(desk.db, query)?;
        let mut groups: Vec<OrganizationGroup> = Vec::new();
        if query.offset == 0 {
            let mut last = None;
            for (index, hospital) in (0..).zip(&matching) {
                let place = (hospital.province, hospital.city);
                if last.replace(place) != Some(place) {
                    groups.push(OrganizationGroup {
                        province: self.label(hospital.province),
                        city: self.label(hospital.city),
                        index,
                        organizations: 0,
                        colleagues: 0,
                    });
                }
                if let Some(group) = groups.last_mut() {
                    group.organizations += 1;
                    group.colleagues += hospital.count.colleagues;
                }
            }
        }
        let rows = matching.iter().skip(query.offset as usize).take(query.limit.min(MOST_ROWS) as usize);
        Ok(OrganizationPage {
            rows: rows
                .map(|hospital| OrganizationRow {
                    id: hospital.id.clone(),
                    name: hospital.name.clone(),
                    city: self.label(hospital.city),
                    grade: hospital.grade.clone(),
                    colleagues: hospital.count.colleagues,
                    joined: hospital.count.joined,
                    own: desk.own == Some(hospital.n),
                })
                .collect(),
            total: matching.len() as u32,
            colleagues: matching.iter().map(|hospital| hospital.count.colleagues).sum(),
            groups,
        })
    }

    fn card(&self, desk: &Desk<'_>, id: &str) -> Option<OrganizationCard> {
        let hospital = self.all.iter().find(|hospital| hospital.id == id)?;
        let department = |(n, count): &(i64, Count)| DepartmentCount {
            code: self.key(*n),
            label: self.label(*n),
            colleagues: count.colleagues,
            joined: count.joined,
        };
        Some(OrganizationCard {
            id: hospital.id.clone(),
            name: hospital.name.clone(),
            province: self.label(hospital.province),
            city: self.label(hospital.city),
            grade: hospital.grade.clone(),
            phone: hospital.phone.clone(),
            colleagues: hospital.count.colleagues,
            joined: hospital.count.joined,
            own: desk.own == Some(hospital.n),
            departments: hospital.departments.iter().map(department).collect(),
        })
    }

    fn places(&self) -> Places {
        let mut places = Places::default();
        let mut middles: Vec<(Middle, Vec<Middle>)> = Vec::new();
        let mut last = None;
        for hospital in &self.all {
            let colleagues = hospital.count.colleagues;
            places.organizations += 1;
            places.colleagues += colleagues;
            let (before, at) = (last, (hospital.province, hospital.city));
            last = Some(at);
            if before.is_none_or(|(province, _)| province != hospital.province) {
                let (key, name) = (self.key(hospital.province), self.label(hospital.province));
                let cities = Vec::new();
                places.provinces.push(Province { key, name, organizations: 0, colleagues: 0, position: None, cities });
                middles.push((Middle::default(), Vec::new()));
            }
            let (Some(province), Some((middle, city_middles))) = (places.provinces.last_mut(), middles.last_mut())
            else {
                continue;
            };
            if before != Some(at) {
                let (key, name) = (self.key(hospital.city), self.label(hospital.city));
                province.cities.push(City { key, name, organizations: 0, colleagues: 0, position: None });
                city_middles.push(Middle::default());
            }
            let (Some(city), Some(city_middle)) = (province.cities.last_mut(), city_middles.last_mut()) else {
                continue;
            };
            city.organizations += 1;
            city.colleagues += colleagues;
            province.organizations += 1;
            province.colleagues += colleagues;
            middle.add(hospital.position);
            city_middle.add(hospital.position);
            (province.position, city.position) = (middle.position(), city_middle.position());
        }
        places
    }
}

/// The middle of some places.
#[derive(Clone, Copy, Debug, Default)]
struct Middle {
    latitudes: f64,
    longitudes: f64,
    places: u32,
}

impl Middle {
    fn add(&mut self, position: Option<Position>) {
        let Some(Position { latitude, longitude }) = position else { return };
        self.latitudes += latitude;
        self.longitudes += longitude;
        self.places += 1;
    }

    fn position(self) -> Option<Position> {
        let places = f64::from(self.places);
        (self.places > 0).then(|| Position { latitude: self.latitudes / places, longitude: self.longitudes / places })
    }
}

/// Colleagues of each department of each organisation, by term, the largest first.
fn counts(db: &Connection) -> rusqlite::Result<HashMap<i64, Vec<(i64, Count)>>> {
    let mut counts: HashMap<(i64, i64), Count> = HashMap::new();
    let mut statement = db.prepare("SELECT organization, department, joined FROM colleague")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        counts.entry((row.get(0)?, row.get(1)?)).or_default().add(Count { colleagues: 1, joined: row.get(2)? });
    }
    let mut by_organization: HashMap<i64, Vec<(i64, Count)>> = HashMap::new();
    for ((organization, department), count) in counts {
        by_organization.entry(organization).or_default().push((department, count));
    }
    for departments in by_organization.values_mut() {
        departments.sort_unstable_by_key(|(n, count)| (*n == 0, Reverse(count.colleagues), *n));
    }
    Ok(by_organization)
}

/// Keys and words of the places and departments of these hospitals.
fn labels(db: &Connection, hospitals: &[Hospital]) -> rusqlite::Result<HashMap<i64, Label>> {
    let mut labels = HashMap::new();
    let mut statement = db.prepare("SELECT key, zh, en FROM term WHERE n = ?1")?;
    let departments = hospitals.iter().flat_map(|h| h.departments.iter().map(|(n, _)| *n));
    let used: HashSet<i64> = hospitals.iter().flat_map(|h| [h.province, h.city]).chain(departments).collect();
    for n in used.into_iter().filter(|n| *n > 0) {
        let mut rows = statement.query([n])?;
        if let Some(row) = rows.next()? {
            let text = Text { zh: row.get(1)?, en: row.get(2)? };
            labels.insert(n, Label { key: row.get(0)?, text });
        }
    }
    Ok(labels)
}

/// Terms of hospitals, of what their names share and of cities that a word finds.
fn terms_beginning(db: &Connection, Typed { word, .. }: &Typed) -> rusqlite::Result<HashSet<i64>> {
    db.prepare_cached("SELECT rowid FROM term_index WHERE term_index MATCH ?1")?
        .query_map([format!("\"{}\"*", word.text)], |row| row.get(0))?
        .collect()
}

impl Directory {
    /// The hospitals that match, by place.
    pub async fn organizations(&self, query: OrganizationQuery) -> Result<OrganizationPage, Error> {
        let counted = Arc::clone(&self.inner.counted);
        self.ask(move |desk| counted.of(desk)?.page(desk, &query)).await
    }

    /// A hospital with its departments, by FHIR Organization id. `NotFound` if the directory has none with it.
    pub async fn organization(&self, id: &str) -> Result<OrganizationCard, Error> {
        let (counted, id) = (Arc::clone(&self.inner.counted), id.to_owned());
        let card = self.ask(move |desk| Ok(counted.of(desk)?.card(desk, &id))).await?;
        card.ok_or_else(|| Error::new(ErrorCode::NotFound, "no such hospital"))
    }

    /// Provinces and cities that have hospitals.
    pub async fn places(&self) -> Result<Places, Error> {
        let counted = Arc::clone(&self.inner.counted);
        self.ask(move |desk| Ok(counted.of(desk)?.places())).await
    }
}
