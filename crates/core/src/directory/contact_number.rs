//! Telephone numbers by their beginnings and their ends: what a doctor remembers of a number, and what a telephone shows.
//!
//! An index of all parts of a million numbers would be as large as the names. Here each has a token for its last four
//! digits and one for its first seven; who these find are few enough to be looked at one by one.

use super::contact;
use super::fold::SHORTEST_NUMBER;
use rusqlite::Connection;

/// Digits at the beginning that find a number: an area code alone is that of tens of thousands.
const BEGINNING: usize = 7;

/// The digits of a number, and of its extension: `+86 599 555 0148 转 6217` is `5995550148` and `6217`. The code of the
/// country and the zero before that of the area are left out: who writes one may not be who types the other.
fn runs(number: &str) -> Vec<String> {
    let mut runs = vec![String::new()];
    for c in number.chars() {
        match (c, runs.last_mut()) {
            (c, Some(run)) if c.is_ascii_digit() => run.push(c),
            (' ' | '-' | '(' | ')' | '.' | '+' | '–' | '‐' | '‑' | '\u{a0}', _) => {}
            (_, Some(run)) if run.is_empty() => {}
            _ => runs.push(String::new()),
        }
    }
    let abroad = number.trim_start().starts_with('+');
    if let Some(first) = runs.first_mut() {
        let national = if abroad { first.strip_prefix("86") } else { first.strip_prefix("0086") };
        *first = without_zeros(national.unwrap_or(first)).to_owned();
    }
    runs.retain(|run| !run.is_empty());
    runs
}

fn without_zeros(digits: &str) -> &str {
    digits.trim_start_matches('0')
}

fn last_four(digits: &str) -> Option<&str> {
    digits.get(digits.len().checked_sub(SHORTEST_NUMBER)?..)
}

/// Tokens of a number as it is written.
pub(super) fn tokens(number: &str) -> Vec<String> {
    let runs = runs(number);
    let ends = runs.iter().filter_map(|run| last_four(run)).map(|end| format!("e{end}"));
    let beginning = runs.first().and_then(|run| run.get(..BEGINNING)).map(|digits| format!("b{digits}"));
    ends.chain(beginning).collect()
}

/// Whether a number as it is written begins or ends with these digits. A run that is shorter than what was typed
/// matches if it is the typed number without what people leave out.
pub(super) fn matches(number: &str, typed: &str) -> bool {
    let bare = without_zeros(typed);
    let runs = runs(number);
    let ends = runs.iter().any(|run| run.ends_with(typed) || (bare.len() >= SHORTEST_NUMBER && run.ends_with(bare)));
    ends || (bare.len() >= BEGINNING && runs.first().is_some_and(|run| run.starts_with(bare)))
}

/// Numbers of the practitioners, in their order, who have a telephone number that begins or ends so.
pub(super) fn who_has(db: &Connection, typed: &str) -> rusqlite::Result<Vec<i64>> {
    let Some(end) = last_four(typed) else { return Ok(Vec::new()) };
    let mut wanted = format!("\"e{end}\"");
    if let Some(beginning) = without_zeros(typed).get(..BEGINNING) {
        wanted.push_str(&format!(" OR \"b{beginning}\""));
    }
    let candidates: Vec<i64> = db
        .prepare_cached("SELECT rowid FROM contact_number WHERE contact_number MATCH ?1 ORDER BY rowid")?
        .query_map([wanted], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut found = Vec::new();
    for practitioner in candidates {
        if number_of(db, practitioner, typed)?.is_some() {
            found.push(practitioner);
        }
    }
    Ok(found)
}

/// The number of a practitioner that begins or ends so.
pub(super) fn number_of(db: &Connection, practitioner: i64, typed: &str) -> rusqlite::Result<Option<String>> {
    Ok(contact::numbers(db, practitioner)?.into_iter().find(|number| matches(number, typed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_known_by_its_beginning_and_its_end_however_it_is_written() {
        for number in ["0599-555-0148 转 6217", "+86 (599) 555 0148 ext. 6217", "0086 599 5550148 x6217"] {
            assert_eq!(runs(number), ["5995550148", "6217"], "{number}");
            for typed in ["0148", "5550148", "05995550148", "5995550148", "05995550", "59955501", "6217"] {
                assert!(matches(number, typed), "{number}: {typed}");
                let found_by = tokens(number);
                let ends = found_by.contains(&format!("e{}", last_four(typed).unwrap()));
                let begins = without_zeros(typed).get(..BEGINNING).map(|digits| format!("b{digits}"));
                assert!(ends || begins.is_some_and(|token| found_by.contains(&token)), "{number}: {typed}");
            }
            for typed in ["0599", "0599555", "5501", "0147", "05995550149", "50148621", "62170"] {
                assert!(!matches(number, typed), "{number}: {typed}");
            }
        }
        assert_eq!(runs("139-5550-0142"), ["13955500142"]);
        assert_eq!(runs("0591-555-0120/0121"), ["5915550120", "0121"]);
        assert!(runs("ask at the gate").is_empty() && tokens("12").is_empty());
    }
}
