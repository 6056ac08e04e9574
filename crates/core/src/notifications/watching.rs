//! From the sync to what is told.

use super::Notifier;
use super::gaps::{Filled, fill};
use super::judging::{Ground, Told, Verdict, in_place_of_poll, judge};
use super::quiet::tells;
use super::standing::Line;
use crate::account::{Active, load, save};
use crate::chat;
use consilium_api::notifications::NotificationSource;
use consilium_api::settings::NotificationDetail;
use futures::{StreamExt, pin_mut};
use matrix_sdk::deserialized_responses::TimelineEvent;
use matrix_sdk::event_cache::RedecryptorReport;
use matrix_sdk::ruma::events::AnySyncEphemeralRoomEvent;
use matrix_sdk::ruma::events::receipt::ReceiptType;
use matrix_sdk::ruma::{EventId, OwnedEventId, OwnedRoomId, RoomId, UserId};
use matrix_sdk::sync::{JoinedRoomUpdate, RoomUpdates};
use matrix_sdk::{Room, RoomState};
use matrix_sdk_ui::room_list_service::State as RoomListState;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Key in the SDK's store of the last event of each conversation that was looked at.
const LOOKED_AT: &[u8] = b"consilium.notified";
/// How long what is to be told is gathered: of a network that comes back there are many at once.
const GATHER: Duration = Duration::from_millis(300);
/// Conversations that are told one by one when they come together.
const MOST_AT_ONCE: usize = 3;
/// How long a message waits for its key before it is told without its text.
const FOR_A_KEY: Duration = Duration::from_secs(8);
/// A sync without anything for so long has caught up; after the longer it counts as such all the same.
const CAUGHT_UP: (Duration, Duration) = (Duration::from_millis(1_500), Duration::from_secs(15));
/// Events that are not looked at twice, and events that wait for a key.
const REMEMBERED: usize = 1_000;
const MOST_WAITING: usize = 200;
/// Conversations of which what a sync left out is loaded at the same time; after a long absence there are thousands.
const MOST_FILLED: usize = 16;
const SAVED_AFTER: Duration = Duration::from_secs(2);

/// Tells of what comes, for as long as the session lasts.
pub(crate) async fn watch(notifier: Arc<Notifier>, active: Arc<Active>, mut updates: broadcast::Receiver<RoomUpdates>) {
    let last: BTreeMap<OwnedRoomId, OwnedEventId> = load(&active.client, LOOKED_AT).await;
    let mut watcher = Watcher {
        start: Start::Connecting,
        begins: last.is_empty(),
        known: active.client.joined_rooms().iter().map(|room| room.room_id().to_owned()).collect(),
        last,
        unsaved: false,
        recent: VecDeque::new(),
        waiting: Vec::new(),
        pending: Vec::new(),
        gaps: JoinSet::new(),
        read_at: BTreeMap::new(),
        invited: Vec::new(),
        notifier,
        active: active.clone(),
    };
    let reports = active.client.event_cache().subscribe_to_decryption_reports();
    pin_mut!(reports);
    let mut listening = true;
    let mut list = active.sync.room_list_service().state();
    watcher.follow(&list.get());
    let (mut ends, mut flush, mut save_at) = (None, None, None);
    loop {
        tokio::select! {
            biased;
            // Before anything that looks at what came: what the first sync brought is in this queue when it has ended.
            update = updates.recv() => match update {
                Ok(update) => watcher.take(update).await,
                // What was missed is not told; it counts as unread.
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return,
            },
            report = reports.next(), if listening => match report {
                Some(Ok(RedecryptorReport::ResolvedUtds { room_id, events })) => {
                    for event in events {
                        watcher.readable(&room_id, event).await;
                    }
                }
                Some(_) => {}
                None => listening = false,
            },
            state = list.next() => match state {
                Some(state) => watcher.follow(&state),
                None => return,
            },
            filled = watcher.gaps.join_next(), if !watcher.gaps.is_empty() => {
                if let Some(Ok(filled)) = filled {
                    watcher.fill_in(filled).await;
                }
            }
            () = until(ends) => watcher.catch_up().await,
            () = until(flush) => watcher.tell().await,
            () = until(watcher.waiting.first().map(|waiting| waiting.until)) => watcher.give_up_waiting(),
            () = until(save_at) => watcher.save().await,
        }
        let now = Instant::now();
        // What a sync left out comes before what it brought.
        let whole = watcher.gaps.is_empty();
        ends = watcher.start.ends().filter(|_| whole);
        flush = (whole && watcher.has_news()).then(|| flush.unwrap_or(now + GATHER));
        save_at = watcher.unsaved.then(|| save_at.unwrap_or(now + SAVED_AFTER));
    }
}

