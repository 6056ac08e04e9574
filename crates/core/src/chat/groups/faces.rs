//! Who is in the picture of a group. The homeserver names members of a room only if it has no name, and this machine knows
//! those who wrote; for the others it asks once, one group after the other.

use super::super::people::person;
use crate::account::{Active, KnownFaces};
use consilium_api::account::Link;
use consilium_api::chat::Person;
use matrix_sdk::ruma::{OwnedRoomId, OwnedUserId};
use matrix_sdk::{Room, RoomMemberships, RoomState};
use std::collections::HashSet;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

/// Faces in a picture.
pub(super) const FACES: usize = 4;

/// The faces of a group: those who were in it first, the doctor last.
pub(crate) async fn faces(active: &Active, room: &Room) -> Vec<Person> {
    let (joined, complete) = (room.joined_members_count(), room.are_members_synced());
    let known = active.known_faces(room.room_id()).filter(|known| (known.joined, known.complete) == (joined, complete));
    let users = match known {
        Some(known) => known.users,
        None => {
            let users = first_members(room).await;
            active.keep_faces(room.room_id(), KnownFaces { joined, complete, users: users.clone() });
            users
        }
    };
    let mut faces = Vec::with_capacity(users.len());
    for user in &users {
        faces.push(person(&active.directory, Some(room), user).await);
    }
    faces
}

/// Reads everybody who is in the group, to find those few.
async fn first_members(room: &Room) -> Vec<OwnedUserId> {
    let own = room.own_user_id();
    let mut members = room.members_no_sync(RoomMemberships::JOIN).await.unwrap_or_default();
    members.sort_by_key(|member| (member.user_id() == own, member.event().timestamp()));
    members.iter().take(FACES).map(|member| member.user_id().to_owned()).collect()
}

/// Asks who is in groups of which this machine does not know it.
pub(crate) struct Faces {
    asked: HashSet<OwnedRoomId>,
    sender: mpsc::UnboundedSender<Room>,
    _worker: AbortOnDropHandle<()>,
}

impl Faces {
    pub(crate) fn new(active: Arc<Active>) -> Self {
        let (sender, mut rooms) = mpsc::unbounded_channel::<Room>();
        let worker = tokio::spawn(async move {
            while let Some(room) = rooms.recv().await {
                if room.sync_members().await.is_ok() {
                    let _ = active.refresh_conversation.send(room.room_id().to_owned());
                }
            }
        });
        Self { asked: HashSet::new(), sender, _worker: AbortOnDropHandle::new(worker) }
    }

    /// Asks once about a group whose picture lacks faces.
    pub(crate) fn ask(&mut self, active: &Active, room: &Room, known: usize) {
        let lacking = (known as u64) < room.joined_members_count().min(FACES as u64);
        if lacking
            && room.state() == RoomState::Joined
            && !room.are_members_synced()
            && active.connection.borrow().link != Link::Offline
            && self.asked.insert(room.room_id().to_owned())
        {
            let _ = self.sender.send(room.clone());
        }
    }
}
