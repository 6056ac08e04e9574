//! Answers kept until the directory changes.

use consilium_api::chat::Person;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

const MOST: usize = 1024;

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

/// What was worked out in one state of the database, which is its generation and revision.
#[derive(Debug)]
pub(super) struct Answers<T>(Mutex<Kept<T>>);

type Kept<T> = (State, HashMap<String, T>);

impl<T> Default for Answers<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Answers<T> {
    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.clear();
    }

    /// The answer to `question`, from memory or by `work`.
    pub(super) fn get<E>(&self, state: State, question: &str, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.0 != state || kept.1.len() >= MOST {
                *kept = (state, HashMap::new());
            }
            if let Some(answer) = kept.1.get(question) {
                return Ok(answer.clone());
            }
        }
        let answer = work()?;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 == state {
            kept.1.insert(question.to_owned(), answer.clone());
        }
        Ok(answer)
    }
}

/// The latest `N` answers of those that are large.
#[derive(Debug)]
pub(super) struct Few<T, const N: usize = 4>(Mutex<(State, VecDeque<(String, T)>)>);

/// Generation and revision of the database.
pub(super) type State = (u64, i64);

impl<T, const N: usize> Default for Few<T, N> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone, const N: usize> Few<T, N> {
    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.clear();
    }

    /// The answer to `question`, from memory or by `work`. Who asks the same meanwhile waits for it.
    pub(super) fn get<E>(&self, state: State, question: &str, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 != state {
            *kept = (state, VecDeque::new());
        }
        let known = kept.1.iter().position(|(asked, _)| asked == question);
        if let Some(found) = known.and_then(|at| kept.1.remove(at)) {
            let answer = found.1.clone();
            kept.1.push_back(found);
            return Ok(answer);
        }
        let answer = work()?;
        if kept.1.len() >= N {
            kept.1.pop_front();
        }
        kept.1.push_back((question.to_owned(), answer.clone()));
        Ok(answer)
    }
}