async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant).await,
        None => std::future::pending().await,
    }
}

/// How far the first sync is.
enum Start {
    Connecting,
    /// Answers come one after the other; it is whole when none has come for a while, and at the latest at the second.
    Loading(Instant, Instant),
    Over,
}

impl Start {
    fn ends(&self) -> Option<Instant> {
        match self {
            Self::Loading(quiet, latest) => Some((*quiet).min(*latest)),
            Self::Connecting | Self::Over => None,
        }
    }
}

struct Waiting {
    room: OwnedRoomId,
    event: OwnedEventId,
    until: Instant,
    /// What is told if the key does not come.
    told: Option<Told>,
}

struct Watcher {
    notifier: Arc<Notifier>,
    active: Arc<Active>,
    start: Start,
    /// This device has told of nothing yet: what is there is its past.
    begins: bool,
    /// Conversations that the doctor is in and that were looked at: the first look at one that was joined sees its past.
    known: BTreeSet<OwnedRoomId>,
    last: BTreeMap<OwnedRoomId, OwnedEventId>,
    unsaved: bool,
    /// Events that were looked at, the latest last.
    recent: VecDeque<OwnedEventId>,
    waiting: Vec<Waiting>,
    pending: Vec<(OwnedRoomId, Told)>,
    /// What the syncs left out, on its way.
    gaps: JoinSet<Filled>,
    /// When conversations were read on another device meanwhile.
    read_at: BTreeMap<OwnedRoomId, Instant>,
    invited: Vec<OwnedRoomId>,
}

impl Watcher {
    fn has_news(&self) -> bool {
        matches!(self.start, Start::Over) && !(self.pending.is_empty() && self.invited.is_empty())
    }

    fn follow(&mut self, list: &RoomListState) {
        if matches!(self.start, Start::Connecting) && *list == RoomListState::Running {
            let now = Instant::now();
            self.start = Start::Loading(now + CAUGHT_UP.0, now + CAUGHT_UP.1);
        }
    }

    async fn take(&mut self, updates: RoomUpdates) {
        let own = self.active.client.user_id().map(ToOwned::to_owned);
        let Some(own) = own else { return };
        if let Start::Loading(quiet, _) = &mut self.start {
            *quiet = Instant::now() + CAUGHT_UP.0;
        }
        for (id, update) in &updates.joined {
            if let Some(room) = self.active.client.get_room(id) {
                self.take_room(&room, &own, update).await;
            }
        }
        for id in updates.invited.keys() {
            let known = self.invited.contains(id) || self.notifier.standing().has(id);
            if !known && self.active.client.get_room(id).is_some_and(|room| !room.is_space()) {
                self.invited.push(id.clone());
            }
        }
        for id in updates.left.keys().chain(updates.joined.keys()) {
            // Accepted, declined or taken back.
            self.invited.retain(|invited| invited != id);
            self.notifier.change(|standing| standing.answered(id));
        }
        for id in updates.left.keys() {
            self.known.remove(id);
            self.pending.retain(|(room, _)| room != id);
            self.waiting.retain(|waiting| waiting.room != *id);
            self.notifier.read(id);
        }
    }

    async fn take_room(&mut self, room: &Room, own: &UserId, update: &JoinedRoomUpdate) {
        if room.is_space() {
            return;
        }
        let id = room.room_id();
        let joined_now = self.known.insert(id.to_owned()) && matches!(self.start, Start::Over);
        let last = self.last.get(id).cloned();
        // Of what the homeserver repeats, all up to what was looked at last is known.
        let known = update.timeline.events.iter().rposition(|event| event.event_id() == last);
        if update.timeline.limited
            && known.is_none()
            && !joined_now
            && self.gaps.len() < MOST_FILLED
            && let (Some(last), Some(before)) = (&last, update.timeline.events.iter().find_map(TimelineEvent::event_id))
            && !self.recent.contains(&before)
        {
            self.gaps.spawn(fill(room.clone(), last.clone(), before));
        }
        let known = if last.is_some() { known.map_or(0, |at| at + 1) } else { 0 };
        for event in update.timeline.events.iter().skip(known) {
            let Some(event_id) = event.event_id().filter(|id| self.is_new(id)) else { continue };
            if !joined_now {
                self.look(room, own, event).await;
            }
            self.last.insert(id.to_owned(), event_id);
            self.unsaved = true;
        }
        if update.ephemeral.iter().any(|event| is_read_by(own, event.deserialize().ok())) {
            self.pending.retain(|(room, _)| room != id);
            if !self.gaps.is_empty() {
                self.read_at.insert(id.to_owned(), Instant::now());
            }
            self.notifier.read(id);
        }
    }

