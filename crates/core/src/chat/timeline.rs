//! One conversation, live: the SDK's timeline with delivery and read state, as list operations.

mod following;

pub(crate) use following::updates;

use super::attached;
use super::content::{Shown, delivery, instant, is_in_clear, local_day, preview, preview_in, shown};
use super::forward;
use super::mentions;
use super::messages::have_read;
use super::people::person;
use super::polls;
use super::reactions;
use super::threads::{Scope, place_of, root_of};
use super::waiting::Waiting;
use crate::account::Active;
use consilium_api::ListOp;
use consilium_api::chat::{Delivery, MessageBody, Quoted, ReadCount, Reply, TimelineContent, TimelineItem};
use consilium_api::threads::ThreadSummary;
use eyeball_im::VectorDiff;
use matrix_sdk::ruma::{EventId, MilliSecondsSinceUnixEpoch, OwnedEventId, OwnedUserId, UserId};
use matrix_sdk::send_queue::RoomSendQueueUpdate;
use matrix_sdk_ui::timeline::{
    EventTimelineItem, ReactionStatus, Timeline, TimelineDetails, TimelineItem as SdkItem, TimelineItemContent,
    VirtualTimelineItem,
};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

/// What is known of one item of the SDK's list.
struct Entry {
    sdk: Arc<SdkItem>,
    item: TimelineItem,
    /// Who has read up to here at least.
    readers: Vec<OwnedUserId>,
    /// Items that are not shown keep an index in the SDK's list but not in ours.
    visible: bool,
    /// The event that the thread begins with in which it stands.
    root: Option<OwnedEventId>,
    /// What it says of the thread that begins with it.
    thread: Option<Counted>,
    /// Larger than that of what was there before it.
    entered: u64,
}

/// What there is of a thread.
#[derive(Clone)]
struct Counted {
    replies: u32,
    unread: u32,
    last: Arc<SdkItem>,
}

impl PartialEq for Counted {
    fn eq(&self, other: &Self) -> bool {
        (self.replies, self.unread) == (other.replies, other.unread) && Arc::ptr_eq(&self.last, &other.last)
    }
}

/// The mirror of the SDK's list, from which ours is derived.
struct Mirror {
    entries: Vec<Entry>,
    scope: Scope,
    /// The threads of messages that were recalled: what is left of one does not say in which it stood.
    roots: HashMap<OwnedEventId, OwnedEventId>,
    active: Arc<Active>,
    timeline: Arc<Timeline>,
    own: OwnedUserId,
    waiting: Waiting,
    quotes: Quotes,
    /// How many entries there were so far.
    entered: u64,
    /// The list is damaged and could not be opened anew.
    to_repair: bool,
}

/// Has the SDK look for messages that were answered and are not loaded, each once.
struct Quotes {
    asked: HashSet<OwnedEventId>,
    sender: mpsc::UnboundedSender<OwnedEventId>,
    _worker: AbortOnDropHandle<()>,
}

impl Quotes {
    fn new(timeline: Arc<Timeline>) -> Self {
        let (sender, mut answers) = mpsc::unbounded_channel::<OwnedEventId>();
        let worker = tokio::spawn(async move {
            while let Some(answer) = answers.recv().await {
                // What cannot be had is shown without its text.
                let _ = timeline.fetch_details_for_event(&answer).await;
            }
        });
        Self { asked: HashSet::new(), sender, _worker: AbortOnDropHandle::new(worker) }
    }

    fn ask(&mut self, answer: &EventId) {
        if self.asked.insert(answer.to_owned()) {
            let _ = self.sender.send(answer.to_owned());
        }
    }
}

impl Mirror {
    /// Index in the UI's list of the entry at `index` in the SDK's.
    fn shown_index(&self, index: usize) -> u32 {
        u32::try_from(self.entries.iter().take(index).filter(|entry| entry.visible).count()).unwrap_or(u32::MAX)
    }

    async fn entry(&mut self, item: &Arc<SdkItem>) -> Entry {
        let id = self.active.name(self.timeline.room().room_id(), item);
        let root = item.as_event().and_then(|event| self.root(event));
        let (content, readers) = if let Some(event) = item.as_event() {
            let holds = self.scope.holds(event.event_id(), root.as_deref());
            (if holds { self.event(event).await } else { None }, have_read(event))
        } else {
            let content = match item.as_virtual() {
                Some(VirtualTimelineItem::DateDivider(at)) => {
                    Some(TimelineContent::DayDivider { date: local_day(*at) })
                }
                Some(VirtualTimelineItem::TimelineStart) => {
                    (self.scope == Scope::Conversation).then_some(TimelineContent::Start)
                }
                // The SDK's marker moves on as soon as what is on the screen counts as read, which is at once.
                Some(VirtualTimelineItem::ReadMarker) | None => None,
            };
            (content, Vec::new())
        };
        let visible = content.is_some();
        let item_shown = TimelineItem { id, content: content.unwrap_or(TimelineContent::Start) };
        self.entered += 1;
        Entry { sdk: item.clone(), item: item_shown, readers, visible, root, thread: None, entered: self.entered }
    }

