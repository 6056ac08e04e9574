//! What came in threads and was not looked at. A receipt tells how far one was in a conversation, with its threads: whoever
//! looks at the conversation has not seen what stands in them. That is kept here, for this device alone.

use super::reads::Read;
use super::{Active, load, lock, save};
use consilium_api::threads::UnreadThread;
use matrix_sdk::ruma::{EventId, OwnedEventId, OwnedRoomId, RoomId};
use matrix_sdk::{Client, Room, RoomState};
use matrix_sdk_ui::timeline::{EventTimelineItem, Timeline};
use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex as StdMutex;
use tokio::sync::Mutex;

/// Key in the SDK's store of all of it.
const THREADS: &[u8] = b"consilium.threads";

/// Events of a thread, and which of them name the doctor.
type Events = BTreeMap<OwnedEventId, bool>;
/// By the events that threads begin with.
type ByRoot = BTreeMap<OwnedEventId, Events>;

#[derive(Debug)]
pub(super) struct Threads {
    unseen: StdMutex<BTreeMap<OwnedRoomId, ByRoot>>,
    /// The last event of a thread when it was looked at, since the start.
    seen: StdMutex<HashMap<OwnedEventId, OwnedEventId>>,
    /// Storing: one at a time, so that the last is what stays.
    saving: Mutex<()>,
}

impl Threads {
    pub(super) async fn load(client: &Client) -> Self {
        let unseen = StdMutex::new(load(client, THREADS).await);
        Self { unseen, seen: StdMutex::default(), saving: Mutex::new(()) }
    }
}

/// An event of a timeline, as far as it matters here.
#[derive(Clone, Debug)]
struct Event {
    id: OwnedEventId,
    root: Option<OwnedEventId>,
    own: bool,
    names_me: bool,
    recalled: bool,
}

/// What a look changes: at the conversation, or at one of its threads. `from` is the first event that is not read yet.
/// Answers whether something outside of what was looked at is still unread.
fn look(
    events: &[Event],
    from: usize,
    thread: Option<&EventId>,
    unseen: &mut ByRoot,
    seen: &mut HashMap<OwnedEventId, OwnedEventId>,
) -> bool {
    for event in events.iter().filter(|event| event.recalled) {
        for events in unseen.values_mut() {
            events.remove(&event.id);
        }
    }
    let mut outside = false;
    for (at, event) in events.iter().enumerate().skip(from).filter(|(_, event)| !event.own && !event.recalled) {
        match &event.root {
            None => outside = true,
            Some(root) if Some(&**root) == thread => {}
            Some(root) => {
                let was_seen = seen.get(root).is_some_and(|last| events[at..].iter().any(|event| event.id == *last));
                if !was_seen {
                    unseen.entry(root.clone()).or_default().insert(event.id.clone(), event.names_me);
                }
            }
        }
    }
    if let Some(root) = thread {
        unseen.remove(root);
        if let Some(last) = events.iter().rev().find(|event| event.root.as_deref() == Some(root)) {
            seen.insert(root.to_owned(), last.id.clone());
        }
    }
    unseen.retain(|_, events| !events.is_empty());
    outside && thread.is_some()
}

impl Active {
    /// Takes in that somebody looks at the end of a conversation, or of one of its threads. Answers whether something
    /// else in it is unread: then the homeserver is not to be told.
    pub(super) async fn looked_at(&self, timeline: &Timeline, thread: Option<&EventId>, told: Option<&Read>) -> bool {
        let room = timeline.room();
        let read = timeline.latest_user_read_receipt_timeline_event_id(room.own_user_id()).await;
        let items = timeline.items().await;
        let events: Vec<Event> = items.iter().filter_map(|item| item.as_event()).filter_map(event).collect();
        let is_read =
            |event: &Event| read.as_ref() == Some(&event.id) || told.is_some_and(|told| told.event == event.id);
        let from = events.iter().rposition(is_read).map_or(0, |at| at + 1);
        let (outside, changed) = {
            let mut all = lock(&self.threads.unseen);
            let unseen = all.entry(room.room_id().to_owned()).or_default();
            let before = unseen.clone();
            let outside = look(&events, from, thread, unseen, &mut lock(&self.threads.seen));
            let changed = *unseen != before;
            all.retain(|_, threads| !threads.is_empty());
            (outside, changed)
        };
        if changed {
            self.save_threads().await;
        }
        outside
    }