    /// Whether an event was not looked at, which it is now.
    fn is_new(&mut self, event: &EventId) -> bool {
        if self.recent.iter().any(|known| known == event) {
            return false;
        }
        self.recent.push_back(event.to_owned());
        let over = self.recent.len().saturating_sub(REMEMBERED);
        self.recent.drain(..over);
        true
    }

    /// Looks at what a sync left out as if it had brought it.
    async fn fill_in(&mut self, Filled { room: id, before, events, asked_at }: Filled) {
        let (Some(room), Some(own)) = (self.active.client.get_room(&id), self.active.client.user_id()) else { return };
        let own = own.to_owned();
        if self.read_at.get(&id).is_some_and(|read| *read >= asked_at) || room.state() != RoomState::Joined {
            return;
        }
        let later = self.pending.len();
        for event in &events {
            if event.event_id().is_some_and(|event| self.is_new(&event)) {
                self.look(&room, &own, event).await;
            }
        }
        let found = self.pending.split_off(later);
        let in_room = |(room, _): &&(OwnedRoomId, Told)| *room == id;
        let at = self.pending.iter().position(|told| in_room(&told) && told.1.event == before);
        let at = at.or_else(|| self.pending.iter().position(|told| in_room(&told))).unwrap_or(later);
        self.pending.splice(at..at, found);
    }

    async fn look(&mut self, room: &Room, own: &UserId, event: &TimelineEvent) {
        let id = room.room_id();
        let redaction = room.clone_info().room_version_rules_or_default().redaction;
        let ground = Ground { own, redaction: &redaction, encrypted: room.encryption_state().is_encrypted() };
        let ruled = match in_place_of_poll(event) {
            Some(message) => {
                let mut poll = event.clone();
                poll.set_push_actions(room.event_push_actions(&message).await.ok().flatten().unwrap_or_default());
                Some(poll)
            }
            None => None,
        };
        match judge(ruled.as_ref().unwrap_or(event), &ground) {
            // What comes before the doctor's eyes is not told of, though they look elsewhere a moment later.
            Verdict::Tell(_) if self.notifier.is_before_the_doctor(id) => {}
            Verdict::Tell(told) => self.pending.push((id.to_owned(), told)),
            Verdict::Wait(told) => {
                if self.waiting.len() < MOST_WAITING
                    && let Some(event) = event.event_id()
                {
                    let until = Instant::now() + FOR_A_KEY;
                    self.waiting.push(Waiting { room: id.to_owned(), event, until, told });
                }
            }
            Verdict::Recall { target, by } => self.recall(room, &target, &by).await,
            Verdict::Nothing => {}
        }
    }

    /// Takes away what tells of a message, if whoever recalls it wrote it or may recall those of others.
    async fn recall(&mut self, room: &Room, target: &OwnedEventId, by: &UserId) {
        let id = room.room_id();
        let pending = self.pending.iter().find(|(_, told)| told.event == *target).map(|(_, told)| told.sender.clone());
        let waiting = self.waiting.iter().find(|waiting| waiting.event == *target);
        let waiting = waiting.and_then(|waiting| waiting.told.as_ref()).map(|told| told.sender.clone());
        let standing = self.notifier.standing().sender_of(id, target);
        let Some(sender) = pending.or(waiting).or(standing) else { return };
        if sender != by && !room.power_levels_or_default().await.user_can_redact_event_of_other(by) {
            return;
        }
        self.pending.retain(|(_, told)| told.event != *target);
        self.waiting.retain(|waiting| waiting.event != *target);
        self.notifier.change(|standing| standing.recall(id, target));
    }

