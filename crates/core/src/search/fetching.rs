//! Older messages, fetched while nobody needs the network.
//!
//! Through the SDK's event cache, so that what is found can be read where it stands, offline too. The cache holds what it
//! loads of a room in memory, and shows it in the conversation if that is open: of an open one, and of one that is too long
//! for it, the homeserver is asked directly, from the latest message on.

use super::filling::{changes_of, closes, count_again, ground, recency, time_of};
use super::index::Reach;
use super::{Batch, MessageIndex, Run};
use crate::account::{Active, http_error};
use consilium_api::ErrorCode;
use consilium_api::account::Link;
use matrix_sdk::Room;
use matrix_sdk::deserialized_responses::TimelineEvent;
use matrix_sdk::event_cache::{EventCacheError, RoomEventCache};
use matrix_sdk::room::MessagesOptions;
use matrix_sdk::ruma::OwnedRoomId;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// What is on this machine comes first.
const AFTER_START: Duration = Duration::from_secs(5);
/// Events asked for at once, and the pause between two requests.
const PAGE: u16 = 100;
const BETWEEN: Duration = Duration::from_millis(150);
/// Events of one room that the SDK is let to hold in memory.
const MOST_IN_MEMORY: usize = 10_000;
/// Answers without an event after which a room is left alone.
const MOST_EMPTY: usize = 20;
/// How long to wait where there is nothing to do, and after something happened.
const IDLE: Duration = Duration::from_secs(10);
const SETTLED: Duration = Duration::from_secs(1);
/// First and longest pause after a failure.
const RETRY: (Duration, Duration) = (Duration::from_secs(4), Duration::from_secs(300));

impl MessageIndex {
    /// Whether the event cache loads older messages of this room for the index.
    pub(super) fn is_fetching(&self, room: &str) -> bool {
        self.inner.fetching.lock().unwrap_or_else(PoisonError::into_inner).as_deref() == Some(room)
    }

    fn set_fetching(&self, room: Option<&str>) {
        *self.inner.fetching.lock().unwrap_or_else(PoisonError::into_inner) = room.map(str::to_owned);
    }
}

/// Fetches older messages, one conversation after the other, the latest first, while there is a network.
pub(crate) async fn backfill(active: Arc<Active>) {
    let index = active.search.clone();
    // Rooms of which no more can be had, and those that are too long for the event cache.
    let (mut done, mut long) = (HashSet::new(), HashSet::new());
    let mut gaps = 0;
    let mut pause = RETRY.0;
    let mut changes = index.changes();
    tokio::time::sleep(AFTER_START).await;
    loop {
        active.online().await;
        if !index.inner.prepared.load(Ordering::Acquire) {
            tokio::time::sleep(SETTLED).await;
            continue;
        }
        // Where something was missed, there is something to fetch again.
        let now = index.inner.gaps.load(Ordering::Acquire);
        if std::mem::replace(&mut gaps, now) != now {
            done.clear();
        }
        let next = next_room(&active, &done).await;
        if index.inner.exhausted.swap(next.is_none(), Ordering::AcqRel) != next.is_none() {
            index.changed();
        }
        let Some(room) = next else {
            let _ = tokio::time::timeout(IDLE, changes.changed()).await;
            tokio::time::sleep(SETTLED).await;
            continue;
        };
        let id = room.room_id().to_owned();
        let outcome = Fetch { active: &active, room: &room }.run(long.contains(&id)).await;
        match outcome {
            Ok(Outcome::Whole | Outcome::Interrupted) => pause = RETRY.0,
            Ok(Outcome::TooLong) => drop(long.insert(id)),
            // The homeserver does not give it out.
            Ok(Outcome::NoMore) | Err(Failure::Lasting) => drop(done.insert(id)),
            Err(Failure::Passing(wait)) => {
                match wait {
                    Some(wait) => tokio::time::sleep(wait.max(pause)).await,
                    None => active.pause(pause).await,
                }
                pause = (pause * 2).min(RETRY.1);
            }
        }
    }
}

/// The next room to fetch older messages of: those that are open come last.
async fn next_room(active: &Active, done: &HashSet<OwnedRoomId>) -> Option<Room> {
    let known: HashMap<String, bool> = active.search.rooms().await.ok()?.into_iter().collect();
    let mut rooms = active.readable_rooms();
    rooms.retain(|room| known.get(room.room_id().as_str()) == Some(&false) && !done.contains(room.room_id()));
    rooms.sort_by_key(|room| std::cmp::Reverse(recency(room)));
    let mut open = None;
    for room in rooms {
        if !active.is_open(room.room_id()) {
            return Some(room);
        }
        open = open.or(Some(room));
    }
    open
}

