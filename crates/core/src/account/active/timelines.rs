//! The timelines of the conversations that somebody watches: one of each.

use super::{Active, lock};
use crate::chat;
use consilium_api::{Error, ErrorCode, Result};
use matrix_sdk::ruma::{EventId, OwnedRoomId, RoomId};
use matrix_sdk::{Room, RoomState};
use matrix_sdk_ui::timeline::{EventTimelineItem, RoomExt, Timeline, TimelineItem};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex as StdMutex, Weak};
use std::time::Duration;
use tokio::sync::Mutex;

/// How long a timeline that is opened anew may take to get as far back as the one before: what nobody else can open
/// meanwhile, nor write into.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Default)]
pub(super) struct Timelines {
    open: StdMutex<HashMap<OwnedRoomId, Arc<Mutex<Weak<Timeline>>>>>,
    /// How many were opened so far.
    opened: AtomicU64,
    /// What messages are called on the screen that were there before theirs was opened anew: by their event, by their
    /// transaction while they are not sent, and by what a timeline calls them.
    names: StdMutex<HashMap<OwnedRoomId, HashMap<String, String>>>,
}

impl Active {
    /// Whether somebody watches the timeline of this conversation.
    pub(crate) fn is_open(&self, room: &RoomId) -> bool {
        // One that is locked is being opened.
        let open = lock(&self.timelines.open);
        open.get(room).is_some_and(|slot| slot.try_lock().map_or(true, |open| open.strong_count() > 0))
    }

    /// Waits while the timeline of a conversation is being opened: the SDK then asks the queue both for what is in it and for
    /// what comes, and would show twice what is queued in that moment (0.18).
    pub(crate) async fn until_opened(&self, room: &RoomId) {
        let slot = lock(&self.timelines.open).get(room).cloned();
        if let Some(slot) = slot {
            drop(slot.lock().await);
        }
    }

    /// The timeline of a conversation: one for all who watch it.
    pub(crate) async fn timeline(&self, room_id: &str) -> Result<Arc<Timeline>> {
        let room = chat::room(self, room_id)?;
        // One conversation may take long to open: the others do not wait for it.
        let slot = self.slot(&room);
        let mut slot = slot.lock().await;
        if let Some(timeline) = slot.upgrade() {
            return Ok(timeline);
        }
        let timeline = self.built(&room).await?;
        *slot = Arc::downgrade(&timeline);
        drop(slot);
        // Receipts and more history come for subscribed rooms alone; asking replaces the earlier ones.
        let open: Vec<_> = {
            let mut timelines = lock(&self.timelines.open);
            // One that is locked is being opened.
            timelines.retain(|_, slot| slot.try_lock().map_or(true, |timeline| timeline.strong_count() > 0));
            timelines.keys().cloned().collect()
        };
        lock(&self.timelines.names).retain(|room, _| open.contains(room));
        // Of one that was left nothing more comes.
        let is_joined =
            |id: &&OwnedRoomId| self.client.get_room(id).is_some_and(|room| room.state() == RoomState::Joined);
        let open: Vec<&RoomId> = open.iter().filter(is_joined).map(|id| id.as_ref()).collect();
        self.sync.room_list_service().subscribe_to_rooms(&open).await;
        Ok(timeline)
    }

    /// The timeline that stands in the place of a damaged one, as far back as this event if it is loaded; opened if nobody
    /// did so yet. Whoever watches the damaged one hears of it as of any change of the conversation.
    pub(crate) async fn reopened_timeline(
        &self,
        damaged: &Arc<Timeline>,
        oldest: Option<&EventId>,
    ) -> Result<Arc<Timeline>> {
        let room = damaged.room();
        let slot = self.slot(room);
        let mut slot = slot.lock().await;
        if let Some(timeline) = slot.upgrade().filter(|timeline| !Arc::ptr_eq(timeline, damaged)) {
            return Ok(timeline);
        }
        tracing::info!("the list of a conversation was damaged and is opened anew");
        let timeline = self.built(room).await?;
        load_back_to(&timeline, oldest).await;
        *slot = Arc::downgrade(&timeline);
        drop(slot);
        let _ = self.refresh_conversation.send(room.room_id().to_owned());
        Ok(timeline)
    }

