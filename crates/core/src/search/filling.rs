//! Where the index comes from: the SDK's event cache, as it is synced, decrypted, edited and recalled. What is older than
//! that comes through `fetching`.
//!
//! What the cache holds of a room in memory is one run without gaps that ends with the latest event. Its end moves with the
//! sync, its beginning when older messages are loaded; only what is new at either end is looked at. What happens to single
//! events in between is told by events of their own (edits, recalls) or by the SDK's decryption.

use super::events::{Ground, Seen, look};
use super::index::{Change, Reach};
use super::{Batch, MessageIndex, Run};
use crate::account::Active;
use consilium_api::Result;
use futures::{StreamExt, pin_mut};
use matrix_sdk::deserialized_responses::TimelineEvent;
use matrix_sdk::event_cache::{RedecryptorReport, RoomEventCache};
use matrix_sdk::latest_events::LatestEventValue;
use matrix_sdk::ruma::{EventId, OwnedEventId, OwnedRoomId, RoomId};
use matrix_sdk::{BaseRoom, Room, RoomState};
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;

/// The window comes first.
const AFTER_START: Duration = Duration::from_secs(2);
/// Events of a room that are tried again when there may be keys.
const MOST_RETRIED: usize = 500;

/// Keeps the index current while somebody is signed in.
pub(crate) async fn fill(active: Arc<Active>) {
    let cache = active.client.event_cache();
    if cache.subscribe().is_err() {
        return;
    }
    let mut updates = cache.subscribe_to_room_generic_updates();
    let reports = cache.subscribe_to_decryption_reports();
    pin_mut!(reports);
    let mut filler = Filler { active: active.clone(), fronts: HashMap::new() };
    let mut rooms = Queue::default();
    let start = tokio::time::sleep(AFTER_START);
    pin_mut!(start);
    let mut started = false;
    loop {
        tokio::select! {
            biased;
            update = updates.recv() => match update {
                Ok(update) if started => filler.take(&update.room_id).await,
                // Every room is looked at in a moment.
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => rooms.add_all(&active),
                Err(RecvError::Closed) => return,
            },
            report = reports.next() => match report {
                Some(Ok(RedecryptorReport::ResolvedUtds { room_id, events })) => {
                    filler.healed(&room_id, &events).await;
                }
                // There may be keys for what nobody looks at, too.
                Some(Ok(RedecryptorReport::BackupAvailable)) => filler.retry_all(true).await,
                Some(Ok(RedecryptorReport::Lagging) | Err(_)) => filler.retry_all(false).await,
                None => return,
            },
            () = &mut start, if !started => {
                started = true;
                rooms.add_all(&active);
                filler.forget_left().await;
                filler.retry_all(false).await;
            }
            () = active.search.inner.begun_anew.notified() => {
                filler.fronts.clear();
                rooms.add_all(&active);
            }
            room = rooms.next(), if started => match room {
                Some(room) => filler.take(&room).await,
                None => {
                    if !active.search.inner.prepared.swap(true, Ordering::AcqRel) {
                        active.search.changed();
                    }
                    rooms.rest = true;
                }
            },
        }
    }
}

/// Rooms to look at, each once.
#[derive(Default)]
struct Queue {
    rooms: VecDeque<OwnedRoomId>,
    /// It was told that there are no more.
    rest: bool,
}

impl Queue {
    fn add_all(&mut self, active: &Active) {
        let mut rooms = active.readable_rooms();
        rooms.sort_by_key(|room| std::cmp::Reverse(recency(room)));
        self.rooms = rooms.iter().map(|room| room.room_id().to_owned()).collect();
        self.rest = false;
    }

    /// The next room; none once when there is none any more.
    async fn next(&mut self) -> Option<OwnedRoomId> {
        if self.rest {
            return std::future::pending().await;
        }
        // What comes in meanwhile goes first.
        tokio::task::yield_now().await;
        self.rooms.pop_front()
    }
}

pub(super) fn recency(room: &Room) -> u64 {
    room.recency_stamp().map_or(0, u64::from)
}

