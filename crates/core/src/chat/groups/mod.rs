//! Groups: rooms with a name, by invitation only and always encrypted. What changes them is state of the room, so it needs
//! the homeserver; members write and react, admins (level 50) name, invite, remove and pin, the owner (100) appoints.

mod acts;
mod create;
mod faces;
mod members;
mod shared;

pub(crate) use acts::{appoint, change, forget, hand_over, invite, leave, remove};
pub(crate) use create::create;
pub(super) use faces::{Faces, faces};
pub(crate) use members::{details, members};
pub(crate) use shared::{changes, shared_with};

use super::harmless::{harmless, line};
use consilium_api::groups::{GroupRole, NAME_LIMIT, TOPIC_LIMIT};
use consilium_api::{Error, ErrorCode, Result};
use matrix_sdk::Room;
use matrix_sdk::ruma::UserId;
use matrix_sdk::ruma::events::room::power_levels::{RoomPowerLevels, UserPowerLevel};

/// Power levels of the roles above a member's, which is 0.
const OWNER: i64 = 100;
const ADMIN: i64 = 50;

/// Whether a room is a group rather than a conversation of two. A group has a name: whoever stays in it with one other
/// is still in a group. Of three in a room without a name, nobody should think that it is two.
pub(crate) fn is_group(room: &Room) -> bool {
    !room.is_space()
        && (room.active_members_count() > 2 || (room.direct_targets_length() == 0 && !name(room).is_empty()))
}

/// The group's name in one line; empty if it has none.
pub(crate) fn name(room: &Room) -> String {
    line(&room.name().unwrap_or_default(), NAME_LIMIT)
}

fn topic(room: &Room) -> String {
    let topic: String = room.topic().unwrap_or_default().chars().take(TOPIC_LIMIT * 2).collect();
    harmless(&topic).trim().chars().take(TOPIC_LIMIT).collect()
}

pub(super) fn role(levels: &RoomPowerLevels, user: &UserId) -> GroupRole {
    match levels.for_user(user) {
        UserPowerLevel::Int(level) if i64::from(level) < ADMIN => GroupRole::Member,
        UserPowerLevel::Int(level) if i64::from(level) < OWNER => GroupRole::Admin,
        _ => GroupRole::Owner,
    }
}

/// A name that a group may have: one line, not empty. `TooLarge` if it is longer than a name may be.
fn allowed_name(name: &str) -> Result<String> {
    let name = line(name, NAME_LIMIT + 1);
    match name.chars().count() {
        0 => Err(Error::new(ErrorCode::InvalidInput, "a group has a name")),
        1..=NAME_LIMIT => Ok(name),
        _ => Err(Error::new(ErrorCode::TooLarge, "the name is too long")),
    }
}

fn allowed_topic(topic: &str) -> Result<String> {
    if topic.chars().nth(TOPIC_LIMIT).is_some() {
        return Err(Error::new(ErrorCode::TooLarge, "the topic is too long"));
    }
    Ok(harmless(topic).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_harmless_line() {
        assert_eq!(allowed_name("  Complex \n coronary\u{202E} forum ").unwrap(), "Complex coronary forum");
        assert_eq!(allowed_name(" \n\u{202E}").unwrap_err().code, ErrorCode::InvalidInput);
        assert_eq!(allowed_name(&"群".repeat(NAME_LIMIT)).unwrap().chars().count(), NAME_LIMIT);
        assert_eq!(allowed_name(&"群".repeat(NAME_LIMIT + 1)).unwrap_err().code, ErrorCode::TooLarge);
    }

    #[test]
    fn a_topic_may_be_empty_and_have_lines() {
        assert_eq!(allowed_topic(" Left main\nCTO\u{202E} ").unwrap(), "Left main\nCTO");
        assert_eq!(allowed_topic("").unwrap(), "");
        assert_eq!(allowed_topic(&"x".repeat(TOPIC_LIMIT + 1)).unwrap_err().code, ErrorCode::TooLarge);
    }
}
