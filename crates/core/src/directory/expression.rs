//! A search as expressions of the index.

use super::fold::{Typed, Word, query_words};
use super::names::END;
use super::terms::{self, Kind};
use super::typos;
use consilium_api::directory::DirectoryQuery;
use rusqlite::{Connection, OptionalExtension};
use std::collections::{BTreeSet, HashSet};

/// One of the facets of a search, in the order in which [`super::columns`] has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Facet {
    Departments,
    Organizations,
    Titles,
    Cities,
    Verified,
    Joined,
}

impl Facet {
    pub(super) const ALL: [Self; 6] =
        [Self::Departments, Self::Organizations, Self::Titles, Self::Cities, Self::Verified, Self::Joined];

    /// The kind of its terms; none if its values are `yes` and `no`.
    pub(super) fn kind(self) -> Option<Kind> {
        match self {
            Self::Departments => Some(Kind::Department),
            Self::Organizations => Some(Kind::Organization),
            Self::Titles => Some(Kind::Title),
            Self::Cities => Some(Kind::City),
            Self::Verified | Self::Joined => None,
        }
    }

    pub(super) fn selected(self, query: &DirectoryQuery) -> &[String] {
        match self {
            Self::Departments => &query.departments,
            Self::Organizations => &query.organizations,
            Self::Titles => &query.titles,
            Self::Cities => &query.cities,
            Self::Verified => &query.verified,
            Self::Joined => &query.joined,
        }
    }
}

/// Values of the facets `verified` and `joined`.
pub(super) const YES_NO: [&str; 2] = ["yes", "no"];

/// What a word of a search finds.
#[derive(Debug)]
struct Asked {
    /// The word; in a search for what is similar also words that differ by one letter.
    spellings: Vec<Word>,
    /// Hospitals, departments, …
    terms: Vec<i64>,
    /// Runs of four digits that a telephone number must have.
    phone: Vec<String>,
}

/// A search. Its expressions are FTS5's; tokens are quoted, and made of letters, digits and private-use characters
/// alone, so nothing that a person types is ever read as syntax.
#[derive(Debug)]
pub(super) struct Search {
    asked: Vec<Asked>,
    /// Tokens of whole names: one of the words, or all of them together.
    exact: Vec<String>,
    /// No word could match anything but a name.
    only_names: bool,
    /// Term of the viewer's hospital.
    own: Option<i64>,
    my_hospital: bool,
    /// Tokens of the values selected in each facet that restricts.
    filters: Vec<Vec<String>>,
    pub similar: bool,
}

/// How well somebody matches: the whole name, a part of it, or what they share with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    Exact,
    Name,
    Rest,
}

/// Disjoint parts of the results that come one after the other.
#[derive(Debug)]
pub(super) struct Tier {
    pub class: Class,
    /// At the viewer's hospital.
    pub own: bool,
    pub expression: String,
}

/// The tokens of one colleague.
#[derive(Debug)]
pub(super) struct Tokens(BTreeSet<String>);

impl Tokens {
    pub(super) fn new(tokens: BTreeSet<String>) -> Self {
        Self(tokens)
    }

    fn has(&self, token: &str) -> bool {
        self.0.contains(token)
    }

    fn begins(&self, start: &str) -> bool {
        self.0
            .range::<str, _>((std::ops::Bound::Included(start), std::ops::Bound::Unbounded))
            .next()
            .is_some_and(|t| t.starts_with(start))
    }
}

impl Search {
    /// `own` is the term of the viewer's hospital.
    pub(super) fn new(db: &Connection, query: &DirectoryQuery, own: Option<i64>) -> rusqlite::Result<Self> {
        Self::build(db, query, own, false)
    }

    /// The search for words that differ by one letter from those typed; None if no word is long enough for it, or nothing
    /// is spelled like that.
    pub(super) fn similar(db: &Connection, query: &DirectoryQuery, own: Option<i64>) -> rusqlite::Result<Option<Self>> {
        let search = Self::build(db, query, own, true)?;
        Ok(search.asked.iter().any(|a| a.spellings.len() > 1).then_some(search))
    }