    /// Threads of a conversation in which something was not looked at.
    pub(crate) fn unread_threads(&self, room: &RoomId) -> Vec<UnreadThread> {
        let unseen = lock(&self.threads.unseen);
        let Some(threads) = unseen.get(room) else { return Vec::new() };
        let thread = |(root, events): (&OwnedEventId, &Events)| UnreadThread {
            root: root.to_string(),
            messages: u32::try_from(events.len()).unwrap_or(u32::MAX),
        };
        threads.iter().map(thread).collect()
    }

    /// How many messages that is, and how many of them name the doctor.
    pub(super) fn unread_in_threads(&self, room: &Room) -> (u32, u32) {
        let unseen = lock(&self.threads.unseen);
        let events = || unseen.get(room.room_id()).into_iter().flat_map(BTreeMap::values).flat_map(BTreeMap::values);
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        (count(events().count()), count(events().filter(|names_me| **names_me).count()))
    }

    async fn save_threads(&self) {
        let _turn = self.threads.saving.lock().await;
        let unseen: BTreeMap<OwnedRoomId, ByRoot> = {
            let mut unseen = lock(&self.threads.unseen);
            unseen.retain(|room, _| self.client.get_room(room).is_some_and(|room| room.state() == RoomState::Joined));
            unseen.clone()
        };
        save(&self.client, THREADS, &unseen).await;
    }
}

fn event(event: &EventTimelineItem) -> Option<Event> {
    Some(Event {
        id: event.event_id()?.to_owned(),
        root: crate::chat::thread_root_of(event),
        own: event.is_own(),
        names_me: event.is_highlighted(),
        recalled: event.content().is_redacted(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn id(id: &str) -> OwnedEventId {
        OwnedEventId::try_from(format!("${id}")).unwrap()
    }

    fn message(event: &str, root: Option<&str>) -> Event {
        Event { id: id(event), root: root.map(id), own: false, names_me: false, recalled: false }
    }

    fn unseen(threads: &ByRoot) -> Vec<(&str, Vec<&str>)> {
        threads.iter().map(|(root, events)| (root.as_str(), events.keys().map(|id| id.as_str()).collect())).collect()
    }

    #[test]
    fn what_stands_in_threads_is_unseen_until_one_looks_there() {
        let own = Event { own: true, ..message("own", Some("a")) };
        let named = Event { names_me: true, ..message("b1", Some("b")) };
        let events = [message("a", None), message("b", None), message("a1", Some("a")), own, named];
        let (mut threads, mut seen) = (ByRoot::new(), HashMap::new());
        assert!(!look(&events, 1, None, &mut threads, &mut seen), "all of the conversation is read now");
        assert_eq!(unseen(&threads), [("$a", vec!["$a1"]), ("$b", vec!["$b1"])]);
        assert!(threads[&id("b")][&id("b1")], "it names the doctor");
        assert!(!look(&events, 5, Some(&id("a")), &mut threads, &mut seen));
        assert_eq!(unseen(&threads), [("$b", vec!["$b1"])]);
    }

    #[test]
    fn a_thread_that_is_looked_at_says_nothing_of_the_conversation() {
        let events = [message("a", None), message("a1", Some("a")), message("new", None), message("b1", Some("b"))];
        let (mut threads, mut seen) = (ByRoot::new(), HashMap::new());
        assert!(look(&events, 1, Some(&id("a")), &mut threads, &mut seen), "a message in the conversation is unread");
        assert_eq!(unseen(&threads), [("$b", vec!["$b1"])]);
        assert!(!look(&events, 1, None, &mut threads, &mut seen));
        assert_eq!(unseen(&threads), [("$b", vec!["$b1"])], "what was seen in the thread is not unseen again");
        let later = [&events[..], &[message("a2", Some("a"))]].concat();
        look(&later, 4, None, &mut threads, &mut seen);
        assert_eq!(unseen(&threads), [("$a", vec!["$a2"]), ("$b", vec!["$b1"])]);
    }

    #[test]
    fn what_is_recalled_is_not_unseen() {
        let mut events = vec![message("a", None), message("a1", Some("a")), message("a2", Some("a"))];
        let (mut threads, mut seen) = (ByRoot::new(), HashMap::new());
        look(&events, 1, None, &mut threads, &mut seen);
        events[1] = Event { recalled: true, root: None, ..events[1].clone() };
        look(&events, 3, None, &mut threads, &mut seen);
        assert_eq!(unseen(&threads), [("$a", vec!["$a2"])]);
    }
}
