//! A search as expressions of the index.

use super::fold::{Word, query_words};
use super::names::END;
use super::terms::{self, Kind};
use consilium_api::directory::DirectoryQuery;
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashSet;

/// One of the facets of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Facet {
    Departments,
    Organizations,
    Titles,
    Cities,
}

/// FTS5 expressions of a search. Tokens are quoted, and made of letters, digits and private-use characters alone, so
/// nothing that a person types is ever read as syntax.
#[derive(Debug)]
pub(super) struct Search {
    pub words: Vec<Word>,
    /// One for each word: it matches the name, the hospital, …
    matches: Vec<String>,
    /// A word is the name, or all words together are.
    exact: Option<String>,
    /// A word matches the name. None if no word could match anything else.
    by_name: Option<String>,
    own: Option<String>,
    filters: Vec<(Option<Facet>, String)>,
}

impl Search {
    /// `own` is the term of the viewer's hospital.
    pub(super) fn new(db: &Connection, query: &DirectoryQuery, own: Option<i64>) -> rusqlite::Result<Self> {
        let words = query_words(&query.text);
        let mut matches = Vec::new();
        let mut names = Vec::new();
        let mut only_names = true;
        for word in &words {
            let name = format!("\"{}\"*", word.text);
            let shared = matching_terms(db, word)?;
            only_names &= shared.is_empty();
            matches.push(any(std::iter::once(name.clone()).chain(shared.into_iter().map(quoted_term))));
            names.push(name);
        }
        let whole: String = words.iter().map(|w| w.text.as_str()).collect();
        let mut candidates: Vec<&str> = words.iter().map(|w| w.text.as_str()).chain([whole.as_str()]).collect();
        candidates.retain(|c| c.chars().nth(1).is_some());
        candidates.dedup();
        let exact = (!candidates.is_empty()).then(|| any(candidates.iter().map(|c| format!("\"{c}{END}\""))));

        let mut filters = Vec::new();
        if query.my_hospital {
            // Without a hospital of one's own there are no colleagues in it: term 0 is nobody's.
            filters.push((None, quoted_term(own.unwrap_or(0))));
        }
        for (facet, kind, keys) in [
            (Facet::Departments, Kind::Department, &query.departments),
            (Facet::Organizations, Kind::Organization, &query.organizations),
            (Facet::Titles, Kind::Title, &query.titles),
            (Facet::Cities, Kind::City, &query.cities),
        ] {
            if !keys.is_empty() {
                let numbers: Vec<i64> = keys
                    .iter()
                    .map(|key| Ok(terms::find(db, kind, key)?.unwrap_or(0)))
                    .collect::<rusqlite::Result<_>>()?;
                filters.push((Some(facet), any(numbers.into_iter().map(quoted_term))));
            }
        }
        Ok(Self {
            matches,
            exact,
            by_name: (!only_names).then(|| any(names)),
            own: own.filter(|_| !words.is_empty()).map(quoted_term),
            words,
            filters,
        })
    }

    /// All that match; None if nothing restricts the search.
    pub(super) fn all(&self) -> Option<String> {
        self.without(None)
    }

    /// All that match when the selection of `facet` is left out.
    pub(super) fn without(&self, facet: Option<Facet>) -> Option<String> {
        let filters = self.filters.iter().filter(|(f, _)| f.is_none() || *f != facet).map(|(_, e)| e);
        let parts: Vec<&str> = self.matches.iter().chain(filters).map(String::as_str).collect();
        (!parts.is_empty()).then(|| parts.join(" AND "))
    }

    /// Disjoint expressions whose matches, one after the other and each by rowid, are the results in their order: exact
    /// names, other names, the rest; in each the own hospital first.
    pub(super) fn tiers(&self) -> Vec<String> {
        let Some(all) = self.all() else { return Vec::new() };
        let mut tiers = Vec::new();
        let mut taken: Vec<&str> = Vec::new();
        for group in [self.exact.as_deref(), self.by_name.as_deref()].into_iter().flatten() {
            tiers.push(except(&format!("({all}) AND {group}"), &taken));
            taken.push(group);
        }
        tiers.push(except(&format!("({all})"), &taken));
        match &self.own {
            None => tiers,
            Some(own) => {
                tiers.iter().flat_map(|tier| [format!("({tier}) AND {own}"), format!("({tier}) NOT {own}")]).collect()
            }
        }
    }
}

fn except(expression: &str, taken: &[&str]) -> String {
    match taken {
        [] => expression.to_owned(),
        some => format!("({expression}) NOT ({})", some.join(" OR ")),
    }
}

fn any(expressions: impl IntoIterator<Item = String>) -> String {
    format!("({})", expressions.into_iter().collect::<Vec<_>>().join(" OR "))
}

fn quoted_term(n: i64) -> String {
    format!("\"{}\"", terms::token(n))
}

/// Hospitals, departments, … that a word finds. One character is too little: it means a name.
fn matching_terms(db: &Connection, word: &Word) -> rusqlite::Result<Vec<i64>> {
    if word.text.chars().nth(1).is_none() {
        return Ok(Vec::new());
    }
    let found: HashSet<i64> = db
        .prepare_cached("SELECT rowid FROM term_index WHERE term_index MATCH ?1")?
        .query_map([format!("\"{}\"*", word.text)], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    // A city brings its hospitals with it, whose names begin like it: the city alone says the same with one token.
    let mut city = db.prepare_cached("SELECT city FROM organization WHERE n = ?1")?;
    let mut telling = Vec::with_capacity(found.len());
    for n in &found {
        let city: Option<i64> = city.query_row([n], |row| row.get(0)).optional()?.flatten();
        if city.is_none_or(|city| !found.contains(&city)) {
            telling.push(*n);
        }
    }
    telling.sort_unstable();
    Ok(telling)
}
