//! Edits, recalls, votes and reactions taken back that the homeserver does not have yet. The SDK's timeline shows them as done;
//! here is which of them wait, and which were refused.

use consilium_api::chat::Delivery;
use matrix_sdk::Room;
use matrix_sdk::ruma::events::AnyMessageLikeEventContent;
use matrix_sdk::ruma::events::room::message::{
    Relation, RoomMessageEventContent, RoomMessageEventContentWithoutRelation,
};
use matrix_sdk::ruma::{EventId, OwnedEventId, OwnedTransactionId, TransactionId};
use matrix_sdk::send_queue::{LocalEcho, LocalEchoContent, RoomSendQueueUpdate, SendHandle, SendRedactionHandle};
use std::collections::HashMap;

#[derive(Default)]
pub(super) struct Waiting {
    changes: HashMap<OwnedTransactionId, Change>,
}

struct Change {
    target: OwnedEventId,
    is_redaction: bool,
    delivery: Delivery,
}

impl Waiting {
    /// What is in the queue of this conversation about messages that are there already.
    pub(super) async fn in_queue(room: &Room) -> Self {
        let mut waiting = Self::default();
        if let Ok((echoes, _)) = room.send_queue().subscribe().await {
            for echo in &echoes {
                waiting.insert(echo);
            }
        }
        waiting
    }

    /// Takes in what happened in the queue; answers the event whose message or reaction looks different now.
    pub(super) fn apply(&mut self, update: &RoomSendQueueUpdate) -> Option<OwnedEventId> {
        match update {
            RoomSendQueueUpdate::NewLocalEvent(echo) => self.insert(echo),
            RoomSendQueueUpdate::CancelledLocalEvent { transaction_id } => {
                self.changes.remove(transaction_id).map(|change| change.target)
            }
            RoomSendQueueUpdate::SendError { transaction_id, is_recoverable: false, .. } => {
                self.set(transaction_id, Delivery::Failed)
            }
            RoomSendQueueUpdate::RetryEvent { transaction_id } => self.set(transaction_id, Delivery::Queued),
            // It comes back with the sync in a moment. Until then a reaction that was taken back must not appear again.
            RoomSendQueueUpdate::SentEvent { transaction_id, .. } => self.set(transaction_id, Delivery::Sent),
            _ => None,
        }
    }

    fn insert(&mut self, echo: &LocalEcho) -> Option<OwnedEventId> {
        let (target, is_redaction, is_refused) = match &echo.content {
            LocalEchoContent::Redaction { redacts, send_error, .. } => (redacts.clone(), true, send_error.is_some()),
            LocalEchoContent::Event { send_error, .. } => (changed(echo)?, false, send_error.is_some()),
            LocalEchoContent::React { .. } => return None,
        };
        let delivery = if is_refused { Delivery::Failed } else { Delivery::Queued };
        let change = Change { target: target.clone(), is_redaction, delivery };
        self.changes.insert(echo.transaction_id.clone(), change);
        Some(target)
    }

    fn set(&mut self, transaction: &OwnedTransactionId, delivery: Delivery) -> Option<OwnedEventId> {
        let change = self.changes.get_mut(transaction)?;
        change.delivery = delivery;
        Some(change.target.clone())
    }

    /// How what is to become of this message stands: queued, failed, or none.
    pub(super) fn of(&self, event: &EventId) -> Option<Delivery> {
        let of_event = || self.changes.values().filter(|change| change.target == event);
        [Delivery::Failed, Delivery::Queued].into_iter().find(|d| of_event().any(|change| change.delivery == *d))
    }

    /// Whether this event, a reaction, was taken back here.
    pub(super) fn is_taken_back(&self, event: &EventId) -> bool {
        self.changes
            .values()
            .any(|change| change.is_redaction && change.target == event && change.delivery != Delivery::Failed)
    }
}

/// What a queued message says.
pub(super) fn message(echo: &LocalEcho) -> Option<RoomMessageEventContent> {
    let LocalEchoContent::Event { serialized_event, .. } = &echo.content else { return None };
    match serialized_event.deserialize() {
        Ok(AnyMessageLikeEventContent::RoomMessage(message)) => Some(message),
        _ => None,
    }
}

/// The content of a queued message, as JSON.
pub(super) async fn content(room: &Room, transaction: &TransactionId) -> Option<String> {
    let (echoes, _) = room.send_queue().subscribe().await.ok()?;
    let echo = echoes.iter().find(|echo| echo.transaction_id == transaction)?;
    let LocalEchoContent::Event { serialized_event, .. } = &echo.content else { return None };
    Some(serialized_event.raw().0.json().get().to_owned())
}

/// What a queued message refers to.
pub(super) async fn relation(
    room: &Room,
    transaction: &TransactionId,
) -> Option<Relation<RoomMessageEventContentWithoutRelation>> {
    let (echoes, _) = room.send_queue().subscribe().await.ok()?;
    let echo = echoes.iter().find(|echo| echo.transaction_id == transaction)?;
    message(echo)?.relates_to
}

/// The event that a queued message is an edit of.
pub(super) fn edited(message: &RoomMessageEventContent) -> Option<&EventId> {
    match &message.relates_to {
        Some(Relation::Replacement(replacement)) => Some(&replacement.event_id),
        _ => None,
    }
}

/// The event that something queued changes: an edit its text, a vote or an end a poll.
fn changed(echo: &LocalEcho) -> Option<OwnedEventId> {
    let LocalEchoContent::Event { serialized_event, .. } = &echo.content else { return None };
    match serialized_event.deserialize().ok()? {
        AnyMessageLikeEventContent::RoomMessage(message) => edited(&message).map(ToOwned::to_owned),
        AnyMessageLikeEventContent::UnstablePollResponse(vote) => Some(vote.relates_to.event_id),
        AnyMessageLikeEventContent::UnstablePollEnd(end) => Some(end.relates_to.event_id),
        _ => None,
    }
}

/// What waits about an event and can be tried again or given up.
pub(super) enum Handle {
    /// An edit; in a poll a vote, or its end.
    Change(SendHandle),
    Redaction(SendRedactionHandle),
}

/// Everything about this event that is in the queue of its conversation, in the order it was queued.
pub(super) async fn about(room: &Room, event: &EventId) -> Vec<Handle> {
    let Ok((echoes, _)) = room.send_queue().subscribe().await else { return Vec::new() };
    let handle = |echo: LocalEcho| {
        let is_change = changed(&echo).is_some_and(|changed| changed == event);
        match echo.content {
            LocalEchoContent::Event { send_handle, .. } if is_change => Some(Handle::Change(send_handle)),
            LocalEchoContent::Redaction { redacts, send_handle, .. } if redacts == event => {
                Some(Handle::Redaction(send_handle))
            }
            _ => None,
        }
    };
    echoes.into_iter().filter_map(handle).collect()
}
