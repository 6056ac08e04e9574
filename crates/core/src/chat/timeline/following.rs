//! What happens in a conversation, as one stream: to its items, in its queue, and that somebody looked at it.
//!
//! The SDK's cache tells of what the queue has sent and of what a sync brings without an order between the two (0.18, 0.19:
//! it lets go of its lock before it tells). Its timeline names events by their place in the cache: told in the wrong order,
//! it has an event twice, all places after that are off by one, and the next removal takes away another message. Whoever
//! finds the list damaged has it opened anew.

use super::{Entry, Mirror, Quotes, Waiting};
use crate::account::Active;
use crate::chat::content::instant;
use crate::chat::threads::Scope;
use consilium_api::chat::{Backwards, TimelineItem, TimelineUpdate};
use consilium_api::{ListOp, ListUpdate, Result};
use eyeball_im::VectorDiff;
use futures::stream::BoxStream;
use futures::{StreamExt, stream};
use matrix_sdk::event_cache::PaginationStatus;
use matrix_sdk::ruma::EventId;
use matrix_sdk::send_queue::RoomSendQueueUpdate;
use matrix_sdk_ui::timeline::{EventTimelineItem, Timeline, TimelineItem as SdkItem};
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;
use tokio_stream::wrappers::BroadcastStream;

/// What the cache holds already and has not told of; a list opened meanwhile would hear of it once more.
const UNTOLD: Duration = Duration::from_millis(100);
/// A list that is damaged again each time is shown as it is until the next change.
const ATTEMPTS: u32 = 3;

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
    let mut happening = mirror.turn_to(timeline).await;
    if mirror.is_damaged(&[]) {
        happening = mirror.repair(happening).await;
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
        }
    }

    /// Shows this list from now on; what was on the screen keeps its name. Answers what happens from here.
    async fn turn_to(&mut self, timeline: Arc<Timeline>) -> BoxStream<'static, Happened> {
        if !self.entries.is_empty() {
            let event = |entry: &Entry| Some((event_of(&entry.sdk)?.to_owned(), entry.item.id.clone()));
            self.active.keep_names(timeline.room().room_id(), self.entries.iter().filter_map(event));
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
        let backwards = match self.timeline.live_back_pagination_status().await {
            Some((now, later)) => stream::once(std::future::ready(now)).chain(later).map(Happened::Backwards).boxed(),
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
                    for diff in diffs {
                        self.apply(diff, &mut ops).await;
                    }
                    if self.is_damaged(&before) {
                        *happening = self.repair(std::mem::replace(happening, stream::empty().boxed())).await;
                        anew = true;
                    }
                }
                Happened::Queue(update) => self.queue(update.as_deref(), &mut ops).await,
                Happened::Looked => {
                    let current = self.active.timeline(self.timeline.room().room_id().as_str()).await;
                    if let Some(current) = current.ok().filter(|current| !Arc::ptr_eq(current, &self.timeline)) {
                        *happening = self.turn_to(current).await;
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
    fn lasting(&self, diffs: &[VectorDiff<Arc<SdkItem>>]) -> Vec<Arc<SdkItem>> {
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
        let is_readable = |item: &SdkItem| item.as_event().is_some_and(|event| !event.content().is_unable_to_decrypt());
        self.entries.iter().map(|entry| &entry.sdk).filter(|item| is_readable(item)).cloned().collect()
    }

    fn is_damaged(&self, before: &[Arc<SdkItem>]) -> bool {
        let now = self.entries.iter().filter_map(|entry| event_of(&entry.sdk));
        is_damaged(before.iter().filter_map(|item| event_of(item)), now)
    }

    /// Has the list opened anew.
    async fn repair(&mut self, mut happening: BoxStream<'static, Happened>) -> BoxStream<'static, Happened> {
        for attempt in 1..=ATTEMPTS {
            tokio::time::sleep(UNTOLD * attempt).await;
            let oldest = self.entries.iter().find_map(|entry| event_of(&entry.sdk)).map(ToOwned::to_owned);
            let Ok(timeline) = self.active.reopened_timeline(&self.timeline, oldest.as_deref()).await else { break };
            happening = self.turn_to(timeline).await;
            if !self.is_damaged(&[]) {
                break;
            }
        }
        happening
    }
}

/// The event of an item that has come from the homeserver.
fn event_of(item: &SdkItem) -> Option<&EventId> {
    item.as_event().filter(|event| event.is_remote_event()).and_then(EventTimelineItem::event_id)
}

/// Whether a list has something twice, or lacks what was in it before.
fn is_damaged<T: Eq + Hash>(mut before: impl Iterator<Item = T>, mut now: impl Iterator<Item = T>) -> bool {
    let mut there = HashSet::new();
    !now.all(|one| there.insert(one)) || before.any(|one| !there.contains(&one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_damaged_that_has_something_twice_or_has_lost_something() {
        let damaged = |before: &[&str], now: &[&str]| is_damaged(before.iter(), now.iter());
        assert!(!damaged(&[], &[]) && !damaged(&["$a", "$b"], &["$b", "$a", "$c"]));
        assert!(damaged(&[], &["$a", "$b", "$a"]), "twice");
        assert!(damaged(&["$a", "$b"], &["$a", "$c"]), "lost");
    }
}