pub(super) fn ground(room: &Room) -> Ground {
    let redaction = room.clone_info().room_version_rules_or_default().redaction;
    Ground { redaction, encrypted: room.encryption_state().is_encrypted() }
}

pub(super) fn time_of(event: &TimelineEvent) -> Option<i64> {
    event.timestamp_raw().and_then(|at| i64::try_from(u64::from(at.get())).ok())
}

fn id_of(event: &TimelineEvent) -> Option<String> {
    event.event_id().map(|id| id.to_string())
}

/// What these events mean, and whether the room begins with one of them.
pub(super) async fn changes_of(
    events: Vec<&TimelineEvent>,
    cache: &RoomEventCache,
    ground: &Ground,
) -> (Vec<Change>, bool) {
    let (mut changes, mut from_start) = (Vec::new(), false);
    for event in events {
        match look(event, ground) {
            Seen::Change(change) => changes.push(change),
            Seen::Recall { event } => changes.extend(recalled(event, cache, ground).await),
            Seen::Beginning => from_start = true,
            Seen::Nothing => {}
        }
    }
    (changes, from_start)
}

/// What became of an event that somebody asked to be recalled: as in the conversation, the SDK decides.
async fn recalled(target: String, cache: &RoomEventCache, ground: &Ground) -> Option<Change> {
    let id = EventId::parse(&target).ok()?;
    match cache.find_event(&id).await {
        Ok(Some(event)) => match look(&event, ground) {
            Seen::Change(gone @ Change::Gone { .. }) => Some(gone),
            _ => None,
        },
        _ => Some(Change::Gone { event: target }),
    }
}

struct Filler {
    active: Arc<Active>,
    /// The first event of each room that was looked at in this run of the program.
    fronts: HashMap<OwnedRoomId, String>,
}

impl Filler {
    fn index(&self) -> &MessageIndex {
        &self.active.search
    }

    /// Looks at what is new in a room.
    async fn take(&mut self, room_id: &RoomId) {
        if let Err(error) = self.try_take(room_id).await {
            // It is looked at again when something happens in it, and at the next start.
            tracing::warn!(code = ?error.code, "a room was not taken into the index");
        }
    }

    async fn try_take(&mut self, room_id: &RoomId) -> Result<()> {
        let Some(room) = self.active.client.get_room(room_id).filter(|room| !room.is_space()) else { return Ok(()) };
        if room.state() != RoomState::Joined && !self.active.is_kept(room_id) {
            self.fronts.remove(room_id);
            return self.index().forget_room(room_id.as_str()).await;
        }
        let Ok((cache, _keep)) = room.event_cache().await else { return Ok(()) };
        let events = cache.events().await.unwrap_or_default();
        let (Some(first), Some(last)) = (events.first(), events.last()) else { return Ok(()) };
        let reach = self.index().reach(room_id.as_str()).await?;
        let head = reach.head.as_deref();
        let at_head = head.and_then(|head| events.iter().rposition(|event| id_of(event).as_deref() == Some(head)));
        // What comes while older messages are fetched is looked at there.
        let is_fetched = self.index().is_fetching(room_id.as_str());
        let front = self.fronts.get(room_id);
        let new_at_front = match (at_head, front) {
            (None, _) => events.len(),
            _ if is_fetched => 0,
            (Some(at), Some(front)) => {
                events.iter().position(|event| id_of(event).as_ref() == Some(front)).unwrap_or(at + 1)
            }
            (Some(_), None) if reach.complete => 0,
            (Some(at), None) => at + 1,
        };
        if is_fetched {
            self.fronts.remove(room_id);
        } else if let Some(front) = id_of(first) {
            self.fronts.insert(room_id.to_owned(), front);
        }
        let new_at_end = at_head.map_or(events.len(), |at| at + 1).max(new_at_front);
        let new = events.iter().take(new_at_front).chain(events.iter().skip(new_at_end)).collect();
        let (changes, from_start) = changes_of(new, &cache, &ground(&room)).await;
        if changes.is_empty() && !from_start && new_at_front == 0 && new_at_end == events.len() {
            return Ok(());
        }
        let batch = Batch {
            run: Run::Latest { follows: head.is_none() || at_head.is_some() },
            changes,
            // What is loaded for the index itself counts when it is in it.
            since: if is_fetched { reach.since } else { time_of(first) },
            last: id_of(last),
            closes: closes(&reach, &events),
            from_start,
        };
        self.index().take(room_id.as_str(), batch).await?;
        count_again(&self.active, &room);
        Ok(())
    }

