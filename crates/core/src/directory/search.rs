//! Pages of results and the counts beside them.

use super::columns::{Columns, Filters, Slots};
use super::expression::{Class, Facet, Search, YES_NO};
use super::known::{Acquaintances, Known, known};
use super::memory::{Answers, Few, State};
use super::names::NameForms;
use super::vouched::Vouched;
use super::{stored, terms};
use consilium_api::account::Name;
use consilium_api::directory::{
    ColleagueRow, DirectoryPage, DirectoryQuery, DirectorySort, FacetValue, Facets, LetterStart, NameMatch, PhoneMatch,
    Text,
};
use consilium_registry_api::terminology::TITLES;
use rusqlite::{Connection, OptionalExtension, params};
use std::sync::Arc;

pub(super) const MOST_ROWS: u32 = 500;
/// Hospitals and cities named in a facet; those that are selected come in any case.
const MOST_VALUES: usize = 500;
/// Rows that are stepped over faster than everything is read into memory.
const NEAR: u32 = 2_000;

/// What was worked out and may be asked for again.
#[derive(Debug, Default)]
pub(super) struct Memory {
    counts: Answers<u32>,
    facets: Answers<Arc<Facets>>,
    columns: Few<Arc<Columns>>,
    slots: Few<Slots>,
    sorted: Few<Arc<Vec<u32>>>,
    known: Few<Arc<Vec<Known>>>,
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
    /// `YYYY-MM-DD`.
    pub today: &'a str,
}

/// A part of the results.
enum Part<'a> {
    /// Ranks in their order.
    Listed(Vec<i64>),
    /// All that match an expression by rank, without those who are in other parts.
    Indexed { expression: &'a str, without: &'a str },
}

