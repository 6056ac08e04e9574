//! What becomes of messages that were changed or deleted while they waited. One that was tried may be at the homeserver as it
//! was: the answer was lost, with the network or with the program. When the queue sends it again, changed, the homeserver takes
//! it for the same (one transaction id) and keeps what it has; one that was deleted stands for everybody else.
//!
//! So each is remembered until it comes back, and changed or recalled then if it is not as it should be.

use super::messages::own_edits;
use super::waiting::{Handle, about};
use crate::account::{Active, load, matrix_error, queue_error, save};
use chrono::Utc;
use consilium_api::{Error, ErrorCode, Result};
use matrix_sdk::room::edit::EditedContent;
use matrix_sdk::ruma::events::room::message::RoomMessageEventContent;
use matrix_sdk::ruma::{EventId, OwnedEventId, OwnedRoomId, OwnedTransactionId, OwnedUserId, RoomId, TransactionId};
use matrix_sdk::send_queue::{RoomSendQueueUpdate, SendQueueUpdate};
use matrix_sdk::sync::RoomUpdates;
use matrix_sdk::{Client, Room};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Mutex, broadcast};

/// Key in the SDK's store.
const REVISIONS: &[u8] = b"consilium.revisions";
/// How long one is remembered that was never heard of again, in seconds.
const KEPT: i64 = 30 * 24 * 3600;
/// What of a message a reader sees.
const SAID: [&str; 4] = ["msgtype", "body", "formatted_body", "m.mentions"];

/// What is to become of a message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Revision {
    room: OwnedRoomId,
    /// Its new content; none if it was deleted.
    content: Option<Value>,
    /// Seconds since 1970.
    at: i64,
    /// It came back while the queue still held it.
    arrived: Option<Arrived>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Arrived {
    event: OwnedEventId,
    is_right: bool,
}

/// By the transaction in which each is sent.
#[derive(Debug, Default)]
pub(crate) struct Revisions(Mutex<BTreeMap<OwnedTransactionId, Revision>>);

impl Revisions {
    pub(crate) async fn load(client: &Client) -> Self {
        Self(Mutex::new(load(client, REVISIONS).await))
    }

    async fn get(&self, transaction: &TransactionId) -> Option<Revision> {
        self.0.lock().await.get(transaction).cloned()
    }

    async fn is_empty(&self) -> bool {
        self.0.lock().await.is_empty()
    }

    /// Answers what was to become of it before.
    async fn put(&self, client: &Client, transaction: OwnedTransactionId, revision: Revision) -> Option<Revision> {
        let mut all = self.0.lock().await;
        let now = Utc::now().timestamp();
        all.retain(|_, revision| now - revision.at < KEPT);
        let before = all.insert(transaction, revision);
        save(client, REVISIONS, &*all).await;
        before
    }

    async fn remove(&self, client: &Client, transaction: &TransactionId) {
        let mut all = self.0.lock().await;
        if all.remove(transaction).is_some() {
            save(client, REVISIONS, &*all).await;
        }
    }
}

/// Remembers, before it is done, what a queued message is changed to; without a content, that it is deleted. Answers what was
/// remembered of it before.
pub(super) async fn remember(
    active: &Active,
    room: &RoomId,
    transaction: &TransactionId,
    content: Option<&RoomMessageEventContent>,
) -> Result<Option<Revision>> {
    let content = content.map(serde_json::to_value).transpose();
    let content = content.map_err(|_| Error::new(ErrorCode::Internal, "a message could not be serialized"))?;
    let revision = Revision { room: room.to_owned(), content, at: Utc::now().timestamp(), arrived: None };
    Ok(active.revisions.put(&active.client, transaction.to_owned(), revision).await)
}

/// It was not changed after all: what was remembered before stands.
pub(super) async fn restore(active: &Active, transaction: &TransactionId, before: Option<Revision>) {
    match before {
        Some(before) => drop(active.revisions.put(&active.client, transaction.to_owned(), before).await),
        None => forget(active, transaction).await,
    }
}

async fn forget(active: &Active, transaction: &TransactionId) {
    active.revisions.remove(&active.client, transaction).await;
}

/// Looks at what comes back for as long as the session lives.
pub(crate) async fn keep(
    active: Arc<Active>,
    mut updates: broadcast::Receiver<RoomUpdates>,
    mut queue: broadcast::Receiver<SendQueueUpdate>,
) {
    loop {
        let done = tokio::select! {
            update = updates.recv() => match update {
                Ok(update) => look_at(&active, &update).await,
                Err(RecvError::Lagged(_)) => Ok(()),
                Err(RecvError::Closed) => return,
            },
            update = queue.recv() => match update {
                Ok(SendQueueUpdate { room_id, update: RoomSendQueueUpdate::SentEvent { transaction_id, event_id } }) => {
                    went_out(&active, &room_id, &transaction_id, event_id).await
                }
                Ok(_) | Err(RecvError::Lagged(_)) => Ok(()),
                Err(RecvError::Closed) => return,
            },
        };
        if let Err(error) = done {
            tracing::warn!(code = ?error.code, "a message that was changed while it waited could not be put right");
        }
    }
}

