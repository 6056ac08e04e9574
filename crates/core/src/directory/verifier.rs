//! Who vouched for a colleague. The feed names verifier and organisation as they sign, in one script; most of them are
//! in the directory themselves, which has both.

use super::fold::letters;
use super::names::END;
use super::terms::Kind;
use consilium_api::account::Name;
use consilium_api::directory::Text;
use consilium_registry_api::form::is_han;
use rusqlite::{Connection, params};

/// The two names as far as the directory has them; what it does not know, or knows more than one of, stays as it is.
pub(super) fn in_both_scripts(db: &Connection, name: &str, organization: &str) -> rusqlite::Result<(Name, Text)> {
    let known: Vec<(i64, Text)> = db
        .prepare_cached("SELECT n, zh, en FROM term WHERE kind = ?1 AND ?2 <> '' AND (zh = ?2 OR en = ?2)")?
        .query_map(params![Kind::Organization as i64, organization], |row| {
            Ok((row.get(0)?, Text { zh: row.get(1)?, en: row.get(2)? }))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let mut people = Vec::new();
    let whole_name = format!("\"{}{END}\"", letters(name));
    for (n, _) in known.iter().filter(|_| !name.is_empty()) {
        let mut found = db.prepare_cached(
            "SELECT DISTINCT p.han, p.latin FROM name_index JOIN practitioner p ON p.n = name_index.rowid
             WHERE name_index MATCH ?3 AND (p.han = ?2 OR p.latin = ?2) AND (p.organization = ?1 OR EXISTS (
                 SELECT 1 FROM further_role r WHERE r.n BETWEEN p.n << 6 AND p.n << 6 | 63 AND r.organization = ?1))",
        )?;
        let found =
            found.query_map(params![n, name, whole_name], |row| Ok(Name { han: row.get(0)?, latin: row.get(1)? }))?;
        for person in found {
            people.push(person?);
        }
    }
    let han = |text: &str| text.chars().any(is_han);
    let as_signed =
        |text: &str| if han(text) { (text.to_owned(), String::new()) } else { (String::new(), text.to_owned()) };
    let name = only(people).unwrap_or_else(|| {
        let (han, latin) = as_signed(name);
        Name { han, latin }
    });
    // One that somebody entered by hand is called the same in one script, and has no name in the other.
    let in_both = known.iter().map(|(_, text)| text).filter(|text| !text.zh.is_empty() && !text.en.is_empty());
    let organization = only(in_both).cloned().unwrap_or_else(|| {
        let (zh, en) = as_signed(organization);
        Text { zh, en }
    });
    Ok((name, organization))
}

/// What all of them are, if they are the same.
fn only<T: PartialEq>(all: impl IntoIterator<Item = T>) -> Option<T> {
    let mut all = all.into_iter();
    let first = all.next()?;
    all.all(|other| other == first).then_some(first)
}
