//! What changes a group. Each looks at the doctor's role first, so that who may not is told so without a network too.

use super::super::network::ensure_online;
use super::{ADMIN, OWNER, allowed_name, allowed_topic, name, role, topic};
use crate::account::{Active, matrix_error};
use consilium_api::chat::RoomRef;
use consilium_api::groups::{
    AppointAdmin, ChangeGroup, GroupRole, HandOverGroup, InviteToGroup, LeaveGroup, LeftOut, MOST_INVITED, MemberRef,
};
use consilium_api::{Error, ErrorCode, Result};
use matrix_sdk::ruma::events::StateEventType;
use matrix_sdk::ruma::events::room::member::MembershipState;
use matrix_sdk::ruma::events::room::power_levels::{RoomPowerLevels, UserPowerLevel};
use matrix_sdk::ruma::{Int, OwnedUserId, UserId};
use matrix_sdk::{Room, RoomMemberships, RoomState};
use std::time::Duration;

/// How long one invitation may take.
const INVITING: Duration = Duration::from_secs(60);

/// Invites colleagues, one after the other. Errors: `NotAllowed`, `TooLarge`, `NotFound`, `Offline`; what keeps a single one
/// out is in the answer.
pub(crate) async fn invite(active: &Active, input: &InviteToGroup) -> Result<Vec<LeftOut>> {
    if input.practitioner_ids.len() > MOST_INVITED {
        return Err(Error::new(ErrorCode::TooLarge, "too many colleagues at once"));
    }
    let room = super::super::room(active, &input.room_id)?;
    ensure_may(&levels(&room).await?, |levels| levels.user_can_invite(room.own_user_id()))?;
    ensure_online(active)?;
    invite_all(active, &room, &input.practitioner_ids).await
}

/// Whoever is there or invited already is passed over.
pub(super) async fn invite_all(active: &Active, room: &Room, practitioner_ids: &[String]) -> Result<Vec<LeftOut>> {
    let members = room.members(RoomMemberships::ACTIVE).await.map_err(|error| matrix_error(&error))?;
    let mut left_out = Vec::new();
    let mut gone = None;
    for id in practitioner_ids {
        let invited = match gone {
            // Without a network the next one would only wait as long.
            Some(code) => Err(code),
            None => invite_one(active, room, id, |user| members.iter().any(|member| member.user_id() == user)).await,
        };
        if let Err(code) = invited {
            gone = gone.or(Some(code).filter(|code| *code == ErrorCode::Offline));
            left_out.push(LeftOut { practitioner_id: id.clone(), code });
        }
    }
    Ok(left_out)
}

async fn invite_one(
    active: &Active,
    room: &Room,
    practitioner_id: &str,
    is_there: impl Fn(&UserId) -> bool,
) -> Result<(), ErrorCode> {
    let account = active.account_of(practitioner_id).await.map_err(|error| error.code)?;
    let user = UserId::parse(account).map_err(|_| ErrorCode::NotJoined)?;
    if is_there(&user) {
        return Ok(());
    }
    // Whoever was invited by many lately may have minutes to go.
    match tokio::time::timeout(INVITING, invite_patiently(room, &user)).await {
        Ok(invited) => invited.map_err(|error| error.code),
        Err(_) => Err(ErrorCode::RateLimited),
    }
}

/// The SDK hands on the keys of what was written before, where the group shares its history. Waits as long as the homeserver
/// says.
async fn invite_patiently(room: &Room, user: &UserId) -> Result<()> {
    loop {
        let Err(error) = room.invite_user_by_id(user).await else { return Ok(()) };
        let error = group_error(&error);
        let wait = error.details.as_ref().and_then(|details| details.retry_after_seconds);
        match wait.filter(|_| error.code == ErrorCode::RateLimited) {
            Some(seconds) => tokio::time::sleep(Duration::from_secs(seconds.max(1).into())).await,
            None => return Err(error),
        }
    }
}

pub(crate) async fn remove(active: &Active, input: &MemberRef) -> Result<()> {
    let room = super::super::room(active, &input.room_id)?;
    let user = user(&input.user_id)?;
    ensure_may(&levels(&room).await?, |levels| levels.user_can_kick_user(room.own_user_id(), &user))?;
    ensure_online(active)?;
    room.kick_user(&user, None).await.map_err(|error| group_error(&error))?;
    room.mark_members_missing();
    Ok(())
}

/// Name and topic; only what is another is sent.
pub(crate) async fn change(active: &Active, input: &ChangeGroup) -> Result<()> {
    let (new_name, new_topic) = (allowed_name(&input.name)?, allowed_topic(&input.topic)?);
    let room = super::super::room(active, &input.room_id)?;
    let levels = levels(&room).await?;
    for kind in [StateEventType::RoomName, StateEventType::RoomTopic] {
        ensure_may(&levels, |levels| levels.user_can_send_state(room.own_user_id(), kind.clone()))?;
    }
    ensure_online(active)?;
    if new_name != name(&room) {
        room.set_name(new_name).await.map_err(|error| group_error(&error))?;
    }
    if new_topic != topic(&room) {
        room.set_room_topic(&new_topic).await.map_err(|error| group_error(&error))?;
    }
    Ok(())
}

