//! The list of conversations, live.

use super::groups::Faces;
use super::row::conversation;
use crate::account::Active;
use crate::driven::told_by;
use consilium_api::chat::{Conversation, Party};
use consilium_api::{Error, ErrorCode, ListOp, ListUpdate, Result};
use eyeball_im::{Vector, VectorDiff};
use futures::stream::BoxStream;
use futures::{StreamExt, pin_mut};
use matrix_sdk::ruma::OwnedRoomId;
use matrix_sdk::{Room, RoomState};
use matrix_sdk_ui::room_list_service::{RoomList, RoomListItem, filters};
use std::sync::Arc;
use tokio::sync::{broadcast, mpsc};

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
    let stopped = active.stopped();
    let updates = told_by(BUFFER, |sender| run(active, list, sender));
    Ok(updates.take_until(stopped).boxed())
}

async fn run(active: Arc<Active>, room_list: RoomList, sender: mpsc::Sender<ListUpdate<Conversation>>) {
    let mut refresh = active.refresh_conversation.subscribe();
    let mut directory = active.directory.changes();
    let mut rules = active.notifications().await.subscribe_to_changes();
    let mut list = Rows { faces: Faces::new(active.clone()), active: active.clone() };
    let keeper = active.clone();
    let is_kept = move |room: &RoomListItem| room.state() == RoomState::Left && keeper.is_kept(room.room_id());
    let (diffs, controller) = room_list.entries_with_dynamic_adapters(PAGE);
    controller.set_filter(Box::new(filters::new_filter_all(vec![
        Box::new(filters::new_filter_any(vec![Box::new(filters::new_filter_non_left()), Box::new(is_kept)])),
        Box::new(|room: &RoomListItem| !room.is_space()),
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
                    ops.push(list.op(&diff).await);
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
                    ListUpdate::Reset { items: list.all(&rooms).await }
                }
            }
            room = refresh.recv() => match room {
                Ok(room) => {
                    let Some(index) = rooms.iter().position(|item| item.room_id() == room) else { continue };
                    ListUpdate::Batch { ops: vec![list.set(index, &rooms[index]).await] }
                }
                Err(broadcast::error::RecvError::Lagged(_)) => ListUpdate::Reset { items: list.all(&rooms).await },
                Err(broadcast::error::RecvError::Closed) => return,
            },
            // Which of them are muted.
            changed = rules.recv() => match changed {
                Ok(()) | Err(broadcast::error::RecvError::Lagged(_)) => {
                    if !started { continue }
                    ListUpdate::Reset { items: list.all(&rooms).await }
                }
                Err(broadcast::error::RecvError::Closed) => return,
            },
            // Names and badges come from the directory.
            changed = directory.changed() => {
                if changed.is_err() { return }
                if !started { continue }
                ListUpdate::Reset { items: list.all(&rooms).await }
            }
        };
        if sender.send(update).await.is_err() {
            return;
        }
    }
}

/// Makes rows of rooms.
struct Rows {
    active: Arc<Active>,
    faces: Faces,
}

impl Rows {
    async fn row(&mut self, room: &Room) -> Conversation {
        let row = conversation(&self.active, room).await;
        if let Party::Group { faces, .. } = &row.party {
            self.faces.ask(&self.active, room, faces.len());
        }
        row
    }

    async fn set(&mut self, index: usize, room: &Room) -> ListOp<Conversation> {
        ListOp::Set { index: to_u32(index), item: self.row(room).await }
    }

    async fn all(&mut self, rooms: &Vector<RoomListItem>) -> Vec<Conversation> {
        let mut items = Vec::with_capacity(rooms.len());
        for room in rooms {
            items.push(self.row(room).await);
        }
        items
    }

    async fn op(&mut self, diff: &VectorDiff<RoomListItem>) -> ListOp<Conversation> {
        match diff {
            VectorDiff::Append { values } => ListOp::Append { items: self.all(values).await },
            VectorDiff::Clear => ListOp::Clear,
            VectorDiff::PushFront { value } => ListOp::PushFront { item: self.row(value).await },
            VectorDiff::PushBack { value } => ListOp::PushBack { item: self.row(value).await },
            VectorDiff::PopFront => ListOp::PopFront,
            VectorDiff::PopBack => ListOp::PopBack,
            VectorDiff::Insert { index, value } => {
                ListOp::Insert { index: to_u32(*index), item: self.row(value).await }
            }
            VectorDiff::Set { index, value } => self.set(*index, value).await,
            VectorDiff::Remove { index } => ListOp::Remove { index: to_u32(*index) },
            VectorDiff::Truncate { length } => ListOp::Truncate { length: to_u32(*length) },
            VectorDiff::Reset { values } => ListOp::Reset { items: self.all(values).await },
        }
    }
}

fn to_u32(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// The room with this id, if it is one of this account's.
pub(crate) fn room(active: &Active, room_id: &str) -> Result<Room> {
    let id = OwnedRoomId::try_from(room_id).map_err(|_| Error::new(ErrorCode::InvalidInput, "not a room id"))?;
    active.client.get_room(&id).ok_or_else(|| Error::new(ErrorCode::NotFound, "no such conversation"))
}