    fn root(&mut self, event: &EventTimelineItem) -> Option<OwnedEventId> {
        let root = root_of(event);
        let Some(id) = event.event_id() else { return root };
        match root {
            Some(root) => {
                self.roots.insert(id.to_owned(), root.clone());
                Some(root)
            }
            None if event.content().is_redacted() => self.roots.get(id).cloned(),
            None => None,
        }
    }

    async fn event(&mut self, event: &EventTimelineItem) -> Option<TimelineContent> {
        let at = instant(event.timestamp());
        match shown(event.content())? {
            Shown::Body(body) => {
                let own = event.is_own();
                let room = self.timeline.room();
                let body = if is_in_clear(room, event) {
                    MessageBody::Unencrypted
                } else {
                    let body = forward::shown(room, event, body).await;
                    polls::counted(&self.active, room, event, body).await
                };
                let reactions = match event.content().reactions() {
                    Some(all) => reactions::shown(all, &self.waiting, &self.active.directory, room).await,
                    None => Vec::new(),
                };
                Some(TimelineContent::Message {
                    event_id: event.event_id().map(ToString::to_string),
                    sender: self.person(event.sender()).await,
                    own,
                    at,
                    body: attached::with_progress(self.dated(body, event.timestamp()).await, event.send_state()),
                    delivery: own.then(|| delivery(event.send_state())),
                    change: event.event_id().and_then(|event| self.waiting.of(event)),
                    readers: None,
                    reply: self.reply(event).await.map(Box::new),
                    reactions,
                    mentions_me: self.mentions_me(event).await,
                    thread: None,
                })
            }
            Shown::Membership(change) => {
                let user = match event.content() {
                    TimelineItemContent::MembershipChange(change) => change.user_id(),
                    _ => event.sender(),
                };
                let by = if user == event.sender() { None } else { Some(self.person(event.sender()).await) };
                Some(TimelineContent::MembershipChange { person: self.person(user).await, change, by, at })
            }
            Shown::Name(name) => Some(TimelineContent::Renamed { by: self.person(event.sender()).await, name, at }),
        }
    }

    async fn mentions_me(&self, event: &EventTimelineItem) -> bool {
        match event.content().as_message().and_then(|message| message.mentions()) {
            Some(mentions) => mentions::name_me(self.timeline.room(), event.sender(), mentions).await,
            None => false,
        }
    }

    async fn person(&self, user: &UserId) -> consilium_api::chat::Person {
        person(&self.active.directory, Some(self.timeline.room()), user).await
    }

    /// What a message answers; asked for if it is not there.
    async fn reply(&mut self, event: &EventTimelineItem) -> Option<Reply> {
        let answered = event.content().in_reply_to()?;
        if place_of(self.timeline.room(), event).await.is_some_and(|place| !place.answers) {
            return None;
        }
        let quoted = match &answered.event {
            TimelineDetails::Ready(embedded) => match preview(&embedded.content) {
                Some(preview) => Some(Quoted { sender: self.person(&embedded.sender).await, preview }),
                None => None,
            },
            TimelineDetails::Unavailable | TimelineDetails::Error(_) => {
                if let Some(event) = event.event_id().filter(|_| event.is_remote_event()) {
                    self.quotes.ask(event);
                }
                None
            }
            TimelineDetails::Pending => None,
        };
        Some(Reply { event_id: answered.event_id.into(), quoted })
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
        if let Some(event) = value.as_event() {
            attached::forget_recalled(&self.timeline.room().client(), &old.sdk, event).await;
            let has_event = |item: &SdkItem| item.as_event().is_some_and(|event| event.event_id().is_some());
            // It may not be loaded any more when somebody comes back to it who saw it before it was sent.
            if has_event(value) && !has_event(&old.sdk) {
                let named = (&**value, entry.item.id.as_str());
                self.active.keep_names(self.timeline.room().room_id(), std::iter::once(named));
            }
        }
        let at = self.shown_index(index);
        match (old.visible, entry.visible) {
            // An upload says more often how it stands than it looks different.
            (true, true) if old.item == entry.item => {}
            (true, true) => ops.push(ListOp::Set { index: at, item: entry.item.clone() }),
            (true, false) => ops.push(ListOp::Remove { index: at }),
            (false, true) => ops.push(ListOp::Insert { index: at, item: entry.item.clone() }),
            (false, false) => {}
        }
        self.entries[index] = Entry { entered: old.entered, ..entry };
    }

    fn items(&self) -> Vec<TimelineItem> {
        self.entries.iter().filter(|entry| entry.visible).map(|entry| entry.item.clone()).collect()
    }

