//! The whole directory in columns: what searches, counts of facets, other orders and far pages need of every colleague,
//! where a table would be read a million times. About 30 bytes each.
//!
//! A slot is a place in the order of ranks; sets of colleagues are bits by slot.

use super::bits::Bits;
use super::index;
use super::names::letter_of;
use super::query::Facet;
use super::renamed::Renamed;
use super::shared::Shared;
use super::{pinyin, resources, stored};
use consilium_api::directory::{DirectorySort, LetterStart};
use rusqlite::{Connection, OptionalExtension, Row};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// No slot: a practitioner who is not listed.
const NOWHERE: u32 = u32::MAX;

/// One state of the directory.
#[derive(Debug)]
pub(super) struct Columns {
    /// The practitioner in each slot, and the slot of each practitioner.
    practitioners: Vec<u32>,
    slots: Vec<u32>,
    /// Ranks of titles, each with the first slot that has it.
    zones: Vec<(i64, u32)>,
    titles: Column<u16>,
    departments: Column<u16>,
    organizations: Column<u32>,
    interests: Column<u16>,
    /// Who has a term besides, such as a second field of interest.
    others: HashMap<u32, Vec<u32>>,
    /// Which role is shown of practitioners of whom it is not the first.
    places: HashMap<u32, u8>,
    /// Days since 1970 through which the verification counts.
    until: Vec<u16>,
    joined: Bits,
    /// Whose verification counts on a day.
    verified: Mutex<Option<(u16, Arc<Bits>)>>,
    pub shared: Arc<Shared>,
    renamed: Renamed,
    by_name: OnceLock<Arc<Vec<u32>>>,
    /// Letters and where they begin in `by_name`.
    letters: OnceLock<Vec<(char, u32)>>,
    by_hospital: OnceLock<Arc<Vec<u32>>>,
    /// As of a day.
    by_verification: Mutex<Option<(u16, Arc<Vec<u32>>)>>,
}

/// Columns of a row of `colleague`, as [`Listed::of`] takes them.
pub(super) const LISTED: &str = "rank, title, department, organization, interest, others, until, joined, place";

/// Somebody in the list. What they have is told by terms; 0 is none.
#[derive(Debug)]
pub(super) struct Listed {
    zone: i64,
    pub practitioner: u32,
    /// Which of their roles is shown.
    place: u8,
    pub title: u32,
    pub department: u32,
    pub organization: u32,
    pub interest: u32,
    others: Vec<u32>,
    /// Days since 1970 through which the verification counts.
    pub until: u16,
    pub joined: bool,
}

impl Listed {
    pub(super) fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        let rank = row.get(0)?;
        Ok(Self {
            zone: index::title_at(rank),
            practitioner: index::practitioner_at(rank) as u32,
            title: row.get(1)?,
            department: row.get(2)?,
            organization: row.get(3)?,
            interest: row.get(4)?,
            others: stored::terms_of(&row.get(5)?).into_iter().map(|term| term as u32).collect(),
            until: row.get(6)?,
            joined: row.get(7)?,
            place: row.get(8)?,
        })
    }

    /// Who has this rank.
    pub(super) fn read(db: &Connection, rank: i64) -> rusqlite::Result<Option<Self>> {
        db.prepare_cached(&format!("SELECT {LISTED} FROM colleague WHERE rank = ?1"))?
            .query_row([rank], Self::of)
            .optional()
    }

    /// Number of the role that is shown.
    pub(super) fn role(&self) -> i64 {
        resources::roles_of(self.practitioner.into()).0 | i64::from(self.place)
    }

    pub(super) fn rank(&self) -> i64 {
        index::rank(self.zone, self.practitioner.into())
    }
}

/// What happens at a slot: who is there goes, or somebody comes before them.
#[derive(Debug)]
enum Change {
    Gone,
    New(Listed),
}

/// A column after changes, which are in the order of slots, the new before the gone.
fn spliced<T: Copy>(column: &[T], changes: &[(u32, Change)], value: impl Fn(&Listed) -> T) -> Vec<T> {
    let mut after = Vec::with_capacity(column.len() + changes.len());
    let mut from = 0;
    for (slot, change) in changes {
        let slot = *slot as usize;
        after.extend_from_slice(column.get(from..slot).unwrap_or_default());
        from = from.max(slot);
        match change {
            Change::Gone => from = slot + 1,
            Change::New(listed) => after.push(value(listed)),
        }
    }
    after.extend_from_slice(column.get(from..).unwrap_or_default());
    after
}

