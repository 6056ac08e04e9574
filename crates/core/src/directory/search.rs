//! Pages of results and the counts beside them.

use super::bits::Bits;
use super::columns::{Columns, LISTED, Listed};
use super::fold::query_words;
use super::found::Found;
use super::known::{Acquaintances, Known, known};
use super::memory::{Answers, Few, State};
use super::names::{self, NameForms};
use super::query::{Class, Facet, Search, YES_NO};
use super::vouched::Vouched;
use super::{contact, contact_number, stored, terms, touched};
use consilium_api::account::Name;
use consilium_api::directory::{
    ColleagueRow, DirectoryPage, DirectoryQuery, DirectorySort, FacetValue, Facets, LetterStart, NameMatch, PhoneMatch,
    Text,
};
use consilium_registry_api::terminology::TITLES;
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

pub(super) const MOST_ROWS: u32 = 500;
/// Hospitals and cities named in a facet; those that are selected come in any case.
const MOST_VALUES: usize = 500;
/// Labels that are kept.
const MOST_LABELS: usize = 4096;
/// Rows that are stepped over faster than everything is read into memory.
const NEAR: u32 = 2_000;

/// What was worked out and may be asked for again.
#[derive(Debug, Default)]
pub(super) struct Memory {
    facets: Answers<Arc<Facets>>,
    columns: Mutex<Option<(State, Arc<Columns>)>>,
    /// Who has a word; 125 kB each for a million colleagues.
    pub words: Few<Arc<Bits>, 24>,
    sorted: Few<Arc<Vec<u32>>, 2>,
    known: Few<Arc<Vec<Known>>>,
    labels: Mutex<(State, HashMap<u32, Arc<Label>>)>,
}

/// Key and words of a term, and the city if it is a hospital.
#[derive(Clone, Debug, Default)]
struct Label {
    key: String,
    text: Text,
    city: Option<u32>,
}

/// Who asks, in which state of the directory.
#[derive(Debug)]
pub(super) struct Desk<'a> {
    pub db: &'a Connection,
    pub vouched: Vouched,
    pub memory: &'a Memory,
    pub state: State,
    /// Term of the viewer's hospital.
    pub own: Option<i64>,
    pub acquaintances: &'a Acquaintances,
    /// Days since 1970.
    pub today: u16,
}

/// A part of the results.
enum Part {
    /// Slots in their order.
    Listed(Vec<u32>),
    /// By rank.
    Ranked(Bits),
}