    /// Takes in what can be read now.
    async fn healed(&self, room_id: &RoomId, events: &BTreeSet<OwnedEventId>) {
        let Some(room) = self.active.client.get_room(room_id) else { return };
        let Ok((cache, _keep)) = room.event_cache().await else { return };
        let mut readable = Vec::new();
        for event in events {
            readable.extend(cache.find_event(event).await.ok().flatten());
        }
        self.keep_readable(&room, &cache, &readable).await;
    }

    async fn keep_readable(&self, room: &Room, cache: &RoomEventCache, events: &[TimelineEvent]) {
        let readable = events.iter().filter(|event| !event.kind.is_utd()).collect();
        let (changes, _) = changes_of(readable, cache, &ground(room)).await;
        if changes.is_empty() {
            return;
        }
        if let Err(error) = self.index().take(room.room_id().as_str(), Batch::within(changes)).await {
            tracing::warn!(code = ?error.code, "decrypted messages were not taken into the index");
        } else {
            count_again(&self.active, room);
        }
    }

    /// Looks again at what could not be read; if asked to, has the SDK fetch its keys from the backup.
    async fn retry_all(&self, fetch_keys: bool) {
        for room in self.active.readable_rooms() {
            let waiting = self.index().undecryptable(room.room_id().as_str(), MOST_RETRIED).await.unwrap_or_default();
            if waiting.is_empty() {
                continue;
            }
            let Ok((cache, _keep)) = room.event_cache().await else { continue };
            let mut events = Vec::new();
            for id in waiting.iter().filter_map(|id| EventId::parse(id).ok()) {
                let Some(event) = cache.find_event(&id).await.ok().flatten() else { continue };
                if fetch_keys && event.kind.is_utd() {
                    // The SDK asks the backup for the key of what it could not decrypt.
                    events.extend(room.decrypt_event(event.raw().cast_ref_unchecked(), None).await.ok());
                } else {
                    events.push(event);
                }
            }
            self.keep_readable(&room, &cache, &events).await;
        }
    }

    /// Forgets rooms that were left while nobody looked, but for those that are kept.
    async fn forget_left(&self) {
        let readable: HashSet<String> =
            self.active.readable_rooms().iter().map(|room| room.room_id().to_string()).collect();
        for (room, _) in self.index().rooms().await.unwrap_or_default() {
            if !readable.contains(&room)
                && let Err(error) = self.index().forget_room(&room).await
            {
                tracing::warn!(code = ?error.code, "a room that was left is still in the index");
            }
        }
    }
}

/// Has the row of a conversation say how much of it is unread, now that more of it is here; and its last message, where the row
/// takes that from here.
pub(super) fn count_again(active: &Active, room: &Room) {
    let is_told = match BaseRoom::latest_event(room) {
        LatestEventValue::None | LatestEventValue::RemoteInvite { .. } => false,
        LatestEventValue::Remote(event) => {
            event.raw().get_field::<String>("type").ok().flatten().is_none_or(|kind| kind != "m.room.member")
        }
        _ => true,
    };
    if room.num_unread_messages() > 0 || !is_told {
        let _ = active.refresh_conversation.send(room.room_id().to_owned());
    }
}

/// Whether what was here before a gap is reached.
pub(super) fn closes(reach: &Reach, events: &[TimelineEvent]) -> bool {
    reach.older.as_ref().is_some_and(|(head, ..)| events.iter().any(|event| id_of(event).as_ref() == Some(head)))
}