    /// The key of a message has come.
    async fn readable(&mut self, room_id: &RoomId, event: OwnedEventId) {
        let Some(at) = self.waiting.iter().position(|waiting| waiting.event == event) else { return };
        let (Some(room), Some(own)) = (self.active.client.get_room(room_id), self.active.client.user_id()) else {
            return;
        };
        let own = own.to_owned();
        let Ok((cache, _keep)) = room.event_cache().await else { return };
        let Ok(Some(decrypted)) = cache.find_event(&event).await else { return };
        if !decrypted.kind.is_utd() {
            self.waiting.remove(at);
            self.look(&room, &own, &decrypted).await;
        }
    }

    /// What waited long enough for its key is told without its text.
    fn give_up_waiting(&mut self) {
        let now = Instant::now();
        let (late, waiting) = std::mem::take(&mut self.waiting).into_iter().partition(|waiting| waiting.until <= now);
        self.waiting = waiting;
        let late: Vec<Waiting> = late;
        self.pending.extend(late.into_iter().filter_map(|waiting| Some((waiting.room, waiting.told?))));
    }

    /// The first sync is whole: what it brought is one notification at most, and only what nobody has read meanwhile.
    async fn catch_up(&mut self) {
        self.start = Start::Over;
        let late = std::mem::take(&mut self.waiting).into_iter();
        self.pending.extend(late.filter_map(|waiting| Some((waiting.room, waiting.told?))));
        let pending = std::mem::take(&mut self.pending);
        let invited = std::mem::take(&mut self.invited);
        if self.begins {
            return;
        }
        for (id, told) in pending {
            let Some(room) = self.active.client.get_room(&id) else { continue };
            if self.active.unread(&room).await.messages > 0 {
                self.pending.push((id, told));
            }
        }
        self.invited = invited;
        self.tell_at_most(1).await;
    }

    async fn tell(&mut self) {
        self.tell_at_most(MOST_AT_ONCE).await;
    }

    async fn tell_at_most(&mut self, conversations: usize) {
        let settings = self.notifier.settings.borrow().notifications.clone();
        let now = chrono::Local::now();
        let mut rooms: BTreeMap<OwnedRoomId, Vec<Told>> = BTreeMap::new();
        for (room, told) in std::mem::take(&mut self.pending) {
            if tells(&settings, told.mention, now) && !self.notifier.is_before_the_doctor(&room) {
                rooms.entry(room).or_default().push(told);
            }
        }
        let mut invited = std::mem::take(&mut self.invited);
        invited.retain(|_| tells(&settings, false, now));
        if rooms.len() + invited.len() > conversations {
            let all = rooms.into_keys().chain(invited).map(|room| room.to_string());
            return self.notifier.change(|standing| Some(standing.add_several(all)));
        }
        for (id, told) in rooms {
            let Some(room) = self.active.client.get_room(&id) else { continue };
            let mut lines = Vec::with_capacity(told.len());
            for mut told in told {
                told.text = told.text.filter(|_| settings.detail == NotificationDetail::Text);
                let source = self.source(&room, &told.sender, settings.detail).await;
                lines.push(Line { told, source });
            }
            self.notifier.change(|standing| standing.add(&id, lines));
        }
        for id in invited {
            let Some(room) = self.active.client.get_room(&id).filter(|room| room.state() == RoomState::Invited) else {
                continue;
            };
            let inviter = room.invite_details().await.ok().map(|invite| invite.inviter_id);
            let source = match inviter {
                Some(inviter) => self.source(&room, &inviter, settings.detail).await,
                None => None,
            };
            self.notifier.change(|standing| Some(standing.invite(&id, source)));
        }
    }

    async fn source(&self, room: &Room, sender: &UserId, detail: NotificationDetail) -> Option<NotificationSource> {
        if detail == NotificationDetail::Nothing {
            return None;
        }
        let sender = chat::person(&self.active.directory, Some(room), sender).await.name;
        let group = chat::is_group(room).then(|| chat::group_name(room));
        Some(NotificationSource { sender, group })
    }

    async fn save(&mut self) {
        self.unsaved = false;
        save(&self.active.client, LOOKED_AT, &self.last).await;
    }
}

/// Whether these receipts say that the doctor has read on, on another device.
fn is_read_by(own: &UserId, event: Option<AnySyncEphemeralRoomEvent>) -> bool {
    let Some(AnySyncEphemeralRoomEvent::Receipt(receipts)) = event else { return false };
    receipts.content.0.values().any(|receipts| {
        let read = |kind: ReceiptType| receipts.get(&kind).is_some_and(|users| users.contains_key(own));
        read(ReceiptType::Read) || read(ReceiptType::ReadPrivate)
    })
}