    fn build(db: &Connection, query: &DirectoryQuery, own: Option<i64>, similar: bool) -> rusqlite::Result<Self> {
        let typed = query_words(&query.text);
        let alone = typed.len() < 2;
        let mut asked = Vec::with_capacity(typed.len());
        for each in &typed {
            let mut spellings = vec![each.word.clone()];
            let mut found = matching_terms(db, each, alone)?;
            if similar {
                for word in typos::of(&each.word) {
                    let other = Typed { word, apart: true };
                    let terms = matching_terms(db, &other, alone)?;
                    if !terms.is_empty() || is_name(db, &other.word)? {
                        found.extend(terms);
                        spellings.push(other.word);
                    }
                    if spellings.len() > MOST_SPELLINGS {
                        break;
                    }
                }
                found.sort_unstable();
                found.dedup();
            }
            let phone = each.digits().map(terms::phone_tokens).unwrap_or_default().into_iter().collect();
            asked.push(Asked { spellings, terms: found, phone });
        }
        let whole: String = typed.iter().map(|t| t.word.text.as_str()).collect();
        let words = asked.iter().flat_map(|a| &a.spellings);
        let exact: BTreeSet<String> = words
            // One letter is the whole name of nobody whom one would look for so.
            .filter(|w| w.han || w.text.chars().nth(1).is_some())
            .map(|w| w.text.clone())
            .chain((typed.len() > 1).then_some(whole))
            .map(|name| format!("{name}{END}"))
            .collect();

        let mut filters = Vec::new();
        for facet in Facet::ALL {
            let keys = facet.selected(query);
            if keys.is_empty() {
                continue;
            }
            let mut tokens = Vec::with_capacity(keys.len());
            for key in keys {
                // Term 0 is nobody's, and so is a state that is neither.
                tokens.push(match facet.kind() {
                    Some(kind) => terms::token(terms::find(db, kind, key)?.unwrap_or(0)),
                    None => {
                        let states = if facet == Facet::Verified { terms::VERIFIED } else { terms::JOINED };
                        let state = YES_NO.iter().position(|value| value == key).and_then(|at| states.get(at));
                        state.map_or_else(|| terms::token(0), |token| (*token).to_owned())
                    }
                });
            }
            filters.push(tokens);
        }
        Ok(Self {
            only_names: asked.iter().all(|a| a.terms.is_empty() && a.phone.is_empty()),
            exact: exact.into_iter().collect(),
            asked,
            own,
            my_hospital: query.my_hospital,
            filters,
            similar,
        })
    }

    pub(super) fn has_words(&self) -> bool {
        !self.asked.is_empty()
    }

    /// The words that may be marked in a name, in their order, each in all its spellings.
    pub(super) fn spellings(&self) -> impl Iterator<Item = &[Word]> {
        self.asked.iter().map(|a| a.spellings.as_slice())
    }

    /// Digits that were looked for in telephone numbers.
    pub(super) fn digits(&self) -> impl Iterator<Item = &str> {
        self.asked.iter().filter(|a| !a.phone.is_empty()).filter_map(|a| a.spellings.first()).map(|w| w.text.as_str())
    }

    /// All that match; None if nothing restricts the search.
    pub(super) fn all(&self) -> Option<String> {
        let filters = self.filters.iter().map(|tokens| any(tokens.iter().map(|t| quoted(t))));
        and(self.base_parts().into_iter().chain(filters).collect())
    }

    /// All that match when the selections of the facets are left out.
    pub(super) fn base(&self) -> Option<String> {
        and(self.base_parts())
    }

    fn base_parts(&self) -> Vec<String> {
        let mut parts: Vec<String> = self.asked.iter().map(Asked::expression).collect();
        if self.my_hospital {
            // Without a hospital of one's own there are no colleagues in it.
            parts.push(quoted(&terms::token(self.own.unwrap_or(0))));
        }
        parts
    }

    /// Exact names, other names, the rest; in each the own hospital first. Within a tier the order is by rowid.
    pub(super) fn tiers(&self) -> Vec<Tier> {
        let Some(all) = self.all() else { return Vec::new() };
        let exact = (!self.exact.is_empty()).then(|| any(self.exact.iter().map(|t| quoted(t))));
        let by_name = (!self.only_names).then(|| any(self.asked.iter().flat_map(Asked::names)));
        let mut groups = Vec::new();
        let mut taken: Vec<String> = Vec::new();
        for (class, group) in [(Class::Exact, exact), (Class::Name, by_name)] {
            if let Some(group) = group {
                // The rarer first: the others are then only looked at where it is.
                groups.push((class, except(&format!("{group} AND ({all})"), &taken)));
                taken.push(group);
            }
        }
        groups.push((Class::Rest, except(&format!("({all})"), &taken)));
        let own = self.own.filter(|_| self.has_words() && !self.my_hospital).map(|n| quoted(&terms::token(n)));
        groups
            .into_iter()
            .flat_map(|(class, expression)| match &own {
                None => vec![Tier { class, own: false, expression }],
                Some(own) => vec![
                    Tier { class, own: true, expression: format!("{own} AND ({expression})") },
                    Tier { class, own: false, expression: format!("({expression}) NOT {own}") },
                ],
            })
            .collect()
    }

