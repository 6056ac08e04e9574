//! One conversation, live: the SDK's timeline with delivery and read state, as list operations.

use super::content::{Shown, delivery, instant, local_day, shown};
use super::people::person;
use crate::directory::Directory;
use consilium_api::chat::{Backwards, Delivery, MessageBody, TimelineContent, TimelineItem, TimelineUpdate};
use consilium_api::{ListOp, ListUpdate};
use eyeball_im::VectorDiff;
use futures::stream::BoxStream;
use futures::{StreamExt, stream};
use matrix_sdk::event_cache::PaginationStatus;
use matrix_sdk::ruma::{MilliSecondsSinceUnixEpoch, OwnedUserId, UserId};
use matrix_sdk_ui::timeline::{EventTimelineItem, Timeline, TimelineItem as SdkItem, VirtualTimelineItem};
use std::sync::Arc;

/// What is known of one item of the SDK's list.
struct Entry {
    item: TimelineItem,
    /// Own messages before or at the last such entry have been read.
    read_by_peer: bool,
    /// Items without a place in the conversation keep an index in the SDK's list but not in ours.
    visible: bool,
}

/// The mirror of the SDK's list, from which ours is derived.
struct Mirror {
    entries: Vec<Entry>,
    directory: Directory,
    timeline: Arc<Timeline>,
    own: OwnedUserId,
}

impl Mirror {
    /// Index in the UI's list of the entry at `index` in the SDK's.
    fn shown_index(&self, index: usize) -> u32 {
        u32::try_from(self.entries.iter().take(index).filter(|entry| entry.visible).count()).unwrap_or(u32::MAX)
    }

    async fn entry(&self, item: &Arc<SdkItem>) -> Entry {
        let id = item.unique_id().0.clone();
        let (content, read_by_peer) = if let Some(event) = item.as_event() {
            self.event(event).await
        } else {
            let content = match item.as_virtual() {
                Some(VirtualTimelineItem::DateDivider(at)) => {
                    Some(TimelineContent::DayDivider { date: local_day(*at) })
                }
                Some(VirtualTimelineItem::ReadMarker) => Some(TimelineContent::UnreadDivider),
                Some(VirtualTimelineItem::TimelineStart) => Some(TimelineContent::Start),
                None => None,
            };
            (content, false)
        };
        let visible = content.is_some();
        let content = content.unwrap_or(TimelineContent::Start);
        Entry { item: TimelineItem { id, content }, read_by_peer, visible }
    }

    async fn event(&self, event: &EventTimelineItem) -> (Option<TimelineContent>, bool) {
        let own = event.is_own();
        let read_by_peer = event.sender() != self.own || event.read_receipts().keys().any(|user| *user != self.own);
        let person_of = |user: &UserId| {
            let user = user.to_owned();
            async move { person(&self.directory, Some(self.timeline.room()), &user).await }
        };
        let at = instant(event.timestamp());
        let content = match shown(event.content()) {
            Some(Shown::Body(body)) => Some(TimelineContent::Message {
                sender: person_of(event.sender()).await,
                own,
                at,
                body: self.dated(body, event.timestamp()).await,
                delivery: own.then(|| delivery(event.send_state())),
            }),
            Some(Shown::Membership(change)) => {
                let user = match event.content() {
                    matrix_sdk_ui::timeline::TimelineItemContent::MembershipChange(change) => change.user_id(),
                    _ => event.sender(),
                };
                Some(TimelineContent::MembershipChange { person: person_of(user).await, change, at })
            }
            None => None,
        };
        (content, read_by_peer)
    }

    /// A message that cannot be decrypted and is older than this device was sent before it, whatever else the SDK makes of
    /// it: after a new beginning the backup has no key of it either.
    async fn dated(&self, body: MessageBody, at: MilliSecondsSinceUnixEpoch) -> MessageBody {
        match body {
            MessageBody::Undecryptable { before_this_device: false } => {
                let client = self.timeline.room().client();
                let device = client.encryption().device_creation_timestamp().await;
                MessageBody::Undecryptable { before_this_device: at < device }
            }
            body => body,
        }
    }

    /// Applies one change of the SDK's list; answers what changes in the UI's.
    async fn apply(&mut self, diff: VectorDiff<Arc<SdkItem>>, ops: &mut Vec<ListOp<TimelineItem>>) {
        match diff {
            VectorDiff::Append { values } => {
                let mut items = Vec::new();
                for value in &values {
                    let entry = self.entry(value).await;
                    items.extend(entry.visible.then(|| entry.item.clone()));
                    self.entries.push(entry);
                }
                if !items.is_empty() {
                    ops.push(ListOp::Append { items });
                }
            }
            VectorDiff::Clear => {
                self.entries.clear();
                ops.push(ListOp::Clear);
            }
            VectorDiff::PushFront { value } => self.insert(0, &value, ops).await,
            VectorDiff::PushBack { value } => self.insert(self.entries.len(), &value, ops).await,
            VectorDiff::Insert { index, value } => self.insert(index, &value, ops).await,
            VectorDiff::PopFront => self.remove(0, ops),
            VectorDiff::PopBack => {
                if let Some(last) = self.entries.len().checked_sub(1) {
                    self.remove(last, ops);
                }
            }
            VectorDiff::Remove { index } => self.remove(index, ops),
            VectorDiff::Set { index, value } => self.set(index, &value, ops).await,
            VectorDiff::Truncate { length } => {
                self.entries.truncate(length);
                ops.push(ListOp::Truncate { length: self.shown_index(length) });
            }
            VectorDiff::Reset { values } => {
                self.entries.clear();
                for value in &values {
                    let entry = self.entry(value).await;
                    self.entries.push(entry);
                }
                ops.push(ListOp::Reset { items: self.items() });
            }
        }
    }

