//! Who matches a search.

use super::bits::Bits;
use super::columns::Columns;
use super::common;
use super::contact_number;
use super::query::{Asked, Class, Search, beginning};
use super::search::Desk;
use rusqlite::Connection;
use std::sync::Arc;

#[derive(Debug)]
pub(super) struct Found {
    pub search: Search,
    /// Those who match the words, whatever is selected in the facets.
    pub words: Bits,
    pub all: Bits,
    /// Whose whole name it is, and whose name begins so; of everybody.
    exact: Bits,
    named: Bits,
    /// Who works at the viewer's hospital; of everybody.
    pub own: Bits,
}

/// Disjoint parts of the results that come one after the other.
#[derive(Debug)]
pub(super) struct Tier {
    pub class: Class,
    /// At the viewer's hospital.
    pub own: bool,
    pub bits: Bits,
}

impl Desk<'_> {
    pub(super) fn find(&self, columns: &Arc<Columns>, search: Search) -> rusqlite::Result<Found> {
        let own = columns.at_hospital(self.own);
        let mut words = columns.all();
        let (mut exact, mut named) = (columns.none(), columns.none());
        for asked in &search.asked {
            let (by_name, anyhow) = self.asked(columns, asked)?;
            named.join(&by_name);
            words.keep(&anyhow);
        }
        for name in &search.exact {
            let named_so = self.beginning(columns, name)?;
            exact.join(&named_so);
        }
        if search.my_hospital {
            // Without a hospital of one's own there are no colleagues in it.
            words.keep(&own);
        }
        let mut all = words.clone();
        for (facet, terms) in search.filters.iter() {
            all.keep(&columns.having(facet, terms, self.today));
        }
        Ok(Found { search, words, all, exact, named, own })
    }

    /// Whose name has the word, and who is found by it at all.
    fn asked(&self, columns: &Columns, asked: &Asked) -> rusqlite::Result<(Arc<Bits>, Arc<Bits>)> {
        let by_name = match asked.spellings.as_slice() {
            [one] => self.beginning(columns, &one.text)?,
            several => self.memory.words.get(self.state, &format!("{} by name", asked.key), || {
                let mut bits = columns.none();
                for word in several {
                    join_names(self.db, columns, &word.text, &mut bits)?;
                }
                Ok::<_, rusqlite::Error>(Arc::new(bits))
            })?,
        };
        if asked.terms.is_empty() && asked.digits.is_none() {
            return Ok((Arc::clone(&by_name), by_name));
        }
        let anyhow = self.memory.words.get(self.state, &asked.key, || {
            let mut bits = Bits::clone(&by_name);
            columns.join_terms(&asked.terms, &mut bits);
            if let Some(digits) = &asked.digits {
                let who = contact_number::who_has(self.db, digits)?.into_iter();
                who.filter_map(|n| columns.slot(u32::try_from(n).ok()?)).for_each(|slot| bits.insert(slot));
            }
            Ok::<_, rusqlite::Error>(Arc::new(bits))
        })?;
        Ok((by_name, anyhow))
    }

    /// Whose name has a word that begins like this.
    fn beginning(&self, columns: &Columns, start: &str) -> rusqlite::Result<Arc<Bits>> {
        self.memory.words.get(self.state, start, || {
            let mut bits = columns.none();
            join_names(self.db, columns, start, &mut bits)?;
            Ok(Arc::new(bits))
        })
    }
}

fn join_names(db: &Connection, columns: &Columns, start: &str, bits: &mut Bits) -> rusqlite::Result<()> {
    let mut here = columns.none();
    let add = |here: &mut Bits, practitioner: u32| {
        columns.slot(practitioner).into_iter().for_each(|slot| here.insert(slot));
    };
    if common::read(db, start, |practitioner| add(&mut here, practitioner))? {
        columns.correct_common(start, &mut here);
    } else {
        let mut statement = db.prepare_cached("SELECT rowid FROM name_index WHERE name_index MATCH ?1")?;
        let mut rows = statement.query([beginning(start)])?;
        while let Some(row) = rows.next()? {
            add(&mut here, row.get(0)?);
        }
    }
    bits.join(&here);
    Ok(())
}

impl Found {
    /// How well somebody matches who does.
    pub(super) fn class(&self, slot: u32) -> Class {
        if self.exact.has(slot) {
            Class::Exact
        } else if !self.search.only_names && self.named.has(slot) {
            Class::Name
        } else {
            Class::Rest
        }
    }

    /// Exact names, other names, the rest; in each the own hospital first, if there is one.
    pub(super) fn tiers(&self, by_hospital: bool) -> Vec<Tier> {
        let mut left = self.all.clone();
        let mut tiers = Vec::new();
        for (class, group) in [(Class::Exact, Some(&self.exact)), (Class::Name, Some(&self.named)), (Class::Rest, None)]
        {
            if class == Class::Name && self.search.only_names {
                continue;
            }
            let mut bits = left.clone();
            if let Some(group) = group {
                bits.keep(group);
                left.take_away(group);
            }
            if by_hospital {
                let mut own = bits.clone();
                own.keep(&self.own);
                bits.take_away(&self.own);
                tiers.push(Tier { class, own: true, bits: own });
            }
            tiers.push(Tier { class, own: false, bits });
        }
        tiers
    }
}
