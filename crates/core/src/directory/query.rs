//! What a search asks for: words, and what each may mean; selections in the facets.

use super::columns::Columns;
use super::common;
use super::contact;
use super::fold::{Typed, Word, query_words};
use super::grams::{Grams, Words};
use super::names::END;
use super::terms::{self, Kind};
use super::typos;
use consilium_api::directory::DirectoryQuery;
use rusqlite::Connection;
use std::collections::BTreeSet;

/// One of the facets of a search, in the order in which they are counted.
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
pub(super) struct Asked {
    /// The word; in a search for what is similar also words that differ by one letter.
    pub spellings: Vec<Word>,
    /// Hospitals, departments, …
    pub terms: Vec<u32>,
    /// With these digits a telephone number may begin or end.
    pub digits: Option<String>,
    /// Another for everything that finds others.
    pub key: String,
}

impl Asked {
    /// It finds nobody but by name.
    fn is_name_only(&self) -> bool {
        self.terms.is_empty() && self.digits.is_none()
    }
}

#[derive(Debug, Default)]
pub(super) struct Search {
    pub asked: Vec<Asked>,
    /// Whole names, with their end: one of the words, or some that follow each other.
    pub exact: Vec<String>,
    /// No word could match anything but a name.
    pub only_names: bool,
    pub my_hospital: bool,
    pub filters: Filters,
    pub similar: bool,
}

/// How well somebody matches: the whole name, a part of it, or what they share with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    Exact,
    Name,
    Rest,
}

/// Selections in the facets that have any: terms, or places in [`YES_NO`].
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Filters(Vec<(Facet, Vec<u32>)>);

impl Filters {
    pub(super) fn of(db: &Connection, query: &DirectoryQuery) -> rusqlite::Result<Self> {
        let mut filters = Self::default();
        for facet in Facet::ALL {
            let keys = facet.selected(query);
            if keys.is_empty() {
                continue;
            }
            let mut chosen = Vec::with_capacity(keys.len());
            for key in keys {
                chosen.extend(match facet.kind() {
                    Some(kind) => terms::find(db, kind, key)?.and_then(|n| u32::try_from(n).ok()),
                    None => (0..).zip(YES_NO).find(|(_, value)| value == key).map(|(at, _)| at),
                });
            }
            filters.0.push((facet, chosen));
        }
        Ok(filters)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Facet, &[u32])> {
        self.0.iter().map(|(facet, chosen)| (*facet, chosen.as_slice()))
    }
}

impl Search {
    pub(super) fn new(db: &Connection, columns: &Columns, query: &DirectoryQuery) -> rusqlite::Result<Self> {
        Self::build(db, columns, query, None)
    }

    /// The search for words that differ by one letter from those typed; None if no word is long enough for it, or nothing
    /// is spelled like that.
    pub(super) fn similar(
        db: &Connection,
        columns: &Columns,
        query: &DirectoryQuery,
    ) -> rusqlite::Result<Option<Self>> {
        if !query_words(&query.text).iter().any(|typed| typos::may_be_in(&typed.word)) {
            return Ok(None);
        }
        let grams = (Grams::read(db, Words::Names)?, Grams::read(db, Words::Terms)?);
        let search = Self::build(db, columns, query, Some(grams))?;
        Ok(search.asked.iter().any(|a| a.spellings.len() > 1).then_some(search))
    }

