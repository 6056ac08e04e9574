//! Making a group.

use super::super::network::ensure_online;
use super::acts::invite_all;
use super::{ADMIN, OWNER, allowed_name, allowed_topic};
use crate::account::{Active, http_error};
use consilium_api::groups::{CreateGroup, CreatedGroup, GroupHistory, MOST_INVITED};
use consilium_api::{Error, ErrorCode, Result};
use matrix_sdk::config::RequestConfig;
use matrix_sdk::ruma::api::client::room::create_room::RoomPowerLevelsContentOverride;
use matrix_sdk::ruma::api::client::room::{Visibility, create_room};
use matrix_sdk::ruma::events::room::encryption::RoomEncryptionEventContent;
use matrix_sdk::ruma::events::room::guest_access::{GuestAccess, RoomGuestAccessEventContent};
use matrix_sdk::ruma::events::room::history_visibility::{HistoryVisibility, RoomHistoryVisibilityEventContent};
use matrix_sdk::ruma::events::{InitialStateEvent, TimelineEventType};
use matrix_sdk::ruma::serde::Raw;
use matrix_sdk::ruma::{Int, RoomVersionId};
use std::collections::BTreeSet;
use std::time::Duration;

/// Makes the group and invites everybody who can be. Errors: `InvalidInput` without a name or anybody to invite, `TooLarge`,
/// `NotJoined`, `NotFound`, `Offline`, `RateLimited`.
pub(crate) async fn create(active: &Active, input: &CreateGroup) -> Result<CreatedGroup> {
    let (name, topic) = (allowed_name(&input.name)?, allowed_topic(&input.topic)?);
    let chosen: BTreeSet<&String> = input.practitioner_ids.iter().collect();
    if chosen.is_empty() {
        return Err(Error::new(ErrorCode::InvalidInput, "a group of oneself"));
    }
    if chosen.len() > MOST_INVITED {
        return Err(Error::new(ErrorCode::TooLarge, "too many colleagues at once"));
    }
    // Nobody's account is missing once the group is there.
    for id in &chosen {
        active.account_of(id).await?;
    }
    ensure_online(active)?;
    let _starting = active.starting.lock().await;
    // Repeated after a lost answer it would make a second room.
    let config = RequestConfig::new().disable_retry().timeout(Duration::from_secs(30));
    let made = active.client.send(request(name, topic, input.history)?).with_request_config(config).await;
    let id = made.map_err(|error| http_error(&error))?.room_id;
    active.group_arrives(&id).await?;
    let room = crate::chat::room(active, id.as_str())?;
    let left_out = invite_all(active, &room, &input.practitioner_ids).await?;
    Ok(CreatedGroup { room_id: id.into(), left_out })
}

fn request(name: String, topic: String, history: GroupHistory) -> Result<create_room::v3::Request> {
    let visibility = match history {
        GroupHistory::FromInvitation => HistoryVisibility::Invited,
        GroupHistory::Shared => HistoryVisibility::Shared,
    };
    let mut request = create_room::v3::Request::new();
    // From version 12 on, whoever made a room owns it for ever: such a group could not be handed over.
    request.room_version = Some(RoomVersionId::V11);
    request.preset = Some(create_room::v3::RoomPreset::PrivateChat);
    request.visibility = Visibility::Private;
    request.name = Some(name);
    request.topic = Some(topic).filter(|topic| !topic.is_empty());
    request.initial_state = vec![
        InitialStateEvent::with_empty_state_key(RoomEncryptionEventContent::with_recommended_defaults()).to_raw_any(),
        InitialStateEvent::with_empty_state_key(RoomHistoryVisibilityEventContent::new(visibility)).to_raw_any(),
        InitialStateEvent::with_empty_state_key(RoomGuestAccessEventContent::new(GuestAccess::Forbidden)).to_raw_any(),
    ];
    let levels = Raw::new(&levels()).map_err(|_| Error::new(ErrorCode::Internal, "the levels could not be written"))?;
    request.power_level_content_override = Some(levels);
    Ok(request)
}

/// Members write and react; what is state is the admins', and what could open the group or shut others out the owner's. Whose
/// that is, the homeserver puts in by itself.
fn levels() -> RoomPowerLevelsContentOverride {
    let (admin, owner) = (Some(Int::new_saturating(ADMIN)), Int::new_saturating(OWNER));
    let mut levels = RoomPowerLevelsContentOverride::new();
    levels.users_default = Some(Int::from(0));
    levels.events_default = Some(Int::from(0));
    (levels.state_default, levels.invite, levels.kick) = (admin, admin, admin);
    (levels.ban, levels.redact) = (admin, admin);
    levels.events = [
        TimelineEventType::RoomPowerLevels,
        TimelineEventType::RoomEncryption,
        TimelineEventType::RoomHistoryVisibility,
        TimelineEventType::RoomGuestAccess,
        TimelineEventType::RoomJoinRules,
        TimelineEventType::RoomCanonicalAlias,
        TimelineEventType::RoomServerAcl,
        TimelineEventType::RoomTombstone,
    ]
    .into_iter()
    .map(|kind| (kind, owner))
    .collect();
    levels
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn a_group_is_encrypted_private_and_in_the_hands_of_its_owner() {
        let request = request("Forum".into(), String::new(), GroupHistory::FromInvitation).unwrap();
        assert_eq!((request.visibility, request.topic), (Visibility::Private, None));
        let states: Vec<Value> =
            request.initial_state.iter().map(|raw| raw.deserialize_as_unchecked().unwrap()).collect();
        let of = |kind: &str| states.iter().find(|state| state["type"] == kind).map(|state| state["content"].clone());
        assert_eq!(of("m.room.encryption").unwrap()["algorithm"], "m.megolm.v1.aes-sha2");
        assert_eq!(of("m.room.history_visibility").unwrap()["history_visibility"], "invited");
        assert_eq!(of("m.room.guest_access").unwrap()["guest_access"], "forbidden");
        let levels = serde_json::to_value(levels()).unwrap();
        assert_eq!((&levels["invite"], &levels["events"]["m.room.power_levels"]), (&50.into(), &100.into()));
    }
}
