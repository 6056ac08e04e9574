//! The whole directory in columns: what counting facets, other orders and far pages need of every colleague, where a
//! table would be read a million times. About 25 bytes each.

use super::expression::{Facet, Search, YES_NO};
use super::index::{HAS_JOINED, IS_VERIFIED};
use super::names::letter_of;
use super::pinyin;
use super::terms;
use consilium_api::directory::{DirectoryQuery, DirectorySort, LetterStart, Text};
use rusqlite::{Connection, OptionalExtension};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// One state of the directory. A slot is a place in the order of ranks.
#[derive(Debug)]
pub(super) struct Columns {
    ranks: Vec<u32>,
    /// Terms, in the order of the facets that have any.
    terms: [Vec<u32>; 4],
    flags: Vec<u8>,
    /// Slots in the order of names.
    by_name: Arc<Vec<u32>>,
    /// Letters and where they begin in `by_name`.
    letters: Vec<(char, u32)>,
    by_hospital: OnceLock<Arc<Vec<u32>>>,
    by_verification: OnceLock<Arc<Vec<u32>>>,
    labels: Mutex<HashMap<u32, Arc<Label>>>,
}

/// Key and words of a term.
#[derive(Clone, Debug)]
pub(super) struct Label {
    pub key: String,
    pub text: Text,
}

/// Slots that match: everybody, or those in an ascending list.
#[derive(Clone, Debug)]
pub(super) enum Slots {
    All,
    Some(Arc<Vec<u32>>),
}

impl Columns {
    pub(super) fn read(db: &Connection) -> rusqlite::Result<Self> {
        let size: usize =
            db.query_row("SELECT colleagues FROM state", [], |row| row.get::<_, i64>(0))?.try_into().unwrap_or(0);
        let column = || Vec::with_capacity(size);
        let (mut ranks, mut flags) = (column(), Vec::with_capacity(size));
        let mut terms = [column(), column(), column(), column()];
        let mut names: Vec<(i64, u32)> = Vec::with_capacity(size);
        let mut statement = db.prepare(
            "SELECT rank, department, organization, title, city, flags, name_key FROM colleague ORDER BY rank",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            names.push((row.get(6)?, ranks.len() as u32));
            ranks.push(row.get(0)?);
            for (at, column) in terms.iter_mut().enumerate() {
                column.push(row.get(at + 1)?);
            }
            flags.push(row.get(5)?);
        }
        // Of namesakes the one with the higher title comes first.
        names.sort_unstable();
        let mut letters: Vec<(char, u32)> = Vec::new();
        for (place, (key, _)) in (0..).zip(&names) {
            let letter = letter_of(*key);
            if letters.last().is_none_or(|(last, _)| *last != letter) {
                letters.push((letter, place));
            }
        }
        Ok(Self {
            ranks,
            terms,
            flags,
            by_name: Arc::new(names.into_iter().map(|(_, slot)| slot).collect()),
            letters,
            by_hospital: OnceLock::new(),
            by_verification: OnceLock::new(),
            labels: Mutex::default(),
        })
    }

    pub(super) fn len(&self) -> usize {
        self.ranks.len()
    }

    pub(super) fn rank(&self, slot: u32) -> Option<i64> {
        self.ranks.get(slot as usize).copied().map(i64::from)
    }

    pub(super) fn slot(&self, rank: i64) -> Option<u32> {
        let rank = u32::try_from(rank).ok()?;
        self.ranks.binary_search(&rank).ok().map(|slot| slot as u32)
    }

    /// Slots of all that match an expression of the index.
    pub(super) fn matching(&self, db: &Connection, expression: Option<&str>) -> rusqlite::Result<Slots> {
        let Some(expression) = expression else { return Ok(Slots::All) };
        let mut found = Vec::new();
        let mut from = 0;
        let mut statement =
            db.prepare_cached("SELECT rowid FROM colleague_index WHERE colleague_index MATCH ?1 ORDER BY rowid")?;
        let mut rows = statement.query([expression])?;
        while let Some(row) = rows.next()? {
            let wanted: u32 = row.get(0)?;
            // Both ascend: the next is near, or found by doubling the step.
            let rest = self.ranks.get(from..).unwrap_or_default();
            let mut step = 1;
            while rest.get(step).is_some_and(|rank| *rank < wanted) {
                step *= 2;
            }
            let near = rest.get(step / 2..(step + 1).min(rest.len())).unwrap_or_default();
            if let Ok(at) = near.binary_search(&wanted) {
                from += step / 2 + at;
                found.push(from as u32);
            }
        }
        Ok(Slots::Some(Arc::new(found)))
    }

