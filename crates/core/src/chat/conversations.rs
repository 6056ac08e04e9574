//! The list of conversations, live.

use super::content::{instant, preview, preview_of};
use super::people::person;
use super::waiting;
use crate::account::Active;
use consilium_api::chat::{Conversation, Delivery, LastMessage, Membership, Preview};
use consilium_api::{Error, ErrorCode, ListOp, ListUpdate, Result};
use eyeball_im::{Vector, VectorDiff};
use futures::stream::BoxStream;
use futures::{StreamExt, pin_mut};
use matrix_sdk::deserialized_responses::TimelineEventKind;
use matrix_sdk::latest_events::LatestEventValue as LatestEvent;
use matrix_sdk::ruma::{OwnedRoomId, OwnedUserId};
use matrix_sdk::{BaseRoom, Room, RoomState};
use matrix_sdk_ui::room_list_service::{RoomList, RoomListItem, filters};
use matrix_sdk_ui::timeline::{LatestEventValue, LatestEventValueLocalState, RoomExt, TimelineItemContent};
use std::sync::Arc;
use tokio::sync::{broadcast, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::task::AbortOnDropHandle;

/// Conversations loaded at first; more follow as the list grows.
const PAGE: usize = 500;
/// Batches that may wait for a slow reader.
const BUFFER: usize = 64;

/// Everything that happens to the list from now on; starts with the conversations there are.
pub(crate) async fn updates(active: Arc<Active>) -> Result<BoxStream<'static, ListUpdate<Conversation>>> {
    let list = active
        .sync
        .room_list_service()
        .all_rooms()
        .await
        .map_err(|_| Error::new(ErrorCode::Internal, "the room list is not there"))?;
    let (sender, receiver) = mpsc::channel(BUFFER);
    let stopped = active.stopped();
    let task = AbortOnDropHandle::new(tokio::spawn(async move {
        run(active, list, sender).await;
    }));
    let updates = ReceiverStream::new(receiver).map(move |update| {
        // The list is watched for as long as somebody reads it.
        let _watched = &task;
        update
    });
    Ok(updates.take_until(stopped).boxed())
}

async fn run(active: Arc<Active>, list: RoomList, sender: mpsc::Sender<ListUpdate<Conversation>>) {
    let mut refresh = active.refresh_conversation.subscribe();
    let mut directory = active.directory.changes();
    let (diffs, controller) = list.entries_with_dynamic_adapters(PAGE);
    controller.set_filter(Box::new(filters::new_filter_all(vec![
        Box::new(filters::new_filter_non_left()),
        Box::new(|room: &RoomListItem| is_one_to_one(room)),
    ])));
    pin_mut!(diffs);

    let mut rooms: Vector<RoomListItem> = Vector::new();
    let mut started = false;
    let mut shown = PAGE;
    loop {
        let update = tokio::select! {
            batch = diffs.next() => {
                let Some(batch) = batch else { return };
                let mut ops = Vec::with_capacity(batch.len());
                for diff in batch {
                    ops.push(to_op(&active, &diff).await);
                    diff.apply(&mut rooms);
                }
                if rooms.len() >= shown {
                    shown += PAGE;
                    controller.add_one_page();
                }
                if started {
                    ListUpdate::Batch { ops }
                } else {
                    started = true;
                    ListUpdate::Reset { items: all(&active, &rooms).await }
                }
            }
            room = refresh.recv() => match room {
                Ok(room) => {
                    let Some(index) = rooms.iter().position(|item| item.room_id() == room) else { continue };
                    let item = conversation(&active, &rooms[index]).await;
                    ListUpdate::Batch { ops: vec![ListOp::Set { index: to_u32(index), item }] }
                }
                Err(broadcast::error::RecvError::Lagged(_)) => ListUpdate::Reset { items: all(&active, &rooms).await },
                Err(broadcast::error::RecvError::Closed) => return,
            },
            // Names and badges come from the directory.
            changed = directory.changed() => {
                if changed.is_err() { return }
                if !started { continue }
                ListUpdate::Reset { items: all(&active, &rooms).await }
            }
        };
        if sender.send(update).await.is_err() {
            return;
        }
    }
}

/// Groups come with their own screens; until then a room with more people has no place in the list.
pub(super) fn is_one_to_one(room: &Room) -> bool {
    !room.is_space() && (room.direct_targets_length() == 1 || room.active_members_count() <= 2)
}

async fn all(active: &Active, rooms: &Vector<RoomListItem>) -> Vec<Conversation> {
    let mut items = Vec::with_capacity(rooms.len());
    for room in rooms {
        items.push(conversation(active, room).await);
    }
    items
}

async fn to_op(active: &Active, diff: &VectorDiff<RoomListItem>) -> ListOp<Conversation> {
    match diff {
        VectorDiff::Append { values } => ListOp::Append { items: all(active, values).await },
        VectorDiff::Clear => ListOp::Clear,
        VectorDiff::PushFront { value } => ListOp::PushFront { item: conversation(active, value).await },
        VectorDiff::PushBack { value } => ListOp::PushBack { item: conversation(active, value).await },
        VectorDiff::PopFront => ListOp::PopFront,
        VectorDiff::PopBack => ListOp::PopBack,
        VectorDiff::Insert { index, value } => {
            ListOp::Insert { index: to_u32(*index), item: conversation(active, value).await }
        }
        VectorDiff::Set { index, value } => {
            ListOp::Set { index: to_u32(*index), item: conversation(active, value).await }
        }
        VectorDiff::Remove { index } => ListOp::Remove { index: to_u32(*index) },
        VectorDiff::Truncate { length } => ListOp::Truncate { length: to_u32(*length) },
        VectorDiff::Reset { values } => ListOp::Reset { items: all(active, values).await },
    }
}

