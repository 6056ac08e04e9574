//! What happens in a conversation, as one stream: to its items, in its queue, and that somebody looked at it.
//!
//! The SDK's cache tells of what the queue has sent and of what a sync brings without an order between the two (0.18, 0.19:
//! it lets go of its lock before it tells). Its timeline names events by their place in the cache: told in the wrong order,
//! it has an event twice, all places after that are off by one, and the next removal takes away another message. Whoever
//! finds the list damaged has it opened anew.

use super::{Entry, Mirror, Quotes, Waiting, attached};
use crate::account::Active;
use crate::chat::content::instant;
use crate::chat::threads::Scope;
use crate::driven::driven;
use consilium_api::chat::{Backwards, TimelineItem, TimelineUpdate};
use consilium_api::{ListOp, ListUpdate, Result};
use eyeball_im::VectorDiff;
use futures::stream::BoxStream;
use futures::{StreamExt, stream};
use matrix_sdk::event_cache::PaginationStatus;
use matrix_sdk::ruma::{EventId, OwnedEventId};
use matrix_sdk::send_queue::RoomSendQueueUpdate;
use matrix_sdk_ui::timeline::{EventTimelineItem, Timeline, TimelineItem as SdkItem};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio_stream::wrappers::BroadcastStream;

/// What the cache holds already and has not told of; a list opened meanwhile would hear of it once more.
const UNTOLD: Duration = Duration::from_millis(100);
/// A list that has something twice each time is shown with the last of it alone, until the next change.
const ATTEMPTS: u32 = 3;

/// An item of the list, and what it is called on the screen.
type Kept = (Arc<SdkItem>, String);

enum Happened {
    Items(Vec<VectorDiff<Arc<SdkItem>>>),
    /// None if some of it was missed.
    Queue(Option<Box<RoomSendQueueUpdate>>),
    /// Somebody looked at it, or at one of its threads; or another found the list damaged.
    Looked,
    Backwards(PaginationStatus),
}

/// Everything that happens in the conversation or in one of its threads from now on; starts with how far
/// it was read and the items there are.
pub(crate) async fn updates(
    active: Arc<Active>,
    room_id: &str,
    scope: Scope,
) -> Result<BoxStream<'static, TimelineUpdate>> {
    let timeline = active.timeline(room_id).await?;
    let read = match scope {
        Scope::Conversation => active.read_up_to(timeline.room()).await,
        Scope::Thread(_) => None,
    };
    let read = TimelineUpdate::ReadUpTo { at: read.map(instant) };
    let stopped = active.stopped();
    let mut mirror = Mirror::new(active, timeline.clone(), scope);
    let mut happening = mirror.turn_to(timeline, &[]).await;
    if mirror.has_twice() {
        happening = mirror.repair(happening, &[]).await;
    }
    mirror.count(&mut Vec::new()).await;
    let first = TimelineUpdate::Items { update: ListUpdate::Reset { items: mirror.items() } };
    let later = stream::unfold((mirror, happening), async |(mut mirror, mut happening)| {
        let update = mirror.next(&mut happening).await?;
        Some((update, (mirror, happening)))
    });
    Ok(stream::iter([read, first]).chain(later).take_until(stopped).boxed())
}

impl Mirror {
    fn new(active: Arc<Active>, timeline: Arc<Timeline>, scope: Scope) -> Self {
        let own = timeline.room().own_user_id().to_owned();
        let quotes = Quotes::new(timeline.clone());
        Self {
            entries: Vec::new(),
            scope,
            roots: HashMap::new(),
            active,
            timeline,
            own,
            waiting: Waiting::default(),
            quotes,
            entered: 0,
            to_repair: false,
        }
    }

