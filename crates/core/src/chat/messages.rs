//! What can be done with a message: answered, edited, recalled, reacted to. All of it goes through the SDK's send queue, so
//! that nothing waits for the network and nothing is lost without it.

use super::markdown;
use super::people::person;
use super::reactions::{key_of, shown_key};
use super::revisions;
use super::sending::{ensure_encrypted, queue_text, sendable};
use super::threads;
use super::waiting::{self, Handle, about};
use crate::account::{Active, matrix_error, queue_error};
use consilium_api::account::Link;
use consilium_api::chat::{EditMessage, MessageRef, React, Readers, SendText, TakeReactionBack};
use consilium_api::{Error, ErrorCode, Result};
use matrix_sdk::room::edit::{EditError as RoomEditError, EditedContent};
use matrix_sdk::room::reply::ReplyError;
use matrix_sdk::ruma::events::relation::RelationType;
use matrix_sdk::ruma::events::room::message::RoomMessageEventContentWithoutRelation;
use matrix_sdk::ruma::{EventId, OwnedEventId, OwnedUserId};
use matrix_sdk::send_queue::RoomSendQueueError;
use matrix_sdk::{Room, RoomMemberships};
use matrix_sdk_ui::timeline::{
    EditError, Error as TimelineError, EventTimelineItem, ReactionStatus, Timeline, TimelineItem,
};
use std::collections::HashSet;
use std::time::Duration;

/// How long the homeserver may take to say who is in a group.
const PATIENCE: Duration = Duration::from_secs(5);

/// Queues what stands in a field, which is empty then.
pub(crate) async fn send(active: &Active, input: &SendText) -> Result<()> {
    queue(active, input).await?;
    let room = super::room(active, &input.room_id)?;
    let thread = input.thread.as_deref().map(event_id).transpose()?;
    active.clear_draft(&room, thread.as_deref()).await;
    Ok(())
}

/// Queues a message, as an answer if it is one.
pub(crate) async fn queue(active: &Active, input: &SendText) -> Result<()> {
    let text = sendable(&input.text)?;
    let room = super::room(active, &input.room_id)?;
    let answered = input.reply_to.as_deref().map(event_id).transpose()?;
    let thread = input.thread.as_deref().map(event_id).transpose()?;
    if answered.is_none() && thread.is_none() {
        active.until_opened(room.room_id()).await;
        queue_text(&room, text, &input.mentions).await?;
    } else {
        ensure_encrypted(&room).await?;
        let timeline = active.timeline(&input.room_id).await?;
        if let Some(root) = thread {
            let content = threads::within(&timeline, root, answered, text, &input.mentions).await?;
            room.send_queue().send(content.into()).await.map_err(|error| queue_error(&error))?;
        } else if let Some(event) = answered {
            let content = markdown::content(room.room_id(), text, &input.mentions);
            timeline.send_reply(content, event).await.map_err(|error| timeline_error(&error))?;
        }
    }
    Ok(())
}

pub(crate) fn event_id(id: &str) -> Result<OwnedEventId> {
    EventId::parse(id).map_err(|_| Error::new(ErrorCode::InvalidInput, "not an event id"))
}

