//! Filling a directory in which nothing ever was.
//!
//! What [`super::store`] and [`super::search::index`] would have written resource by resource is written here many rows
//! at a time, and in the order in which the database keeps it: what is sorted by words and codes at the end, and indexes
//! over whole tables once these are full. The tables are the same afterwards, in one transaction.

use super::kind::Kind;
use super::prepared::{Known, Prepared};
use super::search::text;
use super::sorted::Sorted;
use crate::clock::Millis;
use crate::database::schema::{
    changes, codes, entries, organizations, practitioners, resources, roles, suffixes, words,
};
use crate::database::{Connection, deferred, on_either};
use crate::problem::Problem;
use anyhow::Context as _;
use diesel::prelude::*;
use sha2::{Digest as _, Sha256};
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// Rows of one statement. A statement has at most 32,766 values (SQLite, 3.32.0).
const ROWS: usize = 500;

#[derive(Insertable)]
#[diesel(table_name = resources, treat_none_as_default_value = false)]
struct ResourceRow<'a> {
    type_: &'static str,
    id: &'a str,
    version: i64,
    seq: i64,
    deleted: bool,
    changed_at: Millis,
    digest: &'a [u8],
    body: &'a str,
}

#[derive(Insertable)]
#[diesel(table_name = changes, treat_none_as_default_value = false)]
struct ChangeRow<'a> {
    seq: i64,
    type_: &'static str,
    id: &'a str,
    version: i64,
    op: &'static str,
    at: Millis,
}

#[derive(Insertable)]
#[diesel(table_name = organizations, treat_none_as_default_value = false)]
struct OrganizationRow<'a> {
    id: &'a str,
    name: &'a str,
    city: &'a str,
}

#[derive(Insertable)]
#[diesel(table_name = practitioners, treat_none_as_default_value = false)]
struct PractitionerRow<'a> {
    id: &'a str,
    han_name: &'a str,
    latin_name: &'a str,
    latin_key: &'a str,
}

#[derive(Insertable)]
#[diesel(table_name = roles, treat_none_as_default_value = false)]
struct RoleRow<'a> {
    id: &'a str,
    practitioner_id: &'a str,
    organization_id: &'a str,
}

#[derive(Insertable)]
#[diesel(table_name = entries, treat_none_as_default_value = false)]
struct EntryRow<'a> {
    key: i64,
    kind: i16,
    id: &'a str,
    changed_at: Millis,
    active: i16,
    name: &'a str,
    family: &'a str,
    given: &'a str,
    city: &'a str,
    sort_name: &'a str,
    practitioner: i64,
    organization: i64,
}

#[derive(Insertable)]
#[diesel(table_name = words, treat_none_as_default_value = false)]
struct WordRow {
    word: String,
    key: i64,
    field: i16,
    spelt: String,
}

#[derive(Insertable)]
#[diesel(table_name = codes, treat_none_as_default_value = false)]
struct CodeRow {
    param: i16,
    value: String,
    key: i64,
}

#[derive(Insertable)]
#[diesel(table_name = suffixes, treat_none_as_default_value = false)]
struct SuffixRow {
    suffix: String,
    word: String,
}

macro_rules! insert {
    ($c:expr, $table:expr, $rows:expr) => {
        if !$rows.is_empty() {
            let insert = diesel::insert_into($table).values($rows);
            on_either!($c, |c| insert.execute(c))?;
        }
    };
}

/// A text by which something is found again: that two share one will not happen.
pub fn mark(parts: &[&str]) -> u128 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    mark_of_digest(&hash.finalize())
}

/// The beginning of a digest.
pub fn mark_of_digest(digest: &[u8]) -> u128 {
    digest.iter().take(16).fold(0, |mark, byte| mark << 8 | u128::from(*byte))
}

/// An import into an empty directory that is under way.
#[derive(Debug)]
pub struct Load {
    now: Millis,
    /// The last number of the change log, and the last key of the index.
    last: i64,
    keys: HashMap<u128, i64>,
    words: Sorted,
    codes: Sorted,
    suffixes: Sorted,
    /// Words whose suffixes are there.
    spelt: HashSet<u128>,
    later: deferred::Indexes,
}

impl Load {
    /// None if there is, or was, something in the directory. What has to be sorted is put into files of this folder.
    pub fn begin(c: &mut Connection, folder: &Path, now: Millis) -> anyhow::Result<Option<Self>> {
        if changes::table.select(changes::seq).first::<i64>(c).optional()?.is_some() {
            return Ok(None);
        }
        let tables = ["changes", "entries", "organizations", "practitioners", "resources", "roles"];
        Ok(Some(Self {
            now,
            last: 0,
            keys: HashMap::new(),
            words: Sorted::new(folder),
            codes: Sorted::new(folder),
            suffixes: Sorted::new(folder),
            spelt: HashSet::new(),
            later: deferred::Indexes::take(c, &tables)?,
        }))
    }

    /// Writes resources, each of which comes once, and after what it refers to.
    pub fn put(&mut self, c: &mut Connection, resources: &mut [Prepared]) -> anyhow::Result<()> {
        resources.chunks_mut(ROWS).try_for_each(|some| self.put_some(c, some))
    }