    /// Shows this list from now on; what was on the screen keeps its name, also what the change lost that damaged the list
    /// before. Answers what happens from here.
    async fn turn_to(&mut self, timeline: Arc<Timeline>, lost: &[Kept]) -> BoxStream<'static, Happened> {
        let before = std::mem::take(&mut self.entries);
        if !before.is_empty() {
            // Of something that is there twice the first has the name by which it is known on the screen.
            let mut all: Vec<&Entry> = before.iter().collect();
            all.sort_unstable_by_key(|entry| entry.entered);
            let there = all.into_iter().map(|entry| (&*entry.sdk, entry.item.id.as_str()));
            let lost = lost.iter().map(|(item, name)| (&**item, name.as_str()));
            self.active.keep_names(timeline.room().room_id(), lost.chain(there));
        }
        self.quotes = Quotes::new(timeline.clone());
        self.timeline = timeline;
        let room = self.timeline.room().room_id().to_owned();
        let looks = BroadcastStream::new(self.active.refresh_conversation.subscribe()).filter_map(move |refreshed| {
            // Some may have been missed.
            let concerns = refreshed.map_or(true, |refreshed| refreshed == room);
            std::future::ready(concerns.then_some(Happened::Looked))
        });
        let queue = match self.timeline.room().send_queue().subscribe().await {
            Ok((_, updates)) => {
                BroadcastStream::new(updates).map(|update| Happened::Queue(update.ok().map(Box::new))).boxed()
            }
            Err(_) => stream::pending().boxed(),
        };
        self.waiting = Waiting::in_queue(self.timeline.room()).await;
        let (values, diffs) = self.timeline.subscribe().await;
        self.apply(VectorDiff::Reset { values }, &mut Vec::new()).await;
        self.forget_recalled(&before).await;
        let backwards = match self.timeline.live_back_pagination_status().await {
            Some((now, later)) => {
                stream::once(std::future::ready(now)).chain(driven(later)).map(Happened::Backwards).boxed()
            }
            None => stream::empty().boxed(),
        };
        // The conversation ends with the SDK's list, not with its queue.
        let items = diffs.map(|diffs| Some(Happened::Items(diffs))).chain(stream::once(std::future::ready(None)));
        let beside = stream::select(stream::select(queue, looks), backwards).map(Some);
        stream::select(items, beside)
            .take_while(|next| std::future::ready(next.is_some()))
            .filter_map(std::future::ready)
            .boxed()
    }

    /// The next that is seen of what happens; none at the end.
    async fn next(&mut self, happening: &mut BoxStream<'static, Happened>) -> Option<TimelineUpdate> {
        loop {
            let mut ops = Vec::new();
            let mut anew = false;
            match happening.next().await? {
                Happened::Items(diffs) => {
                    let before = self.lasting(&diffs);
                    let had_events = self.has_events();
                    let mut emptied = false;
                    for diff in diffs {
                        let removes = matches!(diff, VectorDiff::Remove { .. });
                        self.apply(diff, &mut ops).await;
                        emptied |= removes && had_events && !self.has_events() && !self.entries.is_empty();
                    }
                    if self.to_repair || emptied || self.has_twice() || self.has_lost(&before).await {
                        let earlier = std::mem::replace(happening, stream::empty().boxed());
                        *happening = self.repair(earlier, &before).await;
                        anew = true;
                    }
                }
                Happened::Queue(update) => self.queue(update.as_deref(), &mut ops).await,
                Happened::Looked => {
                    let current = self.active.timeline(self.timeline.room().room_id().as_str()).await;
                    if let Some(current) = current.ok().filter(|current| !Arc::ptr_eq(current, &self.timeline)) {
                        *happening = self.turn_to(current, &[]).await;
                        anew = true;
                    }
                }
                Happened::Backwards(status) => {
                    return Some(TimelineUpdate::Backwards {
                        state: match status {
                            PaginationStatus::Idle { hit_timeline_start: true } => Backwards::ReachedStart,
                            PaginationStatus::Idle { hit_timeline_start: false } => Backwards::Idle,
                            PaginationStatus::Paginating => Backwards::Loading,
                        },
                    });
                }
            }
            self.count(&mut ops).await;
            if anew {
                ops = vec![ListOp::Reset { items: self.items() }];
            }
            if !ops.is_empty() {
                return Some(TimelineUpdate::Items { update: ListUpdate::Batch { ops } });
            }
        }
    }

    /// What items say of others.
    async fn count(&mut self, ops: &mut Vec<ListOp<TimelineItem>>) {
        self.count_threads(ops).await;
        self.mark_read(ops);
    }

    /// What is in the list before this change and must be there after it. One that could not be decrypted may turn out to be
    /// an edit, which has no place of its own.
    fn lasting(&self, diffs: &[VectorDiff<Arc<SdkItem>>]) -> Vec<Kept> {
        let tells = |diff: &VectorDiff<_>| {
            matches!(diff, VectorDiff::Clear | VectorDiff::Reset { .. } | VectorDiff::Truncate { .. })
        };
        let removes = |diff: &VectorDiff<_>| {
            matches!(
                diff,
                VectorDiff::Remove { .. } | VectorDiff::Set { .. } | VectorDiff::PopFront | VectorDiff::PopBack
            )
        };
        if diffs.iter().any(tells) || !diffs.iter().any(removes) {
            return Vec::new();
        }
        let is_readable =
            |entry: &&Entry| entry.sdk.as_event().is_some_and(|event| !event.content().is_unable_to_decrypt());
        let readable = self.entries.iter().filter(is_readable);
        readable.map(|entry| (Arc::clone(&entry.sdk), entry.item.id.clone())).collect()
    }

    /// Whether there is an event that the homeserver has. Of a list whose events go one by one, because something that waits
    /// stands under them, the SDK does not forget where they were in its cache (0.18): all places after that are wrong.
    fn has_events(&self) -> bool {
        self.entries.iter().any(|entry| event_of(&entry.sdk).is_some())
    }

    fn has_twice(&self) -> bool {
        let mut there = HashSet::new();
        !self.entries.iter().filter_map(|entry| event_of(&entry.sdk)).all(|event| there.insert(event))
    }

    /// Whether something of this is nowhere any more. What is loaded and not shown yet is part of the SDK's list.
    async fn has_lost(&self, before: &[Kept]) -> bool {
        let there: HashSet<&EventId> = self.entries.iter().filter_map(|entry| event_of(&entry.sdk)).collect();
        let is_missing = |item: &&Arc<SdkItem>| event_of(item).is_some_and(|event| !there.contains(event));
        let missing: Vec<&Arc<SdkItem>> = before.iter().map(|(item, _)| item).filter(is_missing).collect();
        if missing.is_empty() {
            return false;
        }
        let all = self.timeline.items().await;
        let all: HashSet<&EventId> = all.iter().filter_map(|item| event_of(item)).collect();
        missing.iter().any(|item| event_of(item).is_some_and(|event| !all.contains(event)))
    }

    /// Has the list opened anew.
    async fn repair(
        &mut self,
        mut happening: BoxStream<'static, Happened>,
        before: &[Kept],
    ) -> BoxStream<'static, Happened> {
        for attempt in 1..=ATTEMPTS {
            tokio::time::sleep(UNTOLD * attempt).await;
            let oldest = self.entries.iter().find_map(|entry| event_of(&entry.sdk)).map(ToOwned::to_owned);
            let reopened = self.active.reopened_timeline(&self.timeline, oldest.as_deref()).await;
            // With the next change, if not now.
            self.to_repair = reopened.is_err();
            let Ok(timeline) = reopened else { break };
            happening = self.turn_to(timeline, before).await;
            if !self.has_twice() {
                return happening;
            }
        }
        self.hide_twins();
        happening
    }

    /// Shows the last alone of what is there several times: reactions, edits and recalls reach that.
    fn hide_twins(&mut self) {
        let mut there: HashSet<OwnedEventId> = HashSet::new();
        for entry in self.entries.iter_mut().rev() {
            let event = event_of(&entry.sdk).map(ToOwned::to_owned);
            if event.is_some_and(|event| !there.insert(event)) {
                entry.visible = false;
            }
        }
    }

    /// Removes the copies of files that were recalled while the list was opened.
    async fn forget_recalled(&self, before: &[Entry]) {
        if before.is_empty() {
            return;
        }
        let before: HashMap<&EventId, &SdkItem> =
            before.iter().filter_map(|entry| Some((event_of(&entry.sdk)?, &*entry.sdk))).collect();
        for entry in &self.entries {
            if let Some(event) = entry.sdk.as_event()
                && let Some(before) = event_of(&entry.sdk).and_then(|event| before.get(event))
            {
                attached::forget_recalled(&self.timeline.room().client(), before, event).await;
            }
        }
    }
}

/// The event of an item that has come from the homeserver.
fn event_of(item: &SdkItem) -> Option<&EventId> {
    item.as_event().filter(|event| event.is_remote_event()).and_then(EventTimelineItem::event_id)
}