    /// Whether the colleague with these tokens is among the results: what [`Search::all`] says, for one.
    pub(super) fn matches(&self, tokens: &Tokens) -> bool {
        self.asked.iter().all(|a| a.matches(tokens))
            && (!self.my_hospital || self.is_own(tokens))
            && self.filters.iter().all(|values| values.iter().any(|t| tokens.has(t)))
    }

    /// In which tiers somebody who matches is.
    pub(super) fn class(&self, tokens: &Tokens) -> Class {
        if self.exact.iter().any(|t| tokens.has(t)) {
            Class::Exact
        } else if !self.only_names && self.asked.iter().flat_map(|a| &a.spellings).any(|w| tokens.begins(&w.text)) {
            Class::Name
        } else {
            Class::Rest
        }
    }

    /// Whether they work at the viewer's hospital.
    pub(super) fn is_own(&self, tokens: &Tokens) -> bool {
        self.own.is_some_and(|n| tokens.has(&terms::token(n)))
    }
}

impl Asked {
    fn names(&self) -> impl Iterator<Item = String> {
        self.spellings.iter().map(|w| format!("\"{}\"*", w.text))
    }

    fn expression(&self) -> String {
        let phone = and(self.phone.iter().map(|t| quoted(t)).collect()).map(|all| format!("({all})"));
        any(self.names().chain(self.terms.iter().map(|n| quoted(&terms::token(*n)))).chain(phone))
    }

    fn matches(&self, tokens: &Tokens) -> bool {
        self.spellings.iter().any(|w| tokens.begins(&w.text))
            || self.terms.iter().any(|n| tokens.has(&terms::token(*n)))
            || (!self.phone.is_empty() && self.phone.iter().all(|t| tokens.has(t)))
    }
}

fn except(expression: &str, taken: &[String]) -> String {
    match taken {
        [] => expression.to_owned(),
        some => format!("({expression}) NOT ({})", some.join(" OR ")),
    }
}

fn and(parts: Vec<String>) -> Option<String> {
    (!parts.is_empty()).then(|| parts.join(" AND "))
}

fn any(expressions: impl IntoIterator<Item = String>) -> String {
    format!("({})", expressions.into_iter().collect::<Vec<_>>().join(" OR "))
}

fn quoted(token: &str) -> String {
    format!("\"{token}\"")
}

/// Spellings one letter away that are looked for; hardly any word has as many that exist.
const MOST_SPELLINGS: usize = 40;

/// Whether a name has a form that begins like the word.
fn is_name(db: &Connection, word: &Word) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM colleague_index WHERE colleague_index MATCH ?1 LIMIT 1")?
        .exists([format!("\"{}\"*", word.text)])
}

/// Letters of a word that may mean a title: `zhu` is a surname, and everybody has a title that begins so.
const SHORTEST_TITLE: usize = 4;

/// Hospitals, departments, … that a word finds. One letter means a name, and so does one Chinese character that is all
/// that was typed or is joined to other letters; with other words it may be a part of a hospital's name, but not of a
/// title's, where all have the same.
fn matching_terms(db: &Connection, typed: &Typed, alone: bool) -> rusqlite::Result<Vec<i64>> {
    let (text, han) = (typed.word.text.as_str(), typed.word.han);
    let one = text.chars().nth(1).is_none();
    if one && (alone || !han || !typed.apart) {
        return Ok(Vec::new());
    }
    let titles = if han { !one } else { text.len() >= SHORTEST_TITLE };
    let found: HashSet<i64> = db
        .prepare_cached("SELECT rowid FROM term_index WHERE term_index MATCH ?1")?
        .query_map([format!("\"{text}\"*")], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut known = db.prepare_cached(
        "SELECT t.kind, o.city, o.part_zh, o.part_en FROM term t LEFT JOIN organization o ON o.n = t.n WHERE t.n = ?1",
    )?;
    let mut telling = Vec::with_capacity(found.len());
    for n in &found {
        let term: Option<(i64, [Option<i64>; 3])> =
            known.query_row([n], |row| Ok((row.get(0)?, [row.get(1)?, row.get(2)?, row.get(3)?]))).optional()?;
        let Some((kind, shared)) = term else { continue };
        // A city, or what the names of hospitals have in common, brings its hospitals with it, whose names begin like it:
        // alone it says the same with one token instead of hundreds.
        let said = shared.into_iter().flatten().any(|term| found.contains(&term));
        if !said && (titles || kind != Kind::Title as i64) {
            telling.push(*n);
        }
    }
    telling.sort_unstable();
    Ok(telling)
}