fn to_u32(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// The other side of a one-to-one conversation, also after they left.
pub(crate) async fn peer(room: &Room) -> Option<OwnedUserId> {
    let own = room.own_user_id();
    let target = room.direct_targets().into_iter().find_map(|target| target.into_user_id().filter(|id| id != own));
    if target.is_some() {
        return target;
    }
    if room.state() == RoomState::Invited
        && let Ok(invite) = room.invite_details().await
        && let Some(inviter) = invite.inviter
    {
        return Some(inviter.user_id().to_owned());
    }
    if let Some(hero) = room.heroes().into_iter().find(|hero| hero.user_id != own) {
        return Some(hero.user_id);
    }
    let members = room.members_no_sync(matrix_sdk::RoomMemberships::all()).await.ok()?;
    members.iter().map(|member| member.user_id()).find(|user| *user != own).map(ToOwned::to_owned)
}

async fn conversation(active: &Active, room: &Room) -> Conversation {
    if room.state() == RoomState::Joined {
        active.watch_latest_message(room.room_id()).await;
    }
    let peer = match peer(room).await.or_else(|| active.begun_with(room.room_id())) {
        Some(user) => person(&active.directory, Some(room), &user).await,
        None => person(&active.directory, Some(room), room.own_user_id()).await,
    };
    let last = last_message(room).await;
    if let Some(last) = &last
        && peer.user_id != *room.own_user_id()
    {
        remember(active, &peer.user_id, &last.at).await;
    }
    let draft = active.draft(room).await;
    Conversation {
        room_id: room.room_id().to_string(),
        membership: if room.state() == RoomState::Invited { Membership::Invited } else { Membership::Joined },
        peer,
        last,
        unread: active.unread(room),
        draft,
    }
}

/// Keeps with whom the doctor wrote, for the directory, which puts them first.
async fn remember(active: &Active, user_id: &str, at: &str) {
    let Ok(at) = chrono::DateTime::parse_from_rfc3339(at) else { return };
    // Its sender's clock wrote the time: one from tomorrow must not stay the latest.
    let at = at.timestamp().min(chrono::Utc::now().timestamp());
    if let Err(error) = active.contacts.wrote_with(user_id, at).await {
        tracing::warn!(code = ?error.code, "with whom the doctor wrote was not kept");
    }
}

async fn last_message(room: &Room) -> Option<LastMessage> {
    match RoomExt::latest_event(room).await {
        LatestEventValue::Remote { timestamp, is_own, content, .. } => Some(LastMessage {
            own: is_own,
            preview: received(room, &content)?,
            at: instant(timestamp),
            // Whether it was read is the timeline's to say.
            delivery: None,
        }),
        LatestEventValue::Local { timestamp, content, state, .. } => {
            let (preview, delivery) = match state {
                LatestEventValueLocalState::HasBeenSent => (preview(&content)?, None),
                // Whether it needs the doctor is the timeline's to say; the list says that it is not out yet.
                LatestEventValueLocalState::IsSending | LatestEventValueLocalState::CannotBeSent => {
                    (last_queued(room).await.or_else(|| preview(&content))?, Some(Delivery::Queued))
                }
            };
            Some(LastMessage { own: true, preview, at: instant(timestamp), delivery })
        }
        LatestEventValue::RemoteInvite { .. } | LatestEventValue::None => None,
    }
}

/// The preview of the SDK's latest event, which came from the homeserver.
fn received(room: &Room, content: &TimelineItemContent) -> Option<Preview> {
    let in_clear = || match BaseRoom::latest_event(room) {
        LatestEvent::Remote(event) => {
            room.encryption_state().is_encrypted() && matches!(event.kind, TimelineEventKind::PlainText { .. })
        }
        _ => false,
    };
    match preview(content)? {
        Preview::Recalled => Some(Preview::Recalled),
        _ if in_clear() => Some(Preview::Unencrypted),
        preview => Some(preview),
    }
}

/// The last message in the queue: of several, the SDK's latest event stays the first (0.18), because none has an id yet.
async fn last_queued(room: &Room) -> Option<Preview> {
    let (queued, _) = room.send_queue().subscribe().await.ok()?;
    let message =
        queued.iter().rev().filter_map(waiting::message).find(|message| waiting::edited(message).is_none())?;
    Some(preview_of(message.body()))
}

/// The room with this id, if it is one of this account's.
pub(crate) fn room(active: &Active, room_id: &str) -> Result<Room> {
    let id = OwnedRoomId::try_from(room_id).map_err(|_| Error::new(ErrorCode::InvalidInput, "not a room id"))?;
    active.client.get_room(&id).ok_or_else(|| Error::new(ErrorCode::NotFound, "no such conversation"))
}