impl Desk<'_> {
    pub(super) fn page(&self, query: &DirectoryQuery) -> rusqlite::Result<DirectoryPage> {
        let limit = query.limit.min(MOST_ROWS);
        if let Some(page) = self.first_pages(query, limit)? {
            return Ok(page);
        }
        let columns = self.columns()?;
        let found = self.resolve(&columns, query)?;
        let (slots, total, head) = if query.favourites || query.recent {
            let among = self.among_known(&columns, &found, query)?;
            let total = among.len() as u32;
            (among.into_iter().skip(query.offset as usize).take(limit as usize).collect(), total, 0)
        } else if matches!(query.sort, DirectorySort::Relevance | DirectorySort::Title) {
            let (page, head) = self.by_rank(&columns, &found, query, limit)?;
            (page, found.all.count(), head)
        } else {
            let sorted = self.sorted(&columns, &found, query)?;
            let page = sorted.iter().copied().skip(query.offset as usize).take(limit as usize).collect();
            (page, sorted.len() as u32, 0)
        };
        let listed = slots.into_iter().filter_map(|slot| columns.listed(slot));
        let rows = self.rows(listed, &found.search)?;
        Ok(DirectoryPage { rows, total, known: head, similar: found.search.similar })
    }

    /// The first pages of everybody, which need no columns: they are asked for when the program starts.
    fn first_pages(&self, query: &DirectoryQuery, limit: u32) -> rusqlite::Result<Option<DirectoryPage>> {
        let DirectoryQuery { sort, offset, limit: rows, .. } = *query;
        let asked = DirectoryQuery { sort, offset, limit: rows, ..DirectoryQuery::default() };
        let everybody = DirectoryQuery { text: String::new(), ..query.clone() } == asked;
        let by_rank = matches!(sort, DirectorySort::Relevance | DirectorySort::Title);
        if !everybody || !query_words(&query.text).is_empty() || !by_rank || offset > NEAR {
            return Ok(None);
        }
        let listed: Vec<Listed> = self
            .db
            .prepare_cached(&format!("SELECT {LISTED} FROM colleague ORDER BY rank LIMIT ?1 OFFSET ?2"))?
            .query_map([limit, offset], Listed::of)?
            .collect::<rusqlite::Result<_>>()?;
        let rows = self.rows(listed.into_iter(), &Search::default())?;
        Ok(Some(DirectoryPage { rows, total: count(self.db)?, known: 0, similar: false }))
    }

    /// Who matches what was typed, or, if nobody does, what is similar.
    fn resolve(&self, columns: &Arc<Columns>, query: &DirectoryQuery) -> rusqlite::Result<Found> {
        let found = self.find(columns, Search::new(self.db, columns, query)?)?;
        if !found.search.has_words() || !found.all.is_empty() {
            return Ok(found);
        }
        match Search::similar(self.db, columns, query)? {
            Some(search) => {
                let similar = self.find(columns, search)?;
                Ok(if similar.all.is_empty() { found } else { similar })
            }
            None => Ok(found),
        }
    }

    /// The columns of this state: those at hand with what changed since, or read anew.
    fn columns(&self) -> rusqlite::Result<Arc<Columns>> {
        let mut kept = self.memory.columns.lock().unwrap_or_else(PoisonError::into_inner);
        let columns = match kept.take() {
            Some((state, columns)) if state == self.state => columns,
            Some(((generation, revision), columns)) if generation == self.state.0 => {
                match touched::since(self.db, revision, columns.len())? {
                    Some(touched) => Arc::new(columns.after(self.db, &touched.practitioners, touched.organizations)?),
                    None => Arc::new(Columns::read(self.db)?),
                }
            }
            _ => Arc::new(Columns::read(self.db)?),
        };
        *kept = Some((self.state, Arc::clone(&columns)));
        Ok(columns)
    }

    fn known(&self, columns: &Columns) -> rusqlite::Result<Arc<Vec<Known>>> {
        let version = self.acquaintances.version.to_string();
        self.memory.known.get(self.state, &version, || known(self.db, columns, self.acquaintances).map(Arc::new))
    }

    fn sorted(&self, columns: &Columns, found: &Found, query: &DirectoryQuery) -> rusqlite::Result<Arc<Vec<u32>>> {
        let asked = DirectoryQuery { offset: 0, limit: 0, ..query.clone() };
        let question = format!("{:?} {} {} {asked:?}", self.own, self.today, contact::revision(self.db)?);
        self.memory.sorted.get(self.state, &question, || columns.sorted(self.db, &found.all, query.sort, self.today))
    }

    /// Slots of favourites or recent contacts who match, in order.
    fn among_known(&self, columns: &Columns, found: &Found, query: &DirectoryQuery) -> rusqlite::Result<Vec<u32>> {
        let known = self.known(columns)?;
        let mut among: Vec<Known> = known.iter().copied().filter(|k| found.all.has(k.slot)).collect();
        among.retain(|k| (!query.favourites || k.favourite) && (!query.recent || k.recent.is_some()));
        match query.sort {
            DirectorySort::Relevance if query.recent => among.sort_by_key(|k| (found.class(k.slot), k.recent)),
            DirectorySort::Relevance => {
                among.sort_by_key(|k| (found.class(k.slot), !found.own.has(k.slot), k.recent.is_none(), k.recent));
            }
            DirectorySort::Title => among.sort_by_key(|k| k.slot),
            sort => {
                let mut bits = columns.none();
                among.iter().for_each(|k| bits.insert(k.slot));
                return columns.sorted(self.db, &bits, sort, self.today).map(|sorted| sorted.to_vec());
            }
        }
        Ok(among.into_iter().map(|k| k.slot).collect())
    }

    /// A page by relevance or title, and how many people whom the viewer knows are at the head of all.
    fn by_rank(
        &self,
        columns: &Columns,
        found: &Found,
        query: &DirectoryQuery,
        limit: u32,
    ) -> rusqlite::Result<(Vec<u32>, u32)> {
        if query.sort == DirectorySort::Title || !found.search.has_words() {
            return Ok((found.all.page(query.offset, limit).0, 0));
        }
        let known = self.known(columns)?;
        let among: Vec<(Class, bool, u32)> = known
            .iter()
            .filter(|k| found.all.has(k.slot))
            .map(|k| (found.class(k.slot), found.own.has(k.slot), k.slot))
            .collect();
        let tiers = found.tiers(self.own.filter(|_| !query.my_hospital).is_some());

        // At the head those of the best class there is: whoever types a whole name wants it before a friend's longer one.
        let mut best = among.iter().map(|(class, ..)| *class).min().unwrap_or(Class::Rest);
        if let Some(better) = tiers.iter().find(|tier| tier.class < best && !tier.bits.is_empty()) {
            best = if among.is_empty() { best } else { better.class };
        }
        let slots = |wanted: &dyn Fn(Class, bool) -> bool| -> Vec<u32> {
            among.iter().filter(|(class, own, _)| wanted(*class, *own)).map(|(_, _, slot)| *slot).collect()
        };
        let head = slots(&|class, _| class == best);
        let size = head.len() as u32;
        let mut parts = vec![Part::Listed(head)];
        let by_hospital = tiers.iter().any(|tier| tier.own);
        for mut tier in tiers {
            if tier.class != best {
                let of_tier = |class: Class, own: bool| class == tier.class && (own == tier.own || !by_hospital);
                parts.push(Part::Listed(slots(&of_tier)));
            }
            among.iter().for_each(|(_, _, slot)| tier.bits.remove(*slot));
            parts.push(Part::Ranked(tier.bits));
        }
        Ok((cut(&parts, query.offset, limit), size))
    }

    fn rows(&self, listed: impl Iterator<Item = Listed>, search: &Search) -> rusqlite::Result<Vec<ColleagueRow>> {
        let mut rows = Vec::new();
        for listed in listed {
            rows.extend(self.row(&listed, search)?);
        }
        Ok(rows)
    }

    fn row(&self, listed: &Listed, search: &Search) -> rusqlite::Result<Option<ColleagueRow>> {
        let named = self
            .db
            .prepare_cached("SELECT id, han, latin, surname, family FROM practitioner WHERE n = ?1")?
            .query_row([listed.practitioner], |row| {
                let name = Name { han: row.get(1)?, latin: row.get(2)? };
                let mut matched = NameMatch::default();
                if search.is_han() {
                    names::highlight_han(&name.han, search.spellings().flatten(), &mut matched);
                } else if search.has_words() {
                    let surname = row.get::<_, i64>(3)?.try_into().unwrap_or(0);
                    let forms = NameForms::new(&name.han, surname, &name.latin, row.get(4)?);
                    for spellings in search.spellings() {
                        forms.highlight_first(spellings, &mut matched);
                    }
                }
                Ok((stored::id_text(&row.get(0)?), name, matched))
            })
            .optional()?;
        let Some((id, name, matched)) = named else { return Ok(None) };
        let hospital = self.label(listed.organization)?;
        Ok(Some(ColleagueRow {
            favourite: self.acquaintances.favourites.contains(&id),
            id,
            name,
            matched,
            title: self.label(listed.title)?.key.clone(),
            department: self.label(listed.department)?.key.clone(),
            specialty: self.label(listed.interest)?.text.clone(),
            city: self.label(hospital.city.unwrap_or_default())?.text.clone(),
            hospital: hospital.text.clone(),
            verified: listed.until >= self.today && self.vouched.vouches(self.db, listed, self.today)?,
            joined: listed.joined,
            phone: self.phone_match(listed, search)?,
        }))
    }

    /// The telephone number that begins or ends with digits that were looked for.
    fn phone_match(&self, listed: &Listed, search: &Search) -> rusqlite::Result<Option<PhoneMatch>> {
        let practitioner = i64::from(listed.practitioner);
        for digits in search.digits() {
            let Some(number) = contact_number::number_of(self.db, practitioner, digits)? else { continue };
            // A number may be written without the zero that was typed.
            let marked = digits_in(&number, digits).or_else(|| digits_in(&number, digits.trim_start_matches('0')));
            return Ok(Some(PhoneMatch { ranges: marked.into_iter().collect(), number }));
        }
        Ok(None)
    }

    /// Key and words of a term; empty if there is none.
    fn label(&self, n: u32) -> rusqlite::Result<Arc<Label>> {
        if n == 0 {
            return Ok(Arc::default());
        }
        let mut kept = self.memory.labels.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 != self.state {
            *kept = (self.state, HashMap::new());
        }
        if let Some(label) = kept.1.get(&n) {
            return Ok(Arc::clone(label));
        }
        let label = self
            .db
            .prepare_cached(
                "SELECT t.key, t.zh, t.en, o.city FROM term t LEFT JOIN organization o ON o.n = t.n WHERE t.n = ?1",
            )?
            .query_row([n], |row| {
                let text = Text { zh: row.get(1)?, en: row.get(2)? };
                Ok(Label { key: row.get(0)?, text, city: row.get(3)? })
            })
            .optional()?;
        let label = Arc::new(label.unwrap_or_default());
        if kept.1.len() >= MOST_LABELS {
            kept.1.clear();
        }
        kept.1.insert(n, Arc::clone(&label));
        Ok(label)
    }

    /// Counts of each facet under the other filters.
    pub(super) fn facets(&self, query: &DirectoryQuery) -> rusqlite::Result<Facets> {
        let asked = DirectoryQuery { offset: 0, limit: 0, sort: DirectorySort::default(), ..query.clone() };
        let contacts = contact::revision(self.db)?;
        let question = format!("{:?} {} {contacts} {} {asked:?}", self.own, self.today, self.acquaintances.version);
        let facets = self.memory.facets.get(self.state, &question, || self.count_facets(query).map(Arc::new))?;
        Ok(Arc::unwrap_or_clone(facets))
    }

    fn count_facets(&self, query: &DirectoryQuery) -> rusqlite::Result<Facets> {
        let columns = self.columns()?;
        let found = self.resolve(&columns, query)?;
        let mut words = found.words;
        if query.favourites || query.recent {
            let mut listed = columns.none();
            for known in self.known(&columns)?.iter() {
                if (!query.favourites || known.favourite) && (!query.recent || known.recent.is_some()) {
                    listed.insert(known.slot);
                }
            }
            words.keep(&listed);
        }
        let chosen: Vec<(Facet, Bits)> = found
            .search
            .filters
            .iter()
            .map(|(facet, terms)| (facet, columns.having(facet, terms, self.today)))
            .collect();
        let under = |but: Facet| {
            let mut bits = words.clone();
            chosen.iter().filter(|(facet, _)| *facet != but).for_each(|(_, chosen)| bits.keep(chosen));
            bits
        };
        let mut facets = Facets::default();
        for facet in Facet::ALL {
            let counts = columns.tally(facet, &under(facet), self.today);
            let values = match facet.kind() {
                None => (0..)
                    .zip(YES_NO)
                    .map(|(at, key)| {
                        let count = counts.iter().find(|(state, _)| *state == at).map_or(0, |(_, count)| *count);
                        FacetValue { key: key.to_owned(), label: Text::default(), count }
                    })
                    .filter(|value| value.count > 0 || facet.selected(query).contains(&value.key))
                    .collect(),
                Some(kind) => self.facet_values(kind, facet.selected(query), counts)?,
            };
            match facet {
                Facet::Departments => facets.departments = values,
                Facet::Organizations => facets.organizations = values,
                Facet::Titles => {
                    facets.titles = values;
                    let place = |v: &FacetValue| TITLES.iter().position(|t| t.code == v.key).unwrap_or(TITLES.len());
                    facets.titles.sort_by_key(place);
                }
                Facet::Cities => facets.cities = values,
                Facet::Verified => facets.verified = values,
                Facet::Joined => facets.joined = values,
            }
        }
        Ok(facets)
    }

    /// `counts` are of terms.
    fn facet_values(
        &self,
        kind: terms::Kind,
        selected: &[String],
        mut counts: Vec<(u32, u32)>,
    ) -> rusqlite::Result<Vec<FacetValue>> {
        let by_count = |(n, count): &(u32, u32)| (std::cmp::Reverse(*count), *n);
        // A selection that few or none match must stay visible, or it could not be taken back.
        let mut chosen = Vec::new();
        for key in selected {
            let n = terms::find(self.db, kind, key)?.and_then(|n| u32::try_from(n).ok());
            chosen.extend(n.map(|n| (n, counts.iter().find(|(term, _)| *term == n).map_or(0, |(_, count)| *count))));
        }
        if counts.len() > MOST_VALUES {
            counts.select_nth_unstable_by_key(MOST_VALUES, by_count);
            counts.truncate(MOST_VALUES);
        }
        counts.sort_unstable_by_key(by_count);
        chosen.retain(|(n, _)| counts.iter().all(|(term, _)| term != n));
        let mut values = Vec::with_capacity(counts.len());
        for (n, count) in counts.into_iter().chain(chosen) {
            let label = self.label(n)?;
            values.push(FacetValue { key: label.key.clone(), label: label.text.clone(), count });
        }
        Ok(values)
    }

    /// The letter index of a search sorted by name.
    pub(super) fn letters(&self, query: &DirectoryQuery) -> rusqlite::Result<Vec<LetterStart>> {
        // A list of few needs no index.
        if query.sort != DirectorySort::Name || query.favourites || query.recent {
            return Ok(Vec::new());
        }
        let columns = self.columns()?;
        let found = self.resolve(&columns, query)?;
        columns.letters(self.db, &self.sorted(&columns, &found, query)?)
    }

    /// Reads the columns.
    pub(super) fn prepare(&self) -> rusqlite::Result<()> {
        self.columns().map(|_| ())
    }

    /// How many work at the viewer's hospital.
    pub(super) fn at_own_hospital(&self) -> rusqlite::Result<u32> {
        if self.own.is_none() {
            return Ok(0);
        }
        Ok(self.columns()?.at_hospital(self.own).count())
    }

    /// How many favourites and recent contacts are listed.
    pub(super) fn acquainted(&self) -> rusqlite::Result<(u32, u32)> {
        if *self.acquaintances == Acquaintances::default() {
            return Ok((0, 0));
        }
        let columns = self.columns()?;
        let known = self.known(&columns)?;
        let favourites = known.iter().filter(|k| k.favourite).count();
        let recent = known.iter().filter(|k| k.recent.is_some()).count();
        Ok((favourites as u32, recent as u32))
    }
}