/// Queues another text for an own message. The SDK refuses edits of what others wrote.
pub(crate) async fn edit(active: &Active, input: &EditMessage) -> Result<()> {
    let text = sendable(&input.text)?;
    let timeline = active.timeline(&input.room_id).await?;
    ensure_encrypted(timeline.room()).await?;
    let content = markdown::content(timeline.room().room_id(), text, &input.mentions);
    let mut thread = None;
    if let Ok(item) = find(active, &timeline, &input.item_id).await {
        thread = threads::root_of(&item);
        // One that is out and has not come back yet has an event.
        if item.event_id().is_none() {
            edit_unsent(active, &timeline, &item, content).await?;
            // A message that was refused goes out with its new text.
            active.resume_queue().await;
        } else {
            let edited = EditedContent::RoomMessage(content);
            timeline.edit(&item.identifier(), edited).await.map_err(|error| timeline_error(&error))?;
        }
    } else {
        let edited = EditedContent::RoomMessage(content);
        // Further up than what is loaded.
        let room = timeline.room();
        let known_by = active.known_by(room.room_id(), &input.item_id);
        let event = known_by.iter().find_map(|id| EventId::parse(id).ok()).ok_or_else(no_such_message)?;
        let content = room.make_edit_event(&event, edited).await.map_err(|error| edit_error(&error))?;
        room.send_queue().send(content).await.map_err(|error| queue_error(&error))?;
    }
    active.clear_draft(timeline.room(), thread.as_deref()).await;
    Ok(())
}

/// Changes what lies in the queue. The SDK's own way would take away what the message answers, and its thread.
async fn edit_unsent(
    active: &Active,
    timeline: &Timeline,
    item: &EventTimelineItem,
    content: RoomMessageEventContentWithoutRelation,
) -> Result<()> {
    let too_late = || Error::new(ErrorCode::WrongState, "the message was sent meanwhile");
    let handle = item.local_echo_send_handle().ok_or_else(too_late)?;
    let transaction = item.transaction_id().ok_or_else(too_late)?;
    let relation = waiting::relation(timeline.room(), transaction).await;
    let content = content.with_relation(relation);
    let before = revisions::remember(active, timeline.room().room_id(), transaction, Some(&content)).await?;
    let edited = match handle.edit(content.into()).await {
        Ok(true) => return Ok(()),
        Ok(false) => too_late(),
        Err(error) => queue_error(&error.into()),
    };
    revisions::restore(active, transaction, before).await;
    Err(edited)
}

/// Takes an own message back, with its edits: each of them holds a text of its own.
pub(crate) async fn recall(active: &Active, input: &MessageRef) -> Result<()> {
    let timeline = active.timeline(&input.room_id).await?;
    let item = find(active, &timeline, &input.item_id).await?;
    if !item.is_own() {
        return Err(Error::new(ErrorCode::InvalidInput, "only an own message can be recalled"));
    }
    let Some(event) = item.event_id() else {
        return discard_unsent(active, timeline.room(), &item).await;
    };
    let room = timeline.room();
    // An edit that went out after the recall would bring a text back.
    for handle in about(room, event).await {
        if let Handle::Change(handle) = handle {
            handle.abort().await.map_err(|error| queue_error(&error.into()))?;
        }
    }
    let queue = room.send_queue();
    let redact = async |event| queue.redact(event, None).await.map(drop).map_err(|error| queue_error(&error));
    redact(event.to_owned()).await?;
    for edit in own_edits(room, event).await {
        redact(edit).await?;
    }
    Ok(())
}

/// The edits of an event that this machine knows of.
pub(super) async fn own_edits(room: &Room, event: &EventId) -> Vec<OwnedEventId> {
    let Ok((cache, _keep)) = room.event_cache().await else { return Vec::new() };
    let edits = cache.find_event_relations(event, Some(vec![RelationType::Replacement])).await.unwrap_or_default();
    let own = room.own_user_id();
    edits
        .into_iter()
        .filter(|edit| edit.sender().is_some_and(|sender| sender == own))
        .filter_map(|edit| edit.event_id())
        .collect()
}

/// Reacts with a word, or takes it back.
pub(crate) async fn react(active: &Active, input: &React) -> Result<()> {
    let timeline = active.timeline(&input.room_id).await?;
    ensure_encrypted(timeline.room()).await?;
    let item = find(active, &timeline, &input.item_id).await?;
    toggle(&timeline, &item, key_of(input.word)).await
}

