//! What hospitals share, in memory: the place of each, and the parts of its name that others have too.

use rusqlite::Connection;

#[derive(Debug)]
pub(super) struct Shared {
    organizations: Vec<Organization>,
    /// Places in `organizations` by term; those of other terms are nowhere.
    places: Vec<u32>,
}

const NOWHERE: u32 = u32::MAX;

/// Terms; 0 if there is none.
#[derive(Debug)]
struct Organization {
    n: u32,
    city: u32,
    parts: [u32; 2],
}

/// A set of terms.
struct Wanted(Vec<bool>);

impl Wanted {
    fn new(terms: &[u32]) -> Self {
        let last = terms.iter().max().copied().unwrap_or_default();
        let mut wanted = vec![false; last as usize + 1];
        for term in terms.iter().filter(|term| **term != 0) {
            wanted.get_mut(*term as usize).into_iter().for_each(|w| *w = true);
        }
        Self(wanted)
    }

    fn has(&self, term: u32) -> bool {
        self.0.get(term as usize).copied().unwrap_or_default()
    }
}

impl Shared {
    pub(super) fn read(db: &Connection) -> rusqlite::Result<Self> {
        let number = |value: Option<u32>| value.unwrap_or_default();
        let organizations: Vec<Organization> = db
            .prepare("SELECT n, city, part_zh, part_en FROM organization")?
            .query_map([], |row| {
                let parts = [number(row.get(2)?), number(row.get(3)?)];
                Ok(Organization { n: row.get(0)?, city: number(row.get(1)?), parts })
            })?
            .collect::<rusqlite::Result<_>>()?;
        let last = organizations.iter().map(|o| o.n as usize + 1).max().unwrap_or_default();
        let mut places = vec![NOWHERE; last];
        for (place, o) in (0..).zip(&organizations) {
            places.get_mut(o.n as usize).into_iter().for_each(|at| *at = place);
        }
        Ok(Self { organizations, places })
    }

    fn organization(&self, term: u32) -> Option<&Organization> {
        self.organizations.get(*self.places.get(term as usize)? as usize)
    }

    /// Of the terms that a word finds those that say something. A city, or what the names of hospitals have in common,
    /// brings its hospitals with it, whose names begin like it: alone it says the same.
    pub(super) fn telling(&self, found: Vec<u32>) -> Vec<u32> {
        let wanted = Wanted::new(&found);
        let said = |term: &u32| {
            self.organization(*term).is_some_and(|o| wanted.has(o.city) || o.parts.iter().any(|part| wanted.has(*part)))
        };
        found.into_iter().filter(|term| !said(term)).collect()
    }

    /// Hospitals that are, or have as their city or a part of their name, one of these terms.
    pub(super) fn with_any(&self, terms: &[u32]) -> Vec<u32> {
        let wanted = Wanted::new(terms);
        let has =
            |o: &&Organization| wanted.has(o.n) || wanted.has(o.city) || o.parts.iter().any(|part| wanted.has(*part));
        // A hospital that was taken from the list has its term still.
        let gone = terms.iter().copied().filter(|term| self.organization(*term).is_none());
        self.organizations.iter().filter(has).map(|o| o.n).chain(gone).collect()
    }

    pub(super) fn in_cities(&self, cities: &[u32]) -> Vec<u32> {
        let wanted = Wanted::new(cities);
        self.organizations.iter().filter(|o| wanted.has(o.city)).map(|o| o.n).collect()
    }

    /// How many colleagues each city has, of how many each hospital has.
    pub(super) fn by_city(&self, hospitals: &[(u32, u32)]) -> Vec<(u32, u32)> {
        let last = self.organizations.iter().map(|o| o.city).max().unwrap_or_default();
        let mut counts = vec![0; last as usize + 1];
        for (organization, count) in hospitals {
            let city = self.organization(*organization).map_or(0, |o| o.city);
            counts.get_mut(city as usize).into_iter().for_each(|sum| *sum += count);
        }
        (0..).zip(counts).skip(1).filter(|(_, count)| *count > 0).collect()
    }
}
