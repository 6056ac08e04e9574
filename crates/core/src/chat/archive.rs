//! Where a conversation stands in the list. Pinned and of low priority are tags that all clients know. Archived is ours: it
//! is kept with the time of the last message then, so that whatever is written later brings the conversation back on every
//! device, and nobody has to take anything back for that. One that is muted stays where it was put.

use super::network::ensure_online;
use crate::account::{Active, matrix_error};
use consilium_api::chat::{MuteConversation, PlaceConversation, Placement, RoomRef};
use consilium_api::{Error, ErrorCode, Result};
use matrix_sdk::Room;
use matrix_sdk::notification_settings::RoomNotificationMode;
use matrix_sdk::ruma::UInt;
use matrix_sdk::ruma::events::RoomAccountDataEventType;
use matrix_sdk::ruma::serde::Raw;
use matrix_sdk_ui::timeline::{LatestEventValue, RoomExt};
use serde::{Deserialize, Serialize};

/// Type of the room's account data.
pub(crate) const ARCHIVED: &str = "cn.consilium.archived";

/// The content of that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Archived {
    /// When the last message then was written, in milliseconds since 1970; none for what is not archived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<UInt>,
}

impl Archived {
    /// `written`: none if there is no message, `Some(None)` if the last is not out yet.
    pub(super) fn holds(self, written: Option<Option<UInt>>, muted: bool) -> bool {
        match (self.until, written) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(until), Some(Some(written))) => muted || written <= until,
            (Some(_), Some(None)) => muted,
        }
    }
}

/// Whether a conversation is out of sight.
pub(crate) async fn is_archived(active: &Active, room: &Room, muted: bool) -> bool {
    let archived = active.archived(room.room_id());
    if archived == Archived::default() {
        return false;
    }
    let written = match RoomExt::latest_event(room).await {
        LatestEventValue::Remote { timestamp, .. } => Some(Some(timestamp.get())),
        LatestEventValue::Local { .. } => Some(None),
        LatestEventValue::RemoteInvite { .. } | LatestEventValue::None => None,
    };
    archived.holds(written, muted)
}

async fn set_archived(room: &Room, archived: Archived) -> Result<()> {
    let content =
        Raw::new(&archived).map_err(|_| Error::new(ErrorCode::Internal, "the archive could not be written"))?;
    let kind = RoomAccountDataEventType::from(ARCHIVED);
    room.set_account_data_raw(kind, content.cast_unchecked()).await.map(drop).map_err(|error| matrix_error(&error))
}

/// Puts a conversation where it is to stand. One that comes back from the archive stands where it stood before.
pub(crate) async fn place(active: &Active, input: &PlaceConversation) -> Result<()> {
    let room = super::room(active, &input.room_id)?;
    ensure_online(active)?;
    let was_archived = active.archived(room.room_id()).until.is_some();
    if input.placement == Placement::Archived {
        let until = match RoomExt::latest_event(&room).await {
            LatestEventValue::Remote { timestamp, .. } => timestamp.get(),
            _ => UInt::MIN,
        };
        return set_archived(&room, Archived { until: Some(until) }).await;
    }
    if was_archived {
        set_archived(&room, Archived::default()).await?;
    }
    let done = match input.placement {
        Placement::Pinned => room.set_is_favourite(true, None).await,
        Placement::LowPriority => room.set_is_low_priority(true, None).await,
        _ if was_archived => Ok(()),
        _ if room.is_favourite() => room.set_is_favourite(false, None).await,
        _ if room.is_low_priority() => room.set_is_low_priority(false, None).await,
        _ => Ok(()),
    };
    done.map_err(|error| matrix_error(&error))
}

/// A conversation of two tells of nothing; in a group, being named is still told.
pub(crate) async fn mute(active: &Active, input: &MuteConversation) -> Result<()> {
    let room = super::room(active, &input.room_id)?;
    ensure_online(active)?;
    let settings = active.notifications().await;
    let done = if !input.muted {
        settings.delete_user_defined_room_rules(room.room_id()).await
    } else if super::is_group(&room) {
        settings.set_room_notification_mode(room.room_id(), RoomNotificationMode::MentionsAndKeywordsOnly).await
    } else {
        settings.set_room_notification_mode(room.room_id(), RoomNotificationMode::Mute).await
    };
    done.map_err(|_| Error::new(ErrorCode::ServerTrouble, "the homeserver did not take the rule"))?;
    let _ = active.refresh_conversation.send(room.room_id().to_owned());
    Ok(())
}

pub(crate) async fn mark_unread(active: &Active, input: &RoomRef) -> Result<()> {
    let room = super::room(active, &input.room_id)?;
    ensure_online(active)?;
    active.mark_unread(&room).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_later_brings_a_conversation_back() {
        let at = |n: u32| Some(Some(UInt::from(n)));
        let archived = Archived { until: Some(UInt::from(10u32)) };
        assert!(archived.holds(at(10), false) && archived.holds(None, false));
        assert!(!archived.holds(at(11), false), "a new message");
        assert!(!archived.holds(Some(None), false), "an own one that waits");
        assert!(archived.holds(at(11), true), "muted, it stays");
        assert!(!Archived::default().holds(at(1), true));
    }

    #[test]
    fn whatever_stands_there_is_read_without_harm() {
        let read = |json: &str| serde_json::from_str::<Archived>(json).unwrap_or_default();
        assert_eq!(read(r#"{"until":10}"#), Archived { until: Some(UInt::from(10u32)) });
        for nonsense in ["{}", r#"{"until":-1}"#, r#"{"until":"now"}"#, "[]"] {
            assert_eq!(read(nonsense), Archived::default(), "{nonsense}");
        }
    }
}