    /// Slots in an order; `Relevance` is that of titles here.
    pub(super) fn order(&self, db: &Connection, sort: DirectorySort) -> rusqlite::Result<Option<Arc<Vec<u32>>>> {
        match sort {
            DirectorySort::Relevance | DirectorySort::Title => Ok(None),
            DirectorySort::Name => Ok(Some(Arc::clone(&self.by_name))),
            DirectorySort::Hospital => {
                if let Some(order) = self.by_hospital.get() {
                    return Ok(Some(Arc::clone(order)));
                }
                let places = hospital_places(db)?;
                let own = self.column(Facet::Organizations);
                let mut order = (*self.by_name).clone();
                // Stable: within a hospital by name. A colleague without one comes last.
                order.sort_by_key(|slot| {
                    own.get(*slot as usize).and_then(|n| places.get(n)).copied().unwrap_or(u32::MAX)
                });
                Ok(Some(Arc::clone(self.by_hospital.get_or_init(|| Arc::new(order)))))
            }
            DirectorySort::Verified => {
                if let Some(order) = self.by_verification.get() {
                    return Ok(Some(Arc::clone(order)));
                }
                let at: Vec<i64> = db
                    .prepare("SELECT verified_at FROM colleague ORDER BY rank")?
                    .query_map([], |row| row.get(0))?
                    .collect::<rusqlite::Result<_>>()?;
                let mut order = (*self.by_name).clone();
                order.sort_by_key(|slot| Reverse(at.get(*slot as usize).copied().unwrap_or_default()));
                Ok(Some(Arc::clone(self.by_verification.get_or_init(|| Arc::new(order)))))
            }
        }
    }

    /// Those of `slots` that pass the filters, in an order.
    pub(super) fn sorted(
        &self,
        db: &Connection,
        slots: &Slots,
        filters: &Filters,
        sort: DirectorySort,
    ) -> rusqlite::Result<Arc<Vec<u32>>> {
        let order = self.order(db, sort)?;
        if let (Slots::All, true, Some(order)) = (slots, filters.is_empty(), &order) {
            return Ok(Arc::clone(order));
        }
        let passing = |slot: &u32| filters.pass(self, *slot);
        let sorted = match (order, slots) {
            (None, Slots::All) => (0..self.len() as u32).filter(passing).collect(),
            (None, Slots::Some(some)) => some.iter().copied().filter(passing).collect(),
            (Some(order), Slots::All) => order.iter().copied().filter(passing).collect(),
            (Some(order), Slots::Some(some)) => {
                let mut wanted = vec![0_u64; self.len().div_ceil(64)];
                for slot in some.iter().filter(|slot| passing(slot)) {
                    if let Some(bits) = wanted.get_mut(*slot as usize / 64) {
                        *bits |= 1 << (slot % 64);
                    }
                }
                let is_wanted = |slot: &u32| wanted.get(*slot as usize / 64).is_some_and(|b| b >> (slot % 64) & 1 == 1);
                order.iter().copied().filter(is_wanted).collect()
            }
        };
        Ok(Arc::new(sorted))
    }

    /// Where the letters begin in a list that [`Columns::sorted`] made by name.
    pub(super) fn letters(&self, sorted: &Arc<Vec<u32>>) -> Vec<LetterStart> {
        let start = |letter: char, index: u32| LetterStart { letter: letter.to_string(), index };
        if Arc::ptr_eq(sorted, &self.by_name) {
            return self.letters.iter().map(|(letter, index)| start(*letter, *index)).collect();
        }
        let mut letter_at = vec![0_u8; self.len()];
        for (nth, (_, from)) in (0..).zip(&self.letters) {
            let to = self.letters.get(usize::from(nth) + 1).map_or(self.len(), |(_, next)| *next as usize);
            for slot in self.by_name.get(*from as usize..to).unwrap_or_default() {
                if let Some(letter) = letter_at.get_mut(*slot as usize) {
                    *letter = nth;
                }
            }
        }
        let mut starts: Vec<LetterStart> = Vec::new();
        let mut last = None;
        for (index, slot) in (0..).zip(sorted.iter()) {
            let nth = letter_at.get(*slot as usize).copied();
            if nth != last {
                let letter = nth.and_then(|nth| self.letters.get(usize::from(nth)));
                starts.extend(letter.map(|(letter, _)| start(*letter, index)));
                last = nth;
            }
        }
        starts
    }

    /// Colleagues by term for each facet, each under the selections of the others. Terms of `verified` and `joined` are
    /// places in [`YES_NO`].
    pub(super) fn tally(&self, slots: &Slots, filters: &Filters) -> [Vec<u32>; 6] {
        let mut tallies = Facet::ALL.map(|facet| vec![0_u32; self.values(facet)]);
        for (facet, tally) in Facet::ALL.into_iter().zip(&mut tallies) {
            let mut count = |slot: u32| {
                if let Some(count) = tally.get_mut(self.term(facet, slot) as usize) {
                    *count += 1;
                }
            };
            // Without selections, which is most of the time, nothing is asked of a colleague but the term.
            let counted = |slot: &u32| filters.is_empty() || filters.pass_but(self, facet, *slot);
            match slots {
                Slots::All => (0..self.len() as u32).filter(counted).for_each(&mut count),
                Slots::Some(some) => some.iter().copied().filter(counted).for_each(&mut count),
            }
        }
        tallies
    }