/// A term of each colleague, in few bytes: the place of the term among those that occur. Place 0 is no term.
#[derive(Debug)]
struct Column<T> {
    terms: Vec<u32>,
    places: HashMap<u32, u32>,
    values: Vec<T>,
    /// How many have the term of each place.
    totals: Vec<u32>,
    /// Slots in the order of their terms, and where those of each place begin; empty for columns that are read through.
    sorted: Vec<u32>,
    starts: Vec<u32>,
}

fn number(value: impl Into<u32>) -> usize {
    value.into() as usize
}

impl<T: Copy + Into<u32> + TryFrom<u32> + Default> Column<T> {
    fn with_capacity(size: usize) -> Self {
        Self {
            terms: vec![0],
            places: HashMap::from([(0, 0)]),
            values: Vec::with_capacity(size),
            totals: Vec::new(),
            sorted: Vec::new(),
            starts: Vec::new(),
        }
    }

    fn push(&mut self, term: u32) {
        let value = self.value(term);
        self.values.push(value);
    }

    /// The place of a term, which it has from now on.
    fn value(&mut self, term: u32) -> T {
        let next = self.terms.len() as u32;
        let place = *self.places.entry(term).or_insert_with(|| {
            self.terms.push(term);
            next
        });
        // More terms than a column tells apart are no term.
        T::try_from(place).unwrap_or_default()
    }

    /// The column after changes, unsorted.
    fn after(&self, changes: &[(u32, Change)], term: impl Fn(&Listed) -> u32) -> Self {
        let mut after = Self {
            terms: self.terms.clone(),
            places: self.places.clone(),
            values: Vec::new(),
            totals: Vec::new(),
            sorted: Vec::new(),
            starts: Vec::new(),
        };
        let mut values = HashMap::new();
        for (_, change) in changes {
            if let Change::New(listed) = change {
                values.insert(term(listed), after.value(term(listed)));
            }
        }
        let value = |listed: &Listed| values.get(&term(listed)).copied().unwrap_or_default();
        after.values = spliced(&self.values, changes, value);
        after
    }

    /// Counts once how many have each term.
    fn count(&mut self) {
        self.totals = vec![0; self.terms.len()];
        for value in &self.values {
            if let Some(count) = self.totals.get_mut(number(*value)) {
                *count += 1;
            }
        }
    }

    /// Also puts them in the order of terms, so that those who have one need not be looked for.
    fn sort(&mut self) {
        self.count();
        let mut starts = Vec::with_capacity(self.totals.len() + 1);
        starts.push(0_u32);
        let mut sum = 0;
        for total in &self.totals {
            sum += *total;
            starts.push(sum);
        }
        let mut next = starts.clone();
        let mut sorted = vec![0_u32; self.values.len()];
        for (slot, value) in (0..).zip(&self.values) {
            if let Some(at) = next.get_mut(number(*value)) {
                if let Some(place) = sorted.get_mut(*at as usize) {
                    *place = slot;
                }
                *at += 1;
            }
        }
        (self.sorted, self.starts) = (sorted, starts);
    }

    fn term(&self, slot: u32) -> u32 {
        let place = self.values.get(slot as usize).copied().map_or(0, number);
        self.terms.get(place).copied().unwrap_or_default()
    }

    /// Adds those who have one of these terms.
    fn join(&self, terms: impl Iterator<Item = u32>, bits: &mut Bits) {
        let places: Vec<u32> = terms.filter(|t| *t != 0).filter_map(|t| self.places.get(&t).copied()).collect();
        if places.is_empty() {
            return;
        }
        let range = |place: u32| -> Option<&[u32]> {
            let (from, to) = (*self.starts.get(place as usize)?, *self.starts.get(place as usize + 1)?);
            self.sorted.get(from as usize..to as usize)
        };
        let matching: usize = places.iter().filter_map(|place| range(*place)).map(<[u32]>::len).sum();
        if self.starts.is_empty() || matching > self.values.len() / 8 {
            // Reading all in their order is faster than jumping from one to the next.
            let found = if let [place] = *places.as_slice() {
                Bits::matching(&self.values, |value| (*value).into() == place)
            } else {
                let mut wanted = vec![false; self.terms.len()];
                for place in places {
                    wanted.get_mut(place as usize).into_iter().for_each(|w| *w = true);
                }
                Bits::matching(&self.values, |value| wanted.get(number(*value)).copied().unwrap_or_default())
            };
            bits.join(&found);
        } else {
            places.into_iter().filter_map(range).flatten().for_each(|slot| bits.insert(*slot));
        }
    }