pub(crate) async fn appoint(active: &Active, input: &AppointAdmin) -> Result<()> {
    let room = super::super::room(active, &input.room_id)?;
    let user = member(&room, &input.user_id).await?;
    let levels = levels(&room).await?;
    ensure_may(&levels, |levels| {
        may_appoint(levels, room.own_user_id()) && levels.user_can_change_user_power_level(room.own_user_id(), &user)
    })?;
    ensure_online(active)?;
    let level = level(if input.admin { ADMIN } else { 0 });
    room.update_power_levels(vec![(&*user, level)]).await.map(drop).map_err(|error| group_error(&error))
}

/// Makes a member the owner, and oneself an admin or a member, in one step.
pub(crate) async fn hand_over(active: &Active, input: &HandOverGroup) -> Result<()> {
    let room = super::super::room(active, &input.room_id)?;
    let user = member(&room, &input.user_id).await?;
    let own = room.own_user_id();
    ensure_may(&levels(&room).await?, |levels| may_hand_over(levels, own) && *user != *own)?;
    ensure_online(active)?;
    let mine = level(if input.stay_admin { ADMIN } else { 0 });
    let levels = vec![(&*user, level(OWNER)), (own, mine)];
    room.update_power_levels(levels).await.map(drop).map_err(|error| group_error(&error))
}

pub(crate) async fn leave(active: &Active, input: &LeaveGroup) -> Result<()> {
    let room = super::super::room(active, &input.room_id)?;
    let levels = levels(&room).await?;
    let own = room.own_user_id();
    if may_hand_over(&levels, own) {
        let others = room.members_no_sync(RoomMemberships::JOIN).await.map_err(|error| matrix_error(&error))?;
        let mut others = others.iter().filter(|member| member.user_id() != own).peekable();
        let is_alone = room.joined_members_count() <= 1 && others.peek().is_none();
        if !is_alone && !others.any(|member| role(&levels, member.user_id()) == GroupRole::Owner) {
            return Err(Error::new(ErrorCode::HandOverFirst, "nobody would own the group"));
        }
    }
    ensure_online(active)?;
    // Before it is left: what is not kept goes from the index with the next sync.
    active.keep(room.room_id(), input.keep).await;
    if let Err(error) = room.leave().await {
        active.keep(room.room_id(), false).await;
        return Err(matrix_error(&error));
    }
    if !input.keep && room.forget().await.is_err() {
        // It is out of sight; the homeserver may be told another time.
        tracing::warn!("a group that was left could not be forgotten");
    }
    Ok(())
}

/// Deletes what was kept of a group. `WrongState` for one that the doctor is in.
pub(crate) async fn forget(active: &Active, input: &RoomRef) -> Result<()> {
    let room = super::super::room(active, &input.room_id)?;
    if room.state() != RoomState::Left {
        return Err(Error::new(ErrorCode::WrongState, "the group was not left"));
    }
    ensure_online(active)?;
    room.forget().await.map_err(|error| matrix_error(&error))?;
    active.keep(room.room_id(), false).await;
    active.search.forget_room(room.room_id().as_str()).await
}

pub(super) fn may_appoint(levels: &RoomPowerLevels, user: &UserId) -> bool {
    role(levels, user) == GroupRole::Owner && levels.user_can_send_state(user, StateEventType::RoomPowerLevels)
}

/// Whoever owns a room by having made it, as from version 12 on, cannot give that away.
pub(super) fn may_hand_over(levels: &RoomPowerLevels, user: &UserId) -> bool {
    may_appoint(levels, user) && matches!(levels.for_user(user), UserPowerLevel::Int(_))
}

pub(super) async fn levels(room: &Room) -> Result<RoomPowerLevels> {
    room.power_levels().await.map_err(|_| Error::new(ErrorCode::NotFound, "the group is not there yet"))
}

fn ensure_may(levels: &RoomPowerLevels, may: impl Fn(&RoomPowerLevels) -> bool) -> Result<()> {
    if may(levels) { Ok(()) } else { Err(not_allowed()) }
}

fn not_allowed() -> Error {
    Error::new(ErrorCode::NotAllowed, "the role in the group does not allow it")
}

/// What the homeserver forbids, the role does not allow: this machine knew an older one.
fn group_error(error: &matrix_sdk::Error) -> Error {
    let error = matrix_error(error);
    if error.code == ErrorCode::WrongState { not_allowed() } else { error }
}

fn user(user_id: &str) -> Result<OwnedUserId> {
    UserId::parse(user_id).map_err(|_| Error::new(ErrorCode::InvalidInput, "not an account"))
}

/// Somebody who has accepted.
async fn member(room: &Room, user_id: &str) -> Result<OwnedUserId> {
    let user = user(user_id)?;
    let member = room.get_member_no_sync(&user).await.map_err(|error| matrix_error(&error))?;
    match member {
        Some(member) if *member.membership() == MembershipState::Join => Ok(user),
        _ => Err(Error::new(ErrorCode::NotFound, "not a member")),
    }
}

fn level(level: i64) -> Int {
    Int::new_saturating(level)
}