    async fn insert(&mut self, index: usize, value: &Arc<SdkItem>, ops: &mut Vec<ListOp<TimelineItem>>) {
        let entry = self.entry(value).await;
        let index = index.min(self.entries.len());
        if entry.visible {
            ops.push(ListOp::Insert { index: self.shown_index(index), item: entry.item.clone() });
        }
        self.entries.insert(index, entry);
    }

    fn remove(&mut self, index: usize, ops: &mut Vec<ListOp<TimelineItem>>) {
        if index < self.entries.len() {
            if self.entries[index].visible {
                ops.push(ListOp::Remove { index: self.shown_index(index) });
            }
            self.entries.remove(index);
        }
    }

    async fn set(&mut self, index: usize, value: &Arc<SdkItem>, ops: &mut Vec<ListOp<TimelineItem>>) {
        let entry = self.entry(value).await;
        let Some(old) = self.entries.get(index) else { return };
        let at = self.shown_index(index);
        match (old.visible, entry.visible) {
            (true, true) => ops.push(ListOp::Set { index: at, item: entry.item.clone() }),
            (true, false) => ops.push(ListOp::Remove { index: at }),
            (false, true) => ops.push(ListOp::Insert { index: at, item: entry.item.clone() }),
            (false, false) => {}
        }
        self.entries[index] = entry;
    }

    fn items(&self) -> Vec<TimelineItem> {
        self.entries.iter().filter(|entry| entry.visible).map(|entry| entry.item.clone()).collect()
    }

    /// Marks own messages as read up to the last thing the colleague has read or written.
    fn mark_read(&mut self, ops: &mut Vec<ListOp<TimelineItem>>) {
        let read_to = self.entries.iter().rposition(|entry| entry.read_by_peer);
        let mut changed = Vec::new();
        for (index, entry) in self.entries.iter_mut().enumerate() {
            if let TimelineContent::Message { delivery: Some(delivery), .. } = &mut entry.item.content
                && *delivery == Delivery::Sent
                && read_to.is_some_and(|read_to| index <= read_to)
            {
                *delivery = Delivery::Read;
                changed.push(index);
            }
        }
        for index in changed {
            let item = self.entries[index].item.clone();
            ops.push(ListOp::Set { index: self.shown_index(index), item });
        }
    }
}

/// Everything that happens in the conversation from now on; starts with the items there are.
pub(crate) async fn updates(timeline: Arc<Timeline>, directory: Directory) -> BoxStream<'static, TimelineUpdate> {
    let own = timeline.room().own_user_id().to_owned();
    let (values, diffs) = timeline.subscribe().await;
    let mut mirror = Mirror { entries: Vec::new(), directory, timeline: timeline.clone(), own };
    let mut ops = Vec::new();
    mirror.apply(VectorDiff::Reset { values }, &mut ops).await;
    mirror.mark_read(&mut ops);
    let first = TimelineUpdate::Items { update: ListUpdate::Reset { items: mirror.items() } };

    let items = stream::unfold((mirror, diffs.boxed()), |(mut mirror, mut diffs)| async move {
        loop {
            let batch = diffs.next().await?;
            let mut ops = Vec::new();
            for diff in batch {
                mirror.apply(diff, &mut ops).await;
            }
            mirror.mark_read(&mut ops);
            if !ops.is_empty() {
                let update = TimelineUpdate::Items { update: ListUpdate::Batch { ops } };
                return Some((update, (mirror, diffs)));
            }
        }
    });
    let backwards = match timeline.live_back_pagination_status().await {
        Some((now, later)) => stream::once(std::future::ready(now))
            .chain(later)
            .map(|status| TimelineUpdate::Backwards {
                state: match status {
                    PaginationStatus::Idle { hit_timeline_start: true } => Backwards::ReachedStart,
                    PaginationStatus::Idle { hit_timeline_start: false } => Backwards::Idle,
                    PaginationStatus::Paginating => Backwards::Loading,
                },
            })
            .boxed(),
        None => stream::empty().boxed(),
    };
    stream::once(std::future::ready(first)).chain(stream::select(items, backwards)).boxed()
}
