//! Threads: what is written about one message, beside the conversation.
//!
//! They are read from the conversation's own timeline, each message of which says in what thread it stands. Timelines of a
//! thread alone, which the SDK (0.18) has too, are kept in memory only: after a restart without a network they would be
//! empty. And with its support for threads what is unread in one would count nowhere. A message that is loaded has all that
//! follows it loaded as well, so that the thread that begins with it is whole.

use super::markdown;
use super::waiting;
use crate::account::{Active, matrix_error};
use consilium_api::chat::Mention;
use consilium_api::threads::EventRef;
use consilium_api::{Error, ErrorCode, Result};
use matrix_sdk::Room;
use matrix_sdk::room::reply::{EnforceThread, Reply};
use matrix_sdk::ruma::events::AnySyncTimelineEvent;
use matrix_sdk::ruma::events::relation::Thread;
use matrix_sdk::ruma::events::room::encrypted::Relation as AnyRelation;
use matrix_sdk::ruma::events::room::message::{AddMentions, Relation, ReplyWithinThread, RoomMessageEventContent};
use matrix_sdk::ruma::serde::Raw;
use matrix_sdk::ruma::{EventId, OwnedEventId};
use matrix_sdk_ui::timeline::{EventTimelineItem, MsgLikeKind, Timeline, TimelineItemContent};

/// What of a conversation is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// What stands in no thread.
    Conversation,
    /// The message that a thread begins with, and what stands in it.
    Thread(OwnedEventId),
}

impl Scope {
    /// Whether a message is shown: its event, and the one that its thread begins with.
    pub(super) fn holds(&self, event: Option<&EventId>, root: Option<&EventId>) -> bool {
        match self {
            Self::Conversation => root.is_none(),
            Self::Thread(own) => root.map_or(event == Some(own), |root| root == own),
        }
    }
}

/// Where in a thread a message stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub root: OwnedEventId,
    /// It answers a message of the thread; else what it refers to is for clients that know no threads.
    pub answers: bool,
}

impl From<Thread> for Place {
    fn from(thread: Thread) -> Self {
        Self { root: thread.event_id, answers: thread.in_reply_to.is_some() && !thread.is_falling_back }
    }
}

/// The event that the thread begins with in which this stands.
pub(crate) fn root_of(event: &EventTimelineItem) -> Option<OwnedEventId> {
    match event.content() {
        // The relation is readable where the rest is not.
        TimelineItemContent::MsgLike(message) if matches!(message.kind, MsgLikeKind::UnableToDecrypt(_)) => {
            thread_of(event.original_json()?).map(|thread| thread.event_id)
        }
        TimelineItemContent::MsgLike(message) => message.thread_root.clone(),
        _ => None,
    }
}

pub(super) async fn place_of(room: &Room, event: &EventTimelineItem) -> Option<Place> {
    let root = root_of(event)?;
    let thread = match event.original_json() {
        Some(json) => thread_of(json),
        None => queued_thread(room, event).await,
    };
    Some(thread.map_or(Place { root, answers: false }, Place::from))
}

async fn queued_thread(room: &Room, event: &EventTimelineItem) -> Option<Thread> {
    match waiting::relation(room, event.transaction_id()?).await? {
        Relation::Thread(thread) => Some(thread),
        _ => None,
    }
}

fn thread_of(event: &Raw<AnySyncTimelineEvent>) -> Option<Thread> {
    let AnySyncTimelineEvent::MessageLike(event) = event.deserialize().ok()? else { return None };
    match event.original_content()?.relation()? {
        AnyRelation::Thread(thread) => Some(thread),
        _ => None,
    }
}

/// A text as a message of a thread, as an answer to one of its messages if it is one.
pub(super) async fn within(
    timeline: &Timeline,
    root: OwnedEventId,
    answered: Option<OwnedEventId>,
    text: &str,
    mentions: &[Mention],
) -> Result<RoomMessageEventContent> {
    let room = timeline.room();
    let content = markdown::content(room.room_id(), text, mentions);
    if answered.is_none() {
        let latest = latest(timeline, &root).await;
        return Ok(content.with_relation(Some(Relation::Thread(Thread::plain(root, latest)))));
    }
    let reply = place_in(timeline, &root, answered).await;
    room.make_reply_event(content, reply).await.map_err(|error| super::messages::reply_error(&error))
}

