//! What a sync left out. Of a conversation that nobody has open it brings the latest event alone; what came between that and
//! the one that was looked at last is loaded through the SDK's event cache, which finds keys that come late and has the
//! conversation whole then.

use matrix_sdk::Room;
use matrix_sdk::deserialized_responses::TimelineEvent;
use matrix_sdk::ruma::{EventId, OwnedEventId, OwnedRoomId};
use std::time::Duration;
use tokio::time::Instant;

/// How long it may take: what is to be told waits for it.
const PATIENCE: Duration = Duration::from_secs(3);
/// Events loaded at once, and in all: a notification that stands for more says no more.
const PAGE: u16 = 20;
const MOST: usize = 60;
/// The event cache takes in the same sync beside us.
const SOON: Duration = Duration::from_millis(50);

/// Events that were missing.
#[derive(Debug)]
pub(super) struct Filled {
    pub room: OwnedRoomId,
    /// The event that stands after them.
    pub before: OwnedEventId,
    /// Oldest first.
    pub events: Vec<TimelineEvent>,
    pub asked_at: Instant,
}

/// What stands between two events of a room, as far as it can be had soon.
pub(super) async fn fill(room: Room, last: OwnedEventId, before: OwnedEventId) -> Filled {
    let asked_at = Instant::now();
    let loaded = tokio::time::timeout(PATIENCE, between(&room, &last, &before)).await;
    let events = loaded.ok().flatten().unwrap_or_default();
    Filled { room: room.room_id().to_owned(), before, events, asked_at }
}

async fn between(room: &Room, last: &EventId, before: &EventId) -> Option<Vec<TimelineEvent>> {
    let (cache, _keep) = room.event_cache().await.ok()?;
    // As long as somebody is subscribed the SDK keeps what it loads, and gives the memory back then.
    let (_, _subscriber) = cache.subscribe().await.ok()?;
    let mut whole = false;
    loop {
        let events = cache.events().await.ok()?;
        let position = |wanted: &EventId| events.iter().rposition(|event| event.event_id().as_deref() == Some(wanted));
        let Some(end) = position(before) else {
            tokio::time::sleep(SOON).await;
            continue;
        };
        let begin = position(last).map_or(0, |at| at + 1);
        if begin > 0 || whole || end >= MOST {
            let begin = begin.min(end).max(end.saturating_sub(MOST));
            return Some(events[begin..end].to_vec());
        }
        whole = cache.pagination().run_backwards_once(PAGE).await.ok()?.reached_start;
    }
}