impl Memory {
    /// Other people are known, whose versions begin anew.
    pub(super) fn forget_known(&self) {
        self.known.clear();
        self.facets.clear();
    }
}

/// The page at `offset` of the parts, one after the other.
fn cut(parts: &[Part], offset: u32, limit: u32) -> Vec<u32> {
    let mut page: Vec<u32> = Vec::new();
    let mut skip = offset;
    for part in parts {
        let wanted = limit.saturating_sub(page.len() as u32);
        if wanted == 0 {
            break;
        }
        match part {
            Part::Listed(slots) => {
                page.extend(slots.iter().skip(skip as usize).take(wanted as usize));
                skip = skip.saturating_sub(slots.len() as u32);
            }
            Part::Ranked(bits) => {
                let (slots, skipped) = bits.page(skip, wanted);
                page.extend(slots);
                skip -= skipped;
            }
        }
    }
    page
}

/// How many colleagues there are.
pub(super) fn count(db: &Connection) -> rusqlite::Result<u32> {
    db.prepare_cached("SELECT colleagues FROM state")?.query_row([], |row| row.get(0))
}

/// Where the digits are in a number, with what stands between them; a UTF-16 range.
fn digits_in(number: &str, digits: &str) -> Option<(u32, u32)> {
    let mut at = 0;
    let mut places: Vec<(char, u32, u32)> = Vec::new();
    for c in number.chars() {
        let end = at + c.len_utf16() as u32;
        if c.is_ascii_digit() {
            places.push((c, at, end));
        }
        at = end;
    }
    let found = places.windows(digits.len()).find(|run| run.iter().map(|(c, ..)| *c).eq(digits.chars()))?;
    Some((found.first()?.1, found.last()?.2))
}

#[cfg(test)]
mod tests {
    use super::digits_in;

    #[test]
    fn digits_are_found_across_what_stands_between_them() {
        assert_eq!(digits_in("0599-555-0148 转 6217", "5550148"), Some((5, 13)));
        assert_eq!(digits_in("0599-555-0148 转 6217", "6217"), Some((16, 20)));
        assert_eq!(digits_in("0599-555-0148", "1480"), None);
        assert_eq!(digits_in("", "0148"), None);
    }
}
