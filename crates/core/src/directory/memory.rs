//! Answers kept until the directory changes.

use consilium_api::chat::Person;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

const MOST: usize = 4096;

/// People by account, also the accounts that are nobody's.
#[derive(Debug, Default)]
pub(super) struct People(Mutex<(u64, HashMap<String, Option<Person>>)>);

impl People {
    pub(super) fn get(&self, revision: u64, user_id: &str) -> Option<Option<Person>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 == revision { kept.1.get(user_id).cloned() } else { None }
    }

    /// `revision` is the one before the person was read.
    pub(super) fn put(&self, revision: u64, user_id: &str, person: Option<Person>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 > revision {
            return;
        }
        if kept.0 < revision || kept.1.len() >= MOST {
            *kept = (revision, HashMap::new());
        }
        kept.1.insert(user_id.to_owned(), person);
    }
}

/// How many match an expression, in one state of the database.
#[derive(Debug, Default)]
pub(super) struct Counts(Mutex<Kept>);

/// Generation and revision of the database, and the counts in it.
type Kept = ((u64, i64), HashMap<Option<String>, u32>);

impl Counts {
    pub(super) fn get<E>(
        &self,
        state: (u64, i64),
        expression: Option<&str>,
        count: impl FnOnce() -> Result<u32, E>,
    ) -> Result<u32, E> {
        let key = expression.map(str::to_owned);
        {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.0 != state || kept.1.len() >= MOST {
                *kept = (state, HashMap::new());
            }
            if let Some(n) = kept.1.get(&key) {
                return Ok(*n);
            }
        }
        let n = count()?;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 == state {
            kept.1.insert(key, n);
        }
        Ok(n)
    }
}