    /// Takes in what happened in the send queue: what waits shows on the message it is about.
    async fn queue(&mut self, update: Option<&RoomSendQueueUpdate>, ops: &mut Vec<ListOp<TimelineItem>>) {
        let target = match update {
            Some(update) => match self.waiting.apply(update) {
                Some(target) => Some(target),
                None => return,
            },
            // Some were missed.
            None => {
                self.waiting = Waiting::in_queue(self.timeline.room()).await;
                None
            }
        };
        for index in 0..self.entries.len() {
            let item = self.entries[index].sdk.clone();
            let concerns = |event: &EventTimelineItem| match &target {
                Some(target) => event.event_id() == Some(target) || self.has_own_reaction(event, target),
                None => true,
            };
            if item.as_event().is_some_and(concerns) {
                self.set(index, &item, ops).await;
            }
        }
    }

    fn has_own_reaction(&self, event: &EventTimelineItem, reaction: &EventId) -> bool {
        let is_it = |status: &ReactionStatus| matches!(status, ReactionStatus::RemoteToRemote(id) if id == reaction);
        event.content().reactions().is_some_and(|all| {
            all.values().filter_map(|senders| senders.get(&self.own)).any(|info| is_it(&info.status))
        })
    }

    /// Has each message say what there is of the thread that begins with it.
    async fn count_threads(&mut self, ops: &mut Vec<ListOp<TimelineItem>>) {
        if self.scope != Scope::Conversation {
            return;
        }
        let mut threads: HashMap<&EventId, (u32, &Arc<SdkItem>)> = HashMap::new();
        for entry in &self.entries {
            if let (Some(root), Some(event)) = (&entry.root, entry.sdk.as_event())
                && !event.content().is_redacted()
            {
                let thread = threads.entry(root).or_insert((0, &entry.sdk));
                *thread = (thread.0.saturating_add(1), &entry.sdk);
            }
        }
        if threads.is_empty() && self.entries.iter().all(|entry| entry.thread.is_none()) {
            return;
        }
        let unread = self.active.unread_threads(self.timeline.room().room_id());
        let mut changed = Vec::new();
        for (index, entry) in self.entries.iter().enumerate() {
            let root = entry.sdk.as_event().and_then(EventTimelineItem::event_id);
            let thread = root.and_then(|root| threads.get(root)).map(|(replies, last)| Counted {
                replies: *replies,
                unread: unread.iter().find(|thread| root.is_some_and(|r| r == &*thread.root)).map_or(0, |t| t.messages),
                last: Arc::clone(last),
            });
            if thread != entry.thread {
                changed.push((index, thread));
            }
        }
        for (index, thread) in changed {
            let summary = match &thread {
                Some(thread) => self.summary(thread).await,
                None => None,
            };
            let entry = &mut self.entries[index];
            entry.thread = thread;
            if let TimelineContent::Message { thread, .. } = &mut entry.item.content {
                *thread = summary.map(Box::new);
                self.tell(index, ops);
            }
        }
    }

    async fn summary(&self, thread: &Counted) -> Option<ThreadSummary> {
        let last = thread.last.as_event()?;
        Some(ThreadSummary {
            replies: thread.replies,
            unread: thread.unread,
            sender: self.person(last.sender()).await,
            at: instant(last.timestamp()),
            preview: preview_in(self.timeline.room(), last)?,
        })
    }

    /// Marks own messages as read by those who have read or written anything at them or after them.
    fn mark_read(&mut self, ops: &mut Vec<ListOp<TimelineItem>>) {
        let of = self.timeline.room().joined_members_count().saturating_sub(1);
        let of = u32::try_from(of).unwrap_or(u32::MAX);
        let mut read: HashSet<&UserId> = HashSet::new();
        let mut by = vec![0; self.entries.len()];
        for (entry, by) in self.entries.iter().zip(&mut by).rev() {
            read.extend(entry.readers.iter().map(AsRef::as_ref).filter(|user: &&UserId| **user != self.own));
            *by = u32::try_from(read.len()).unwrap_or(u32::MAX);
        }
        let mut changed = Vec::new();
        for (index, (entry, by)) in self.entries.iter_mut().zip(by).enumerate() {
            if let TimelineContent::Message { delivery: Some(delivery), readers, .. } = &mut entry.item.content
                && matches!(delivery, Delivery::Sent | Delivery::Read)
            {
                let now = if by > 0 { Delivery::Read } else { delivery.clone() };
                // Whoever has read it and left since does not count among those who are there.
                let count = (of > 1).then_some(ReadCount { by: by.min(of), of });
                if (&now, &count) != (&*delivery, &*readers) {
                    (*delivery, *readers) = (now, count);
                    changed.push(index);
                }
            }
        }
        for index in changed {
            self.tell(index, ops);
        }
    }

    /// The item looks different now.
    fn tell(&self, index: usize, ops: &mut Vec<ListOp<TimelineItem>>) {
        let entry = &self.entries[index];
        if entry.visible {
            ops.push(ListOp::Set { index: self.shown_index(index), item: entry.item.clone() });
        }
    }
}