/// Takes an own reaction back, whichever client sent it.
pub(crate) async fn take_reaction_back(active: &Active, input: &TakeReactionBack) -> Result<()> {
    let timeline = active.timeline(&input.room_id).await?;
    ensure_encrypted(timeline.room()).await?;
    let item = find(active, &timeline, &input.item_id).await?;
    let own = timeline.room().own_user_id();
    let key = item.content().reactions().and_then(|all| {
        let mut own = all.iter().filter(|(_, senders)| senders.contains_key(own));
        own.find(|(key, _)| shown_key(key) == input.key).map(|(key, _)| key.clone())
    });
    let key = key.ok_or_else(|| Error::new(ErrorCode::NotFound, "no such reaction of one's own"))?;
    toggle(&timeline, &item, &key).await
}

async fn toggle(timeline: &Timeline, item: &EventTimelineItem, key: &str) -> Result<()> {
    let own = timeline.room().own_user_id();
    let sent = item.content().reactions().and_then(|all| match &all.get(key)?.get(own)?.status {
        ReactionStatus::RemoteToRemote(event) => Some(event.clone()),
        ReactionStatus::LocalToLocal(_) | ReactionStatus::LocalToRemote(_) => None,
    });
    let Some(sent) = sent else {
        return timeline
            .toggle_reaction(&item.identifier(), key)
            .await
            .map(drop)
            .map_err(|error| timeline_error(&error));
    };
    // The SDK's own way waits for the homeserver here: taken back through the queue instead.
    let mut given_again = false;
    for handle in about(timeline.room(), &sent).await {
        if let Handle::Redaction(handle) = handle {
            given_again |= handle.abort().await.map_err(|error| queue_error(&error.into()))?;
        }
    }
    if !given_again {
        timeline.room().send_queue().redact(sent, None).await.map_err(|error| queue_error(&error))?;
    }
    Ok(())
}

/// Tries again what the homeserver refused.
pub(crate) async fn retry(active: &Active, input: &MessageRef) -> Result<()> {
    let timeline = active.timeline(&input.room_id).await?;
    let item = find(active, &timeline, &input.item_id).await?;
    let not_queued = |error: RoomSendQueueError| queue_error(&error);
    if let Some(event) = item.event_id() {
        let room = timeline.room();
        for handle in about(room, event).await {
            match handle {
                Handle::Change(handle) => handle.unwedge().await.map_err(not_queued)?,
                Handle::Redaction(handle) => {
                    if handle.abort().await.map_err(|error| queue_error(&error.into()))? {
                        room.send_queue().redact(event.to_owned(), None).await.map_err(not_queued)?;
                    }
                }
            }
        }
    } else {
        let handle = item.local_echo_send_handle();
        let handle = handle.ok_or_else(|| Error::new(ErrorCode::NotFound, "the message is on its way"))?;
        handle.unwedge().await.map_err(not_queued)?;
    }
    active.resume_queue().await;
    Ok(())
}

/// Gives up what is not out: the message, or what was to become of it.
pub(crate) async fn discard(active: &Active, input: &MessageRef) -> Result<()> {
    let timeline = active.timeline(&input.room_id).await?;
    let item = find(active, &timeline, &input.item_id).await?;
    let Some(event) = item.event_id() else {
        return discard_unsent(active, timeline.room(), &item).await;
    };
    for handle in about(timeline.room(), event).await {
        let aborted = match handle {
            Handle::Change(handle) => handle.abort().await,
            Handle::Redaction(handle) => handle.abort().await,
        };
        aborted.map_err(|error| queue_error(&error.into()))?;
    }
    active.resume_queue().await;
    Ok(())
}

async fn discard_unsent(active: &Active, room: &Room, item: &EventTimelineItem) -> Result<()> {
    let handle = item.local_echo_send_handle().ok_or_else(no_such_message)?;
    let transaction = item.transaction_id().ok_or_else(no_such_message)?;
    let before = revisions::remember(active, room.room_id(), transaction, None).await?;
    let kept = match handle.abort().await {
        Ok(true) => {
            // What was written after it goes on.
            active.resume_queue().await;
            return Ok(());
        }
        Ok(false) => Error::new(ErrorCode::WrongState, "the message was sent meanwhile"),
        Err(error) => queue_error(&error.into()),
    };
    revisions::restore(active, transaction, before).await;
    Err(kept)
}