async fn look_at(active: &Active, update: &RoomUpdates) -> Result<()> {
    if active.revisions.is_empty().await {
        return Ok(());
    }
    for (room, joined) in &update.joined {
        for event in &joined.timeline.events {
            if let Some(own) = Own::of(event.raw().json())
                && active.client.user_id() == Some(&*own.sender)
            {
                arrived(active, room, own).await?;
            }
        }
    }
    Ok(())
}

/// A message came back with a sync.
async fn arrived(active: &Active, room: &RoomId, own: Own) -> Result<()> {
    let transaction = own.unsigned.transaction_id;
    let Some(revision) = active.revisions.get(&transaction).await.filter(|revision| revision.room == room) else {
        return Ok(());
    };
    let Some(joined) = active.client.get_room(room) else { return Ok(()) };
    let Some(wanted) = &revision.content else {
        let is_recalled = about(&joined, &own.event_id).await.iter().any(|each| matches!(each, Handle::Redaction(_)));
        if !is_recalled {
            joined.send_queue().redact(own.event_id, None).await.map_err(|error| queue_error(&error))?;
        }
        forget(active, &transaction).await;
        return Ok(());
    };
    let arrived = Arrived { is_right: says(&own.content, wanted), event: own.event_id };
    if is_queued(&joined, &transaction).await {
        // The queue may change it itself once it hears that it is out.
        let revision = Revision { arrived: Some(arrived), ..revision };
        active.revisions.put(&active.client, transaction, revision).await;
        return Ok(());
    }
    put_right(active, &joined, &transaction, &arrived, wanted).await
}

/// The homeserver says that it has a message, whichever of its texts.
async fn went_out(active: &Active, room: &RoomId, transaction: &TransactionId, event: OwnedEventId) -> Result<()> {
    let Some(Revision { content: Some(wanted), arrived, .. }) = active.revisions.get(transaction).await else {
        return Ok(());
    };
    let Some(room) = active.client.get_room(room) else { return Ok(()) };
    let arrived = match arrived {
        Some(arrived) => arrived,
        None => {
            // What the SDK has of it is what was sent last.
            let there = room.event(&event, None).await.map_err(|error| matrix_error(&error))?;
            let is_right = Own::content_of(there.raw().json()).is_some_and(|content| says(&content, &wanted));
            Arrived { event, is_right }
        }
    };
    put_right(active, &room, transaction, &arrived, &wanted).await
}

async fn put_right(
    active: &Active,
    room: &Room,
    transaction: &TransactionId,
    Arrived { event, is_right }: &Arrived,
    wanted: &Value,
) -> Result<()> {
    if !is_right && !is_edited(room, transaction, event).await {
        let wanted: RoomMessageEventContent = serde_json::from_value(wanted.clone())
            .map_err(|_| Error::new(ErrorCode::Internal, "a message could not be read again"))?;
        let edited = EditedContent::RoomMessage(wanted.into());
        let edit = room.make_edit_event(event, edited).await.map_err(|_| {
            Error::new(ErrorCode::Internal, "an edit of a message that was changed while it waited was refused")
        })?;
        room.send_queue().send(edit).await.map_err(|error| queue_error(&error))?;
    }
    forget(active, transaction).await;
    Ok(())
}

/// Whether the SDK or the doctor has changed it as a message that is out.
async fn is_edited(room: &Room, transaction: &TransactionId, event: &EventId) -> bool {
    let client = room.client();
    let dependents = client.state_store().load_dependent_queued_requests(room.room_id()).await.unwrap_or_default();
    dependents.iter().any(|each| each.parent_transaction_id == transaction)
        || about(room, event).await.iter().any(|each| matches!(each, Handle::Change(_)))
        || !own_edits(room, event).await.is_empty()
}

async fn is_queued(room: &Room, transaction: &TransactionId) -> bool {
    let client = room.client();
    let queued = client.state_store().load_send_queue_requests(room.room_id()).await.unwrap_or_default();
    queued.iter().any(|each| each.transaction_id == transaction)
}

/// Whether two contents read the same.
fn says(content: &Value, wanted: &Value) -> bool {
    SAID.iter().all(|field| content.get(field) == wanted.get(field))
}

/// An event of this device, as the homeserver tells it.
#[derive(Debug, Deserialize)]
struct Own {
    sender: OwnedUserId,
    event_id: OwnedEventId,
    content: Value,
    unsigned: Unsigned,
}

#[derive(Debug, Deserialize)]
struct Unsigned {
    transaction_id: OwnedTransactionId,
}

impl Own {
    fn of(event: &RawValue) -> Option<Self> {
        serde_json::from_str(event.get()).ok()
    }

    fn content_of(event: &RawValue) -> Option<Value> {
        #[derive(Deserialize)]
        struct Event {
            content: Value,
        }
        serde_json::from_str(event.get()).map(|Event { content }| content).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn two_texts_are_told_apart_and_what_no_reader_sees_is_not() {
        let wanted = json!({ "msgtype": "m.text", "body": "1 mg", "m.mentions": {} });
        let mut there = wanted.clone();
        there["m.relates_to"] = json!({ "m.in_reply_to": { "event_id": "$1" } });
        assert!(says(&there, &wanted));
        there["body"] = "10 mg".into();
        assert!(!says(&there, &wanted));
        assert!(!says(&json!({ "algorithm": "m.megolm.v1.aes-sha2" }), &wanted));
    }
}