    fn build(
        db: &Connection,
        columns: &Columns,
        query: &DirectoryQuery,
        similar: Option<(Grams, Grams)>,
    ) -> rusqlite::Result<Self> {
        let typed = query_words(&query.text);
        let alone = typed.len() < 2;
        let mut asked = Vec::with_capacity(typed.len());
        for each in &typed {
            let mut spellings = vec![each.word.clone()];
            let mut found = matching_terms(db, columns, each, alone)?;
            if let Some((of_names, of_terms)) = &similar {
                for word in typos::of(&each.word) {
                    let is_term = of_terms.may_begin(&word.text);
                    let other = Typed { word, apart: true };
                    let terms = if is_term { matching_terms(db, columns, &other, alone)? } else { Vec::new() };
                    let is_name = of_names.may_begin(&other.word.text) && is_name(db, &other.word)?;
                    if is_name || !terms.is_empty() {
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
            let digits = each.digits().map(str::to_owned);
            let mut key = format!("{} {} {alone} {}", each.word.text, each.apart, similar.is_some());
            if digits.is_some() {
                // Contacts change apart from the directory.
                key = format!("{key} {}", contact::revision(db)?);
            }
            asked.push(Asked { spellings, terms: found, digits, key });
        }
        let words = asked.iter().flat_map(|a| &a.spellings);
        let exact: BTreeSet<String> = words
            // One letter is the whole name of nobody whom one would look for so.
            .filter(|w| w.han || w.text.chars().nth(1).is_some())
            .map(|w| w.text.clone())
            .chain(runs(&typed))
            .map(|name| format!("{name}{END}"))
            .collect();
        Ok(Self {
            only_names: asked.iter().all(Asked::is_name_only),
            exact: exact.into_iter().collect(),
            asked,
            my_hospital: query.my_hospital,
            filters: Filters::of(db, query)?,
            similar: similar.is_some(),
        })
    }

    pub(super) fn has_words(&self) -> bool {
        !self.asked.is_empty()
    }

    /// Whether only words of Han characters were typed.
    pub(super) fn is_han(&self) -> bool {
        self.has_words() && self.spellings().flatten().all(|word| word.han)
    }

    /// The words that may be marked in a name, in their order, each in all its spellings.
    pub(super) fn spellings(&self) -> impl Iterator<Item = &[Word]> {
        self.asked.iter().map(|a| a.spellings.as_slice())
    }

    /// Digits that were looked for in telephone numbers.
    pub(super) fn digits(&self) -> impl Iterator<Item = &str> {
        self.asked.iter().filter_map(|asked| asked.digits.as_deref())
    }
}

/// Words of a name that are looked at together; all that were typed are in any case.
const LONGEST_RUN: usize = 3;

/// What words that follow each other say together: of `zhang wei 心内` the first two are a name.
fn runs(typed: &[Typed]) -> impl Iterator<Item = String> {
    let joined = |words: &[Typed]| words.iter().map(|typed| typed.word.text.as_str()).collect();
    let whole = (typed.len() > LONGEST_RUN).then_some(typed);
    (2..=LONGEST_RUN).flat_map(|length| typed.windows(length)).chain(whole).map(joined)
}

/// Spellings one letter away that are looked for; hardly any word has as many that exist.
const MOST_SPELLINGS: usize = 40;

/// The expression of an index for words that begin like this. What is typed is reduced to letters and digits before, and
/// quoted, so that nothing of it is ever read as syntax.
pub(super) fn beginning(start: &str) -> String {
    format!("\"{start}\"*")
}

/// Whether a name has a form that begins like the word.
fn is_name(db: &Connection, word: &Word) -> rusqlite::Result<bool> {
    Ok(common::is_one(db, &word.text)?
        || db
            .prepare_cached("SELECT 1 FROM name_index WHERE name_index MATCH ?1 LIMIT 1")?
            .exists([beginning(&word.text)])?)
}

/// Letters of a word that may mean a title: `zhu` is a surname, and everybody has a title that begins so.
const SHORTEST_TITLE: usize = 4;

/// Hospitals, departments, … that a word finds. One letter means a name, and so does one Chinese character that is all
/// that was typed or is joined to other letters; with other words it may be a part of a hospital's name, but not of a
/// title's, where all have the same.
fn matching_terms(db: &Connection, columns: &Columns, typed: &Typed, alone: bool) -> rusqlite::Result<Vec<u32>> {
    let (text, han) = (typed.word.text.as_str(), typed.word.han);
    let one = text.chars().nth(1).is_none();
    if one && (alone || !han || !typed.apart) {
        return Ok(Vec::new());
    }
    let titles = if han { !one } else { text.len() >= SHORTEST_TITLE };
    let found: Vec<u32> = db
        .prepare_cached("SELECT rowid FROM term_index WHERE term_index MATCH ?1")?
        .query_map([beginning(text)], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut telling = columns.shared.telling(found);
    telling.retain(|term| titles || !columns.is_title(*term));
    Ok(telling)
}
