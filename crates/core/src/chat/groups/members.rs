//! Who is in a group, and what the doctor may do there.

use super::super::people::person;
use super::acts::{levels, may_appoint, may_hand_over};
use super::{name, role, topic};
use crate::account::{Active, matrix_error};
use crate::directory::is_called;
use consilium_api::Result;
use consilium_api::account::Link;
use consilium_api::chat::RoomRef;
use consilium_api::groups::{FindMembers, GroupDetails, GroupHistory, GroupMember, GroupRights, GroupRole};
use matrix_sdk::ruma::events::StateEventType;
use matrix_sdk::ruma::events::room::history_visibility::HistoryVisibility;
use matrix_sdk::ruma::events::room::member::MembershipState;
use matrix_sdk::{Room, RoomMemberships};
use std::time::Duration;

/// How long the homeserver may take to say who is in a group.
const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) async fn details(active: &Active, input: &RoomRef) -> Result<GroupDetails> {
    let room = super::super::room(active, &input.room_id)?;
    let (levels, own) = (levels(&room).await?, room.own_user_id());
    Ok(GroupDetails {
        name: name(&room),
        topic: topic(&room),
        history: match room.history_visibility_or_default() {
            HistoryVisibility::Invited | HistoryVisibility::Joined => GroupHistory::FromInvitation,
            _ => GroupHistory::Shared,
        },
        role: role(&levels, own),
        may: GroupRights {
            rename: levels.user_can_send_state(own, StateEventType::RoomName)
                && levels.user_can_send_state(own, StateEventType::RoomTopic),
            invite: levels.user_can_invite(own),
            appoint: may_appoint(&levels, own),
            hand_over: may_hand_over(&levels, own),
            mention_all: levels.user_can_trigger_room_notification(own),
        },
        complete: know_members(active, &room).await,
    })
}

/// Owner and admins first, those who have not accepted last, else by name.
pub(crate) async fn members(active: &Active, input: &FindMembers) -> Result<Vec<GroupMember>> {
    let room = super::super::room(active, &input.room_id)?;
    know_members(active, &room).await;
    let (levels, own) = (levels(&room).await?, room.own_user_id());
    let found = room.members_no_sync(RoomMemberships::ACTIVE).await.map_err(|error| matrix_error(&error))?;
    // One look into the directory for all of them.
    let _ = active.directory.people(found.iter().map(|member| member.user_id().as_str())).await;
    let mut members = Vec::with_capacity(found.len());
    for member in found {
        let user = member.user_id();
        let person = person(&active.directory, Some(&room), user).await;
        if !is_called(&person.name, &input.text) {
            continue;
        }
        members.push(GroupMember {
            role: role(&levels, user),
            invited: *member.membership() == MembershipState::Invite,
            removable: user != own && levels.user_can_kick_user(own, user),
            person,
        });
    }
    members.sort_by_cached_key(order);
    Ok(members)
}

fn order(member: &GroupMember) -> (GroupRole, bool, String, String) {
    let name = &member.person.name;
    let name = if name.latin.is_empty() { &name.han } else { &name.latin };
    (member.role, member.invited, name.to_lowercase(), member.person.user_id.clone())
}

/// Whether everybody is known; asked for with a network.
async fn know_members(active: &Active, room: &Room) -> bool {
    if !room.are_members_synced() && active.connection.borrow().link == Link::Online {
        let _ = tokio::time::timeout(PATIENCE, room.sync_members()).await;
    }
    room.are_members_synced()
}