/// Where in a thread something is put that the SDK makes the message of.
pub(super) async fn place_in(timeline: &Timeline, root: &EventId, answered: Option<OwnedEventId>) -> Reply {
    let (event_id, within, add_mentions) = match answered {
        Some(event) => (event, ReplyWithinThread::Yes, AddMentions::Yes),
        None => (latest(timeline, root).await, ReplyWithinThread::No, AddMentions::No),
    };
    Reply { event_id, enforce_thread: EnforceThread::Threaded(within), add_mentions }
}

/// What answers nothing names the last message of the thread, for clients that know no threads.
pub(super) async fn latest(timeline: &Timeline, root: &EventId) -> OwnedEventId {
    let items = timeline.items().await;
    // What is left of a recalled one does not say where it stood.
    let in_thread =
        |event: &&EventTimelineItem| !event.content().is_redacted() && root_of(event).is_some_and(|own| own == root);
    let events = items.iter().rev().filter_map(|item| item.as_event());
    let last = events.filter(in_thread).find_map(EventTimelineItem::event_id);
    last.unwrap_or(root).to_owned()
}

/// The event that the thread begins with in which this message stands.
pub(crate) async fn message_thread(active: &Active, input: &EventRef) -> Result<Option<String>> {
    let room = super::room(active, &input.room_id)?;
    let event = EventId::parse(&input.event_id).map_err(|_| Error::new(ErrorCode::InvalidInput, "not an event id"))?;
    let event = room.load_or_fetch_event(&event, None).await.map_err(|error| matrix_error(&error))?;
    Ok(thread_of(event.raw()).map(|thread| thread.event_id.to_string()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use matrix_sdk::ruma::event_id;
    use serde_json::{Value, json};

    fn place(content: Value) -> Option<Place> {
        let event = json!({
            "type": "m.room.message", "event_id": "$e", "sender": "@lin:jz.example", "origin_server_ts": 1,
            "content": content,
        });
        thread_of(&Raw::new(&event).unwrap().cast_unchecked()).map(Place::from)
    }

    fn text(relation: Value) -> Value {
        json!({ "msgtype": "m.text", "body": "APTT 56 s", "m.relates_to": relation })
    }

    #[test]
    fn a_message_says_in_which_thread_it_stands_and_whether_it_answers_one_there() {
        let root = event_id!("$root").to_owned();
        let follows = json!({
            "rel_type": "m.thread", "event_id": "$root", "is_falling_back": true, "m.in_reply_to": { "event_id": "$last" },
        });
        assert_eq!(place(text(follows)), Some(Place { root: root.clone(), answers: false }));
        let answers = json!({ "rel_type": "m.thread", "event_id": "$root", "m.in_reply_to": { "event_id": "$x" } });
        assert_eq!(place(text(answers)), Some(Place { root: root.clone(), answers: true }));
        let alone = json!({ "rel_type": "m.thread", "event_id": "$root" });
        assert_eq!(place(text(alone)), Some(Place { root, answers: false }));
        assert_eq!(place(text(json!({ "m.in_reply_to": { "event_id": "$root" } }))), None, "an answer is no thread");
        for nonsense in [json!({ "rel_type": "m.thread" }), json!({ "rel_type": "m.thread", "event_id": 7 }), json!([])]
        {
            assert_eq!(place(text(nonsense.clone())), None, "{nonsense}");
        }
    }

    #[test]
    fn a_thread_shows_what_it_begins_with_and_what_stands_in_it() {
        let (root, other) = (event_id!("$root"), event_id!("$other"));
        let thread = Scope::Thread(root.to_owned());
        assert!(
            thread.holds(Some(root), None) && thread.holds(Some(other), Some(root)) && thread.holds(None, Some(root))
        );
        assert!(
            !thread.holds(Some(other), None) && !thread.holds(Some(root), Some(other)) && !thread.holds(None, None)
        );
        assert!(Scope::Conversation.holds(Some(root), None) && !Scope::Conversation.holds(Some(other), Some(root)));
    }
}