    /// How many of these colleagues have each term.
    fn tally(&self, bits: &Bits, everybody: bool) -> Vec<(u32, u32)> {
        let counts = if everybody {
            self.totals.clone()
        } else {
            let mut counts = vec![0_u32; self.terms.len()];
            for slot in bits.iter() {
                let place = self.values.get(slot as usize).copied().map_or(0, number);
                if let Some(count) = counts.get_mut(place) {
                    *count += 1;
                }
            }
            counts
        };
        let counted = self.terms.iter().copied().zip(counts).skip(1);
        counted.filter(|(term, count)| *term != 0 && *count > 0).collect()
    }
}

impl Columns {
    pub(super) fn read(db: &Connection) -> rusqlite::Result<Self> {
        let size: usize =
            db.query_row("SELECT colleagues FROM state", [], |row| row.get::<_, i64>(0))?.try_into().unwrap_or(0);
        let mut columns = Self {
            practitioners: Vec::with_capacity(size),
            slots: Vec::new(),
            zones: Vec::new(),
            titles: Column::with_capacity(size),
            departments: Column::with_capacity(size),
            organizations: Column::with_capacity(size),
            interests: Column::with_capacity(size),
            others: HashMap::new(),
            places: HashMap::new(),
            until: Vec::with_capacity(size),
            joined: Bits::default(),
            verified: Mutex::default(),
            shared: Arc::new(Shared::read(db)?),
            renamed: Renamed::read(db)?,
            by_name: OnceLock::new(),
            letters: OnceLock::new(),
            by_hospital: OnceLock::new(),
            by_verification: Mutex::default(),
        };
        let mut joined = Vec::with_capacity(size);
        let mut statement = db.prepare(&format!("SELECT {LISTED} FROM colleague ORDER BY rank"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let listed = Listed::of(row)?;
            let slot = columns.len();
            if columns.zones.last().is_none_or(|(zone, _)| *zone != listed.zone) {
                columns.zones.push((listed.zone, slot));
            }
            columns.practitioners.push(listed.practitioner);
            if listed.place > 0 {
                columns.places.insert(listed.practitioner, listed.place);
            }
            columns.titles.push(listed.title);
            columns.departments.push(listed.department);
            columns.organizations.push(listed.organization);
            columns.interests.push(listed.interest);
            columns.until.push(listed.until);
            joined.push(listed.joined);
            for term in listed.others {
                columns.others.entry(term).or_default().push(slot);
            }
        }
        columns.joined = Bits::of(joined.into_iter());
        columns.others.values_mut().for_each(Vec::shrink_to_fit);
        columns.arrange();
        Ok(columns)
    }

    /// What follows from the order of slots.
    fn arrange(&mut self) {
        let last = self.practitioners.iter().max().map_or(0, |n| *n as usize + 1);
        self.slots = vec![NOWHERE; last];
        for (slot, practitioner) in (0..).zip(&self.practitioners) {
            if let Some(place) = self.slots.get_mut(*practitioner as usize) {
                *place = slot;
            }
        }
        // Only hospitals are so many that reading all for a few of them would be slower.
        self.titles.count();
        self.departments.count();
        self.organizations.sort();
        self.interests.count();
    }

    /// The columns after these practitioners changed; `organizations` if any hospital did.
    pub(super) fn after(&self, db: &Connection, touched: &[u32], organizations: bool) -> rusqlite::Result<Self> {
        let mut changes: Vec<(u32, Change)> = Vec::with_capacity(touched.len() * 2);
        let mut statement = db.prepare_cached(&format!("SELECT {LISTED} FROM colleague WHERE rank = ?1"))?;
        for practitioner in touched {
            changes.extend(self.slot(*practitioner).map(|slot| (slot, Change::Gone)));
            if let Some(rank) = index::rank_of(db, (*practitioner).into())? {
                let listed = statement.query_row([rank], Listed::of)?;
                changes.push((self.slot_for(&listed), Change::New(listed)));
            }
        }
        changes.sort_by_key(|(slot, change)| match change {
            Change::New(listed) => (*slot, false, listed.zone, listed.practitioner),
            Change::Gone => (*slot, true, 0, 0),
        });

        let mut places = self.places.clone();
        for practitioner in touched {
            places.remove(practitioner);
        }
        let (mut zones, mut others) = (Vec::new(), HashMap::<u32, Vec<u32>>::new());
        let mut next = 0;
        let mut moved = vec![NOWHERE; self.practitioners.len()];
        let mut new_others: Vec<(u32, u32)> = Vec::new();
        let mut begin = |zone: i64, slot: u32| {
            if zones.last().is_none_or(|(last, _)| *last != zone) {
                zones.push((zone, slot));
            }
        };
        let mut old = 0;
        for (slot, change) in changes.iter().map(|(slot, change)| (*slot, Some(change))).chain([(self.len(), None)]) {
            for kept in old..slot {
                begin(self.zone(kept), next);
                if let Some(place) = moved.get_mut(kept as usize) {
                    *place = next;
                }
                next += 1;
            }
            old = old.max(slot);
            match change {
                Some(Change::Gone) => old = slot + 1,
                Some(Change::New(listed)) => {
                    begin(listed.zone, next);
                    if listed.place > 0 {
                        places.insert(listed.practitioner, listed.place);
                    }
                    new_others.extend(listed.others.iter().map(|term| (*term, next)));
                    next += 1;
                }
                None => {}
            }
        }
        let place_of = |slot: &u32| moved.get(*slot as usize).copied().filter(|slot| *slot != NOWHERE);
        for (term, slots) in &self.others {
            others.insert(*term, slots.iter().filter_map(place_of).collect());
        }
        for (term, slot) in new_others {
            let slots = others.entry(term).or_default();
            slots.insert(slots.partition_point(|other| *other < slot), slot);
        }
        let joined: Vec<bool> = (0..self.len()).map(|slot| self.joined.has(slot)).collect();
        let joined = spliced(&joined, &changes, |listed| listed.joined);
        let mut columns = Self {
            practitioners: spliced(&self.practitioners, &changes, |listed| listed.practitioner),
            slots: Vec::new(),
            zones,
            titles: self.titles.after(&changes, |listed| listed.title),
            departments: self.departments.after(&changes, |listed| listed.department),
            organizations: self.organizations.after(&changes, |listed| listed.organization),
            interests: self.interests.after(&changes, |listed| listed.interest),
            others,
            places,
            until: spliced(&self.until, &changes, |listed| listed.until),
            joined: Bits::of(joined.into_iter()),
            verified: Mutex::default(),
            shared: if organizations { Arc::new(Shared::read(db)?) } else { Arc::clone(&self.shared) },
            renamed: self.renamed.after(db, touched)?,
            by_name: OnceLock::new(),
            letters: OnceLock::new(),
            by_hospital: OnceLock::new(),
            by_verification: Mutex::default(),
        };
        columns.arrange();
        Ok(columns)
    }

    /// The rank of the title in a slot.
    fn zone(&self, slot: u32) -> i64 {
        let nth = self.zones.partition_point(|(_, first)| *first <= slot);
        nth.checked_sub(1).and_then(|nth| self.zones.get(nth)).map_or(0, |(zone, _)| *zone)
    }

    /// The slot before which somebody comes.
    fn slot_for(&self, listed: &Listed) -> u32 {
        let bound = |nth: usize| self.zones.get(nth).map_or(self.len(), |(_, first)| *first);
        let nth = self.zones.partition_point(|(zone, _)| *zone < listed.zone);
        let from = bound(nth);
        if self.zones.get(nth).is_none_or(|(zone, _)| *zone != listed.zone) {
            return from;
        }
        let zone = self.practitioners.get(from as usize..bound(nth + 1) as usize).unwrap_or_default();
        from + zone.partition_point(|practitioner| *practitioner < listed.practitioner) as u32
    }

    pub(super) fn len(&self) -> u32 {
        self.practitioners.len() as u32
    }

    /// Who is in a slot.
    pub(super) fn listed(&self, slot: u32) -> Option<Listed> {
        let practitioner = *self.practitioners.get(slot as usize)?;
        Some(Listed {
            zone: self.zone(slot),
            practitioner,
            place: self.places.get(&practitioner).copied().unwrap_or_default(),
            title: self.titles.term(slot),
            department: self.departments.term(slot),
            organization: self.organizations.term(slot),
            interest: self.interests.term(slot),
            others: Vec::new(),
            until: self.until.get(slot as usize).copied().unwrap_or_default(),
            joined: self.joined.has(slot),
        })
    }

    /// The slot of a practitioner, if they are listed.
    pub(super) fn slot(&self, practitioner: u32) -> Option<u32> {
        self.slots.get(practitioner as usize).copied().filter(|slot| *slot != NOWHERE)
    }

    /// Whether this term is a title that somebody has.
    pub(super) fn is_title(&self, term: u32) -> bool {
        self.titles.places.contains_key(&term)
    }

    pub(super) fn none(&self) -> Bits {
        Bits::none(self.len())
    }

    pub(super) fn all(&self) -> Bits {
        Bits::all(self.len())
    }

    /// Adds those who have one of these terms, be it a hospital or a part of its name, its city, a department, a title, or
    /// a field of interest.
    pub(super) fn join_terms(&self, terms: &[u32], bits: &mut Bits) {
        if terms.is_empty() {
            return;
        }
        let organizations = self.shared.with_any(terms);
        self.organizations.join(organizations.into_iter(), bits);
        self.departments.join(terms.iter().copied(), bits);
        self.interests.join(terms.iter().copied(), bits);
        if terms.iter().any(|term| self.titles.places.contains_key(term)) {
            self.titles.join(terms.iter().copied(), bits);
        }
        for slot in terms.iter().filter_map(|term| self.others.get(term)).flatten() {
            bits.insert(*slot);
        }
    }

    /// Those whose names changed are told by `renamed`, not by the common words.
    pub(super) fn correct_common(&self, start: &str, bits: &mut Bits) {
        self.renamed.practitioners.iter().filter_map(|n| self.slot(*n)).for_each(|slot| bits.remove(slot));
        self.renamed.beginning(start).filter_map(|n| self.slot(n)).for_each(|slot| bits.insert(slot));
    }

    /// Those who work at this hospital.
    pub(super) fn at_hospital(&self, organization: Option<i64>) -> Bits {
        let mut bits = self.none();
        self.organizations.join(organization.and_then(|n| u32::try_from(n).ok()).into_iter(), &mut bits);
        bits
    }

    /// Those who have one of these values of a facet. `today` is in days since 1970.
    pub(super) fn having(&self, facet: Facet, terms: &[u32], today: u16) -> Bits {
        let mut bits = self.none();
        let mut states = |yes: &Bits| {
            for term in terms {
                let mut state = if *term == 0 { yes.clone() } else { self.all() };
                if *term != 0 {
                    state.take_away(yes);
                }
                bits.join(&state);
            }
        };
        match facet {
            Facet::Departments => self.departments.join(terms.iter().copied(), &mut bits),
            Facet::Organizations => self.organizations.join(terms.iter().copied(), &mut bits),
            Facet::Titles => self.titles.join(terms.iter().copied(), &mut bits),
            Facet::Cities => {
                self.organizations.join(self.shared.in_cities(terms).into_iter(), &mut bits);
            }
            Facet::Verified => states(&self.verified(today)),
            Facet::Joined => states(&self.joined),
        }
        bits
    }

    fn verified(&self, today: u16) -> Arc<Bits> {
        let mut kept = self.verified.lock().unwrap_or_else(PoisonError::into_inner);
        match kept.as_ref() {
            Some((day, bits)) if *day == today => Arc::clone(bits),
            _ => {
                let bits = Arc::new(Bits::of(self.until.iter().map(|until| *until >= today)));
                *kept = Some((today, Arc::clone(&bits)));
                bits
            }
        }
    }

    /// How many of these colleagues have each value of a facet: terms, or 0 for yes and 1 for no.
    pub(super) fn tally(&self, facet: Facet, bits: &Bits, today: u16) -> Vec<(u32, u32)> {
        let all = bits.count();
        let everybody = all == self.len();
        let states = |yes: &Bits| {
            let mut both = bits.clone();
            both.keep(yes);
            let yes = both.count();
            vec![(0, yes), (1, all - yes)]
        };
        match facet {
            Facet::Departments => self.departments.tally(bits, everybody),
            Facet::Organizations => self.organizations.tally(bits, everybody),
            Facet::Titles => self.titles.tally(bits, everybody),
            Facet::Cities => self.shared.by_city(&self.organizations.tally(bits, everybody)),
            Facet::Verified => states(&self.verified(today)),
            Facet::Joined => states(&self.joined),
        }
    }

    /// Slots in an order; `Relevance` is that of titles here.
    fn order(&self, db: &Connection, sort: DirectorySort, today: u16) -> rusqlite::Result<Option<Arc<Vec<u32>>>> {
        match sort {
            DirectorySort::Relevance | DirectorySort::Title => Ok(None),
            DirectorySort::Name => self.by_name(db).map(Some),
            DirectorySort::Hospital => {
                if let Some(order) = self.by_hospital.get() {
                    return Ok(Some(Arc::clone(order)));
                }
                let places = hospital_places(db)?;
                let mut order = (*self.by_name(db)?).clone();
                // Stable: within a hospital by name. A colleague without one comes last.
                order.sort_by_cached_key(|slot| {
                    places.get(&self.organizations.term(*slot)).copied().unwrap_or(u32::MAX)
                });
                Ok(Some(Arc::clone(self.by_hospital.get_or_init(|| Arc::new(order)))))
            }
            DirectorySort::Verified => {
                let mut kept = self.by_verification.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some((_, order)) = kept.as_ref().filter(|(day, _)| *day == today) {
                    return Ok(Some(Arc::clone(order)));
                }
                let at: Vec<i64> = db
                    .prepare("SELECT verified_at FROM colleague ORDER BY rank")?
                    .query_map([], |row| row.get(0))?
                    .collect::<rusqlite::Result<_>>()?;
                let verified = self.verified(today);
                let mut order = (*self.by_name(db)?).clone();
                order.sort_by_key(|slot| {
                    Reverse(at.get(*slot as usize).copied().filter(|_| verified.has(*slot)).unwrap_or_default())
                });
                let order = Arc::new(order);
                *kept = Some((today, Arc::clone(&order)));
                Ok(Some(order))
            }
        }
    }

    fn by_name(&self, db: &Connection) -> rusqlite::Result<Arc<Vec<u32>>> {
        if let Some(order) = self.by_name.get() {
            return Ok(Arc::clone(order));
        }
        let mut names: Vec<(i64, u32)> = Vec::with_capacity(self.practitioners.len());
        let mut statement = db.prepare("SELECT name_key FROM colleague ORDER BY rank")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            names.push((row.get(0)?, names.len() as u32));
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
        self.letters.get_or_init(|| letters);
        let order = Arc::new(names.into_iter().map(|(_, slot)| slot).collect());
        Ok(Arc::clone(self.by_name.get_or_init(|| order)))
    }

    /// These colleagues in an order. `today` is in days since 1970.
    pub(super) fn sorted(
        &self,
        db: &Connection,
        bits: &Bits,
        sort: DirectorySort,
        today: u16,
    ) -> rusqlite::Result<Arc<Vec<u32>>> {
        match self.order(db, sort, today)? {
            Some(order) if bits.count() == self.len() => Ok(order),
            Some(order) => Ok(Arc::new(order.iter().copied().filter(|slot| bits.has(*slot)).collect())),
            None => Ok(Arc::new(bits.iter().collect())),
        }
    }

    /// Where the letters begin in a list that [`Columns::sorted`] made by name.
    pub(super) fn letters(&self, db: &Connection, sorted: &Arc<Vec<u32>>) -> rusqlite::Result<Vec<LetterStart>> {
        let start = |letter: char, index: u32| LetterStart { letter: letter.to_string(), index };
        let by_name = self.by_name(db)?;
        let letters = self.letters.get().map(Vec::as_slice).unwrap_or_default();
        if Arc::ptr_eq(sorted, &by_name) {
            return Ok(letters.iter().map(|(letter, index)| start(*letter, *index)).collect());
        }
        let mut letter_at = vec![0_u8; self.practitioners.len()];
        for (nth, (_, from)) in (0..).zip(letters) {
            let to = letters.get(usize::from(nth) + 1).map_or(by_name.len(), |(_, next)| *next as usize);
            for slot in by_name.get(*from as usize..to).unwrap_or_default() {
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
                let letter = nth.and_then(|nth| letters.get(usize::from(nth)));
                starts.extend(letter.map(|(letter, _)| start(*letter, index)));
                last = nth;
            }
        }
        Ok(starts)
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