    /// Its items begin to count anew: none may bear the id of another that is still on a screen.
    async fn built(&self, room: &Room) -> Result<Arc<Timeline>> {
        let opened = self.timelines.opened.fetch_add(1, Ordering::Relaxed);
        let building = room.timeline_builder().with_internal_id_prefix(format!("{opened}-")).build();
        building.await.map(Arc::new).map_err(|_| not_opened())
    }

    /// Has messages be called as they are, whatever timeline they stand in from now on.
    pub(crate) fn keep_names<'a>(&self, room: &RoomId, items: impl Iterator<Item = (&'a TimelineItem, &'a str)>) {
        let mut names = lock(&self.timelines.names);
        let names = names.entry(room.to_owned()).or_default();
        for (item, name) in items {
            for key in lasting_keys(item) {
                names.entry(key).or_insert_with(|| name.to_owned());
            }
        }
    }

    /// What an item is called on the screen: as before, if it was there before its timeline was opened anew.
    pub(crate) fn name(&self, room: &RoomId, item: &TimelineItem) -> String {
        let own = &item.unique_id().0;
        let mut names = lock(&self.timelines.names);
        let kept = names.get_mut(room).and_then(|names| {
            let kept = names.get(own).or_else(|| lasting_keys(item).find_map(|key| names.get(&key))).cloned()?;
            // Also when it is sent, and no longer what it was in the queue.
            names.insert(own.clone(), kept.clone());
            Some(kept)
        });
        kept.unwrap_or_else(|| own.clone())
    }

    /// By what a timeline may know the item that is called so on the screen, or that has this event.
    pub(crate) fn known_by(&self, room: &RoomId, name: &str) -> Vec<String> {
        let names = lock(&self.timelines.names);
        let kept = names.get(room).into_iter().flatten().filter(|(_, kept)| *kept == name).map(|(key, _)| key.clone());
        kept.chain([name.to_owned()]).collect()
    }

    fn slot(&self, room: &Room) -> Arc<Mutex<Weak<Timeline>>> {
        lock(&self.timelines.open).entry(room.room_id().to_owned()).or_default().clone()
    }
}

/// A timeline shows the last events at first, of all that the cache has loaded.
async fn load_back_to(timeline: &Timeline, oldest: Option<&EventId>) {
    let Some(oldest) = oldest else { return };
    let loaded = timeline.items().await;
    let (shown, _) = timeline.subscribe().await;
    let is_oldest = |item: &Arc<TimelineItem>| item.as_event().and_then(|event| event.event_id()) == Some(oldest);
    let mut from = loaded.iter().position(is_oldest).unwrap_or(0);
    // With the day above it, and the beginning of the conversation.
    while from > 0 && loaded.get(from - 1).is_some_and(|item| item.as_virtual().is_some()) {
        from -= 1;
    }
    let missing = loaded.len().saturating_sub(shown.len()).saturating_sub(from);
    if missing > 0 {
        let missing = u16::try_from(missing).unwrap_or(u16::MAX);
        // What cannot be had is loaded when the reader gets there.
        let _ = tokio::time::timeout(PATIENCE, timeline.paginate_backwards(missing)).await;
    }
}

/// What an item can be recognized by in another timeline: its event, its transaction.
fn lasting_keys(item: &TimelineItem) -> impl Iterator<Item = String> {
    let event = item.as_event();
    let id = event.and_then(EventTimelineItem::event_id).map(ToString::to_string);
    let transaction = event.and_then(EventTimelineItem::transaction_id).map(ToString::to_string);
    [id, transaction].into_iter().flatten()
}

fn not_opened() -> Error {
    Error::new(ErrorCode::Internal, "the timeline could not be opened")
}