/// Who has read a message: whose receipt, or whose own message, is at it or after it.
pub(crate) async fn readers(active: &Active, input: &MessageRef) -> Result<Readers> {
    let timeline = active.timeline(&input.room_id).await?;
    let room = timeline.room();
    if !room.are_members_synced() && active.connection.borrow().link == Link::Online {
        let _ = tokio::time::timeout(PATIENCE, room.sync_members()).await;
    }
    let items = timeline.items().await;
    let known_by = active.known_by(timeline.room().room_id(), &input.item_id);
    let at = items.iter().rposition(|item| is(item, &known_by)).ok_or_else(no_such_message)?;
    let read: HashSet<OwnedUserId> =
        items.iter().skip(at).filter_map(|item| item.as_event()).flat_map(have_read).collect();
    let members = room.members_no_sync(RoomMemberships::JOIN).await.map_err(|error| matrix_error(&error))?;
    let mut readers = Readers { read: Vec::new(), unread: Vec::new() };
    for member in members.iter().filter(|member| member.user_id() != room.own_user_id()) {
        let person = person(&active.directory, Some(room), member.user_id()).await;
        if read.contains(member.user_id()) { &mut readers.read } else { &mut readers.unread }.push(person);
    }
    Ok(readers)
}

/// Whoever has read up to this event at least.
pub(super) fn have_read(event: &EventTimelineItem) -> Vec<OwnedUserId> {
    event.read_receipts().keys().cloned().chain([event.sender().to_owned()]).collect()
}

/// Whether a timeline knows this item by one of these.
pub(super) fn is(item: &TimelineItem, known_by: &[String]) -> bool {
    let event = item.as_event();
    known_by.iter().any(|id| {
        item.unique_id().0 == *id
            || event.and_then(EventTimelineItem::event_id).is_some_and(|event| event == id)
            || event.and_then(EventTimelineItem::transaction_id).is_some_and(|transaction| transaction == id)
    })
}

/// The message with this item or event id.
pub(super) async fn find(active: &Active, timeline: &Timeline, id: &str) -> Result<EventTimelineItem> {
    let known_by = active.known_by(timeline.room().room_id(), id);
    let items = timeline.items().await;
    items
        .iter()
        .rev()
        .find(|item| is(item, &known_by))
        .and_then(|item| item.as_event().cloned())
        .ok_or_else(no_such_message)
}

fn no_such_message() -> Error {
    Error::new(ErrorCode::NotFound, "no such message")
}

fn timeline_error(error: &TimelineError) -> Error {
    match error {
        TimelineError::SendQueueError(error) => queue_error(error),
        TimelineError::EditError(EditError::RoomError(error)) => edit_error(error),
        TimelineError::EditError(_) => Error::new(ErrorCode::WrongState, "the message was sent meanwhile"),
        TimelineError::ReplyError(error) => reply_error(error),
        _ => Error::new(ErrorCode::Internal, "the timeline refused it"),
    }
}

pub(super) fn reply_error(error: &ReplyError) -> Error {
    match error {
        ReplyError::Fetch(error) => matrix_error(error),
        _ => Error::new(ErrorCode::InvalidInput, "not a message that can be answered"),
    }
}

fn edit_error(error: &RoomEditError) -> Error {
    match error {
        RoomEditError::NotAuthor => Error::new(ErrorCode::InvalidInput, "only an own message can be edited"),
        RoomEditError::Fetch(error) => matrix_error(error),
        _ => Error::new(ErrorCode::InvalidInput, "not a message that can be edited"),
    }
}