enum Outcome {
    /// All of it is here.
    Whole,
    /// The SDK would hold too much of it in memory.
    TooLong,
    NoMore,
    /// Somebody opened the conversation, or the network is gone.
    Interrupted,
}

enum Failure {
    /// After this time, if the homeserver names one.
    Passing(Option<Duration>),
    Lasting,
}

type Fetched = std::result::Result<Outcome, Failure>;

struct Fetch<'a> {
    active: &'a Active,
    room: &'a Room,
}

impl Fetch<'_> {
    async fn run(&self, long: bool) -> Fetched {
        let (cache, _keep) = self.room.event_cache().await.map_err(|_| Failure::Lasting)?;
        if long || self.active.is_open(self.room.room_id()) {
            return self.directly(&cache).await;
        }
        let index = &self.active.search;
        index.set_fetching(Some(self.room.room_id().as_str()));
        let outcome = self.through(&cache).await;
        index.set_fetching(None);
        outcome
    }

    /// Has the event cache load what is older.
    async fn through(&self, cache: &RoomEventCache) -> Fetched {
        // As long as somebody is subscribed the SDK keeps what it loads, and gives the memory back then.
        let (_, _subscriber) = cache.subscribe().await.map_err(|_| Failure::Lasting)?;
        let pagination = cache.pagination();
        let (mut loaded, mut empty) = (0, 0);
        while empty < MOST_EMPTY {
            if self.active.link() != Link::Online || self.active.is_open(self.room.room_id()) {
                return Ok(Outcome::Interrupted);
            }
            if loaded > MOST_IN_MEMORY {
                return Ok(Outcome::TooLong);
            }
            let gaps = self.gaps();
            let outcome = pagination.run_backwards_once(PAGE).await.map_err(|error| cache_failure(&error))?;
            loaded += outcome.events.len();
            empty = if outcome.events.is_empty() { empty + 1 } else { 0 };
            if self.take(cache, gaps, outcome.events, outcome.reached_start).await?.complete {
                return Ok(Outcome::Whole);
            }
            tokio::time::sleep(BETWEEN).await;
        }
        Ok(Outcome::NoMore)
    }

    /// Asks the homeserver for all of it.
    async fn directly(&self, cache: &RoomEventCache) -> Fetched {
        let gaps = self.gaps();
        let mut from: Option<String> = None;
        loop {
            if self.active.link() != Link::Online || self.gaps() != gaps {
                return Ok(Outcome::Interrupted);
            }
            let mut options = MessagesOptions::backward().from(from.as_deref());
            options.limit = PAGE.into();
            let page = self.room.messages(options).await.map_err(|error| failure(&error))?;
            let is_first = page.end.is_none();
            if self.take(cache, gaps, page.chunk, is_first).await?.complete {
                return Ok(Outcome::Whole);
            }
            if is_first {
                return Ok(Outcome::NoMore);
            }
            from = page.end;
            tokio::time::sleep(BETWEEN).await;
        }
    }

    fn gaps(&self) -> u64 {
        self.active.search.inner.gaps.load(Ordering::Acquire)
    }

    /// Takes in a page of events, the latest first.
    async fn take(
        &self,
        cache: &RoomEventCache,
        gaps: u64,
        latest_first: Vec<TimelineEvent>,
        from_start: bool,
    ) -> std::result::Result<Reach, Failure> {
        let (index, room) = (&self.active.search, self.room.room_id().as_str());
        let events: Vec<TimelineEvent> = latest_first.into_iter().rev().collect();
        let reach = index.reach(room).await.map_err(|_| Failure::Passing(None))?;
        let (changes, begins) = changes_of(events.iter().collect(), cache, &ground(self.room)).await;
        let batch = Batch {
            run: Run::Older { gaps },
            changes,
            // The room may begin with what was here already.
            since: events.first().and_then(time_of).or(reach.since),
            last: None,
            closes: closes(&reach, &events),
            from_start: from_start || begins,
        };
        let reach = index.take(room, batch).await.map_err(|_| Failure::Passing(None))?;
        count_again(self.active, self.room);
        Ok(reach)
    }
}

fn cache_failure(error: &EventCacheError) -> Failure {
    match error {
        EventCacheError::PaginationError(error) => failure(error),
        _ => Failure::Passing(None),
    }
}

/// Whether it may succeed later.
fn failure(error: &matrix_sdk::Error) -> Failure {
    let matrix_sdk::Error::Http(error) = error else { return Failure::Passing(None) };
    let error = http_error(error);
    match error.code {
        ErrorCode::RateLimited => {
            let seconds = error.details.and_then(|details| details.retry_after_seconds);
            Failure::Passing(seconds.map(|seconds| Duration::from_secs(seconds.into())))
        }
        ErrorCode::WrongState | ErrorCode::NotFound => Failure::Lasting,
        _ => Failure::Passing(None),
    }
}
