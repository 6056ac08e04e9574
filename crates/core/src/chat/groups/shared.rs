//! Groups that the doctor and a colleague are both in.

use super::super::people::person;
use super::faces::FACES;
use super::{is_group, name};
use crate::account::Active;
use consilium_api::Tag;
use consilium_api::account::Link;
use consilium_api::introduction::SharedGroup;
use futures::stream::BoxStream;
use futures::{StreamExt, future};
use matrix_sdk::ruma::UserId;
use matrix_sdk::ruma::events::room::member::MembershipState;
use matrix_sdk::sync::{RoomUpdates, State};
use matrix_sdk::{Client, Room, RoomMemberships};
use std::time::Duration;
use tokio_stream::wrappers::BroadcastStream;

/// How long the homeserver may take to say who is in a group.
const PATIENCE: Duration = Duration::from_secs(5);

/// The groups by name. Without a network those of which this machine knows who is in them.
pub(crate) async fn shared_with(active: &Active, user: &UserId) -> Vec<SharedGroup> {
    let groups = active.client.joined_rooms().into_iter().filter(is_group);
    let mut shared = Vec::new();
    for room in groups {
        shared.extend(shared_group(active, &room, user).await);
    }
    shared.sort_by(|a: &SharedGroup, b| (&a.name, &a.room_id).cmp(&(&b.name, &b.room_id)));
    shared
}

async fn shared_group(active: &Active, room: &Room, user: &UserId) -> Option<SharedGroup> {
    if !room.are_members_synced() && active.connection.borrow().link == Link::Online {
        let _ = tokio::time::timeout(PATIENCE, room.sync_members()).await;
    }
    let member = room.get_member_no_sync(user).await.ok().flatten()?;
    if *member.membership() != MembershipState::Join {
        return None;
    }
    let mut members = room.members_no_sync(RoomMemberships::JOIN).await.ok()?;
    members.sort_by_key(|member| (member.user_id() != user, member.user_id().to_owned()));
    let mut faces = Vec::with_capacity(FACES);
    for member in members.iter().take(FACES) {
        faces.push(person(&active.directory, Some(room), member.user_id()).await);
    }
    let name = match name(room) {
        // Another client made it: its members name it.
        name if name.is_empty() => room.display_name().await.map(|name| name.to_string()).unwrap_or_default(),
        name => name,
    };
    Some(SharedGroup {
        room_id: room.room_id().to_string(),
        name,
        // The homeserver's count comes later than who came, and this machine may not know everybody.
        members: u32::try_from(room.joined_members_count().max(members.len() as u64)).unwrap_or(u32::MAX),
        faces,
    })
}

/// Tells whenever somebody came into a room or left one, or a room got another name.
pub(crate) fn changes(client: &Client) -> BoxStream<'static, Vec<Tag>> {
    BroadcastStream::new(client.subscribe_to_all_room_updates())
        // Whoever missed some has missed a change perhaps.
        .filter(|updates| future::ready(updates.as_ref().map_or(true, has_other_state)))
        .map(|_| vec![Tag::Groups])
        .boxed()
}

fn has_other_state(updates: &RoomUpdates) -> bool {
    !updates.left.is_empty()
        || updates.joined.values().any(|room| {
            let (State::Before(state) | State::After(state)) = &room.state;
            // A state event has a key, be it an empty one; a message has none.
            let is_state = |key: Option<String>| key.is_some();
            !state.is_empty()
                || room.timeline.events.iter().any(|e| is_state(e.raw().get_field("state_key").ok().flatten()))
        })
}