impl Desk<'_> {
    pub(super) fn page(&self, query: &DirectoryQuery) -> rusqlite::Result<DirectoryPage> {
        let limit = query.limit.min(MOST_ROWS);
        let search = self.resolve(query)?;
        let (ranks, total, head) = if query.favourites || query.recent {
            let among = self.among_known(&search, query)?;
            let total = among.len() as u32;
            let page = among.into_iter().skip(query.offset as usize).take(limit as usize).collect();
            (page, total, 0)
        } else if matches!(query.sort, DirectorySort::Relevance | DirectorySort::Title) {
            let total = self.count(search.all().as_deref())?;
            let (page, head) = self.by_rank(&search, query, limit)?;
            (page, total, head)
        } else {
            let columns = self.columns()?;
            let sorted = self.sorted(&columns, &search, query)?;
            let page = sorted.iter().skip(query.offset as usize).take(limit as usize);
            (page.filter_map(|slot| columns.rank(*slot)).collect(), sorted.len() as u32, 0)
        };
        let mut rows = Vec::with_capacity(ranks.len());
        for rank in ranks {
            rows.extend(self.row(rank, &search)?);
        }
        Ok(DirectoryPage { rows, total, known: head, similar: search.similar })
    }

    /// The search for what was typed, or, if nobody matches, for what is similar.
    fn resolve(&self, query: &DirectoryQuery) -> rusqlite::Result<Search> {
        let search = Search::new(self.db, query, self.own)?;
        if !search.has_words() || self.count(search.all().as_deref())? > 0 {
            return Ok(search);
        }
        match Search::similar(self.db, query, self.own)? {
            Some(similar) if self.count(similar.all().as_deref())? > 0 => Ok(similar),
            _ => Ok(search),
        }
    }

    /// How many match; None matches all.
    fn count(&self, expression: Option<&str>) -> rusqlite::Result<u32> {
        match expression {
            None => count(self.db, None),
            Some(some) => self.memory.counts.get(self.state, some, || count(self.db, expression)),
        }
    }

    fn columns(&self) -> rusqlite::Result<Arc<Columns>> {
        self.memory.columns.get(self.state, "", || Columns::read(self.db).map(Arc::new))
    }

    fn known(&self) -> rusqlite::Result<Arc<Vec<Known>>> {
        let version = self.acquaintances.version.to_string();
        self.memory.known.get(self.state, &version, || known(self.db, self.acquaintances).map(Arc::new))
    }

    fn slots(&self, columns: &Columns, search: &Search) -> rusqlite::Result<Slots> {
        match search.base() {
            None => Ok(Slots::All),
            Some(base) => self.memory.slots.get(self.state, &base, || search.base_slots(self.db, columns)),
        }
    }

    fn sorted(&self, columns: &Columns, search: &Search, query: &DirectoryQuery) -> rusqlite::Result<Arc<Vec<u32>>> {
        let question = format!("{:?} {:?}", query.sort, search.all());
        self.memory.sorted.get(self.state, &question, || {
            let filters = Filters::of(self.db, query)?;
            columns.sorted(self.db, &self.slots(columns, search)?, &filters, query.sort)
        })
    }

    /// Ranks of favourites or recent contacts who match, in order.
    fn among_known(&self, search: &Search, query: &DirectoryQuery) -> rusqlite::Result<Vec<i64>> {
        let known = self.known()?;
        let mut among = search.among(&known);
        among.retain(|(_, _, k)| (!query.favourites || k.favourite) && (!query.recent || k.recent.is_some()));
        match query.sort {
            DirectorySort::Relevance if query.recent => among.sort_by_key(|(class, _, k)| (*class, k.recent)),
            DirectorySort::Relevance => {
                among.sort_by_key(|(class, own, k)| (*class, !own, k.recent.is_none(), k.recent))
            }
            DirectorySort::Title => among.sort_by_key(|(_, _, k)| k.rank),
            sort => {
                let columns = self.columns()?;
                let mut slots: Vec<u32> = among.iter().filter_map(|(_, _, k)| columns.slot(k.rank)).collect();
                slots.sort_unstable();
                let slots = Slots::Some(Arc::new(slots));
                let sorted = columns.sorted(self.db, &slots, &Filters::default(), sort)?;
                return Ok(sorted.iter().filter_map(|slot| columns.rank(*slot)).collect());
            }
        }
        Ok(among.into_iter().map(|(_, _, k)| k.rank).collect())
    }

    /// A page by relevance or title, and how many people whom the viewer knows are at the head of all.
    fn by_rank(&self, search: &Search, query: &DirectoryQuery, limit: u32) -> rusqlite::Result<(Vec<i64>, u32)> {
        let Some(all) = search.all() else { return Ok((self.everybody(query.offset, limit)?, 0)) };
        if query.sort == DirectorySort::Title || !search.has_words() {
            let parts = [Part::Indexed { expression: &all, without: "[]" }];
            return Ok((self.cut(&parts, query.offset, limit)?, 0));
        }
        let known = self.known()?;
        let among = search.among(&known);
        let tiers = search.tiers();
        let without =
            serde_json::to_string(&among.iter().map(|(_, _, k)| k.rank).collect::<Vec<_>>()).unwrap_or_default();

        // At the head those of the best class there is: whoever types a whole name wants it before a friend's longer one.
        let mut best = among.iter().map(|(class, ..)| *class).min().unwrap_or(Class::Rest);
        for tier in tiers.iter().filter(|tier| tier.class < best) {
            if !among.is_empty() && self.any(&tier.expression)? {
                best = tier.class;
                break;
            }
        }
        let ranks = |wanted: &dyn Fn(Class, bool) -> bool| -> Vec<i64> {
            among.iter().filter(|(class, own, _)| wanted(*class, *own)).map(|(_, _, k)| k.rank).collect()
        };
        let head = ranks(&|class, _| class == best);
        let size = head.len() as u32;
        let mut parts = vec![Part::Listed(head)];
        let by_hospital = tiers.iter().any(|tier| tier.own);
        for tier in &tiers {
            if tier.class != best {
                parts.push(Part::Listed(ranks(&|class, own| class == tier.class && (own == tier.own || !by_hospital))));
            }
            parts.push(Part::Indexed { expression: &tier.expression, without: &without });
        }
        Ok((self.cut(&parts, query.offset, limit)?, size))
    }

    /// Everybody by rank.
    fn everybody(&self, offset: u32, limit: u32) -> rusqlite::Result<Vec<i64>> {
        if offset > NEAR {
            let columns = self.columns()?;
            return Ok((offset..offset.saturating_add(limit)).map_while(|slot| columns.rank(slot)).collect());
        }
        self.db
            .prepare_cached("SELECT rank FROM colleague ORDER BY rank LIMIT ?1 OFFSET ?2")?
            .query_map([limit, offset], |row| row.get(0))?
            .collect()
    }

    fn any(&self, expression: &str) -> rusqlite::Result<bool> {
        self.db
            .prepare_cached("SELECT 1 FROM colleague_index WHERE colleague_index MATCH ?1 LIMIT 1")?
            .exists([expression])
    }

    /// The page at `offset` of the parts, one after the other.
    fn cut(&self, parts: &[Part<'_>], offset: u32, limit: u32) -> rusqlite::Result<Vec<i64>> {
        let mut found: Vec<i64> = Vec::new();
        let mut skip = offset;
        for part in parts {
            let wanted = limit.saturating_sub(found.len() as u32);
            if wanted == 0 {
                break;
            }
            match part {
                Part::Listed(ranks) => {
                    found.extend(ranks.iter().skip(skip as usize).take(wanted as usize));
                    skip = skip.saturating_sub(ranks.len() as u32);
                }
                Part::Indexed { expression, without } => {
                    let some = self.indexed(expression, without, wanted, skip)?;
                    if some.is_empty() && skip > 0 {
                        skip -= self.count_without(expression, without)?.min(skip);
                    } else {
                        skip = 0;
                        found.extend(some);
                    }
                }
            }
        }
        Ok(found)
    }

    fn indexed(&self, expression: &str, without: &str, limit: u32, offset: u32) -> rusqlite::Result<Vec<i64>> {
        let sql = if without == "[]" {
            "SELECT rowid FROM colleague_index WHERE colleague_index MATCH ?1 AND ?4 = '[]' ORDER BY rowid
             LIMIT ?2 OFFSET ?3"
        } else {
            "SELECT rowid FROM colleague_index WHERE colleague_index MATCH ?1
             AND rowid NOT IN (SELECT value FROM json_each(?4)) ORDER BY rowid LIMIT ?2 OFFSET ?3"
        };
        self.db.prepare_cached(sql)?.query_map(params![expression, limit, offset, without], |row| row.get(0))?.collect()
    }

    fn count_without(&self, expression: &str, without: &str) -> rusqlite::Result<u32> {
        if without == "[]" {
            return self.count(Some(expression));
        }
        let question = format!("{expression} {without}");
        self.memory.counts.get(self.state, &question, || {
            self.db
                .prepare_cached(
                    "SELECT count(*) FROM colleague_index WHERE colleague_index MATCH ?1
                     AND rowid NOT IN (SELECT value FROM json_each(?2))",
                )?
                .query_row([expression, without], |row| row.get(0))
        })
    }

    fn row(&self, rank: i64, search: &Search) -> rusqlite::Result<Option<ColleagueRow>> {
        self.db
            .prepare_cached(
                "SELECT p.id, p.han, p.surname, p.latin, p.family, title.key, department.key, interest.zh, interest.en,
                 hospital.zh, hospital.en, city.zh, city.en, r.verified_at, r.localpart IS NOT NULL,
                 iif(r.phone = '', p.phone, r.phone), r.valid_until, r.n
                 FROM colleague c
                 JOIN practitioner p ON p.n = c.practitioner
                 JOIN role r ON r.n = c.role
                 LEFT JOIN term title ON title.n = c.title
                 LEFT JOIN term department ON department.n = c.department
                 LEFT JOIN term interest ON interest.n = coalesce(r.interests ->> 0, r.interests)
                 LEFT JOIN term hospital ON hospital.n = c.organization
                 LEFT JOIN term city ON city.n = c.city
                 WHERE c.rank = ?1",
            )?
            .query_row([rank], |row| {
                let text = |at| row.get::<_, Option<String>>(at).map(Option::unwrap_or_default);
                let name = Name { han: row.get(1)?, latin: row.get(3)? };
                let mut matched = NameMatch::default();
                if search.has_words() {
                    let surname = row.get::<_, i64>(2)?.try_into().unwrap_or(0);
                    let forms = NameForms::new(&name.han, surname, &name.latin, row.get(4)?);
                    for spellings in search.spellings() {
                        forms.highlight_first(spellings, &mut matched);
                    }
                }
                let number = text(15)?;
                let ranges: Vec<_> = search.digits().filter_map(|digits| digits_in(&number, digits)).collect();
                let id = stored::id_text(&row.get(0)?);
                Ok(ColleagueRow {
                    favourite: self.acquaintances.favourites.contains(&id),
                    id,
                    name,
                    matched,
                    title: text(5)?,
                    department: text(6)?,
                    specialty: Text { zh: text(7)?, en: text(8)? },
                    hospital: Text { zh: text(9)?, en: text(10)? },
                    city: Text { zh: text(11)?, en: text(12)? },
                    verified: stored::in_force(&row.get(13)?, &row.get(16)?, self.today)
                        && self.vouched.doubt_of(self.db, row.get(17)?)?.is_none(),
                    joined: row.get(14)?,
                    phone: (!ranges.is_empty()).then_some(PhoneMatch { number, ranges }),
                })
            })
            .optional()
    }

    /// Counts of each facet under the other filters.
    pub(super) fn facets(&self, query: &DirectoryQuery) -> rusqlite::Result<Facets> {
        let asked = DirectoryQuery { offset: 0, limit: 0, sort: DirectorySort::default(), ..query.clone() };
        let question = format!("{:?} {} {asked:?}", self.own, self.acquaintances.version);
        let facets = self.memory.facets.get(self.state, &question, || self.count_facets(query).map(Arc::new))?;
        Ok(Arc::unwrap_or_clone(facets))
    }

    fn count_facets(&self, query: &DirectoryQuery) -> rusqlite::Result<Facets> {
        let columns = self.columns()?;
        let search = self.resolve(query)?;
        let slots = if query.favourites || query.recent {
            // Of those whom the viewer knows, all that match the words.
            let unfiltered = DirectoryQuery {
                text: query.text.clone(),
                my_hospital: query.my_hospital,
                favourites: query.favourites,
                recent: query.recent,
                ..DirectoryQuery::default()
            };
            let words = self.resolve(&unfiltered)?;
            let ranks = self.among_known(&words, &unfiltered)?;
            let mut slots: Vec<u32> = ranks.into_iter().filter_map(|rank| columns.slot(rank)).collect();
            slots.sort_unstable();
            Slots::Some(Arc::new(slots))
        } else {
            self.slots(&columns, &search)?
        };
        let tallies = columns.tally(&slots, &Filters::of(self.db, query)?);
        let mut facets = Facets::default();
        for (facet, tally) in Facet::ALL.into_iter().zip(tallies) {
            let values = match facet.kind() {
                None => YES_NO
                    .iter()
                    .zip(tally)
                    .filter(|(key, count)| *count > 0 || facet.selected(query).iter().any(|k| k == *key))
                    .map(|(key, count)| FacetValue { key: (*key).to_owned(), label: Text::default(), count })
                    .collect(),
                Some(kind) => self.facet_values(&columns, kind, facet.selected(query), &tally)?,
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

    fn facet_values(
        &self,
        columns: &Columns,
        kind: terms::Kind,
        selected: &[String],
        tally: &[u32],
    ) -> rusqlite::Result<Vec<FacetValue>> {
        // Term 0 is no value.
        let mut counts: Vec<(u32, u32)> = (0..).zip(tally.iter().copied()).skip(1).filter(|(_, c)| *c > 0).collect();
        let by_count = |(n, count): &(u32, u32)| (std::cmp::Reverse(*count), *n);
        if counts.len() > MOST_VALUES {
            counts.select_nth_unstable_by_key(MOST_VALUES, by_count);
            counts.truncate(MOST_VALUES);
        }
        counts.sort_unstable_by_key(by_count);
        let mut values = Vec::with_capacity(counts.len());
        for (n, count) in counts {
            let label = columns.label(self.db, n)?;
            values.extend(label.map(|l| FacetValue { key: l.key.clone(), label: l.text.clone(), count }));
        }
        // A selection that few or none match must stay visible, or it could not be taken back.
        for key in selected {
            if values.iter().any(|v| v.key == *key) {
                continue;
            }
            let Some(n) = terms::find(self.db, kind, key)?.and_then(|n| u32::try_from(n).ok()) else { continue };
            let count = tally.get(n as usize).copied().unwrap_or_default();
            let label = columns.label(self.db, n)?;
            values.extend(label.map(|l| FacetValue { key: key.clone(), label: l.text.clone(), count }));
        }
        Ok(values)
    }

    /// The letter index of a search sorted by name.
    pub(super) fn letters(&self, query: &DirectoryQuery) -> rusqlite::Result<Vec<LetterStart>> {
        if query.sort != DirectorySort::Name {
            return Ok(Vec::new());
        }
        let columns = self.columns()?;
        let search = self.resolve(query)?;
        if query.favourites || query.recent {
            // A list of few needs no index.
            return Ok(Vec::new());
        }
        Ok(columns.letters(&self.sorted(&columns, &search, query)?))
    }

    /// Reads the columns and counts what is asked for first.
    pub(super) fn prepare(&self) -> rusqlite::Result<()> {
        self.columns()?;
        for letter in 'a'..='z' {
            let query = DirectoryQuery { text: letter.to_string(), ..DirectoryQuery::default() };
            self.count(Search::new(self.db, &query, self.own)?.all().as_deref())?;
        }
        Ok(())
    }

    /// How many favourites and recent contacts are listed.
    pub(super) fn acquainted(&self) -> rusqlite::Result<(u32, u32)> {
        let known = self.known()?;
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

/// How many match an expression; None matches all.
pub(super) fn count(db: &Connection, expression: Option<&str>) -> rusqlite::Result<u32> {
    match expression {
        None => db.prepare_cached("SELECT colleagues FROM state")?.query_row([], |row| row.get(0)),
        Some(expression) => db
            .prepare_cached("SELECT count(*) FROM colleague_index WHERE colleague_index MATCH ?1")?
            .query_row([expression], |row| row.get(0)),
    }
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