    /// One more than the greatest term of a facet.
    fn values(&self, facet: Facet) -> usize {
        match facet {
            Facet::Verified | Facet::Joined => YES_NO.len(),
            _ => self.column(facet).iter().max().map_or(0, |n| *n as usize + 1),
        }
    }

    fn column(&self, facet: Facet) -> &[u32] {
        let [departments, organizations, titles, cities] = &self.terms;
        match facet {
            Facet::Departments => departments,
            Facet::Organizations => organizations,
            Facet::Titles => titles,
            Facet::Cities => cities,
            Facet::Verified | Facet::Joined => &[],
        }
    }

    fn term(&self, facet: Facet, slot: u32) -> u32 {
        let slot = slot as usize;
        let state = |flag| u32::from(self.flags.get(slot).is_none_or(|flags| flags & flag == 0));
        match facet {
            Facet::Verified => state(IS_VERIFIED),
            Facet::Joined => state(HAS_JOINED),
            _ => self.column(facet).get(slot).copied().unwrap_or_default(),
        }
    }

    /// Key and words of a term; None if it is gone.
    pub(super) fn label(&self, db: &Connection, n: u32) -> rusqlite::Result<Option<Arc<Label>>> {
        if let Some(label) = self.labels.lock().unwrap_or_else(PoisonError::into_inner).get(&n) {
            return Ok(Some(Arc::clone(label)));
        }
        let label = db
            .prepare_cached("SELECT key, zh, en FROM term WHERE n = ?1")?
            .query_row([n], |row| {
                Ok(Arc::new(Label { key: row.get(0)?, text: Text { zh: row.get(1)?, en: row.get(2)? } }))
            })
            .optional()?;
        if let Some(label) = &label {
            self.labels.lock().unwrap_or_else(PoisonError::into_inner).insert(n, Arc::clone(label));
        }
        Ok(label)
    }
}

/// Selections in the facets, as terms.
#[derive(Debug, Default)]
pub(super) struct Filters([Option<Vec<u32>>; 6]);

impl Filters {
    pub(super) fn of(db: &Connection, query: &DirectoryQuery) -> rusqlite::Result<Self> {
        let mut filters = Self::default();
        for (facet, selection) in Facet::ALL.into_iter().zip(&mut filters.0) {
            let keys = facet.selected(query);
            if keys.is_empty() {
                continue;
            }
            let mut chosen = Vec::with_capacity(keys.len());
            for key in keys {
                chosen.extend(match facet.kind() {
                    Some(kind) => terms::find(db, kind, key)?.and_then(|n| u32::try_from(n).ok()),
                    None => YES_NO.iter().position(|value| value == key).map(|at| at as u32),
                });
            }
            *selection = Some(chosen);
        }
        Ok(filters)
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    fn passes(&self, columns: &Columns, facet: Facet, slot: u32) -> bool {
        let selection = self.0.get(facet as usize).and_then(Option::as_ref);
        selection.is_none_or(|chosen| chosen.contains(&columns.term(facet, slot)))
    }

    fn pass(&self, columns: &Columns, slot: u32) -> bool {
        Facet::ALL.into_iter().all(|facet| self.passes(columns, facet, slot))
    }

    /// Whether a colleague passes all selections but that of `facet`.
    fn pass_but(&self, columns: &Columns, facet: Facet, slot: u32) -> bool {
        Facet::ALL.into_iter().all(|other| other == facet || self.passes(columns, other, slot))
    }
}

/// Place of each hospital, by its term, in a list by the pinyin of its name.
fn hospital_places(db: &Connection) -> rusqlite::Result<HashMap<u32, u32>> {
    let mut hospitals: Vec<(String, String, u32)> = db
        .prepare("SELECT t.n, t.zh, t.en FROM organization o JOIN term t ON t.n = o.n")?
        .query_map([], |row| {
            let (n, zh, en): (u32, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let pinyin = pinyin::latin_name(&zh);
            Ok((if pinyin.is_empty() { en } else { pinyin }.to_lowercase(), zh, n))
        })?
        .collect::<rusqlite::Result<_>>()?;
    hospitals.sort_unstable();
    Ok((0..).zip(hospitals).map(|(place, (_, _, n))| (n, place)).collect())
}

impl Search {
    /// The slots of those who match the words, whatever is selected in the facets.
    pub(super) fn base_slots(&self, db: &Connection, columns: &Columns) -> rusqlite::Result<Slots> {
        columns.matching(db, self.base().as_deref())
    }
}