    fn put_some(&mut self, c: &mut Connection, some: &mut [Prepared]) -> anyhow::Result<()> {
        let now = self.now;
        let bodies = some.iter_mut().map(|one| one.body(1, now)).collect::<Result<Vec<_>, Problem>>()?;
        let first = self.last + 1;
        let numbered = || (first..).zip(some.iter());
        let changed: Vec<ChangeRow<'_>> = numbered()
            .map(|(seq, one)| ChangeRow { seq, type_: one.kind.name(), id: &one.id, version: 1, op: "create", at: now })
            .collect();
        insert!(c, changes::table, &changed);
        let latest: Vec<ResourceRow<'_>> = numbered()
            .zip(&bodies)
            .map(|((seq, one), body)| ResourceRow {
                type_: one.kind.name(),
                id: &one.id,
                version: 1,
                seq,
                deleted: false,
                changed_at: now,
                digest: &one.digest,
                body,
            })
            .collect();
        insert!(c, resources::table, &latest);

        let (mut hospitals, mut people, mut posts) = (Vec::new(), Vec::new(), Vec::new());
        for one in some.iter() {
            let id = one.id.as_str();
            match &one.known {
                Known::Organization { name, city } => hospitals.push(OrganizationRow { id, name, city }),
                Known::Practitioner { han_name, latin_name, latin_key } => {
                    people.push(PractitionerRow { id, han_name, latin_name, latin_key });
                }
                Known::Role { practitioner, organization } => {
                    posts.push(RoleRow { id, practitioner_id: practitioner, organization_id: organization });
                }
            }
        }
        insert!(c, organizations::table, &hospitals);
        insert!(c, practitioners::table, &people);
        insert!(c, roles::table, &posts);

        let mut found = Vec::with_capacity(some.len());
        for (key, one) in numbered() {
            // A role is referred to by nothing.
            if !matches!(one.known, Known::Role { .. }) {
                self.keys.insert(mark(&[one.kind.name(), &one.id]), key);
            }
            let key_of = |kind: Kind, id: &Option<String>| match id {
                Some(id) => self.keys.get(&mark(&[kind.name(), id])).copied().unwrap_or(0),
                None => 0,
            };
            let terms = &one.terms;
            found.push(EntryRow {
                key,
                kind: one.kind.number(),
                id: &one.id,
                changed_at: now,
                active: terms.active,
                name: &terms.name,
                family: &terms.family,
                given: &terms.given,
                city: &terms.city,
                sort_name: &terms.sort_name,
                practitioner: key_of(Kind::Practitioner, &terms.practitioner),
                organization: key_of(Kind::Organization, &terms.organization),
            });
        }
        insert!(c, entries::table, &found);
        for (key, one) in numbered() {
            self.sort(key, one)?;
        }
        self.last += some.len() as i64;
        Ok(())
    }

    fn sort(&mut self, key: i64, one: &Prepared) -> anyhow::Result<()> {
        let key = key.to_be_bytes();
        for word in &one.terms.words {
            let field = u8::try_from(word.of.number())?;
            // No word has a control character, so the order of these bytes is that of the table's rows.
            self.words.push(&[word.word.as_bytes(), &[0], &key, &[field], word.spelt.as_bytes()])?;
            // As the index has it: what is typed within a text of several words begins within one of them.
            if !word.word.contains(' ') && self.spelt.insert(mark(&[&word.word])) {
                let mut kept: Vec<&str> = text::suffixes(&word.word).collect();
                kept.sort_unstable();
                kept.dedup();
                for suffix in kept {
                    self.suffixes.push(&[suffix.as_bytes(), &[0], word.word.as_bytes()])?;
                }
            }
        }
        for (param, value) in &one.terms.codes {
            self.codes.push(&[&[u8::try_from(param.number())?], value.as_bytes(), &[0], &key])?;
        }
        Ok(())
    }

    /// Completes the index. Without this the transaction must not be committed.
    pub fn finish(self, c: &mut Connection) -> anyhow::Result<()> {
        let mut rows = Vec::with_capacity(ROWS);
        self.suffixes.each(|record| {
            let (suffix, word) = halves(record)?;
            rows.push(SuffixRow { suffix: string(suffix)?, word: string(word)? });
            if rows.len() == ROWS {
                insert!(c, suffixes::table, &rows);
                rows.clear();
            }
            Ok(())
        })?;
        insert!(c, suffixes::table, &rows);

        let mut rows = Vec::with_capacity(ROWS);
        self.words.each(|record| {
            let (word, rest) = halves(record)?;
            let (key, rest) = rest.split_first_chunk().context("a record is cut")?;
            let (field, spelt) = rest.split_first().context("a record is cut")?;
            let (word, spelt) = (string(word)?, string(spelt)?);
            rows.push(WordRow { word, key: i64::from_be_bytes(*key), field: i16::from(*field), spelt });
            if rows.len() == ROWS {
                insert!(c, words::table, &rows);
                rows.clear();
            }
            Ok(())
        })?;
        insert!(c, words::table, &rows);

        let mut rows = Vec::with_capacity(ROWS);
        self.codes.each(|record| {
            let (param, rest) = record.split_first().context("a record is cut")?;
            let (value, key) = rest.split_last_chunk().context("a record is cut")?;
            let value = value.strip_suffix(&[0]).context("a record is cut")?;
            rows.push(CodeRow { param: i16::from(*param), value: string(value)?, key: i64::from_be_bytes(*key) });
            if rows.len() == ROWS {
                insert!(c, codes::table, &rows);
                rows.clear();
            }
            Ok(())
        })?;
        insert!(c, codes::table, &rows);
        self.later.make(c)?;
        deferred::continue_after(c, self.last)
    }
}

/// What is before the first zero byte of a record, and what is after it.
fn halves(record: &[u8]) -> anyhow::Result<(&[u8], &[u8])> {
    let at = record.iter().position(|byte| *byte == 0).context("a record is cut")?;
    Ok((&record[..at], &record[at + 1..]))
}

fn string(bytes: &[u8]) -> anyhow::Result<String> {
    Ok(std::str::from_utf8(bytes)?.to_owned())
}
